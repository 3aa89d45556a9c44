// Lets what is to come be dragged to another day of the calendar. The form in each entry does the same without.

const form = document.getElementById("calendar_drop");
let dragged = null;

const dayOf = (event) => event.target.closest?.(".calendar-day");

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-post]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.post);
});

document.addEventListener("dragover", (event) => {
  const day = dayOf(event);
  if (!dragged || !day) return;
  event.preventDefault();
  for (const each of document.querySelectorAll(".calendar-day.is-target")) {
    if (each !== day) each.classList.remove("is-target");
  }
  day.classList.add("is-target");
});

document.addEventListener("dragend", () => {
  dragged = null;
  document.querySelector(".calendar-day.is-target")?.classList.remove("is-target");
});

document.addEventListener("drop", (event) => {
  const day = dayOf(event);
  if (!dragged || !day) return;
  event.preventDefault();
  if (day.contains(dragged)) return;
  form.elements.post.value = dragged.dataset.post;
  form.elements.day.value = day.dataset.day;
  form.elements.hour.value = dragged.dataset.hour;
  form.requestSubmit();
});
