/* Keeps what is typed in a form, in this browser only, until it has been sent.
   <form data-keep-draft="post-12"> … a field named “text”, and others …
   A comment on a page that says it has arrived carries data-draft-sent="post-12"; one that appears at once is led to by its
   anchor. Many addresses lead to comments, so a draft is forgotten only where its own words stand there. */
const PREFIX = "draft:";
const SENDING = "is-being-sent";

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key)) ?? {};
  } catch {
    return {};
  }
}

function write(key, values) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(values));
  } catch {
    // Storage is full or forbidden: the form works all the same.
  }
}

/* Forgets what has arrived. This tab still knows the words, since its “Back” may bring them to the form again. */
function forget(key, { text }) {
  try {
    localStorage.removeItem(PREFIX + key);
    sessionStorage.setItem(PREFIX + key, text);
  } catch {
    // As above.
  }
}

function sent(key) {
  try {
    return sessionStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

function drafts() {
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(PREFIX))
      .map((name) => name.slice(PREFIX.length));
  } catch {
    return [];
  }
}

/* What the server leaves of a text: its letters and figures, without mark-up, typography, accents that pile up, and
   addresses, which may be shown shortened. */
function gist(text) {
  const lines = text.normalize("NFKD").replace(/^ {0,3}```.*$|^[\s>*+-]*\d{1,9}[.)]\s/gm, "");
  const words = lines.split(/[\s<>"«»“”'’]+/).filter((word) => !/[\p{L}\p{N}]\.+[\p{L}\p{N}]|:\/\//u.test(word));
  return words.join("").replace(/[^\p{L}\p{N}]/gu, "") || text.trim();
}

/* Forgets the draft that a comment was made of, if it was sent and nothing typed since. */
function recognise(comment, key) {
  const kept = read(key);
  if (kept[SENDING] === undefined || !kept.text) return;
  const [name, text] = [".who", ".comment-text"].map((part) => comment.querySelector(part)?.innerText ?? "");
  if (gist(kept.text) === gist(text) && gist(kept.name ?? "") === gist(name)) forget(key, kept);
}

for (const comment of document.querySelectorAll("[data-draft-sent]")) recognise(comment, comment.dataset.draftSent);

if (/^#comment-\d+$/.test(location.hash)) {
  const comment = document.getElementById(location.hash.slice(1));
  for (const key of comment ? drafts() : []) {
    // Who answers from the place of what they said before may say the same again.
    if (read(key)[SENDING] !== location.hash) recognise(comment, key);
  }
}

function keep(form) {
  const key = form.dataset.keepDraft;
  const fields = [...form.querySelectorAll("[name]")].filter(
    (field) => field.matches("textarea, [type=text], [type=email], [type=url]") && !field.closest(".hp"),
  );
  const kept = read(key);
  for (const field of fields) {
    // What the server gave back wins over what was kept.
    if (!field.value && kept[field.name]) field.value = kept[field.name];
  }
  const typed = () => Object.fromEntries(fields.map((field) => [field.name, field.value]));
  form.addEventListener("input", () => write(key, typed()));
  form.addEventListener("submit", (event) => {
    write(key, event.submitter?.name === "preview" ? typed() : { ...typed(), [SENDING]: location.hash });
  });
  // After “Back”, the browser itself fills in what had been typed.
  addEventListener("pageshow", () => {
    const { text } = form.elements;
    if (!drafts().includes(key) && text.value && text.value === sent(key)) text.value = "";
  });
}

for (const form of document.querySelectorAll("[data-keep-draft]")) keep(form);

// Another script brings a form to the page.
document.addEventListener("form-arrived", (event) => {
  for (const form of event.target.querySelectorAll("[data-keep-draft]")) keep(form);
});
