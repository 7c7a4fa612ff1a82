import { Document, isScalar, type Scalar, visit } from "yaml";
import { outputsTable } from "./outputs-table.ts";
import { type Setting, settingsTable } from "./settings-table.ts";

const settings: readonly (readonly [string, Setting])[] = Object.entries(settingsTable);

const written = "<!-- Written by `npm run docs` from";

/**
 * Pulumi.yaml with the settings of the table as its `config` block; everything else stays as it is.
 *
 * @throws {Error} when the text has no `config` block.
 */
export function withConfigBlock(pulumiYaml: string): string {
  const block = /^config:\n(?:[ #].*\n|\n)*/m;
  if (!block.test(pulumiYaml)) throw new Error('Pulumi.yaml has no block "config". Add the line "config:".');
  return pulumiYaml.replace(block, () => configBlock());
}

function configBlock(): string {
  const config = settings.map(([name, { type, items, default: preset, text }]) => [
    name,
    {
      type,
      ...(items === undefined ? {} : { items: { type: items } }),
      ...(preset === undefined ? {} : { default: preset }),
      description: text,
    },
  ]);
  const document = new Document({ config: Object.fromEntries(config) });
  visit(document, {
    Pair: (_, { key, value }) => {
      if (isScalar(key) && key.value === "description" && isScalar(value)) fold(value);
    },
  });
  return document.toString({ lineWidth: 120, flowCollectionPadding: false });
}

/** A long text stands in lines of its own. */
function fold(scalar: Scalar): void {
  if (String(scalar.value).length > 100) scalar.type = "BLOCK_FOLDED";
}

/** The text of docs/settings.md. */
export function settingsPage(): string {
  const rows = settings.map(
    ([name, { type, default: preset, text }]) =>
      `| \`${name}\` | ${type} | ${preset === undefined ? "required" : defaultText(preset)} | ${text} |`,
  );
  return `# Settings

${written} stack/settings-table.ts. -->

Set one with \`npx pulumi config set KEY VALUE\`, or write it in \`Pulumi.STACK.yaml\`. Write lists and maps, such as \`apis\` and \`tags\`,
in the file. The settings of the local stack are in \`Pulumi.local.yaml\`.

| setting | type | default | what it is for |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
}

function defaultText(preset: NonNullable<Setting["default"]>): string {
  const text = typeof preset === "string" ? preset : JSON.stringify(preset);
  return text === "" ? "empty" : `\`${text}\``;
}

/** The text of docs/outputs.md. */
export function outputsPage(): string {
  const rows = Object.entries(outputsTable).map(
    ([name, { type, isSecret = false, text }]) =>
      `| \`${name}\` | ${type}${isSecret ? ", secret" : ""} | ${text} |`,
  );
  return `# Outputs

${written} stack/outputs-table.ts. -->

\`npx pulumi stack output\` prints them; \`npx pulumi stack output NAME\` prints one. A secret is printed with \`--show-secrets\`. Another stack
reads them by a [stack reference](https://www.pulumi.com/docs/iac/concepts/stacks/#stackreferences).

| output | type | what it is for |
| --- | --- | --- |
${rows.join("\n")}
`;
}
