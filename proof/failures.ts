import type { ApiToProve, Cell } from "./matrix.ts";
import type { OktaRefusal } from "./okta-client.ts";
import type { Answer, ReportedRefusal } from "./run.ts";
import { describeActual, describeExpected } from "./table.ts";
import { isDenied, type TokenKind } from "./token-kinds.ts";

/** More lines on an answer, from whoever knows the stack it came from; none for a deployed one. */
export type Explain = (answer: Answer) => readonly string[];

/**
 * One block for a cell that differs: what was expected and got, what was sent, who refused it, and where to look.
 *
 * ```text
 * ✗ POST /session/{id}/feedback with "all scopes but a needed one": expected 403, got 200
 *   sent     POST /session/100/feedback, token kind "all scopes but a needed one", scp ["conference.read"]
 *   look at  security of paths./session/{id}/feedback.post in apis/conference.openapi.yaml, policies/authorize.ts, policies/protect-api.ts
 * ```
 */
export function renderFailure(answer: Answer, explain: Explain = () => []): string {
  const { operation, kind } = answer.cell;
  const head = `✗ ${operation.method} ${operation.path} ${kind.family === "clients" ? "as" : "with"} ${quoted(kind)}: expected ${describeExpected(answer)}, got ${describeActual(answer)}`;
  const lines = [
    `sent     ${sent(answer)}`,
    ...because(answer),
    ...explain(answer),
    `look at  ${[...new Set(placesToLookAt(answer))].join(", ")}`,
  ];
  return [head, ...lines.map((line) => `  ${line}`)].join("\n");
}

function because(answer: Answer): readonly string[] {
  const { cell, actual, noToken, denial, refusal, traceId } = answer;
  if (noToken !== undefined) {
    const holder = noToken.client === undefined ? tokenHolder(cell) : `"${noToken.client}"`;
    const said = `Okta gave ${holder} no token: ${noToken.words}`;
    return denial === undefined
      ? [`because  ${said}`]
      : [`because  ${denial.problem}`, `answer   ${said}`, `next     ${denial.next}`];
  }
  if (cell.expected === "no token" && actual !== "no token")
    return [`because  Okta gave ${tokenHolder(cell)} a token`];
  if (refusal === "unknown") return [...judged(answer), `trace    ${traceId}`];
  if (refusal === "none") return judged(answer);
  const [fault] = answer.faults ?? [];
  return [
    `because  ${refusal.text}`,
    ...(fault?.reason === refusal.reason ? [`next     ${fault.next}`] : []),
  ];
}

/** What the token itself says about the answer, in the words of `npm run explain`. */
function judged({ actual, faults }: Answer): readonly string[] {
  if (faults === undefined) return [];
  const [fault] = faults;
  const isRefused = actual === 401 || actual === 403;
  if (fault === undefined)
    return isRefused
      ? [
          "because  nothing is wrong with the token by the document, Okta's keys and the clocks: the gateway has other policies, or older keys",
        ]
      : [];
  return isRefused
    ? [`because  ${fault.problem}`, `next     ${fault.next}`]
    : [`because  the gateway let it in, though it should answer ${fault.status}: ${fault.problem}`];
}

function tokenHolder({ kind: { caller } }: Cell): string {
  return caller === undefined ? "another app of this org" : `"${caller.name}"`;
}

/** Who refused it and who should have; where nobody did, what is behind the gateway. */
function placesToLookAt({ cell, actual, noToken, refusal }: Answer): readonly string[] {
  if (cell.expected === "no token" || noToken !== undefined) return placesOfToken(cell, noToken);
  const due = placesOfStatus(cell, cell.expected);
  if (typeof refusal === "object") return [...placesOfRefusal(cell, refusal), ...due];
  const isRefused = actual === 401 || actual === 403;
  if (refusal === "none" && isRefused) return [...behindGateway(cell), ...due];
  const decisive = isRefused ? placesOfStatus(cell, actual) : due;
  return decisive.length > 0 ? decisive : behindGateway(cell);
}

