/* Pictures and recordings of the library, videos and recordings by address: each with a caption that is edited where it
   stands, and what is played elsewhere with what is said in it. */
import { Node, mergeAttributes, pm } from "django-prose-editor/editor";
import { hostOf, isOwnPicture } from "admin-editor/addresses";
import { around, leave } from "admin-editor/positions";
import { element, icon } from "admin-editor/elements";

const KEY = /^\d+$/;
export const SIZES = ["wide", "small"];
// What is played elsewhere, so that what is said in it stands in the text.
const PLAYED = ["video", "audio"];
const PLAYED_CONTENT = "figureCaption transcript?";

export const figureCaption = () =>
  Node.create({
    name: "figureCaption",
    content: "inline*",
    isolating: true,
    parseHTML: () => [{ tag: "figcaption", context: "picture/|video/|audio/|recording/" }],
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
  const end = from + node.firstChild.nodeSize;
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

/** What is said in a video or a recording, in paragraphs: readers unfold it below the player. */
export const transcriptNode = ({ text }) =>
  Node.create({
    name: "transcript",
    content: "paragraph+",
    isolating: true,
    defining: true,
    parseHTML: () => [{ tag: "details", context: "video/|audio/" }],
    renderHTML: () => ["details", 0],
    addNodeView: () => () => {
      const name = element("p", { className: "body-editor-kind", contentEditable: "false" });
      name.textContent = text("transcript");
      const contentDOM = element("div");
      const dom = element("div", { className: "body-editor-transcript", role: "group" }, [name, contentDOM]);
      dom.setAttribute("aria-label", text("transcript"));
      return {
        dom,
        contentDOM,
        ignoreMutation: (mutation) => mutation.type !== "selection" && !contentDOM.contains(mutation.target),
      };
    },
    addCommands: () => ({
      /** Give the video or recording around the cursor a transcript, or take it away. */
      toggleTranscript:
        () =>
        ({ state, tr, dispatch }) => {
          const { selection } = state;
          const found =
            PLAYED.includes(selection.node?.type.name)
              ? { node: selection.node, before: selection.from }
              : PLAYED.map((name) => around(selection.$from, name)).find(Boolean);
          if (!found) return false;
          if (!dispatch) return true;
          const { node, before } = found;
          const place = before + 1 + node.firstChild.nodeSize;
          if (node.childCount > 1) tr.delete(place, place + node.child(1).nodeSize);
          else {
            const { transcript, paragraph } = state.schema.nodes;
            tr.insert(place, transcript.create(null, paragraph.create()));
            tr.setSelection(pm.state.TextSelection.create(tr.doc, place + 2));
          }
          tr.scrollIntoView();
          return true;
        },
    }),
  });

export const videoNode = ({ pictures, posters, text }) =>
  figureNode({
    name: "video",
    content: PLAYED_CONTENT,
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
    content: PLAYED_CONTENT,
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

export const recordingNode = ({ recordings, text }) =>
  figureNode({
    name: "recording",
    addAttributes: () => ({ recording: { default: null } }),
    parseHTML: () => [
      {
        tag: "figure[data-recording]",
        getAttrs: ({ dataset: { recording } }) => KEY.test(recording) && { recording },
      },
    ],
    renderHTML: ({ node: { attrs } }) => [
      "figure",
      { "data-recording": attrs.recording },
      ["div", { "data-content": "" }, 0],
    ],
    view(face, { recording }) {
      const known = recordings.get(recording);
      face.replaceChildren(
        element("div", { className: "body-editor-video-label" }, [
          icon("volume_up"),
          element("strong", { textContent: known?.title ?? text("missing-recording", { recording }) }),
          element("span", { textContent: known?.facts ?? "" }),
        ]),
      );
    },
  });
