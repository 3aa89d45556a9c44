"""Who sends a form without an account: from which network, how often, and whether from a page of ours."""

import time
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

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


@dataclass(frozen=True)
class Limit:
    """At most ``most`` of something from one source in ``seconds``, and ``of_network`` from the network around it.

    What came is kept as keyed digests for that long, those of a network together, so that counting is one look and one
    note; two that come in the same moment may count as one. The moment at which it began stands with them: not every
    cache keeps it when a value changes.
    """

    name: str
    most: int
    of_network: int
    seconds: int

    def allows(self, request: HttpRequest) -> bool:
        """Count what was sent, and say whether its address and its network may still send such a thing."""
        return self.allows_one(sender_address(request), network=sender_network(request))

    def allows_one(self, source: str, *, network: str = "") -> bool:
        """Count one more from a source, and say whether it may be. What is refused does not use up its network's."""
        key, sender = digest_source(network or source, self.name), digest_source(source, self.name)
        now = time.time()
        begun, counts = cache.get(key) or (now, {})
        if now - begun >= self.seconds:
            begun, counts = now, {}
        count = counts.get(sender, 0)
        if count >= self.most or (network and sum(counts.values()) >= self.of_network):
            return False
        cache.set(key, (begun, counts | {sender: count + 1}), self.seconds)
        return True


def digest_source(source: str, what: str) -> str:
    """Return the key under which something from a source is counted."""
    return f"{what}-from:{salted_hmac('blog.visitors', source, algorithm='sha256').hexdigest()}"


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
