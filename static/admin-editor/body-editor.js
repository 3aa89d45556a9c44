/* Turns the textarea of a body into an editor of what readers will see.

   The textarea stays in the form, hidden, and always holds the source. Without this script it is simply shown. */
import { Editor } from "django-prose-editor/editor";
import { choosePicture, pickPicture } from "admin-editor/library";
import { element } from "admin-editor/elements";
import { buildFinder } from "admin-editor/find";
import { isMarkdown, pasteMarkdown } from "admin-editor/markdown";
import { cleanPasted } from "admin-editor/paste";
import { addPictures } from "admin-editor/pictures";
import { extensionsOf } from "admin-editor/schema";
import { shortcuts } from "admin-editor/shortcuts";
import { read, write } from "admin-editor/source";
import { buildBars } from "admin-editor/toolbar";

/** Return what all parts of an editor share: its texts and addresses, the pictures known, the form around it. */
function makeDesk(textarea) {
  const { texts, pictures, posts, posters, recordings, ...given } = JSON.parse(textarea.dataset.bodyEditor);
  const text = (key, values = {}) =>
    Object.entries(values).reduce((words, [name, value]) => words.replace(`{${name}}`, value), texts[key] ?? key);
  const page = document.documentElement.lang || "fr";
  const form = textarea.form;
  const desk = {
    ...given,
    text,
    pictures: new Map(Object.entries(pictures)),
    posts: new Map(Object.entries(posts)),
    posters: new Map(Object.entries(posters)),
    recordings: new Map(Object.entries(recordings)),
    count(key, number) {
      const form = new Intl.PluralRules(page).select(number);
      return text(`${key}-${form}`, { number: new Intl.NumberFormat(page).format(number) });
    },
    language: () => form.elements.language?.value || given.textLanguage || page,
    csrfToken: () => form.elements.csrfmiddlewaretoken?.value ?? "",
    shown({ src, alt }) {
      return { src, alt: alt[desk.language()] || Object.values(alt).find(Boolean) || "" };
    },
    pickPicture: (titleKey) => pickPicture(desk, titleKey),
  };
  return desk;
}

function mount(textarea) {
  const desk = makeDesk(textarea);
  const area = element("div", { className: "body-editor-area" });
  const keys = { id: `${textarea.id}_keys`, className: "body-editor-hint", textContent: desk.text("keys") };
  const frame = element("div", { className: "body-editor" }, [area, element("p", keys)]);
  textarea.before(frame);

  desk.isFullScreen = () => frame.classList.contains("is-full-screen");
  desk.toggleFullScreen = () => {
    const isFull = frame.classList.toggle("is-full-screen");
    document.documentElement.classList.toggle("has-full-screen-editor", isFull);
    editor.commands.focus();
    bars.refresh();
  };

  const editor = new Editor({
    element: area,
    content: read(textarea.value),
    extensions: [...extensionsOf(desk), shortcuts(desk, () => bars)],
    // What is typed is read as Markdown; of what is pasted, the whole is, or nothing (see markdown.js).
    enablePasteRules: ["link"],
    editable: !textarea.disabled && !textarea.readOnly,
    editorProps: {
      attributes: {
        ...nameOf(textarea, desk),
        "aria-multiline": "true",
        spellcheck: "true",
        class: "body-editor-text",
      },
      // The bars above hide what is scrolled below them.
      scrollMargin: { top: 96, right: 0, bottom: 48, left: 0 },
      scrollThreshold: { top: 96, right: 0, bottom: 48, left: 0 },
      transformPastedHTML: (html) =>
        cleanPasted(html, {
          language: desk.language(),
          onDropped: (number) => bars.say(desk.count("dropped", number)),
        }),
      handlePaste: (view, event) => takePictures(event.clipboardData) || takeMarkdown(view, event.clipboardData),
      handleDrop: (view, event, slice, isMoved) => !isMoved && takePictures(event.dataTransfer, placeOf(view, event)),
    },
  });

  /** Return where in the text something is dropped. */
  function placeOf(view, { clientX, clientY }) {
    return view.posAtCoords({ left: clientX, top: clientY })?.pos ?? null;
  }

  /** Read Markdown that is pasted; says whether it is some. */
  function takeMarkdown(view, transfer) {
    const text = transfer?.getData("text/plain") ?? "";
    // An editor of code writes colours around what was copied.
    const isPlain = !transfer?.types.includes("text/html") || transfer.types.includes("vscode-editor-data");
    const isCode = view.state.selection.$from.parent.type.spec.code;
    if (!isPlain || isCode || view.input.shiftKey || !isMarkdown(text)) return false;
    pasteMarkdown(editor, desk, text, bars.say);
    return true;
  }

  /** Offer to add pictures that were pasted, or dropped at `place`, to the library; says whether there were some. */
  function takePictures(transfer, place = null) {
    const files = [...(transfer?.files ?? [])].filter(({ type }) => type.startsWith("image/"));
    if (!files.length || transfer.getData("text/html").replace(/<(meta|img)\b[^>]*>|<!--.*?-->|<\/?(html|body)>/g, "").trim()) {
      return false;
    }
    if (place !== null) editor.commands.setTextSelection(place);
    if (files.length > 1) addPictures(editor, desk, files);
    else choosePicture(editor, desk, null, files[0]);
    return true;
  }

  const finder = buildFinder(editor, desk);
  desk.toggleFinder = () => (finder.isOpen() ? finder.close() : finder.open());
  desk.isFinding = finder.isOpen;
  desk.find = finder.open;
  const bars = buildBars(editor, desk, finder.bar);
  if (editor.isEditable) frame.prepend(bars.bars);
  bars.tools.setAttribute("aria-controls", (editor.view.dom.id = `${textarea.id}_editor`));
  textarea.hidden = true;

  // A text that was only opened is sent back as it came, even where the editor would write it otherwise.
  const asItCame = textarea.value;
  const unchanged = write(editor.state.doc);
  editor.on("update", () => {
    const source = write(editor.state.doc);
    const value = source === unchanged ? asItCame : source;
    if (textarea.value !== value) {
      textarea.value = value;
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    }
    bars.count();
  });
  editor.on("transaction", bars.refresh);
  bars.refresh();
  bars.count();

  letTabOut(area);

  const speak = () => (editor.view.dom.lang = desk.language());
  textarea.form.elements.language?.addEventListener("change", speak);
  speak();
  for (const label of textarea.labels) label.addEventListener("click", () => editor.commands.focus());
  textarea.form.addEventListener("reset", () => setTimeout(() => editor.commands.setContent(read(textarea.value))));
}

/** Let the Tab key, which goes from cell to cell and indents lists, leave the text after Escape. */
function letTabOut(area) {
  let isLeaving = false;
  area.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Tab" && isLeaving) event.stopPropagation();
      if (event.key !== "Shift") isLeaving = event.key === "Escape";
    },
    { capture: true },
  );
}

/** Return the attributes that name the text to those who do not see the label. */
function nameOf(textarea, { text }) {
  const [label] = textarea.labels;
  const attributes = {};
  if (label) attributes["aria-labelledby"] = label.id ||= `${textarea.id}_label`;
  else attributes["aria-label"] = text("body");
  const help = textarea.getAttribute("aria-describedby") ?? "";
  attributes["aria-describedby"] = `${help} ${textarea.id}_keys`.trim();
  if (textarea.hasAttribute("aria-invalid")) attributes["aria-invalid"] = textarea.getAttribute("aria-invalid");
  return attributes;
}

for (const textarea of document.querySelectorAll("textarea[data-body-editor]")) mount(textarea);
