import { attributesIn, endOfBracket, type SourceSyntax, type WrittenAttribute } from "./source-text.ts";

/** How Terraform writes comments, texts in quotes and heredocs. */
export const terraformSyntax: SourceSyntax = {
  skip: (text, at) => {
    const rest = (pattern: RegExp) => {
      pattern.lastIndex = at;
      return pattern.exec(text) === null ? undefined : pattern.lastIndex;
    };
    switch (text[at]) {
      case '"':
        // A text may stand in what is put into another one.
        return rest(/"(?:[^"\\\n$]|\$(?!\{)|\\.|\$\{[^{}\n]*\}|\$\{)*"?/y);
      case "#":
        return rest(/#[^\n]*/y);
      case "/":
        return rest(/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y);
      case "<":
        return rest(/<<-?([A-Za-z_]\w*)[^\n]*\n[\s\S]*?(?:^[ \t]*\1(?!\w)|$(?![\s\S]))/my);
      default:
        return undefined;
    }
  },
};

/** A block of a Terraform file. */
export interface TerraformBlock {
  readonly kind: "resource" | "module" | "variable" | "output" | "locals";
  /** Type of a resource, else "". */
  readonly type: string;
  readonly label: string;
  readonly file: string;
  readonly source: string;
  readonly attributes: ReadonlyMap<string, WrittenAttribute>;
}

const header =
  /^[ \t]*(?:resource[ \t]+"(azurerm_api_management\w*)"[ \t]+"([^"\n]+)"|(module|variable|output)[ \t]+"([^"\n]+)"|locals)[ \t]*\{/gm;

/** The blocks of a file that policies have to do with: those of API Management, calls of modules, and values. */
export function terraformBlocks(file: string, source: string): readonly TerraformBlock[] {
  return [...source.matchAll(header)].map((match) => {
    const from = match.index + match[0].length;
    const end = endOfBracket(source, from - 1, terraformSyntax) - 1;
    const [, type = "", resource, other, name] = match;
    const kind = resource !== undefined ? "resource" : ((other as TerraformBlock["kind"]) ?? "locals");
    const attributes = attributesIn(source, from, end, terraformSyntax);
    return { kind, type, label: resource ?? name ?? "", file, source, attributes };
  });
}

/** The folder of a file, "" for the outermost. */
export function folderOfFile(file: string): string {
  return file.split("/").slice(0, -1).join("/");
}
