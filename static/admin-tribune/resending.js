// A form that came too late is sent again with the token of the session that there is now, once there is one.

const form = document.querySelector("#resending_form");
const place = form.querySelector("[role=status]");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  let said;
  try {
    said = await fetch(form.dataset.token, { headers: { Accept: "application/json" } }).then((response) => response.json());
  } catch {
    place.textContent = place.dataset.offline;
    return;
  }
  if (said.writer === null) {
    place.textContent = place.dataset.loggedOut;
    return;
  }
  form.elements.csrfmiddlewaretoken.value = said.token;
  // Past this listener.
  HTMLFormElement.prototype.submit.call(form);
});
