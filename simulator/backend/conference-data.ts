/** A topic of the conference. */
export interface Topic {
  readonly id: number;
  readonly name: string;
}

/** A speaker. */
export interface Speaker {
  readonly id: number;
  readonly name: string;
  readonly bio: string;
}

/** A session: one speaker, one or more topics, one of three days. */
export interface Session {
  /** From 100. */
  readonly id: number;
  readonly title: string;
  readonly day: number;
  /** `09:00 - 10:00`. */
  readonly timeslot: string;
  readonly speakerId: number;
  readonly topicIds: readonly number[];
}

function numbered<T>(rows: readonly T[], from: number): readonly (T & { readonly id: number })[] {
  return rows.map((row, index) => ({ id: from + index, ...row }));
}

/** All topics. */
export const topics: readonly Topic[] = numbered(
  [
    "API gateways",
    "Identity",
    "Infrastructure as code",
    "Testing",
    "Observability",
    "Developer experience",
  ].map((name) => ({ name })),
  1,
);

/** All speakers. */
export const speakers: readonly Speaker[] = numbered(
  [
    { name: "Amara Okafor", bio: "Runs an API platform for a railway." },
    { name: "Bruno Keller", bio: "Has migrated three identity providers and kept his humour." },
    { name: "Chiara Lombardi", bio: "Writes test tools that people do not switch off." },
    { name: "Dmitri Volkov", bio: "Looks after gateways that never sleep." },
    { name: "Esra Yıldız", bio: "Teaches platform teams to write things down." },
    { name: "Farid Haddad", bio: "Reviews policies before they review him." },
    { name: "Grace Mwangi", bio: "Builds portals for developers in a hurry." },
    { name: "Hiroshi Tanaka", bio: "Measures first." },
    { name: "Ines Duarte", bio: "Breaks tokens for a living." },
    { name: "Jonas Lindqvist", bio: "Deletes more code than he writes." },
    { name: "Keira O'Neill", bio: "Keeps incident reports short and useful." },
    { name: "Leo Fontaine", bio: "Has opinions about YAML." },
  ],
  1,
);

const titles = [
  "Proving who gets in",
  "Scopes that mean something",
  "Previewing a replacement",
  "A gateway on your laptop",
  "Tracing a refused call",
  "Portals people finish reading",
  "Policies as types",
  "Rotating keys on a Friday",
  "State files and other secrets",
  "Tests that can fail",
  "Counting what matters",
  "Errors with a next step",
  "One issuer, many audiences",
  "Consent, and when to skip it",
  "Importing without surprises",
  "Fuzzing a parser politely",
  "Dashboards nobody opens",
  "The first minute of a product",
  "Base elements and missing ones",
  "Clients that keep a secret",
  "Drift and how to see it",
  "Golden files that stay golden",
  "Logs without tokens",
  "Documentation as a command",
];

const timeslots = ["09:00 - 10:00", "10:30 - 11:30", "13:00 - 14:00", "14:30 - 15:30"];

/** All sessions: eight a day, each speaker twice. */
export const sessions: readonly Session[] = titles.map((title, index) => ({
  id: 100 + index,
  title,
  day: 1 + Math.floor(index / 8),
  timeslot: timeslots[index % timeslots.length] ?? "",
  speakerId: 1 + (index % speakers.length),
  topicIds: [1 + (index % topics.length), 1 + ((index + 2) % topics.length)],
}));
