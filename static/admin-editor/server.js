/* What the editor asks of the admin. */

/** Ask for JSON; throws an Error with words for the reader when there is none. */
export function getJson(desk, address, parameters) {
  const headers = { Accept: "application/json" };
  return answerOf(desk, fetch(`${address}?${new URLSearchParams(parameters)}`, { headers }));
}

/** Send a form's data; as above. */
export function postForm(desk, address, data) {
  const headers = { Accept: "application/json", "X-CSRFToken": desk.csrfToken() };
  return answerOf(desk, fetch(address, { method: "POST", body: data, headers }));
}

async function answerOf(desk, request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Error(desk.text("no-answer"));
  }
  if (response.status === 413) throw new Error(desk.text("too-big"));
  // A session that ended answers with the page of the login.
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  if (!response.ok || !isJson) throw new Error(desk.text("no-answer"));
  return response.json();
}
