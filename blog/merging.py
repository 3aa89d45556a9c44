"""Two people changed one text: what each did, put together paragraph by paragraph.

The three-way comparison is that of ``diff3`` (Khanna, Kunal, Pierce: A formal investigation of diff3, 2007).
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple


class Merged(NamedTuple):
    """A text in which both changes stand, and in how many places both versions do, one after another."""

    text: str
    conflicts: int


def merge_bodies(before: str, ours: str, theirs: str) -> Merged:
    """Put two sources of a body together that were both made from ``before``; our version of a conflict comes first.

    Nothing that either wrote is lost: what both changed in their own ways stands there twice.
    """
    merged: list[str] = []
    conflicts = 0
    for old, mine, yours in chunks(blocks(before), blocks(ours), blocks(theirs)):
        if yours in (mine, old):
            merged += mine
        elif mine == old:
            merged += yours
        else:
            # Where one of them only took out what the other changed, the change stands.
            merged += mine + yours
            conflicts += bool(mine and yours)
    return Merged("".join(merged), conflicts)


def merge_sets(before: Sequence, ours: Sequence, theirs: Sequence) -> list:
    """Put two selections together: what either added is in, what either took out is not."""
    gone = (set(before) - set(ours)) | (set(before) - set(theirs))
    return [each for each in dict.fromkeys([*before, *ours, *theirs]) if each not in gone]


def blocks(source: str) -> list[str]:
    """Return the blocks of a body's source: paragraphs, headings, figures, whole lists and tables."""
    from blog.markup import parse, serialise

    root = parse(source)
    found = [root.text] if root.text and root.text.strip() else []
    for node in root:
        holder = root.makeelement("div")
        tail, node.tail = node.tail, None
        holder.append(node)
        found.append(serialise(holder))
        if tail and tail.strip():
            found.append(tail)
    return found


def chunks(old: list[str], mine: list[str], yours: list[str]) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """Yield, in their order, the stretches of three texts that belong together: where all are alike, and where not."""
    in_mine, in_yours = _matches(old, mine), _matches(old, yours)
    start = (0, 0, 0)
    for index in range(len(old)):
        if index in in_mine and index in in_yours:
            here = (index, in_mine[index], in_yours[index])
            yield from _stretch(old, mine, yours, start, here)
            yield [old[index]], [old[index]], [old[index]]
            start = tuple(position + 1 for position in here)
    yield from _stretch(old, mine, yours, start, (len(old), len(mine), len(yours)))


def _stretch(old, mine, yours, start, end) -> Iterator[tuple[list[str], list[str], list[str]]]:
    pieces = tuple(text[first:last] for text, first, last in zip((old, mine, yours), start, end, strict=True))
    if any(pieces):
        yield pieces


def _matches(before: list[str], after: list[str]) -> dict[int, int]:
    """Return where blocks of ``before`` stand in ``after``."""
    found = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return {match.a + offset: match.b + offset for match in found for offset in range(match.size)}
