/* Offers the page in the other language to whoever reads that rather, by the list of languages of the browser.
   Never asked again once it was answered, or once the reader changed the language: this browser alone remembers that. */
const KEY = "language-offer";
const OURS = ["fr", "en"];

const offer = document.querySelector("[data-offer]");
const switches = document.querySelectorAll("[data-other-language]");

function isAnswered() {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return true; // Who lets nothing be remembered is not asked on every page.
  }
}

function answer() {
  try {
    localStorage.setItem(KEY, "answered");
  } catch {
    // Not remembered, and so not asked.
  }
}

if (offer) {
  const preferred = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((each) => OURS.includes(each));
  offer.hidden = preferred !== offer.lang || isAnswered();
  offer.querySelector("button").addEventListener("click", () => {
    answer();
    offer.hidden = true;
    document.querySelector("main").focus({ preventScroll: true });
  });
  for (const link of [...switches, offer.querySelector("a")]) link.addEventListener("click", answer);
}
