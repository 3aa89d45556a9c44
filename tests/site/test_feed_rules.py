"""Every feed of the demo publication against the rules of its format, and what it answers to a reader of feeds.

The rules are those of the RSS 2.0 specification with the profile of the RSS Advisory Board, of RFC 4287 and of JSON
Feed 1.1, as the W3C’s feed validator asks for them.
"""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit

import lxml.html
import pytest
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
MEDIA = "{http://search.yahoo.com/mrss/}"
WFW = "{http://wellformedweb.org/CommentAPI/}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
}
ENDINGS = {"/feed/": "rss", "/feed/atom/": "atom", "/feed/json/": "json"}

# What may stand in a channel and in an item; a star where it may stand more than once.
CHANNEL = set(
    "title link description language lastBuildDate category* item* generator docs copyright ttl image".split()
) | {f"{ATOM}link*", f"{HISTORY}archive"}
ITEM = set("title link description category* comments enclosure guid pubDate source author".split()) | {
    f"{ATOM}link*",
    f"{ATOM}updated",
    f"{CONTENT}encoded",
    f"{DC}creator*",
    f"{DC}language",
    f"{MEDIA}content*",
    f"{WFW}commentRss",
}
FEED = {f"{ATOM}{name}" for name in "id title updated subtitle author* link* entry* category* generator rights".split()}
FEED |= {f"{HISTORY}archive"}
ENTRY = {f"{ATOM}{name}" for name in "id title updated published summary content author* link* category*".split()}
JSON_FEED = set("version title home_page_url feed_url description language next_url hubs items".split())
JSON_ITEM = set(
    "id url external_url title content_html summary image date_published date_modified authors tags language"
    " attachments _tribune _disclosure".split()
)
PARTS_OF_JSON = {
    "authors": {"name", "url", "avatar"},
    "attachments": {"url", "mime_type", "title", "size_in_bytes", "duration_in_seconds"},
    "hubs": {"type", "url"},
}

# What feed readers throw away, or what would act in them.
FORBIDDEN = {
    "script", "style", "iframe", "object", "embed", "form", "input", "button", "link", "meta", "base", "title", "head",
    "body", "html", "noscript", "template",
}  # fmt: skip
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
MEDIA_TYPE = re.compile(r"[a-z]+/[\w.+-]+")
DOUBLY_ESCAPED = re.compile(r"&(amp|lt|gt|quot|nbsp|#\d+|#x[0-9a-f]+);|</?[a-z]+[ >]", re.IGNORECASE)


@pytest.fixture(scope="module")
def feeds(publication) -> dict[str, list]:
    """Return every feed that a link leads to, its archives included, by format."""
    found = {kind: {} for kind in TYPES}
    waiting = [path for path, answer in publication.answers.items() if kind_of(path) and answer.status == 200]
    # A page names some of them in one format only.
    places = {re.sub(r"feed/(atom/|json/)?$", "", path) for path in waiting}
    waiting = [place.rstrip("/") + ending for place in places for ending in ENDINGS]
    known = set(waiting)
    while waiting:
        answer = publication.reader.fetch(waiting.pop())
        found[kind_of(answer.path)][answer.path] = answer
        for address in neighbours_of(answer).values():
            path = address.removeprefix(answer.site_url)
            if path not in known:
                known.add(path)
                waiting.append(path)
    return {kind: list(answers.values()) for kind, answers in found.items()}


def kind_of(path: str) -> str | None:
    without_part = re.sub(r"(?<=/)(\d{4}/\d\d/)?\d+/$", "", path)
    return next((kind for ending, kind in ENDINGS.items() if without_part.endswith(ending)), None)


def neighbours_of(answer) -> dict[str, str]:
    """Return where a feed leads to, by the relations of RFC 5005 (JSON Feed has but one, to what is older)."""
    kind = kind_of(answer.path)
    if kind == "json":
        following = json.loads(answer.body).get("next_url")
        return {"prev-archive": following} if following else {}
    root = etree.fromstring(answer.body)
    links = (root.find("channel") if kind == "rss" else root).iterfind(f"{ATOM}link")
    return {link.get("rel"): link.get("href") for link in links if link.get("rel", "").endswith("-archive")}


