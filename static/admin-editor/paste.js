/* Makes what word processors and web pages put on the clipboard into what a body may hold.

   The schema of the editor drops unknown elements and attributes by itself; here is what it cannot know: what a style
   means, which paragraphs of Word are a list, what is a footnote or a page's furniture. */
import { hostOf } from "admin-editor/addresses";
import { renamed, unwrap } from "admin-editor/elements";
import { isLanguageCode } from "admin-editor/languages";
import { dropNotes, makeNotes, makeWordLists, renameWordStyles } from "admin-editor/paste-office";
import { parsed, prepare } from "admin-editor/source";

const JUNK = `script, style, link, meta, title, base, template, noscript, iframe, object, embed, svg, math, canvas, video,
  audio, map, button, input, select, textarea, nav, dialog, hr.msocomoff, [hidden], [aria-hidden="true"],
  [data-style*="mso-list:Ignore" i], [data-style*="mso-list: Ignore" i], [data-style*="mso-hide" i],
  [data-style*="display:none" i], [data-style*="display: none" i], .mw-editsection, .Apple-interchange-newline`;

// Players that a page showed become videos here; at save, those that are not known become links.
const PLAYERS = /^https:\/\/((www|player)\.)?(youtube|youtube-nocookie|vimeo|dailymotion|arte)\.(com|tv)\//;

const HEADINGS = "h1, h2, h3, h4, h5, h6";
const BLOCKS = `p, ${HEADINGS}, blockquote, ul, ol, li, pre, table, figure, figcaption, div, section, article, hr`;
const KEPT = {
  a: ["href", "title", "data-post"],
  aside: ["data-kind"],
  td: ["colspan", "rowspan"],
  th: ["colspan", "rowspan"],
  figure: ["data-image", "data-size", "data-video", "data-audio", "data-recording", "data-poster"],
  img: ["src", "alt"],
  div: ["data-captioned-table", "data-table-caption"],
};

/** Return pasted HTML as HTML that means the same and is only structure.

    `language` is that of the text; `onDropped(number)` is called when pictures were left out. */
export function cleanPasted(html, { language, onDropped = () => {} }) {
  const body = parsed(html);
  if (body.firstElementChild?.matches("[data-pm-slice]")) return body.innerHTML; // our own, copied in an editor
  const isOffice = /class="?Mso|urn:schemas-microsoft-com:office|LibreOffice|OpenOffice/i.test(html);
  for (const comment of commentsOf(body)) comment.remove();
  makeWordLists(body);
  makeNotes(body);
  dropNotes(body);
  for (const frame of body.querySelectorAll("iframe")) showVideo(frame);
  for (const junk of body.querySelectorAll(JUNK)) junk.remove();
  dropPictures(body, onDropped);
  renameWordStyles(body);
  for (const styled of body.querySelectorAll("[data-style]")) readStyle(styled);
  for (const odd of body.querySelectorAll("b, strong, i, em, u, font, small, big")) dropEmptyMeaning(odd);
  mendLinks(body);
  mendLists(body);
  mendTables(body);
  mendQuotes(body);
  mendHeadings(body);
  keepLanguages(body, isOffice ? null : language);
  for (const quote of body.querySelectorAll("q")) putQuotes(quote, language);
  splitAtDoubleBreaks(body);
  mendSpaces(body);
  dropEmptyBlocks(body);
  prepare(body);
  for (const element of body.querySelectorAll("*")) dropAttributes(element);
  for (const span of body.querySelectorAll("span:not([lang])")) unwrap(span);
  body.normalize();
  return body.innerHTML;
}

