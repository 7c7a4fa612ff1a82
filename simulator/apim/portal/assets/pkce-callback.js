/** The window that an authorization with PKCE came back to: hands the code to the console, which redeems it in the browser. */

const page = /** @type {HTMLElement} */ (document.getElementById("callback"));
const query = new URLSearchParams(location.search);
const code = query.get("code");
const problem =
  [query.get("error"), query.get("error_description")].filter(Boolean).join(": ") ||
  "The answer holds neither a code nor an error.";

if (window.opener !== null)
  window.opener.postMessage(code === null ? { problem } : { code }, location.origin);
if (code === null) {
  page.className = "problem";
  page.role = "alert";
  page.textContent = `Unable to authenticate. ${problem}`;
} else {
  window.close();
}

export {};
