/** Where the local cloud listens: four ports on 127.0.0.1. */
export interface CloudOrigins {
  readonly gateway: string;
  readonly developerPortal: string;
  readonly okta: string;
  readonly backend: string;
}

/** First of the four ports when nobody chooses. */
export const defaultPort = 8400;

/**
 * The four origins from one port on: `8400` → gateway 8400, developer portal 8401, Okta 8402, backend 8403. As browsers write them:
 * port 80 is left out.
 */
export function cloudOrigins(port: number): CloudOrigins {
  const at = (offset: number) => new URL(`http://127.0.0.1:${port + offset}`).origin;
  return { gateway: at(0), developerPortal: at(1), okta: at(2), backend: at(3) };
}
