const watchers = new Set<() => void>();

/**
 * Calls back when whoever read this process's output wants no more of it. SIGPIPE cannot tell that: it comes for every socket
 * whose other end is gone, and a local cloud has many of those.
 */
export function onLostReader(handle: () => void): void {
  watchers.add(handle);
}

/** Watches both output streams: without anybody who wants to end in order, the process ends at once, as `head` expects. */
export function watchReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
      if (watchers.size === 0) process.exit(0);
      for (const handle of watchers) handle();
    });
}
