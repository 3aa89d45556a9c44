// Lets the focal point of a picture be chosen by a click on it, or by the arrow keys; the fields of numbers say the same.

const GRID = 5; // as readers' pages, see Image.focus_class
const STEP = 1;
const LARGE_STEP = 10;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const inside = (value) => Math.min(100, Math.max(0, Math.round(value)));

for (const desk of document.querySelectorAll("[data-focal-point]")) {
  const fields = ["id_focal_x", "id_focal_y"].map((id) => document.getElementById(id));
  if (fields.every(Boolean)) start(desk, fields);
}

function start(desk, fields) {
  const picture = desk.querySelector(".focal-picture");
  const crops = desk.querySelectorAll(".focal-crops img");
  const status = desk.querySelector("[role=status]");
  const ring = document.createElement("button");
  ring.type = "button";
  ring.className = "focal-ring";
  picture.append(ring);
  picture.classList.add("is-ready");

  const place = () => fields.map((field) => inside(Number(field.value) || 0));
  const words = ([x, y]) => desk.dataset.said.replace("{x}", x).replace("{y}", y);
  const show = () => {
    const [x, y] = place();
    ring.style.insetInlineStart = `${x}%`;
    ring.style.insetBlockStart = `${y}%`;
    ring.setAttribute("aria-label", `${desk.dataset.ring} (${words([x, y])})`);
    for (const crop of crops) crop.style.objectPosition = "exact" in crop.dataset ? exact(crop, x, y) : inFifths(x, y);
  };
  const move = (x, y) => {
    [fields[0].value, fields[1].value] = [inside(x), inside(y)];
    show();
    status.textContent = words(place());
  };
  const follow = ({ clientX, clientY }) => {
    const box = picture.getBoundingClientRect();
    move(((clientX - box.left) / box.width) * 100, ((clientY - box.top) / box.height) * 100);
  };

  picture.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    picture.setPointerCapture(event.pointerId);
    follow(event);
    ring.focus();
  });
  picture.addEventListener("pointermove", (event) => {
    if (picture.hasPointerCapture(event.pointerId)) follow(event);
  });
  ring.addEventListener("keydown", (event) => {
    const way = MOVES[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const step = event.shiftKey ? LARGE_STEP : STEP;
    const [x, y] = place();
    move(x + way[0] * step, y + way[1] * step);
  });
  for (const field of fields) field.addEventListener("input", show);
  for (const crop of crops) crop.addEventListener("load", show);
  show();
}

// Readers' pages have a class for each of five columns and rows, since a style attribute is refused there.
function inFifths(x, y) {
  const share = (value) => Math.min(Math.floor((value * GRID) / 100), GRID - 1) * (100 / (GRID - 1));
  return `${share(x)}% ${share(y)}%`;
}

// The picture for sharing is cut with the point in its middle, as far as that can be.
function exact(crop, x, y) {
  const { naturalWidth: width, naturalHeight: height, clientWidth, clientHeight } = crop;
  if (!width || !clientWidth) return "50% 50%";
  const scale = Math.max(clientWidth / width, clientHeight / height);
  const share = (whole, part, at) => {
    const room = whole - part;
    return room < 1 ? 50 : (Math.min(Math.max((whole * at) / 100 - part / 2, 0), room) / room) * 100;
  };
  return `${share(width, clientWidth / scale, x)}% ${share(height, clientHeight / scale, y)}%`;
}
