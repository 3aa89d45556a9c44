/* What the buttons and the keys of the editor do.

   A tool: key (of its texts), icon or label, keys (for the keyboard), run, and, where it can be on or off or
   impossible, isOn and can. */
import { KINDS, kindAt } from "admin-editor/callouts";
import { askForAudio, askForLanguage, askForLink, askForVideo } from "admin-editor/dialogs";
import { SIZES } from "admin-editor/figures";
import { choosePicture } from "admin-editor/library";
import { chooseRecording } from "admin-editor/recordings";
import { languageAt } from "admin-editor/languages";
import { stateOf } from "admin-editor/own-posts";
import { around } from "admin-editor/positions";
import { LEVELS, deepestLevel } from "admin-editor/schema";

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);

const markTool = (key, name, icon, ...keys) => ({
  key,
  icon,
  keys,
  run: (editor) => editor.chain().focus().toggleMark(name).run(),
  isOn: (editor) => editor.isActive(name),
  can: (editor) => editor.can().toggleMark(name),
});

const blockTool = (key, name, command, icon, ...keys) => ({
  key,
  icon,
  keys,
  run: (editor) => editor.chain().focus()[command]().run(),
  isOn: (editor) => editor.isActive(name),
  can: (editor) => editor.can()[command](),
});

const headingTool = (level) => ({
  key: `heading-${level}`,
  label: `H${level}`,
  // On a French keyboard under Windows, Ctrl+Alt+digit types a character.
  keys: IS_MAC ? [`Mod-Alt-${level}`, `Mod-Shift-${level}`] : [`Mod-Shift-${level}`, `Mod-Alt-${level}`],
  run: (editor) => editor.chain().focus().toggleHeading({ level }).run(),
  isOn: (editor) => editor.isActive("heading", { level }),
  can: (editor) =>
    editor.can().toggleHeading({ level }) &&
    (level <= deepestLevel(editor.state) || editor.isActive("heading", { level })),
});

const languageTool = (lang) => ({
  key: `language-${lang}`,
  label: lang.toUpperCase(),
  run: (editor) =>
    editor
      .chain()
      .focus()
      .setLanguage(languageAt(editor.state) === lang ? null : lang)
      .run(),
  isOn: (editor) => languageAt(editor.state) === lang,
});

const tool = (key, icon, run, ...keys) => ({ key, icon, run, keys });

/** Return the groups of tools that are always there. */
export const toolGroups = ({ languages }) => [
  [...LEVELS.map(headingTool)],
  [
    markTool("bold", "bold", "format_bold", "Mod-b"),
    markTool("italic", "italic", "format_italic", "Mod-i"),
    { ...tool("link", "insert_link", askForLink, "Mod-k"), isOn: (editor) => editor.isActive("link") },
    markTool("strike", "strike", "format_strikethrough", "Mod-Shift-s"),
    markTool("superscript", "superscript", "superscript", "Mod-."),
    markTool("subscript", "subscript", "subscript", "Mod-,"),
    markTool("code", "code", "code", "Mod-e"),
  ],
  [
    blockTool("quote", "blockquote", "toggleBlockquote", "format_quote", "Mod-Shift-b"),
    blockTool("callout", "callout", "toggleCallout", "feed", "Alt-Shift-e"),
    blockTool("bullets", "bulletList", "toggleBulletList", "format_list_bulleted", "Mod-Shift-8"),
    blockTool("numbers", "orderedList", "toggleOrderedList", "format_list_numbered", "Mod-Shift-7"),
    blockTool("code-block", "codeBlock", "toggleCodeBlock", "integration_instructions", "Mod-Alt-c"),
    {
      ...tool("rule", "horizontal_rule", (editor) => editor.chain().focus().setHorizontalRule().run(), "Alt-Shift-h"),
      can: (editor) => editor.can().setHorizontalRule(),
    },
  ],
  [
    tool("picture", "image", (editor, desk) => choosePicture(editor, desk), "Alt-Shift-p"),
    tool("video", "smart_display", askForVideo, "Alt-Shift-v"),
    tool("recording", "mic", (editor, desk) => chooseRecording(editor, desk), "Alt-Shift-r"),
    tool("audio", "volume_up", askForAudio, "Alt-Shift-s"),
    {
      ...tool("footnote", "notes", insertFootnote, "Alt-Shift-n"),
      can: (editor) => editor.can().insertFootnote(),
    },
    { ...tool("table", "table_chart", insertTable, "Alt-Shift-g"), can: (editor) => !editor.isActive("table") },
  ],
  [
    ...languages.map(languageTool),
    {
      ...tool("language", "translate", askForLanguage, "Alt-Shift-l"),
      isOn: (editor) => ![null, ...languages].includes(languageAt(editor.state)),
    },
  ],
  [
    tool("plain", "format_clear", makePlain, "Alt-Shift-x"),
    {
      ...tool("undo", "undo", (editor) => editor.chain().focus().undo().run(), "Mod-z"),
      can: (editor) => editor.can().undo(),
    },
    {
      ...tool("redo", "redo", (editor) => editor.chain().focus().redo().run(), "Mod-Shift-z", "Mod-y"),
      can: (editor) => editor.can().redo(),
    },
    {
      ...tool("find", "search", (editor, desk) => desk.toggleFinder(), "Mod-f"),
      isOn: (editor, desk) => desk.isFinding(),
    },
    {
      ...tool("typography", "text_format", (editor) => editor.chain().focus().toggleTypography().run()),
      isOn: (editor) => editor.storage.typography.isOn,
    },
    {
      ...tool("full-screen", "fullscreen", (editor, desk) => desk.toggleFullScreen(), "Alt-Shift-f"),
      isOn: (editor, desk) => desk.isFullScreen(),
    },
  ],
];

