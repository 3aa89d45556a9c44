/* Keeps what is typed in the form of a post while it is typed: on the server, and in this browser while that cannot be
   reached or nobody is logged in. Says so beside the buttons, and holds back a Save that would lose the text. */
import { put, remove, unsent } from "admin-tribune/autosave-browser";
import { send } from "admin-tribune/autosave-server";

// In milliseconds. What is typed is kept when the hands rest, and not less often than every five seconds.
const LOOK_EVERY = 1000;
const REST = 2000;
const MOST_UNSENT = 5000;
const CALL_EVERY = 20_000;
// Longer than the server takes to save a post.
const STILL_HERE = 30_000;

// These are no server's last word: what was refused so is sent again.
const PASSING = new Set(["offline", "failed", "logged-out", "other-user"]);
// These say that the form itself can be sent, and will say what is wrong with it.
const MENDED_IN_FORM = new Set(["too-long", "too-many", "unreadable"]);

const place = document.querySelector("[data-autosave]");
if (place) watch(place);

function watch(place) {
  const desk = JSON.parse(place.dataset.autosave);
  const form = place.closest("form");
  const own = { key: form.elements.autosave, takenUp: form.elements.taken_up };
  const people = document.querySelector("[data-autosave-people]");
  let { address } = desk;
  // What the form held before anybody touched it, what it held at the last look, and what the server has of it.
  let before = null;
  let latest = "";
  let kept = null;
  let changedAt = 0;
  let unsentSince = 0;
  let sentAt = 0;
  let calledAt = 0;
  let sending = null;
  let isLeaving = false;
  let trouble = "";
  let refusedOnce = null;
  let pressedInTrouble = "";

  const pairs = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken" && !["autosave", "taken_up", "step"].includes(name));
  const content = () => new URLSearchParams(pairs()).toString();
  const aside = () => ({ autosave: own.key.value, taken_up: own.takenUp.value, writer: desk.writer, number: changedAt });
  const entry = () => ({ ...aside(), key: own.key.value, post: desk.post, address, pairs: pairs(), number: changedAt });
  const isUnsent = () => before !== null && latest !== (kept ?? before);

  // What scripts fill in while the page loads is no change of the editor's.
  const remember = () => {
    if (before === null) before = latest = content();
  };
  for (const event of ["pointerdown", "keydown", "beforeinput", "drop", "paste"]) {
    document.addEventListener(event, remember, { capture: true });
  }
  // Not every way of writing begins with one of these: a password manager, dictation.
  if (document.readyState === "complete") setTimeout(remember, LOOK_EVERY);
  else window.addEventListener("load", () => setTimeout(remember, LOOK_EVERY));

  function look() {
    if (before === null) return;
    const now = content();
    if (now === latest) return;
    latest = now;
    // Never twice the same, whatever the clock does.
    changedAt = Math.max(Date.now(), changedAt + 1);
    unsentSince ||= changedAt;
    if (trouble) keepHere();
    else say(desk.texts.unsent);
  }

  function keepHere() {
    const isTaken = put(entry());
    if (!isTaken) say(desk.texts.nowhere, "alert");
    return isTaken;
  }

  /** Send what stands in the form, or only that it is open. Returns the server's answer. */
  async function tell({ outlivesPage = false } = {}) {
    if (sending && !outlivesPage) await sending;
    const asked = isUnsent() && !isLeaving ? latest : null;
    const number = changedAt;
    const sent = { ...aside(), number, ...(asked === null ? { is_call: "on", seen: form.elements.seen?.value ?? "" } : {}) };
    const all = [...(asked === null ? [] : pairs()), ...Object.entries(sent)];
    calledAt = Date.now();
    if (asked !== null) sentAt = Date.now();
    const asking = send(desk, address, all, { outlivesPage });
    sending = asking.finally(() => (sending = null));
    const answer = await asking;
    if (answer.ok) heard(answer, asked, number);
    else await refused(answer, asked);
    return answer;
  }

  function heard(answer, asked, number) {
    trouble = pressedInTrouble = "";
    if (asked !== null) {
      kept = asked;
      unsentSince = latest === asked ? 0 : Date.now();
      remove({ ...aside(), key: own.key.value, post: desk.post }, number);
      say(answer.saved);
    } else if (place.dataset.state === "trouble") {
      say("");
    }
    show(answer);
  }

  async function refused(answer, asked) {
    if (answer.reason === "settled") {
      // The page came back from the browser's memory after it was saved: from here on it is another text.
      own.key.value = answer.key;
      own.takenUp.value = "";
      kept = null;
      return;
    }
    if ((answer.reason === "gone" || answer.reason === "forbidden") && address !== desk.addressOfNew) {
      // It can no longer become a part of that post; its words are kept all the same.
      address = desk.addressOfNew;
      say(`${answer.words} ${desk.texts.apart}`, "trouble");
      kept = null;
      return;
    }
    trouble = answer.reason;
    refusedOnce = asked;
    if (isUnsent() && !keepHere()) return;
    const { offline, failed, loggedOut, otherUser, tooLong } = desk.texts;
    const words = { offline, failed, "logged-out": loggedOut, "other-user": otherUser, "too-long": tooLong };
    if (trouble !== "logged-out") say(words[trouble] ?? answer.words ?? desk.texts.failed, "trouble");
    else say(words[trouble], "trouble", { href: desk.logIn, text: desk.texts.logIn });
  }

  function say(words, state = "fine", link = null) {
    const text = words ?? "";
    if (place.dataset.said === text && place.dataset.state === state) return;
    place.dataset.said = text;
    place.dataset.state = state;
    place.replaceChildren(text);
    if (link) place.append(" ", Object.assign(document.createElement("a"), { href: link.href, target: "_blank", textContent: link.text }));
  }

  function show({ people: here = [], warnings = [] }) {
    if (!people) return;
    const lines = [...warnings.map((words) => [words, "is-warning"]), ...here.map((words) => [words, ""])];
    if (JSON.stringify(lines) === people.dataset.lines) return;
    people.dataset.lines = JSON.stringify(lines);
    people.replaceChildren(...lines.map(([textContent, className]) => Object.assign(document.createElement("p"), { textContent, className })));
  }

  async function turn() {
    look();
    if (sending || isLeaving) return;
    const now = Date.now();
    const isFinal = trouble && !PASSING.has(trouble) && latest === refusedOnce;
    const isDue = isUnsent() && !isFinal && now - sentAt >= MOST_UNSENT && (now - changedAt >= REST || now - unsentSince >= MOST_UNSENT);
    // A new article has no other people; whether somebody is still logged in is found when it is kept.
    const isToCall = desk.post && now - calledAt >= CALL_EVERY;
    if (isDue || isToCall) await tell();
  }

  /** Keep at once what a page may be about to lose. */
  function hurry() {
    look();
    if (!isUnsent() || isLeaving) return;
    keepHere();
    tell({ outlivesPage: document.visibilityState === "hidden" });
  }

  // A button of the form is first tried out: where the answer would be a login or nothing at all, the page stays.
  let isChecking = false;
  let passes = false;
  document.addEventListener(
    "submit",
    async (event) => {
      const { target, submitter } = event;
      if (target !== form || passes || submitter?.formTarget === "_blank") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (isChecking) return;
      isChecking = true;
      say(desk.texts.checking);
      look();
      const answer = await checked();
      isChecking = false;
      // Who presses once more although the server fails, may be right.
      const insists = answer.reason === "failed" && pressedInTrouble === "failed";
      if (answer.ok || MENDED_IN_FORM.has(answer.reason) || insists) {
        passes = isLeaving = true;
        form.requestSubmit(submitter);
        // Should something else have stopped it, typing goes on.
        setTimeout(goOn, STILL_HERE);
        return;
      }
      pressedInTrouble = answer.reason;
      if (!place.querySelector("strong")) place.append(" ", Object.assign(document.createElement("strong"), { textContent: desk.texts.held }));
      place.scrollIntoView({ block: "nearest" });
    },
    { capture: true },
  );

  async function checked() {
    let answer = await tell();
    if (answer.reason === "settled") answer = await tell();
    return answer;
  }

  window.addEventListener("pagehide", hurry);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? hurry() : back()));
  form.addEventListener("focusout", () => setTimeout(() => Date.now() - sentAt >= REST && !sending && (look(), isUnsent() && !isLeaving && tell())));
  window.addEventListener("focus", () => trouble && back());
  window.addEventListener("online", () => back());
  // A page out of the browser's memory goes on.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) goOn();
  });

  function goOn() {
    isLeaving = passes = false;
  }

  /** Try at once what may work again. */
  function back() {
    if (sending || isLeaving || !(trouble || isUnsent())) return;
    sentAt = 0;
    tell();
  }

  setInterval(turn, LOOK_EVERY);
  bring(desk, own.key.value);
  if (desk.post) tell();
}

