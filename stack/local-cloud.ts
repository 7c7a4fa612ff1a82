import { parseStructure } from "./structure.ts";

/** Where the local cloud has what settings can name by the word `local`. */
export interface LocalPlaces {
  /** Origin of the backend that answers with the documents' examples. */
  readonly backend: string;
  readonly developerPortal: string;
}

const variables = {
  backend: "APIM_OKTA_LOCAL_BACKEND",
  developerPortal: "APIM_OKTA_LOCAL_PORTAL",
} as const;

/** The environment that tells the program where a local cloud is. */
export function localVariables({ backend, developerPortal }: LocalPlaces): Record<string, string> {
  return { [variables.backend]: backend, [variables.developerPortal]: developerPortal };
}

/** Where the local cloud is that this process works on; `undefined` when it works on none. */
export function readLocalPlaces(env: NodeJS.ProcessEnv = process.env): LocalPlaces | undefined {
  const [backend, developerPortal] = [env[variables.backend], env[variables.developerPortal]];
  return backend === undefined || developerPortal === undefined ? undefined : { backend, developerPortal };
}

/** What a setting may say in place of an address in the local cloud. */
export const localWord = "local";

/** What is wrong with the word where no local cloud is. */
export function notInLocalCloud(what: string): string {
  return `must be an address here: "${localWord}" stands for ${what}, under \`npm start\` and \`npm run local\` alone`;
}

/**
 * Settings with addresses of a local cloud in place of the word `local`: `serviceUrl: local` of the API "orders" becomes
 * `http://127.0.0.1:8403/orders`, and `developerPortalUrl: local` becomes `http://127.0.0.1:8401`.
 *
 * @param config `project:key` → text; objects as JSON.
 */
export function withLocalPlaces<Text extends string | undefined>(
  config: Readonly<Record<string, Text>>,
  { project, places }: { readonly project: string; readonly places: LocalPlaces },
): Record<string, Text | string> {
  const placed: Record<string, Text | string> = { ...config };
  const portalKey = `${project}:developerPortalUrl`;
  if (config[portalKey] === localWord) placed[portalKey] = places.developerPortal;
  const apisKey = `${project}:apis`;
  const apis = parseStructure(config[apisKey]);
  if (isObject(apis) && Object.values(apis).some(hasLocalBackend)) {
    const entries = Object.entries(apis).map(([name, api]) => [
      name,
      hasLocalBackend(api) ? { ...api, serviceUrl: `${places.backend}/${name}` } : api,
    ]);
    placed[apisKey] = JSON.stringify(Object.fromEntries(entries));
  }
  return placed;
}

/** Whether the settings of an API name the local cloud's backend. */
export function hasLocalBackend(api: unknown): api is object {
  return isObject(api) && api.serviceUrl === localWord;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
