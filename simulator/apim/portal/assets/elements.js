/**
 * An element of the page.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {{ new (): T, prototype: T }} type
 * @returns {T}
 */
export function element(id, type) {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`The page must have an element "${id}".`);
}

/**
 * A new element with a text.
 *
 * @param {string} tag
 * @param {string} text
 */
export function textElement(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
