"""The HTML of another blog's text -> the source of a body here: what was said and shown, and nothing of how.

Addresses become whole, pictures are numbered as they are found (``data-image``), videos that are known are figures and
other frames are links. What has no place in a text is left out and told. ``blog.cleaning`` does the rest, as for
whatever is pasted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _
from lxml import etree

from blog.body import clean_source
from blog.cleaning import is_emoji
from blog.embeds import find_video
from blog.syndication.comparing import is_same_title
from blog.syndication.pages import comparable, is_aside, take_out, web_address
from blog.syndication.parsing import parse_untrusted
from blog.syndication.words import keep
from pictures.reading import LONGEST_SIDE

# An article of an exhibition has as many; a page of 500 is a gallery.
MOST_PICTURES = 30
# Smaller ones count readers, in pixels.
SMALLEST_SIDE = 4
LONGEST_WORDS = 500
MOST_CANDIDATES = 30
MOST_OTHERS = 2

SCRIPTS = _("Scripts were left out: %(count)s.")
FORMS = _("Forms were left out: %(count)s.")
FRAME = _("What a frame shows from %(address)s is a link now: only videos of known sites are shown here.")
FRAME_NOWHERE = _("Frames that lead nowhere were left out: %(count)s.")
PICTURE_INSIDE = _("Pictures without an address of their own were left out: %(count)s.")
TOO_MANY_PICTURES = _("Pictures were left out because more than %(limit)s are too many: %(count)s.")

_FRAMES = {"iframe", "embed", "object", "video", "audio"}
_FORMS = {"form", "button", "select", "textarea", "input"}
_WRAPPERS = {"a", "picture", "span"}
# By which a footnote leads back to its place in the text, where no link is left to do so.
_BACK = {"↩", "↩︎", "↩\ufe0f", "↑", "⤴", "^"}
# Where a page has the picture that it shows once somebody comes near, or the file that it was made of.
_SOURCES = ("data-orig-file", "data-src", "data-lazy-src", "src")
_SRCSETS = ("data-srcset", "data-lazy-srcset", "srcset")
BODY_ATTRIBUTES = frozenset({"data-size", "data-video", "data-audio", "data-kind"})
# What a body of ours has for itself, and a page around an article.
OWN_BOXES = {"aside", "header", "footer"}
_OTHER_LINKS = ("mailto:", "tel:")
_SPACES = re.compile(r"\s+")
_CANDIDATE = re.compile(r"(\S+)(?:\s+([0-9]{1,6}(?:\.[0-9]{1,3})?)([wx]))?")
_SIDE = re.compile(r"\s*([0-9]{1,6})(?:px)?\s*")


@dataclass(frozen=True)
class WantedPicture:
    """A picture that a text shows: its number there, where it is, and the words that go with it.

    ``others`` are smaller files of the same, for when that one cannot be had.
    """

    number: int
    address: str
    alt: str = ""
    caption: str = ""
    others: tuple[str, ...] = ()


@dataclass
class TheirText:
    """A text as it can stand here, and what could not come along, as ``words.keep()`` gives it."""

    source: str = ""
    pictures: list[WantedPicture] = field(default_factory=list)
    left_out: list[dict] = field(default_factory=list)


def read_text(html: str, *, base: str, title: str = "") -> TheirText:
    """Return a text that stood at the address ``base``; its first heading is left out where it repeats the title.

    Raise ValidationError where it is longer or more intricate than an article can be.
    """
    return _Reader(parse_untrusted(f"<div>{html}</div>"), base, title).read()


def read_file(html: str, *, title: str = "", is_ours: bool = False, is_here: bool = False) -> TheirText:
    """Return the text of a file that an editor has, with the addresses in it as they stand.

    ``is_ours`` says that it is written for a body of such a site, as Markdown is: boxes and the like belong to it;
    ``is_here`` that keys in it are those of this one. Raise ValidationError as ``read_text()`` does.
    """
    if not is_ours:
        return _FileReader(parse_untrusted(f"<div>{html}</div>"), "", title).read()
    more = BODY_ATTRIBUTES | ({"data-poster"} if is_here else set())
    return _BodyReader(parse_untrusted(f"<div>{html}</div>", more=more), "", title).read()


def plain_words(html: str, longest: int = LONGEST_WORDS) -> str:
    """Return the words of HTML of another site in one line, or of a plain text."""
    return _words(parse_untrusted(f"<p>{html}</p>"))[:longest]


class _Reader:
    most = MOST_PICTURES

    def __init__(self, tree: etree._Element, base: str, title: str) -> None:
        self.tree, self.base, self.title = tree, base, title
        self.found = TheirText()
        self.numbers: dict[str, int] = {}
        self.beyond: set[str] = set()

    def read(self) -> TheirText:
        self.read_frames()
        self.leave_out()
        self.drop_title()
        self.make_links_whole()
        self.read_pictures()
        for figure in list(self.tree.iter("figure")):
            if figure.find(".//figure") is not None:
                _unwrap_gallery(figure)
        body = self.tree.find("body")
        html = etree.tostring(self.tree if body is None else body, encoding="unicode", method="html")
        self.found.source = clean_source(html)
        return self.found

    def tell(self, words: object, **facts: object) -> None:
        self.found.left_out.append(keep(words, **facts))

    def tell_count(self, words: object, count: int) -> None:
        if count:
            self.tell(words, count=count)

    def whole(self, address: str | None) -> str:
        return web_address(self.base, address) if address and address.strip() else ""

    # What has no place here

    def read_frames(self) -> None:
        """Leave of a frame, or of a film or sound, where it leads: cleaning makes a video or a link of it."""
        nowhere = 0
        for node in list(self.tree.iter(*_FRAMES)):
            if next(node.iterancestors(*_FRAMES), None) is not None or not _is_within(node, self.tree):
                continue
            sources = [node, *node.iter("source", "embed")]
            given = (one.get(name) for one in sources for name in ("data-src", "src", "data"))
            address = next(filter(None, map(self.whole, given)), "")
            if not address:
                nowhere += 1
                take_out(node)
                continue
            tail = node.tail
            node.clear()
            node.tag, node.tail = "iframe", tail
            node.set("src", address)
            if not find_video(address):
                self.tell(FRAME, address=address)
        self.tell_count(FRAME_NOWHERE, nowhere)

    def leave_out(self) -> None:
        scripts = forms = 0
        for node in list(self.tree.iterdescendants(etree.Element)):
            if node.tag == "iframe" or not self.is_left_out(node) or not _is_within(node, self.tree):
                continue
            # What a page says of itself for machines (JSON-LD) is no program.
            scripts += sum(1 for one in node.iter("script") if "json" not in one.get("type", ""))
            forms += node.tag in _FORMS
            take_out(node)
        self.tell_count(SCRIPTS, scripts)
        self.tell_count(FORMS, forms)

    def is_left_out(self, node: etree._Element) -> bool:
        return is_aside(node) or node.tag == "input"

    def drop_title(self) -> None:
        heading = next(self.tree.iter("h1", "h2"), None)
        if heading is not None and self.title and is_same_title(_words(heading), self.title):
            take_out(heading)

    def make_links_whole(self) -> None:
        for node in list(self.tree.iter("a")):
            address = node.get("href", "").strip()
            if address.lower().startswith(_OTHER_LINKS):
                continue
            whole = self.whole(address)
            # A place within the page is nowhere here.
            is_place = address.startswith("#") or ("#" in whole and comparable(whole) == comparable(self.base))
            if is_place and _words(node).strip() in _BACK:
                take_out(node)
                continue
            node.set("href", "" if is_place else whole)

    # Pictures

    def read_pictures(self) -> None:
        inside = 0
        for image in list(self.tree.iter("img")):
            alt = _SPACES.sub(" ", image.get("alt", "")).strip()
            if is_emoji(alt):
                continue
            places = list(dict.fromkeys(self.places_of(image)))
            holder = _holder_of(image)
            if not places or _is_speck(image):
                inside += not _is_speck(image)
                take_out(holder)
                continue
            figure, caption = _captioned(holder)
            number = self.number(places, alt, _words(caption) if caption is not None else "")
            if not number:
                take_out(figure)
                continue
            _put(figure, number, caption)
        self.tell_count(PICTURE_INSIDE, inside)
        if self.beyond:
            self.tell(TOO_MANY_PICTURES, limit=self.most, count=len(self.beyond))

    def places_of(self, image: etree._Element) -> Iterator[str]:
        """Yield where a picture is, the largest of its files that is of use first."""
        parent = image.getparent()
        others = list(parent.iter("source")) if parent is not None and parent.tag == "picture" else []
        srcsets = [image.get(name, "") for name in _SRCSETS]
        yield from filter(None, (self.whole(largest(srcset)) for srcset in srcsets))
        yield from filter(None, (self.whole(image.get(name)) for name in _SOURCES))
        yield from filter(None, (self.whole(largest(one.get("srcset", ""))) for one in others))

    def number(self, places: list[str], alt: str, caption: str) -> int:
        """Return the number of a picture, 0 where there are too many."""
        address, *others = places
        if address not in self.numbers:
            if len(self.numbers) >= self.most:
                self.beyond.add(address)
                return 0
            number = self.numbers[address] = len(self.numbers) + 1
            words = alt[:LONGEST_WORDS], caption[:LONGEST_WORDS]
            self.found.pictures.append(WantedPicture(number, address, *words, tuple(others[:MOST_OTHERS])))
        return self.numbers[address]


class _FileReader(_Reader):
    """Reads a text that has no address of its own: pictures may lie beside it, or in it."""

    most = 300

    def whole(self, address: str | None) -> str:
        return (address or "").strip()

    def make_links_whole(self) -> None:
        """Leave addresses as they stand: cleaning drops what is none."""


class _BodyReader(_FileReader):
    """Reads what is written for a body: its boxes, sources and sizes of pictures stay."""

    def is_left_out(self, node: etree._Element) -> bool:
        return node.tag not in OWN_BOXES and super().is_left_out(node)

    def read_frames(self) -> None:
        for figure in self.tree.iter("figure"):
            # What shows elsewhere where a video is.
            if figure.get("data-video") or figure.get("data-audio"):
                for link in figure.findall("./a"):
                    take_out(link)
        super().read_frames()

    def read_pictures(self) -> None:
        """Read the title of a picture, as Markdown has it, as its caption."""
        for image in list(self.tree.iter("img")):
            title = image.get("title", "").strip()
            if title and next(image.iterancestors("figure"), None) is None:
                figure = etree.Element("figure")
                figure.tail, image.tail = image.tail, None
                image.getparent().replace(image, figure)
                figure.append(image)
                etree.SubElement(figure, "figcaption").text = title
        super().read_pictures()


def largest(srcset: str) -> str:
    """Return the largest file of a srcset, or the smallest of those that are as large as any picture here gets."""
    sized = []
    for candidate in re.split(r",\s+", srcset.strip())[:MOST_CANDIDATES]:
        found = _CANDIDATE.fullmatch(candidate.strip().rstrip(","))
        if found and not found[1].startswith("data:"):
            # '2x' is twice as wide as the file that nobody knows the width of.
            size = float(found[2] or 1) * (1 if found[3] == "w" else 1000)
            sized.append((size, found[1]))
    enough = [pair for pair in sized if pair[0] >= LONGEST_SIDE]
    return (min(enough) if enough else max(sized, default=(0, "")))[1]


def _is_speck(image: etree._Element) -> bool:
    sides = [_SIDE.fullmatch(image.get(name, "")) for name in ("width", "height")]
    return all(side is not None and int(side[1]) < SMALLEST_SIDE for side in sides)


def _is_within(node: etree._Element, tree: etree._Element) -> bool:
    """Say whether an element is still part of a tree, and was not taken out with another one."""
    return node is tree or any(above is tree for above in node.iterancestors())


def _holder_of(image: etree._Element) -> etree._Element:
    """Return the outermost element that holds a picture and nothing else, such as the link to its file."""
    holder = image
    parent = holder.getparent()
    while parent is not None and parent.tag in _WRAPPERS and not _words(parent) and len(list(parent.iter("img"))) == 1:
        holder, parent = parent, parent.getparent()
    return holder


def _captioned(holder: etree._Element) -> tuple[etree._Element, etree._Element | None]:
    """Return the figure of a picture and its caption, where it has one with nothing else in it."""
    for node in holder.iterancestors():
        is_figure = node.tag == "figure" or "wp-caption" in node.get("class", "").split()
        if not is_figure:
            continue
        captions = [
            one
            for one in node.iterdescendants(etree.Element)
            if one.tag == "figcaption" or "wp-caption-text" in one.get("class", "").split()
        ]
        words = _words(captions[0]) if captions else ""
        if len(captions) > 1 or len(list(node.iter("img"))) > 1 or _words(node) != words:
            break
        return node, captions[0] if words else None
    return holder, None


def _put(node: etree._Element, number: int, caption: etree._Element | None) -> None:
    """Make an element the figure of a picture."""
    tail, size = node.tail, node.get("data-size", "")
    if caption is not None:
        caption.getparent().remove(caption)
        caption.tag, caption.tail = "figcaption", None
        caption.attrib.clear()
    node.clear()
    node.tag, node.tail = "figure", tail
    node.set("data-image", str(number))
    if size:
        node.set("data-size", size)
    if caption is not None:
        node.append(caption)


def _unwrap_gallery(figure: etree._Element) -> None:
    figure.tag = "div"
    for caption in figure.findall("figcaption"):
        caption.tag = "p"


def _words(node: etree._Element) -> str:
    return _SPACES.sub(" ", "".join(node.itertext())).strip()
