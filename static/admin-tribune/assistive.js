/* What Django's pages lack for who hears them, or has keys alone: names of fields, a way into what scrolls. */

/** Those with suggestions, which select2 builds. */
function nameSelects() {
  for (const select of document.querySelectorAll("select.admin-autocomplete[data-select2-id]")) {
    const label = select.labels[0]?.textContent.trim().replace(/\s*:$/, "") || select.getAttribute("aria-label") || select.title;
    const built = select.nextElementSibling;
    if (!label || !built?.classList.contains("select2-container")) continue;
    const field = built.querySelector(".select2-search__field") || built.querySelector(".select2-selection__rendered");
    field?.setAttribute("aria-label", label);
  }
}

/** That of a list, whose visible label is a picture. */
function nameSearch() {
  const heading = document.getElementById("changelist-search-form");
  if (heading) document.getElementById("searchbar")?.setAttribute("aria-label", heading.textContent);
}

/** A column of a table of rows that has no name is no column to who hears them. */
function hideNameless() {
  for (const head of document.querySelectorAll(".tabular thead th:empty")) head.setAttribute("role", "none");
}

/** A table that is wider than the window is scrolled with the keys of arrows. */
function openToKeys() {
  for (const box of document.querySelectorAll(".tabular .wrapper")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
}

nameSearch();
openToKeys();
hideNameless();
// Behind what Django has jQuery call, which builds them.
window.django?.jQuery?.(nameSelects);
// A line was added to a form: select2 builds its field after this event.
document.addEventListener("formset:added", () => setTimeout(nameSelects));
