/* Pictures of the library, videos and recordings by address, each with a caption that is edited where it stands. */
import { Node, mergeAttributes, pm } from "django-prose-editor/editor";
import { hostOf, isOwnPicture } from "admin-editor/addresses";
import { leave } from "admin-editor/positions";
import { element, icon } from "admin-editor/elements";

const KEY = /^\d+$/;
export const SIZES = ["wide", "small"];

export const figureCaption = () =>
  Node.create({
    name: "figureCaption",
    content: "inline*",
    isolating: true,
    parseHTML: () => [{ tag: "figcaption", context: "picture/|video/|audio/" }],
    renderHTML: () => ["figcaption", 0],
    addKeyboardShortcuts() {
      return { Enter: ({ editor }) => leave(editor, this.name, 1) };
    },
    addProseMirrorPlugins: () => [new pm.state.Plugin({ props: { handleTextInput: typeInCaption } })],
  });

/** What is typed while a figure is selected goes to its caption: it would take the figure's place. */
function typeInCaption(view, from, to, text) {
  const { node } = view.state.selection;
  if (node?.firstChild?.type.name !== "figureCaption") return false;
  const end = from + node.nodeSize - 2;
  const { tr } = view.state;
  tr.setSelection(pm.state.TextSelection.create(tr.doc, end)).insertText(text);
  view.dispatch(tr.scrollIntoView());
  return true;
}

const figureNode = (options) =>
  Node.create({
    group: "block",
    content: "figureCaption",
    isolating: true,
    draggable: true,
    selectable: true,
    ...options,
    addNodeView() {
      return ({ node, editor, getPos }) => figureView(node, editor, getPos, options.view);
    },
  });

/** The view of a figure: what `fill` draws, which cannot be edited, and the caption, which can. */
function figureView(first, editor, getPos, fill) {
  let node = first;
  const face = element("div", { className: "body-editor-face", contentEditable: "false" });
  const contentDOM = element("div");
  const dom = element("figure", { className: `body-editor-${node.type.name}` }, [face, contentDOM]);
  const show = ({ attrs }) => {
    fill(face, attrs);
    dom.dataset.size = attrs.size ?? "";
  };
  show(node);
  face.addEventListener("click", () => editor.chain().setNodeSelection(getPos()).focus().run());
  return {
    dom,
    contentDOM,
    update(changed) {
      if (changed.type !== node.type) return false;
      if (changed.attrs !== node.attrs) show(changed);
      node = changed;
      return true;
    },
    ignoreMutation: (mutation) => mutation.type !== "selection" && !contentDOM.contains(mutation.target),
  };
}

export const pictureNode = ({ pictures, shown, text }) =>
  figureNode({
    name: "picture",
    addAttributes: () => ({
      image: { default: null },
      src: { default: "" },
      alt: { default: "" },
      size: { default: null },
    }),
    parseHTML: () => [
      {
        tag: "figure[data-image]",
        getAttrs(figure) {
          const image = figure.dataset.image;
          if (!KEY.test(image)) return false;
          const size = SIZES.includes(figure.dataset.size) ? figure.dataset.size : null;
          // What the library says now wins over what it said when the text was saved.
          if (pictures.has(image)) return { image, size, ...shown(pictures.get(image)) };
          const saved = figure.querySelector("img");
          const src = saved?.getAttribute("src") ?? "";
          return { image, size, src: isOwnPicture(src, pictures) ? src : "", alt: saved?.getAttribute("alt") ?? "" };
        },
      },
    ],
    renderHTML: ({ node: { attrs } }) => [
      "figure",
      mergeAttributes({ "data-image": attrs.image }, attrs.size ? { "data-size": attrs.size } : {}),
      ["img", { src: attrs.src, alt: attrs.alt }],
      ["div", { "data-content": "" }, 0],
    ],
    view(face, { image, src, alt }) {
      const view = src
        ? element("img", { src, alt: "", loading: "lazy", decoding: "async" })
        : element("p", { className: "body-editor-missing", textContent: text("missing-picture", { image }) });
      const note = alt ? text("alt-is", { alt }) : text("alt-is-empty");
      face.replaceChildren(view, element("p", { className: "body-editor-note", textContent: note }));
    },
  });

export const videoNode = ({ pictures, posters, text }) =>
  figureNode({
    name: "video",
    addAttributes: () => ({ address: { default: "" }, poster: { default: null } }),
    parseHTML: () => [
      {
        tag: "figure[data-video]",
        getAttrs({ dataset: { video, poster } }) {
          if (!/^https?:\/\//.test(video)) return false;
          return { address: video, poster: KEY.test(poster ?? "") ? poster : null };
        },
      },
    ],
    renderHTML: ({ node: { attrs } }) => [
      "figure",
      mergeAttributes({ "data-video": attrs.address }, attrs.poster ? { "data-poster": attrs.poster } : {}),
      ["div", { "data-content": "" }, 0],
    ],
    view(face, { address, poster }) {
      const fetched = posters.get(address);
      const still = pictures.get(poster) ?? (fetched?.src ? fetched : null);
      const note = (!still && (fetched?.problem || (fetched?.isWaiting && text("poster-waits")))) || "";
      face.replaceChildren(
        ...(still ? [element("img", { src: still.src, alt: "" })] : []),
        element("div", { className: "body-editor-video-label" }, [
          icon("play_circle_outline"),
          element("strong", { textContent: text("video-at", { host: hostOf(address) }) }),
          element("span", { textContent: address }),
          ...(note ? [element("span", { textContent: text("poster-is", { note }) })] : []),
        ]),
      );
    },
  });

export const audioNode = ({ text }) =>
  figureNode({
    name: "audio",
    addAttributes: () => ({ address: { default: "" } }),
    parseHTML: () => [
      {
        tag: "figure[data-audio]",
        getAttrs: ({ dataset: { audio } }) => /^https?:\/\//.test(audio) && { address: audio },
      },
    ],
    renderHTML: ({ node: { attrs } }) => [
      "figure",
      { "data-audio": attrs.address },
      ["div", { "data-content": "" }, 0],
    ],
    view(face, { address }) {
      face.replaceChildren(
        element("div", { className: "body-editor-video-label" }, [
          icon("volume_up"),
          element("strong", { textContent: text("audio-at", { host: hostOf(address) }) }),
          element("span", { textContent: address }),
        ]),
      );
    },
  });