def test_every_feed_of_a_list_has_three_formats(feeds):
    places = {kind: {re.sub(r"feed/(atom/|json/)?", "", each.path) for each in found} for kind, found in feeds.items()}
    assert len(places["rss"]) > 40
    assert places["rss"] == places["atom"] == places["json"]


@pytest.mark.parametrize("kind", TYPES)
def test_headers(feeds, kind):
    for feed in feeds[kind]:
        assert feed.headers["Content-Type"] == TYPES[kind], feed.path
        assert f'<{feed.site_url}{feed.path}>; rel="self"' in feed.headers["Link"], feed.path
        assert "public" in feed.headers["Cache-Control"], feed.path
        assert feed.headers["Content-Language"] == feed.language, feed.path
        assert parsedate_to_datetime(feed.headers["Last-Modified"]) <= datetime.now(UTC), feed.path
        assert not feed.headers["Set-Cookie"], feed.path


def test_rss(feeds):
    for feed in feeds["rss"]:
        try:
            check_rss(feed)
        except AssertionError as error:
            raise AssertionError(f"{feed.path}: {error}") from error


def test_atom(feeds):
    for feed in feeds["atom"]:
        try:
            check_atom(feed)
        except AssertionError as error:
            raise AssertionError(f"{feed.path}: {error}") from error
    # An identifier is that of one feed, its archive included.
    named = {}
    for feed in feeds["atom"]:
        place = re.sub(r"atom/.*", "", feed.path)
        assert named.setdefault(etree.fromstring(feed.body).findtext(f"{ATOM}id"), place) == place


def test_json(feeds):
    for feed in feeds["json"]:
        try:
            check_json(feed)
        except AssertionError as error:
            raise AssertionError(f"{feed.path}: {error}") from error


def test_three_formats_say_the_same(feeds):
    for rss in feeds["rss"]:
        [atom] = [each for each in feeds["atom"] if each.path.replace("atom/", "") == rss.path]
        [other] = [each for each in feeds["json"] if each.path.replace("json/", "") == rss.path]
        items = [
            (item.findtext("guid"), item.findtext("title"), item.findtext("link"))
            for item in etree.fromstring(rss.body).iterfind("channel/item")
        ]
        entries = [
            (
                entry.findtext(f"{ATOM}id"),
                entry.findtext(f"{ATOM}title"),
                entry.xpath("string(a:link[@rel='alternate']/@href)", namespaces={"a": ATOM[1:-1]}),
            )
            for entry in etree.fromstring(atom.body).iterfind(f"{ATOM}entry")
        ]
        in_json = [(item["id"], item["title"], item["url"]) for item in json.loads(other.body)["items"]]
        assert items == entries == in_json, rss.path


