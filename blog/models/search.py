"""The index of what readers can search: what stands in it, the words it knows, and what has to be looked at again.

The words of the texts themselves stand beside these tables, in what each database has for it: ``blog.search``.
"""

from collections.abc import Iterable
from itertools import batched

from django.db import connection, models

# As many rows stand in one statement.
ROWS_AT_ONCE = 500

# A word is cut there: nobody types more of it, and PostgreSQL takes none of 2 kB.
WORD_LENGTH = 60


class SearchEntry(models.Model):
    """Something that can be found. Its key begins with its moment, so that the newest first is the order of the keys.

    ``facets`` are what it can be filtered by, as words: ‘kpost lfr c3 a1’ (``blog.search.facets``).
    """

    # Which kind of ``blog.search.kinds``, and the key of the row there.
    kind = models.CharField(max_length=10)
    key = models.BigIntegerField()
    # What the publication writes, or what its readers say.
    is_text = models.BooleanField()
    language = models.CharField(max_length=2, blank=True)
    facets = models.TextField()
    # The original of the post that it is, or is said about.
    discussion = models.BigIntegerField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["discussion", "id"], condition=models.Q(is_text=True), name="search_entry_of_discussion"
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class SearchWord(models.Model):
    """A word that stands in something that can be found, and its stem in the language of that: ‘fr:nuag’."""

    word = models.CharField(max_length=WORD_LENGTH)
    stem = models.CharField(max_length=WORD_LENGTH + 4)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["stem", "word"], name="search_word_by_stem")]
        constraints = [models.UniqueConstraint(fields=["word", "stem"], name="search_word_once")]

    def __str__(self) -> str:
        return self.word


class SearchTrigram(models.Model):
    """Three letters in a row of a word: what is like a word that was mistyped has most of its trigrams."""

    trigram = models.CharField(max_length=3)
    word = models.CharField(max_length=WORD_LENGTH)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["trigram", "word"], name="search_trigram_once")]

    def __str__(self) -> str:
        return f"{self.trigram} {self.word}"


class SearchStaleQuerySet(models.QuerySet):
    def mark(self, kind: str, keys: Iterable[int]) -> None:
        """Have some rows of a kind looked at again, as soon as the transaction is through."""
        for some in batched(keys, ROWS_AT_ONCE):
            self.bulk_create(SearchStale(kind=kind, key=key) for key in some)
        self.expect()

    mark.alters_data = True

    def mark_rows(self, kind: str, rows: models.QuerySet) -> None:
        """Have all rows of a queryset of keys looked at again: one statement, however many there are."""
        sql, parameters = rows.order_by().query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {connection.ops.quote_name(SearchStale._meta.db_table)} (kind, {KEY}) "  # noqa: S608
                f"SELECT %s, stale.* FROM ({sql}) stale",
                [kind, *parameters],
            )
            is_any = cursor.rowcount > 0
        if is_any:
            self.expect()

    mark_rows.alters_data = True

    def expect(self) -> None:
        """Have it seen to what is marked, once a transaction."""
        from blog.search.catching_up import expect_catching_up

        expect_catching_up()


# A word of SQL in some databases.
KEY = '"key"'


class SearchStale(models.Model):
    """Something whose entry may say what is no longer so.

    Each change adds a row, and who sees to it removes those that they read. It is written in the transaction of the
    change: whatever is killed, nothing is forgotten.
    """

    kind = models.CharField(max_length=10)
    key = models.BigIntegerField()

    objects = SearchStaleQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
