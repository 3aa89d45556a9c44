/* Elements of the page, made briefly. */

/** Make an element: names with a dash and "role" are attributes, all others properties. */
export function element(tag, properties = {}, children = []) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

/** Make a picture of the icon font; what it means must be said beside it. */
export function icon(name) {
  return element("span", { className: "material-icons", "aria-hidden": "true", translate: false, textContent: name });
}

/** Leave what an element holds in its place. */
export function unwrap(element) {
  element.replaceWith(...element.childNodes);
}

/** Give an element another name; returns the new one. */
export function renamed(element, tag) {
  const other = element.ownerDocument.createElement(tag);
  for (const { name, value } of element.attributes) other.setAttribute(name, value);
  other.append(...element.childNodes);
  element.replaceWith(other);
  return other;
}
