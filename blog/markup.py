"""What a body may hold, and how its HTML becomes a tree and text again.

nh3 is the gate: whatever a tree was made of, its HTML passes ``sanitise()`` before anybody else sees it. The tree is
lxml’s, imported only where it is built: readers’ requests never load it.
"""

import re
from collections.abc import Callable, Iterable
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import nh3
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    type Item = str | HtmlElement

# The longest articles hold 100,000 characters; the rest is room for what word processors add.
MAX_LENGTH = 1_000_000
# nh3’s time grows with the square of the characters that HTML escapes.
MAX_ESCAPED = 150_000
# A parser’s time grows with the square of how deep elements are nested; as many as here take it half a second.
MAX_ELEMENTS = 15_000
# libxml2 gives up at 256, and Python’s own stack somewhere above.
MAX_DEPTH = 100
# Keys of rows are 64-bit numbers; a longer one is an error in the database, not a missing row.
MAX_KEY_DIGITS = 18
MAX_ADDRESS_LENGTH = 2000

# HTML copies what these leave open into every later block, so that a short text becomes gigabytes. Under another name
# they are read as plain elements, which only nest.
COPIED = {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}

ALLOWED: dict[str, set[str]] = {
    "p": {"lang"},
    "h2": {"lang"},
    "h3": {"lang"},
    "h4": {"lang"},
    "blockquote": {"lang"},
    "footer": set(),
    "aside": {"data-kind"},
    "header": set(),
    "ul": set(),
    "ol": set(),
    "li": {"lang"},
    "a": {"href", "title", "data-post"},
    "foot-note": set(),
    "strong": set(),
    "em": {"lang"},
    "span": {"lang"},
    "s": set(),
    "sub": set(),
    "sup": set(),
    "code": set(),
    "pre": set(),
    "br": set(),
    "hr": set(),
    "table": set(),
    "caption": set(),
    "thead": set(),
    "tbody": set(),
    "tr": set(),
    "th": {"lang", "scope", "colspan", "rowspan"},
    "td": {"lang", "colspan", "rowspan"},
    "figure": {"data-image", "data-size", "data-video", "data-audio", "data-recording", "data-poster"},
    "img": {"src", "alt"},
    "figcaption": set(),
    # What is said in a video or a recording: within its figure in a source, behind it for readers.
    "details": set(),
}
# What stays of a rendered text that is shown elsewhere.
IN_FEEDS = {
    "a": {"href", "title", "rel"},
    "img": {"src", "alt", "width", "height"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
_RENAMED_ALLOWED = {f"x-{tag}" if tag in COPIED else tag: names for tag, names in ALLOWED.items()}
# The text of a footnote stands where its number will; HTML has no element for it.
NOTE = "foot-note"
INLINE = {"a", "strong", "em", "span", "s", "sub", "sup", "code", "br", NOTE}
HEADINGS = {"h2", "h3", "h4"}
# Blocks that hold words, and nothing but words.
LINES = {"p", "footer", "header", "caption", "figcaption", *HEADINGS}
# What a box beside the text is for, and how large a picture is where it is not as wide as the text.
CALLOUT_KINDS = ("summary", "note", "example", "warning")
PICTURE_SIZES = ("wide", "small")

_COPIED_TAG = re.compile(rf"<(/?)({'|'.join(COPIED)})(?=[\t\n\f />])", re.IGNORECASE)
_RENAMED_TAG = re.compile(rf"<(/?)x-({'|'.join(COPIED)})(?=[ >])")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
# Pictures pasted as data: they are dropped anyhow, but may weigh more than a text may.
_DATA_ADDRESS = re.compile(r"""(?<=["'=(])data:[a-z]{1,20}/[\w.+;=,%/-]*+""", re.ASCII | re.IGNORECASE)
_START_TAG = re.compile("<[a-zA-Z]")
# In what was rendered here, '<' begins a tag and nothing else.
_ANY_TAG = re.compile(r"<[^>]*>")
_END_OF_BLOCK = re.compile(r"(?:</(?:p|li|pre|blockquote|h[2-6]|figcaption|caption|td|th|dt|dd|summary)>|<br>)\n?")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)")
_LANGUAGE = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE | re.ASCII,
)
_KEY = re.compile(rf"[0-9]{{1,{MAX_KEY_DIGITS}}}")
_SPAN = re.compile(r"[1-9][0-9]{0,2}")


