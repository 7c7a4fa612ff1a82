import type { TypeDescription } from "../type-description.ts";
import { convertTypes } from "./convert-types.ts";
import { cryptoTypes } from "./crypto-types.ts";
import { addressTypes } from "./ip-address.ts";
import { jsonTypes } from "./json-types.ts";
import { mathTypes } from "./math-types.ts";
import { numberTypes } from "./number-types.ts";
import { regexTypes } from "./regex-types.ts";
import { stringBuilderTypes } from "./string-builder.ts";
import { textTypes } from "./text-types.ts";
import { timeTypes } from "./time-types.ts";
import { uriTypes } from "./uri-types.ts";
import { xmlTypes } from "./xml-types.ts";
import { zoneTypes } from "./zone-types.ts";

/** The types of .NET's base library that the language knows, family by family. */
export const dotnetTypes: readonly TypeDescription[] = [
  ...numberTypes,
  ...mathTypes,
  ...convertTypes,
  ...textTypes,
  ...stringBuilderTypes,
  ...timeTypes,
  ...zoneTypes,
  ...uriTypes,
  ...addressTypes,
  ...regexTypes,
  ...cryptoTypes,
  ...jsonTypes,
  ...xmlTypes,
];
