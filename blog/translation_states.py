"""How far the translation of a post is, and what becomes of it when its original changes, is moved or taken back.

The state is a column of the translation, so that lists and counts need no other row; ``Post.save()`` keeps it.
"""

import re
import unicodedata
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from blog.markup import INLINE, NOTE, parse, sanitise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from blog.models import Post, Revision

# What a translation needs of its original.
TRANSLATED = ("title", "standfirst", "body")

# Of versions that have the same words, but for the claims, so many are looked at.
MOST_COMPARED = 50

_SPACES = re.compile(r"\s+")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"'})
# What says which picture, recording or page is meant; sizes and titles are no matter of translation.
_NAMING = ("data-image", "data-video", "data-audio", "data-recording", "data-post", "href")


def settle_state(post: "Post", before: "Post | None") -> None:
    """Put a post that is about to be saved into the state that follows from what it is now."""
    from blog.models import Post, TranslationState

    if post.translation_of_id is None:
        if post.translation_state != TranslationState.TODO:
            post.translation_state = ""
        return
    is_tied = before is None or before.translation_of_id != post.translation_of_id
    if is_tied or post.translation_state in ("", TranslationState.TODO):
        is_behind = post.translated_revision is not None and post.translated_revision < post.translation_of.revision
        post.translation_state = TranslationState.OUTDATED if is_behind else TranslationState.IN_WORK
        wanted = Post.objects.filter(pk=post.translation_of_id, translation_state=TranslationState.TODO)
        wanted.update(translation_state="")
    if post.translation_state == TranslationState.IN_WORK:
        post.translation_state = state_of_translation(post.status)


def state_of_translation(status: str) -> str:
    """Return the state of a translation that says what its original says: what readers see, or saw, counts as done."""
    from blog.models import Post, TranslationState

    was_shown = status in (Post.Status.PUBLISHED, Post.Status.WITHDRAWN)
    return TranslationState.DONE if was_shown else TranslationState.IN_WORK


def follow_original(before: "Post", post: "Post") -> None:
    """See that the translation of a post that was just saved is marked where it is behind now, and appears with it."""
    is_changed = before.revision != post.revision
    is_moved = (before.status, before.published_at) != (post.status, post.published_at)
    if post.translation_of_id is not None or not (is_changed or is_moved):
        return
    for each in type(post).objects.filter(translation_of=post.pk):
        if is_changed:
            _compare(each, before, post)
        if is_moved:
            _carry_along(each, post)


def _compare(translation: "Post", before: "Post", original: "Post") -> None:
    """Note whether a translation still says what its original says, unless who changed it said that it does."""
    from blog.models import Post, TranslationState

    base = base_of(translation)
    # Of claims there is no row of before any more.
    known = base or text_of(original) | {name: getattr(before, name) for name in TRANSLATED}
    says_the_same = essence_of(known) == essence_of(text_of(original))
    was_outdated = translation.is_translation_outdated()
    changes: dict = {}
    if original.is_small_correction and not was_outdated:
        # Found by the number of the text from now on: the version is noted after the post was saved.
        changes = {"translated_revision": original.revision, "translated_version": None}
    elif says_the_same and (base or not was_outdated):
        changes = {"translated_revision": original.revision}
        if was_outdated:
            changes["translation_state"] = state_of_translation(translation.status)
    elif not was_outdated:
        changes = {"translation_state": TranslationState.OUTDATED}
    if changes:
        # What is typed in its form meanwhile was not touched by this.
        Post.objects.filter(pk=translation.pk).update(**changes)


def _carry_along(translation: "Post", original: "Post") -> None:
    """Give a translation that is to appear with its original the moment that the original has now."""
    from blog.revising import begin, record

    if not (translation.appears_with_original and translation.is_scheduled()):
        return
    status, moment = original.status, original.published_at
    if status == original.Status.WITHDRAWN or moment is None:
        status, moment = original.Status.DRAFT, translation.published_at
    if (translation.status, translation.published_at) == (status, moment):
        return
    begin(translation)
    translation.status, translation.published_at = status, moment
    translation.save(update_fields=["status", "published_at", "modified_at"])
    record(translation, note=_("with its original"))


