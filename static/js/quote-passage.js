/* Quotes in an answer what the reader has selected of the comment above it, or else the whole.
   <a href="?quote=yes" data-quote="id of the text field">: without this script the link leads to a form that quotes. */
for (const link of document.querySelectorAll("[data-quote]")) {
  const field = document.getElementById(link.dataset.quote);
  const source = document.querySelector(".quoted .comment-text");
  // A press of the mouse takes the selection away before the click comes.
  link.addEventListener("mousedown", (event) => event.preventDefault());
  link.addEventListener("click", (event) => {
    const selection = getSelection();
    const isInside = !selection.isCollapsed && source.contains(selection.anchorNode) && source.contains(selection.focusNode);
    // The server quotes the whole as it was typed; only what stands in the field already must not be lost by going there.
    if (!isInside && !field.value.trim()) return;
    event.preventDefault();
    const passage = (isInside ? selection.toString() : source.innerText).trim();
    const quote = passage.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
    field.value = field.value.trim() ? `${field.value.trimEnd()}\n\n${quote}\n\n` : `${quote}\n\n`;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  });
}