def check_size(html: str) -> str:
    """Return HTML without what no parser wants, or raise ValidationError when it is more than an article can be."""
    html = _CONTROLS.sub("", html.replace("\r\n", "\n").replace("\r", "\n"))
    if len(html) > MAX_LENGTH:
        html = _DATA_ADDRESS.sub("", html)
    if len(html) > MAX_LENGTH:
        raise ValidationError(
            _("This text is too long: it has %(length)d characters, and at most %(limit)d are possible."),
            code="too_long",
            params={"length": len(html), "limit": MAX_LENGTH},
        )
    html = without_comments(html)
    elements = sum(1 for _tag in _START_TAG.finditer(html))
    if elements > MAX_ELEMENTS or sum(map(html.count, "&<>\u00a0")) > MAX_ESCAPED:
        raise ValidationError(
            _("This text is too intricate: it has more than %(limit)d pieces of formatting. Paste it without them."),
            code="too_many_elements",
            params={"limit": MAX_ELEMENTS},
        )
    return html


def without_controls(text: str) -> str:
    """Return a text without the characters that XML cannot hold, and that no reader sees."""
    return _CONTROLS.sub("", text)


def words_of(html: str) -> str:
    """Return the words of HTML that was made here, a line for each of its blocks; no-break spaces stay."""
    return without_controls(unescape(_ANY_TAG.sub("", _END_OF_BLOCK.sub("\n", html)))).strip()


def without_comments(html: str) -> str:
    """Return HTML without comments, where word processors keep more than a text may weigh."""
    kept, position = [], 0
    while (start := html.find("<!--", position)) >= 0:
        kept.append(html[position:start])
        # A parser takes '<!-->' for a whole comment. What never ends may be no comment but part of an attribute.
        end = html.find("-->", start + 2)
        if end < 0:
            return "".join([*kept, html[start:]])
        position = end + 3
    return "".join([*kept, html[position:]])


def rename_copied(html: str) -> str:
    """Return HTML in which the elements that HTML would copy are called 'x-b' and so on."""
    return _COPIED_TAG.sub(r"<\1x-\2", html)


def sanitise(html: str) -> str:
    """Return HTML that holds nothing but what a body may hold."""
    clean = nh3.clean(
        rename_copied(html),
        tags=set(_RENAMED_ALLOWED),
        attributes=_RENAMED_ALLOWED,
        attribute_filter=_filter_attribute,
        url_schemes=SCHEMES,
        link_rel=None,
    )
    # In what nh3 returns, '<' begins a tag and nothing else.
    return _RENAMED_TAG.sub(r"<\1\2", clean)


def clean_language(tag: str) -> str:
    """Return a language tag in its usual letters ('FR-fr' is 'fr-FR'), or '' when it is not one."""
    found = _LANGUAGE.fullmatch(tag.strip().replace("_", "-"))
    if not found:
        return ""
    parts = [found["language"].lower(), (found["script"] or "").title(), (found["region"] or "").upper()]
    return "-".join(filter(None, parts)) + found["variants"].lower()


