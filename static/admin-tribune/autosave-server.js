/* What the form of a post asks of the server, and what may become of the question. */

// A request that outlives its page may weigh so much, together with others.
const MOST_WITHOUT_PAGE = 60_000;

// A server that has not answered by then is as good as gone.
const LONGEST = 20_000;

const tokenFields = () => document.querySelectorAll("input[name=csrfmiddlewaretoken]");

/** Send pairs of name and value. Returns { ok, reason, words, …what the server says }.

    `reason` is one of the server's, or "offline", "failed", "logged-out", "other-user". A token that a login in another
    tab has made void is replaced, in all forms of the page, and the question asked once more. */
export async function send(desk, address, pairs, { outlivesPage = false } = {}) {
  const answer = await ask(address, pairs, outlivesPage);
  if (answer.reason !== "token" || outlivesPage) return answer;
  const renewed = await renewToken(desk);
  return renewed.ok ? ask(address, pairs, false) : renewed;
}

async function ask(address, pairs, outlivesPage) {
  const body = new URLSearchParams(pairs);
  body.set("csrfmiddlewaretoken", tokenFields()[0]?.value ?? "");
  const keepalive = outlivesPage && body.toString().length < MOST_WITHOUT_PAGE;
  let response;
  try {
    const signal = AbortSignal.timeout(LONGEST);
    const headers = { Accept: "application/json" };
    response = await fetch(address, { method: "POST", body, headers, keepalive, signal, redirect: "error" });
  } catch {
    return { ok: false, reason: "offline" };
  }
  const said = await read(response);
  if (response.ok && said) return { ok: true, ...said };
  if (said) return { ok: false, ...said };
  if (response.status === 403) return { ok: false, reason: "token" };
  if (response.status === 413 || response.status === 400) return { ok: false, reason: "too-long" };
  return { ok: false, reason: "failed" };
}

/** Put the token of the session that there is now into the forms of the page; says who is logged in otherwise. */
export async function renewToken(desk) {
  let response;
  try {
    response = await fetch(desk.token, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(LONGEST) });
  } catch {
    return { ok: false, reason: "offline" };
  }
  const said = await read(response);
  if (!said) return { ok: false, reason: "failed" };
  if (said.writer === null) return { ok: false, reason: "logged-out" };
  if (said.writer !== desk.writer) return { ok: false, reason: "other-user" };
  for (const field of tokenFields()) field.value = said.token;
  return { ok: true };
}

async function read(response) {
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) return null;
  return response.json().catch(() => null);
}
