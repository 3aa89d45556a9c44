"""Feeds in RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1: the formats, and an article as an item of any of them.

``comments`` makes its feeds of the same formats.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import batched, chain
from typing import TextIO

from django.conf import settings
from django.db.models import BigAutoField, QuerySet
from django.http import HttpResponse
from django.templatetags.static import static
from django.utils.feedgenerator import (
    Atom1Feed,
    Enclosure,
    Rss201rev2Feed,
    Stylesheet,
    SyndicationFeed,
    rfc3339_date,
)
from django.utils.html import escape, format_html, format_html_join
from django.utils.http import http_date
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override
from django.utils.xmlutils import SimplerXMLGenerator

from authors.bilingual import current_language
from blog.agreement import Agreement, where_it_stands
from blog.claims import claims_in_html
from blog.disclosing import disclosure_of, plain_disclosure_of
from blog.facades import without_facades
from blog.markup import as_html, with_whole_addresses, without_controls
from blog.models import Authorship, Claim, Image, Post, Recording, Tribune
from blog.models.looks import LAST_LOOK, SCHEDULE
from blog.pagecache import seen_since
from blog.prepared import Prepared, Several
from blog.recordings import OWN_MEDIA
from blog.structured_data import plain

# A reader of feeds that comes by once a week misses nothing of a lively one.
ITEMS = 20
# So many characters of texts are sent whole; the items after them have the summary, and lead to the text. Twenty long
# articles are half of it.
LONGEST_FEED = 1_000_000
# The same at every request, or an empty feed would be news each time.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class SteadyFeed(SyndicationFeed):
    """What the formats have in common: an empty feed never changes."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else LONG_AGO


class RssFeed(SteadyFeed, Rss201rev2Feed):
    """RSS 2.0 with whole texts, several authors, and what other vocabularies add."""

    kind = "rss"
    label = "RSS"
    below = "feed/"
    suffix = "-feed"

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {
            "xml:lang": self.feed["language"],
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:fh": "http://purl.org/syndication/history/1.0",
            "xmlns:media": "http://search.yahoo.com/mrss/",
            "xmlns:wfw": "http://wellformedweb.org/CommentAPI/",
        }

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        for relation, address in self.feed["links"]:
            handler.addQuickElement("atom:link", "", {"rel": relation, "href": address})
        if self.feed["is_archive"]:
            handler.addQuickElement("fh:archive")

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict) -> None:
        super().add_item_elements(handler, item)
        for name, _address in item.get("authors", ()):
            handler.addQuickElement("dc:creator", name)
        if item.get("authors"):
            handler.addQuickElement("dc:language", item["language"])
        if item["updateddate"] and item["updateddate"] != item["pubdate"]:
            handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))
        if item.get("content"):
            handler.addQuickElement("content:encoded", item["content"])
        for relation, address in item.get("links", ()):
            handler.addQuickElement("atom:link", "", {"rel": relation, "href": address})
        if item.get("discussion_feed"):
            handler.addQuickElement("wfw:commentRss", item["discussion_feed"] + self.below)
        image = item.get("image")
        if image:
            size = {"width": str(image.width), "height": str(image.height)}
            handler.startElement("media:content", {"url": whole(image.file.url), "medium": "image"} | size)
            if image.alt:
                handler.addQuickElement("media:description", plain(image.alt), {"type": "plain"})
            handler.endElement("media:content")


class AtomFeed(SteadyFeed, Atom1Feed):
    """Atom with whole texts, several authors, and the language of each entry."""

    kind = "atom"
    label = "Atom"
    below = "feed/atom/"
    suffix = "-feed-atom"

    def write(self, outfile: TextIO, encoding: str) -> None:
        # Django writes style sheets into RSS alone.
        handler = SimplerXMLGenerator(outfile, encoding, short_empty_elements=True)
        handler.startDocument()
        for stylesheet in self.feed["stylesheets"]:
            handler.processingInstruction("xml-stylesheet", stylesheet)
        handler.startElement("feed", self.root_attributes())
        self.add_root_elements(handler)
        self.write_items(handler)
        handler.endElement("feed")

    def root_attributes(self) -> dict[str, str]:
        attributes = super().root_attributes()
        return attributes | ({"xmlns:fh": "http://purl.org/syndication/history/1.0"} if self.feed["is_archive"] else {})

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        for relation, address in self.feed["links"]:
            handler.addQuickElement("link", "", {"rel": relation, "href": address})
        if self.feed["is_archive"]:
            handler.addQuickElement("fh:archive")

    def item_attributes(self, item: dict) -> dict[str, str]:
        language = item.get("language")
        return {"xml:lang": language} if language and language != self.feed["language"] else {}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict) -> None:
        super().add_item_elements(handler, item)
        for name, address in item.get("authors", ()):
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            if address:
                handler.addQuickElement("uri", address)
            handler.endElement("author")
        if item.get("content"):
            handler.addQuickElement("content", item["content"], {"type": "html"})
        for relation, address in item.get("links", ()):
            handler.addQuickElement("link", "", {"rel": relation, "href": address})
        # RFC 4685. How many there are is not said: with each comment the whole feed would be news.
        if item.get("comments"):
            handler.addQuickElement("link", "", {"rel": "replies", "type": "text/html", "href": item["comments"]})
        if item.get("discussion_feed"):
            address = item["discussion_feed"] + self.below
            handler.addQuickElement("link", "", {"rel": "replies", "type": media_type(type(self)), "href": address})


