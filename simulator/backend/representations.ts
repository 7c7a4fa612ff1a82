import { type Session, type Speaker, sessions, speakers, type Topic, topics } from "./conference-data.ts";

// Relations are names, not addresses: nothing is fetched from here.
const rel = (name: string) => `https://conference.example/rels/${name}`;

interface Link {
  readonly rel: string;
  readonly href: string;
}

interface Item {
  readonly href: string;
  readonly data: Readonly<Record<string, string>>;
  readonly links: readonly Link[];
}

/**
 * A Collection+JSON document; hrefs are relative to the host, so that they hold behind a gateway.
 *
 * @see http://amundsen.com/media-types/collection/format/
 */
export function collection(href: string, items: readonly Item[]): string {
  return JSON.stringify({
    collection: {
      version: "1.0",
      href,
      links: [],
      items: items.map((item) => ({
        ...item,
        data: Object.entries(item.data).map(([name, value]) => ({ name, value })),
      })),
      queries: [],
      template: { data: [] },
    },
  });
}

/** A session as an item of a collection. */
export function sessionItem({ id, title, timeslot, day, speakerId }: Session): Item {
  const speaker = speakers.find((one) => one.id === speakerId)?.name ?? "";
  return {
    href: `/session/${id}`,
    data: { Title: title, Timeslot: timeslot, Day: String(day), Speaker: speaker },
    links: [
      { rel: rel("speaker"), href: `/speaker/${speakerId}` },
      { rel: rel("topics"), href: `/session/${id}/topics` },
    ],
  };
}

/** A speaker as an item of a collection. */
export function speakerItem({ id, name }: Speaker): Item {
  return {
    href: `/speaker/${id}`,
    data: { Name: name },
    links: [{ rel: rel("sessions"), href: `/speaker/${id}/sessions` }],
  };
}

/** A topic as an item of a collection. */
export function topicItem({ id, name }: Topic): Item {
  return {
    href: `/topic/${id}`,
    data: { Title: name },
    links: [{ rel: rel("sessions"), href: `/topic/${id}/sessions` }],
  };
}

/** A resource with its links. @see https://datatracker.ietf.org/doc/html/draft-kelly-json-hal */
function hal(properties: object, links: Readonly<Record<string, string>>): string {
  const named = Object.entries(links).map(([name, href]) => [name === "self" ? name : rel(name), { href }]);
  return JSON.stringify({ ...properties, _links: Object.fromEntries(named) });
}

/** A session in HAL. */
export function sessionHal({ id, title, day, timeslot }: Session): string {
  const self = `/session/${id}`;
  return hal({ id, title, day, timeslot }, { self, topics: `${self}/topics`, feedback: `${self}/feedback` });
}

/** A speaker in HAL. */
export function speakerHal(speaker: Speaker): string {
  const self = `/speaker/${speaker.id}`;
  return hal(speaker, { self, sessions: `${self}/sessions`, topics: `${self}/topics` });
}

/** A topic in HAL. */
export function topicHal(topic: Topic): string {
  const self = `/topic/${topic.id}`;
  return hal(topic, { self, speakers: `${self}/speakers`, sessions: `${self}/sessions` });
}

/** A session in one line. */
export function sessionText({ title, day, timeslot }: Session): string {
  return `${title} (day ${day}, ${timeslot})`;
}

/** The topics of some sessions, each once, in their own order. */
export function topicsOf(of: readonly Session[]): readonly Topic[] {
  return topics.filter(({ id }) => of.some(({ topicIds }) => topicIds.includes(id)));
}

/** The speakers of some sessions, each once, in their own order. */
export function speakersOf(of: readonly Session[]): readonly Speaker[] {
  return speakers.filter(({ id }) => of.some(({ speakerId }) => speakerId === id));
}

/** The sessions that fit the query: `dayno`, part of the speaker's name, part of the title. */
export function sessionsMatching(query: URLSearchParams): readonly Session[] {
  const holds = (text: string, name: string) =>
    text.toLowerCase().includes((query.get(name) ?? "").toLowerCase());
  const day = query.get("dayno");
  return sessions.filter(
    (session) =>
      (day === null || String(session.day) === day) &&
      holds(session.title, "keyword") &&
      holds(speakers.find(({ id }) => id === session.speakerId)?.name ?? "", "speakername"),
  );
}
