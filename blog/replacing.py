"""Words found and replaced over all posts, or the addresses of links; never what a text is made of otherwise.

What is looked for is plain words. A space stands for any space, an apostrophe for either kind, since an editor does not
see which of them was typed. The pattern has no repetition, so looking takes a time that grows with the text alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from blog.body import Slot, runs_of_text
from blog.markup import NOTE, is_address, parse, serialise
from blog.models import Category, Post, Revision
from blog.models.posts import TITLE_LENGTH

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# The columns of a post in which words stand.
TEXTS = ("title", "standfirst", "body")
LINKS = "links"
WHERE = (*TEXTS, LINKS)

# Of a sentence around what was found.
CONTEXT = 70

TITLE_EMPTY = gettext_noop("Its title would be empty.")
TITLE_TOO_LONG = gettext_noop("Its title would be longer than %(limit)d characters.")

_SPACES = "[ \u00a0\u202f\n]"
_APOSTROPHES = "['’]"
# What stands in a stored text as it is typed, whatever database compares it without regard to case.
_STORED_ALIKE = re.compile(r"[A-Za-z0-9_.,:;/?=#()+-]+")


@dataclass(frozen=True)
class Hit:
    """Something found, in its sentence: ``lead`` and ``rest`` stand around it; ``after`` takes its place."""

    where: str
    lead: str
    before: str
    after: str
    rest: str


def pattern_of(asked: dict) -> re.Pattern[str]:
    """Return what finds the words that were asked for."""
    pieces = [
        _SPACES if each.isspace() else _APOSTROPHES if each in "'’" else re.escape(each) for each in asked["find"]
    ]
    words = "".join(pieces)
    if asked.get("whole_words"):
        words = rf"(?<!\w){words}(?!\w)"
    return re.compile(words, 0 if asked.get("match_case") else re.IGNORECASE)


def candidates(asked: dict) -> QuerySet[Post]:
    """Return the posts that may hold what was asked for, and all that do: the database looks, as well as it can."""
    parts = _STORED_ALIKE.findall(asked["find"])
    columns = {"body" if name == LINKS else name for name in asked["where"]}
    holding = [reduce(and_, (Q(**{f"{column}__icontains": part}) for part in parts), Q()) for column in sorted(columns)]
    copies = Q(pk__in=Revision.objects.filter(is_waiting=True).values("post"))
    posts = Post.objects.outside_bin()
    if parts:
        posts = posts.filter(reduce(or_, holding) | copies)
    if asked.get("language"):
        posts = posts.in_language(asked["language"])
    if asked.get("status"):
        posts = posts.filter(status=asked["status"])
    if asked.get("category"):
        inside = Category.objects.inside(asked["category"]["id"]).values("pk")
        others = Post.categories.through.objects.filter(category__in=inside).values("post")
        posts = posts.filter(Q(category__in=inside) | Q(pk__in=others))
    return posts


def alter(content: dict, asked: dict) -> dict:
    """Return a content with the words replaced; raise ValidationError where that leaves no title, or too long a one."""
    after, pattern, words = dict(content), pattern_of(asked), asked["replace"]
    for name in ("title", "standfirst"):
        if name in asked["where"]:
            after[name] = pattern.sub(lambda _found: words, content[name])
    if after["title"] != content["title"] and not after["title"].strip():
        raise ValidationError(TITLE_EMPTY)
    if len(after["title"]) > TITLE_LENGTH:
        raise ValidationError(TITLE_TOO_LONG, params={"limit": TITLE_LENGTH})
    after["body"] = alter_body(content["body"], asked)
    return after


def alter_body(source: str, asked: dict) -> str:
    """Return the source of a body with its words replaced, and its links; the same where nothing was found."""
    from blog.body import clean_source

    if not source or not {"body", LINKS} & set(asked["where"]):
        return source
    root, found = parse(source), False
    for passage in passages(root, asked) if "body" in asked["where"] else ():
        found = passage.replace() or found
    for link in links(root, asked):
        address = new_address(link, asked)
        if address != link.get("href") and is_address(address):
            link.set("href", address)
            found = True
    return clean_source(serialise(root)) if found else source


@dataclass
class Passage:
    """The words of a block, or of a footnote in it, as pieces between which mark-up stands, and what was found."""

    slots: list[Slot]
    asked: dict

    @property
    def text(self) -> str:
        return "".join(slot.passage.text for slot in self.slots)

    def matches(self) -> list[re.Match[str]]:
        """Return what was found, but for what reaches into code or over a line break."""
        barred = self._barred()
        found = pattern_of(self.asked).finditer(self.text)
        return [each for each in found if not any(start < each.end() and each.start() < end for start, end in barred)]

    def _barred(self) -> list[tuple[int, int]]:
        barred, at = [], 0
        for slot in self.slots:
            end = at + len(slot.passage.text)
            is_break = slot.node.tag == "br" and not slot.is_tail
            if is_break or (slot.passage.language is None and self.asked.get("skip_code")):
                barred.append((at, end))
            at = end
        return barred

    def replace(self) -> bool:
        """Put the words in; those of a match that mark-up divides stand where it begins. Say whether any was found."""
        matches = self.matches()
        at = 0
        for slot in self.slots if matches else ():
            text, start = slot.passage.text, at
            at += len(text)
            if slot.node.tag == "br" and not slot.is_tail:
                continue
            for match in reversed(matches):
                if match.start() >= at or match.end() <= start:
                    continue
                begins_here = match.start() >= start
                left, right = max(match.start() - start, 0), min(match.end() - start, len(slot.passage.text))
                text = text[:left] + (self.asked["replace"] if begins_here else "") + text[right:]
            if slot.is_tail:
                slot.node.tail = text
            else:
                slot.node.text = text
        return bool(matches)


def passages(root: "HtmlElement", asked: dict) -> Iterator[Passage]:
    """Yield the words of a body, those of each footnote for themselves."""
    for run in runs_of_text(root, "und"):
        apart: dict[object, list[Slot]] = {}
        for slot in run:
            holder = slot.node.getparent() if slot.is_tail else slot.node
            note = next((each for each in (holder, *holder.iterancestors()) if each.tag == NOTE), None)
            apart.setdefault(note, []).append(slot)
        for slots in apart.values():
            yield Passage(slots, asked)


def links(root: "HtmlElement", asked: dict) -> list["HtmlElement"]:
    """Return the links whose address may be replaced: those to posts of ours follow them by themselves."""
    if LINKS not in asked["where"]:
        return []
    return [link for link in root.iter("a") if link.get("href") and not link.get("data-post")]


def new_address(link: "HtmlElement", asked: dict) -> str:
    """Return the address of a link after the replacement."""
    return pattern_of(asked).sub(lambda _found: asked["replace"], link.get("href"))


def count(content: dict, asked: dict) -> int:
    """Return how often something is found."""
    return sum(1 for _hit in hits(content, asked))


def hits(content: dict, asked: dict) -> Iterator[Hit]:
    """Yield what is found in a content, in the order of reading."""
    pattern = pattern_of(asked)
    for name in ("title", "standfirst"):
        if name in asked["where"]:
            for match in pattern.finditer(content[name]):
                yield _in_context(name, content[name], match, asked)
    if not content["body"] or not {"body", LINKS} & set(asked["where"]):
        return
    root = parse(content["body"])
    for passage in passages(root, asked) if "body" in asked["where"] else ():
        for match in passage.matches():
            yield _in_context("body", passage.text, match, asked)
    for link in links(root, asked):
        address = new_address(link, asked)
        if address != link.get("href") and is_address(address):
            yield Hit(LINKS, "", link.get("href"), address, "")


def _in_context(where: str, text: str, match: re.Match[str], asked: dict) -> Hit:
    start, end = match.start() - CONTEXT, match.end() + CONTEXT
    lead = text[max(start, 0) : match.start()]
    rest = text[match.end() : end]
    if start > 0:
        # Cut between two words, if there is a place.
        lead = "…" + (lead.partition(" ")[2] or lead)
    if end < len(text):
        rest = (rest.rpartition(" ")[0] or rest) + "…"
    return Hit(where, lead, match[0], asked["replace"], rest)


def summary_of(asked: dict) -> str:
    """Return what is replaced by what, as it stands in lists and versions."""
    return f"{asked['find']} → {asked['replace'] or '∅'}"