const command = (key, icon, name) => ({
  key,
  icon,
  run: (editor) => editor.chain().focus()[name]().run(),
  can: (editor) => editor.can()[name](),
});

const sizeTool = (size) => ({
  key: `size-${size ?? "column"}`,
  label: "",
  run: (editor) => setFigure(editor, "picture", "size", size),
  isOn: (editor) => figureAt(editor, "picture")?.node.attrs.size === size,
});

const transcriptTool = (name) => ({
  ...command("transcript", "subject", "toggleTranscript"),
  isOn: (editor) => figureAt(editor, name)?.node.childCount > 1,
});

/** Groups of tools for where the cursor stands, each with its condition; in brief ones the names are only titles. */
export const CONTEXTS = [
  {
    key: "link",
    applies: (editor) => editor.isActive("link"),
    note(editor, desk) {
      const { href, post } = editor.getAttributes("link");
      return post ? stateOf(desk, post) || desk.text("link-follows", { address: href }) : href;
    },
    tools: [
      tool("edit-link", "edit", askForLink),
      tool("remove-link", "link_off", (editor) => editor.chain().focus().extendMarkRange("link").unsetLink().run()),
    ],
  },
  {
    key: "picture",
    applies: (editor) => editor.isActive("picture"),
    tools: [
      tool("change-picture", "image", (editor, desk) => choosePicture(editor, desk, figureAt(editor, "picture"))),
      tool("edit-picture", "open_in_new", openPicture),
      sizeTool(null),
      ...SIZES.map(sizeTool),
      tool("remove-figure", "delete", (editor) => removeFigure(editor, "picture")),
    ],
  },
  {
    key: "video",
    applies: (editor) => editor.isActive("video"),
    tools: [
      tool("change-video", "edit", (editor, desk) => askForVideo(editor, desk, figureAt(editor, "video"))),
      tool("choose-poster", "image", (editor, desk) => choosePoster(editor, desk)),
      {
        ...tool("remove-poster", "hide_image", (editor) => setPoster(editor, null)),
        can: (editor) => Boolean(figureAt(editor, "video")?.node.attrs.poster),
      },
      transcriptTool("video"),
      tool("remove-figure", "delete", (editor) => removeFigure(editor, "video")),
    ],
  },
  {
    key: "audio",
    applies: (editor) => editor.isActive("audio"),
    tools: [
      tool("change-audio", "edit", (editor, desk) => askForAudio(editor, desk, figureAt(editor, "audio"))),
      transcriptTool("audio"),
      tool("remove-figure", "delete", (editor) => removeFigure(editor, "audio")),
    ],
  },
  {
    key: "recording",
    applies: (editor) => editor.isActive("recording"),
    tools: [
      tool("change-recording", "edit", (editor, desk) => chooseRecording(editor, desk, figureAt(editor, "recording"))),
      tool("edit-recording", "open_in_new", openRecording),
      tool("remove-figure", "delete", (editor) => removeFigure(editor, "recording")),
    ],
  },
  {
    key: "callout",
    applies: (editor) => editor.isActive("callout"),
    tools: [
      ...KINDS.map((kind) => ({
        key: `callout-${kind}`,
        label: "",
        run: (editor) => editor.chain().focus().setCalloutKind(kind).run(),
        isOn: (editor) => kindAt(editor.state) === kind,
      })),
      {
        ...command("callout-title", "title", "toggleCalloutTitle"),
        isOn: (editor) =>
          around(editor.state.selection.$from, "callout")?.node.firstChild.type.name === "calloutTitle",
      },
      command("remove-callout", "layers_clear", "toggleCallout"),
    ],
  },
  {
    key: "quote",
    applies: (editor) => editor.isActive("blockquote"),
    tools: [{ ...command("quote-source", "person", "toggleQuoteSource"), isOn: (editor) => hasSource(editor) }],
  },
  ...[
    {
      key: "row",
      tools: [
        command("row-before", "vertical_align_top", "addRowBefore"),
        command("row-after", "vertical_align_bottom", "addRowAfter"),
        command("delete-row", "delete_sweep", "deleteRow"),
      ],
    },
    {
      key: "column",
      tools: [
        command("column-before", "first_page", "addColumnBefore"),
        command("column-after", "last_page", "addColumnAfter"),
        command("delete-column", "delete_sweep", "deleteColumn"),
      ],
    },
    {
      key: "headings",
      tools: [
        command("header-row", "border_top", "toggleHeaderRow"),
        command("header-column", "border_left", "toggleHeaderColumn"),
      ],
    },
    {
      key: "table",
      tools: [
        {
          ...command("table-caption", "title", "toggleTableCaption"),
          isOn: (editor) => editor.isActive("captionedTable"),
        },
        command("merge-cells", "call_merge", "mergeCells"),
        command("split-cell", "call_split", "splitCell"),
        command("delete-table", "delete", "deleteTable"),
      ],
    },
  ].map((part) => ({
    ...part,
    isBrief: true,
    applies: (editor) => editor.isActive("table") || editor.isActive("captionedTable"),
    note: (editor, { text }) => text(`context-${part.key}`),
  })),
];