function commentsOf(body) {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

function showVideo(frame) {
  if (!PLAYERS.test(frame.getAttribute("src") ?? "")) return;
  const figure = frame.closest("figure") ?? frame.ownerDocument.createElement("figure");
  figure.dataset.video = frame.getAttribute("src");
  if (!figure.contains(frame)) frame.replaceWith(figure);
}

/** Pictures come from the library only: elsewhere they have no alternative text, and no right to be shown. */
function dropPictures(body, onDropped) {
  const foreign = [...body.querySelectorAll("img")].filter((image) => !image.closest("[data-image]"));
  for (const image of foreign) image.remove();
  if (foreign.length) onDropped(foreign.length);
  for (const figure of body.querySelectorAll("figure:not([data-image], [data-video], [data-audio], [data-recording])")) {
    for (const caption of figure.querySelectorAll("figcaption")) renamed(caption, "p");
    unwrap(figure);
  }
}

/* Styles that mean something. */

function declarations(styled) {
  const pairs = styled.dataset.style.split(";").map((one) => one.split(":").map((part) => part.trim().toLowerCase()));
  return Object.fromEntries(pairs.filter(([name, value]) => name && value));
}

const isBold = (weight) => weight === "bold" || weight === "bolder" || Number(weight) >= 600;
const isLight = (weight) => weight === "normal" || Number(weight) < 600;

function readStyle(styled) {
  const style = declarations(styled);
  const weight = style["font-weight"];
  const slant = style["font-style"];
  if (styled.matches("b, strong") && isLight(weight)) return unwrap(styled);
  if (styled.matches("i, em") && slant === "normal") return unwrap(styled);
  const meanings = [];
  if (isBold(weight) && !styled.closest("b, strong, th")) meanings.push("strong");
  if (slant === "italic" && !styled.closest("i, em, cite")) meanings.push("em");
  const lines = `${style["text-decoration"] ?? ""} ${style["text-decoration-line"] ?? ""}`;
  if (lines.includes("line-through") && !styled.closest("s, del, strike")) meanings.push("s");
  if (style["vertical-align"] === "super" && !styled.closest("sup")) meanings.push("sup");
  if (style["vertical-align"] === "sub" && !styled.closest("sub")) meanings.push("sub");
  if (styled.matches(`${BLOCKS}, tr, tbody, td, th, body`) || !styled.textContent.trim()) return undefined;
  for (const tag of meanings) {
    const inner = styled.ownerDocument.createElement(tag);
    inner.append(...styled.childNodes);
    styled.append(inner);
  }
  return undefined;
}

function dropEmptyMeaning(element) {
  if (element.matches("u, font, small, big")) unwrap(element);
  else if (!element.textContent.trim() || element.matches("b, strong") && element.closest(HEADINGS)) unwrap(element);
}

/* Links. */

function mendLinks(body) {
  for (const link of body.querySelectorAll("a")) {
    const href = link.getAttribute("href");
    if (!href || /^(#|file:|about:|javascript:)/i.test(href)) unwrap(link);
    else link.setAttribute("href", withoutDetour(href));
  }
}

/** Return where a link leads, without the page of Google or Outlook that counts the click. */
function withoutDetour(href) {
  const host = hostOf(href);
  const parameter = /^google\.[a-z.]+$/.test(host) && /^https?:\/\/[^/]+\/url\?/.test(href) ? "q" : "url";
  if (parameter === "q" || host.endsWith(".safelinks.protection.outlook.com")) {
    const inner = new URL(href).searchParams.get(parameter);
    if (/^https?:\/\//.test(inner ?? "")) return inner;
  }
  return href;
}

/* Lists and headings. */

function mendLists(body) {
  // Google Docs and old pages: a list directly in a list belongs to the item before it.
  for (const list of body.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")) {
    const before = list.previousElementSibling;
    if (before?.localName === "li") before.append(list);
    else {
      const item = body.ownerDocument.createElement("li");
      list.replaceWith(item);
      item.append(list);
    }
  }
}

/** Make headings of a first row that is all in bold, where a table has none. */
function mendTables(body) {
  for (const table of body.querySelectorAll("table")) {
    const [first, ...others] = table.rows;
    if (table.querySelector("th, table") || !others.length) continue;
    const isBold = (cell) => {
      const bold = [...cell.querySelectorAll("b, strong")].map((part) => part.textContent).join("");
      return cell.textContent.trim() && bold.trim() === cell.textContent.trim();
    };
    if (![...first.cells].every(isBold)) continue;
    for (const bold of first.querySelectorAll("b, strong")) unwrap(bold);
    for (const cell of [...first.cells]) renamed(cell, "th");
  }
}

/** Make the line for the source of what ends a quotation as such. */
function mendQuotes(body) {
  const named = "blockquote > cite:last-child, blockquote > p:last-child > cite:only-child";
  for (const source of body.querySelectorAll(named)) {
    const line = source.parentNode.matches("p") ? source.parentNode : source;
    if (line.textContent.trim() !== source.textContent.trim()) continue;
    const footer = renamed(line, "footer");
    for (const cite of footer.querySelectorAll("cite")) unwrap(cite);
    footer.firstChild.textContent = footer.firstChild.textContent.replace(/^[\s—–-]+/, "");
  }
}

function mendHeadings(body) {
  for (const broken of body.querySelectorAll("h1 br, h2 br, h3 br, h4 br, h5 br, h6 br")) broken.replaceWith(" ");
  if (!body.querySelector("h1")) return;
  // The title of the page is the only h1: all go one level down.
  for (const level of [5, 4, 3, 2, 1]) {
    for (const heading of body.querySelectorAll(`h${level}`)) renamed(heading, `h${level + 1}`);
  }
}

/** Keep what is said to be in another language than the text; null: nothing is believed.

    Word says a language of every word, which is that of the keyboard or of the spelling. */
function keepLanguages(body, language) {
  for (const element of body.querySelectorAll("[lang]")) {
    const code = element.getAttribute("lang");
    const isOther = isLanguageCode(code) && code.split("-")[0].toLowerCase() !== language;
    const isAll = element.textContent.trim() === body.textContent.trim();
    if (!language || !isOther || isAll) element.removeAttribute("lang");
    else if (!element.matches(`span, ${BLOCKS}, td, th, em, i, cite, strong, b, a, q`)) element.removeAttribute("lang");
  }
}

function putQuotes(quote, language) {
  const [open, close] = language === "fr" ? ["« ", " »"] : ["“", "”"];
  quote.prepend(open);
  quote.append(close);
  unwrap(quote);
}

/* Breaks and spaces. */

function splitAtDoubleBreaks(body) {
  for (const first of body.querySelectorAll("br")) {
    if (!first.isConnected) continue;
    const line = first.parentNode;
    const next = afterSpace(first);
    if (isBlock(afterSpace(first)) || isBlock(beforeSpace(first))) first.remove();
    else if (next?.localName === "br" && line.matches("p, div, body, td, li, blockquote")) {
      const rest = [];
      for (let node = next.nextSibling; node && !isBlock(node); node = node.nextSibling) rest.push(node);
      const before = [];
      for (let node = first.previousSibling; node && !isBlock(node); node = node.previousSibling) before.unshift(node);
      const [one, two] = [before, rest].map((nodes) => {
        const paragraph = body.ownerDocument.createElement("p");
        paragraph.append(...nodes);
        return paragraph;
      });
      next.remove();
      if (line.matches("p")) {
        line.after(two);
        line.replaceChildren(...one.childNodes);
      } else first.before(one, two);
      first.remove();
    } else if (!next && line.matches(`${BLOCKS}, td, th`)) first.remove();
  }
}

const isBlock = (node) => node?.nodeType === Node.ELEMENT_NODE && node.matches(BLOCKS);

function besides(node, sibling) {
  let other = node[sibling];
  while (other?.nodeType === Node.TEXT_NODE && !/\S/.test(other.data)) other = other[sibling];
  return other;
}
const afterSpace = (node) => besides(node, "nextSibling");
const beforeSpace = (node) => besides(node, "previousSibling");

function mendSpaces(body) {
  // Browsers write a space between two elements so.
  for (const span of body.querySelectorAll("span")) if (span.textContent === "\u00a0") span.replaceWith(" ");
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (text.parentNode.closest("pre")) continue;
    // A no-break space beside another space holds nothing together; soft hyphens and zero-width spaces are traces.
    text.data = text.data
      .replace(/[\u00ad\u200b\ufeff]/g, "")
      .replace(/[ \t\r\n]*\u00a0[ \t\r\n\u00a0]+|[ \t\r\n]+\u00a0/g, " ");
  }
}

function dropEmptyBlocks(body) {
  const isEmpty = (element) =>
    !element.textContent.replace(/\u00a0/g, " ").trim() && !element.querySelector("figure, img, hr, table, td");
  for (const block of [...body.querySelectorAll(`p, ${HEADINGS}, li, ul, ol, blockquote, div`)].reverse()) {
    if (isEmpty(block) && !block.closest("figure, [data-captioned-table]")) block.remove();
  }
}

function dropAttributes(element) {
  const kept = KEPT[element.localName] ?? [];
  for (const { name } of [...element.attributes]) {
    if (name !== "lang" && !kept.includes(name)) element.removeAttribute(name);
  }
}