/** What decides whether Okta gives a token. */
function placesOfToken(
  { api, kind: { caller, origin } }: Cell,
  noToken: OktaRefusal | undefined,
): readonly string[] {
  const isOurs = api.madeBy !== "program";
  const asking = noToken?.client ?? caller?.name;
  if (noToken !== undefined && !isDenied(noToken) && asking !== undefined)
    return [
      `the id, authentication and secret or key of "${asking}" in the stack's output clients`,
      "its app in Okta",
      ...(isOurs ? ["components/okta-client.ts"] : []),
    ];
  if (caller === undefined && origin === "other app")
    return [
      "the access policies of the stack's authorization server in Okta: one lets other apps have its scopes",
      ...(isOurs
        ? [
            "components/okta-authorization.ts",
            "or accept it by oktaAcceptOtherClientsOf in the stack's settings",
          ]
        : []),
    ];
  const rights = caller !== undefined && caller.person === undefined ? "scopes" : "scopes and groups";
  return [
    isOurs
      ? `${rights} of client "${caller?.client.name ?? asking}" in the stack's settings`
      : `the app "${caller?.client.name ?? asking}" in the program`,
    "the app's assignments and access policies in Okta",
    ...(isOurs ? ["components/okta-client.ts"] : []),
  ];
}

/** What makes a policy answer so; none for other statuses than 401 and 403. */
function placesOfStatus({ api, operation }: Cell, status: number): readonly string[] {
  if (status !== 401 && status !== 403) return [];
  const security = `security of paths.${operation.path}.${operation.method.toLowerCase()} in ${api.document.source}`;
  if (api.madeBy === "program") {
    const check = status === 401 ? "the validate-jwt" : "the required claims";
    return [security, `${check} in ${policiesOf(api)} and of ${operation.method} ${operation.path}`];
  }
  return [
    security,
    `policies/${status === 401 ? "authenticate" : "authorize"}.ts`,
    "policies/protect-api.ts",
  ];
}

function placesOfRefusal(cell: Cell, { source, scope, reason }: ReportedRefusal): readonly string[] {
  const { api, operation } = cell;
  const isOurs = api.madeBy !== "program";
  if (source === "configuration")
    return [
      `the path of API "${api.name}" in ${settingsOf(api)}`,
      `paths.${operation.path}.${operation.method.toLowerCase()} in ${api.document.source}`,
    ];
  const policies = isOurs ? "policies/protect-api.ts" : policiesOf(api);
  if (source === "forward-request") return [...behindGateway(cell), policies];
  if (scope === "global") return [`${source} in the instance's global policy`];
  if (source !== "validate-jwt")
    return isOurs ? [`policies/elements/${source}.ts`, policies] : [`${source} in ${policies}`];
  const isAuthorization = scope === "operation" && reason.startsWith("TokenClaim");
  return placesOfStatus(cell, isAuthorization ? 403 : 401);
}

function behindGateway({ api }: Cell): readonly string[] {
  return [
    `the serviceUrl of API "${api.name}" in ${settingsOf(api)}`,
    `or, for a mock, the example of its answer in ${api.document.source}`,
  ];
}

function settingsOf({ madeBy }: ApiToProve): string {
  return madeBy === "program" ? "the program" : "the stack's settings";
}

function policiesOf({ name }: ApiToProve): string {
  return `the policies of API "${name}"`;
}

function quoted({ origin, name }: TokenKind): string {
  return origin === "none" ? name : `"${name}"`;
}

function sent({ cell: { kind, operation, context } }: Answer): string {
  const request = `${operation.method} ${operation.example.path}`;
  return kind.origin === "none"
    ? request
    : `${request}, token kind "${kind.name}", scp ${JSON.stringify(kind.scopes(context))}`;
}
