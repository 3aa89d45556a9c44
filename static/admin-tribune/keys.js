/* Lets a moderator decide by one key: a press of the letter that aria-keyshortcuts names presses its button or link. */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  const wanted = event.key.toUpperCase();
  const control = [...document.querySelectorAll("[aria-keyshortcuts]")].find((each) => each.getAttribute("aria-keyshortcuts") === wanted);
  if (!control) return;
  event.preventDefault();
  control.click();
});
