"""How often one address or network may write, and whether a form was sent from a page of ours."""

import time
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

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

# An office or a school behind one network stays below; who rents a network to write from does not.
NETWORK_COMMENTS = 30
# What one customer is commonly given: the addresses of an IPv6 network are as many as its owner likes.
NETWORK_BITS = {4: 24, 6: 64}


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


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address as such, an IPv4 one that came as IPv6 too; None where it is none."""
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def sender_network(request: HttpRequest) -> str:
    """Return the network that a request came from, as 192.0.2.0/24 or 2001:db8::/64; '' where nobody can tell."""
    address = parse_address(sender_address(request))
    return str(ip_network((address, NETWORK_BITS[address.version]), strict=False)) if address else ""


def is_within_limit(request: HttpRequest) -> bool:
    """Count a comment that was sent, and say whether its address and its network may still write.

    Both are kept as keyed digests for ten minutes, together, so that counting is one look and one note.
    """
    address, network = sender_address(request), sender_network(request)
    key, sender = digest_source(network or address, "comments"), digest_source(address, "comments")
    now = time.time()
    begun, counts = cache.get(key) or (now, {})
    if now - begun >= SECONDS:
        begun, counts = now, {}
    if network and sum(counts.values()) >= NETWORK_COMMENTS:
        return False
    counts = counts | {sender: counts.get(sender, 0) + 1}
    cache.set(key, (begun, counts), SECONDS)
    return counts[sender] <= COMMENTS


def may_ask_for_mail(request: HttpRequest) -> bool:
    """Count a wish to be mailed answers, and say whether its sender may have one more mail sent.

    The address is kept as a keyed digest, for a day.
    """
    return count_from(sender_address(request), "wishes", WISHES_SECONDS) <= WISHES


def count_from(source: str, what: str, seconds: int) -> int:
    """Count one more of something from an address or a network; return how many there were within so many seconds."""
    key = digest_source(source, what)
    if cache.add(key, 1, seconds):
        return 1
    try:
        return cache.incr(key)
    except ValueError:
        # It ran out between the two calls.
        return 1


def digest_source(source: str, what: str) -> str:
    """Return the key under which something from an address or a network is counted."""
    return f"{what}-from:{salted_hmac('comments.limits', source, algorithm='sha256').hexdigest()}"


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
