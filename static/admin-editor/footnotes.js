/* Footnotes: a mark where the number will be, and a panel below it, in which the text is written. */
import { Document, Editor, Extension, HardBreak, Node, Paragraph, Text, pm } from "django-prose-editor/editor";
import { askForLink } from "admin-editor/dialogs";
import { element, icon } from "admin-editor/elements";

const { NodeSelection, Plugin, TextSelection } = pm.state;
const NAME = "footnote";

/** `marks` are those that the text of a note may have. */
export const footnoteNode = (desk, marks) =>
  Node.create({
    name: NAME,
    group: "inline",
    inline: true,
    atom: true,
    content: "(text | hardBreak)*",
    parseHTML: () => [{ tag: "foot-note" }],
    renderHTML: () => ["foot-note", 0],
    addNodeView: () => (view) => markOf(desk, view.node),
    addCommands: () => ({
      /** Put a footnote behind the selection, and open it. */
      insertFootnote:
        () =>
        ({ state, tr, dispatch }) => {
          const { $to } = state.selection;
          const { footnote } = state.schema.nodes;
          if (!$to.parent.canReplaceWith($to.index(), $to.index(), footnote)) return false;
          if (dispatch) {
            tr.insert($to.pos, footnote.create());
            tr.setSelection(NodeSelection.create(tr.doc, $to.pos));
          }
          return true;
        },
    }),
    addKeyboardShortcuts() {
      return {
        Enter: ({ editor }) => {
          if (!footnoteAt(editor.state)) return false;
          this.storage.panel.write();
          return true;
        },
      };
    },
    addStorage: () => ({ panel: null }),
    addProseMirrorPlugins() {
      const { editor, storage } = this;
      return [
        new Plugin({
          view: () => (storage.panel = new Panel(editor, desk, marks)),
          props: {
            handleTextInput(view, from, to, text) {
              if (!footnoteAt(view.state)) return false;
              storage.panel.write(text);
              return true;
            },
            handleClickOn(view, position, node, before) {
              if (node.type.name !== NAME) return false;
              view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, before)));
              storage.panel.write();
              return true;
            },
          },
        }),
      ];
    },
  });

/** Return the footnote that is selected, or undefined. */
export function footnoteAt({ selection }) {
  return selection.node?.type.name === NAME ? selection.node : undefined;
}

/** The view of a footnote in the text; style sheets count the number. */
function markOf({ text }, first) {
  const dom = element("span", { className: "body-editor-footnote" });
  const show = (node) => {
    dom.title = node.textContent || text("footnote");
    dom.setAttribute("aria-label", text("footnote-is", { text: node.textContent }));
  };
  dom.setAttribute("role", "img");
  show(first);
  return {
    dom,
    update(node) {
      if (node.type.name !== NAME) return false;
      show(node);
      return true;
    },
    ignoreMutation: () => true,
  };
}

/** The panel in which the text of the selected footnote is written; what is typed there is in the text at once. */
class Panel {
  constructor(editor, desk, marks) {
    this.editor = editor;
    this.area = element("div", { className: "body-editor-footnote-text" });
    const tool = (key, face, run) => {
      const button = element("button", { type: "button", title: desk.text(key), "aria-label": desk.text(key) });
      button.append(icon(face));
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", run);
      return button;
    };
    this.dom = element("div", { className: "body-editor-panel", role: "group", "aria-label": desk.text("footnote") }, [
      this.area,
      element("div", { className: "body-editor-group" }, [
        tool("bold", "format_bold", () => this.inner.chain().focus().toggleBold().run()),
        tool("italic", "format_italic", () => this.inner.chain().focus().toggleItalic().run()),
        tool("link", "insert_link", () => askForLink(this.inner, desk)),
        tool("remove-footnote", "delete", () => this.remove()),
        tool("close-footnote", "check", () => this.leave()),
      ]),
    ]);
    this.dom.hidden = true;
    const keys = Extension.create({
      name: "footnoteKeys",
      priority: 2000,
      addKeyboardShortcuts: () => ({
        Enter: () => this.leave(),
        Escape: () => this.leave(),
        "Mod-k": () => Boolean(askForLink(this.inner, desk)),
        "Mod-z": () => this.editor.commands.undo() || true,
        "Mod-Shift-z": () => this.editor.commands.redo() || true,
      }),
    });
    this.inner = new Editor({
      element: this.area,
      extensions: [Document.extend({ content: "paragraph" }), Paragraph, Text, HardBreak, ...marks, keys],
      editorProps: {
        attributes: { "aria-label": desk.text("footnote"), spellcheck: "true", class: "body-editor-footnote-input" },
      },
      onUpdate: () => this.pass(),
    });
    editor.options.element.append(this.dom);
  }

  /** Follow the text: show the panel of the footnote that is selected, or none. */
  update(view, before) {
    const node = footnoteAt(view.state);
    const wasOpen = !this.dom.hidden;
    this.dom.hidden = !node;
    if (!node) {
      if (wasOpen) this.dropIfEmpty(before);
      return;
    }
    const words = node.content.toJSON() ?? [];
    if (JSON.stringify(words) !== JSON.stringify(this.words())) {
      const paragraph = { type: "paragraph", ...(words.length ? { content: words } : {}) };
      this.inner.commands.setContent({ type: "doc", content: [paragraph] }, { emitUpdate: false });
    }
    this.place(view);
  }

  /** Put the panel below the line of its mark. */
  place(view) {
    const mark = view.nodeDOM(view.state.selection.from)?.getBoundingClientRect();
    if (!mark) return;
    const around = this.dom.offsetParent?.getBoundingClientRect() ?? { top: 0 };
    this.dom.style.insetBlockStart = `${mark.bottom - around.top + 6}px`;
    this.inner.view.dom.lang = view.dom.lang;
  }

  words() {
    return this.inner.getJSON().content?.[0]?.content ?? [];
  }

  /** Take what was written in the panel over into the text. */
  pass() {
    const { state, view } = this.editor;
    const node = footnoteAt(state);
    if (!node) return;
    const { from, to } = state.selection;
    const words = pm.model.Fragment.fromJSON(state.schema, this.words());
    const { tr } = state;
    tr.replaceWith(from + 1, to - 1, words);
    view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, from)));
  }

  /** Go into the panel, and type there. At once: the editor's own command waits for a frame, and keys would get lost. */
  write(text = "") {
    this.inner.commands.setTextSelection(this.inner.state.doc.content.size - 1);
    this.inner.view.focus();
    if (text) this.inner.commands.insertContent({ type: "text", text });
  }

  /** Go on behind the footnote. */
  leave() {
    const { state, view } = this.editor;
    if (!footnoteAt(state)) return true;
    view.focus();
    view.dispatch(state.tr.setSelection(TextSelection.create(state.doc, state.selection.to)));
    return true;
  }

  remove() {
    this.editor.view.focus();
    this.editor.commands.deleteSelection();
  }

  /** A footnote that was left without a word is none. */
  dropIfEmpty({ doc, selection }) {
    const { state, view } = this.editor;
    if (selection.node?.type.name !== NAME || selection.node.content.size || doc !== state.doc) return;
    setTimeout(() => {
      const node = view.state.doc.nodeAt(selection.from);
      if (node?.type.name === NAME && !node.content.size) {
        view.dispatch(view.state.tr.delete(selection.from, selection.from + node.nodeSize));
      }
    });
  }

  destroy() {
    this.inner.destroy();
    this.dom.remove();
  }
}