class JsonFeed(SteadyFeed):
    """JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/."""

    # JSON has one encoding (RFC 8259), so the type names none.
    content_type = "application/feed+json"
    kind = "json"
    label = "JSON Feed"
    below = "feed/json/"
    suffix = "-feed-json"

    def write(self, outfile: TextIO, encoding: str) -> None:
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "language": self.feed["language"],
        }
        if self.feed["description"] != self.feed["title"]:
            feed["description"] = self.feed["description"]
        links = dict(self.feed["links"])
        if "prev-archive" in links:
            feed["next_url"] = links["prev-archive"]
        if "hub" in links:
            feed["hubs"] = [{"type": "WebSub", "url": links["hub"]}]
        feed["items"] = [item_in_json(item) for item in self.items]
        json.dump(feed, outfile, ensure_ascii=False, indent=1)


def item_in_json(item: dict) -> dict:
    """Return an item of a feed as JSON Feed has it."""
    authors = item.get("authors") or [(item["author_name"], "")]
    made = {
        "id": item["unique_id"],
        "url": item["link"],
        "title": item["title"],
        "content_html": item.get("content") or item["description"],
        "date_published": item["pubdate"].isoformat(timespec="seconds"),
        "authors": [{"name": name} | ({"url": address} if address else {}) for name, address in authors],
        "language": item["language"],
    }
    return made | item.get("json", {})


FORMATS = (RssFeed, AtomFeed, JsonFeed)
KINDS = {each.kind: each for each in FORMATS}


def media_type(feed: type[SyndicationFeed]) -> str:
    """Return the media type of a format as links name it."""
    return feed.content_type.partition(";")[0]


def make_feed(
    kind: str,
    *,
    title: str,
    link: str,
    address: str,
    description: str = "",
    links: Iterable[tuple[str, str]] = (),
    is_archive: bool = False,
) -> SyndicationFeed:
    """Return an empty feed of a kind, in the page's language; ``link`` and ``address`` are paths of ours.

    ``links`` are further ones of the feed itself, pairs of a relation and a whole address.
    """
    title = f"{title} – {settings.SITE_NAME}"
    return KINDS[kind](
        title=title,
        link=whole(link),
        description=description or title,
        language=current_language(),
        feed_url=whole(address),
        stylesheets=[Stylesheet(static("css/feed.css"), mimetype="text/css", media=None)],
        links=list(links),
        is_archive=is_archive,
    )


def hub() -> list[tuple[str, str]]:
    """Return the link to the hub that is told when a feed changes (WebSub), where there is one."""
    return [("hub", settings.WEBSUB_HUB)] if settings.WEBSUB_HUB else []


def link_header(feed: SyndicationFeed) -> str:
    """Return the links of a feed that its header names too: itself and the hub (WebSub, section 4)."""
    hubs = [(relation, address) for relation, address in feed.feed["links"] if relation == "hub"]
    return ", ".join(f'<{address}>; rel="{relation}"' for relation, address in [("self", feed.feed["feed_url"]), *hubs])


def answer_with(feed: SyndicationFeed) -> HttpResponse:
    """Return a feed as it is sent: with its links in a header, and since when it has been as it is.

    No column tells the latter: names of categories and authors, tribunes and decisions on comments change it as well.
    """
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    response.headers["Link"] = link_header(feed)
    response.headers["Last-Modified"] = http_date(seen_since(feed.feed["feed_url"], response.content))
    return response


def whole(path: str) -> str:
    """Return a path of ours with scheme and host."""
    return settings.SITE_URL + path


# Articles as items


def of_posts(build: Callable[[list], QuerySet]) -> Callable[[list[int]], Iterator]:
    """Return what asks for rows of posts by their keys: a query for as many posts as a feed has."""
    prepared = Prepared(build, posts=Several(BigAutoField(), ITEMS))
    return lambda keys: chain.from_iterable(prepared(posts=some) for some in batched(keys, ITEMS))


