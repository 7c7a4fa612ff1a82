import type { FolderFiles, WrittenPolicy } from "./policy-folder.ts";
import { attributesIn, besides, endOfBracket, lineAt } from "./source-text.ts";
import { terraformSyntax } from "./terraform-blocks.ts";
import {
  argumentsIn,
  asName,
  asNamedValue,
  resolved,
  substituted,
  type TerraformExpression,
  terraformText,
  type UnknownText,
} from "./terraform-scope.ts";

/** Where what a Terraform file names is looked for. */
export interface TerraformFiles {
  readonly files: FolderFiles;
  /** Takes a line on what is not read as it stands there. */
  readonly note: (line: string) => void;
}

/** The policy that an expression gives, as far as it stands there as text. The provider sends every document as `rawxml`. */
export function terraformPolicy(
  expression: TerraformExpression,
  of: string,
  { files, note }: TerraformFiles,
): WrittenPolicy | undefined {
  const written = resolved(expression);
  const { file, source, index, text, scope } = written;
  const line = lineAt(source, index);
  const put = (part: string) =>
    substituted(withoutDirectives(part, file, note), (inside) =>
      terraformText({ text: inside, scope }, asNamedValue),
    ) ?? part;
  const [, heredoc] = /^<<-?[A-Za-z_]\w*[^\n]*\n([\s\S]*?)\n?[ \t]*[A-Za-z_]\w*$/.exec(text) ?? [];
  if (heredoc !== undefined) return { xml: put(heredoc), format: "rawxml", file, line: line + 1 };
  if (/^"/.test(text)) {
    const xml = terraformText(written, asNamedValue);
    if (xml?.includes("<")) return { xml, format: "rawxml", file, line };
  }
  const read = readFile(written, { files, note });
  if (read === undefined) {
    note(`${file}:${line}: the policy of ${of} does not stand there as text: ${shortened(text)}`);
    return undefined;
  }
  if (read.text === undefined) {
    note(`${file}:${line}: "${read.file}", which holds the policy of ${of}, is not in the folder.`);
    return undefined;
  }
  const template = (part: string) =>
    substituted(withoutDirectives(part, read.file, note), valueIn(read, asNamedValue)) ?? part;
  const xml = read.isTemplate ? template(read.text) : read.text;
  return { xml, format: "rawxml", file: read.file, line: 1 };
}

/** The OpenAPI document that an expression gives; `undefined` where it does not stand there. */
export function terraformDocument(
  expression: TerraformExpression,
  { files, note }: TerraformFiles,
): { readonly file: string; readonly text: string } | undefined {
  const written = resolved(expression);
  const read = readFile(written, { files, note });
  if (read === undefined) return undefined;
  const { file, text } = read;
  if (text === undefined) {
    note(`${written.file}: "${file}", the document of an API, is not in the folder.`);
    return undefined;
  }
  const whole = read.isTemplate
    ? (substituted(withoutDirectives(text, file, note), valueIn(read, asName)) ?? text)
    : text;
  return { file, text: whole };
}

interface ReadFile {
  readonly file: string;
  /** Absent where it is not in the folder. */
  readonly text?: string;
  readonly isTemplate: boolean;
  /** What the call puts in, by name. */
  readonly values: ReadonlyMap<string, TerraformExpression>;
}

function valueIn({ values }: ReadFile, unknown: UnknownText): UnknownText {
  return (inside) => {
    const given = values.get(inside);
    // The template's own name says more than what is not known either.
    return (given && terraformText(given)) ?? unknown(inside);
  };
}

/** The file that `file("…")` or `templatefile("…", {…})` reads, also in another call or a condition. */
function readFile(expression: TerraformExpression, { files, note }: TerraformFiles): ReadFile | undefined {
  const { text, source, index, scope } = expression;
  const calls = [...text.matchAll(/\b(file|templatefile)\(/g)];
  const paths = calls.map(({ index: at, 0: whole }) => {
    const end = endOfBracket(text, at + whole.length - 1, terraformSyntax);
    const [path = ""] = argumentsIn(text.slice(at + whole.length, end - 1));
    return path;
  });
  const [call] = calls;
  const candidates = paths.flatMap((path) => {
    const [, one, other] = /\?\s*("[^"]*")\s*:\s*("[^"]*")$/.exec(path) ?? [];
    return one === undefined || other === undefined ? [path] : [one, other];
  });
  const [path] = candidates;
  if (call === undefined || path === undefined) return undefined;
  if (new Set(candidates).size > 1)
    note(
      `${expression.file}:${lineAt(source, index)}: which file is deployed depends on a condition; the first is read, ${path}.`,
    );
  const file = fileAt({ ...expression, text: path }, { files, note });
  if (file === undefined) return undefined;
  const [whole, kind] = call;
  const open = index + call.index + whole.indexOf("(");
  const end = endOfBracket(source, open, terraformSyntax);
  const values = source.indexOf("{", open + (paths[0] ?? "").length);
  const given =
    values < 0 || values >= end
      ? new Map<string, never>()
      : attributesIn(source, values + 1, endOfBracket(source, values, terraformSyntax) - 1, terraformSyntax);
  const found = files.get(file);
  return {
    file,
    ...(found === undefined ? {} : { text: found }),
    isTemplate: kind === "templatefile",
    values: new Map([...given].map(([name, one]) => [name, { ...expression, ...one, scope }])),
  };
}

/** Where a path leads. What is not known in it may be anything. */
function fileAt(expression: TerraformExpression, { files, note }: TerraformFiles): string | undefined {
  const { scope } = expression;
  const end = resolved(expression);
  const { folder } = end.scope;
  // Where no name says, Terraform looks beside the folder that it is run in.
  const own = end.text.replace(/^"(?:\.\/)?\$\{path\.(module|root|cwd)\}\//, (_, place: string) =>
    place === "module" ? '"./' : '"/',
  );
  const isOfModule = own !== end.text && own.startsWith('"./');
  const path = terraformText({ text: own, scope: end.scope }, () => "*") ?? own;
  if (!/\w/.test(path)) return undefined;
  const at = (base: string) => besides(base === "" ? "x" : `${base}/x`, path.replace(/^\//, ""));
  const places = isOfModule ? [at(folder)] : [...new Set([at(scope.root), at(folder)])];
  const wanted = places.map((place) => new RegExp(`^${place.split("*").map(escaped).join("[^/]*")}$`));
  const found = [...files.keys()].filter((file) => wanted.some((pattern) => pattern.test(file))).sort();
  if (found.length > 1)
    note(`${found[0]} is read, one of ${found.length} that ${expression.file} may deploy by that name.`);
  return found[0] ?? places[0] ?? path;
}

/** A text as a regular expression takes it. */
function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");
}

/** Reads what `%{ for … }` repeats once, and of `%{ if … }` the first branch. */
function withoutDirectives(text: string, file: string, note: (line: string) => void): string {
  if (!/%\{/.test(text)) return text;
  note(`${file}: what a template repeats is read once, and of its conditions the first branch.`);
  return text
    .replace(/%\{~?\s*else\s*~?\}[\s\S]*?(?=%\{~?\s*endif\s*~?\})/g, "")
    .replace(/%\{~?\s*(?:for|if|endfor|endif)\b[^}]*\}/g, "");
}

function shortened(text: string): string {
  const [line = ""] = text.split("\n", 1);
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
