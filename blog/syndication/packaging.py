"""What a partner gets of a text: plain HTML that any blog takes, and all that is said of it in words.

A ``Package`` is made once, shown to the editor, and kept as it was sent; no delivery makes anything else of a post.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from html import escape
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.html import format_html, format_html_join
from django.utils.text import slugify
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from blog.claims import claims_in_html, claims_in_text
from blog.disclosing import plain_disclosure_of
from blog.markup import contents, fill, parse, serialise
from blog.models import Claim, Image, Partner, PartnerCategory, Post, Tribune
from blog.typography import typeset

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# All that stays of an element's attributes: what every blog knows, and nothing of how ours looks.
KEPT = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
ADDRESSES = {"a": "href", "img": "src"}
# Elements that stand for our page alone; what they hold stays. libxml2 does not know that <source> holds nothing.
UNWRAPPED = {"aside", "div", "picture", "source"}
DROPPED = {"audio", "iframe"}
# Of a picture, behind its caption.
CREDIT = "small"
# Between what they hold a line may end.
HOLDERS = {
    "details",
    "ul",
    "ol",
    "dl",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "blockquote",
    "figure",
    "aside",
    "div",
}
_LINE_END = re.compile(r"[ \t]*[\r\n]\s*")

# A picture of some MB goes to a small server through a slow line.
SECONDS_FOR_A_PICTURE = 60

State = Tribune.State
# In these a tribune can be handed over; what is out, or was withdrawn, is no longer proposed.
CAN_BE_PROPOSED = (State.DRAFT, State.PROPOSED, State.ACCEPTED, State.DECLINED)


@dataclass(frozen=True)
class Picture:
    """A picture of a text: where it is, and all words that go with it, in the language of the text."""

    image: int
    file: str  # name in storage
    address: str
    alt: str
    caption: str
    credit: str
    licence: str
    width: int
    height: int
    is_cover: bool = False

    @property
    def legend(self) -> str:
        """What stands below it: its caption, and in brackets whose it is."""
        return " ".join(filter(None, [self.caption, f"({self.credit})" if self.credit else ""]))


@dataclass(frozen=True)
class Package:
    """A text as it is sent. All texts are plain but ``body_html`` and ``article_html``.

    ``byline``, ``disclosure`` and ``origin`` are sentences in the language of the text; ``article_html`` holds them
    with the standfirst, the cover and the body, for whoever copies it as a whole. ``canonical`` is the address that
    the partner's page is to name as its canonical; '' where that is the page itself. Where the partner introduces what
    stands here, ``body_html`` is '', and ``origin`` leads to the whole.
    """

    language: str
    title: str
    standfirst: str
    byline: str
    authors: list[str]
    disclosure: str
    origin: str
    canonical: str
    body_html: str
    article_html: str
    text: str
    words: int
    pictures: list[Picture]
    categories: list[str]
    tags: list[str]
    slug: str

    def as_data(self) -> dict:
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict) -> "Package":
        """Return the package that ``as_data()`` gave."""
        known = {field.name: data[field.name] for field in fields(cls)}
        return cls(**known | {"pictures": [Picture(**picture) for picture in data["pictures"]]})

    @property
    def digest(self) -> str:
        """What tells one package from another that differs in anything."""
        data = json.dumps(self.as_data(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(data.encode()).hexdigest()


def find_obstacles(tribune: Tribune) -> list[str]:
    """Return what keeps a tribune from being handed over, in words for the editor."""
    text = tribune.text
    checks = (
        (tribune.is_ours(), _("This piece is the partner’s: there is nothing to hand over.")),
        (
            tribune.state in CAN_BE_PROPOSED or is_written_anew(tribune),
            _("This tribune is published or withdrawn: it is no longer proposed."),
        ),
        (
            tribune.partner.takes != Partner.Takes.MICROPUB or bool(tribune.partner.micropub),
            _("The address of the partner’s Micropub endpoint is missing: enter it on the page of the partner."),
        ),
        (
            tribune.partner.takes != Partner.Takes.WORDPRESS or bool(tribune.partner.api),
            _("The address of the partner’s API is missing: enter it on the page of the partner."),
        ),
        (text.status != Post.Status.WITHDRAWN, _("The text was withdrawn.")),
        (
            bool(text.disclosure),
            _("Choose a disclosure on the post first: no text leaves before somebody chose."),
        ),
        (bool(text.body_text.strip()), _("The text is still empty.")),
        (
            not tribune.is_introduced_there() or bool(text.standfirst.strip()),
            _("The partner gets a teaser: write the standfirst, which is what they are sent."),
        ),
        (
            not tribune.is_introduced_there() or bool(_address_of(tribune.post)),
            _("The partner gets a teaser that leads here: publish the post first, or say when it appears."),
        ),
    )
    return [str(words) for is_met, words in checks if not is_met]


def is_written_anew(tribune: Tribune) -> bool:
    """Say whether a published tribune can be handed over all the same: a program takes a later text of its post."""
    return tribune.is_published() and tribune.partner.takes in (Partner.Takes.WORDPRESS, Partner.Takes.MICROPUB)


def make_package(tribune: Tribune) -> Package:
    """Return what the partner of a tribune gets; raise ValidationError where its text is nested too deep."""
    text = tribune.text
    is_teaser = tribune.is_introduced_there()
    with override(text.language):
        pictures = [picture for picture in _pictures_of(text) if picture.is_cover or not is_teaser]
        title = typeset(tribune.title or text.title, text.language)
        standfirst = typeset(text.standfirst.strip(), text.language)
        authors = [author.name for author in text.byline]
        parts = {
            "byline": _byline(authors),
            "disclosure": typeset(plain_disclosure_of(text, len(authors)), text.language),
            "origin": typeset(_origin(tribune), text.language),
        }
        body_html, body_text, words = "", "", len(standfirst.split())
        if not is_teaser:
            claims = Claim.all_of(text)
            portable = make_portable(text.body_html, base=_address_of(tribune.post) or settings.SITE_URL)
            body_html = claims_in_html(claims, text.language) + portable
            body_text = claims_in_text(claims, text.language) + ("\n\n" if claims else "")
            body_text, words = body_text + text.body_text.replace("\n", "\n\n"), text.words
        article_html = _article(standfirst, body_html, pictures, **parts)
        return Package(
            language=text.language,
            title=title,
            standfirst=standfirst,
            authors=authors,
            canonical=_address_of(tribune.post) if tribune.canonical == Tribune.Canonical.HERE else "",
            body_html=body_html,
            article_html=article_html,
            text="\n\n".join(
                part
                for part in (
                    standfirst,
                    parts["byline"],
                    parts["disclosure"],
                    body_text,
                    parts["origin"],
                )
                if part
            ),
            words=words,
            pictures=pictures,
            categories=PartnerCategory.objects.translate(tribune.partner, _categories_of(text)),
            tags=[str(tag) for tag in text.tags.order_by("slug")],
            slug=text.slug,
            **parts,
        )


def _categories_of(post: Post) -> list:
    main = [post.category] if post.category else []
    return main + list(post.categories.order_by("path"))


def _address_of(post: Post) -> str:
    """Return where a post stands here, or will; '' while it has no date."""
    if post.status != Post.Status.PUBLISHED:
        return ""
    return settings.SITE_URL + post.path()


# The words


def _byline(authors: list[str]) -> str:
    if not authors:
        return ""
    if len(authors) == 1:
        return gettext("By %(author)s") % {"author": authors[0]}
    return gettext("By %(authors)s and %(last)s") % {"authors": ", ".join(authors[:-1]), "last": authors[-1]}


def _origin(tribune: Tribune) -> str:
    """Say where else the text stands, and which copy is the first."""
    facts = {"site": settings.SITE_NAME, "address": _address_of(tribune.post), "partner": tribune.partner.name}
    if tribune.content == Tribune.Content.TEASER:
        return (
            gettext("Written for %(partner)s, and introduced at %(site)s: %(address)s")
            if facts["address"]
            else gettext("Written for %(partner)s by %(site)s.")
        ) % facts
    if tribune.is_introduced_there() and facts["address"]:
        return gettext("Read the whole text at %(site)s: %(address)s") % facts
    if tribune.canonical == Tribune.Canonical.HERE:
        return (
            gettext("First published at %(site)s: %(address)s")
            if facts["address"]
            else gettext("First published at %(site)s.")
        ) % facts
    return (
        gettext("Written for %(partner)s; this text also stands at %(site)s: %(address)s")
        if facts["address"]
        else gettext("Written for %(partner)s; this text also appears at %(site)s.")
    ) % facts


def canonical_line(package: Package) -> str:
    """Say in words, for whoever puts the text up, which address is the canonical one; in the active language."""
    if package.canonical:
        return gettext("Canonical address: %(address)s – please name it in the head of your page (rel=canonical).") % {
            "address": package.canonical
        }
    return gettext("Canonical address: that of your own page.")


def _article(standfirst: str, body_html: str, pictures: list[Picture], **parts: str) -> str:
    """Put everything that readers read into one piece of HTML, without the title."""
    cover = next((picture for picture in pictures if picture.is_cover), None)
    standfirst_html = format_html("<p><strong>{}</strong></p>\n", standfirst) if standfirst else ""
    head = [parts["byline"], parts["disclosure"]]
    foot = format_html("\n<p><em>{}</em></p>", _linked(parts["origin"])) if parts["origin"] else ""
    return "".join(
        [
            standfirst_html,
            format_html_join("", "<p>{}</p>\n", ((line,) for line in head if line)),
            _figure(cover) + "\n" if cover else "",
            body_html,
            foot,
        ]
    )


def without_cover(package: Package) -> str:
    """Return the article of a package without its cover, for whoever gets that apart."""
    cover = next((picture for picture in package.pictures if picture.is_cover), None)
    return package.article_html.replace(f"{_figure(cover)}\n", "", 1) if cover else package.article_html


def with_addresses(article_html: str, addresses: dict[str, str]) -> str:
    """Return an article whose pictures have the addresses that they have at the partner's, by ours."""
    for ours, theirs in addresses.items():
        article_html = article_html.replace(f'src="{escape(ours)}"', f'src="{escape(theirs)}"')
    return article_html


