/* Focus goes to the text at once.

   Tiptap gives it a frame later. Whoever went elsewhere within that frame, to the bar that finds words say, was drawn
   back, and wrote into the text what was meant for the bar: a machine that is busy has long frames. */
import { Extension, pm } from "django-prose-editor/editor";

const { Selection } = pm.state;
const PLACES = { start: Selection.atStart, end: Selection.atEnd };

/** Focus the text, with the cursor where it is, or at its "start" or "end". */
const focus =
  (place = null) =>
  ({ editor, view, tr, dispatch }) => {
    if (!dispatch || place === false || (place === null && view.hasFocus())) return true;
    if (place in PLACES) tr.setSelection(PLACES[place](tr.doc));
    // Not before the steps of the chain that this may stand in: focus brings a transaction of its own.
    queueMicrotask(() => {
      if (editor.isDestroyed) return;
      view.focus();
      editor.commands.scrollIntoView();
    });
    return true;
  };

/** Take the place of the command of the same name. */
export const promptFocus = Extension.create({
  name: "promptFocus",
  addCommands: () => ({ focus }),
});
