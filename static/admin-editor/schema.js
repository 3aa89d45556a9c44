/* What a body may hold: the nodes and marks of the source format (see source.js for how it is written). */
import {
  Blockquote,
  Bold,
  BulletList,
  Code,
  CodeBlock,
  Document,
  Dropcursor,
  Gapcursor,
  HardBreak,
  Heading,
  History,
  HorizontalRule,
  InputRule,
  Italic,
  Link,
  ListItem,
  Node,
  OrderedList,
  Paragraph,
  Placeholder,
  Strike,
  Subscript,
  Superscript,
  Table,
  TableCell,
  TableHeader,
  TableRow,
  Text,
  TrailingNode,
  pm,
  wrappingInputRule,
} from "django-prose-editor/editor";
import { audioNode, figureCaption, pictureNode, recordingNode, transcriptNode, videoNode } from "admin-editor/figures";
import { CalloutTitle, calloutNode } from "admin-editor/callouts";
import { footnoteNode } from "admin-editor/footnotes";
import { blockLanguage, languageMark } from "admin-editor/languages";
import { find } from "admin-editor/find";
import { promptFocus } from "admin-editor/focus";
import { typedMarkdown } from "admin-editor/markdown";
import { typography } from "admin-editor/typeset";
import { isSafeAddress } from "admin-editor/addresses";
import { hiddenPosts } from "admin-editor/own-posts";
import { around, leave } from "admin-editor/positions";

const { TextSelection } = pm.state;

export const LEVELS = [2, 3, 4];
const IN_A_QUOTE = "(paragraph | bulletList | orderedList)+ quoteSource?";
const IN_A_CELL = "(paragraph | bulletList | orderedList)+";
const IN_AN_ITEM = "paragraph (paragraph | bulletList | orderedList | codeBlock)*";

/** Return the deepest level that a heading may have where the selection begins: no level is left out. */
export function deepestLevel({ doc, selection }) {
  let above = LEVELS[0] - 1;
  doc.nodesBetween(0, selection.$from.before(1), (node) => {
    if (node.type.name === "heading") above = node.attrs.level;
    return false;
  });
  return Math.min(above + 1, LEVELS.at(-1));
}

const BodyHeading = Heading.extend({
  // What is pasted may have levels that a body lacks: the title of the page is its h1.
  parseHTML: () => [
    { tag: "h1", attrs: { level: 2 } },
    ...LEVELS.map((level) => ({ tag: `h${level}`, attrs: { level } })),
    { tag: "h5", attrs: { level: 4 } },
    { tag: "h6", attrs: { level: 4 } },
  ],
  // "## " as it is typed; "#" is the title of the page, and no level is left out.
  addInputRules() {
    return [
      new InputRule({
        find: /^(#{1,6})\s$/,
        handler: ({ state, range, match }) => {
          const { $from } = state.selection;
          const place = $from.node(-1);
          if (!place.canReplaceWith($from.index(-1), $from.indexAfter(-1), this.type)) return null;
          const level = Math.min(Math.max(match[1].length, LEVELS[0]), deepestLevel(state));
          state.tr.delete(range.from, range.to).setBlockType(range.from, range.from, this.type, { level });
          return undefined;
        },
      }),
    ];
  },
}).configure({ levels: LEVELS });

const BodyQuote = Blockquote.extend({
  content: IN_A_QUOTE,
  addCommands() {
    return {
      ...this.parent?.(),
      /** Add a line for the source to the quote around the cursor, or remove it. */
      toggleQuoteSource:
        () =>
        ({ state, tr, dispatch }) => {
          const found = around(state.selection.$from, "blockquote");
          if (!found) return false;
          const { node, start } = found;
          const end = start + node.content.size;
          if (!dispatch) return true;
          if (node.lastChild.type.name === "quoteSource") {
            tr.delete(end - node.lastChild.nodeSize, end);
          } else {
            tr.insert(end, state.schema.nodes.quoteSource.create());
            tr.setSelection(TextSelection.create(tr.doc, end + 1));
          }
          tr.scrollIntoView();
          return true;
        },
    };
  },
});

const QuoteSource = Node.create({
  name: "quoteSource",
  content: "inline*",
  isolating: true,
  parseHTML: () => [{ tag: "footer", context: "blockquote/" }],
  renderHTML: () => ["footer", 0],
  addKeyboardShortcuts() {
    return {
      Enter: ({ editor }) => leave(editor, this.name, 1),
      Backspace: ({ editor }) => {
        const { $from, empty } = editor.state.selection;
        return empty && $from.parent.type.name === this.name && $from.parent.content.size === 0
          ? editor.commands.toggleQuoteSource()
          : false;
      },
    };
  },
});

const BodyList = OrderedList.extend({
  addAttributes: () => ({}),
  addInputRules() {
    return [wrappingInputRule({ find: /^\d{1,3}[.)]\s$/, type: this.type })];
  },
}).configure({ enableListAttributes: false });

// A link within code is wanted, and code within a link.
const BodyCode = Code.extend({ excludes: "" });