def through(field: str, name: str) -> Callable[[list[int]], Iterator]:
    """Return what asks for the terms of posts in one of their fields."""
    rows = Post._meta.get_field(field).remote_field.through.objects
    return of_posts(lambda posts: rows.filter(post__pk__in=posts).select_related(name).order_by("pk"))


BYLINES = of_posts(
    lambda posts: Authorship.objects.filter(post__pk__in=posts).select_related("author").order_by("position", "pk")
)
TERMS = {"category": through("categories", "category"), "tag": through("tags", "tag")}
TRIBUNES = of_posts(
    lambda posts: Tribune.objects.filter(post__pk__in=posts).select_related("partner").defer(*LAST_LOOK, *SCHEDULE)
)


def with_all(posts: Iterable[Post]) -> list[Post]:
    """Return the posts with their ``writers``, ``subjects``, ``recordings_in_it``, ``agreement``.

    Five queries; four more for each ``ITEMS`` posts, of which a part of an archive of tribunes may have several times.
    """
    posts = list(posts)
    keys = [post.pk for post in posts]
    for post in posts:
        post.writers, post.subjects, post.recordings_in_it = [], [post.category] if post.category else [], []
    by_key = {post.pk: post for post in posts}
    for authorship in BYLINES(keys):
        by_key[authorship.post_id].writers.append(authorship.author)
    for name, terms in TERMS.items():
        for row in terms(keys):
            by_key[row.post_id].subjects.append(getattr(row, name))
    # Nothing is asked where no text plays anything of ours.
    heard = [post.pk for post in posts if OWN_MEDIA in post.media_hosts]
    sounds = Post.recordings.through.objects.filter(post__in=heard).select_related("recording").order_by("pk")
    for row in sounds.defer("recording__transcript_fr", "recording__transcript_en"):
        by_key[row.post_id].recordings_in_it.append(row.recording)
    tribunes = list(TRIBUNES(keys))
    for tribune in tribunes:
        tribune.post = by_key[tribune.post_id]
    for post in posts:
        post.agreement = Agreement.on(post, tribunes)
    return posts


def items_of(posts: Iterable[Post]) -> Iterator[dict]:
    """Yield the items of posts (of ``with_all()``), each in its own language, whole as long as a feed can bear it."""
    left = LONGEST_FEED
    for post in posts:
        left -= len(post.body_html)
        with override(post.language):
            yield item_of(post, is_whole=left >= 0)


def as_item_of(tribune: Tribune, item: dict) -> dict:
    """Return the item of a post as that of one of its tribunes: new when the tribune is, and leading to it."""
    changes = {"unique_id": f"{item['unique_id']}#tribune-{tribune.pk}", "unique_id_is_permalink": False}
    if tribune.leads_away():
        changes["link"] = tribune.url
    return item | changes | {"pubdate": tribune.published_at, "updateddate": tribune.published_at}


def item_of(post: Post, *, is_whole: bool = True) -> dict:
    """Return what an item says of a post, in the active language, which is the post's.

    It leads to where all of it can be read. Its name is our address, whatever is agreed: a feed reader that has seen it
    does not show it anew when the agreement changes.
    """
    agreement = post.agreement
    summary = plain(post.standfirst)
    disclosure = plain_disclosure_of(post, len(post.writers))
    links = [] if agreement.whole_text == agreement.address else [("related", agreement.address)]
    if agreement.canonical not in (agreement.address, agreement.whole_text):
        links.append(("canonical", agreement.canonical))
    # A relation is a label too, so that who reads headlines alone sees it, and can leave them out.
    labels = [plain(subject.name) for subject in post.subjects]
    if post.is_commercial():
        labels.append(str(post.get_disclosure_display()))
    authors = [(without_controls(author.name), whole(author.get_absolute_url())) for author in post.writers]
    return {
        "title": plain(post.title),
        "link": agreement.whole_text,
        "unique_id": agreement.address,
        "unique_id_is_permalink": agreement.whole_text == agreement.address,
        "description": description_of(disclosure, summary),
        "content": content_of(post, is_whole=is_whole),
        "authors": authors or authors_elsewhere(agreement),
        "language": post.language,
        "pubdate": post.published_at,
        "updateddate": post.changed_at,
        "categories": labels,
        "comments": whole(f"{post.path()}#comments"),
        "discussion_feed": whole(post.path()),
        "links": links,
        "image": post.cover,
        # RSS has room for one, and most readers play the first.
        "enclosures": [enclosure_of(recording) for recording in post.recordings_in_it[:1]],
        "json": json_of(post, summary, disclosure, labels),
    }


