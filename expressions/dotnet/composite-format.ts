import { spend } from "../meter.ts";
import { formatException, required } from "./exceptions.ts";

/** One item of a composite format: `{0,10:N2}`. */
interface FormatItem {
  readonly index: number;
  readonly width: number;
  readonly format: string | null;
  readonly end: number;
}

const largestField = 1_000_000;

function badFormat() {
  return formatException("Input string was not in a correct format.");
}

/** The text behind the colon, up to the brace that closes the item; a doubled brace is one brace of it. */
function itemFormat(format: string, start: number): { readonly text: string; readonly end: number } {
  let text = "";
  for (let index = start; index < format.length; index++) {
    const char = format[index] ?? "";
    const doubled = format[index + 1] === char;
    if (char === "}" && !doubled) return { text, end: index };
    if (char === "{" && !doubled) throw badFormat();
    if (char === "{" || char === "}") index += 1;
    text += char;
  }
  throw badFormat();
}

function itemAt(format: string, start: number): FormatItem {
  const head = /^(\d{1,7}) *(?:, *(-?\d{1,7}) *)?/.exec(format.slice(start, start + 100));
  if (head === null) throw badFormat();
  const [whole, index, width = "0"] = head;
  if (Number(index) >= largestField || Math.abs(Number(width)) >= largestField) throw badFormat();
  const next = start + whole.length;
  if (format[next] === "}") return { index: Number(index), width: Number(width), format: null, end: next };
  if (format[next] !== ":") throw badFormat();
  const { text, end } = itemFormat(format, next + 1);
  return { index: Number(index), width: Number(width), format: text, end };
}

/** Pads a text to a width: to the left, or to the right when the width is negative. */
export function aligned(text: string, width: number): string {
  return width < 0 ? text.padEnd(-width) : text.padStart(width);
}

/**
 * `string.Format`: `compositeFormat("{0:N2} {{x}}", 1, …)` → `1.00 {x}`.
 *
 * @param count How many arguments there are.
 * @param write Writes an argument by its format, `null` when the item names none.
 * @param allocate Is told how many characters are about to be added.
 * @throws `System.FormatException` when a brace stands alone, or an index is none of the arguments.
 * @see https://learn.microsoft.com/dotnet/standard/base-types/composite-formatting
 */
export function compositeFormat(
  format: string | null,
  count: number,
  write: (index: number, format: string | null) => string,
  allocate: (characters: number) => void,
): string {
  const source = required(format, "format");
  spend(source.length / 4);
  let text = "";
  for (let index = 0; index < source.length; index++) {
    const char = source[index] ?? "";
    if (char !== "{" && char !== "}") {
      text += char;
      continue;
    }
    if (source[index + 1] === char) {
      text += char;
      index += 1;
      continue;
    }
    if (char === "}") throw badFormat();
    const item = itemAt(source, index + 1);
    if (item.index >= count) {
      throw formatException(
        "Index (zero based) must be greater than or equal to zero and less than the size of the argument list.",
      );
    }
    allocate(Math.abs(item.width));
    const written = aligned(write(item.index, item.format), item.width);
    allocate(written.length);
    text += written;
    index = item.end;
  }
  return text;
}
