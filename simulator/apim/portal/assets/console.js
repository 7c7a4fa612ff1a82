/** The operation console: sends the request from the browser, and shows the answer. */
import { watchAuthorization } from "./authorization.js";
import { curlLine } from "./curl.js";
import { element, textElement } from "./elements.js";

const form = element("console", HTMLFormElement);
/**
 * @type {{
 *   api: string, url: string, method: string, urlTemplate: string, logins: import("./oauth.js").Login[],
 *   neededScopes: string[],
 * }}
 */
const operation = JSON.parse(form.dataset.console ?? "{}");
const authorization =
  operation.logins.length === 0 ? undefined : watchAuthorization(operation, () => showCurl());

/**
 * The call that the form describes.
 *
 * @returns {import("./curl.js").Call}
 * @throws {Error} what of it no browser sends.
 */
function readCall() {
  const headers = new Map();
  const [template = "", fixed = ""] = operation.urlTemplate.split("?");
  const isFixed = (/** @type {[string, string]} */ [, value]) => !/^\{.*\}$/.test(value);
  const query = new URLSearchParams([...new URLSearchParams(fixed)].filter(isFixed));
  let path = template;
  for (const field of form.querySelectorAll('[name="parameter"]')) {
    const { value, dataset, required } = /** @type {HTMLInputElement | HTMLSelectElement} */ (field);
    const { name = "", in: place } = dataset;
    // The form is not sent without a required value; until then its place in the path shows what is missing.
    if (value === "" && (required || place !== "path")) continue;
    if (place === "path") path = path.replace(`{${name}}`, pathSegment(name, value));
    else if (place === "query") query.set(name, value);
    else headers.set(name.toLowerCase(), value);
  }
  const data = new FormData(form);
  const [contentType, body] = [data.get("content-type"), data.get("body")];
  if (contentType !== null) headers.set("content-type", String(contentType));
  const token = authorization?.header();
  if (token !== undefined) headers.set("authorization", token);
  return {
    url: `${operation.url}${path}${query.size === 0 ? "" : `?${query}`}`,
    method: operation.method,
    headers: [...headers],
    ...(body === null ? {} : { body: String(body) }),
  };
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
    const { url, ...call } = readCall();
    request = new Request(url, { ...call, redirect: "manual" });
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
  const status = element("answer-status", HTMLElement);
  status.replaceChildren(textElement("h2", title));
  // On a narrow page the answer is below the form, and may begin below what can be seen.
  if (status.getBoundingClientRect().bottom > 0.75 * innerHeight) status.scrollIntoView();
}

const curl = element("curl", HTMLElement);
const copy = element("copy-curl", HTMLButtonElement);

/** Lets the curl line follow the form and the token. */
function showCurl() {
  copy.textContent = "Copy curl";
  try {
    curl.textContent = curlLine(readCall(), { showsToken: false });
    copy.disabled = false;
  } catch (error) {
    curl.textContent = error instanceof Error ? error.message : String(error);
    copy.disabled = true;
  }
}

copy.addEventListener("click", () => {
  const line = curlLine(readCall(), { showsToken: true });
  navigator.clipboard.writeText(line).then(
    () => {
      copy.textContent = "Copied";
    },
    () => {
      copy.textContent = "The browser does not let the page copy";
    },
  );
});
form.addEventListener("input", showCurl);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void send();
});
showCurl();
