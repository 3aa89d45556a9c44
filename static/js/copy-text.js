/* Shows the buttons that copy what a field holds, where the browser can copy.
   <button hidden data-copy-from="html" data-copied="Copied">Copy it</button> */
const HOW_LONG_IT_SAYS_SO = 2500; // milliseconds: long enough to read two words

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy-from]")) {
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copyFrom).value);
      const label = button.textContent;
      button.textContent = button.dataset.copied;
      setTimeout(() => (button.textContent = label), HOW_LONG_IT_SAYS_SO);
    });
  }
}
