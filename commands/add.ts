import { createInterface } from "node:readline/promises";
import { DocumentError, refusalText } from "../openapi/document-error.ts";
import { isUrl } from "../openapi/document-lock.ts";
import type { Outcome } from "../openapi/finding.ts";
import { counted, findingsText } from "../openapi/findings-text.ts";
import type { RequiredQueryConduct } from "../openapi/required-query.ts";
import { neededText } from "../openapi/security/security.ts";
import { type Addition, addDocument } from "./add-document.ts";
import { asCalled } from "./as-called.ts";
import { CommandError } from "./command-error.ts";
import { type CommandLine, type CommandOption, parseCommandLine } from "./command-line.ts";
import { readSource } from "./document-source.ts";
import { projectRoot } from "./project.ts";
import { configuredApis, hasConfiguredApis } from "./prove.ts";
import { findingsJson, refusalJson } from "./refused-documents.ts";
import { runCommand } from "./run-command.ts";
import { askForRule, proposedRule, type SecurityQuestion } from "./security-question.ts";
import { declaresSetting, readStackSettings, stackName } from "./stack-settings.ts";

const commandLine = {
  usage: "npm run add -- FILE|URL [options]",
  summary:
    "Adds somebody's OpenAPI or Swagger document to a stack as an API, or takes in its new version. The document stays as it is: settings and an overlay say the rest. Exit code 1 and nothing written when it cannot be imported.",
  takesWords: true,
  options: {
    name: { type: "string", value: "NAME", help: "Name of the API; by default it follows from the file's." },
    path: { type: "string", value: "PATH", help: "URL suffix of the API; by default its name." },
    "service-url": {
      type: "string",
      value: "URL",
      help: "Its backend; by default it answers with examples.",
    },
    "required-query": {
      type: "string",
      value: "HOW",
      help: "What the import makes of required query parameters: template (Azure's default) or query.",
    },
    stack: { type: "string", value: "NAME", default: "local", help: "The stack whose settings get it." },
    yes: {
      type: "boolean",
      default: false,
      help: "Takes the proposed rule for who may call, and does not ask.",
    },
    all: { type: "boolean", default: false, help: "Prints every operation and every place." },
    json: { type: "boolean", default: false, help: "Prints one JSON document." },
  },
} as const satisfies CommandLine<Record<string, CommandOption>>;

