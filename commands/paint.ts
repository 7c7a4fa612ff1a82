import { styleText } from "node:util";
import type { Paint } from "../proof/table.ts";

/** Colours for a stream that shows them; NO_COLOR, FORCE_COLOR and a stream that is no terminal are heeded. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (colour, text) => styleText(colour, text, { stream });
}
