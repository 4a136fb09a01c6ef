// Elements found and made by scripts. Text stays text, whatever it holds.

/**
 * Makes an element with attributes and content. A function among the attributes listens to the event of that name; a name
 * that begins with a dot is a property.
 * @template {keyof HTMLElementTagNameMap} N
 * @param {N} name
 * @param {Record<string, Attribute>} attributes
 * @param {(Node | string)[]} inside
 * @returns {HTMLElementTagNameMap[N]}
 */
export function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith(".")) Object.assign(made, { [key.slice(1)]: value });
    else if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, String(value));
  }
  made.append(...inside);
  return made;
}

/**
 * The element of a selector, which the page always has.
 * @template {Element} [E=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {E}
 */
export function one(selector, root = document) {
  /** @type {E | null} */
  const found = root.querySelector(selector);
  if (!found) throw new Error(`The page has no ${selector}`);
  return found;
}
