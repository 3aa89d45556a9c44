/* Find and replace in the text, from a bar of its own. */
import { Extension, pm } from "django-prose-editor/editor";
import { element, icon } from "admin-editor/elements";

const { NodeSelection, Plugin, PluginKey, TextSelection } = pm.state;
const { Decoration, DecorationSet } = pm.view;
const KEY = new PluginKey("find");
const NOTHING = { words: "", isWhole: false, isCased: false, isAccented: false };
const LETTER = /[\p{L}\p{N}_]/u;

/** Say what is looked for in the text; its places are marked there. */
export const find = () =>
  Extension.create({
    name: "find",
    addProseMirrorPlugins: () => [
      new Plugin({
        key: KEY,
        state: {
          init: () => ({ query: NOTHING, places: [], current: -1 }),
          apply(tr, before) {
            const said = tr.getMeta(KEY) ?? {};
            const query = said.query ?? before.query;
            if (!tr.docChanged && !said.query && said.current === undefined) return before;
            const isSame = !tr.docChanged && !said.query;
            const places = isSame ? before.places : placesIn(tr.doc, query);
            return { query, places, current: Math.min(said.current ?? before.current, places.length - 1) };
          },
        },
        props: {
          decorations(state) {
            const { places, current } = KEY.getState(state);
            const marks = places.flatMap(({ from, to, note }, number) => {
              const attributes = { class: number === current ? "is-found is-current" : "is-found" };
              return note === undefined
                ? [Decoration.inline(from, to, attributes)]
                : [Decoration.node(note, note + state.doc.nodeAt(note).nodeSize, attributes)];
            });
            return DecorationSet.create(state.doc, marks);
          },
        },
      }),
    ],
  });

/** Return where the words are, in the order of reading; `note` is where the footnote begins that holds them. */
function placesIn(doc, query) {
  if (!query.words) return [];
  const wanted = folded(query.words, query).text;
  const places = [];
  const look = (holder, start, note) => {
    let text = "";
    const offsets = [];
    holder.forEach((child, offset) => {
      const words = child.isText ? child.text : "\ufffc";
      for (let at = 0; at < words.length; at++) offsets.push(start + offset + at);
      text += words;
    });
    const { text: inside, at } = folded(text, query);
    for (let found = inside.indexOf(wanted); found !== -1; found = inside.indexOf(wanted, found + wanted.length)) {
      const [first, last] = [at[found], at[found + wanted.length - 1]];
      const end = endOf(text, last);
      if (query.isWhole && (LETTER.test(text[first - 1] ?? "") || LETTER.test(text[end] ?? ""))) continue;
      places.push({ from: offsets[first], to: offsets[last] + end - last, note });
    }
  };
  doc.descendants((node, position) => {
    if (node.isTextblock) look(node, position + 1);
    if (node.type.name === "footnote") look(node, position + 1, position);
    return !node.isText;
  });
  return places;
}

/** Return where the character ends that begins there, with the accents that follow it. */
function endOf(text, position) {
  let end = position + 1;
  while (/[\p{M}\udc00-\udfff]/u.test(text[end] ?? "")) end++;
  return end;
}

/** Return a text as it is compared, and of each of its letters where it stood.

    What typography puts in place of what was typed is the same. */
function folded(text, { isCased, isAccented }) {
  let letters = "";
  const at = [];
  for (let position = 0; position < text.length; position++) {
    let letter = text[position].replace(/[’‘]/, "'").replace(/[\u00a0\u202f\n]/, " ");
    if (!isAccented) letter = letter.normalize("NFD").replace(/\p{M}/gu, "");
    if (!isCased) letter = letter.toLowerCase();
    for (const part of letter) {
      letters += part;
      for (let unit = 0; unit < part.length; unit++) at.push(position);
    }
  }
  return { text: letters, at };
}

