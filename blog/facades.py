"""What plays in a rendered body, read again: what a feed or a description for machines says of it.

A body is stored as HTML alone (``blog.body``), so that a page reads one column. What a facade holds is found there with
regular expressions, since lxml’s tree of a text does not belong into a process that answers readers.
"""

import re
from html import unescape
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.translation import gettext

# As lxml writes them: a value stands in the quotes that it does not hold.
_FACADE = re.compile(
    r"""<figure class="video"><iframe srcdoc=(?P<quote>["'])(?P<document>.*?)(?P=quote)[^>]*></iframe>"""
    r"""(?P<caption>.*?)</figure>""",
    re.DOTALL,
)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_PLAYER = re.compile(r'<a href="([^"]*)"')
_POSTER = re.compile(r'<img src="([^"]*)"')
_WATCH = re.compile(r'<a href="([^"]*)" class="watch"')
_FRAME = re.compile(r"<iframe.*?</iframe>", re.DOTALL)
_SOUND = re.compile(
    r"""<figure class="audio(?: recording)?">(?:(?!</figure>).)*?<audio src="(?P<src>[^"]*)"[^<>]*? """
    r"""aria-label=(?P<quote>["'])(?P<title>.*?)(?P=quote)""",
    re.DOTALL,
)


class ShownVideo(NamedTuple):
    """A video as a text shows it: ``poster`` is a path of ours, or '' where it has none."""

    title: str
    player: str
    watch: str
    poster: str


def videos_in(body_html: str) -> list[ShownVideo]:
    """Return the videos that a rendered body shows, in their order."""
    return [video for found in _FACADE.finditer(body_html) if (video := _read(found))]


class ShownSound(NamedTuple):
    """A recording as a text plays it: ``src`` is a path of ours, or an address elsewhere."""

    title: str
    src: str


def sounds_in(body_html: str) -> list[ShownSound]:
    """Return the recordings that a rendered body has a player for, in their order."""
    return [ShownSound(unescape(found["title"]), unescape(found["src"])) for found in _SOUND.finditer(body_html)]


def without_facades(body_html: str) -> str:
    """Return a rendered body as it is shown where no frame is: in place of each facade its poster, as a link."""
    return _FACADE.sub(_as_link, body_html) if "<iframe" in body_html else body_html


def _read(found: re.Match) -> ShownVideo | None:
    document = unescape(found["document"])
    title, player, poster = (each.search(document) for each in (_TITLE, _PLAYER, _POSTER))
    watch = _WATCH.search(found["caption"])
    if not (title and player and watch):
        return None
    return ShownVideo(*(unescape(each[1]) if each else "" for each in (title, player, watch, poster)))


def _as_link(found: re.Match) -> str:
    video = _read(found)
    if video is None or not video.poster:
        # The caption has the link.
        return _FRAME.sub("", found[0])
    label = gettext("Play the video: %(title)s") % {"title": video.title}
    link = format_html('<a href="{}"><img src="{}" alt="{}"></a>', video.watch, video.poster, label)
    return _FRAME.sub(lambda _frame: link, found[0])
