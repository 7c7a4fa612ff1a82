/**
 * The window that the authorization code came back to: fetches the token that the portal's backend has redeemed, once, and hands
 * it to the console that opened it.
 */

const page = /** @type {HTMLElement} */ (document.getElementById("callback"));

/** @param {object} message */
function tellConsole(message) {
  if (window.opener !== null) window.opener.postMessage(message, location.origin);
}

const { problem } = page.dataset;
if (problem !== undefined) {
  tellConsole({ problem });
} else if (window.opener === null) {
  page.textContent = "The console that opened this window is gone. Close it and sign in again.";
} else {
  const state = new URLSearchParams(location.search).get("state") ?? "";
  const response = await fetch(`/signin-oauth/token?${new URLSearchParams({ state })}`, { method: "POST" });
  const answer = await response.json();
  tellConsole(response.ok ? answer : { problem: answer.message });
  window.close();
}

export {};
