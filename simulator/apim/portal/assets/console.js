/** The operation console: sends the request from the browser, and shows the answer. */
import { watchAuthorization } from "./authorization.js";
import { element, textElement } from "./elements.js";

const form = element("console", HTMLFormElement);
/**
 * @type {{
 *   api: string, url: string, method: string, urlTemplate: string, logins: import("./oauth.js").Login[],
 * }}
 */
const operation = JSON.parse(form.dataset.console ?? "{}");
const authorization =
  operation.logins.length === 0 ? undefined : watchAuthorization(operation.api, operation.logins);

/** @returns {{ url: string, init: RequestInit }} */
function readRequest() {
  const headers = new Headers();
  const query = new URLSearchParams();
  let path = operation.urlTemplate.replace(/\?.*$/, "");
  for (const input of form.querySelectorAll('input[name="parameter"]')) {
    const { value, dataset } = /** @type {HTMLInputElement} */ (input);
    const { name = "", in: place } = dataset;
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (value === "") continue;
    else if (place === "query") query.set(name, value);
    else headers.set(name, value);
  }
  const data = new FormData(form);
  const [contentType, body] = [data.get("content-type"), data.get("body")];
  if (contentType !== null) headers.set("content-type", String(contentType));
  const token = authorization?.header();
  if (token !== undefined) headers.set("authorization", token);
  return {
    url: `${operation.url}${path}${query.size === 0 ? "" : `?${query}`}`,
    init: {
      method: operation.method,
      headers,
      redirect: "manual",
      ...(body === null ? {} : { body: String(body) }),
    },
  };
}

async function send() {
  try {
    const { url, init } = readRequest();
    const response = await fetch(url, init);
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    showResponse(`HTTP ${response.status} ${response.statusText}`, `${headers}\n\n${await response.text()}`);
  } catch (error) {
    showResponse("No answer", error instanceof TypeError ? noPermission : String(error));
  }
}

// A browser tells a script no more than that it failed.
const noPermission =
  "Since the browser initiates the request, it requires Cross-Origin Resource Sharing (CORS) enabled on the server.";

/**
 * @param {string} title
 * @param {string} text
 */
function showResponse(title, text) {
  element("response", HTMLElement).replaceChildren(textElement("h3", title), textElement("pre", text));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void send();
});