def authors_elsewhere(agreement: Agreement) -> list[tuple[str, str]]:
    """Return who wrote what has no author of ours: the partner whose piece it is, else the publication."""
    theirs = [tribune.partner for tribune in agreement.tribunes if not tribune.is_ours()]
    return [(partner.keeper, partner.site) for partner in theirs[:1]] or [(settings.SITE_NAME, whole("/"))]


def description_of(disclosure: str, summary: str) -> str:
    """Return the summary of an item as HTML; a relation that readers must know of stands before it."""
    return escape(" – ".join(filter(None, [disclosure, summary])))


def content_of(post: Post, *, is_whole: bool) -> SafeString:
    """Return the text of an item: what must be known before, standfirst, cover, claims, text, and where it goes on."""
    here = post.agreement.address
    text = as_html(with_whole_addresses(without_facades(post.body_html), here)) if is_whole else ""
    if not is_whole:
        text = format_html('<p><a href="{}">{}</a></p>', here, gettext("Read the whole article on our site"))
    disclosure = as_html(with_whole_addresses(disclosure_of(post, len(post.writers)), here))
    parts = [
        format_html("<p>{}</p>", disclosure) if disclosure else "",
        format_html("<p>{}</p>", plain(post.standfirst)) if post.standfirst else "",
        figure(post.cover) if post.cover else "",
        claims_in_html(Claim.all_of(post), post.language) if is_whole else "",
        text,
        *(line_about(tribune, post) for tribune in post.agreement.tribunes),
    ]
    return format_html_join("\n", "{}", ((part,) for part in parts if part))


def line_about(tribune: Tribune, post: Post) -> SafeString:
    """Say in a line where else a text stands, and lead there; or that it stood there, and to what was kept of it."""
    if tribune.gone_since:
        kept = whole(tribune.archive_path()) if tribune.offers_archive() else ""
        link = format_html(' <a href="{}">{}</a>', kept, gettext("Read the text that we kept")) if kept else ""
        return format_html("<p>{}{}</p>", where_it_stands(tribune), link)
    words = gettext("Read on at %(partner)s") if tribune.leads_away() else gettext("See it at %(partner)s")
    return format_html(
        '<p>{} <a href="{}" hreflang="{}"{}>{}</a></p>',
        where_it_stands(tribune),
        tribune.url,
        tribune.partner.language,
        format_html(' rel="{}"', "sponsored") if post.leads_to_sponsor(tribune.url) else "",
        words % {"partner": tribune.partner.name},
    )


def figure(image: Image) -> SafeString:
    """Return a picture with its words, as any feed reader shows it."""
    legend = " ".join(filter(None, [plain(image.caption), f"({plain(image.credit)})" if image.credit else ""]))
    return format_html(
        '<figure><img src="{}" alt="{}" width="{}" height="{}">{}</figure>',
        whole(image.file.url),
        plain(image.alt),
        image.width,
        image.height,
        format_html("<figcaption>{}</figcaption>", legend) if legend else "",
    )


def json_of(post: Post, summary: str, disclosure: str, labels: list[str]) -> dict:
    """Return what JSON Feed alone has a place for; names with an underscore are ours (its section 'Extensions')."""
    made = {
        "summary": summary,
        "date_modified": post.changed_at.isoformat(timespec="seconds"),
        "tags": labels,
    }
    if post.cover:
        made["image"] = whole(post.cover.file.url)
    if post.recordings_in_it:
        made["attachments"] = [attachment_of(recording) for recording in post.recordings_in_it]
    agreement = post.agreement
    if agreement.whole:
        # Some readers open this one, some the other.
        made["external_url"] = agreement.whole_text
    if agreement.tribunes:
        about = f"{settings.SITE_URL}/tribunes/"
        made["_tribune"] = {"about": about, "page": agreement.address, "canonical": agreement.canonical}
    if post.is_commercial():
        made["_disclosure"] = {"kind": post.disclosure, "with": post.disclosure_with.name, "text": disclosure}
    return made


def enclosure_of(recording: Recording) -> Enclosure:
    """Return a recording as RSS and Atom name it: address, length in bytes, media type."""
    return Enclosure(whole(recording.file.url), str(recording.size), recording.media_type)


def attachment_of(recording: Recording) -> dict:
    """Return a recording as JSON Feed names it."""
    made = {
        "url": whole(recording.file.url),
        "mime_type": recording.media_type,
        "title": plain(recording.title),
        "size_in_bytes": recording.size,
    }
    return made if recording.seconds is None else made | {"duration_in_seconds": recording.seconds}
