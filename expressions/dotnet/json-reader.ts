import { DotnetException } from "../exception.ts";
import { spend } from "../meter.ts";
import { NumberValue, type Value } from "../value.ts";
import { daysInMonth } from "./calendar.ts";
import { DateTime } from "./date-time.ts";
import { required } from "./exceptions.ts";
import { jsonPathText } from "./json-position.ts";
import { JArray, JObject, JProperty, type JToken, JValue } from "./json-token.ts";
import { ticksPer } from "./time-span.ts";

// Assumed of Azure: the gateway has a Newtonsoft.Json of version 11 or later (policies call JObject.ContainsKey, which came with 11) and
// of 13, whose reader stops at a depth of 64.
const mostDepth = 64;
const longestInteger = 380;

/** What a reader makes of a document: the type names in its messages. */
export type JsonRootClass = "JToken" | "JObject" | "JArray";

/** One container that is being read, and where in it the reader is. */
interface Frame {
  readonly container: JObject | JArray;
  /** Whether anything was read in it. */
  started: boolean;
  name: string;
  index: number;
}

const isoDate = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,16}))?(Z|[+-]\d\d(?::?\d\d)?)?$/;

/** A text that Newtonsoft.Json takes for a date; `undefined` when it is none. */
export function jsonDate(text: string): DateTime | undefined {
  if (text.length < 19 || text.length > 40) return undefined;
  const match = isoDate.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const real = year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  if (!real || hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = BigInt(Math.round(Number(`0.${match[7] ?? "0"}`) * 10_000_000));
  const zone = match[8];
  const kind = zone === undefined ? "Unspecified" : zone === "Z" ? "Utc" : "Local";
  const date = DateTime.of([year, month, day, hour, minute, second], kind).plusTicks(fraction);
  if (kind !== "Local" || zone === undefined) return date;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(":", "") || 0);
  const ahead = BigInt(zone.startsWith("-") ? -minutes : minutes) * ticksPer.minute;
  return date.ticks < ahead ? undefined : date.plusTicks(-ahead);
}

const words: Readonly<Record<string, Value>> = {
  true: true,
  false: false,
  null: null,
  NaN: new NumberValue("double", Number.NaN),
  Infinity: new NumberValue("double", Number.POSITIVE_INFINITY),
  "-Infinity": new NumberValue("double", Number.NEGATIVE_INFINITY),
};

/** What a beginning announces, when the word does not follow. */
const misspelt: Readonly<Record<string, string>> = {
  t: "boolean",
  f: "boolean",
  nu: "null",
  u: "undefined",
  N: "NaN",
  I: "Infinity",
};

const escapes: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r" };

/** Reads JSON as leniently as Newtonsoft.Json, and refuses in its words. */
class JsonReader {
  private readonly text: string;
  private position = 0;
  private line = 1;
  private lineStart = 0;
  private readonly frames: Frame[] = [];
  private pendingName: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  private get path(): string {
    const steps = this.frames.flatMap((frame, depth) => {
      if (depth === this.frames.length - 1 && !frame.started) return [];
      return [frame.container instanceof JObject ? frame.name : frame.index];
    });
    return jsonPathText(steps);
  }

  private error(message: string): DotnetException {
    const ended = message.trim().endsWith(".") ? message : `${message}.`;
    const line = this.position === 0 && this.line === 1 ? 0 : this.line;
    return new DotnetException(
      "Newtonsoft.Json.JsonReaderException",
      `${ended} Path '${this.path}', line ${line}, position ${this.position - this.lineStart}.`,
    );
  }

  private get char(): string {
    return this.text[this.position] ?? "";
  }

  private newLineAt(length: number): void {
    this.position += length;
    this.line += 1;
    this.lineStart = this.position;
  }

  /** Skips white space, and comments where they may stand. */
  private skip(comments: boolean): void {
    for (;;) {
      const { char } = this;
      if (char === "\r") this.newLineAt(this.text[this.position + 1] === "\n" ? 2 : 1);
      else if (char === "\n") this.newLineAt(1);
      else if (char !== "" && /\s|\0/.test(char)) this.position += 1;
      else if (comments && char === "/") this.comment();
      else return;
    }
  }

  private comment(): void {
    this.position += 1;
    const kind = this.char;
    if (kind === "") throw this.error("Unexpected end while parsing comment.");
    if (kind !== "*" && kind !== "/") throw this.error(`Error parsing comment. Expected: *, got ${kind}.`);
    const end = this.text.indexOf(kind === "*" ? "*/" : "\n", this.position + 1);
    if (end < 0 && kind === "*") {
      this.position = this.text.length;
      throw this.error("Unexpected end while parsing comment.");
    }
    const stop = end < 0 ? this.text.length : kind === "*" ? end + 2 : end;
    while (this.position < stop) {
      if (this.char === "\n") this.newLineAt(1);
      else this.position += 1;
    }
  }

