/* Shows the text with the typography that readers get, where it is not being written: the source stays as typed.

   The site says how a block is typeset, so that there is one set of rules; what differs is laid over the text. */
import { Extension, pm } from "django-prose-editor/editor";
import { element } from "admin-editor/elements";
import { postForm } from "admin-editor/server";

const { Plugin, PluginKey } = pm.state;
const { Decoration, DecorationSet } = pm.view;
const KEY = new PluginKey("typeset");
const TYPING_PAUSE = 600; // milliseconds
const MOST_BLOCKS = 200; // in one request
const WIDEST = 6; // characters that one rule changes

export const typography = (desk) =>
  Extension.create({
    name: "typography",
    addStorage: () => ({ isOn: true }),
    addCommands() {
      return {
        toggleTypography:
          () =>
          ({ tr, dispatch }) => {
            if (dispatch) {
              this.storage.isOn = !this.storage.isOn;
              tr.setMeta(KEY, true);
            }
            return true;
          },
      };
    },
    addProseMirrorPlugins() {
      const { storage } = this;
      const known = new Map(); // what the site said, by what it was asked
      return [
        new Plugin({
          key: KEY,
          view: (view) => new Asking(view, desk, known, storage),
          props: {
            decorations: (state) => (storage.isOn ? laidOver(state, desk, known) : null),
          },
        }),
      ];
    },
  });

/** Asks the site for the blocks that it has not been asked for, when nothing was typed for a moment. */
class Asking {
  constructor(view, desk, known, storage) {
    Object.assign(this, { view, desk, known, storage });
    this.wait();
  }

  update(view, before) {
    if (before.doc !== view.state.doc || !this.storage.isOn) this.wait();
  }

  wait() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.ask(), TYPING_PAUSE);
  }

  async ask() {
    if (!this.storage.isOn || this.isAsking) return;
    const asked = new Map();
    for (const { key, passages } of blocksOf(this.view.state.doc, this.desk)) {
      if (!this.known.has(key) && asked.size < MOST_BLOCKS) asked.set(key, passages);
    }
    if (!asked.size) return;
    this.isAsking = true;
    try {
      const data = new FormData();
      data.append("blocks", JSON.stringify([...asked.values()]));
      const { blocks } = await postForm(this.desk, this.desk.urls.typography, data);
      [...asked.keys()].forEach((key, number) => this.known.set(key, blocks[number] ?? null));
      if (!this.view.isDestroyed) this.view.dispatch(this.view.state.tr.setMeta(KEY, true));
      this.wait();
    } catch {
      // The text stands as it was typed; the next change asks again.
    } finally {
      this.isAsking = false;
    }
  }

  destroy() {
    clearTimeout(this.pause);
  }
}

/** Return the blocks that have words, each with its passages: a text and its language, null where it is left alone. */
function blocksOf(doc, desk) {
  const blocks = [];
  const languages = [];
  doc.descendants((node, position, parent) => {
    languages.length = doc.resolve(position).depth;
    languages.push(node.attrs.lang ?? null);
    const isNote = node.type.name === "footnote";
    if ((!node.isTextblock && !isNote) || node.type.spec.code) return true;
    const language = isNote ? desk.language() : (languages.findLast(Boolean) ?? desk.language());
    const passages = [];
    const starts = [];
    node.forEach((child, offset) => {
      if (child.isText) {
        const lang = child.marks.find(({ type }) => type.name === "language")?.attrs.lang ?? language;
        const isCode = child.marks.some(({ type }) => type.name === "code");
        passages.push([child.text, isCode ? null : lang]);
      } else if (child.type.name === "hardBreak") passages.push(["\n", null]);
      else return;
      starts.push(position + 1 + offset);
    });
    if (passages.length && !isNote) blocks.push({ key: JSON.stringify(passages), passages, starts, node, position });
    return false;
  });
  return blocks;
}

/** Return what differs from what was typed, in all blocks but that of the cursor. */
function laidOver({ doc, selection }, desk, known) {
  const over = [];
  for (const { key, passages, starts, node, position } of blocksOf(doc, desk)) {
    const isHere = selection.from <= position + node.nodeSize && selection.to >= position;
    const shown = known.get(key);
    if (isHere || !shown) continue;
    passages.forEach(([text], number) => {
      for (const { at, gone, instead } of differences(text, shown[number] ?? text)) {
        const from = starts[number] + at;
        if (gone) over.push(Decoration.inline(from, from + gone, { class: "is-typed" }));
        if (instead) over.push(Decoration.widget(from, () => sign(instead), { side: -1, key: instead }));
      }
    });
  }
  return DecorationSet.create(doc, over);
}

/** Make what is shown instead; who listens hears what was typed. */
const sign = (textContent) => element("span", { "aria-hidden": "true", textContent });

/** Return where two texts differ: how many characters are gone from the first, and what stands there instead. */
function differences(typed, shown) {
  const found = [];
  let at = 0;
  let here = 0;
  while (at < typed.length || here < shown.length) {
    if (typed[at] === shown[here]) {
      at++;
      here++;
      continue;
    }
    const [gone, come] = meeting(typed, at, shown, here);
    found.push({ at, gone, instead: shown.slice(here, here + come) });
    at += gone;
    here += come;
  }
  return found;
}

/** Return after how many characters of each two texts are the same again. */
function meeting(typed, at, shown, here) {
  for (let sum = 1; sum <= 2 * WIDEST; sum++) {
    for (let gone = 0; gone <= sum; gone++) {
      const rest = typed.slice(at + gone, at + gone + 3);
      if (rest === shown.slice(here + sum - gone, here + sum - gone + 3)) return [gone, sum - gone];
    }
  }
  return [typed.length - at, shown.length - here];
}
