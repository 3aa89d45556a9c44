/* Opens what stands folded above the text, where there is room for it beside the text. */
const isWide = matchMedia("(min-width: 60rem)");

for (const details of document.querySelectorAll("[data-open-beside]")) {
  details.open = isWide.matches;
  isWide.addEventListener("change", () => (details.open = isWide.matches));
}
