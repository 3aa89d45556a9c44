/* Boxes beside the running text, of a few kinds, with a title where one is wanted. */
import { Node, pm } from "django-prose-editor/editor";
import { element } from "admin-editor/elements";
import { around } from "admin-editor/positions";

const { TextSelection } = pm.state;
export const KINDS = ["summary", "note", "example", "warning"];
const BLOCKS = `paragraph | bulletList | orderedList | blockquote | codeBlock | picture | video | audio | recording | table
  | captionedTable | horizontalRule`;

export const calloutNode = ({ text }) =>
  Node.create({
    name: "callout",
    group: "block",
    content: `calloutTitle? (${BLOCKS})+`,
    defining: true,
    addAttributes: () => ({ kind: { default: "note" } }),
    parseHTML: () => [
      {
        tag: "aside[data-kind]",
        getAttrs: ({ dataset: { kind } }) => KINDS.includes(kind) && { kind },
      },
    ],
    renderHTML: ({ node }) => ["aside", { "data-kind": node.attrs.kind }, 0],
    addNodeView: () => (view) => {
      const name = element("p", { className: "body-editor-kind", contentEditable: "false" });
      const contentDOM = element("div");
      const dom = element("aside", { role: "note" }, [name, contentDOM]);
      const show = ({ attrs: { kind } }) => {
        dom.dataset.kind = kind;
        name.textContent = text(`callout-${kind}`);
      };
      show(view.node);
      return {
        dom,
        contentDOM,
        update(node) {
          if (node.type.name !== "callout") return false;
          show(node);
          return true;
        },
        ignoreMutation: (mutation) => mutation.type !== "selection" && !contentDOM.contains(mutation.target),
      };
    },
    addCommands: () => ({
      /** Put the selected blocks into a box, or take them out of theirs. */
      toggleCallout:
        () =>
        ({ state, tr, dispatch, commands }) => {
          const found = around(state.selection.$from, "callout");
          if (!found) return commands.wrapIn("callout");
          if (dispatch) {
            const { calloutTitle, paragraph } = state.schema.nodes;
            const blocks = [];
            found.node.forEach((block) => {
              blocks.push(block.type === calloutTitle ? paragraph.create(null, block.content) : block);
            });
            tr.replaceWith(found.before, found.before + found.node.nodeSize, blocks);
            tr.setSelection(TextSelection.near(tr.doc.resolve(Math.max(0, state.selection.from - 1))));
          }
          return true;
        },
      setCalloutKind:
        (kind) =>
        ({ state, tr, dispatch }) => {
          const found = around(state.selection.$from, "callout");
          if (found && dispatch) tr.setNodeAttribute(found.before, "kind", kind);
          return Boolean(found);
        },
      /** Give the box around the cursor a title, or take it away. */
      toggleCalloutTitle:
        () =>
        ({ state, tr, dispatch }) => {
          const found = around(state.selection.$from, "callout");
          if (!found) return false;
          if (!dispatch) return true;
          const { node, start } = found;
          if (node.firstChild.type.name === "calloutTitle") {
            tr.delete(start, start + node.firstChild.nodeSize);
          } else {
            tr.insert(start, state.schema.nodes.calloutTitle.create());
            tr.setSelection(TextSelection.create(tr.doc, start + 1));
          }
          tr.scrollIntoView();
          return true;
        },
    }),
  });

export const CalloutTitle = Node.create({
  name: "calloutTitle",
  content: "inline*",
  isolating: true,
  parseHTML: () => [{ tag: "header", context: "callout/" }],
  renderHTML: () => ["header", 0],
  addKeyboardShortcuts() {
    return {
      Enter: ({ editor }) => {
        const { $from } = editor.state.selection;
        if ($from.parent.type.name !== this.name) return false;
        return editor.commands.command(({ tr }) => {
          tr.setSelection(TextSelection.near(tr.doc.resolve($from.after())));
          return true;
        });
      },
      Backspace: ({ editor }) => {
        const { $from, empty } = editor.state.selection;
        return empty && $from.parent.type.name === this.name && $from.parent.content.size === 0
          ? editor.commands.toggleCalloutTitle()
          : false;
      },
    };
  },
});

/** Return the kind of the box around the cursor, or undefined. */
export const kindAt = ({ selection }) => around(selection.$from, "callout")?.node.attrs.kind;
