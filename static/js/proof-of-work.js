/* Finds the number that the form's stamp asks for, while its writer types; comments/proof_of_work.py says what for.
   <form> … <input name="stamp"> <input name="work" data-proof-of-work="16">
   <p data-work-without> is what is said to browsers that cannot, <output data-working="…" data-done="…"> to the others. */
const AT_ONCE = 512;

async function leadingZeros(text) {
  const words = new DataView(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Math.clz32(words.getUint32(0));
}

async function find(stamp, bits) {
  for (let start = 0; ; start += AT_ONCE) {
    const zeros = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => leadingZeros(`${stamp}:${start + index}`)));
    const found = zeros.findIndex((each) => each >= bits);
    if (found >= 0) return start + found;
    // The page answers to its reader in between.
    await new Promise((resume) => setTimeout(resume));
  }
}

function prepare(form) {
  const field = form.querySelector("[data-proof-of-work]");
  const said = form.querySelector("[data-working]");
  let working = null;

  function work() {
    working ??= (async () => {
      said.value = said.dataset.working;
      field.value = await find(form.elements.stamp.value, Number(field.dataset.proofOfWork));
      said.value = said.dataset.done;
    })();
    return working;
  }

  form.querySelector("[data-work-without]").hidden = true;
  form.addEventListener("input", work, { once: true });
  form.addEventListener("submit", async (event) => {
    if (field.value || event.submitter?.name === "preview") return;
    event.preventDefault();
    await work();
    form.requestSubmit(event.submitter);
  });
}

function prepareAll(place) {
  // Without encryption between browser and server there is no crypto.subtle: the comment is sent without.
  if (!globalThis.crypto?.subtle) return;
  for (const field of place.querySelectorAll("[data-proof-of-work]")) prepare(field.form);
}

prepareAll(document);
document.addEventListener("form-arrived", (event) => prepareAll(event.target));
