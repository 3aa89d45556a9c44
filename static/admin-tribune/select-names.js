/* Gives the fields with suggestions, which select2 builds, the names that their labels say. */

function nameAll() {
  for (const select of document.querySelectorAll("select.admin-autocomplete[data-select2-id]")) {
    const label = select.labels[0]?.textContent.trim().replace(/\s*:$/, "") || select.getAttribute("aria-label") || select.title;
    const built = select.nextElementSibling;
    if (!label || !built?.classList.contains("select2-container")) continue;
    const field = built.querySelector(".select2-search__field") || built.querySelector(".select2-selection__rendered");
    field?.setAttribute("aria-label", label);
  }
}

window.addEventListener("load", nameAll);
// A line was added to a form: select2 builds its field after this event.
document.addEventListener("formset:added", () => setTimeout(nameAll));
