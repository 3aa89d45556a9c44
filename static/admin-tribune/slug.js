// Makes an address of a name or title while it is typed, as authors/slugs.py does when it is saved.

const LIGATURES = { œ: "oe", æ: "ae", ß: "ss", ø: "o", đ: "d", ł: "l" };

export function makeSlug(text, length) {
  const letters = text.toLowerCase().replace(/[œæßøđł]/g, (letter) => LIGATURES[letter]);
  const slug = letters
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (slug.length <= length) return slug;
  const end = slug.slice(0, length + 1).lastIndexOf("-");
  return slug.slice(0, end > 0 ? end : length);
}

for (const slug of document.querySelectorAll("input[data-slug-from]")) {
  const name = document.getElementById(slug.dataset.slugFrom);
  let made = slug.value;
  name?.addEventListener("input", () => {
    // An address that somebody typed stays.
    if (slug.value === made) slug.value = made = makeSlug(name.value, slug.maxLength);
  });
}
