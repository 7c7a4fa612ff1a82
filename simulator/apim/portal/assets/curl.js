/**
 * A call of the console as a line for a POSIX shell.
 *
 * @typedef {{ url: string, method: string, headers: [name: string, value: string][], body?: string }} Call
 */

const hidden = "•••";

/**
 * Writes the line: `curl -v -X GET 'http://…/sessions' -H 'authorization: Bearer •••'`.
 *
 * @param {Call} call
 * @param {{ showsToken: boolean }} options Whether the token itself stands in the line, or three dots.
 */
export function curlLine({ url, method, headers, body }, { showsToken }) {
  const parts = headers.map(([name, value]) => {
    const isToken = name === "authorization" && !showsToken;
    return `-H ${quoted(`${name}: ${isToken ? value.replace(/ .*/s, ` ${hidden}`) : value}`)}`;
  });
  // With -X HEAD, curl would wait for a body that never comes.
  const start = method === "HEAD" ? "--head" : `-X ${method}`;
  // --data would send a file where the text begins with an at sign.
  const data = body === undefined ? [] : [`--data-raw ${quoted(body)}`];
  return ["curl -v", start, quoted(url), ...parts, ...data].join(" ");
}

/** @param {string} text Stays one word, whatever it says. */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
