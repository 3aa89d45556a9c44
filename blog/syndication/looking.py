"""How a program looks at a page of another site by itself: as robots.txt allows, one host at a time, with a pause.

What is due while a host is asked, or has its pause, gets a turn of its own, later.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import time

from django.core.cache import cache

from blog.models.looks import Kind
from blog.syndication.addresses import read_address
from blog.syndication.answers import Answer
from blog.syndication.errors import FetchError, ForbiddenAddressError
from blog.syndication.fetching import fetch
from blog.syndication.findings import Found, Seen, find_error, find_status
from blog.syndication.robots import Permission, ask_permission, ask_why, rule_against

# Between two looks at a host, and the turns of those that have to wait for each other, in seconds.
PAUSE = 30
TURN = 60
# A look whose process was killed keeps its host for no longer: robots.txt and the page take twice 20 seconds.
LONGEST_LOOK = 120
# What a cache takes for a key is 250 characters long; a name may have more.
LONGEST_KEPT = 200


@dataclass
class Outcome:
    """What one look found: ``seen`` is the page where there is one, ``status`` the answer where there was any."""

    found: list[Found] = field(default_factory=list)
    status: int | None = None
    seen: Seen | None = None
    etag: str = ""
    last_modified: str = ""
    is_whole: bool = False
    retry_after: int | None = None


def ask(address: str, *, headers: Mapping[str, str], seconds: float, limit: int) -> tuple[Answer | None, Outcome]:
    """Ask for a page, of which ``limit`` bytes are read; the outcome says what is wrong with the answer, or why none.

    ``seconds`` are for the page; as many may go by before, for robots.txt.
    """
    try:
        permission = ask_permission(address)
        if permission is Permission.DISALLOWED:
            return None, Outcome([Found(Kind.DISALLOWED, {"rule": rule_against(address)})])
        if permission is Permission.NOT_NOW:
            return None, _look_at_robots(address)
        answer = fetch(address, headers=headers, seconds=seconds, limit=limit, is_cut=True)
    except FetchError as error:
        return None, Outcome([find_error(error)], retry_after=error.retry_after)
    problem = find_status(answer.status)
    return answer, Outcome([problem] if problem else [], status=answer.status, retry_after=answer.retry_after)


def _look_at_robots(address: str) -> Outcome:
    """Find out why a site does not say what programs may look at: that is all they may ask it then."""
    answer = ask_why(address)
    found = Found(Kind.FAILING, {"status": answer.status} if answer.status >= 400 else {})
    return Outcome([found], status=answer.status if answer.status >= 400 else None, retry_after=answer.retry_after)


def host_of(address: str) -> str:
    """Return the end of the host of an address, by which it is told from others; '' where none may be asked."""
    try:
        return read_address(address).host[-LONGEST_KEPT:]
    except ForbiddenAddressError:
        return ""


def look_in_turn(address: str, look: Callable[[], None]) -> datetime | None:
    """Call ``look``, which asks for an address; where its host is busy or has a pause, return when its turn is."""
    host = host_of(address)
    now = time()
    if host and not cache.add(f"asked:{host}", True, LONGEST_LOOK):
        turn = max(cache.get(f"turns:{host}") or 0, now) + TURN
        cache.set(f"turns:{host}", turn, turn - now + TURN)
        return datetime.fromtimestamp(turn, tz=UTC)
    try:
        look()
    finally:
        if host:
            cache.set(f"asked:{host}", True, PAUSE)
    return None
