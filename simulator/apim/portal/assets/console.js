/** The operation console: sends the request from the browser, and shows the answer. */
import { watchAuthorization } from "./authorization.js";
import { element, textElement } from "./elements.js";

const form = element("console", HTMLFormElement);
/**
 * @type {{
 *   api: string, url: string, method: string, urlTemplate: string, logins: import("./oauth.js").Login[],
 *   neededScopes: string[],
 * }}
 */
const operation = JSON.parse(form.dataset.console ?? "{}");
const authorization = operation.logins.length === 0 ? undefined : watchAuthorization(operation);

/**
 * @returns {Request}
 * @throws {Error} what of it no browser sends.
 */
function readRequest() {
  const headers = new Headers();
  const [template = "", fixed = ""] = operation.urlTemplate.split("?");
  const isFixed = (/** @type {[string, string]} */ [, value]) => !/^\{.*\}$/.test(value);
  const query = new URLSearchParams([...new URLSearchParams(fixed)].filter(isFixed));
  let path = template;
  for (const field of form.querySelectorAll('[name="parameter"]')) {
    const { value, dataset } = /** @type {HTMLInputElement | HTMLSelectElement} */ (field);
    const { name = "", in: place } = dataset;
    if (place === "path") path = path.replace(`{${name}}`, pathSegment(name, value));
    else if (value === "") continue;
    else if (place === "query") query.set(name, value);
    else headers.set(name, value);
  }
  const data = new FormData(form);
  const [contentType, body] = [data.get("content-type"), data.get("body")];
  if (contentType !== null) headers.set("content-type", String(contentType));
  const token = authorization?.header();
  if (token !== undefined) headers.set("authorization", token);
  return new Request(`${operation.url}${path}${query.size === 0 ? "" : `?${query}`}`, {
    method: operation.method,
    headers,
    redirect: "manual",
    ...(body === null ? {} : { body: String(body) }),
  });
}

/**
 * @param {string} name
 * @param {string} value
 * @returns {string}
 */
function pathSegment(name, value) {
  if (value === "." || value === "..")
    throw new Error(`"${name}" must not be "${value}", which every URL resolves. Enter another value.`);
  // A wildcard takes several segments.
  if (name.startsWith("*") && value.includes("/"))
    return value
      .split("/")
      .map((segment) => pathSegment(name, segment))
      .join("/");
  return encodeURIComponent(value);
}

async function send() {
  let request;
  try {
    request = readRequest();
  } catch (error) {
    return showResponse("Not sent", { body: error instanceof Error ? error.message : String(error) });
  }
  const response = await fetch(request).catch(() => undefined);
  if (response === undefined) return showResponse("No answer", { body: noPermission });
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  const text = await response.text().catch(() => "The answer broke off.");
  showResponse(`HTTP ${response.status} ${response.statusText}`, { headers, body: indented(text) });
}

// A browser tells a script no more than that it failed.
const noPermission =
  "Since the browser initiates the request, it requires Cross-Origin Resource Sharing (CORS) enabled on the server.";

/** @param {string} text JSON, or anything else, which stays as it is. */
function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/**
 * @param {string} title
 * @param {{ headers?: string, body: string }} answer
 */
function showResponse(title, { headers = "", body }) {
  element("answer-headers", HTMLElement).textContent = headers;
  element("answer-body", HTMLElement).textContent = body;
  element("answer-status", HTMLElement).replaceChildren(textElement("h3", title));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void send();
});
