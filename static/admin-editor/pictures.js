/* Several pictures that are dropped or pasted at once: one dialog asks for their words, then all are put in. */
import { insertFigures, line, showDialog } from "admin-editor/dialogs";
import { element } from "admin-editor/elements";
import { postForm } from "admin-editor/server";

/** Add pictures to the library and put them in, in the order in which they came. */
export async function addPictures(editor, desk, files) {
  const { text } = desk;
  const parts = files.map((file, number) => partOf(desk, file, number));
  const credit = element("input", { type: "text", name: "credit", maxLength: 200 });
  const sent = new Map();
  const pictures = await showDialog(desk, {
    title: desk.count("add-pictures", files.length),
    className: "body-editor-library",
    content: [...parts.map(({ part }) => part), line(text("upload-credit"), credit, text("upload-credit-help"))],
    submitLabel: text("insert"),
    async submit(form, say) {
      for (const [number, { file, fields, complaint }] of parts.entries()) {
        if (sent.has(number)) continue;
        complaint.textContent = "";
        const data = new FormData();
        data.append("file", file);
        data.append("credit", credit.value);
        for (const field of fields) data.append(field.dataset.name, field.value);
        const answer = await postForm(desk, desk.urls.library, data);
        if (answer.errors) {
          complaint.textContent = answer.errors.join(" ");
          fields.at(-1).focus();
          return say(text("upload-some"));
        }
        sent.set(number, answer.picture);
      }
      return [...sent.values()];
    },
  });
  if (!pictures) return editor.commands.focus();
  for (const picture of pictures) desk.pictures.set(picture.id, picture);
  return insertFigures(
    editor,
    pictures.map((picture) => ({ type: "picture", attrs: { image: picture.id, ...desk.shown(picture) } })),
  );
}

function partOf(desk, file, number) {
  const { text } = desk;
  const language = desk.languages.includes(desk.language()) ? desk.language() : desk.languages[0];
  const field = (name, value = "") => {
    const made = element("input", { type: "text", name: `${name}-${number}`, value, maxLength: 200 });
    made.dataset.name = name;
    return made;
  };
  const fields = [field("title", titleOf(file)), field(`alt_${language}`)];
  const preview = element("img", { alt: "", className: "body-editor-preview" });
  const reader = new FileReader();
  reader.addEventListener("load", () => (preview.src = reader.result));
  reader.readAsDataURL(file);
  const complaint = element("p", { className: "body-editor-complaint", role: "alert" });
  const part = element("fieldset", { className: "body-editor-one" }, [
    element("legend", { textContent: file.name }),
    preview,
    line(text("upload-title"), fields[0]),
    line(text(`upload-alt-${language}`), fields[1], text("upload-alt-help")),
    complaint,
  ]);
  return { file, fields, complaint, part };
}

/** Return what a file may be called in the library. */
export const titleOf = (file) => file.name.replace(/\.\w+$/, "").replace(/[-_]+/g, " ");
