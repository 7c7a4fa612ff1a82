import { type DocumentPart, list, object, text } from "./json.ts";

/**
 * The first https server of a document; `undefined` without one.
 *
 * Assumed of Azure: a variable in a server's URL has its default, and a URL that holds another brace is none.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#https-urls
 */
export function firstHttpsServer({ servers }: DocumentPart): string | undefined {
  return list(servers)
    .map((server) => withDefaults(object(server)))
    .find((url) => /^https:\/\/[^{}]+$/i.test(url) && URL.canParse(url));
}

function withDefaults({ url, variables }: DocumentPart): string {
  return text(url).replace(/\{([^{}]*)\}/g, (written, name: string) => {
    const value = object(object(variables)[name]).default;
    return value === undefined ? written : String(value);
  });
}
