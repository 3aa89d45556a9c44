/* The dialogs of the editor. */
import { completed, isSafeAddress } from "admin-editor/addresses";
import { element } from "admin-editor/elements";
import { isLanguageCode, languageAt } from "admin-editor/languages";
import { postFinder } from "admin-editor/own-posts";
import { getJson } from "admin-editor/server";

const FIGURES = ["picture", "video", "audio", "recording"];
let dialogs = 0;

/** Show a dialog; resolves to what `submit` returned, or to undefined when it was left.

    `submit(form, say)` returns a value, or nothing to keep the dialog open after it said why. */
export function showDialog(desk, { title, className = "", content, submitLabel, submit }) {
  const id = `body-editor-dialog-${++dialogs}`;
  const heading = element("h2", { id, textContent: title });
  const complaint = element("p", { className: "body-editor-complaint", role: "alert" });
  const cancel = element("button", { type: "button", textContent: desk.text("cancel") });
  const accept = element("button", { type: "submit", className: "default", textContent: submitLabel });
  const form = element("form", { noValidate: true }, [
    heading,
    ...content,
    complaint,
    element("div", { className: "body-editor-dialog-buttons" }, [accept, cancel]),
  ]);
  const dialog = element("dialog", { className: `body-editor-dialog ${className}`, "aria-labelledby": id }, [form]);
  document.body.append(dialog);

  return new Promise((resolve) => {
    let answer;
    const say = (words) => {
      complaint.textContent = words;
    };
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      say("");
      accept.disabled = true;
      try {
        answer = await submit(form, say);
        if (answer !== undefined) dialog.close();
      } catch (error) {
        say(error.message);
      } finally {
        accept.disabled = false;
      }
    });
    dialog.showModal();
    form.querySelector("input, select, textarea")?.focus();
  });
}

/** Make a labelled line of a form, with a help text where there is one. */
export function line(label, control, help = "") {
  control.id ||= `body-editor-control-${++dialogs}`;
  const parts = [element("label", { htmlFor: control.id, textContent: label }), control];
  if (help) {
    const hint = element("p", { className: "help", id: `${control.id}-help`, textContent: help });
    control.setAttribute("aria-describedby", hint.id);
    parts.push(hint);
  }
  return element("div", { className: "body-editor-line" }, parts);
}

const input = (name, properties = {}) => element("input", { type: "text", name, autocomplete: "off", ...properties });

/** Make a link of the selection, or change the one around the cursor. */
export async function askForLink(editor, desk) {
  const { text } = desk;
  const existing = editor.getAttributes("link");
  const isNew = !editor.isActive("link");
  const { from, to, empty } = editor.state.selection;
  const needsWords = isNew && empty;
  const selected = editor.state.doc.textBetween(from, to, " ");
  const guess = /^(https?:\/\/|www\.)\S+$/.test(selected) ? selected : "";
  const href = input("href", { value: existing.href ?? guess, inputMode: "url" });
  let post = existing.post ?? null;
  href.addEventListener("input", () => (post = null));
  const finder = postFinder(desk, (chosen) => {
    href.value = chosen.address;
    post = chosen.id;
  });
  const lines = [
    line(text("link-address"), href, text("link-address-help")),
    line(text("link-post"), finder.search, text("link-post-help")),
    ...finder.parts,
    line(text("link-title"), input("title", { value: existing.title ?? "" }), text("link-title-help")),
  ];
  if (needsWords) lines.unshift(line(text("link-words"), input("words", { value: "" })));
  const attributes = await showDialog(desk, {
    title: text(isNew ? "link" : "edit-link"),
    content: lines,
    submitLabel: text("apply"),
    submit({ elements }, say) {
      const href = completed(elements.href.value);
      if (!isSafeAddress(href)) return say(text("bad-address"));
      return { href, post, title: elements.title.value.trim() || null, words: elements.words?.value.trim() };
    },
  });
  if (attributes) {
    const { words, ...link } = attributes;
    const chain = editor.chain().focus();
    if (needsWords) {
      chain.insertContent({ type: "text", text: words || link.href, marks: [{ type: "link", attrs: link }] });
      chain.unsetMark("link");
    } else {
      if (!isNew) chain.extendMarkRange("link");
      // Behind the link, so that what is typed next does not take its place.
      chain.setMark("link", link).command(({ tr, commands }) => commands.setTextSelection(tr.selection.to));
    }
    chain.run();
  } else editor.commands.focus();
}

