/* The dialog that finds a picture in the library, or adds one to it. */
import { element } from "admin-editor/elements";
import { titleOf } from "admin-editor/pictures";
import { insertFigure, line, showDialog } from "admin-editor/dialogs";
import { getJson, postForm } from "admin-editor/server";

const TYPING_PAUSE = 250; // milliseconds without a key before the library is asked

/** Put a picture in, or another one in the place of `figure`; `file` is one that was pasted or dropped. */
export async function choosePicture(editor, desk, figure = null, file = null) {
  const picture = await pickPicture(desk, figure ? "change-picture" : "picture", file);
  if (!picture) return editor.commands.focus();
  const attrs = { image: picture.id, ...desk.shown(picture) };
  if (!figure) return insertFigure(editor, { type: "picture", attrs });
  return editor
    .chain()
    .command(({ tr }) => Boolean(tr.setNodeMarkup(figure.before, null, { ...figure.node.attrs, ...attrs })))
    .focus()
    .run();
}

/** Resolve to a picture of the library, or to undefined. */
export async function pickPicture(desk, titleKey, file = null) {
  const { text } = desk;
  const search = element("input", { type: "search", name: "q", autocomplete: "off" });
  const shelf = element("div", { className: "body-editor-shelf", role: "radiogroup", "aria-label": text("pictures") });
  const state = element("p", { className: "help", role: "status" });
  const more = element("button", { type: "button", textContent: text("more-pictures"), hidden: true });
  const found = new Map();
  let next = null;
  let asked = 0;

  const load = async (page) => {
    const turn = ++asked;
    try {
      const answer = await getJson(desk, desk.urls.library, { q: search.value, page });
      if (turn !== asked) return;
      if (page === 1) shelf.replaceChildren();
      for (const picture of answer.pictures) {
        found.set(picture.id, picture);
        shelf.append(tile(picture, desk));
      }
      ({ next } = answer);
      upload.hidden = !answer.may_add;
      more.hidden = !next;
      state.textContent = shelf.children.length ? "" : text("no-pictures");
    } catch (error) {
      state.textContent = error.message;
    }
  };
  let pause;
  search.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(load, TYPING_PAUSE, 1);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // to search, not to choose
    clearTimeout(pause);
    load(1);
  });
  more.addEventListener("click", () => load(next));
  shelf.addEventListener("dblclick", () => shelf.closest("form").requestSubmit());
  const upload = uploadPart(desk, file);
  load(1);

  const picture = await showDialog(desk, {
    title: text(titleKey),
    className: "body-editor-library",
    content: [line(text("search-pictures"), search), shelf, state, more, upload],
    submitLabel: text("choose"),
    async submit(form, say) {
      if (upload.open && form.elements.file.files.length) return sendPicture(desk, form, say);
      const chosen = found.get(form.elements.picture?.value ?? form.querySelector("[name=picture]:checked")?.value);
      return chosen ?? say(text("choose-first"));
    },
  });
  if (picture) desk.pictures.set(picture.id, picture);
  return picture;
}

function tile(picture, desk) {
  const { width, height, thumb: src } = picture;
  return element("label", { className: "body-editor-tile", title: picture.title }, [
    element("input", { type: "radio", name: "picture", value: picture.id }),
    element("img", { src, alt: desk.shown(picture).alt, width, height, loading: "lazy", decoding: "async" }),
    element("span", { textContent: picture.title }),
  ]);
}

function uploadPart(desk, file) {
  const { text } = desk;
  const chooser = element("input", { type: "file", name: "file", accept: "image/*" });
  const title = element("input", { type: "text", name: "title", maxLength: 200 });
  const fields = desk.languages.map((language) => {
    const field = element("input", { type: "text", name: `alt_${language}`, maxLength: 300 });
    return line(text(`upload-alt-${language}`), field, text("upload-alt-help"));
  });
  const proposeTitle = () => {
    if (chooser.files.length) title.value ||= titleOf(chooser.files[0]);
  };
  chooser.addEventListener("change", proposeTitle);
  if (file) {
    const transfer = new DataTransfer();
    transfer.items.add(file);
    chooser.files = transfer.files;
    proposeTitle();
  }
  return element("details", { className: "body-editor-upload", open: Boolean(file) }, [
    element("summary", { textContent: text("upload") }),
    line(text("upload-file"), chooser),
    line(text("upload-title"), title, text("upload-title-help")),
    ...fields,
    line(text("upload-credit"), element("input", { type: "text", name: "credit", maxLength: 200 })),
  ]);
}

async function sendPicture(desk, form, say) {
  const data = new FormData();
  for (const name of ["file", "title", "credit", ...desk.languages.map((language) => `alt_${language}`)]) {
    const field = form.elements[name];
    data.append(name, field.files?.[0] ?? field.value);
  }
  const answer = await postForm(desk, desk.urls.library, data);
  return answer.picture ?? say(answer.errors.join(" "));
}
