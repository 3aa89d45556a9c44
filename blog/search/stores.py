"""Where the words of the index stand: a table of FTS5 on SQLite, columns of text search on PostgreSQL.

Both take words as ``blog.search.words`` makes them, and are asked the same questions. The words on SQLite follow their
entry by a trigger, those on PostgreSQL stand in its row: migration 0030 makes both.
"""

# What is put into the SQL is names of ours; what readers type is handed over beside it.
# ruff: noqa: S608

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from blog.models.search import SearchEntry
from blog.search.facets import FIRST_WITH_MOMENT, YEAR, places_of
from blog.search.words import words_in

TABLE = SearchEntry._meta.db_table
TEXTS, VOICES = "blog_search_texts", "blog_search_voices"

# What a word is worth by where it stands: in the title, the standfirst, the names, the text.
WEIGHTS = (10, 4, 3, 1)
# How soon one more of the same word counts less, how much a long text weighs against it, and what is neither long nor
# short: characters.
FREQUENCY_WEIGHT, LENGTH_WEIGHT, USUAL_LENGTH = 1.2, 0.75, 3000
POSTGRESQL_WEIGHTS = "{0.1, 0.3, 0.4, 1.0}"
FIELDS = ("title", "lead", "names", "body")

# Positions of PostgreSQL's text search end there; between two fields is a gap that no phrase crosses.
LAST_POSITION, GAP = 16_383, 16
MOST_POSITIONS = 200

# So many entries are read by PostgreSQL to see whether their words are in the order of a phrase.
MOST_CHECKED, MOST_CHECKED_HEADS = 1000, 500

# Of what was said so many times as many are looked at as are wanted, for some of it is about what is no longer out.
OUT_OF = 3


class Words(NamedTuple):
    """The words of an entry, by field."""

    title: list[str]
    lead: list[str]
    names: list[str]
    body: list[str]


class Wanted(NamedTuple):
    """What is asked of the index. Each of ``groups`` has to be there: one of the phrases in it, of one word or more.

    None of ``without`` may be there. ``facets`` are words that an entry has to have. What is out has a key up to
    ``now``.
    """

    groups: Sequence[Sequence[tuple[str, ...]]]
    without: Sequence[tuple[str, ...]]
    facets: Sequence[str]
    now: int


class Limits(NamedTuple):
    """How many are ranked: of dated texts, of those that have it in title or standfirst, of undated ones, of voices."""

    texts: int
    heads: int
    timeless: int
    voices: int


class Part(NamedTuple):
    """A range of the index that is asked for its newest."""

    is_text: bool
    is_in_heads: bool
    first: int
    last: int
    most: int


class Hit(NamedTuple):
    """An entry that has what is wanted; a higher rank is a better one."""

    place: int
    kind: str
    key: int
    is_text: bool
    language: str
    facets: str
    rank: float


def words_of(title: str, lead: str, names: str, body: str) -> Words:
    """Return the words of the fields of a document."""
    return Words(*(words_in(text) for text in (title, lead, names, body)))


def parts_of(wanted: Wanted, limits: Limits) -> list[Part]:
    """Return the parts of the index, in the order of their limits."""
    dated = (FIRST_WITH_MOMENT, wanted.now)
    for facet in wanted.facets:
        # Only these can have it: a walk from the newest begins there.
        if facet.startswith(YEAR):
            first, last = places_of(int(facet.removeprefix(YEAR)))
            dated = (max(first, FIRST_WITH_MOMENT), min(last, wanted.now))
    return [
        Part(True, False, *dated, limits.texts),
        Part(True, True, *dated, limits.heads),
        Part(True, False, 0, FIRST_WITH_MOMENT - 1, limits.timeless),
        Part(False, False, *dated, limits.voices),
    ]


def is_over(numbers: Iterable[int], limits: Limits) -> bool:
    """Say whether more was found than is ranked; what has it in its head is among the texts as well."""
    found = Counter(numbers)
    return any(found[number] > most for number, most in enumerate(limits) if number != Limits._fields.index("heads"))