def in_language(article_html: str, language: str, of_blog: str) -> str:
    """Return an article that says its language where that is not the one of the blog."""
    return article_html if language == of_blog else f'<div lang="{language}">\n{article_html}\n</div>'


def file_name(picture: Picture) -> str:
    """Return the name of a picture's file at a partner's: the same for the same file with the same words."""
    path = PurePath(picture.file)
    salt = "blog.syndication.wordpress"
    digest = salted_hmac(salt, f"{picture.image} {picture.file}", algorithm="sha256").hexdigest()[:12]
    return f"{slugify(path.stem)[:60] or 'picture'}-{digest}{path.suffix.lower()}"


def _linked(sentence: str) -> str:
    """Return a sentence of plain text as HTML, with the address that it ends with as a link: the way back to us."""
    words, _space, last = sentence.rpartition(" ")
    if not last.startswith(("https://", "http://")):
        return sentence
    return format_html('{} <a href="{}">{}</a>', words, last, last)


def _figure(picture: Picture) -> str:
    return format_html(
        '<figure><img src="{}" alt="{}" width="{}" height="{}">{}</figure>',
        picture.address,
        picture.alt,
        picture.width,
        picture.height,
        format_html("<figcaption>{}</figcaption>", picture.legend) if picture.legend else "",
    )


