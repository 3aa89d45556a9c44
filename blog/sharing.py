"""The picture that a post is shared with: drawn from its title and cover, kept up to date, named to readers' pages.

It is drawn in the background when a post that is published is saved (``blog.signals``), and when its cover has changed
(``Image.render_texts``). What it was drawn from is kept as a digest, so that nothing is drawn twice.
"""

import hashlib
import html
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation

from authors.written_numbers import read_number
from blog.models import Post, SharePicture
from blog.pagecache import drop_pages
from blog.typography import typeset_html
from pictures.reading import read_picture
from pictures.share_cards import EDITION, HEIGHT, WIDTH, AlphabetError, Card, TypefaceError, draw_card
from pictures.storing import store

FOLDER = "sharing"
TYPEFACE = Path(settings.BASE_DIR, "static", "fonts", "bricolage.woff2")

# The fields of a post that the picture is drawn from, or that say whether there is one.
DRAWN_FROM = frozenset({"title", "language", "cover", "category", "status"})

# Larger than any card shows it.
COVER_SIDE = 1280

# What an hour makes up for, of posts that were brought here: a quarter of a minute's work.
MOST_AN_HOUR = 200


@dataclass(frozen=True)
class Shared:
    """A picture as the head of a page names it."""

    url: str
    width: int
    height: int
    alt: str
    # Whether it was drawn for the post; else it is the cover.
    is_drawn: bool = False


def shared_of(post: Post) -> Shared | None:
    """Return what a post is shared with: the picture drawn for it, else its cover, else nothing.

    ``PostQuerySet.for_page()`` fetches the name of the file with the row.
    """
    name = post.share_file if "share_file" in post.__dict__ else _kept_name(post)
    if name:
        return Shared(default_storage.url(name), WIDTH, HEIGHT, _plain(post.title, post.language), is_drawn=True)
    cover = post.cover
    return Shared(cover.file.url, cover.width, cover.height, _plain(cover.alt, post.language)) if cover else None


def _kept_name(post: Post) -> str:
    return SharePicture.objects.filter(post=post.pk).values_list("file", flat=True).first() or ""


def card_of(post: Post) -> Card:
    """Return what is drawn for a post, in its own language."""
    with translation.override(post.language):
        kicker = _plain(post.category.name, post.language) if post.category else ""
    cover = post.cover
    focus = (cover.focal_x, cover.focal_y) if cover else (50, 50)
    return Card(_plain(post.title, post.language), settings.SITE_NAME, kicker, focus)


def draw(post: Post) -> bytes:
    """Return the picture of a post as it is now; raises as opening the cover and ``draw_card`` do."""
    cover = None
    if post.cover:
        with default_storage.open(post.cover.file.name) as file:
            cover = read_picture(file, longest_side=COVER_SIDE).image
    return draw_card(card_of(post), TYPEFACE, cover)


def digest_of(post: Post) -> str:
    """Return the digest of all that the picture of a post is drawn from."""
    parts = [EDITION, asdict(card_of(post)), post.cover.file.name if post.cover else ""]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def draw_for(key: int) -> None:
    """Draw what a post is shared with, unless that is there already; one that readers do not see has none.

    Another run may do the same meanwhile: files are named by their content, and the row says which one counts.
    """
    posts = Post.objects.select_related("cover", "category").defer("body", "body_html", "body_text").filter(pk=key)
    post = posts.first()
    if post is None:
        return
    kept = SharePicture.objects.filter(post=key).first()
    if post.status != Post.Status.PUBLISHED:
        if kept:
            kept.delete()
        return
    digest = digest_of(post)
    if kept and kept.drawn_from == digest and kept.problem != SharePicture.Problem.NOT_WRITTEN:
        return
    name, problem = _drawn(post)
    before = kept.file if kept else ""
    with transaction.atomic():
        # What was drawn from a title of before is not noted over what was drawn from the one of now.
        now = posts.first()
        if now is None or digest_of(now) != digest:
            return
        values = {"file": name, "drawn_from": digest, "problem": problem}
        SharePicture.objects.update_or_create(post_id=key, defaults=values)
    drop_pages()
    if before and before != name:
        default_storage.delete(before)


def _drawn(post: Post) -> tuple[str, str]:
    """Draw and keep the picture of a post; return the name of its file, and what went wrong."""
    try:
        content = draw(post)
    except TypefaceError:
        return "", SharePicture.Problem.NO_TYPEFACE
    except AlphabetError:
        return "", SharePicture.Problem.NO_LETTERS
    except (OSError, ValidationError):
        return "", SharePicture.Problem.NO_COVER
    try:
        return store(default_storage, f"{FOLDER}/{post.pk}-{hashlib.sha256(content).hexdigest()[:16]}.jpg", content), ""
    except OSError:
        return "", SharePicture.Problem.NOT_WRITTEN


def draw_missing(most: int = MOST_AN_HOUR) -> int:
    """Draw for published posts that have none yet, the newest first, and what could not be written; return how many."""
    lacking = Post.objects.published().filter(share_picture=None).newest_first().values_list("pk", flat=True)
    unwritten = SharePicture.objects.filter(problem=SharePicture.Problem.NOT_WRITTEN).values_list("pk", flat=True)
    keys = [*unwritten[:most], *lacking[:most]]
    for key in keys:
        draw_for(key)
    return len(keys)


def find_successor(name: str) -> str | None:
    """Return the address of what a post is shared with now, for the name of a file that it was shared with before."""
    folder, _slash, rest = name.partition("/")
    key = read_number(rest.partition("-")[0])
    if folder != FOLDER or key is None:
        return None
    current = SharePicture.objects.filter(post=key).exclude(file="").first()
    return current.url if current and current.file != name else None


@lru_cache(maxsize=256)
def _plain(text: str, language: str) -> str:
    return html.unescape(typeset_html(text, language))
