/* Shows the buttons that copy what a field holds, where the browser can copy.
   <button hidden data-copy-from="html" data-copied="Copied">Copy it</button>
   <span role="status" data-copy-said></span> says that it was done, to whoever does not see it, too. */
const HOW_LONG_IT_SAYS_SO = 5000; // milliseconds: long enough to be heard

const said = document.querySelector("[data-copy-said]");

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy-from]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copyFrom).value);
      said.textContent = button.dataset.copied;
      setTimeout(() => (said.textContent = ""), HOW_LONG_IT_SAYS_SO);
    });
  }
}
