/* Where the cursor stands, and how it gets out. */
import { pm } from "django-prose-editor/editor";

const { TextSelection } = pm.state;

/** Return the nearest node of a type around a position, with where it begins, or undefined. */
export function around($position, name) {
  for (let depth = $position.depth; depth > 0; depth--) {
    const node = $position.node(depth);
    if (node.type.name === name) return { node, depth, before: $position.before(depth), start: $position.start(depth) };
  }
  return undefined;
}

/** Go on in a new paragraph after what holds the line of type `name`; `levels` says how far up that is. */
export function leave(editor, name, levels) {
  const { $from } = editor.state.selection;
  if ($from.parent.type.name !== name) return false;
  const after = $from.after($from.depth - levels);
  return editor.commands.command(({ tr, state }) => {
    tr.insert(after, state.schema.nodes.paragraph.create());
    tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView();
    return true;
  });
}
