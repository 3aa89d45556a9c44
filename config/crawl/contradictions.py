"""What a site says of a page in one place against what it says in another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from blog.syndication.robots import allows
from config.crawl.reading import Page, plain_words
from config.crawl.walking import MOST_REDIRECTS, Walk

REDIRECTS = {301, 302, 303, 307, 308}
FOR_EVER = {301, 308}


class Kind(StrEnum):
    BROKEN = "Broken links"
    REDIRECTS = "Redirects"
    PAGE = "Pages against themselves"
    CANONICAL = "Canonical addresses"
    LANGUAGES = "Versions in other languages"
    SITEMAP = "Sitemaps"
    ROBOTS = "robots.txt"
    FEEDS = "Feeds"
    DATA = "Structured data and cards"


@dataclass(frozen=True, order=True)
class Finding:
    """Something wrong with an address."""

    kind: Kind
    path: str
    words: str


def find_all(walk: Walk, rules: list[tuple[str, bool]], old_paths: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield all that is wrong with what a walk met; ``old_paths`` are addresses that have to lead on in one step."""
    # What is looked at on the way joins the pages of the walk.
    for page in list(walk.pages.values()):
        yield from _links(walk, page)
        yield from (Finding(Kind.PAGE, page.path, words) for words in page.complaints)
        if page.is_html:
            yield from _canonical(walk, page)
            yield from _languages(walk, page)
            yield from _data(walk, page)
    yield from _redirects(walk, [*walk.pages, *old_paths])
    yield from _sitemaps(walk, rules)
    yield from _robots(walk, rules)
    yield from _feeds(walk, rules)


def _links(walk: Walk, page: Page) -> Iterator[Finding]:
    """Yield that an address is broken, once for all links to it, and that a link names a place that is not there."""
    if page.status >= 400 and walk.found_on.get(page.path):
        others = walk.times[page.path] - 1
        more = f", and {others} times more" if others > 0 else ""
        yield Finding(Kind.BROKEN, page.path, f"answers {page.status}; linked from {walk.found_on[page.path]}{more}")
    for link in page.links:
        target = walk.pages.get(link.path)
        if link.fragment and target and target.is_html and not target.has_id(link.fragment):
            yield Finding(
                Kind.BROKEN, f"{link.path}#{link.fragment}", f"there is no such place; linked from {page.path}"
            )


def _redirects(walk: Walk, paths: Iterable[str]) -> Iterator[Finding]:
    for path in dict.fromkeys(paths):
        page = walk.look_at(path)
        if page.status not in REDIRECTS:
            continue
        way = walk.end_of(path)
        steps = " → ".join(each.path for each in way)
        end = way[-1]
        if len(way) > MOST_REDIRECTS:
            yield Finding(Kind.REDIRECTS, path, f"leads in a circle: {steps}")
        elif len(way) > 2:
            yield Finding(Kind.REDIRECTS, path, f"takes {len(way) - 1} steps: {steps}")
        elif end.status >= 400:
            yield Finding(Kind.REDIRECTS, path, f"leads to {end.path}, which answers {end.status}")
        if page.status in FOR_EVER and walk.times[path]:
            yield Finding(
                Kind.REDIRECTS,
                path,
                f"has moved to {page.location} for ever, and is still linked from {walk.found_on[path]}",
            )
        place = page.location.partition("#")[2]
        if place and end.is_html and not end.has_id(place):
            yield Finding(Kind.REDIRECTS, path, f"leads to a place that is not there: {page.location}")


def _canonical(walk: Walk, page: Page) -> Iterator[Finding]:
    if not page.canonical.startswith("/") or page.canonical == page.path:
        return
    target = walk.look_at(page.canonical)
    named = f"names {page.canonical} as its canonical address, which"
    if target.status != 200:
        yield Finding(Kind.CANONICAL, page.path, f"{named} answers {target.status}")
    elif target.is_hidden and not page.is_hidden:
        yield Finding(Kind.CANONICAL, page.path, f"{named} is hidden from search engines")
    elif target.canonical and target.canonical != target.path:
        yield Finding(Kind.CANONICAL, page.path, f"{named} names another: {target.canonical}")
    elif target.language != page.language:
        yield Finding(Kind.CANONICAL, page.path, f"{named} is in another language: {target.language}")


def _languages(walk: Walk, page: Page) -> Iterator[Finding]:
    if page.alternates and page.is_hidden:
        yield Finding(Kind.LANGUAGES, page.path, "is hidden from search engines, and names its versions to them")
    if not (page.alternates and page.stands_for_itself):
        return
    if page.alternates.get(page.language) != page.path:
        yield Finding(Kind.LANGUAGES, page.path, f"does not name itself as its version in “{page.language}”")
    if "x-default" not in page.alternates:
        yield Finding(Kind.LANGUAGES, page.path, "names no version for readers of other languages (x-default)")
    for language, path in page.alternates.items():
        if path.startswith("/") and (words := _against_version(page, walk.look_at(path), language)):
            yield Finding(Kind.LANGUAGES, page.path, f"names {path} as its version in “{language}”, which {words}")


def _against_version(page: Page, version: Page, language: str) -> str:
    """Say what is wrong with what a page names as its version in a language; '' where all is well."""
    if version.status != 200:
        return f"answers {version.status}"
    if version.is_hidden:
        return "is hidden from search engines"
    if version.canonical and version.canonical != version.path:
        return f"stands elsewhere: {version.canonical}"
    if language != "x-default" and version.language != language.partition("-")[0]:
        return f"is in “{version.language}”"
    return "" if page.path in version.alternates.values() else "does not name it in return"


