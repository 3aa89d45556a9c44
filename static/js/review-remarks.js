/* On the private page of a preview: takes the form for a remark to the passage that it is about, with the words that
   are selected. Without this script the mark beside a passage is a link to the page with the form there. */
const form = document.querySelector("[data-review-form]");
const pick = document.querySelector("[data-review-pick]");
const article = document.querySelector("article.post");
const select = form.querySelector("[name=passage]");
const quote = form.querySelector("[name=quote]");

/* The passage that a place in the page belongs to: its key, and the element that the form goes behind. */
function passageAt(node) {
  const element = node instanceof Element ? node : node?.parentElement;
  if (!element || !article.contains(element) || element.closest(".review-aside, [data-review-form]")) return null;
  if (element.closest("h1")) return { key: "title", block: null };
  if (element.closest(".standfirst")) return { key: "standfirst", block: null };
  const block = element.closest(".e-content > *");
  const link = block?.querySelector("[data-passage]");
  return link ? { key: link.dataset.passage, block } : null;
}

/* What is selected, where it lies within one passage. */
function chosen() {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const [start, end] = [passageAt(range.startContainer), passageAt(range.endContainer)];
  // A double click selects up to the beginning of what comes next.
  const isWithin = start && (start.key === end?.key || range.endOffset === 0);
  const text = selection.toString().replace(/\s+/g, " ").trim();
  return isWithin && text ? { ...start, text } : null;
}

function open({ key, block, text = "" }) {
  if (block) block.after(asideOf(block));
  select.value = key;
  quote.value = text.slice(0, quote.maxLength);
  form.scrollIntoView({ block: "nearest" });
  form.querySelector("textarea").focus();
}

/* The form alone, or with the remarks that stand there already. */
function asideOf(block) {
  const next = block.nextElementSibling;
  const aside = next?.matches(".review-aside") ? next : document.createElement("aside");
  if (!aside.className) {
    aside.className = "review-aside";
    aside.lang = form.closest("[lang]").lang;
    aside.setAttribute("aria-label", form.querySelector("h3").textContent);
  }
  const before = form.closest(".review-aside");
  aside.append(form);
  if (before && before !== aside && !before.children.length) before.remove();
  return aside;
}

document.addEventListener("selectionchange", () => {
  pick.hidden = !chosen();
});

// A press of the mouse takes the selection away before the click comes.
pick.addEventListener("mousedown", (event) => event.preventDefault());

pick.addEventListener("click", () => {
  const passage = chosen();
  if (passage) open(passage);
  pick.hidden = true;
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-passage]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open({ key: link.dataset.passage, block: link.closest(".e-content > *") });
});
