/* The language of a passage: a mark on a part of a line, an attribute of a whole paragraph, heading or quote. */
import { Extension, Mark } from "django-prose-editor/editor";
import { around } from "admin-editor/positions";

const BLOCKS = ["paragraph", "heading", "blockquote"];
const CODE = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i;

/** Say whether this is written like a language code: en, pt-BR, zh-Hant. */
export const isLanguageCode = (code) => CODE.test(code);

export const languageMark = () =>
  Mark.create({
    name: "language",
    priority: 1100, // the outermost of the marks: one element around a whole passage
    addAttributes: () => ({ lang: { default: null } }),
    parseHTML: () => [{ tag: "span[lang]", getAttrs: (element) => isLanguageCode(element.lang) && null }],
    renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes, 0],
  });

export const blockLanguage = () =>
  Extension.create({
    name: "blockLanguage",
    addGlobalAttributes: () => [
      {
        types: BLOCKS,
        attributes: {
          lang: {
            default: null,
            parseHTML: (element) => (isLanguageCode(element.lang) ? element.lang : null),
            renderHTML: ({ lang }) => (lang ? { lang } : {}),
          },
        },
      },
    ],
    addCommands: () => ({
      /** Say in which language the selection is; null takes it back. Without a selection, it is the whole block. */
      setLanguage:
        (lang) =>
        ({ state, tr, dispatch }) => {
          if (!dispatch) return true;
          const { selection } = state;
          if (selection.empty) {
            const { $from } = selection;
            const block = around($from, "blockquote") ?? around($from, $from.parent.type.name);
            if (block && BLOCKS.includes(block.node.type.name)) {
              tr.setNodeAttribute(block.before, "lang", lang);
              withoutMark(tr, block.before, block.before + block.node.nodeSize);
            }
            return true;
          }
          for (const { $from, $to } of selection.ranges) setBetween(tr, $from.pos, $to.pos, lang);
          return true;
        },
    }),
  });

function setBetween(tr, from, to, lang) {
  const mark = tr.doc.type.schema.marks.language;
  tr.doc.nodesBetween(from, to, (node, position) => {
    if (!node.isTextblock) return true;
    const start = Math.max(from, position + 1);
    const end = Math.min(to, position + 1 + node.content.size);
    const isWhole = start === position + 1 && end === position + 1 + node.content.size;
    withoutMark(tr, start, end);
    if (isWhole && BLOCKS.includes(node.type.name)) {
      tr.setNodeAttribute(position, "lang", lang);
    } else if (lang && !node.type.spec.code) {
      tr.addMark(start, end, mark.create({ lang }));
    } else if (node.attrs.lang) {
      tr.setNodeAttribute(position, "lang", null);
    }
    return false;
  });
}

function withoutMark(tr, from, to) {
  tr.removeMark(from, to, tr.doc.type.schema.marks.language);
}

/** Return the code of the language said for where the selection begins, or null. */
export function languageAt(state) {
  const { $from, empty } = state.selection;
  const marks = state.storedMarks ?? (empty ? $from.marks() : ($from.nodeAfter?.marks ?? []));
  const mark = marks.find(({ type }) => type.name === "language");
  if (mark) return mark.attrs.lang;
  for (let depth = $from.depth; depth > 0; depth--) {
    const { lang } = $from.node(depth).attrs;
    if (lang) return lang;
  }
  return null;
}