def test_archive_is_whole(publication, feeds):
    """By RFC 5005 a reader gets every article of a language, each once, and comes back by the other way."""
    by_path = {feed.path: feed for feed in feeds["atom"]}
    for start, articles in (("/blog/feed/atom/", "/blog/archives/"), ("/en/blog/feed/atom/", "/en/blog/archives/")):
        seen, path, before = [], start, None
        while path:
            root = etree.fromstring(by_path[path].body)
            assert (root.find(f"{HISTORY}archive") is not None) == (path != start)
            there = neighbours_of(by_path[path])
            if before and before != start:
                assert there["next-archive"].endswith(before)
            seen += [entry.findtext(f"{ATOM}id") for entry in root.iterfind(f"{ATOM}entry")]
            before, path = path, there.get("prev-archive", "").removeprefix(publication.reader.site_url)
        years = [answer for each, answer in publication.answers.items() if re.fullmatch(rf"{articles}\d+/", each)]
        listed = {path for year in years for path, _ in year.inner_links() if re.search(r"/blog/\d{4}/\d\d/.+/$", path)}
        assert {urlsplit(each).path for each in seen} == listed
        assert len(years) > 5


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_a_reader_of_feeds_has_is_not_sent_again(publication, ending):
    path = f"/blog{ending}"
    first = publication.reader.fetch(path)
    for condition in ({"If_None_Match": first.headers["ETag"]}, {"If_Modified_Since": first.headers["Last-Modified"]}):
        again = publication.reader.fetch(path, **condition)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    long_ago = format_datetime(datetime(2001, 1, 1, tzinfo=UTC), usegmt=True)
    assert publication.reader.fetch(path, If_Modified_Since=long_ago).status == 200
    head = publication.reader.fetch(path, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Type", "ETag", "Last-Modified", "Link", "Cache-Control"):
        assert head.headers[name] == first.headers[name], name


# RSS 2.0


def check_rss(feed) -> None:
    root = etree.fromstring(feed.body)
    assert (root.tag, root.get("version"), len(root)) == ("rss", "2.0", 1)
    [channel] = root
    check_parts(channel, CHANNEL)
    for name in ("title", "link", "description"):
        assert channel.findtext(name), name
    assert channel.findtext("language") == feed.language
    check_address(channel.findtext("link"))
    check_rfc_822(channel.findtext("lastBuildDate"))
    check_text(channel.findtext("title"))
    [own] = [link for link in channel.iterfind(f"{ATOM}link") if link.get("rel") == "self"]
    assert own.get("href") == feed.site_url + feed.path
    items = channel.findall("item")
    names = [item.findtext("guid") for item in items]
    assert len(set(names)) == len(names)
    for item in items:
        check_item(item)
    moments = [parsedate_to_datetime(item.findtext("pubDate")) for item in items]
    assert moments == sorted(moments, reverse=True)


def check_item(item) -> None:
    check_parts(item, ITEM)
    check_text(item.findtext("title"))
    check_address(item.findtext("link"))
    guid = item.find("guid")
    assert guid.get("isPermaLink", "true") in ("true", "false")
    if guid.get("isPermaLink", "true") == "true":
        check_address(guid.text)
    check_rfc_822(item.findtext("pubDate"))
    labels = [category.text for category in item.iterfind("category")]
    assert all(labels)
    assert len(set(labels)) == len(labels), labels
    for creator in item.iterfind(f"{DC}creator"):
        check_text(creator.text)
    for enclosure in item.iterfind("enclosure"):
        check_address(enclosure.get("url"))
        assert int(enclosure.get("length")) > 0
        assert MEDIA_TYPE.fullmatch(enclosure.get("type"))
    for media in item.iterfind(f"{MEDIA}content"):
        check_address(media.get("url"))
    for link in item.iterfind(f"{ATOM}link"):
        check_address(link.get("href"))
        assert link.get("rel") in {"related", "canonical"}
    check_html(item.findtext("description"))
    check_html(item.findtext(f"{CONTENT}encoded"))


def check_rfc_822(text: str) -> None:
    """With the right day of the week and four digits of the year, and over."""
    moment = parsedate_to_datetime(text)
    assert text == format_datetime(moment), text
    assert moment < datetime.now(UTC) + timedelta(minutes=1), text


# Atom


def check_atom(feed) -> None:
    root = etree.fromstring(feed.body)
    assert root.tag == f"{ATOM}feed"
    assert root.get(XML_LANG) == feed.language
    check_parts(root, FEED)
    check_common_of_atom(root)
    [own] = links_of(root, "self")
    assert own == feed.site_url + feed.path
    entries = root.findall(f"{ATOM}entry")
    names = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(names)) == len(names)
    for entry in entries:
        check_parts(entry, ENTRY)
        check_common_of_atom(entry)
        authors = entry.findall(f"{ATOM}author") or root.findall(f"{ATOM}author")
        assert authors
        published, updated = (entry.findtext(ATOM + name) for name in ("published", "updated"))
        check_rfc_3339(published)
        assert datetime.fromisoformat(published) <= datetime.fromisoformat(updated)
        terms = [category.get("term") for category in entry.iterfind(f"{ATOM}category")]
        assert all(terms)
        assert len(set(terms)) == len(terms), terms
        for name in ("summary", "content"):
            text = entry.find(ATOM + name)
            if text is not None:
                assert text.get("type") in {"html", "text"}
                assert "src" not in text.attrib
                check_html(text.text)
        assert entry.find(f"{ATOM}content") is not None or entry.find(f"{ATOM}summary") is not None


