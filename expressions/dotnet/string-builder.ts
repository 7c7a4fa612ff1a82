import { DotnetException } from "../exception.ts";
import type { Host, TypeDescription } from "../type-description.ts";
import { CharValue, type Value } from "../value.ts";
import { compositeFormat } from "./composite-format.ts";
import { argumentOutOfRange, newLine } from "./exceptions.ts";
import { scalarText } from "./scalar-text.ts";
import { inserted, removed, replaced } from "./text.ts";

/**
 * `System.Text.StringBuilder`: a text that grows.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.text.stringbuilder
 */
export class StringBuilder {
  text: string;

  constructor(text = "") {
    this.text = text;
  }
}

function append(self: StringBuilder, text: string, host: Host): StringBuilder {
  host.allocate(text.length);
  self.text += text;
  return self;
}

/** The text anew, which takes time in proportion to its length. */
function changed(self: StringBuilder, text: string, host: Host): StringBuilder {
  host.spend(1 + text.length / 64);
  self.text = text;
  return self;
}

function resized(self: StringBuilder, length: number, host: Host): void {
  if (length < 0) throw argumentOutOfRange("value", "Length cannot be less than zero.");
  host.allocate(Math.max(0, length - self.text.length));
  changed(self, self.text.slice(0, length).padEnd(length, "\0"), host);
}

const builderDescription: TypeDescription = {
  name: "System.Text.StringBuilder",
  kind: "class",
  is: (value) => value instanceof StringBuilder,
  members: {
    "new()": () => new StringBuilder(),
    "new(int capacity)": () => new StringBuilder(),
    "new(string value)": (text: string | null) => new StringBuilder(text ?? ""),
    "int Length { get; set; }": { get: (self: StringBuilder) => self.text.length, set: resized },
    "int Capacity": (self: StringBuilder) => Math.max(16, self.text.length),
    "char this[int index] { get; set; }": {
      get: (self: StringBuilder, index: number) => {
        const char = self.text[index];
        if (char !== undefined) return char;
        throw new DotnetException(
          "System.IndexOutOfRangeException",
          "Index was outside the bounds of the array.",
        );
      },
      set: (self: StringBuilder, index: number, char: string | CharValue, host: Host) => {
        const unit = char instanceof CharValue ? String.fromCharCode(char.code) : char;
        if (index < 0 || index >= self.text.length) throw argumentOutOfRange("index");
        changed(self, self.text.slice(0, index) + unit + self.text.slice(index + 1), host);
      },
    },
    "StringBuilder Append(string value)": (self: StringBuilder, text: string | null, host: Host) =>
      append(self, text ?? "", host),
    "StringBuilder Append(object value)": (self: StringBuilder, value: Value, host: Host) =>
      append(self, host.text(value), host),
    "StringBuilder Append(char value, int repeatCount)": (
      self: StringBuilder,
      char: string,
      count: number,
      host: Host,
    ) => {
      if (count < 0) throw argumentOutOfRange("repeatCount", "Non-negative number required.");
      host.allocate(count);
      return append(self, char.repeat(count), host);
    },
    "StringBuilder AppendLine()": (self: StringBuilder, host: Host) => append(self, newLine, host),
    "StringBuilder AppendLine(string value)": (self: StringBuilder, text: string | null, host: Host) =>
      append(self, (text ?? "") + newLine, host),
    "StringBuilder AppendFormat(string format, params object[] args)": (
      self: StringBuilder,
      pattern: string | null,
      values: readonly Value[],
      host: Host,
    ) => {
      const write = (index: number, style: string | null) => {
        const value = values[index] ?? null;
        return value === null ? "" : (scalarText(value, style) ?? host.text(value));
      };
      return append(
        self,
        compositeFormat(pattern, values.length, write, (size) => host.allocate(size)),
        host,
      );
    },
    "StringBuilder Insert(int index, object value)": (
      self: StringBuilder,
      index: number,
      value: Value,
      host: Host,
    ) => {
      const text = host.text(value);
      host.allocate(text.length);
      return changed(self, inserted(self.text, index, text), host);
    },
    "StringBuilder Remove(int startIndex, int length)": (
      self: StringBuilder,
      start: number,
      length: number,
      host: Host,
    ) => changed(self, removed(self.text, start, length), host),
    "StringBuilder Replace(string oldValue, string newValue)": (
      self: StringBuilder,
      old: string | null,
      value: string | null,
      host: Host,
    ) => changed(self, replaced(self.text, old, value), host),
    "StringBuilder Clear()": (self: StringBuilder) => {
      self.text = "";
      return self;
    },
    "string ToString()": (self: StringBuilder) => self.text,
    "string ToString(int startIndex, int length)": (self: StringBuilder, start: number, length: number) =>
      self.text.slice(start, start + length),
  },
};

/** `StringBuilder`. */
export const stringBuilderTypes: readonly TypeDescription[] = [builderDescription];