const BodyLink = Link.extend({
  inclusive: false,
  addAttributes: () => ({
    href: { default: null },
    title: { default: null },
    // The key of a post of ours: the link follows it wherever it stands.
    post: {
      default: null,
      parseHTML: ({ dataset }) => (/^\d+$/.test(dataset.post ?? "") ? dataset.post : null),
      renderHTML: ({ post }) => (post ? { "data-post": post } : {}),
    },
  }),
  parseHTML: () => [{ tag: "a[href]", getAttrs: (element) => isSafeAddress(element.getAttribute("href")) && null }],
  renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes, 0],
  addKeyboardShortcuts: () => ({}),
}).configure({
  openOnClick: false,
  defaultProtocol: "https",
  isAllowedUri: isSafeAddress,
  HTMLAttributes: { target: null, rel: null, class: null },
});

const cellAttributes = () => ({
  colspan: { default: 1, parseHTML: (cell) => Number(cell.getAttribute("colspan")) || 1 },
  rowspan: { default: 1, parseHTML: (cell) => Number(cell.getAttribute("rowspan")) || 1 },
  // Asked for by the table commands; columns have no width of their own here.
  colwidth: { default: null, parseHTML: () => null, rendered: false },
});
const BodyCell = TableCell.extend({ content: IN_A_CELL, addAttributes: cellAttributes });
const BodyHeaderCell = TableHeader.extend({ content: IN_A_CELL, addAttributes: cellAttributes });

const BodyTable = Table.extend({
  addCommands() {
    const commands = this.parent?.();
    return {
      ...commands,
      /** Add a caption above the table around the cursor, or remove it. */
      toggleTableCaption:
        () =>
        ({ state, tr, dispatch }) => {
          const { $from } = state.selection;
          const wrapper = around($from, "captionedTable");
          const table = around($from, "table");
          if (!wrapper && !table) return false;
          if (!dispatch) return true;
          if (wrapper) {
            tr.replaceWith(wrapper.before, wrapper.before + wrapper.node.nodeSize, wrapper.node.lastChild);
            tr.setSelection(TextSelection.near(tr.doc.resolve(wrapper.before + 1)));
          } else {
            const { captionedTable, tableCaption } = state.schema.nodes;
            const wrapped = captionedTable.create(null, [tableCaption.create(), table.node]);
            tr.replaceWith(table.before, table.before + table.node.nodeSize, wrapped);
            tr.setSelection(TextSelection.create(tr.doc, table.before + 2));
          }
          tr.scrollIntoView();
          return true;
        },
      deleteTable:
        () =>
        ({ state, tr, dispatch }) => {
          const { $from } = state.selection;
          const found = around($from, "captionedTable") ?? around($from, "table");
          if (!found) return false;
          if (dispatch) tr.delete(found.before, found.before + found.node.nodeSize).scrollIntoView();
          return true;
        },
    };
  },
}).configure({ resizable: false });

/* The table commands expect nothing but rows in a table, so a caption stands before it, and both in a box. */
const CaptionedTable = Node.create({
  name: "captionedTable",
  group: "block",
  content: "tableCaption table",
  isolating: true,
  parseHTML: () => [{ tag: "div[data-captioned-table]" }],
  renderHTML: () => ["div", { "data-captioned-table": "" }, 0],
});

const TableCaption = Node.create({
  name: "tableCaption",
  content: "inline*",
  isolating: true,
  parseHTML: () => [{ tag: "div[data-table-caption]" }],
  renderHTML: () => ["div", { "data-table-caption": "" }, 0],
  addKeyboardShortcuts() {
    const intoTable = ({ editor }) => {
      const { $from } = editor.state.selection;
      if ($from.parent.type.name !== this.name) return false;
      return editor.commands.command(({ tr }) => {
        tr.setSelection(TextSelection.near(tr.doc.resolve($from.after())));
        return true;
      });
    };
    return { Enter: intoTable };
  },
});

/** Return the extensions of an editor whose texts are `text(key)`. */
export function extensionsOf(desk) {
  const hints = {
    figureCaption: desk.text("hint-caption"),
    tableCaption: desk.text("hint-table-caption"),
    quoteSource: desk.text("hint-source"),
    calloutTitle: desk.text("hint-callout-title"),
  };
  const marks = [languageMark(), BodyLink, Bold, Italic, Strike, Subscript, Superscript, BodyCode];
  return [
    Document,
    Text,
    Paragraph,
    BodyHeading,
    BodyQuote,
    QuoteSource,
    BulletList,
    BodyList,
    ListItem.extend({ content: IN_AN_ITEM }),
    CodeBlock,
    HorizontalRule,
    HardBreak,
    BodyTable,
    TableRow,
    BodyCell,
    BodyHeaderCell,
    CaptionedTable,
    TableCaption,
    pictureNode(desk),
    videoNode(desk),
    audioNode(desk),
    recordingNode(desk),
    figureCaption(),
    transcriptNode(desk),
    calloutNode(desk),
    CalloutTitle,
    footnoteNode(desk, marks),
    hiddenPosts(desk),
    find(),
    promptFocus,
    typedMarkdown(),
    typography(desk),
    blockLanguage(),
    ...marks,
    History,
    Dropcursor.configure({ class: "body-editor-drop", color: false }),
    Gapcursor,
    TrailingNode,
    Placeholder.configure({
      includeChildren: true,
      showOnlyCurrent: false,
      placeholder: ({ editor, node }) => hints[node.type.name] ?? (editor.isEmpty ? desk.text("hint-body") : ""),
    }),
  ];
}
