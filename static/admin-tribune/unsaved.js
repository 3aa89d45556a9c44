// Asks before a form is left whose text was changed and not saved.

const form = document.querySelector(".change-form #content-main form");

if (form) {
  const content = () => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.name ?? value]));
  let before = null;
  let isSaving = false;
  // What scripts fill in while the page loads is no change of the editor's.
  const remember = () => (before ??= content());
  for (const event of ["pointerdown", "keydown", "beforeinput", "drop", "paste"]) {
    document.addEventListener(event, remember, { capture: true });
  }
  form.addEventListener("submit", (event) => {
    // The preview opens a window of its own, and this one stays.
    isSaving = event.submitter?.formTarget !== "_blank";
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSaving && before !== null && before !== content()) event.preventDefault();
  });
}
