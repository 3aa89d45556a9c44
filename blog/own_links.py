"""Links from texts to posts of this site: they follow the post wherever it stands, and are words where it is not.

A source names the post by its key (``data-post``), which ``blog.body`` resolves when the text is rendered. So when a
post gets another address, appears or is withdrawn, the texts that link to it are rendered anew in the background.
"""

from collections.abc import Iterable
from itertools import batched
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from blog.models import Post

# A text takes some ten queries to render.
TEXTS_A_TASK = 100


def follow_post(before: "Post", post: "Post") -> None:
    """See that the texts which link to a post follow it, where readers now find it elsewhere, or no more."""
    from blog.tasks import follow_scheduled
    from blog.text_links import look_again_at

    was_to_come = before.is_scheduled() and before.published_at == post.published_at
    if post.is_scheduled() and not was_to_come and follow_scheduled.get_backend().supports_defer:
        # Its hour comes by itself, and the texts were rendered before. Some of them may be written until then.
        follow_scheduled.using(run_after=post.published_at).enqueue(post_id=post.pk)
    if place_of(before) != place_of(post):
        follow_now(post.pk)
        look_again_at([place_of(before), place_of(post)])


def place_of(post: "Post") -> str:
    """Return the address at which readers find a post, or ''."""
    return post.path() if post.is_published() else ""


def follow_now(post_id: int) -> None:
    """Have the texts rendered anew that link to a post."""
    render_in_background(*keys_of_linking(post_id))


def render_in_background(posts: Iterable[int], pages: Iterable[int]) -> None:
    """Have texts rendered anew, some of them a task."""
    from blog.tasks import render_texts

    for some in batched(posts, TEXTS_A_TASK):
        render_texts.enqueue(posts=list(some), pages=[])
    for some in batched(pages, TEXTS_A_TASK):
        render_texts.enqueue(posts=[], pages=list(some))


def keys_of_linking(post_id: int) -> tuple[list[int], list[int]]:
    """Return the keys of the posts and of the plain pages whose texts link to a post."""
    found = []
    for name in ("Post", "Page"):
        links = apps.get_model("blog", name).linked_posts.through.objects
        own, other = ("from_post_id", "to_post_id") if name == "Post" else ("page_id", "post_id")
        found.append(list(links.filter(**{other: post_id}).order_by(own).values_list(own, flat=True)))
    return found[0], found[1]


def render_texts(posts: list[int], pages: list[int]) -> None:
    """Render texts anew, each as it is now."""
    for name, keys in (("Post", posts), ("Page", pages)):
        rows = apps.get_model("blog", name).objects
        for key in keys:
            rows.render_anew(key)
