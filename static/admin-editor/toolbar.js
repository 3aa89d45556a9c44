/* The bars above the text: the tools, and below them those for where the cursor stands, with the count of words. */
import { element, icon } from "admin-editor/elements";
import { CONTEXTS, toolGroups, writtenKeys } from "admin-editor/tools";

const TIME_TO_READ = 10_000; // milliseconds
// As the site counts them.
const WORD = /[\p{L}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*/gu;

/** Build the bars of an editor; returns them, with functions that bring them up to date
    and say something in them. */
export function buildBars(editor, desk, finder) {
  const { text } = desk;
  const buttons = [];

  const makeButton = (tool, isLabelled) => {
    const name = text(tool.key);
    const title = tool.keys?.length ? `${name} (${writtenKeys(tool.keys[0], text)})` : name;
    const face = tool.icon ? icon(tool.icon) : element("span", { "aria-hidden": "true", textContent: tool.label });
    const button = element("button", { type: "button", title, "aria-label": name }, tool.label === "" ? [] : [face]);
    if (isLabelled) button.append(element("span", { textContent: name }));
    button.dataset.tool = tool.key;
    // The selection stays in the text.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      if (button.ariaDisabled !== "true") tool.run(editor, desk);
    });
    buttons.push({ tool, button });
    return button;
  };
  const makeGroup = (tools, isLabelled) =>
    element(
      "div",
      { className: "body-editor-group", role: "group" },
      tools.map((tool) => makeButton(tool, isLabelled)),
    );

  const tools = element(
    "div",
    { className: "body-editor-tools", role: "toolbar", "aria-label": text("toolbar") },
    toolGroups(desk).map((group) => makeGroup(group, false)),
  );
  const contexts = CONTEXTS.map((context) => {
    const note = element("span", { className: "body-editor-note" });
    const group = makeGroup(context.tools, !context.isBrief);
    group.setAttribute("aria-label", text(`context-${context.key}`));
    if (context.note) group.prepend(note);
    return { ...context, group, noteElement: note };
  });
  const contextBar = element(
    "div",
    { className: "body-editor-context", role: "toolbar", "aria-label": text("context-toolbar") },
    contexts.map(({ group }) => group),
  );
  const words = element("span", { className: "body-editor-words" });
  const message = element("span", { className: "body-editor-message", role: "status" });
  const bars = element("div", { className: "body-editor-bars" }, [
    tools,
    element("div", { className: "body-editor-second" }, [contextBar, message, words]),
    finder,
  ]);
  let silence;
  const say = (sentence) => {
    message.textContent = sentence;
    clearTimeout(silence);
    silence = setTimeout(() => message.replaceChildren(), TIME_TO_READ);
  };
  for (const bar of [tools, contextBar]) rove(bar, editor);

  const refresh = () => {
    for (const { applies, group, note, noteElement } of contexts) {
      group.hidden = !applies(editor);
      if (!group.hidden && note) noteElement.textContent = note(editor, desk);
    }
    contextBar.hidden = contexts.every(({ group }) => group.hidden);
    for (const { tool, button } of buttons) {
      if (button.parentNode.hidden) continue;
      if (tool.isOn) button.setAttribute("aria-pressed", String(tool.isOn(editor, desk)));
      if (tool.can) button.setAttribute("aria-disabled", String(!tool.can(editor)));
    }
    for (const bar of [tools, contextBar]) keepOneStop(bar);
  };
  const count = () => {
    const number = spoken(editor.state.doc).match(WORD)?.length ?? 0;
    const minutes = Math.max(1, Math.round(number / desk.wordsPerMinute));
    words.textContent = `${desk.count("words", number)} · ${desk.count("minutes", minutes)}`;
  };
  return { bars, tools, refresh, count, say };
}

/** Return the words of a text; a footnote is none of the words around it. */
function spoken(doc) {
  let words = "";
  doc.descendants((node) => {
    if (node.isText) words += node.text;
    else if (node.type.name !== "footnote") words += " ";
    else words += ` ${node.textContent} `;
    return node.type.name !== "footnote";
  });
  return words;
}

const stopsOf = (bar) => [...bar.querySelectorAll("button")].filter((button) => !button.parentNode.hidden);

/** Let the keys go through a bar that is one stop of the Tab key; Escape goes back to the text. */
function rove(bar, editor) {
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      editor.commands.focus();
      return;
    }
    const stops = stopsOf(bar);
    const here = stops.indexOf(event.target);
    const next = {
      ArrowRight: (here + 1) % stops.length,
      ArrowLeft: (here - 1 + stops.length) % stops.length,
      Home: 0,
      End: stops.length - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    for (const stop of stops) stop.tabIndex = -1;
    stops[next].tabIndex = 0;
    stops[next].focus();
  });
}

function keepOneStop(bar) {
  const stops = stopsOf(bar);
  const current = stops.find((stop) => stop === document.activeElement) ?? stops.find((stop) => stop.dataset.stop);
  for (const stop of stops) stop.tabIndex = stop === (current ?? stops[0]) ? 0 : -1;
}