/** Build the bar of an editor; `open()` shows it. */
export function buildFinder(editor, { text }) {
  const field = (name, label) => {
    const input = element("input", { type: "text", name, autocomplete: "off", placeholder: text(label) });
    input.setAttribute("aria-label", text(label));
    return input;
  };
  const choice = (name, label) => {
    const box = element("input", { type: "checkbox", name });
    box.addEventListener("change", () => look());
    return { box, line: element("label", {}, [box, text(label)]) };
  };
  const button = (label, run, face = null) => {
    const made = element("button", { type: "button" }, face ? [icon(face)] : [element("span", { textContent: text(label) })]);
    if (face) Object.assign(made, { title: text(label), ariaLabel: text(label) });
    made.addEventListener("click", run);
    return made;
  };
  const words = field("find", "find-words");
  const other = field("replace", "find-other");
  const [cased, accented, whole] = [
    choice("cased", "find-cased"),
    choice("accented", "find-accented"),
    choice("whole", "find-whole"),
  ];
  const state = element("span", { className: "body-editor-found-state", role: "status" });
  const bar = element("div", { className: "body-editor-find", role: "search", "aria-label": text("find") }, [
    words,
    button("find-previous", () => step(-1), "keyboard_arrow_up"),
    button("find-next", () => step(1), "keyboard_arrow_down"),
    other,
    button("find-replace", () => replace()),
    button("find-replace-all", () => replaceAll()),
    cased.line,
    accented.line,
    whole.line,
    state,
    button("find-close", () => close(), "close"),
  ]);
  bar.hidden = true;

  const found = () => KEY.getState(editor.state);
  const tell = (meta) => editor.view.dispatch(editor.state.tr.setMeta(KEY, meta));
  const say = () => {
    const { query, places, current } = found();
    if (!query.words) state.textContent = "";
    else if (!places.length) state.textContent = text("find-none");
    else state.textContent = text("find-state", { number: current + 1, all: places.length });
  };
  function look() {
    const [isCased, isAccented, isWhole] = [cased, accented, whole].map(({ box }) => box.checked);
    const { from } = editor.state.selection;
    tell({ query: { words: words.value, isCased, isAccented, isWhole }, current: -1 });
    const after = found().places.findIndex((place) => place.to >= from);
    go(Math.max(after, 0));
  }
  /** Lead to a place: select it, so that it is in sight. */
  function go(number) {
    const { places } = found();
    if (places.length) {
      const { from, to, note } = places[number];
      const { tr } = editor.state;
      tr.setMeta(KEY, { current: number });
      tr.setSelection(note === undefined ? TextSelection.create(tr.doc, from, to) : NodeSelection.create(tr.doc, note));
      editor.view.dispatch(tr.scrollIntoView());
    }
    say();
  }
  function step(by) {
    const { places, current } = found();
    if (places.length) go((current + by + places.length) % places.length);
  }
  function replace() {
    const { places, current } = found();
    if (!places[current]) return;
    const { from, to } = places[current];
    editor.view.dispatch(put(editor.state.tr, from, to));
    const next = found().places.findIndex((place) => place.from >= from + other.value.length);
    go(Math.max(next, 0));
  }
  function replaceAll() {
    const { places } = found();
    const { tr } = editor.state;
    for (const { from, to } of places.toReversed()) put(tr, from, to);
    editor.view.dispatch(pm.history.closeHistory(tr));
    state.textContent = text("find-replaced", { number: places.length });
  }
  const put = (tr, from, to) => (other.value ? tr.insertText(other.value, from, to) : tr.delete(from, to));
  function close() {
    tell({ query: NOTHING, current: -1 });
    bar.hidden = true;
    editor.commands.focus();
  }
  words.addEventListener("input", look);
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.target === words) step(event.shiftKey ? -1 : 1);
    else if (event.key === "Enter" && event.target === other) replace();
    else return;
    event.preventDefault(); // the form stays where it is
    event.stopPropagation();
  });
  const open = () => {
    const { from, to, empty } = editor.state.selection;
    const selected = empty ? "" : editor.state.doc.textBetween(from, to, " ");
    bar.hidden = false;
    if (selected && selected.length < 100) words.value = selected;
    words.focus();
    words.select();
    look();
  };
  return { bar, open, isOpen: () => !bar.hidden, close };
}
