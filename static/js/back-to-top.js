/* Lets the link to the top of the page float once the reader is two screens down. */
const link = document.querySelector("[data-back-to-top]");
const top = document.querySelector("[data-page-top]");

if (link && top) {
  const isFarDown = new IntersectionObserver(
    ([entry]) => link.classList.toggle("is-afloat", !entry.isIntersecting),
    { rootMargin: "200% 0px 0px 0px" },
  );
  isFarDown.observe(top);
}
