"""A translation beside its original, paragraph by paragraph, with what changed in the original marked at the words.

Nothing says which paragraph translates which: they are put together as Gale and Church did with sentences (A program
for aligning sentences in bilingual corpora, 1993), by length, and here also by kind and by what stays the same in both
languages: pictures, links, numbers, names.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from django.utils import translation as languages
from django.utils.safestring import SafeString

from authors.bilingual import other_language
from blog.body import render_body
from blog.differences import mark_changes, pair_blocks
from blog.markup import is_key
from blog.merging import blocks
from blog.models import Image, Recording
from blog.syndication.comparing import Piece, mark_words
from blog.translation_states import essence

# The time to align grows with the product of both; longer texts are put together from the top.
MOST_ALIGNED = 400
# What it costs to leave a paragraph without another one: more than a pair that fits badly, less than one that cannot.
ALONE = -0.4
# Blocks without words of their own.
WORDLESS = {"hr", "figure"}
# Blocks of one line: an empty line in the field begins another.
LINES = {"p", "h2", "h3", "h4"}

_START = re.compile(r"\s*<([a-z][a-z0-9-]*)([^<>]*)>", re.ASCII)
_TAG = re.compile(r"<[^<>]*>")
_CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
_TRANSCRIPT = re.compile(r"<details>(.*)</details>", re.DOTALL)
_PARAGRAPH = re.compile(r"<p\b.*?</p>", re.DOTALL)
_PLAYED = re.compile(r"\bdata-(?:video|audio)=")
_STAYING = re.compile(r'(?:href|data-image|data-video|data-audio|data-recording|data-post)="([^"]*)"')
_NAMES = re.compile(r"\b(?:\d[\d.,]*|[^\W\d_a-zà-öø-ÿ][\w-]+)\b")
_EMPTY_LINE = re.compile(r"\n[ \t]*\n\s*")
_FIELD = re.compile(r"(frame|words|kept)-(\d{1,4})")


@dataclass(frozen=True)
class Block:
    """A block of a body: ``frame`` is its element without the words, which are HTML of one line where it is one."""

    kind: str
    frame: str
    words: str

    @property
    def is_wordless(self) -> bool:
        """Whether it stands there without words as well."""
        return self.kind in WORDLESS

    @property
    def picture(self) -> int | None:
        """The key of the picture that it shows."""
        found = re.search(r'data-image="(\d+)"', self.frame)
        return int(found[1]) if found and is_key(found[1]) else None


@dataclass(frozen=True)
class Row:
    """A line of the page: the original's paragraph, as it is and with what changed, and what translates it."""

    number: int
    original: SafeString
    is_changed: bool
    is_gone: bool
    block: Block
    is_there: bool
    picture: "Shown | None" = None

    @property
    def height(self) -> int:
        """How many lines the field has: what fits its words without scrolling, about."""
        return min(24, 2 + len(self.block.words) // 55)


@dataclass(frozen=True)
class Shown:
    """A picture beside its caption, with what it says to who does not see it, in the language of the translation."""

    pk: int
    address: str
    alt: str
    is_decorative: bool


def read_block(source: str) -> Block:
    """Return a block of a body's source as what stands around its words, and these."""
    source = source.strip()
    found = _START.match(source)
    if not found:
        return Block("p", "<p></p>", source)
    kind, attributes = found.groups()
    if kind == "hr":
        return Block(kind, "<hr>", "")
    frame = f"<{kind}{attributes}></{kind}>"
    if kind == "figure":
        caption, said = _CAPTION.search(source), _TRANSCRIPT.search(source)
        words = [caption[1] if caption else "", *(_PARAGRAPH.findall(said[1]) if said else [])]
        return Block(kind, frame, "\n\n".join(filter(None, words)))
    return Block(kind, frame, source[found.end() :].removesuffix(f"</{kind}>"))


def write_block(frame: str, words: str) -> str:
    """Return the source of a block, to be cleaned, from what the fields of a row hold; '' where it says nothing."""
    found = _START.match(frame)
    kind, attributes = found.groups() if found else ("p", "")
    words = words.replace("\r\n", "\n")
    # Code keeps the spaces of its first line.
    words = words.strip("\n") if kind == "pre" else words.strip()
    if kind == "hr":
        return "<hr>"
    if kind == "figure":
        return f"<figure{attributes}>{_figure_sent(attributes, words)}</figure>"
    if not words:
        return ""
    if kind in LINES:
        # What is left empty between two lines makes two of one.
        first, *others = _EMPTY_LINE.split(words)
        return "\n".join([f"<{kind}{attributes}>{first}</{kind}>", *(f"<p>{each}</p>" for each in others)])
    return f"<{kind}{attributes}>{words}</{kind}>"


def _figure_sent(attributes: str, words: str) -> str:
    """Return what a figure holds: its caption and, of what is played, the paragraphs that are said in it."""
    said: list[str] = []
    if _PLAYED.search(attributes):
        words, *said = _EMPTY_LINE.split(words)
        if words.startswith("<p"):
            words, said = "", [words, *said]
    paragraphs = "".join(each if each.startswith("<p") else f"<p>{each}</p>" for each in said)
    return "".join(
        [
            f"<figcaption>{words}</figcaption>" if words else "",
            f"<details>{paragraphs}</details>" if paragraphs else "",
        ]
    )


def body_sent(fields: Sequence[tuple[str, str]]) -> str:
    """Return the source of a body, to be cleaned, from the fields ``frame-N``, ``words-N`` and ``kept-N`` of a form."""
    sent: dict[int, dict[str, str]] = {}
    for name, value in fields:
        if found := _FIELD.fullmatch(name):
            sent.setdefault(int(found[2]), {})[found[1]] = value
    made = []
    for _number, row in sorted(sent.items()):
        frame = row.get("frame", "<p></p>")
        is_wordless = read_block(frame).is_wordless
        if not is_wordless or "kept" in row:
            made.append(write_block(frame, row.get("words", "")))
    return "\n".join(filter(None, made))


# Which paragraph translates which


def align(originals: Sequence[str], translations: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Return which block of a translation goes with which of its original, as numbers, in their order."""
    kinds, others = ([read_block(block).kind for block in side] for side in (originals, translations))
    if kinds == others:
        return [(number, number) for number in range(len(kinds))]
    if max(len(kinds), len(others)) > MOST_ALIGNED:
        longest = range(max(len(kinds), len(others)))
        return [(i if i < len(kinds) else None, i if i < len(others) else None) for i in longest]
    fit = _fits([_features(each) for each in originals], [_features(each) for each in translations])
    return _best_way(len(originals), len(translations), fit)


def _features(source: str) -> tuple[str, int, frozenset[str]]:
    """Return the kind of a block, how long its words are, and what of it no language changes."""
    words = unescape(_TAG.sub("", source))
    return read_block(source).kind, len(words.strip()), frozenset([*_STAYING.findall(source), *_NAMES.findall(words)])


def _fits(originals: list, translations: list) -> Callable[[int, int], float]:
    def fit(one: int, other: int) -> float:
        (kind, length, staying), (their_kind, their_length, their_staying) = originals[one], translations[other]
        if kind != their_kind:
            return -1.0
        score = 0.4 + 0.6 * (1 + min(length, their_length)) / (1 + max(length, their_length))
        if staying or their_staying:
            score += len(staying & their_staying) / len(staying | their_staying)
        return score

    return fit


def _best_way(length: int, width: int, fit: Callable[[int, int], float]) -> list[tuple[int | None, int | None]]:
    """Return the pairs, in order, whose fits have the largest sum (Needleman and Wunsch, 1970)."""
    best = [[0.0] * (width + 1) for _ in range(length + 1)]
    for i in range(length + 1):
        for j in range(width + 1):
            if i or j:
                ways = [best[i - 1][j] + ALONE] if i else []
                ways += [best[i][j - 1] + ALONE] if j else []
                ways += [best[i - 1][j - 1] + fit(i - 1, j - 1)] if i and j else []
                best[i][j] = max(ways)
    pairs: list[tuple[int | None, int | None]] = []
    i, j = length, width
    while i or j:
        if i and j and best[i][j] == best[i - 1][j - 1] + fit(i - 1, j - 1):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and best[i][j] == best[i - 1][j] + ALONE:
            i -= 1
            pairs.append((i, None))
        else:
            j -= 1
            pairs.append((None, j))
    return pairs[::-1]


# The page


def rows_of(
    before: str | None, original: str, translated: str, *, language: str, address_of: Callable[[Image], str]
) -> list[Row]:
    """Return the lines of the page: an original's source as it was and is, beside that of its translation.

    ``before`` is what the translation was made from, None where nobody knows; ``language`` that of the original;
    ``address_of`` gives the address of a small picture.
    """
    now, theirs = blocks(original), blocks(translated)
    then = now if before is None else blocks(before)
    show = Showing(language, f"{before or ''}{original}")
    pictures = {
        key: Shown(key, address_of(image), getattr(image, f"alt_{other_language(language)}"), image.is_decorative)
        for key, image in Image.objects.shown_in(f"{original}{translated}").items()
    }
    beside, alone = _beside(then, theirs)
    lines: list[tuple[int | None, int | None, int | None]] = [(None, None, each) for each in alone[-1]]
    pairs = [(i, i) for i in range(len(now))] if before is None else pair_blocks(then, now)
    for old, new in pairs:
        lines.append((old, new, beside.get(old)))
        lines += [(None, None, each) for each in alone.get(old, ())]
    made = []
    for number, (old, new, other) in enumerate(lines):
        was = then[old] if old is not None else ""
        now_is = now[new] if new is not None else ""
        block = read_block(theirs[other]) if other is not None else _to_write(now_is or was)
        made.append(
            Row(
                number,
                show(was, now_is),
                is_changed=was != now_is and essence(was) != essence(now_is),
                is_gone=not now_is and bool(was),
                block=block,
                is_there=other is not None,
                picture=pictures.get(block.picture or 0),
            )
        )
    return made


def _beside(then: list[str], theirs: list[str]) -> tuple[dict[int | None, int], dict[int, list[int]]]:
    """Return what translates each block, and behind which (-1: before the first) stands what translates none."""
    beside: dict[int | None, int] = {}
    alone: dict[int, list[int]] = {-1: []}
    last = -1
    for one, other in align(then, theirs):
        if one is not None:
            last = one
            if other is not None:
                beside[one] = other
        elif other is not None:
            alone.setdefault(last, []).append(other)
    return beside, alone


def _to_write(source: str) -> Block:
    """Return the block that is to be written where the original has one more: its frame, without its words."""
    block = read_block(source)
    return Block(block.kind, block.frame, "")


class Showing:
    """Shows single blocks of a text as readers see them, with what changed."""

    def __init__(self, language: str, source: str) -> None:
        self.language = language
        with languages.override(language):
            self.pictures = {key: image.for_body() for key, image in Image.objects.shown_in(source).items()}
            self.recordings = Recording.objects.for_body(source, language)

    def __call__(self, before: str, after: str) -> SafeString:
        old = self.render(before)
        return mark_changes(old, old if after == before else self.render(after))

    def render(self, source: str) -> str:
        if not source:
            return ""
        shown = {"pictures": self.pictures, "recordings": self.recordings}
        return render_body(source, language=self.language, **shown).html


def changed_words(before: str | None, after: str) -> Iterator[Piece]:
    """Yield a line of plain text with what changed in it."""
    return mark_words(after if before is None else before, after)
