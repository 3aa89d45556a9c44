/* Links to a moment of a recording play it in the page; without this script they open the file at that moment. */

const playerOf = (link) =>
  (link.closest("figure") ?? link.closest(".transcript")?.previousElementSibling)?.querySelector("audio");

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-seek]");
  const player = link && playerOf(link);
  if (!player || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  player.currentTime = Number(link.dataset.seek);
  // A browser that will not play yet stands at the right moment all the same.
  player.play().catch(() => {});
});

/* The chapter that is being heard. */
for (const player of document.querySelectorAll(".recording audio")) {
  const chapters = [...player.parentElement.querySelectorAll(".chapters a")];
  player.addEventListener("timeupdate", () => {
    const heard = chapters.findLast((chapter) => Number(chapter.dataset.seek) <= player.currentTime + 0.05);
    for (const chapter of chapters) {
      if (chapter === heard) chapter.setAttribute("aria-current", "true");
      else chapter.removeAttribute("aria-current");
    }
  });
}
