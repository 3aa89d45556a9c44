/* Shows the buttons that share a page, where the browser can: one copies its address, one hands it to another app.
   <button hidden data-copy-address="https://…" data-copied="Address copied">Copy the address</button>
   <button hidden data-share-address="https://…" data-share-title="…">Share with an app</button>
   <span role="status" data-share-said></span> says what was done, to whoever does not see the button, too. */
const HOW_LONG_IT_SAYS_SO = 5000; // milliseconds: long enough to be heard

const said = document.querySelector("[data-share-said]");

function say(text) {
  if (!said) return;
  said.textContent = text;
  setTimeout(() => (said.textContent = ""), HOW_LONG_IT_SAYS_SO);
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy-address]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copyAddress);
      say(button.dataset.copied);
    });
  }
}

if (navigator.share) {
  for (const button of document.querySelectorAll("[data-share-address]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const shared = { title: button.dataset.shareTitle, url: button.dataset.shareAddress };
      // Whoever closes what opens has thought better of it.
      navigator.share(shared).catch(() => {});
    });
  }
}