def _pictures_of(post: Post) -> Iterator[Picture]:
    """Yield the cover, then the pictures of the text in their order."""
    shown = list(Image.objects.shown_in(post.body).values())
    places = {image.pk: post.body_html.find(image.file.url) for image in shown}
    shown = sorted((image for image in shown if places[image.pk] >= 0), key=lambda image: places[image.pk])
    if post.cover:
        yield _picture(post.cover, post.language, is_cover=True)
    for image in shown:
        yield _picture(image, post.language)


def _picture(image: Image, language: str, *, is_cover: bool = False) -> Picture:
    return Picture(
        image=image.pk,
        file=image.file.name,
        address=urljoin(settings.SITE_URL, image.file.url),
        alt=typeset(image.alt, language),
        caption=typeset(image.caption, language),
        credit=typeset(image.credit, language),
        licence=image.licence,
        width=image.width,
        height=image.height,
        is_cover=is_cover,
    )


# The HTML


def make_portable(html: str, *, base: str, has_credits: bool = True) -> str:
    """Return rendered HTML of a body as any other blog can show it.

    Addresses are whole, pictures are plain figures, a video is the link to where it can be seen; links within the text
    are its words, since nobody knows what the partner's page makes of the headings. Nothing of our classes is left.
    Without credits, captions are as they were written.
    """
    root = parse(html)
    for node in list(root.iter()):
        if node is root or not isinstance(node.tag, str):
            continue
        is_ours = node.tag in DROPPED or node.get("role") == "doc-backlink"
        if is_ours or (node.tag == CREDIT and not has_credits):
            node.drop_tree()
        elif node.tag in UNWRAPPED:
            node.drop_tag()
        else:
            _plain(node, base)
    for figure in root.findall(".//figure"):
        if figure.find(".//img") is None and figure.find(".//table") is None:
            _leave_caption(figure)
    _join_lines(root)
    return serialise(root)