def in_parts(queries: Sequence[str], limits: Limits) -> str:
    """Return the SQL of all parts at once.

    What has it in its head is asked for only where there are more texts than are ranked: else it is among these, and
    words that stand in few heads, or in none, would be looked for in all.
    """
    parts = [f"SELECT * FROM ({query}) part" for query in queries]
    parts[0] = "SELECT * FROM texts"
    parts[1] += f" WHERE (SELECT count(*) FROM texts) > {limits.texts}"
    return f"WITH texts AS MATERIALIZED ({queries[0]}) {' UNION ALL '.join(parts)}"


def rank(phrases: Sequence[Sequence[str]], fields: Sequence[str]) -> float:
    """Return how well a text fits: BM25F (Robertson, Zaragoza and Taylor, 2004), all forms of a word being one.

    Without the rarity of words: all that is ranked has each of them, and counting them means reading all that have one.
    Phrases stand between spaces; so do words in the fields, which are those of ``Words``.
    """
    # Written out, since it is done for hundreds of texts.
    (title, lead, names, body), (of_title, of_lead, of_names, of_body) = fields, WEIGHTS
    length = len(title) + len(lead) + len(names) + len(body)
    norm = FREQUENCY_WEIGHT * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / USUAL_LENGTH)
    title, lead, names, body = f" {title} ", f" {lead} ", f" {names} ", f" {body} "
    total = 0.0
    for group in phrases:
        often = 0
        for phrase in group:
            often += of_title * title.count(phrase) + of_lead * lead.count(phrase)
            often += of_names * names.count(phrase) + of_body * body.count(phrase)
        total += often * (FREQUENCY_WEIGHT + 1) / (often + norm)
    return total


class Answer(NamedTuple):
    """What was found. There ``is_more`` than is ranked; it ``is_cut`` where older texts were not looked through."""

    hits: list[Hit]
    is_more: bool
    is_cut: bool = False


class SQLiteStore:
    """The words in FTS5 (https://www.sqlite.org/fts5.html): a table for texts, another for what readers say."""

    def write(self, entries: Iterable[tuple[SearchEntry, Words]]) -> None:
        """Insert entries with their words."""
        entries = list(entries)
        SearchEntry.objects.bulk_create([entry for entry, _words in entries])
        with connection.cursor() as cursor:
            for name, is_text in ((TEXTS, True), (VOICES, False)):
                cursor.executemany(
                    # What was left there by who emptied the table of entries past the trigger gives way.
                    f"INSERT OR REPLACE INTO {name} (rowid, title, lead, names, body, facets) "
                    "VALUES (%s, %s, %s, %s, %s, %s)",
                    [
                        (entry.pk, *(" ".join(field) for field in words), entry.facets)
                        for entry, words in entries
                        if entry.is_text == is_text
                    ],
                )

    def ask(self, wanted: Wanted, limits: Limits) -> Answer:
        """Return the newest that have what is wanted of each part."""
        where = self.phrase(wanted.groups)
        # What is left out may stand nowhere, whichever fields the rest is looked for in.
        left_out = f" NOT ({{title lead names body}} : {self.phrase([wanted.without])})" if wanted.without else ""
        facets = "".join(f' AND ({{facets}} : "{each}")' for each in wanted.facets)
        queries, parameters = [], []
        for number, part in enumerate(parts_of(wanted, limits)):
            name = TEXTS if part.is_text else VOICES
            newest = (
                f"SELECT {number}, e.id, e.kind, e.{KEY}, e.is_text, e.language, e.facets, "
                f"{', '.join(f'{name}.{field}' for field in FIELDS)}, e.discussion "
                f"FROM {name} JOIN {TABLE} e ON e.id = {name}.rowid "
                f"WHERE {name} MATCH %s AND {name}.rowid BETWEEN %s AND %s ORDER BY {name}.rowid DESC LIMIT %s"
            )
            fields = "title lead" if part.is_in_heads else " ".join(FIELDS)
            parameters += [f"(({{{fields}}} : {where}){facets}){left_out}", part.first, part.last]
            if part.is_text:
                queries.append(newest)
                parameters.append(part.most + 1)
            else:
                queries.append(still_out(newest, "about.is_text = 1"))
                parameters += [OUT_OF * part.most, wanted.now, part.most + 1]
        with connection.cursor() as cursor:
            cursor.execute(in_parts(queries, limits), parameters)
            rows = cursor.fetchall()
        phrases = [[f" {' '.join(words)} " for words in group] for group in wanted.groups]
        hits = [Hit(*row[1:7], rank(phrases, row[7:-1])) for row in rows]
        return Answer(hits, is_over((row[0] for row in rows), limits))

    @staticmethod
    def phrase(groups: Iterable[Iterable[tuple[str, ...]]]) -> str:
        """Return an expression of FTS5; each word is quoted, so that none of them is an operator."""
        either = (" OR ".join(f'"{" ".join(words)}"' for words in group) for group in groups)
        return "(" + " AND ".join(f"({each})" for each in either) + ")"


