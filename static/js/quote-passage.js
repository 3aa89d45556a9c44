/* Quotes in an answer what the reader has selected of the comment, or else the whole.
   <a href="page whose form quotes the whole" data-quote="id of the text field">: without this script the link leads there. */

/* The last selection within a comment. A field that takes the focus, such as that of a form that comes, takes it away. */
let passage = { source: null, text: "" };

document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  const [source, end] = [selection.anchorNode, selection.focusNode].map((node) => commentAround(node));
  if (source) passage = { source, text: source === end ? selection.toString().trim() : "" };
});

function commentAround(node) {
  const element = node instanceof Element ? node : node?.parentElement;
  return element?.closest(".comment-text");
}

function asQuote(text) {
  return text.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
}

/* The server quotes the whole as it was typed, with its mark-up. */
async function fetchQuote(link, source) {
  try {
    const response = await fetch(link.href);
    if (!response.ok) throw new Error(response.statusText);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.getElementById("id_text").value.trim();
  } catch {
    return asQuote(source.innerText.trim());
  }
}

// A press of the mouse takes the selection away before the click comes.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[data-quote]")) event.preventDefault();
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-quote]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const field = document.getElementById(link.dataset.quote);
  // In a discussion, the form has come to the comment that it answers.
  const source = (link.closest(".comment") ?? document.querySelector(".quoted")).querySelector(".comment-text");
  const isSelected = passage.source === source && passage.text;
  const quote = isSelected ? asQuote(passage.text) : await fetchQuote(link, source);
  field.value = field.value.trim() ? `${field.value.trimEnd()}\n\n${quote}\n\n` : `${quote}\n\n`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
});
