/* Links to posts of this site: found by title in the dialog, and marked in the text where readers would find nothing. */
import { Extension, pm } from "django-prose-editor/editor";
import { element } from "admin-editor/elements";
import { getJson } from "admin-editor/server";

const TYPING_PAUSE = 250; // milliseconds without a key before the site is asked

/** Make the part of the link dialog that finds posts; `choose(post)` is called with what is chosen. */
export function postFinder(desk, choose) {
  const { text } = desk;
  const search = element("input", { type: "search", name: "q", autocomplete: "off" });
  const list = element("ul", { className: "body-editor-found" });
  const state = element("p", { className: "help", role: "status" });
  let asked = 0;
  let pause;

  const find = async () => {
    const turn = ++asked;
    const words = search.value.trim();
    if (!words) return list.replaceChildren();
    try {
      const { posts } = await getJson(desk, desk.urls.posts, { q: words });
      if (turn !== asked) return undefined;
      list.replaceChildren(...posts.map((post) => element("li", {}, [offer(post)])));
      state.textContent = posts.length ? "" : text("no-posts");
    } catch (error) {
      state.textContent = error.message;
    }
    return undefined;
  };
  const offer = (post) => {
    const about = [post.language.toUpperCase(), post.date, post.state].filter(Boolean).join(" · ");
    const button = element("button", { type: "button" }, [
      element("span", { textContent: post.title }),
      element("small", { textContent: about }),
    ]);
    button.addEventListener("click", () => {
      desk.posts.set(post.id, post);
      state.textContent = text("post-chosen", { title: post.title });
      for (const other of list.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
      choose(post);
    });
    return button;
  };
  search.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(find, TYPING_PAUSE);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // to search, not to apply
    clearTimeout(pause);
    find();
  });
  return { search, parts: [list, state] };
}

/** Mark the links to posts that readers do not see: there, they are words. */
export const hiddenPosts = (desk) =>
  Extension.create({
    name: "hiddenPosts",
    addProseMirrorPlugins: () => [
      new pm.state.Plugin({
        props: {
          decorations({ doc }) {
            const found = [];
            doc.descendants((node, position) => {
              const post = node.marks.find(({ type, attrs }) => type.name === "link" && attrs.post)?.attrs.post;
              if (!post || desk.posts.get(post)?.isPublic) return;
              const about = { class: "is-not-public", title: stateOf(desk, post) };
              found.push(pm.view.Decoration.inline(position, position + node.nodeSize, about));
            });
            return pm.view.DecorationSet.create(doc, found);
          },
        },
      }),
    ],
  });

/** Return what is to be said of a link to a post: '' where readers can follow it. */
export function stateOf({ posts, text }, key) {
  const post = posts.get(key);
  if (post?.isPublic) return "";
  return post ? text("post-is-unseen", { state: post.state }) : text("post-is-gone");
}
