"""Keeping the index up to date: what a change marked as stale is seen to as soon as the change is through.

A few rows at once, in the request that changed them; many in the background, a batch a transaction. A process that is
killed leaves its marks, and who comes next goes on.
"""

from itertools import batched
from time import monotonic

from django.db import connection, transaction

from authors.bilingual import LANGUAGES
from blog.models.search import ROWS_AT_ONCE, SearchEntry, SearchStale, SearchTrigram, SearchWord
from blog.pagecache import drop_pages
from blog.search.documents import KINDS
from blog.search.indexing import index, learn

# Who waits at a screen waits for these; each takes a few milliseconds.
ROWS_IN_A_REQUEST = 25
ROWS_IN_A_BATCH = 250
# A task is done before another one has waited long.
SECONDS_IN_A_TASK = 20

# Kept pages of results have it.
RESULTS = "search"

# Whoever writes the index holds this lock of PostgreSQL, so that no older state is written over a newer one.
LOCK = 7_305_810


def expect_catching_up() -> None:
    """Have it seen to what is marked once the transaction is through."""
    connection.has_stale_search = True
    transaction.on_commit(catch_up_soon, robust=True)


def catch_up_soon() -> None:
    """See to what the transaction that is just through has marked, once for all of it.

    The rest is left to the background.
    """
    from blog.tasks import catch_up_search

    if getattr(connection, "has_stale_search", False):
        connection.has_stale_search = False
        if catch_up(ROWS_IN_A_REQUEST, is_waiting=False):
            catch_up_search.enqueue()


def catch_up(most: int = ROWS_IN_A_BATCH, *, is_waiting: bool = True) -> bool:
    """See to some of what is stale, and say whether there is more; where another process does, wait or leave it."""
    with transaction.atomic():
        if not take_lock(is_waiting=is_waiting):
            return True
        rows = list(SearchStale.objects.order_by("pk").values_list("pk", "kind", "key")[:most])
        if not rows:
            return False
        # Read after the marks: a change that comes later has a mark of its own.
        for kind in sorted({kind for _pk, kind, _key in rows} & KINDS.keys()):
            index(kind, sorted({key for _pk, its, key in rows if its == kind}))
        SearchStale.objects.filter(pk__in=[pk for pk, _kind, _key in rows]).delete()
        drop_pages([RESULTS])
    # What was seen to may have marked what is said about it.
    return len(rows) == most or SearchStale.objects.exists()


def take_lock(*, is_waiting: bool) -> bool:
    """Hold the index for this transaction; say whether that was possible. On SQLite who writes is alone anyhow."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{'' if is_waiting else 'try_'}advisory_xact_lock(%s)", [LOCK])
        return is_waiting or cursor.fetchone()[0]


def catch_up_for_a_while() -> bool:
    """See to what is stale for as long as a task may take; say whether there is more."""
    end = monotonic() + SECONDS_IN_A_TASK
    while monotonic() < end:
        if not catch_up():
            return False
    return True


def catch_up_all() -> int:
    """See to all that is stale now or becomes so meanwhile; return how many entries there are."""
    while catch_up():
        pass
    return SearchEntry.objects.count()


def resume() -> None:
    """Have the background go on with what was left lying, as after an upgrade or a process that was killed."""
    from blog.tasks import catch_up_search

    if SearchStale.objects.exists():
        catch_up_search.enqueue()


@transaction.atomic
def mark_all() -> None:
    """Have everything looked at again: all that may be found, and all that has an entry."""
    # What is written comes before what is said about it.
    for kind in sorted(KINDS.values(), key=lambda each: each.number):
        rows = kind.rows().order_by().values_list("pk", flat=True)
        gone = SearchEntry.objects.filter(kind=kind.name).exclude(key__in=rows)
        SearchStale.objects.mark_rows(kind.name, gone.values_list("key"))
        SearchStale.objects.mark_rows(kind.name, rows)


@transaction.atomic
def learn_anew() -> None:
    """Give all known words the stems that they have by now."""
    known = {language: sorted(words_known(language)) for language in LANGUAGES}
    SearchWord.objects.all().delete()
    SearchTrigram.objects.all().delete()
    for language, words in known.items():
        for some in batched(words, ROWS_AT_ONCE):
            learn(some, language)


def words_known(language: str) -> set[str]:
    """Return the words of a language that stand in something that can be found."""
    return set(SearchWord.objects.filter(stem__startswith=f"{language}:").values_list("word", flat=True))
