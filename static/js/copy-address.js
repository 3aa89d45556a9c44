/* Shows the buttons that copy an address, where the browser can copy.
   <button hidden data-copy-address="https://…" data-copied="Address copied">Copy the address</button> */
const HOW_LONG_IT_SAYS_SO = 2500; // milliseconds: long enough to read two words

function copied(button) {
  const label = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => (button.textContent = label), HOW_LONG_IT_SAYS_SO);
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy-address]")) {
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copyAddress);
      copied(button);
    });
  }
}
