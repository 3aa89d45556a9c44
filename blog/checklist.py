"""What a post must have before readers see it, and what it should have: looked at when it is published.

Whatever else a database can say of a row is a constraint of it: a disclosure, a main category, a date.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.body import picture_ids, plain_text, post_ids, render_body
from blog.models import Image, Post
from blog.text_links import LinksOfText, hrefs_in, judge_links, places_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# What fits a search result, and a card without being cut.
LONGEST_TITLE = 70
LONGEST_STANDFIRST = 320
# A shorter text is one that somebody has not finished, or a teaser.
FEWEST_WORDS = 60
# Words of a link that say nothing of where it leads, to who hears links only.
EMPTY_WORDS = {"ici", "cliquez ici", "cliquer ici", "lien", "here", "click here", "link", "this link", "ce lien"}
# So many are named; who mends them sees the rest.
MOST_NAMED = 5
# Of an address; the rest of a longer one tells nobody anything.
LONGEST_NAMED = 120
# Of a post's page, beside those of its text.
PLACES_OF_THE_PAGE = {"#top", "#main", "#event", "#subjects", "#share", "#next", "#comments", "#comment-form"}


@dataclass(frozen=True)
class Point:
    """Something that a post lacks: in words, with the field where it is mended; ``is_must`` stops its publication.

    ``address`` is that of another page on which it is mended.
    """

    field: str
    words: str
    is_must: bool = True
    address: str = ""

    def with_way(self, words: str = "") -> SafeString:
        """Return the words, or others around them, with a link to where it is mended."""
        link = format_html(' <a href="{}">{}</a>', self.address, _("Write it")) if self.address else ""
        return format_html("{}{}", words or self.words, link)


def points_of(post: Post) -> list[Point]:
    """Return what a post, saved or not, lacks for its readers: first what must not be, then what should not."""
    root, versions, links = _tree(post), _versions(post), judge_links(post.body, places_of(post))
    found = [*_musts(post, root, versions, links), *_shoulds(post, root, versions, links)]
    return sorted(found, key=lambda point: not point.is_must)


def musts_of(post: Post, places: Iterable[str] | None = None) -> list[Point]:
    """Return what stops the publication of a post.

    ``places`` are where the claims were made that it checks, if they are not the saved ones.
    """
    links = judge_links(post.body, places_of(post) if places is None else places)
    return list(_musts(post, _tree(post), _versions(post), links))


def musts_of_place(address: str) -> list[Point]:
    """Return what stops the publication of a claim that was made at this address."""
    return list(_dead_links(judge_links("", [address])))


def _musts(post: Post, root: "HtmlElement | None", versions: list[Post], links: LinksOfText) -> Iterator[Point]:
    if not post.standfirst.strip():
        yield Point("standfirst", _("Write a standfirst: cards, feeds and search results have nothing else to show."))
    if root is None:
        yield Point("body", _("There is no text yet."))
        return
    yield from _pictures_without_words(post)
    yield from _headings(root)
    yield from _links(post, root)
    yield from _dead_links(links)
    yield from _untranslated(post)
    yield from _empty_versions(post, versions)


def _tree(post: Post) -> "HtmlElement | None":
    """Return the tree of the source of a text; None where it holds nothing to read or to look at."""
    from blog.markup import parse, sanitise

    if not post.body.strip():
        return None
    root = parse(sanitise(post.body))
    return root if "".join(root.itertext()).strip() or root.find(".//figure") is not None else None


def _pictures_without_words(post: Post) -> Iterator[Point]:
    # The cover with the others, in one query; the form shows it too.
    shown = Image.objects.in_bulk(picture_ids(post.body) | ({post.cover_id} if post.cover_id else set()))
    if post.cover_id in shown:
        post.cover = shown[post.cover_id]
    lacking = {key: image for key, image in shown.items() if image.lacks_alt(post.language)}
    if lacking:
        names = _named([image.title for image in lacking.values()])
        words = ngettext(
            "A picture has no alternative text in this language: %(names)s.",
            "%(count)s pictures have no alternative text in this language: %(names)s.",
            len(lacking),
        )
        address = reverse("admin:blog_image_texts", query={"key": list(lacking)})
        yield Point("body", words % {"count": len(lacking), "names": names}, address=address)


def _headings(root: "HtmlElement") -> Iterator[Point]:
    """Yield where a heading is more than one level below the one before it, the title of the page being the first."""
    level = 1
    for heading in root.iter("h2", "h3", "h4"):
        here = int(heading.tag[1])
        if here > level + 1:
            words = _("The heading “%(heading)s” skips a level: who moves by headings looks for what is missing.")
            yield Point("body", words % {"heading": _words(heading)})
        level = here


def _links(post: Post, root: "HtmlElement") -> Iterator[Point]:
    """Yield links that say nothing, and links to texts of this site that readers cannot see."""
    if any(not _words(link) and link.find(".//img") is None for link in root.iter("a")):
        yield Point("body", _("A link has no words, so nobody can see or press it: give it some, or take it out."))
    keys = post_ids(post.body)
    if not keys:
        return
    there = Post.objects.filter(pk__in=keys).only("title", "status", "published_at", "language", "slug")
    hidden = [each.title for each in there if not (each.is_published() or each.is_scheduled())]
    gone = len(keys) - len(there)
    if hidden:
        words = _("Links lead to posts that readers do not see: %(names)s.")
        yield Point("body", words % {"names": _named(hidden)})
    if gone:
        words = ngettext("A link leads to a post that is gone.", "%(count)s links lead to posts that are gone.", gone)
        yield Point("body", words % {"count": gone})


def _dead_links(links: LinksOfText) -> Iterator[Point]:
    """Yield that links lead to nothing any more."""
    if links.dead:
        words = ngettext(
            "A link is dead: %(links)s. Mend it, or say under “Links of this text” that it works.",
            "%(count)s links are dead: %(links)s. Mend them, or say under “Links of this text” that they work.",
            len(links.dead),
        )
        named = _named_with_reasons(links.dead)
        yield Point("body", words % {"count": len(links.dead), "links": named})


def _doubtful_links(post: Post, links: LinksOfText) -> Iterator[Point]:
    """Yield what somebody should look at before readers follow it."""
    if links.unsure:
        words = ngettext(
            "Look whether this link works: %(links)s", "Look whether these links work: %(links)s", len(links.unsure)
        )
        yield Point("body", words % {"links": _named_with_reasons(links.unsure)}, is_must=False)
    if links.unseen and settings.LINKS_PER_HOUR:
        words = ngettext(
            "A link has not been looked at yet: %(names)s.",
            "%(count)s links have not been looked at yet: %(names)s.",
            len(links.unseen),
        )
        named = _named(links.unseen)
        yield Point("body", words % {"count": len(links.unseen), "names": named}, is_must=False)
    if links.moved:
        words = ngettext(
            "What a link leads to has moved: %(names)s. The new address is under “Links of this text”.",
            "What %(count)s links lead to has moved: %(names)s. The new addresses are under “Links of this text”.",
            len(links.moved),
        )
        named = _named([address for address, _new in links.moved])
        yield Point("body", words % {"count": len(links.moved), "names": named}, is_must=False)
    if links.broken_mail:
        words = _("A link leads to something that is no e-mail address: %(names)s.")
        yield Point("body", words % {"names": _named(links.broken_mail)}, is_must=False)
    if missing := _missing_anchors(post):
        words = _("A link leads to a place that this text does not have: %(names)s.")
        yield Point("body", words % {"names": _named(missing)}, is_must=False)


def _missing_anchors(post: Post) -> list[str]:
    """Return where links lead to within the text, and there is nothing of that name."""
    anchors = {href for href in hrefs_in(post.body) if href.startswith("#") and len(href) > 1}
    if not anchors:
        return []
    rendered = render_body(post.body, language=post.language, pictures={})
    there = {f"#{heading.id}" for heading in rendered.headings} | PLACES_OF_THE_PAGE
    # A note has its number, and the page its own places.
    return sorted(each for each in anchors - there if f'id="{each[1:]}"' not in rendered.html)


def _untranslated(post: Post) -> Iterator[Point]:
    """Yield that a translation says, word by word, what its original says: nobody has begun it."""
    original = post.translation_of
    if original and original.body.strip() and plain_text(original.body) == plain_text(post.body):
        words = _("This is still the text of the original: the link between the two would lead to nothing new.")
        yield Point("body", words)


def _versions(post: Post) -> list[Post]:
    """Return the other versions of a post, which its page leads to, or will."""
    if post.discussion_id is None:
        return []
    others = Post.objects.in_discussion(post.discussion_id).exclude(pk=post.pk)
    return list(others.select_related("binned").only("title", "body", "status", "published_at", "binned__binned_at"))


def _empty_versions(post: Post, versions: list[Post]) -> Iterator[Point]:
    """Yield versions in the other language that there is nothing to lead to: in the bin, or without a text."""
    for version in versions:
        if hasattr(version, "binned"):
            words = _("“%(title)s”, which it is tied to as its other version, is in the bin.")
            yield Point("translation_of", words % {"title": version.title})
        elif _tree(version) is None and (post.translation_of_id or version.status == Post.Status.PUBLISHED):
            words = _("“%(title)s”, which it is tied to as its other version, has no text.")
            yield Point("translation_of", words % {"title": version.title})


def _versions_to_look_at(post: Post, versions: list[Post]) -> Iterator[Point]:
    if post.is_translation_outdated():
        words = _("The original has changed since this translation was up to date.")
        yield Point("translation_of", words, is_must=False)
    for version in versions:
        if version.status == Post.Status.WITHDRAWN:
            words = _("“%(title)s”, which it is tied to as its other version, was withdrawn: nothing leads there.")
            yield Point("translation_of", words % {"title": version.title}, is_must=False)


def _shoulds(post: Post, root: "HtmlElement | None", versions: list[Post], links: LinksOfText) -> Iterator[Point]:
    if len(post.title) > LONGEST_TITLE and not post.search_title:
        words = _("The title has %(count)s characters: search results cut it behind %(most)s.")
        yield Point("title", words % {"count": len(post.title), "most": LONGEST_TITLE}, is_must=False)
    if len(post.standfirst) > LONGEST_STANDFIRST:
        words = _("The standfirst has %(count)s characters: cards and search results cut it.")
        if post.search_description:
            words = _("The standfirst has %(count)s characters: cards cut it.")
        yield Point("standfirst", words % {"count": len(post.standfirst)}, is_must=False)
    if not post.cover_id:
        yield Point("cover", _("There is no cover picture: it is shared with its title only."), is_must=False)
    yield from _versions_to_look_at(post, versions)
    if root is None:
        return
    if len(" ".join(root.itertext()).split()) < FEWEST_WORDS:
        yield Point("body", _("The text is very short."), is_must=False)
    vague = [words for words in map(_words, root.iter("a")) if words.casefold() in EMPTY_WORDS]
    if vague:
        words = _("Links say nothing of where they lead: %(names)s.")
        yield Point("body", words % {"names": _named(vague)}, is_must=False)
    yield from _doubtful_links(post, links)


def _named_with_reasons(links: list[tuple[str, str]]) -> str:
    """Return addresses one after another, each with what was found there."""
    shown = [f"{address[:LONGEST_NAMED]} ({reason})" for address, reason in links[:MOST_NAMED]]
    return ", ".join([*shown, *(["…"] if len(links) > MOST_NAMED else [])])


def _words(node: "HtmlElement") -> str:
    return " ".join("".join(node.itertext()).split())


def _named(names: list[str]) -> str:
    """Return names one after another, not more than are read."""
    shown = [_("“%(name)s”") % {"name": name} for name in names[:MOST_NAMED]]
    return ", ".join([*shown, *(["…"] if len(names) > MOST_NAMED else [])])
