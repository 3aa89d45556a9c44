"""What word processors and web pages put on the clipboard, and what they mean by it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from blog.lines import is_blank, trimmed
from blog.markup import clean_language, contents, fill, is_address, make

if TYPE_CHECKING:
    from lxml.html import HtmlElement

INLINE_NAMES = {
    "strong": "strong", "b": "strong", "em": "em", "i": "em", "cite": "em", "dfn": "em", "var": "em", "s": "s",
    "strike": "s", "del": "s", "sub": "sub", "sup": "sup", "code": "code", "tt": "code", "kbd": "code", "samp": "code",
    "span": "", "font": "", "small": "", "big": "", "u": "", "ins": "", "nobr": "", "mark": "", "abbr": "",
    "acronym": "", "time": "", "bdi": "", "label": "", "o:p": "",
}  # fmt: skip

_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|mso-list\s*:\s*ignore", re.IGNORECASE)
_WEIGHT = re.compile(r"(?:^|;)\s*font-weight\s*:\s*(\w+)", re.IGNORECASE)
_SLANT = re.compile(r"(?:^|;)\s*font-style\s*:\s*(\w+)", re.IGNORECASE)
_STRUCK = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)
_RAISED = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_HEAVY = {"bold", "bolder", "600", "700", "800", "900"}
_SLANTED = {"italic", "oblique"}

_LIST_LEVEL = re.compile(r"mso-list\s*:\s*l\d+ level(\d)", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"\s*\(?(?:\d{1,3}|[a-z]|[ivx]{1,6})[.)]\s*", re.IGNORECASE)
# How a bullet arrives when the styles are lost.
_TYPED_BULLET = re.compile("(?:[·•▪◦‣●○\uf0b7\uf0a7][ \t\n\u00a0]+)+")
_MAX_LIST_LEVEL = 6

_GOOGLE_REDIRECT = re.compile(r"https?://(?:www\.)?google\.[a-z.]{2,6}/url\?", re.IGNORECASE)
# The other end of these links does not come along.
_OFFICE_ANCHOR = re.compile(
    r"#_(?:ftn|edn|Toc|Hlk|Ref|msocom|msoanchor|heading|bookmark)|#(?:ftnt|cmnt)", re.IGNORECASE
)


def is_hidden(typed: "HtmlElement") -> bool:
    return bool(_HIDDEN.search(typed.get("style", "")))


def language_of(typed: "HtmlElement") -> str:
    """Return the language that was said of an element; what a word processor supposes for its spelling is not said."""
    if "mso-" in typed.get("style", "") or "Mso" in typed.get("class", ""):
        return ""
    return clean_language(typed.get("lang", ""))


def inline_tags(typed: "HtmlElement") -> Iterator[str]:
    """Return the elements that the name and the style of an inline element stand for."""
    style = typed.get("style", "")
    tag = INLINE_NAMES[typed.tag.removeprefix("x-")]
    weight, slant, raised = (pattern.search(style) for pattern in (_WEIGHT, _SLANT, _RAISED))
    is_heavy = bool(weight) and weight[1].lower() in _HEAVY
    is_slanted = bool(slant) and slant[1].lower() in _SLANTED
    # Google Docs wraps all it copies into <b style="font-weight:normal">.
    takes_back = (tag == "strong" and weight and not is_heavy) or (tag == "em" and slant and not is_slanted)
    if tag and not takes_back:
        yield tag
    elif is_heavy:
        yield "strong"
    if is_slanted and tag != "em":
        yield "em"
    if tag != "s" and _STRUCK.search(style):
        yield "s"
    if raised and tag not in {"sub", "sup"}:
        yield "sup" if raised[1].lower() == "super" else "sub"


def mended_address(address: str) -> str:
    """Return an address that a link may lead to, or ''."""
    address = re.sub(r"\s", "%20", address.strip())
    if address.startswith("//"):
        address = f"https:{address}"
    if _GOOGLE_REDIRECT.match(address) and is_address(address):
        # Links of a published Google document lead through Google, which notes who goes where.
        address = parse_qs(urlsplit(address).query).get("q", [address])[0]
    return address if is_address(address) and not _OFFICE_ANCHOR.match(address) else ""


def list_mark(typed: "HtmlElement") -> str:
    """Return what list item a paragraph of Word stands for ('2ol': its level and kind), or ''.

    Word says the level in the style, and writes the bullet or number into an element that is hidden here.
    """
    said = _LIST_LEVEL.search(typed.get("style", ""))
    if said:
        for one in typed.iter():
            if one is not typed and is_hidden(one):
                return said[1] + ("ol" if _LIST_NUMBER.fullmatch(one.text_content()) else "ul")
    return ""


def mark_typed_bullet(paragraph: "HtmlElement") -> None:
    """Mark a paragraph that begins with a bullet as a list item, and take the bullet away."""
    while bullet := _TYPED_BULLET.match(paragraph.text or ""):
        if is_blank([paragraph.text_content()[bullet.end() :]]):
            return
        paragraph.text = paragraph.text[bullet.end() :]
        fill(paragraph, trimmed(contents(paragraph)))
        paragraph.set("data-list", paragraph.get("data-list", "1ul"))


def lists(paragraphs: "list[HtmlElement]") -> "list[HtmlElement]":
    """Return paragraphs that carry the mark of a list item, as lists within lists."""
    made: list[HtmlElement] = []
    open_lists: list[tuple[int, HtmlElement]] = []
    for paragraph in paragraphs:
        mark = paragraph.attrib.pop("data-list")
        level, kind = min(int(mark[0]), _MAX_LIST_LEVEL), mark[1:]
        while open_lists and not _continues(open_lists[-1], level, kind):
            open_lists.pop()
        if not open_lists or open_lists[-1][0] < level:
            new = make(kind)
            if open_lists:
                open_lists[-1][1][-1].append(new)
            else:
                made.append(new)
            open_lists.append((level, new))
        words, language = contents(paragraph), paragraph.get("lang", "")
        if len(words) == 1 and not isinstance(words[0], str) and words[0].tag == "span":
            words, language = contents(words[0]), words[0].get("lang")
        open_lists[-1][1].append(make("li", words, lang=language))
    return made


def _continues(last: "tuple[int, HtmlElement]", level: int, kind: str) -> bool:
    """Say whether an item of this level and kind stands in the last list, or in a list below it."""
    return last[0] < level or (last[0] == level and last[1].tag == kind)
