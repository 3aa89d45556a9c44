/* The keys of the tools, and those that lead to the bars and out of full screen. */
import { Extension } from "django-prose-editor/editor";
import { toolGroups } from "admin-editor/tools";

export const shortcuts = (desk, bars) =>
  Extension.create({
    name: "bodyShortcuts",
    priority: 2000, // before those that the parts of the editor bring
    addKeyboardShortcuts() {
      const { editor } = this;
      const bound = toolGroups(desk)
        .flat()
        .flatMap(({ keys = [], run, can }) =>
          keys.map((key) => {
            const press = () => {
              if (!can || can(editor)) run(editor, desk);
              return true;
            };
            return [key, press];
          }),
        );
      return {
        ...Object.fromEntries(bound),
        "Alt-F10": () => {
          bars().tools.querySelector("[tabindex='0']").focus();
          return true;
        },
        // Otherwise the end of a caption would be that of the text.
        "Mod-End": () => editor.commands.focus("end"),
        "Mod-Home": () => editor.commands.focus("start"),
        Escape: () => {
          if (desk.isFullScreen()) desk.toggleFullScreen();
          return desk.isFullScreen();
        },
      };
    },
  });
