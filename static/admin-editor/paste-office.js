/* What word processors write around a text: lists that are none, notes, styles with a meaning. */
import { renamed } from "admin-editor/elements";

const HEADINGS = "h1, h2, h3, h4, h5, h6";

// References in the text, and the notes or comments themselves: Word, Google Docs, LibreOffice, Wikipedia.
const NOTES = `[data-style*="mso-footnote-id" i], [data-style*="mso-endnote-id" i], .MsoFootnoteReference,
  .MsoEndnoteReference, .MsoCommentReference, [data-style*="mso-element:footnote" i],
  [data-style*="mso-element:endnote" i], [data-style*="mso-element:comment" i],
  [data-style*="mso-special-character:comment" i], [data-style*="mso-comment" i], .sdfootnoteanc, .sdendnoteanc,
  [id^="sdfootnote"], [id^="sdendnote"], sup.reference, .reflist, ol.references`;
const NOTE_LINKS = `a[href*="#_ftn"], a[href*="#_edn"], a[href*="#ftnt"], a[href*="#cmnt"], a[href*="#fn"],
  a[href*="#_msocom"]`;

/* Word: a list is a row of paragraphs that say level and number in their style. */

const LEVEL = /mso-list:\s*l(\d+)\s+level(\d+)/i;
const NUMBER = /^[\s(]*(\d+|[a-z]|[ivxlc]+)[.)]/i;

/** Make lists of such paragraphs. */
export function makeWordLists(body) {
  const items = [...body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")].filter((item) =>
    LEVEL.test(item.dataset.style ?? ""),
  );
  let open = []; // the lists that are open, outermost first
  let last = null;
  for (const item of items) {
    // A numbered heading is a heading.
    if (item.matches(HEADINGS)) continue;
    const level = Number(LEVEL.exec(item.dataset.style)[2]);
    if (!last || !follows(last, item)) open = [];
    const sign = item.querySelector('[data-style*="mso-list:Ignore" i], [data-style*="mso-list: Ignore" i]');
    const tag = NUMBER.test(sign?.textContent ?? "") ? "ol" : "ul";
    sign?.remove();
    open = open.slice(0, level);
    if (open.length === level && level === 1 && open[0].localName !== tag) open = [];
    while (open.length < level) {
      const list = item.ownerDocument.createElement(tag);
      const parent = open.at(-1);
      if (!parent) item.before(list);
      else (parent.lastElementChild ?? parent.appendChild(item.ownerDocument.createElement("li"))).append(list);
      open.push(list);
    }
    const [outermost] = open;
    const entry = item.ownerDocument.createElement("li");
    entry.append(...item.childNodes);
    open.at(-1).append(entry);
    item.remove();
    last = outermost;
  }
}

/** Say whether nothing but space stands between a list and the paragraph that may continue it. */
function follows(list, item) {
  let node = list.nextSibling;
  while (node && node !== item) {
    if (node.nodeType === Node.ELEMENT_NODE || node.textContent.trim()) return false;
    node = node.nextSibling;
  }
  return node === item;
}

/** Read the styles of Word that say what a paragraph is. */
export function renameWordStyles(body) {
  for (const title of body.querySelectorAll("p.MsoTitle")) renamed(title, "h1");
  for (const quote of body.querySelectorAll("p.MsoQuote, p.MsoIntenseQuote")) {
    const box = body.ownerDocument.createElement("blockquote");
    quote.replaceWith(box);
    box.append(quote);
  }
}

// What a note is called to which a reference leads: by Word, Google Docs, LibreOffice, and what makes HTML of Markdown.
const NOTE_NAME = /^(_ftn|_edn|ftnt|fn[:-]?)\d+$|^sd(foot|end)note\d+sym$/i;
const NOTE_HOLDERS = `[data-style*="mso-element:footnote" i], [data-style*="mso-element:endnote" i],
  [id^="sdfootnote"], [id^="sdendnote"], li, p, div`;

/** Put the footnotes and endnotes that came along where their references stand. */
export function makeNotes(body) {
  const named = new Map();
  for (const target of body.querySelectorAll("[id], [name]")) {
    for (const name of [target.id, target.getAttribute("name")]) if (name) named.set(name, target);
  }
  const holders = new Set();
  for (const link of body.querySelectorAll("a[href^='#']")) {
    const name = link.getAttribute("href").slice(1);
    const holder = NOTE_NAME.test(name) && named.get(name)?.closest(NOTE_HOLDERS);
    if (!holder || holder.contains(link)) continue;
    const note = body.ownerDocument.createElement("foot-note");
    const copy = holder.cloneNode(true);
    // The way back, which is a number or an arrow.
    for (const back of copy.querySelectorAll("a[href^='#']")) (back.closest("sup") ?? back).remove();
    for (const paragraph of copy.querySelectorAll("p, div")) {
      if (paragraph.nextElementSibling) paragraph.after(body.ownerDocument.createElement("br"));
      paragraph.replaceWith(...paragraph.childNodes);
    }
    note.append(...copy.childNodes);
    (link.closest("sup") ?? link).replaceWith(note);
    holders.add(holder);
  }
  for (const holder of holders) holder.remove();
}

/** Drop what is left of footnotes, endnotes and comments, with their references. */
export function dropNotes(body) {
  for (const note of body.querySelectorAll(NOTES)) note.remove();
  for (const link of body.querySelectorAll(NOTE_LINKS)) {
    if (!/^\s*[[(]?(\d+|[a-z]|[ivx]+|\*)[\])]?\s*$/i.test(link.textContent)) continue;
    // The note itself begins with a link back to its reference.
    const isNote = /_ref|ref\d|_ftnref|_ednref/i.test(link.getAttribute("href"));
    const around = link.closest(isNote ? "p, li, div" : "sup") ?? link;
    around.remove();
  }
  // What stood between the text and its notes.
  const end = body.lastElementChild;
  for (const rule of body.querySelectorAll("hr")) {
    if (rule === end || !hasTextAfter(rule, body)) rule.remove();
  }
}

function hasTextAfter(element, body) {
  for (let node = element; node && node !== body; node = node.parentNode) {
    for (let after = node.nextSibling; after; after = after.nextSibling) if (after.textContent.trim()) return true;
  }
  return false;
}
