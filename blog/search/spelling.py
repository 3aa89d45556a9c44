"""A word that was mistyped: which known one it may have been."""

from collections.abc import Collection, Iterator
from itertools import accumulate
from operator import itemgetter

from django.db import connection
from django.db.models import Count

from blog.models.search import WORD_LENGTH, SearchTrigram
from blog.search.indexing import trigrams_of
from blog.search.words import WORD, fold

# So many of the words with most trigrams in common are compared letter by letter.
MOST_COMPARED = 40
# So many letters may be wrong, missing, too many or in the wrong order: one of a short word, two of a long one.
LONG = 6


# So many words are looked at: the rarest trigrams tell most, and one like ‘ion’ half the dictionary.
MOST_LOOKED_AT = 6000


def like(word: str) -> Iterator[str]:
    """Yield known words that somebody may have meant by ``word``, the likeliest first: two queries at most."""
    rows = (
        SearchTrigram.objects.filter(trigram__in=telling(trigrams_of(word)))
        .values("word")
        .annotate(shared=Count("trigram"))
        .order_by("-shared", "word")
        .values_list("word", "shared")[:MOST_COMPARED]
    )
    most = 1 if len(word) < LONG else 2
    near = [(distance(word, other), -shared, abs(len(other) - len(word)), other) for other, shared in rows]
    yield from (other for away, *_rest, other in sorted(near) if 0 < away <= most)


def telling(trigrams: Collection[str]) -> list[str]:
    """Return the rarest of some trigrams, which stand in ``MOST_LOOKED_AT`` words at most: a query."""
    if not trigrams:
        return []
    table = connection.ops.quote_name(SearchTrigram._meta.db_table)
    counted = f"SELECT %s, count(*) FROM (SELECT 1 FROM {table} WHERE trigram = %s LIMIT %s) counted"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join([counted] * len(trigrams)),
            [value for each in sorted(trigrams) for value in (each, each, MOST_LOOKED_AT + 1)],
        )
        counts = sorted(cursor.fetchall(), key=itemgetter(1))
    sums = accumulate(count for _trigram, count in counts)
    return [trigram for (trigram, _count), looked_at in zip(counts, sums, strict=True) if looked_at <= MOST_LOOKED_AT]


def replace_word(text: str, word: str, other: str) -> str:
    """Return what somebody typed with another word in the place of one, however that was written."""
    for match in reversed(list(WORD.finditer(text))):
        if fold(match[0])[:WORD_LENGTH] == word:
            text = text[: match.start()] + other + text[match.end() :]
    return text


def distance(one: str, other: str) -> int:
    """Return how many letters have to be put in, left out, replaced or exchanged with the next to get another word.

    That is the optimal string alignment distance.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        this = [row]
        for column, its in enumerate(other, 1):
            cost = min(last[column] + 1, this[-1] + 1, last[column - 1] + (letter != its))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == its:
                cost = min(cost, before[column - 2] + 1)
            this.append(cost)
        before, last = last, this
    return last[-1]
