/* Fields of a translation show their words as readers see them, in bold or as a link, instead of HTML.

   What is typed goes into the field at once, so the form is sent, kept and checked as it is without this. */

// What a browser may do to words by its own keys; underlining and colours are none of a text's.
const MARKS = new Set(["formatBold", "formatItalic", "formatRemove"]);
const HOLDERS = new Set(["ul", "ol", "table"]);

for (const field of document.querySelectorAll("textarea[data-words]")) {
  if (field.dataset.words !== "pre" && !field.readOnly) dress(field);
}

function dress(field) {
  const label = document.querySelector(`label[for="${field.id}"]`);
  const words = document.createElement("div");
  words.className = `side-words is-${field.dataset.words}`;
  words.contentEditable = "true";
  words.lang = field.lang;
  words.spellcheck = true;
  words.role = "textbox";
  words.ariaMultiLine = "true";
  words.setAttribute("aria-describedby", field.getAttribute("aria-describedby"));
  label.id ||= `${field.id}-label`;
  words.setAttribute("aria-labelledby", label.id);
  // Items and rows stand in nothing but a list or a table. The server has cleaned the words.
  const holder = HOLDERS.has(field.dataset.words) ? document.createElement(field.dataset.words) : words;
  holder.innerHTML = field.value;
  if (holder !== words) words.append(holder);
  field.hidden = true;
  field.after(words);

  const store = () => {
    const html = holder.isConnected ? holder.innerHTML : words.innerHTML;
    const next = words.textContent.trim() ? html : "";
    if (next === field.value) return;
    field.value = next;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  words.addEventListener("input", store);
  label.addEventListener("click", () => words.focus());
  words.addEventListener("beforeinput", (event) => {
    if (event.inputType.startsWith("format") && !MARKS.has(event.inputType)) event.preventDefault();
  });
  words.addEventListener("paste", (event) => {
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain");
    document.execCommand("insertText", false, text);
  });
  words.addEventListener("drop", (event) => event.preventDefault());
  // Links are words here: who writes does not want to leave.
  words.addEventListener("click", (event) => event.target.closest("a") && event.preventDefault());
}
