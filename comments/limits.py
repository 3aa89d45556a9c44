"""How often one address or network may write, and whether a form was sent from a page of ours."""

from django.http import HttpRequest

from blog.limits import Limit
from comments.models import normalise_email

# A quick talker in a quick thread stays below; a script does not.
COMMENTS = 10
SECONDS = 10 * 60

# Addresses that one sender may ask answers to be mailed to. A household behind one network address stays below; who
# types in the addresses of others does not get far.
WISHES = 10
NETWORK_WISHES = 30
WISHES_SECONDS = 24 * 3600

# Letters of one kind that an address gets within a day because somebody typed it into a form. Its owner asks for fewer,
# and a stranger with many networks does not fill a mailbox. Each kind for itself: who reports in the name of somebody
# does not keep the link to their own data from them.
LETTERS = 10
LETTERS_SECONDS = 24 * 3600

# An office or a school behind one network stays below; who rents a network to write from does not.
NETWORK_COMMENTS = 30


def is_within_limit(request: HttpRequest) -> bool:
    """Count a comment that was sent, and say whether its address and its network may still write."""
    return Limit("comments", most=COMMENTS, of_network=NETWORK_COMMENTS, seconds=SECONDS).allows(request)


def may_ask_for_mail(request: HttpRequest) -> bool:
    """Count a wish to be mailed answers, and say whether its sender may have one more mail sent."""
    return Limit("wishes", most=WISHES, of_network=NETWORK_WISHES, seconds=WISHES_SECONDS).allows(request)


def may_be_written_to(email: str, *, about: str) -> bool:
    """Count a letter to an address that somebody typed in, and say whether it may still get one of that kind."""
    limit = Limit(f"letters-{about}", most=LETTERS, of_network=LETTERS, seconds=LETTERS_SECONDS)
    return limit.allows_one(normalise_email(email))


def is_from_here(request: HttpRequest) -> bool:
    """Say whether a form was sent by a page of this site, as far as the browser tells.

    Pages are the same for everybody, so they hold no token for each visitor. Browsers say by
    Sec-Fetch-Site and Origin where a form was sent from; who sends neither is no browser, and
    carries nobody's cookies.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin.rpartition("://")[2] == request.get_host()