class PostgreSQLStore:
    """The words in columns of tsvector: https://www.postgresql.org/docs/current/textsearch.html.

    The text search configurations of PostgreSQL are not asked: the words are those of SQLite, and so are the answers.
    """

    def write(self, entries: Iterable[tuple[SearchEntry, Words]]) -> None:
        """Insert entries with their words."""
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (id, kind, {KEY}, is_text, language, facets, discussion, words, heads) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s::tsvector, %s::tsvector)",
                [
                    (
                        entry.pk,
                        entry.kind,
                        entry.key,
                        entry.is_text,
                        entry.language,
                        entry.facets,
                        entry.discussion,
                        self.vector(words, entry.facets),
                        self.vector(words._replace(names=[], body=[]), entry.facets) if entry.is_text else None,
                    )
                    for entry, words in entries
                ],
            )

    @staticmethod
    def vector(words: Words, facets: str) -> str:
        """Return a tsvector as PostgreSQL reads it: each word with its positions, and how much it is worth there."""
        positions: dict[str, list[str]] = {}
        position = 0
        for field, weight in zip(words, "ABCD", strict=True):
            for word in field:
                position += 1
                found = positions.setdefault(word, [])
                if len(found) < MOST_POSITIONS:
                    found.append(f"{min(position, LAST_POSITION)}{weight}")
            position += GAP
        # A word has no signs in it, so that a facet is none.
        lexemes = [f"'{word}':{','.join(found)}" for word, found in positions.items()]
        return " ".join([*lexemes, *(f"'/{each}'" for each in facets.split())])

    def ask(self, wanted: Wanted, limits: Limits) -> Answer:
        """Return the newest that have what is wanted of each part."""
        looked_for = self.phrase(wanted.groups)
        queries, parameters = [], []
        for number, part in enumerate(parts_of(wanted, limits)):
            newest, values = self.newest(wanted, part)
            # Ranked once it is known which are the newest: the words of each are read for that.
            ranked = (
                f"SELECT {number}, e.id, e.kind, e.{KEY}, e.is_text, e.language, e.facets, "
                f"ts_rank('{POSTGRESQL_WEIGHTS}', e.words, %s::tsquery, 1), e.discussion FROM ({newest}) e"
            )
            queries.append(ranked if part.is_text else still_out(ranked, "about.is_text"))
            parameters += [looked_for, *values, *([] if part.is_text else [wanted.now, part.most + 1])]
        with connection.cursor() as cursor:
            cursor.execute(in_parts(queries, limits), parameters)
            rows = cursor.fetchall()
            is_more = is_over((row[0] for row in rows), limits)
            is_cut = not is_more and self.is_cut(cursor, wanted, parts_of(wanted, limits)[0])
        return Answer([Hit(*row[1:-1]) for row in rows], is_more, is_cut)

    def is_cut(self, cursor, wanted: Wanted, part: Part) -> bool:
        """Say whether more texts have all the words of a phrase than were read: a query where there is a phrase."""
        candidates, parameters, checks, _values = self.candidates(wanted, part)
        if not checks:
            return False
        cursor.execute(f"SELECT count(*) FROM ({candidates} LIMIT %s) e", [*parameters, MOST_CHECKED + 1])
        return cursor.fetchone()[0] > MOST_CHECKED

    def newest(self, wanted: Wanted, part: Part) -> tuple[str, list]:
        """Return the SQL of the newest entries of a part that have what is wanted, and its parameters."""
        candidates, parameters, checks, values = self.candidates(wanted, part)
        most = part.most + 1 if part.is_text else OUT_OF * part.most
        if not checks:
            return f"{candidates} LIMIT %s", [*parameters, most]
        checked = f"SELECT * FROM ({candidates} LIMIT %s) e WHERE {' AND '.join(checks)} ORDER BY e.id DESC LIMIT %s"
        return checked, [*parameters, MOST_CHECKED_HEADS if part.is_in_heads else MOST_CHECKED, *values, most]

    def candidates(self, wanted: Wanted, part: Part) -> tuple[str, list, list[str], list]:
        """Return the SQL of what may have what is wanted, newest first, its parameters, and what has to be checked.

        The index knows which words an entry has, not where: that takes reading the entry. So of those that have all the
        words of a phrase, the newest ``MOST_CHECKED`` are read, and no more. What is left out may stand nowhere, which
        the index knows of single words, but not of those of a title alone.
        """
        column = "heads" if part.is_in_heads else "words"
        condition = "is_text" if part.is_text else "NOT is_text"
        facets = [f"'/{each}'" for each in wanted.facets]
        left_out = [words for words in wanted.without if part.is_in_heads or len(words) > 1]
        lacks = [f"!'{words[0]}'" for words in wanted.without if words not in left_out]
        has_words = " & ".join([self.phrase(wanted.groups, " & "), *facets, *lacks])
        # Nobody can foresee how many lack a word: of texts, whose words lie apart and take long to look at, all that
        # the index finds are sorted. The sum keeps a walk from the newest from being thought the shorter way.
        order = "e.id + 0" if lacks and part.is_text else "e.id"
        sql = (
            f"SELECT * FROM {TABLE} e WHERE e.{column} @@ %s::tsquery AND e.id BETWEEN %s AND %s AND {condition} "
            f"ORDER BY {order} DESC"
        )
        parameters = [has_words, part.first, part.last]
        checks, values = [], []
        if has_phrases(wanted.groups):
            checks.append(f"e.{column} @@ %s::tsquery")
            values.append(self.phrase(wanted.groups))
        if left_out:
            checks.append("NOT e.words @@ %s::tsquery")
            values.append(self.phrase([left_out]))
        return sql, parameters, checks, values

    @staticmethod
    def phrase(groups: Iterable[Iterable[tuple[str, ...]]], between: str = " <-> ") -> str:
        """Return an expression of tsquery; a word has letters and digits alone, so that none of them is an operator."""

        def either(phrases: Iterable[tuple[str, ...]]) -> str:
            return "(" + " | ".join("(" + between.join(f"'{word}'" for word in words) + ")" for words in phrases) + ")"

        return "(" + " & ".join(map(either, groups)) + ")"


KEY = '"key"'


def has_phrases(groups: Iterable[Iterable[tuple[str, ...]]]) -> bool:
    """Say whether more than one word has to stand in its order somewhere."""
    return any(len(words) > 1 for group in groups for words in group)


def still_out(voices: str, is_text: str) -> str:
    """Return the SQL that has, of what was said, what is about a post of which a version is out.

    ``is_text`` is in the words of the partial index that has these versions. The sign keeps a database from looking for
    them among all that came before.
    """
    return (
        f"SELECT * FROM ({voices}) said WHERE EXISTS (SELECT 1 FROM {TABLE} about "
        f"WHERE about.discussion = said.discussion AND {is_text} AND +about.id <= %s) LIMIT %s"
    )


def store() -> SQLiteStore | PostgreSQLStore:
    """Return the store of the database that is used."""
    return PostgreSQLStore() if connection.vendor == "postgresql" else SQLiteStore()