/** `npm run add`: see its {@link commandLine}. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(commandLine, args);
  const [named, ...others] = positionals;
  if (named === undefined || others.length > 0)
    throw new CommandError("Name one file or URL: npm run add -- apis/orders.yaml.", {
      code: "command-line",
    });
  const settings = await readStackSettings(values.stack, { encrypted: "skip" });
  if (!hasConfiguredApis(settings) && !(await declaresSetting("apis")))
    throw new CommandError(
      `The program of project "${settings.project}" has no setting "apis", where \`npm run add\` would put the document. Import it in the program: as \`value\` of an apimanagement.Api, with the format "openapi" or "openapi+json". \`npm start\` then proves it.`,
      { code: "settings" },
    );
  try {
    const addition = await addDocument({
      root: projectRoot,
      project: settings.project,
      stack: stackName(values.stack),
      sku: settings.config[`${settings.project}:apimSku`] ?? "Developer",
      stackFile: `Pulumi.${stackName(values.stack)}.yaml`,
      // The first API of a stack is added too.
      apis: settings.config[`${settings.project}:apis`] ? configuredApis(settings) : {},
      source: await readSource(named, projectRoot),
      name: values.name,
      path: values.path,
      serviceUrl: values["service-url"],
      translateRequiredQueryParametersConduct: requiredQueryOf(values["required-query"]),
      askForRule: values.yes ? async (question) => proposedRule(question) : askInTerminal,
    });
    if (addition === undefined) {
      console.error("Nothing was written.");
      return 1;
    }
    console.log(values.json ? additionJson(addition) : asCalled(additionText(addition, values.all)));
    return 0;
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    const { subject, findings } = error;
    if (values.json) console.log(refusalJson([error]));
    console.error(`${refusalText(subject, findings, values)}\nNothing was written.`);
    return 1;
  }
}

function requiredQueryOf(value: string | undefined): RequiredQueryConduct | undefined {
  if (value === undefined || value === "template" || value === "query") return value;
  throw new CommandError(`--required-query is "${value}". It can be "template" or "query".`, {
    code: "command-line",
  });
}

async function askInTerminal(question: SecurityQuestion) {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CommandError(
      `The document names no scope of Okta's for ${counted(question.operations.length, "operation")}, and there is no terminal to ask in. --yes takes ${JSON.stringify(proposedRule(question).scopes)}.`,
      { code: "command-line" },
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await askForRule(question, terminal);
  } catch (error) {
    // Ctrl-C or Ctrl-D: no answer is wanted.
    if ((error as NodeJS.ErrnoException).code !== "ABORT_ERR") throw error;
    console.error();
    return undefined;
  } finally {
    terminal.close();
  }
}

const shownOperations = 15;
// With the heads of at most five outcomes, what is told of findings has forty lines.
const shownFindingLines = 30;

const headings: Readonly<Record<Outcome, string>> = {
  refused: "Refused",
  converted: "Converted",
  lost: "Lost or dropped",
  added: "Added to the import",
  "made up": "Made up for the proof's calls",
  noted: "To know",
};

function additionText(addition: Addition, all: boolean): string {
  const { name, isNew, document, changes, replaced, written, settings } = addition;
  const { operations, findings } = document;
  const isOpen = (one: (typeof operations)[number]) => one.security.kind === "public";
  // What is public is never left out.
  const ordered = [...operations.filter(isOpen), ...operations.filter((one) => !isOpen(one))];
  const openCount = operations.filter(isOpen).length;
  const shown = all ? operations : ordered.slice(0, Math.max(shownOperations, openCount));
  const width = Math.min(60, Math.max(...shown.map(({ method, path }) => method.length + path.length + 1)));
  const more = operations.length - shown.length;
  const byOutcome = Map.groupBy(findings, ({ rule }) => rule.outcome);
  const outcomes = (Object.keys(headings) as Outcome[]).filter((outcome) => byOutcome.has(outcome));
  return [
    `API "${name}": ${document.title}, ${counted(operations.length, "operation")}, ${openCount === 0 ? "none public" : `${openCount} public`}`,
    ...shown.map(
      (one) =>
        `  ${`${one.method} ${one.path}`.padEnd(width)}  ${neededText(one.security, one.requiredClaims)}`,
    ),
    ...(more > 0 ? [`  … and ${more} more; --all lists them`] : []),
    ...outcomes.flatMap((outcome) => [
      "",
      `${headings[outcome]}:`,
      ...findingsText(byOutcome.get(outcome) ?? [], {
        all,
        lines: Math.floor(shownFindingLines / byOutcome.size),
      }).map((line) => `  ${line}`),
    ]),
    "",
    ...(isNew && changes === undefined ? [] : changeLines(changes)),
    ...(replaced === undefined ? [] : [`It takes the place of ${replaced}.`]),
    ...(isUrl(settings.document) && settings.document.includes("?")
      ? ["The URL's query stands in the settings and in the lock: it must hold no secret."]
      : []),
    `Written: ${written.join(", ")}`,
    ...(isNew
      ? [
          `It answers ${settings.mock ? "with the document's examples" : `from ${settings.serviceUrl}`} at the path "${settings.path}". Next: npm start`,
        ]
      : []),
  ].join("\n");
}

function changeLines(changes: readonly string[] | undefined): readonly string[] {
  if (changes === undefined) return ["Who gets in: nothing was recorded before, so nothing is compared."];
  if (changes.length === 0) return ["Who gets in: as before."];
  return ["Who gets in, against what was added before:", ...changes.map((line) => `  ${line}`)];
}

function additionJson({ document, ...addition }: Addition): string {
  const operations = document.operations.map(({ method, path, operationId, security, requiredClaims }) => ({
    operation: `${method} ${path}`,
    operationId,
    needs: neededText(security, requiredClaims),
  }));
  const findings = findingsJson(document.findings);
  return JSON.stringify({ ...addition, title: document.title, operations, findings }, null, 2);
}

await runCommand(main);