def is_address(address: str) -> bool:
    """Say whether a link may lead there: an address of the web, of mail or telephone, or one within the site."""
    if not 0 < len(address) <= MAX_ADDRESS_LENGTH or re.search(r"[\s\x00-\x1f\\]", address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme in {"http", "https"}:
        return bool(parts.netloc)
    return parts.scheme in {"", *SCHEMES} and not parts.netloc


def is_own_address(address: str) -> bool:
    """Say whether a picture at this address is one of this site."""
    return address.startswith(settings.MEDIA_URL) or bool(re.match(r"/(?![/\\])", address))


def is_key(value: str) -> bool:
    return bool(_KEY.fullmatch(value))


_CHECKS: dict[str, Callable[[str], bool]] = {
    "href": is_address,
    "title": lambda value: bool(value.strip()),
    "src": is_own_address,
    "alt": lambda _: True,
    "scope": {"col", "row", "colgroup", "rowgroup"}.__contains__,
    "colspan": lambda value: bool(_SPAN.fullmatch(value)),
    "rowspan": lambda value: bool(_SPAN.fullmatch(value)),
    "data-image": is_key,
    "data-poster": is_key,
    "data-post": is_key,
    "data-recording": is_key,
    "data-video": is_address,
    "data-audio": is_address,
    "data-kind": CALLOUT_KINDS.__contains__,
    "data-size": PICTURE_SIZES.__contains__,
}


def _filter_attribute(_tag: str, name: str, value: str) -> str | None:
    """Return the value to keep; called for every attribute, those that are dropped anyhow included."""
    if name == "lang":
        return clean_language(value) or None
    check = _CHECKS.get(name)
    return value if check and check(value) else None


# The tree


def as_html(html: str) -> SafeString:
    """Show HTML that was cleaned and rendered when it was saved.

    Only for ``body_html`` of a post or page, ``html`` of a comment, ``article_html`` of a package, which was made of
    the first, what is kept of a partner's page, what ``blog.body`` has just rendered for a preview, and what
    ``blog.views.reviews`` has rendered from our own templates to stand beside it: ``blog.body``, ``comments.text``,
    ``blog.syndication.packaging`` and ``blog.syndication.watching`` made the first ones, and nothing else writes these
    columns.
    """
    return mark_safe(html)  # noqa: S308


def with_whole_addresses(html: str, base: str) -> str:
    """Return rendered HTML as it can be shown elsewhere, in a feed reader: nothing of our page, and whole addresses.

    nh3 does it in one pass; a tree of each text would be lxml's, in the process that answers readers.
    """

    def make_whole(_tag: str, name: str, value: str) -> str:
        try:
            return urljoin(base, value) if name in {"href", "src"} else value
        except ValueError:
            # No address at all, such as ‘http://[’.
            return value

    return nh3.clean(
        html,
        tags=set(ALLOWED) | {"small", "summary"},
        clean_content_tags={"script", "style"},
        attributes={"*": {"lang"}, **IN_FEEDS},
        attribute_filter=make_whole,
        link_rel=None,
        url_schemes=SCHEMES,
    )


def parse(html: str) -> "HtmlElement":
    """Return the tree of HTML that passed nh3, below a <div>; raise ValidationError when it is nested too deep."""
    from lxml.html import fragment_fromstring

    # nh3 resolves references to characters, so that a control character may come out of it.
    html = _CONTROLS.sub("", html).replace("&nbsp;", "\u00a0")
    depth = 0
    for closing, name in _TAG.findall(html):
        if name not in {"br", "hr", "img"}:
            depth += -1 if closing else 1
        if depth > MAX_DEPTH:
            raise ValidationError(
                _("This text is too intricate: its pieces of formatting are nested too deep. Paste it without them."),
                code="too_deep",
            )
    return fragment_fromstring(f"<div>{html}</div>")


def serialise(node: "HtmlElement") -> str:
    """Return the HTML of what a node without attributes holds, without the node itself."""
    from lxml.html import tostring

    html = tostring(node, encoding="unicode", with_tail=False).partition(">")[2].removesuffix(f"</{node.tag}>")
    # libxml2 does not know that this one has no end. In texts and attributes '<' is escaped.
    return html.replace("</source>", "")


def make(tag: str, items: "Iterable[Item]" = (), **attributes: str) -> "HtmlElement":
    """Return a new element that holds some text and elements; an attribute without a value is left out."""
    from lxml.html import Element

    node = Element(tag)
    for name, value in attributes.items():
        if value:
            node.set(name.rstrip("_").replace("_", "-"), value)
    fill(node, items)
    return node


def contents(node: "HtmlElement") -> "list[Item]":
    """Return what a node holds, as a list of texts and elements. The tails of the elements are in the list."""
    items = [node.text] if node.text else []
    for child in node:
        items.append(child)
        if child.tail:
            items.append(child.tail)
    return items


def fill(node: "HtmlElement", items: "Iterable[Item]") -> None:
    """Let a node hold these texts and elements, and nothing else."""
    items = list(items)
    for child in list(node):
        node.remove(child)
    node.text = None
    last = None
    for item in items:
        if not isinstance(item, str):
            item.tail = None
            node.append(item)
            last = item
        elif last is None:
            node.text = (node.text or "") + item
        else:
            last.tail = (last.tail or "") + item
