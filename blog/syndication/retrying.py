"""When what another site did not answer is tried again, and how that is said to editors."""

from datetime import datetime, timedelta

from django.utils.translation import override

from authors.bilingual import LANGUAGES
from blog.mail.refusals import DELAYS
from blog.syndication.errors import FetchError

# Longer than anything that a row is claimed for: of two requests, each has 20 seconds.
CLAIM_HOLDS = timedelta(minutes=10)

LONGEST_PROBLEM = 300


def delay_after(attempts: int, *, may_pass: bool, wanted: int | None) -> timedelta | None:
    """Return how long to wait after so many attempts that failed, or None where another makes no sense any more.

    ``wanted`` is how many seconds the other side asked for, where it did.
    """
    if not may_pass or attempts > len(DELAYS):
        return None
    return max(DELAYS[attempts - 1], timedelta(seconds=wanted or 0))


def next_attempt(attempts: int, error: FetchError, now: datetime) -> datetime | None:
    """Return when to ask again after so many attempts that failed, or None where that makes no sense any more."""
    delay = delay_after(attempts, may_pass=error.may_pass, wanted=error.retry_after)
    return now + delay if delay else None


def in_both_languages(words: object, **facts) -> dict[str, str]:
    """Return the columns of a problem, in the words of each language: whoever reads it later has one of them.

    ``words`` is an error, or a lazy translation in which the ``facts`` have a place.
    """
    columns = {}
    for language in LANGUAGES:
        with override(language):
            said = str(words) % facts if facts else str(words)
            columns[f"problem_{language}"] = said[:LONGEST_PROBLEM]
    return columns


NO_PROBLEM = {f"problem_{language}": "" for language in LANGUAGES}