def _join_lines(root: "HtmlElement") -> None:
    """Put each paragraph on one line: a WordPress shows the end of a line within one as a line break."""
    for node in root.iter():
        is_holder = node is root or node.tag in HOLDERS
        if node.text and not _is_in_pre(node):
            node.text = _joined(node.text, is_between_blocks=is_holder)
        if node is not root and node.tail and not _is_in_pre(node.getparent()):
            parent = node.getparent()
            node.tail = _joined(node.tail, is_between_blocks=parent is root or parent.tag in HOLDERS)


def _joined(text: str, *, is_between_blocks: bool) -> str:
    return text if is_between_blocks and not text.strip() else _LINE_END.sub(" ", text)


def _is_in_pre(node: "HtmlElement") -> bool:
    return node.tag == "pre" or next(node.iterancestors("pre"), None) is not None


def _plain(node: "HtmlElement", base: str) -> None:
    """Leave of an element what is not of our page."""
    if node.tag == CREDIT:
        _put_in_brackets(node)
        return
    # That a relation stands behind a link holds wherever the text stands.
    is_sponsored = "sponsored" in node.get("rel", "").split()
    kept = KEPT.get(node.tag, set()) | {"lang"}
    for name in set(node.attrib) - kept:
        del node.attrib[name]
    name = ADDRESSES.get(node.tag)
    value = node.get(name, "") if name else ""
    if not name:
        return
    if node.tag == "a" and (value.startswith("#") or not value or urlsplit(value).path.startswith("/admin/")):
        node.drop_tag()
        return
    if urlsplit(value).scheme in {"", "http", "https"}:
        node.set(name, urljoin(base, value))
    if is_sponsored:
        node.set("rel", "sponsored")


def _put_in_brackets(node: "HtmlElement") -> None:
    fill_tail = node.tail
    fill(node, ["(", *contents(node), ")"])
    node.tail = fill_tail
    node.drop_tag()


def _leave_caption(figure: "HtmlElement") -> None:
    """Leave a paragraph with the words and the link of a video."""
    caption = figure.find("figcaption")
    if caption is None:
        figure.drop_tree()
        return
    fill(figure, contents(caption))
    figure.tag = "p"
    figure.attrib.clear()
