/** What a program told the person who runs it, by `pulumi.log`. */
export interface Notice {
  readonly severity: "info" | "warning";
  readonly message: string;
}

/** A running collection. */
export interface NoticeCollection {
  readonly notices: readonly Notice[];
  /** Lets the console print again. */
  readonly stop: () => void;
}

const levels = { log: "info", warn: "warning" } as const;

/**
 * Collects what `pulumi.log` says until `stop` is called. Under mocks the SDK has no engine to tell and prints instead, on
 * stdout too, where a command may be writing JSON.
 */
export function collectNotices(): NoticeCollection {
  const notices: Notice[] = [];
  const originals = { log: console.log, warn: console.warn };
  for (const [method, severity] of Object.entries(levels) as ["log" | "warn", Notice["severity"]][]) {
    const prefix = `${severity}: [runtime] `;
    console[method] = (...values: unknown[]) => {
      const [text] = values;
      if (typeof text !== "string" || !text.startsWith(prefix)) return originals[method](...values);
      notices.push({ severity, message: text.slice(prefix.length) });
    };
  }
  return { notices, stop: () => Object.assign(console, originals) };
}