function insertFootnote(editor) {
  editor.commands.insertFootnote();
  editor.storage.footnote.panel.write();
}

function insertTable(editor) {
  editor.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run();
}

function makePlain(editor) {
  const isText = ["heading", "codeBlock"].some((name) => editor.isActive(name));
  const chain = editor.chain().focus().unsetAllMarks();
  if (isText) chain.setParagraph();
  chain.setLanguage(null).run();
}

function hasSource(editor) {
  return around(editor.state.selection.$from, "blockquote")?.node.lastChild.type.name === "quoteSource";
}

/** Return the figure that is selected or whose caption the cursor is in. */
export function figureAt(editor, name) {
  const { selection } = editor.state;
  if (selection.node?.type.name === name) return { node: selection.node, before: selection.from };
  return around(selection.$from, name);
}

/** Open the picture in the library: its alternative text is the same wherever it is shown. */
function openPicture(editor, { urls }) {
  const { image } = figureAt(editor, "picture").node.attrs;
  window.open(`${urls.images}${image}/change/`, "_blank", "noopener");
}

/** Open the recording in the library: its chapters and transcript are the same wherever it is heard. */
function openRecording(editor, { urls }) {
  const { recording } = figureAt(editor, "recording").node.attrs;
  window.open(`${urls.recordings}${recording}/change/`, "_blank", "noopener");
}

function removeFigure(editor, name) {
  const figure = figureAt(editor, name);
  editor
    .chain()
    .focus()
    .deleteRange({ from: figure.before, to: figure.before + figure.node.nodeSize })
    .run();
}

async function choosePoster(editor, desk) {
  const picture = await desk.pickPicture("choose-poster");
  if (picture) setPoster(editor, picture.id);
  editor.commands.focus();
}

const setPoster = (editor, poster) => setFigure(editor, "video", "poster", poster);

function setFigure(editor, name, attribute, value) {
  const figure = figureAt(editor, name);
  editor.commands.command(({ tr }) => {
    tr.setNodeAttribute(figure.before, attribute, value);
    return true;
  });
}

/** Write keys as the reader's keyboard names them: "Mod-Shift-b" is "Ctrl+Maj+B" or "⌘⇧B". */
export function writtenKeys(keys, text) {
  const names = IS_MAC
    ? { Mod: "⌘", Shift: "⇧", Alt: "⌥" }
    : { Mod: text("key-control"), Shift: text("key-shift"), Alt: "Alt" };
  const parts = keys.split("-").map((part) => names[part] ?? part.toUpperCase());
  return parts.join(IS_MAC ? "" : "+");
}