/** Send what was kept in this browser at another time, and offer what arrived. */
async function bring(desk, key) {
  for (const entry of unsent(desk.writer)) {
    if (entry.key === key) continue;
    const { autosave, taken_up, writer, number, address } = entry;
    const aside = Object.entries({ autosave, taken_up, writer, number });
    let answer = await send(desk, address, [...entry.pairs, ...aside]);
    if (["gone", "forbidden"].includes(answer.reason)) answer = await send(desk, desk.addressOfNew, [...entry.pairs, ...aside]);
    let arrivedAs = autosave;
    if (answer.reason === "settled") {
      // Its form was saved, or taken up elsewhere, and then more was typed in it: nobody else has that.
      arrivedAs = answer.key;
      answer = await send(desk, address, [...entry.pairs, ...aside.filter(([name]) => name === "writer" || name === "number"), ["autosave", arrivedAs]]);
    }
    if (!answer.ok) continue;
    remove(entry, number);
    if (entry.post === desk.post) offer(desk, arrivedAs);
  }
}

function offer(desk, key) {
  const address = desk.unsaved.replace("00000000-0000-0000-0000-000000000000", key);
  // The page may have come with it.
  if (document.querySelector(`a[href="${CSS.escape(address)}"], a[href="${address}"]`)) return;
  const line = document.createElement("p");
  line.className = "unsaved";
  line.role = "status";
  line.append(`${desk.texts.brought} `, Object.assign(document.createElement("a"), { className: "button", href: address, textContent: desk.texts.takeUp }));
  document.querySelector("#content-main").before(line);
}
