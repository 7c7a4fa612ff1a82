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

/** What a resource reads of a request. */
export interface Call {
  readonly query: URLSearchParams;
  /** The `Accept` header; empty when there is none. */
  readonly accept: string;
  /** Media type of the request's body, with its parameters; empty when there is none. */
  readonly contentType: string;
  readonly body: string;
}

/** What a resource answers. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers for the thing with an id; resources without `{id}` in their template ignore it. */
export type Resource = (id: number, call: Call) => Answer;

/** An answer in plain text. */
export function text(body: string, status = 200): Answer {
  return { status, contentType: "text/plain; charset=utf-8", body };
}

const list = (href: string, items: Parameters<typeof collection>[1]): Answer => ({
  status: 200,
  contentType: "application/vnd.collection+json",
  body: collection(href, items),
});

// Plain text unless HAL is asked for by name, as the original API had it.
function halOrText(
  { accept }: Call,
  mediaType: string,
  { hal, plain }: { hal: string; plain: string },
): Answer {
  const qualities = new Map(
    accept.split(",").map((range) => {
      const [name = "", ...parameters] = range
        .toLowerCase()
        .split(";")
        .map((part) => part.trim());
      const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
      return [name, Number(quality)];
    }),
  );
  const halQuality = qualities.get(mediaType) ?? 0;
  const textQuality = qualities.get("text/plain") ?? qualities.get("text/*") ?? qualities.get("*/*") ?? 0;
  const isHal = halQuality > 0 && halQuality >= textQuality;
  const answer = isHal ? { status: 200, contentType: mediaType, body: hal } : text(plain);
  return { ...answer, headers: { vary: "accept" } };
}

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

function feedback({ contentType, body }: Call): Answer {
  const [mediaType = ""] = contentType.split(";");
  if (mediaType.trim().toLowerCase() !== "text/plain") return text("Feedback must be text/plain", 415);
  return text(body);
}

const bySpeaker = (id: number) => sessions.filter(({ speakerId }) => speakerId === id);
const byTopic = (id: number) => sessions.filter(({ topicIds }) => topicIds.includes(id));
const session = (answer: (one: Session, call: Call) => Answer) => found("Session", sessions, answer);

/** Every resource of the Conference API, by method and path template. */
export const resources: readonly (readonly [method: string, template: string, resource: Resource])[] = [
  ["GET", "/sessions", (_, { query }) => list("/sessions", sessionsMatching(query).map(sessionItem))],
  [
    "GET",
    "/session/{id}",
    session((one, call) =>
      halOrText(call, "application/hal+json", { hal: sessionHal(one), plain: sessionText(one) }),
    ),
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
      halOrText(call, "application/vnd.hal+json", { hal: speakerHal(one), plain: one.name }),
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
    found("Topic", topics, (one, call) =>
      halOrText(call, "application/hal+json", { hal: topicHal(one), plain: one.name }),
    ),
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