  private unexpectedEnd(root: JsonRootClass, token: JToken | undefined): DotnetException {
    const loading = token === undefined ? root : token.className;
    const nothing = token === undefined || (this.frames.length === 1 && this.frames[0]?.started === false);
    return nothing
      ? this.error(`Error reading ${loading} from JsonReader.`)
      : this.error(`Unexpected end of content while loading ${loading}.`);
  }

  private escape(quote: string): string {
    this.position += 1;
    const char = this.char;
    if (char === "u") {
      const hex = this.text.slice(this.position + 1, this.position + 5);
      if (hex.length < 4) throw this.error("Unexpected end while parsing Unicode escape sequence.");
      if (!/^[0-9A-Fa-f]{4}$/.test(hex)) throw this.error(`Invalid Unicode escape sequence: \\u${hex}.`);
      this.position += 5;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    if (char === "") throw this.error(`Unterminated string. Expected delimiter: ${quote}.`);
    if (char in escapes || /["'\\/]/.test(char)) {
      this.position += 1;
      return escapes[char] ?? char;
    }
    this.position += 1;
    throw this.error(`Bad JSON escape sequence: \\${char}.`);
  }

  private quotedText(quote: string): string {
    this.position += 1;
    const parts: string[] = [];
    let start = this.position;
    for (;;) {
      const { char } = this;
      if (char === "") throw this.error(`Unterminated string. Expected delimiter: ${quote}.`);
      if (char === quote) break;
      if (char === "\\") {
        parts.push(this.text.slice(start, this.position), this.escape(quote));
        start = this.position;
      } else if (char === "\n") this.newLineAt(1);
      else this.position += 1;
    }
    parts.push(this.text.slice(start, this.position));
    this.position += 1;
    return parts.join("");
  }

  private number(): Value {
    const start = this.position;
    while (/[-+0-9a-fA-FxX.]/.test(this.char)) this.position += 1;
    const text = this.text.slice(start, this.position);
    const end = this.char;
    if (end !== "" && !/[\s\0,}\])/]/.test(end)) {
      throw this.error(`Unexpected character encountered while parsing number: ${end}.`);
    }
    this.finished();
    if (/^-?0[xX][0-9a-fA-F]{1,16}$/.test(text) && !text.startsWith("-")) return long(BigInt(text));
    if (/^0[0-7]+$/.test(text)) return long(BigInt(`0o${text.slice(1)}`));
    if (/^-?\d+$/.test(text) && !/^0\d/.test(text)) {
      if (text.length > longestInteger) throw this.error(`JSON integer ${text} is too large to parse.`);
      return long(BigInt(text));
    }
    const real = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) && !/^0\d/.test(text);
    if (!real || !Number.isFinite(Number(text)))
      throw this.error(`Input string '${text}' is not a valid number.`);
    return new NumberValue("double", Number(text));
  }

  private word(): JToken {
    const { text, position } = this;
    const name = Object.keys(words).find((word) => text.startsWith(word, position));
    if (name !== undefined) {
      this.position += name.length;
      this.finished();
      return new JValue(words[name] ?? null);
    }
    if (text.startsWith("undefined", position)) {
      this.position += 9;
      this.finished();
      return new JValue(null, "Undefined");
    }
    const wanted = Object.entries(misspelt).find(([word]) => text.startsWith(word, position));
    if (wanted === undefined)
      throw this.error(`Unexpected character encountered while parsing value: ${this.char}.`);
    const word =
      wanted[0] === "nu"
        ? "null"
        : (["true", "false", "undefined", "NaN", "Infinity"].find((each) => each.startsWith(wanted[0])) ??
          "");
    while (this.char !== "" && this.char === word[this.position - position]) this.position += 1;
    throw this.error(`Error parsing ${wanted[1]} value.`);
  }

  /** Notes that a value begins or ended in the current array. */
  private finished(): void {
    const frame = this.frames.at(-1);
    if (frame === undefined) return;
    frame.started = true;
    if (frame.container instanceof JArray) frame.index += 1;
  }

  /** The next value that is no container; `undefined` when one was opened. */
  private scalar(): JToken | undefined {
    const { char } = this;
    if (char === '"' || char === "'") {
      const text = this.quotedText(char);
      this.finished();
      return new JValue(jsonDate(text) ?? text);
    }
    if (char === ",") {
      this.finished();
      return new JValue(null, "Undefined");
    }
    if (/[0-9.]/.test(char) || (char === "-" && this.text[this.position + 1] !== "I"))
      return new JValue(this.number());
    return char === "{" || char === "[" ? undefined : this.word();
  }

  private open(): JObject | JArray {
    const container = this.char === "{" ? new JObject() : new JArray();
    this.position += 1;
    this.finished();
    this.frames.push({ container, started: false, name: "", index: -1 });
    if (this.frames.length > mostDepth)
      throw this.error(`The reader's MaxDepth of ${mostDepth} has been exceeded.`);
    return container;
  }

  private propertyName(): string {
    const { char } = this;
    let name: string;
    if (char === '"' || char === "'") name = this.quotedText(char);
    else if (/[\p{L}\p{N}_$]/u.test(char)) {
      const start = this.position;
      while (/[\p{L}\p{N}_$]/u.test(this.char)) this.position += 1;
      name = this.text.slice(start, this.position);
      if (this.char === "") throw this.error("Unexpected end while parsing unquoted property name.");
      if (!/[\s:\0]/.test(this.char)) {
        throw this.error(`Invalid JavaScript property identifier character: ${this.char}.`);
      }
    } else throw this.error(`Invalid property identifier character: ${char}.`);
    this.skip(false);
    if (this.char !== ":") {
      throw this.error(
        `Invalid character after parsing property name. Expected ':' but got: ${this.char || "\0"}.`,
      );
    }
    this.position += 1;
    return name;
  }

  /** Puts a value where the reader stands; a repeated property keeps its first place and gets the last value. */
  private place(container: JObject | JArray, token: JToken): void {
    if (container instanceof JArray) {
      container.append(token);
      return;
    }
    const name = this.pendingName ?? "";
    this.pendingName = undefined;
    const existing = container.property(name);
    if (existing !== null) existing.value = token;
    else {
      const property = new JProperty(name, null);
      property.replaceChild(property.value, token);
      container.append(property);
    }
  }

  private close(frame: Frame): void {
    const wanted = frame.container instanceof JObject ? "}" : "]";
    const { char } = this;
    this.position += 1;
    this.frames.pop();
    if (char !== wanted) {
      const [token, type] = char === "}" ? ["EndObject", "Array"] : ["EndArray", "Object"];
      throw this.error(`JsonToken ${token} is not valid for closing JsonType ${type}.`);
    }
  }

  /** Reads up to the next value or the end of the container; `false` at its end. */
  private advance(frame: Frame, afterValue: boolean): boolean {
    this.skip(true);
    if (this.char === "") return true;
    if (afterValue) {
      if (this.char === "}" || this.char === "]") return false;
      if (this.char !== ",") {
        throw this.error(`After parsing a value an unexpected character was encountered: ${this.char}.`);
      }
      this.position += 1;
      this.skip(true);
    }
    const isObject = frame.container instanceof JObject;
    if (this.char === (isObject ? "}" : "]")) return false;
    if (!isObject || this.char === "") return true;
    this.pendingName = this.propertyName();
    frame.name = this.pendingName;
    frame.started = true;
    this.skip(true);
    return true;
  }

  /** Reads all of the open container and of those within it. */
  private fill(root: JToken, rootClass: JsonRootClass): void {
    let afterValue = false;
    for (let frame = this.frames.at(-1); frame !== undefined; frame = this.frames.at(-1)) {
      spend(1);
      const more = this.advance(frame, afterValue);
      if (this.char === "") throw this.unexpectedEnd(rootClass, root);
      if (!more) {
        this.close(frame);
        afterValue = true;
        continue;
      }
      const value = this.scalar();
      if (value !== undefined) {
        this.place(frame.container, value);
        afterValue = true;
      } else {
        const container = this.open();
        this.place(frame.container, container);
        afterValue = false;
      }
    }
  }

  private startWord(): string {
    return this.char === "{" ? "StartObject" : "StartArray";
  }

  read(rootClass: JsonRootClass): JToken {
    this.skip(true);
    if (this.char === "") throw this.unexpectedEnd(rootClass, undefined);
    const opening = this.char;
    const start = this.startWord();
    const value = this.scalar();
    const token = value ?? this.open();
    const wrong = (what: string) => {
      this.frames.length = 0;
      const [name, noun] = rootClass === "JObject" ? ["JObject", "object"] : ["JArray", "array"];
      return this.error(
        `Error reading ${name} from JsonReader. Current JsonReader item is not an ${noun}: ${what}.`,
      );
    };
    if (value !== undefined && rootClass !== "JToken") throw wrong(value.type);
    if (rootClass === "JObject" && opening === "[") throw wrong(start);
    if (rootClass === "JArray" && opening === "{") throw wrong(start);
    if (value === undefined) this.fill(token, rootClass);
    this.skip(true);
    if (this.char !== "") {
      throw this.error(`Additional text encountered after finished reading JSON content: ${this.char}.`);
    }
    return token;
  }
}

function long(value: bigint): Value {
  const fits = value >= -(2n ** 63n) && value < 2n ** 63n;
  return fits ? new NumberValue("long", value) : value;
}

/**
 * `JObject.Parse`, `JArray.Parse` and `JToken.Parse`: single quotation marks, names without any, comments and trailing commas are read;
 * texts that look like dates become dates.
 *
 * @throws `Newtonsoft.Json.JsonReaderException` with path, line and position.
 * @see https://www.newtonsoft.com/json/help/html/M_Newtonsoft_Json_Linq_JObject_Parse.htm
 */
export function parseJson(text: string | null, rootClass: JsonRootClass): JToken {
  const source = required(text, "s");
  spend(source.length / 8);
  return new JsonReader(source).read(rootClass);
}