def text_of(post: "Post") -> dict[str, str]:
    """Return what there is to translate of a post, as a revision has it."""
    from blog.revising import with_claims

    return with_claims({name: getattr(post, name) for name in TRANSLATED}, post)


def base_of(translation: "Post") -> dict | None:
    """Return what the original said when the translation was last up to date; None where no version of then is kept."""
    revision = base_version(translation)
    return revision.content if revision else None


def base_version(translation: "Post") -> "Revision | None":
    """Return the version of the original that a translation was last up to date with."""
    from blog.models import Revision

    versions = Revision.objects.filter(post=translation.translation_of_id)
    found = None
    if translation.translated_version is not None:
        found = versions.filter(number=translation.translated_version).first()
    if found is None and translation.translated_revision is not None:
        # The first of them: those behind it are working copies made from it.
        of_then = versions.filter(text_revision=translation.translated_revision, is_waiting=False)
        found = of_then.order_by("number").first()
    return found


def version_saying(post: "Post", said: dict | None = None) -> "Revision | None":
    """Return the newest version that says what a post says to its readers now, which is ``said`` if that is known."""
    from blog.models import Revision
    from blog.revising import CLAIMS

    said = said or text_of(post)
    words = {f"content__{name}": said[name] for name in TRANSLATED}
    found = Revision.objects.of(post).filter(is_waiting=False, **words)[:MOST_COMPARED]
    return next((each for each in found if each.content.get(CLAIMS, []) == said.get(CLAIMS, [])), None)


def say_up_to_date(translation: "Post", version: int | None = None) -> None:
    """Note, unsaved, that a translation says what its original says, in that version or now.

    Where the original has changed since that version, the translation is behind all the same.
    """
    from blog.models import Revision, TranslationState
    from blog.revising import begin

    original = translation.translation_of
    if original is None:
        translation.translated_revision = translation.translated_version = None
        return
    begin(original)
    seen = Revision.objects.filter(post=original, number=version).first() if version else None
    seen = seen or version_saying(original)
    is_current = seen is None or seen.is_waiting or essence_of(seen.content) == essence_of(text_of(original))
    translation.translated_version = seen.number if seen else None
    translation.translated_revision = original.revision if is_current or seen is None else seen.text_revision
    translation.translation_state = TranslationState.DONE if is_current else TranslationState.OUTDATED


def essence_of(content: dict) -> tuple[str, ...]:
    """Return what of a text concerns who translates it: its words, which pictures and pages it names, and
    all that is said of its claims: a verdict is the same in both languages.

    Spaces, the forms of quotation marks and letters in bold do not.
    """
    from blog.revising import CLAIMS

    texts = (_plain(content["title"]), _plain(content["standfirst"]), essence(content["body"]))
    # PostgreSQL keeps the names of a JSON object in an order of its own.
    return texts + tuple(_plain(claim[name]) for claim in content.get(CLAIMS, ()) for name in sorted(claim))


def essence(source: str) -> str:
    """Return what of a body's source concerns who translates it."""
    return "".join(_essence(parse(sanitise(source)))) if source else ""


def _plain(text: str | None) -> str:
    return _SPACES.sub("", unicodedata.normalize("NFKC", text or "")).translate(_QUOTES)


def _essence(node: "HtmlElement") -> "Iterator[str]":
    yield _plain(node.text)
    for child in node:
        named = [f"{name}={child.get(name)}" for name in _NAMING if child.get(name)]
        if child.tag not in INLINE or child.tag == NOTE or named:
            yield f"<{child.tag} {' '.join(named)}>"
        if child.tag != "img":
            yield from _essence(child)
        yield _plain(child.tail)