def _data(walk: Walk, page: Page) -> Iterator[Finding]:
    for path in dict.fromkeys(page.told):
        if not path.startswith("/"):
            continue
        way = walk.end_of(path)
        # A comment has an address that leads to where it stands now, which is no detour.
        if way[0].status in FOR_EVER or way[-1].status >= 400:
            where = f" and leads to {way[0].location}" if way[0].location else ""
            words = f"its structured data or its card name {path}, which answers {way[0].status}{where}"
            yield Finding(Kind.DATA, page.path, words)
    for path in page.translations if page.stands_for_itself else ():
        # One whose original stands elsewhere is a translation of the text, and no version of the page.
        is_missing = path.startswith("/") and path not in page.alternates.values()
        if is_missing and walk.look_at(path).stands_for_itself:
            yield Finding(
                Kind.DATA, page.path, f"its structured data name {path} as its translation, its head does not"
            )


def _sitemaps(walk: Walk, rules: list[tuple[str, bool]]) -> Iterator[Finding]:
    named: dict[str, str] = {}
    for sitemap, addresses in walk.sitemaps.items():
        for path, versions in addresses.items():
            if path in named:
                yield Finding(Kind.SITEMAP, path, f"stands in {named[path]} and in {sitemap}")
            named[path] = sitemap
            if words := _against_entry(walk, path, versions):
                yield Finding(Kind.SITEMAP, path, f"stands in {sitemap}, and {words}")
            if not allows(rules, path):
                yield Finding(Kind.ROBOTS, path, f"stands in {sitemap}, and robots.txt forbids it")
    if not walk.sitemaps:
        yield Finding(Kind.SITEMAP, "/robots.txt", "names no sitemap")
        return
    for page in list(walk.pages.values()):
        # Archives may be left out, for they list what other lists do; an article may not.
        if page.is_article and page.stands_for_itself and page.path not in named:
            yield Finding(Kind.SITEMAP, page.path, "is an article for search engines, and stands in no sitemap")


def _against_entry(walk: Walk, path: str, versions: dict[str, str]) -> str:
    """Say what is wrong with an address in a sitemap; '' where all is well."""
    if not path.startswith("/"):
        return "is on another site"
    page = walk.look_at(path)
    if page.status != 200:
        return f"answers {page.status}"
    if page.is_hidden:
        return "is hidden from search engines"
    if page.canonical and page.canonical != path:
        return f"its canonical address is {page.canonical}"
    if versions != page.alternates:
        return "has other versions there than in its head"
    return _against_what_it_tells(walk, page) or ("" if path in walk.found_on else "no page leads there")


def _against_what_it_tells(walk: Walk, page: Page) -> str:
    """Say what is wrong with what a sitemap tells of a page; '' where all is well."""
    path = page.path
    changed_at = walk.changed_at.get(path, "")
    if changed_at and page.modified_at and moment(changed_at) != moment(page.modified_at):
        return f"changed there at {changed_at}, in its structured data at {page.modified_at}"
    for picture in walk.sitemap_pictures.get(path, ()):
        if picture.startswith("/") and (status := walk.look_at(picture).status) != 200:
            return f"has a picture there, {picture}, which answers {status}"
    return ""


def moment(text: str) -> datetime | str:
    """Return what a date and time says, whatever the zone it is told in; the text itself where it says none."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        return text
    return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)


def _robots(walk: Walk, rules: list[tuple[str, bool]]) -> Iterator[Finding]:
    for page in list(walk.pages.values()):
        if page.is_html and page.is_hidden and not allows(rules, page.path):
            yield Finding(Kind.ROBOTS, page.path, "is forbidden, so no search engine sees that it is to be hidden")
        for path in dict.fromkeys([*page.canonicals, *page.alternates.values()]):
            if path.startswith("/") and not allows(rules, path):
                yield Finding(Kind.ROBOTS, page.path, f"names {path} to search engines, and robots.txt forbids it")


def _feeds(walk: Walk, rules: list[tuple[str, bool]]) -> Iterator[Finding]:
    for page in list(walk.pages.values()):
        for path in page.feeds:
            if path.startswith("/") and (target := walk.look_at(path)) and path not in walk.feeds:
                words = f"is named as a feed by {page.path}, and answers {target.status}, {target.media_type}"
                yield Finding(Kind.FEEDS, path, words)
    for feed, parts in list(walk.archives.items()):
        for path in parts:
            if path.startswith("/") and (target := walk.look_at(path)) and path not in walk.feeds:
                yield Finding(
                    Kind.FEEDS, feed, f"goes on at {path}, which answers {target.status}, {target.media_type}"
                )
    yield from _items(walk, rules)


def _items(walk: Walk, rules: list[tuple[str, bool]]) -> Iterator[Finding]:
    for feed, entries in list(walk.feeds.items()):
        for path, title in entries:
            if path.startswith("/") and (words := _against_item(walk.look_at(path), title)):
                yield Finding(Kind.FEEDS, feed, f"names {path}, which {words}")
            if path.startswith("/") and not allows(rules, path):
                yield Finding(Kind.ROBOTS, path, f"stands in {feed}, and robots.txt forbids it")


def _against_item(page: Page, title: str) -> str:
    """Say what is wrong with what a feed names; '' where all is well, or where it is no page."""
    if page.status != 200 and not page.location:
        return f"answers {page.status}"
    if not page.is_html:
        return ""
    if page.is_hidden:
        return "is hidden from search engines"
    if page.canonical.startswith("/") and page.canonical != page.path:
        return f"says that it stands at {page.canonical}"
    is_other = title and page.names and plain_words(title) not in page.names
    return f"has another title than “{title}”" if page.stands_for_itself and is_other else ""
