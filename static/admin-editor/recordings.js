/* The dialog that finds a recording in the library. */
import { insertFigure, line, showDialog } from "admin-editor/dialogs";
import { element } from "admin-editor/elements";
import { getJson } from "admin-editor/server";

const TYPING_PAUSE = 250; // milliseconds without a key before the library is asked

/** Put a recording in, or another one in the place of `figure`. */
export async function chooseRecording(editor, desk, figure = null) {
  const chosen = await pickRecording(desk, figure ? "change-recording" : "recording");
  if (!chosen) return editor.commands.focus();
  desk.recordings.set(chosen.id, chosen);
  const attrs = { recording: chosen.id };
  if (!figure) return insertFigure(editor, { type: "recording", attrs });
  return editor
    .chain()
    .command(({ tr }) => Boolean(tr.setNodeMarkup(figure.before, null, attrs)))
    .focus()
    .run();
}

/** Resolve to a recording of the library, or to undefined. */
function pickRecording(desk, titleKey) {
  const { text } = desk;
  const search = element("input", { type: "search", name: "q", autocomplete: "off" });
  const list = element("div", { className: "body-editor-recordings", role: "radiogroup", "aria-label": text("recordings") });
  const state = element("p", { className: "help", role: "status" });
  const add = element("a", { href: `${desk.urls.recordings}add/`, target: "_blank", textContent: text("add-recording") });
  const found = new Map();
  let asked = 0;
  let pause;

  const find = async () => {
    const turn = ++asked;
    try {
      const { recordings } = await getJson(desk, desk.urls.findRecordings, { q: search.value });
      if (turn !== asked) return;
      for (const each of recordings) found.set(each.id, each);
      list.replaceChildren(...recordings.map(offer));
      state.textContent = recordings.length ? "" : text("no-recordings");
    } catch (error) {
      state.textContent = error.message;
    }
  };
  search.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(find, TYPING_PAUSE);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // to search, not to choose
    clearTimeout(pause);
    find();
  });
  find();
  return showDialog(desk, {
    title: text(titleKey),
    content: [line(text("search-recordings"), search), list, state, element("p", {}, [add])],
    submitLabel: text("choose"),
    submit: (form, say) =>
      found.get(form.querySelector("[name=recording]:checked")?.value) ?? say(text("choose-recording-first")),
  });
}

const offer = ({ id, title, facts }) =>
  element("label", {}, [
    element("input", { type: "radio", name: "recording", value: id }),
    element("span", { textContent: title }),
    element("small", { textContent: facts }),
  ]);
