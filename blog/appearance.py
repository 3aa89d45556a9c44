"""How a post looks where others show it: as a card under a link that is shared, and among the results of a search.

Both are read from the head of the page itself, so that no rule stands here a second time. How much of it is shown
follows from widths: search engines cut by pixels, and what those who show cards cut by is known from looking.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from blog.body import excerpt

# Google's columns on a large screen, in CSS pixels: the title in Arial at 20 px on one line, the description at 14 px
# on two. On a phone the title has two lines, so that what fits here fits there.
TITLE_PIXELS, TITLE_SIZE = 600, 20
DESCRIPTION_PIXELS, DESCRIPTION_SIZE = 960, 14
# What the cards of Facebook, LinkedIn and Mastodon show at least, in characters.
CARD_TITLE, CARD_DESCRIPTION = 90, 200
# Below this a picture is shown as a small square, or not at all (Facebook's and X's rules for large cards).
CARD_WIDTH, CARD_HEIGHT = 600, 315
# A shorter one is replaced by whatever the engine finds in the text.
SHORTEST_DESCRIPTION = 50

# Widths of letters in thousandths of their size, those of Helvetica, which Arial has as well.
_WIDTHS = {
    191: "'",
    222: "ijl‘’",
    260: "|",
    278: " !,./:;I[\\]ft\u00a0",
    333: "-`()r“”",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "ckxyzJsv",
    584: "+<=>~",
    556: "#$0123456789?_abdeghnopquL«»€–",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "mM",
    889: "%æ",
    944: "Wœ",
    1000: "…—Œ",
    1015: "@",
}
WIDTHS = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
# Of a letter that none of these is.
OTHER_WIDTH = 600


@dataclass(frozen=True)
class Head:
    """What the head of a page says to who shows it elsewhere."""

    title: str
    description: str
    card: dict[str, str]

    @property
    def host(self) -> str:
        return urlsplit(self.card.get("og:url", "")).hostname or ""

    @property
    def trail(self) -> list[str]:
        """The address as search engines write it: the parts of its path, without the last."""
        parts = [unquote(part) for part in urlsplit(self.card.get("og:url", "")).path.split("/") if part]
        return parts[:-1]


@dataclass(frozen=True)
class Appearance:
    """A post as it appears elsewhere, with what should be mended, in words."""

    head: Head
    title: str
    description: str
    of_search: list[str] = field(default_factory=list)
    of_card: list[str] = field(default_factory=list)

    @property
    def picture(self) -> str:
        """The picture of the card, as an address within this site where it is one of ours."""
        return self.head.card.get("og:image", "").removeprefix(settings.SITE_URL)

    @property
    def alt(self) -> str:
        return self.head.card.get("og:image:alt", "")

    @property
    def card_title(self) -> str:
        return excerpt(self.head.card.get("og:title", ""), CARD_TITLE)

    @property
    def card_description(self) -> str:
        return excerpt(self.head.card.get("og:description", ""), CARD_DESCRIPTION)


def read_head(response: HttpResponse) -> Head:
    """Read what the head of a page says."""
    from lxml.html import document_fromstring

    head = document_fromstring(response.content.decode()).find("head")
    metas = {meta.get("property") or meta.get("name"): meta.get("content", "") for meta in head.iter("meta")}
    card = {name: value for name, value in metas.items() if name and name.startswith(("og:", "twitter:", "article:"))}
    return Head(head.findtext("title", "").strip(), metas.get("description", ""), card)


def appearance_of(head: Head, *, has_drawn: bool = False, is_described: bool = False) -> Appearance:
    """Return how a page appears elsewhere: what is cut, and what is lacking, in the active language.

    ``has_drawn`` says that a picture with the title is drawn, or will be, whatever the head names now;
    ``is_described`` that search results have a description of their own, and not the standfirst.
    """
    title = cut(head.title, TITLE_PIXELS, TITLE_SIZE)
    description = cut(head.description, DESCRIPTION_PIXELS, DESCRIPTION_SIZE)
    of_search = list(_of_search(head, title, description, is_described=is_described))
    return Appearance(head, title, description, of_search, list(_of_card(head, has_drawn=has_drawn)))


def _of_search(head: Head, title: str, description: str, *, is_described: bool) -> Iterator[str]:
    if title != head.title:
        words = _("The title is %(width)d pixels wide: results cut it after %(most)d, the name of the site first.")
        yield words % {"width": width_of(head.title, TITLE_SIZE), "most": TITLE_PIXELS}
    if not head.description:
        yield _("There is no description, since there is no standfirst: the engine takes any words of the text.")
    elif len(head.description) < SHORTEST_DESCRIPTION:
        if is_described:
            yield _("The description in search results is very short: the engine may show words of the text instead.")
        else:
            yield _("The standfirst is very short: the engine may show other words of the text instead.")
    elif description != head.description:
        if is_described:
            yield _("The description in search results is longer than two lines: they cut it at the three points.")
        else:
            yield _("The standfirst is longer than two lines: results cut it where you see the three points.")


def _of_card(head: Head, *, has_drawn: bool) -> Iterator[str]:
    card = head.card
    if not has_drawn:
        yield from _of_picture(card)
    title, description = card.get("og:title", ""), card.get("og:description", "")
    if len(title) > CARD_TITLE:
        words = _("The title has %(count)d characters: cards cut it behind %(most)d or so.")
        yield words % {"count": len(title), "most": CARD_TITLE}
    if not description:
        yield _("There is no standfirst: the card has no text.")
    elif len(description) > CARD_DESCRIPTION:
        words = _("The standfirst has %(count)d characters: cards cut it behind %(most)d or so.")
        yield words % {"count": len(description), "most": CARD_DESCRIPTION}


def _of_picture(card: dict[str, str]) -> Iterator[str]:
    if not card.get("og:image"):
        yield _("There is no picture: choose a cover.")
    elif int(card.get("og:image:width") or 0) < CARD_WIDTH or int(card.get("og:image:height") or 0) < CARD_HEIGHT:
        words = _("The picture is smaller than %(width)d × %(height)d pixels: many show it as a small square only.")
        yield words % {"width": CARD_WIDTH, "height": CARD_HEIGHT}
    elif not card.get("og:image:alt"):
        yield _("The picture has no alternative text in this language.")


def width_of(text: str, size: int) -> int:
    """Return how wide a text in Arial is, in pixels, its letters being ``size`` pixels high."""
    return round(sum(map(_width_of_letter, unicodedata.normalize("NFC", text))) * size / 1000)


def _width_of_letter(letter: str) -> int:
    # A letter with an accent is as wide as without.
    return WIDTHS.get(letter) or WIDTHS.get(unicodedata.normalize("NFD", letter)[0], OTHER_WIDTH)


def cut(text: str, pixels: int, size: int) -> str:
    """Return a text as a search engine shows it in so many pixels: whole, or cut between two words, with '…'."""
    if width_of(text, size) <= pixels:
        return text
    shown = ""
    for word in text.split(" "):
        longer = f"{shown} {word}".strip()
        if width_of(f"{longer} …", size) > pixels:
            break
        shown = longer
    return f"{shown} …" if shown else "…"
