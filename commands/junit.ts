import { renderFailure } from "../proof/failures.ts";
import type { Answer } from "../proof/run.ts";
import { describeActual, describeExpected } from "../proof/table.ts";
import type { Proof } from "./prove.ts";

/**
 * A proof as a JUnit XML document: a suite for each API, a test case for each answer, a skipped one for what was not sent.
 *
 * ```xml
 * <testcase classname="conference" name="GET /sessions with no token: 401"/>
 * ```
 *
 * Where nothing was sent at all, a failed test case says so: a reader of the file must not take it for success.
 *
 * @param startedAt When the first request was sent.
 * @see https://github.com/testmoapp/junitxml
 */
export function renderJunit(proof: Proof, startedAt: Date): string {
  const suites = [...Map.groupBy(proof.answers, ({ cell }) => cell.api.name)].map(([name, answers]) =>
    suite(
      name,
      answers.map((answer) => testCase(answer, proof)),
      startedAt,
    ),
  );
  if (proof.answers.length === 0) suites.push(suite("who gets in", [nothingSent()], startedAt));
  if (proof.leftOut.length > 0) suites.push(suite("not sent", proof.leftOut.map(leftOut), startedAt));
  const attributes = { name: "Who gets in", ...counts(suites.flatMap(({ cases }) => cases)) };
  const root = element("testsuites", { ...attributes, time: proof.seconds.toFixed(3) }, suites);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}\n`;
}

type Outcome = "passed" | "failure" | "error" | "skipped";

interface Case {
  readonly outcome: Outcome;
  readonly xml: string;
}

function testCase(answer: Answer, { explain }: Proof): Case {
  const { api, operation, kind, expected } = answer.cell;
  const attributes = {
    classname: api.name,
    name: `${operation.method} ${operation.path} ${kind.family === "clients" ? "as" : "with"} ${kind.name}: ${expected}`,
  };
  if (answer.passed) return { outcome: "passed", ...element("testcase", attributes) };
  // A request without an answer says nothing of who gets in: JUnit's "error", not "failure".
  const outcome = answer.actual === undefined ? "error" : "failure";
  const problem = element(
    outcome,
    { message: `expected ${describeExpected(answer)}, got ${describeActual(answer)}` },
    renderFailure(answer, explain),
  );
  return { outcome, ...element("testcase", attributes, [problem]) };
}

function leftOut(reason: string): Case {
  const attributes = { classname: "not sent", name: reason };
  return {
    outcome: "skipped",
    ...element("testcase", attributes, [element("skipped", { message: reason })]),
  };
}

function nothingSent(): Case {
  const message = "Nothing was sent, so nothing is proved.";
  const attributes = { classname: "who gets in", name: "something is sent" };
  return { outcome: "failure", ...element("testcase", attributes, [element("failure", { message })]) };
}

function suite(name: string, cases: readonly Case[], startedAt: Date) {
  // The format has no time zone; its readers take UTC.
  const timestamp = startedAt.toISOString().slice(0, 19);
  return { cases, ...element("testsuite", { name, ...counts(cases), timestamp }, cases) };
}

function counts(cases: readonly Case[]): Record<string, number> {
  const count = (outcome: Outcome) => cases.filter((one) => one.outcome === outcome).length;
  return {
    tests: cases.length,
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
  };
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly { readonly xml: string }[] | string = [],
): { readonly xml: string } {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeXml(String(value), /[&<>"\t\n\r]/g)}"`,
  );
  const inner =
    typeof content === "string"
      ? escapeXml(content, /[&<>\r]/g)
      : content.map(({ xml }) => `\n${xml}`).join("") + (content.length > 0 ? "\n" : "");
  const tag = `<${name}${written.join("")}`;
  return { xml: inner === "" ? `${tag}/>` : `${tag}>${inner}</${name}>` };
}

// What a parser would take for markup, or fold: line ends and tabs in an attribute, a carriage return everywhere.
const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#x9;",
  "\n": "&#xA;",
  "\r": "&#xD;",
};

// https://www.w3.org/TR/xml/#charsets
const outsideXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** A document's text may hold what XML cannot carry, which would make the whole file unreadable. */
function escapeXml(text: string, special: RegExp): string {
  return text
    .replace(outsideXml, "\u{FFFD}")
    .replace(special, (character) => entities[character] ?? character);
}
