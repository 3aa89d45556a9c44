// The queue of a moderator: keys, and decisions that are sent while the page stays. Without this all of it is plain forms.

const queue = document.querySelector("[data-queue]");
const live = document.querySelector("[data-queue-live]");
const end = document.querySelector("[data-queue-end]");
const keys = document.querySelector("[data-keys]");
const keysButton = document.querySelector("[data-keys-button]");
let current = null;
let latest = null;

const cards = () => [...(queue?.querySelectorAll("[data-card]:not([hidden])") ?? [])];
const isTyping = (element) => element.matches("input:not([type=checkbox]), textarea, select") || element.isContentEditable;
const fieldsOf = (card) => [...card.querySelectorAll("textarea, input[type=text]")];
const isHeld = (card) => card.getAttribute("aria-busy") === "true";

function neighbour(card, step) {
  const all = cards();
  if (!card?.isConnected) return all[0];
  const here = [...queue.querySelectorAll("[data-card]")];
  const others = step > 0 ? here.slice(here.indexOf(card) + 1) : here.slice(0, here.indexOf(card)).reverse();
  return others.find((each) => !each.hidden && !isHeld(each));
}

function go(card) {
  (card ?? end).focus();
}

// Which comment the keys mean: the one that holds the focus, or held it last. “Undo” means what was decided last.

document.addEventListener("focusin", (event) => {
  const card = event.target.closest("[data-card]");
  if (card) current = card;
  else if (event.target === end) current = null;
});

function control(key) {
  const named = (element) => element.getAttribute("aria-keyshortcuts") === key;
  const of = (root) => [...root.querySelectorAll("[aria-keyshortcuts]")].filter(named);
  const isCurrent = current?.isConnected && !current.hidden && !isHeld(current);
  return (isCurrent && of(current)[0]) || (latest?.isConnected && of(latest)[0]) || of(document).find((each) => !each.closest("[data-card]"));
}

function press(element) {
  element.click();
  if (element.localName !== "summary") return;
  // Opened to write in it.
  if (element.parentElement.open) element.parentElement.querySelector("textarea")?.focus();
}

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (keys.open || event.isComposing) return;
  if (isTyping(target)) {
    const card = target.closest("[data-card]");
    if (key === "Escape") card?.focus();
    else if (key === "Enter" && (event.ctrlKey || event.metaKey)) target.closest("details")?.querySelector("[name=_answer]")?.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const wanted = key.toUpperCase();
  if (wanted === "J" || wanted === "K") {
    event.preventDefault();
    const card = neighbour(current, wanted === "J" ? 1 : -1);
    if (card) card.focus();
    return;
  }
  const element = control(wanted);
  const first = cards()[0];
  // A key that is held down decides on one comment, not on all.
  if (event.repeat || !element) {
    // Nothing is decided on before somebody went to it.
    if (!current && first?.querySelector(`[aria-keyshortcuts="${CSS.escape(wanted)}"]`)) first.focus();
    return;
  }
  event.preventDefault();
  press(element);
});

// Decisions

async function send(form, submitter) {
  const body = new FormData(form, submitter);
  const response = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "X-Requested-With": "fetch" }, keepalive: true });
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function say(...elements) {
  live.textContent = elements.map((each) => each.textContent).join(" ").replace(/\s+/g, " ").trim();
}

function collapse(card, outcome) {
  // Kept, in case the decision is undone.
  card.hidden = true;
  card.querySelector("[name=chosen]").checked = false;
  card.after(outcome);
  latest = outcome;
  say(...outcome.querySelectorAll(".messagelist > li"));
  count();
}

function mend(card, outcome) {
  card.querySelector("form").replaceWith(outcome.querySelector("form"));
  for (const field of fieldsOf(card)) {
    // What comes back from the site is still not sent.
    const { value } = field;
    field.defaultValue = "";
    field.value = value;
  }
  const wrong = card.querySelector("[aria-invalid=true], .errorlist ~ textarea") ?? card;
  wrong.focus();
  say(...card.querySelectorAll("form .errorlist"));
}

function fail(card) {
  let note = card.querySelector("[data-note]");
  if (!note) {
    note = Object.assign(document.createElement("p"), { className: "errornote" });
    note.dataset.note = "";
    card.querySelector("form").prepend(note);
  }
  note.textContent = queue.dataset.failed;
  card.focus();
  say(note);
}

async function decide(card, form, submitter) {
  if (isHeld(card)) return;
  const holdsFocus = card.contains(document.activeElement);
  const sending = send(form, submitter);
  card.setAttribute("aria-busy", "true");
  // The next one can be read, and decided on, while this one is on its way.
  if (holdsFocus) go(neighbour(card, 1));
  const outcome = await sending.then((page) => page.querySelector("[data-outcome]")).catch(() => null);
  card.removeAttribute("aria-busy");
  card.querySelector("[data-note]")?.remove();
  if (!outcome) fail(card);
  else if (outcome.dataset.outcome === "wrong") mend(card, outcome);
  else collapse(card, outcome);
}

async function undo(outcome, form, submitter) {
  const card = outcome.previousElementSibling;
  const said = await send(form, submitter).then((page) => [...page.querySelectorAll(".messagelist > li")]).catch(() => []);
  if (!said.length || said.some((each) => each.matches(".error, .warning"))) {
    outcome.querySelector(".messagelist").append(...said);
  } else {
    outcome.remove();
    card.hidden = false;
    card.focus();
  }
  say(...said);
}

queue?.addEventListener("submit", (event) => {
  const { target, submitter } = event;
  const card = target.closest("[data-card]");
  event.preventDefault();
  if (!card) undo(target.closest("[data-outcome]"), target, submitter);
  else if (submitter?.name !== "_stay") decide(card, target, submitter);
});

// Many at once

const boxes = () => cards().map((card) => card.querySelector("[name=chosen]"));

function count() {
  const ticked = boxes().filter((box) => box.checked).length;
  for (const place of document.querySelectorAll("[data-ticked]")) place.textContent = ticked || "";
}

queue?.addEventListener("change", count);
for (const link of document.querySelectorAll("[data-tick-all]")) {
  link.setAttribute("role", "button");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const all = boxes();
    const isFull = all.every((box) => box.checked);
    for (const box of all) box.checked = !isFull;
    count();
  });
}

// Nothing that was typed is lost by leaving

window.addEventListener("beforeunload", (event) => {
  if (cards().flatMap(fieldsOf).some((field) => field.value !== field.defaultValue)) event.preventDefault();
});

keysButton.hidden = false;
keysButton.addEventListener("click", () => keys.showModal());
count();
document.querySelector(".queued:target")?.focus();
