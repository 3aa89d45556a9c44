"""How often one address may write, and whether a form was sent from a page of ours."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

# A quick talker in a quick thread stays below; a script does not.
COMMENTS = 10
SECONDS = 10 * 60

# Addresses that one sender may ask answers to be mailed to. A household behind one network address stays below; who
# types in the addresses of others does not get far.
WISHES = 10
WISHES_SECONDS = 24 * 3600


def sender_address(request: HttpRequest) -> str:
    """Return the network address that a request came from.

    Behind a proxy of ours it is the last one named in X-Forwarded-For, which that proxy wrote;
    those before it are whatever the sender claims.
    """
    if settings.TRUST_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return request.META.get("REMOTE_ADDR", "")


def is_within_limit(request: HttpRequest) -> bool:
    """Count a comment that was sent, and say whether its address may still write.

    The address is kept as a keyed digest, for ten minutes.
    """
    return is_counted(request, "comments-from", COMMENTS, SECONDS)


def may_ask_for_mail(request: HttpRequest) -> bool:
    """Count a wish to be mailed answers, and say whether its sender may have one more mail sent.

    The address is kept as a keyed digest, for a day.
    """
    return is_counted(request, "wishes-from", WISHES, WISHES_SECONDS)


def is_counted(request: HttpRequest, what: str, most: int, seconds: int) -> bool:
    """Count something that was sent, and say whether its sender is below the limit."""
    address = salted_hmac("comments.limits", sender_address(request), algorithm="sha256")
    key = f"{what}:{address.hexdigest()}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:
        # It ran out between the two calls.
        return True


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
    return origin is None or urlsplit(origin).netloc == request.get_host()
