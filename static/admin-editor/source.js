/* Between the source of a body, as it is stored, and what the schema reads.

   Stored: <li> and cells hold their one paragraph bare, a table has its caption, <thead> and scopes,
   a passage in another language that is emphasised as a whole is <em lang>. */
import { pm } from "django-prose-editor/editor";

const HOLDS_ONE_PARAGRAPH = "li, td, th";
const BLOCKS = "p, h1, h2, h3, h4, h5, h6, blockquote, aside, header, ul, ol, li, pre, table, figure, figcaption, div, footer, hr";
const EMPTY_IS_NOTHING = "foot-note, details, p, h2, h3, h4, blockquote > footer, aside > header, figcaption, pre";
const inert = document.implementation.createHTMLDocument("");

/** Return HTML without styles and handlers: the policy of the page blocks and reports them wherever they are parsed.

    What was said by a style attribute is in data-style. */
function withoutInline(html) {
  return html
    .replace(/<style\b[\s\S]*?(<\/style\s*>|$)/gi, "")
    .replace(/<[a-z](?:[^>"']|"[^"]*"|'[^']*')*>/gi, (tag) =>
      tag.replace(/(["'\s/])(style|on[a-z]+)(?=\s*=)/gi, "$1data-$2"),
    );
}

/** Return a <body> with what the HTML holds, in a document that loads nothing. */
export function parsed(html) {
  return new DOMParser().parseFromString(withoutInline(html), "text/html").body;
}

/** Return the stored source as HTML for the editor. */
export function read(source) {
  const body = parsed(source);
  prepare(body);
  return body.innerHTML;
}

/** Change what is stored, or was pasted, into what the schema reads without loss. */
export function prepare(body) {
  for (const caption of body.querySelectorAll("table > caption")) {
    const table = caption.parentNode;
    const box = changed(caption, "div", { "data-table-caption": "" });
    const wrapper = made("div", { "data-captioned-table": "" });
    table.replaceWith(wrapper);
    wrapper.append(box, table);
    flatten(box);
  }
  for (const line of body.querySelectorAll("figcaption, blockquote > footer, aside > header")) flatten(line);
  // An empty caption is not stored, and the editor expects one above a transcript.
  for (const said of body.querySelectorAll("figure > details")) {
    if (!said.parentNode.querySelector(":scope > figcaption")) said.before(made("figcaption"));
  }
  for (const box of body.querySelectorAll("blockquote, aside")) wrapLines(box);
  for (const holder of body.querySelectorAll("li[lang], td[lang], th[lang]")) passDown(holder);
  for (const inline of body.querySelectorAll("[lang]")) {
    if (inline.matches(`span, ${BLOCKS}`)) continue;
    const span = made("span", { lang: inline.lang });
    inline.removeAttribute("lang");
    span.append(...inline.childNodes);
    inline.append(span);
  }
}

/** Make several paragraphs of a line, such as a caption, one with line breaks. */
function flatten(line) {
  for (const paragraph of [...line.children].filter((child) => child.matches("p, div"))) {
    if (paragraph.nextElementSibling) paragraph.after(made("br"));
    paragraph.replaceWith(...paragraph.childNodes);
  }
}

/** Put what stands bare beside blocks, or alone, into paragraphs. */
function wrapLines(holder) {
  let line;
  for (const child of [...holder.childNodes]) {
    if (child.nodeType === Node.ELEMENT_NODE && child.matches(BLOCKS)) line = undefined;
    else if (line || child.textContent.trim()) {
      if (!line) child.before((line = made("p")));
      line.append(child);
    }
  }
}

/** Say the language of a list item or cell on its paragraphs: there the editor keeps it. */
function passDown(holder) {
  wrapLines(holder);
  for (const inner of holder.querySelectorAll("p, li")) inner.lang ||= holder.lang;
  holder.removeAttribute("lang");
}

/** Return a document of the editor as the source that is stored. */
export function write(doc) {
  const body = made("body");
  const serializer = pm.model.DOMSerializer.fromSchema(doc.type.schema);
  body.append(serializer.serializeFragment(doc.content, { document: inert }));
  for (const box of body.querySelectorAll("div[data-content]")) box.replaceWith(...box.childNodes);
  for (const table of body.querySelectorAll("table")) writeTable(table);
  for (const holder of body.querySelectorAll(HOLDS_ONE_PARAGRAPH)) unwrapParagraph(holder);
  for (const span of body.querySelectorAll("span[lang]")) mergeEmphasis(span);
  for (const empty of body.querySelectorAll(EMPTY_IS_NOTHING)) {
    if (!empty.textContent.trim()) empty.remove();
  }
  for (const box of body.querySelectorAll("blockquote, aside")) {
    if (!box.textContent.trim() && !box.querySelector("figure")) box.remove();
  }
  return [...body.children].map((block) => block.outerHTML).join("\n");
}

function writeTable(table) {
  const rows = [...table.rows];
  const isHeader = (row) => row.cells.length > 0 && [...row.cells].every((cell) => cell.matches("th"));
  let heads = rows.findIndex((row) => !isHeader(row));
  if (heads === -1) heads = 1; // a table of nothing but headers has one row of them above the others
  for (const [number, row] of rows.entries()) {
    for (const cell of row.querySelectorAll("th")) {
      const [one, several] = number < heads ? ["col", cell.colSpan] : ["row", cell.rowSpan];
      cell.setAttribute("scope", several > 1 ? `${one}group` : one);
    }
  }
  const parts = [];
  if (heads) parts.push(made("thead", {}, rows.slice(0, heads)));
  if (heads < rows.length) parts.push(made("tbody", {}, rows.slice(heads)));
  const wrapper = table.closest("[data-captioned-table]");
  const caption = wrapper?.querySelector(":scope > [data-table-caption]");
  if (caption?.textContent.trim()) parts.unshift(changed(caption, "caption"));
  table.replaceChildren(...parts);
  wrapper?.replaceWith(table);
}

function unwrapParagraph(holder) {
  const paragraphs = [...holder.children].filter((child) => child.matches("p"));
  const [first] = paragraphs;
  if (paragraphs.length !== 1 || first !== holder.firstElementChild) return;
  const lang = first.getAttribute("lang");
  const isAlone = holder.children.length === 1;
  if (lang && !isAlone) return; // the language is not that of the list below
  if (lang) holder.setAttribute("lang", lang);
  first.replaceWith(...first.childNodes);
}

function mergeEmphasis(span) {
  const [only] = span.children;
  if (only?.matches("em") && span.childNodes.length === 1) {
    only.setAttribute("lang", span.getAttribute("lang"));
    span.replaceWith(only);
  }
}

function made(tag, attributes = {}, children = []) {
  const element = inert.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function changed(element, tag, attributes = {}) {
  const other = made(tag, attributes, element.childNodes);
  element.replaceWith(other);
  return other;
}