def check_common_of_atom(node) -> None:
    for name in ("id", "title", "updated"):
        assert len(node.findall(ATOM + name)) == 1, name
    check_address(node.findtext(f"{ATOM}id"), may_have_fragment=True)
    check_text(node.findtext(f"{ATOM}title"))
    check_rfc_3339(node.findtext(f"{ATOM}updated"))
    for author in node.iterfind(f"{ATOM}author"):
        check_text(author.findtext(f"{ATOM}name"))
        if author.find(f"{ATOM}uri") is not None:
            check_address(author.findtext(f"{ATOM}uri"))
    for link in node.iterfind(f"{ATOM}link"):
        check_address(link.get("href"), may_have_fragment=True)
        assert link.get("type") is None or MEDIA_TYPE.fullmatch(link.get("type"))
    assert len(links_of(node, "alternate")) == 1


def links_of(node, relation: str) -> list[str]:
    return [link.get("href") for link in node.iterfind(f"{ATOM}link") if link.get("rel", "alternate") == relation]


def check_rfc_3339(text: str) -> None:
    assert RFC_3339.fullmatch(text), text
    datetime.fromisoformat(text)


# JSON Feed


def check_json(feed) -> None:
    found = json.loads(feed.body)
    assert set(found) <= JSON_FEED, set(found)
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["feed_url"] == feed.site_url + feed.path
    assert found["language"] == feed.language
    check_text(found["title"])
    for name in ("home_page_url", "next_url"):
        if name in found:
            check_address(found[name], may_have_fragment=True)
    check_parts_of_json(found)
    assert found.get("next_url") != found["feed_url"]
    names = [item["id"] for item in found["items"]]
    assert len(set(names)) == len(names)
    for item in found["items"]:
        assert set(item) <= JSON_ITEM, set(item)
        assert isinstance(item["id"], str)
        check_text(item["title"])
        check_html(item["content_html"])
        for name in ("url", "external_url", "image"):
            if name in item:
                check_address(item[name], may_have_fragment=True)
        for name in ("date_published", "date_modified"):
            if name in item:
                check_rfc_3339(item[name])
        assert item["language"] in ("fr", "en")
        assert all(isinstance(tag, str) and tag for tag in item.get("tags", []))
        assert len(set(item.get("tags", []))) == len(item.get("tags", []))
        check_parts_of_json(item)


def check_parts_of_json(node: dict) -> None:
    for name, allowed in PARTS_OF_JSON.items():
        for part in node.get(name, []):
            assert part, name
            assert set(part) <= allowed, set(part)
            if "url" in part:
                check_address(part["url"])
    for attachment in node.get("attachments", []):
        assert MEDIA_TYPE.fullmatch(attachment["mime_type"])
        assert attachment.get("size_in_bytes", 1) > 0


# What they have in common


def check_parts(node, allowed: set[str]) -> None:
    for tag, number in Counter(child.tag for child in node).items():
        assert f"{tag}*" in allowed or (tag in allowed and number == 1), f"{number} {tag}"


def check_address(text: str | None, *, may_have_fragment: bool = False) -> None:
    assert text, "no address"
    parts = urlsplit(text)
    assert parts.scheme in ("http", "https"), text
    assert parts.netloc, text
    assert not re.search(r"[\s<>\"]", text), text
    assert text.isascii(), text
    assert may_have_fragment or not parts.fragment or "/" in parts.path, text


def check_text(text: str | None) -> None:
    assert text, "no text"
    assert text == text.strip(), text
    assert not DOUBLY_ESCAPED.search(text), text


def check_html(text: str | None) -> None:
    """HTML that any reader shows as it is: nothing that acts, nothing that leads nowhere elsewhere than here."""
    if not text:
        return
    for node in lxml.html.fragment_fromstring(text, create_parent="div").iterdescendants():
        if not isinstance(node.tag, str):
            raise AssertionError(f"a comment: {node}")
        assert node.tag not in FORBIDDEN, node.tag
        for name, value in node.attrib.items():
            assert not name.startswith("on"), name
            assert name not in ("style", "srcdoc", "nonce"), name
            if name in ("href", "src", "cite", "poster", "data"):
                assert value.startswith(("http://", "https://", "mailto:", "tel:")), f"{node.tag} {name}={value}"
            if name == "srcset":
                assert all(each.split()[0].startswith("http") for each in value.split(",")), value
        if node.tag == "img":
            assert node.get("src"), "a picture without an address"
            assert node.get("alt") is not None, node.get("src")