/** Put in a video, or change the address of one. */
export async function askForVideo(editor, desk, figure = null) {
  const { text } = desk;
  const title = text(figure ? "change-video" : "video");
  const label = text("video-address");
  const found = await askForPlayer(desk, "video", figure, { title, label, help: text("video-address-help") });
  putPlayer(editor, "video", figure, found);
}

/** Put in a recording, or change the address of one. */
export async function askForAudio(editor, desk, figure = null) {
  const { text } = desk;
  const title = text(figure ? "change-audio" : "audio");
  const label = text("audio-address");
  const found = await askForPlayer(desk, "audio", figure, { title, label, help: text("audio-address-help") });
  putPlayer(editor, "audio", figure, found);
}

function askForPlayer(desk, kind, figure, { title, label, help }) {
  const { text } = desk;
  const value = figure?.node.attrs.address ?? "";
  return showDialog(desk, {
    title,
    content: [line(label, input("address", { value, inputMode: "url", placeholder: "https://" }), help)],
    submitLabel: text(figure ? "apply" : "insert"),
    async submit({ elements }, say) {
      const typed = completed(elements.address.value);
      if (!/^https?:\/\//.test(typed)) return say(text("bad-address"));
      const found = await getJson(desk, desk.urls[kind], { address: typed });
      return found.error ? say(found.error) : found;
    },
  });
}

function putPlayer(editor, type, figure, found) {
  if (!found) return editor.commands.focus();
  const { address } = found;
  if (!figure) return insertFigure(editor, { type, attrs: { address } });
  return editor
    .chain()
    .command(({ tr }) => Boolean(tr.setNodeAttribute(figure.before, "address", address)))
    .focus()
    .run();
}

/** Put a figure where the selection is, and the cursor in its caption. */
export function insertFigure(editor, figure) {
  insertFigures(editor, [figure]);
}

/** Put figures where the selection is, and the cursor in the caption of the last. */
export function insertFigures(editor, figures) {
  const before = new Set(figuresOf(editor.state.doc));
  const content = figures.map((figure) => ({ ...figure, content: [{ type: "figureCaption" }] }));
  editor.chain().focus().insertContent(content).run();
  let caption = null;
  editor.state.doc.descendants((node, position) => {
    if (FIGURES.includes(node.type.name) && !before.has(node)) caption = position + 2;
    return !node.isTextblock;
  });
  if (caption !== null) editor.commands.setTextSelection(caption);
  editor.commands.scrollIntoView();
}

function figuresOf(doc) {
  const found = [];
  doc.descendants((node) => {
    if (FIGURES.includes(node.type.name)) found.push(node);
    return !node.isTextblock;
  });
  return found;
}

/** Say that the selection is in a language that has no button. */
export async function askForLanguage(editor, desk) {
  const { text } = desk;
  const names = new Intl.DisplayNames([document.documentElement.lang || "fr"], { type: "language" });
  const list = element(
    "datalist",
    { id: "body-editor-languages" },
    COMMON.map((code) => element("option", { value: code, label: names.of(code) })),
  );
  const code = input("code", { value: languageAt(editor.state) ?? "", size: 12, autocapitalize: "none" });
  code.setAttribute("list", list.id);
  const chosen = await showDialog(desk, {
    title: text("language"),
    content: [line(text("language-code"), code, text("language-code-help")), list],
    submitLabel: text("apply"),
    submit({ elements }, say) {
      const typed = elements.code.value.trim();
      if (typed && !isLanguageCode(typed)) return say(text("bad-language"));
      return { lang: typed || null };
    },
  });
  if (chosen) editor.chain().focus().setLanguage(chosen.lang).run();
  else editor.commands.focus();
}

// What a marketing publication quotes; any other code can be typed.
const COMMON = ["ar", "br", "ca", "de", "el", "en", "es", "eu", "fr", "it", "ja", "la", "nl", "pl", "pt", "ru", "zh"];
