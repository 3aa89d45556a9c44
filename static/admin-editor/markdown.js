/* Markdown that is typed becomes what it means at once; what is pasted is read by the site, and can be taken back.

   The parts of the editor bring their own rules for lists, quotes, code, bold and emphasised words. */
import { Extension, InputRule, pm } from "django-prose-editor/editor";
import { completed, isSafeAddress } from "admin-editor/addresses";
import { postForm } from "admin-editor/server";
import { parsed, read } from "admin-editor/source";

const LINK = /(?<!!)\[([^[\]]+)\]\(([^()\s]+)\)$/;
const FOOTNOTE = /\^\[([^[\]]+)\]$/;

/** Links and footnotes: [words](address), ^[text]. */
export const typedMarkdown = () =>
  Extension.create({
    name: "typedMarkdown",
    addInputRules: () => [
      new InputRule({
        find: LINK,
        handler({ state, range, match }) {
          const href = completed(match[2]);
          if (!isSafeAddress(href)) return null;
          const marks = [...state.doc.resolve(range.from).marks(), state.schema.marks.link.create({ href })];
          state.tr.replaceWith(range.from, range.to, state.schema.text(match[1], marks));
          state.tr.removeStoredMark(state.schema.marks.link);
          return undefined;
        },
      }),
      new InputRule({
        find: FOOTNOTE,
        handler({ state, range, match }) {
          const { footnote } = state.schema.nodes;
          const $from = state.doc.resolve(range.from);
          if (!$from.parent.type.contentMatch.matchType(footnote)) return null;
          state.tr.replaceWith(range.from, range.to, footnote.create(null, state.schema.text(match[1])));
          return undefined;
        },
      }),
    ],
  });

const CLEAR = [
  /^#{1,6} \S/m,
  /^ {0,3}(```|~~~)/m,
  /\[[^\]\n]+\]\((https?:\/\/|\/|mailto:)[^)\s]+\)/,
  /\*\*\S(.*?\S)?\*\*/,
  /`[^`\n]+`/,
  /^ *\|? *:?-{3,}:? *\|/m,
  /^\[\^[\w-]+\]: /m,
];
const LINES = /^ {0,3}([-*+]|\d{1,3}[.)]|>) +\S/gm;

/** Say whether a plain text was written as Markdown: by a sign that means nothing else, or by several lists' lines. */
export function isMarkdown(text) {
  return CLEAR.some((sign) => sign.test(text)) || (text.match(LINES)?.length ?? 0) > 1;
}

/** Return the lines of a plain text as paragraphs, of which the first goes on where the cursor is. */
function linesOf(schema, text) {
  const lines = text.split(/[\r\n]+/).filter(Boolean);
  const paragraphs = lines.map((line) => schema.nodes.paragraph.create(null, schema.text(line)));
  return new pm.model.Slice(pm.model.Fragment.from(paragraphs), 1, 1);
}

/** Paste a text as it is, and let what the site reads in it take its place: one step back is the text as it was. */
export async function pasteMarkdown(editor, desk, text, say) {
  const { view } = editor;
  const place = { from: view.state.selection.from, to: 0 };
  view.dispatch(pm.history.closeHistory(view.state.tr).replaceSelection(linesOf(editor.schema, text)));
  place.to = view.state.selection.to;
  const follow = ({ transaction: { mapping } }) => {
    place.from = mapping.map(place.from, -1);
    place.to = mapping.map(place.to, -1);
  };
  editor.on("transaction", follow);
  try {
    const data = new FormData();
    data.append("text", text);
    const answer = await postForm(desk, desk.urls.markdown, data);
    if (answer.error) throw new Error(answer.error);
    const { content } = pm.model.DOMParser.fromSchema(editor.schema).parse(parsed(read(answer.source)));
    const isLine = content.childCount === 1 && content.firstChild.type.name === "paragraph";
    const { tr } = view.state;
    tr.replaceRange(place.from, place.to, new pm.model.Slice(content, isLine ? 1 : 0, isLine ? 1 : 0));
    view.dispatch(pm.history.closeHistory(tr).scrollIntoView());
    say(desk.text("markdown-read"));
  } catch (error) {
    say(error.message);
  } finally {
    editor.off("transaction", follow);
  }
}
