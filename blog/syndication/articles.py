"""The page of an article that is to be taken in: who wrote it, when, what about, as far as the page says so.

By the article's own mark-up first (microformats2, Open Graph), then by what stands there for search engines (JSON-LD).
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from functools import cached_property
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import linebreaks
from lxml import etree

from blog.syndication.comparing import is_same_title
from blog.syndication.pages import LONGEST_TITLE, Page
from blog.syndication.their_html import largest

LONGEST_DATA = 500_000
# A page describes itself, its blog, who keeps it, and the way to it.
MOST_THINGS = 200
MOST_AUTHORS = 5
MOST_TAGS = 30
# Where the page holds less than this part of what it tells search engines, a script would have written the text.
LEAST_PART = 0.5

_ARTICLE = re.compile(r"(?:\w{0,20}Article|BlogPosting|OpinionNewsArticle|Report)")
_OTHERS = re.compile(r"\b(?:comments?|widget|sidebar|related|recent)", re.IGNORECASE)
_BY = re.compile(r"(?:publié\s+par|écrit\s+par|posted\s+by|written\s+by|par|by)\s*:?\s+", re.IGNORECASE)


class ArticlePage(Page):
    """A page, read as that of one article."""

    @cached_property
    def own_address(self) -> str:
        """Return the address that the page has for itself; one of another site is none of its own."""
        here, there = urlsplit(self.address), urlsplit(self.canonical)
        is_own = bool(there.hostname) and there.hostname == here.hostname and there.path.strip("/")
        return self.canonical if is_own else self.address

    @cached_property
    def original_elsewhere(self) -> str:
        """Return the address of another site that the page names as the original, '' where it names none."""
        there = urlsplit(self.canonical).hostname
        return self.canonical if there and there != urlsplit(self.address).hostname else ""

    @cached_property
    def article_title(self) -> str:
        """Return the title without the name of the site."""
        headings = [words for node in self._tree.iter("h1") if (words := " ".join("".join(node.itertext()).split()))]
        same = [heading for heading in headings if is_same_title(heading, self.headline)]
        return (min(same, key=len) if same else self.headline)[:LONGEST_TITLE]

    @cached_property
    def summary(self) -> str:
        return self._meta("og:description") or self._meta("description")

    @cached_property
    def picture(self) -> str:
        """Return the picture that stands for it; a WordPress without plug-ins names it by a class alone.

        In lists of other articles such a picture is the link to one.
        """
        if said := self._absolute(self._meta("og:image") or None):
            return said
        shown = (node for node in self._tree.iter("img") if "wp-post-image" in node.get("class", "").split())
        own = next((node for node in shown if next(node.iterancestors("a"), None) is None), None)
        return "" if own is None else self._absolute(largest(own.get("srcset", "")) or own.get("src"))

    @cached_property
    def authors(self) -> list[str]:
        """Return the names of who wrote it."""
        people = self._data.get("author")
        names = [_name_of(each) for each in (people if isinstance(people, list) else [people])]
        found = [name for name in names if name] or [_BY.sub("", self.byline, count=1) if self.byline else ""]
        return list(filter(None, found))[:MOST_AUTHORS]

    @cached_property
    def published_at(self) -> datetime | None:
        """Return when it appeared; a day without an hour is noon by the clocks of this site."""
        said, hours = [self._meta("article:published_time"), self._data.get("datePublished")], []
        for node in self._tree.iter("time", "abbr", "span", "data"):
            names = set(node.get("class", "").split())
            if names & {"dt-published", "published", "entry-date"} or node.get("itemprop") == "datePublished":
                said.append(node.get("datetime") or node.get("value") or "")
            elif node.tag == "time" and not any(map(_is_about_others, node.iterancestors())):
                hours.append(node.get("datetime") or "")
        # Without a name for it, the first date above or below a text is its own.
        return next(filter(None, map(_moment, [*said, *hours])), None)

    @cached_property
    def tags(self) -> list[str]:
        nodes = (node for node in self._tree.iter("a") if "tag" in node.get("rel", "").lower().split())
        return list(dict.fromkeys(filter(None, (" ".join("".join(n.itertext()).split()) for n in nodes))))[:MOST_TAGS]

    @cached_property
    def whole_html(self) -> str:
        """Return the article, as it stands in the page or, where a script would put it there, as its data hold it."""
        told = self._data.get("articleBody")
        if isinstance(told, str) and len(self.text) < LEAST_PART * len(told):
            return linebreaks(told, autoescape=True)
        return self.raw_html

    @cached_property
    def _data(self) -> Mapping:
        """Return what is said of the article in JSON-LD (schema.org); nothing where that cannot be read."""
        for node in self._tree.iter("script"):
            if node.get("type", "").strip().lower() != "application/ld+json":
                continue
            text = "".join(node.itertext())[:LONGEST_DATA]
            try:
                data = json.loads(text, strict=False)
            except (ValueError, RecursionError):
                continue
            for thing in _things(data):
                kinds = thing.get("@type")
                if any(_ARTICLE.fullmatch(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds])):
                    return thing
        return {}


def _things(data: object) -> Iterator[Mapping]:
    """Yield what is described: one thing, a list of some, or a graph."""
    waiting, count = [data], 0
    while waiting and count < MOST_THINGS:
        thing = waiting.pop(0)
        count += 1
        if isinstance(thing, list):
            waiting += thing[:MOST_THINGS]
        elif isinstance(thing, Mapping):
            yield thing
            waiting += [thing[name] for name in ("@graph", "mainEntity") if name in thing]


def _is_about_others(node: etree._Element) -> bool:
    """Say whether what stands in an element is said of other texts, or of comments."""
    return node.tag in {"nav", "aside", "footer"} or bool(
        _OTHERS.search(f"{node.get('class', '')} {node.get('id', '')}")
    )


def _name_of(person: object) -> str:
    name = person.get("name") if isinstance(person, Mapping) else person
    return " ".join(name.split()) if isinstance(name, str) and "://" not in name else ""


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        moment = parse_datetime(text.strip())
        if moment is None and (day := parse_date(text.strip()[:10])):
            moment = datetime.combine(day, time(12))
    except ValueError:
        return None
    if moment is None:
        return None
    return moment if moment.tzinfo else timezone.make_aware(moment, timezone.get_default_timezone())
