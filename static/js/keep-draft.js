/* Keeps what is typed in a form, in this browser only, until it has been sent.
   <form data-keep-draft="post-12"> … fields marked data-kept …
   A page that says a text has arrived carries data-draft-sent="post-12"; one that shows it at once is led to by its anchor. */
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

function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // As above.
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

for (const sent of document.querySelectorAll("[data-draft-sent]")) {
  forget(sent.dataset.draftSent);
}

if (/^#comment-\d+$/.test(location.hash)) {
  for (const name of drafts()) {
    if (SENDING in read(name)) forget(name);
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
  // A form that comes back was not taken: its text is a draft still.
  if (SENDING in kept) write(key, typed());
  form.addEventListener("input", () => write(key, typed()));
  form.addEventListener("submit", () => write(key, { ...typed(), [SENDING]: "yes" }));
}

for (const form of document.querySelectorAll("[data-keep-draft]")) keep(form);

// Another script brings a form to the page.
document.addEventListener("form-arrived", (event) => {
  for (const form of event.target.querySelectorAll("[data-keep-draft]")) keep(form);
});
