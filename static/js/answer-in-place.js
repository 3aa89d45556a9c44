/* Brings the form for an answer to the comment that it answers.
   <a href="page with #comment-form" data-answer>: without this script, or where it fails, the link leads to that page. */
const PREFIX = "answer-";

/* The page has fields of the same names already: those that arrive get names of their own. */
function rename(form) {
  for (const element of [form, ...form.querySelectorAll("[id]")]) element.id = PREFIX + element.id;
  for (const attribute of ["for", "aria-describedby", "aria-labelledby", "data-quote"]) {
    for (const element of form.querySelectorAll(`[${attribute}]`)) {
      const names = element.getAttribute(attribute).split(" ");
      element.setAttribute(attribute, names.map((name) => PREFIX + name).join(" "));
    }
  }
}

async function fetchForm(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(response.statusText);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return document.adoptNode(page.getElementById("comment-form"));
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-answer]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    const form = await fetchForm(link.href);
    rename(form);
    document.getElementById(form.id)?.remove();
    link.closest(".comment").append(form);
    form.dispatchEvent(new Event("form-arrived", { bubbles: true }));
    form.querySelector("textarea").focus();
  } catch {
    location.assign(link.href);
  }
});
