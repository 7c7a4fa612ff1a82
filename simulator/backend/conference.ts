import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type Session, sessions, speakers, topics } from "./conference-data.ts";
import {
  collection,
  sessionHal,
  sessionItem,
  sessionsMatching,
  sessionText,
  speakerHal,
  speakerItem,
  speakersOf,
  topicHal,
  topicItem,
  topicsOf,
} from "./representations.ts";

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Call {
  readonly query: URLSearchParams;
  readonly accept: string;
  /** Media type of the request's body. */
  readonly contentType: string;
  readonly body: string;
}

type Resource = (id: number, call: Call) => Answer;

const maxBodyBytes = 4096;

const text = (body: string, status = 200): Answer => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body,
});
const list = (href: string, items: Parameters<typeof collection>[1]): Answer => ({
  status: 200,
  contentType: "application/vnd.collection+json",
  body: collection(href, items),
});
// Plain text unless HAL is asked for, as the original API had it.
const halOrText = ({ accept }: Call, mediaType: string, hal: string, plain: string): Answer =>
  accept.includes(mediaType) ? { status: 200, contentType: mediaType, body: hal } : text(plain);

function found<T extends { readonly id: number }>(
  kind: string,
  all: readonly T[],
  answer: (one: T, call: Call) => Answer,
): Resource {
  return (id, call) => {
    const one = all.find((candidate) => candidate.id === id);
    return one === undefined ? text(`${kind} not found`, 404) : answer(one, call);
  };
}

const bySpeaker = (id: number) => sessions.filter(({ speakerId }) => speakerId === id);
const byTopic = (id: number) => sessions.filter(({ topicIds }) => topicIds.includes(id));
const session = (answer: (one: Session, call: Call) => Answer) => found("Session", sessions, answer);

const resources: readonly (readonly [method: string, template: string, resource: Resource])[] = [
  ["GET", "/sessions", (_, { query }) => list("/sessions", sessionsMatching(query).map(sessionItem))],
  [
    "GET",
    "/session/{id}",
    session((one, call) => halOrText(call, "application/hal+json", sessionHal(one), sessionText(one))),
  ],
  [
    "GET",
    "/session/{id}/topics",
    session((one) => list(`/session/${one.id}/topics`, topicsOf([one]).map(topicItem))),
  ],
  ["POST", "/session/{id}/feedback", session((_, call) => feedback(call))],
  [
    "GET",
    "/speakers",
    (_, { query }) => list("/speakers", speakersOf(sessionsMatching(query)).map(speakerItem)),
  ],
  [
    "GET",
    "/speaker/{id}",
    found("Speaker", speakers, (one, call) =>
      halOrText(call, "application/vnd.hal+json", speakerHal(one), one.name),
    ),
  ],
  [
    "GET",
    "/speaker/{id}/sessions",
    found("Speaker", speakers, ({ id }) => list(`/speaker/${id}/sessions`, bySpeaker(id).map(sessionItem))),
  ],
  [
    "GET",
    "/speaker/{id}/topics",
    found("Speaker", speakers, ({ id }) =>
      list(`/speaker/${id}/topics`, topicsOf(bySpeaker(id)).map(topicItem)),
    ),
  ],
  ["GET", "/topics", (_, { query }) => list("/topics", topicsOf(sessionsMatching(query)).map(topicItem))],
  [
    "GET",
    "/topic/{id}",
    found("Topic", topics, (one, call) => halOrText(call, "application/hal+json", topicHal(one), one.name)),
  ],
  [
    "GET",
    "/topic/{id}/speakers",
    found("Topic", topics, ({ id }) =>
      list(`/topic/${id}/speakers`, speakersOf(byTopic(id)).map(speakerItem)),
    ),
  ],
  [
    "GET",
    "/topic/{id}/sessions",
    found("Topic", topics, ({ id }) => list(`/topic/${id}/sessions`, byTopic(id).map(sessionItem))),
  ],
];

const routes = resources.map(([method, template, resource]) => ({
  method,
  pattern: new RegExp(`^${template.replace("{id}", "(\\d{1,9})")}$`),
  resource,
}));

/**
 * The Conference API's backend, with sessions of our own: it trusts whoever reaches it, as backends behind a gateway do.
 */
export function conferenceBackend(): RequestListener {
  return (request, response) => {
    readBody(request).then(
      (body) =>
        write(
          request,
          response,
          body === undefined ? text("Feedback is too long", 413) : answer(request, body),
        ),
      // The client broke off; there is nobody to answer.
      () => response.destroy(),
    );
  };
}

function answer(request: IncomingMessage, body: string): Answer {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://backend");
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
  const fitting = routes.filter(({ pattern }) => pattern.test(pathname));
  const route = fitting.find((one) => one.method === method);
  if (route === undefined) {
    const allow = fitting.map((one) => one.method).join(", ");
    return allow === "" ? text("Not found", 404) : { ...text("Method not allowed", 405), headers: { allow } };
  }
  const id = Number(route.pattern.exec(pathname)?.[1] ?? Number.NaN);
  const { accept = "", "content-type": contentType = "" } = request.headers;
  return route.resource(id, { query: searchParams, accept, contentType, body });
}

function feedback({ contentType, body }: Call): Answer {
  if (!/^text\/plain\b/i.test(contentType)) return text("Feedback must be text/plain", 415);
  return text(body);
}

/** The body as text, or `undefined` when it is longer than anything here takes. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    // The rest is read to its end and dropped, so that the connection can be used again.
    if (bytes <= maxBodyBytes) chunks.push(chunk as Buffer);
  }
  return bytes > maxBodyBytes ? undefined : Buffer.concat(chunks).toString("utf8");
}

function write(
  request: IncomingMessage,
  response: ServerResponse,
  { status, contentType, body, headers }: Answer,
): void {
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
