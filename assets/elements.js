// Elements made by scripts: text stays text, whatever stands in it.

/** Makes an element with these properties and children. */
export function element(name, about = {}, ...children) {
  const made = Object.assign(document.createElement(name), about);
  made.append(...children);
  return made;
}
