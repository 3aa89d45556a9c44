"""Where a request may go: the addresses of the web that anybody can reach.

An address is read by one parser, httpx2’s, and whatever is checked or asked comes from what it read: where two parsers
disagree, the one checks a host and the other asks another.
"""

import os
import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

import httpx2
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from blog.markup import MAX_ADDRESS_LENGTH
from blog.syndication.errors import ForbiddenAddressError, TooSlowError, UnreachableError

DEFAULT_PORTS = {"http": 80, "https": 443}
# Behind other ports stand databases, mail servers and consoles, which a request must not be smuggled to. Blogs that
# are tried out listen at 8080 and 8443.
PORTS = {80, 443, 8080, 8443}
# Below it listen the services of a machine, which are not tried out.
FIRST_USER_PORT = 1024
# RFC 1035, section 2.3.4
LONGEST_HOST = 253

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# Resolvers take such a last label for a part of a number: '2130706433', '0x7f.1' and '0177.0.0.1' are all 127.0.0.1.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_BLANK_OR_BACKSLASH = re.compile(r"[\s\\]")

# What ``is_global`` lets through and is not a place of its own: the relays from IPv6 to IPv4 (RFC 7526).
_NO_PLACES_4 = [IPv4Network("192.88.99.0/24")]
# Only here IANA has given out addresses. Translated and mapped IPv4 (64:ff9b::/96, ::ffff:0:0/96) lie outside.
_GIVEN_OUT_6 = IPv6Network("2000::/3")
# Tunnels that hold an IPv4 address, Teredo's and 6to4's (RFC 4380, 3056), and the documentation's (RFC 3849, 9637).
_NO_PLACES_6 = [IPv6Network(net) for net in ("2001::/23", "2002::/16", "2001:db8::/32", "3fff::/20")]


def read_address(address: str) -> httpx2.URL:
    """Return an address as it is asked for, in ASCII and without a fragment, or raise ForbiddenAddressError.

    What its name stands for is looked at when it is connected to, by ``resolve()``.
    """
    address = address.strip()
    if not address or len(address) > MAX_ADDRESS_LENGTH or _BLANK_OR_BACKSLASH.search(address):
        raise ForbiddenAddressError(ForbiddenAddressError.UNREADABLE)
    try:
        url = httpx2.URL(address)
    except (httpx2.InvalidURL, ValueError) as error:
        raise ForbiddenAddressError(ForbiddenAddressError.UNREADABLE) from error
    if url.scheme not in DEFAULT_PORTS or not url.raw_host:
        raise ForbiddenAddressError(ForbiddenAddressError.NOT_WEB)
    if url.userinfo:
        raise ForbiddenAddressError(ForbiddenAddressError.USER_INFO)
    host, port = _checked_host(url.raw_host.decode("ascii")), port_of(url)
    if port not in PORTS and not is_on_this_machine(host, port):
        raise ForbiddenAddressError(ForbiddenAddressError.PORT, port=port)
    return url.copy_with(host=host, fragment=None)


def _checked_host(host: str) -> str:
    if ":" in host:
        if "%" in host:  # A zone is a network interface of this machine.
            raise ForbiddenAddressError
        return host
    # The dot that ends a full name is part of no certificate.
    host = host.removesuffix(".")
    if len(host) > LONGEST_HOST or not _HOST.fullmatch(host):
        raise ForbiddenAddressError(ForbiddenAddressError.UNREADABLE)
    if _NUMBER.fullmatch(host.rpartition(".")[2]) and not _as_number(host):
        raise ForbiddenAddressError
    return host


def check_address(address: str) -> None:
    """Raise ForbiddenAddressError for where nobody may be sent to; a name is looked up only when it is asked."""
    url = read_address(address)
    host = url.raw_host.decode("ascii")
    if _as_number(host):
        resolve(host, port_of(url), 0)
    elif names_loopback(host) and not is_on_this_machine(host, port_of(url)):
        raise ForbiddenAddressError


def is_same_host(one: str, other: str) -> bool:
    """Say whether two addresses are of one host and port, one of them perhaps by its name with www."""
    try:
        hosts = {urlsplit(address).netloc.lower().removeprefix("www.") for address in (one, other)}
    except ValueError:
        return False
    return len(hosts) == 1


def port_of(url: httpx2.URL) -> int:
    return url.port or DEFAULT_PORTS[url.scheme]


def origin_of(url: httpx2.URL) -> tuple[str, str, int]:
    """Return scheme, host and port: what passwords and cookies belong to (RFC 6454)."""
    return url.scheme, url.raw_host.decode("ascii"), port_of(url)


def is_public(number: str) -> bool:
    """Say whether an IP address is one of the Internet, that anybody may ask, and no way around to another one."""
    address = _as_number(number)
    match address:
        case IPv4Address():
            # Multicast counts as global, and in it are all the hosts of this network.
            is_place = not address.is_multicast and not any(address in network for network in _NO_PLACES_4)
        case IPv6Address():
            is_place = address in _GIVEN_OUT_6 and not any(address in network for network in _NO_PLACES_6)
        case _:
            return False
    return is_place and address.is_global


def can_be_public(url: httpx2.URL) -> bool:
    """Say whether others can get to an address, as far as its name tells; to this machine where it may be asked."""
    host = url.raw_host.decode("ascii")
    if is_on_this_machine(host, port_of(url)):
        return True
    is_number = ":" in host or host.rpartition(".")[2].isdecimal()
    is_name_of_here = "." not in host or host.endswith((".localhost", ".local", ".internal", ".test", ".invalid"))
    return is_public(host) if is_number else not is_name_of_here


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """Return the IP addresses of a host, looked up once, when all of them may be connected to.

    Raise ForbiddenAddressError when one of them may not: a name that has both is made to get past a check. The caller
    connects to what is returned and never looks the name up again, since the next answer may be another one.
    """
    numbers = [host] if _as_number(host) else _look_up(host, port, seconds)
    is_own = is_on_this_machine(host, port)
    if not all(is_public(number) or (is_own and ip_address(number).is_loopback) for number in numbers):
        raise ForbiddenAddressError
    return numbers


def _look_up(host: str, port: int, seconds: float) -> list[str]:
    """Ask the resolver of the system, in a thread of its own: it knows no deadline, and may take a minute."""
    answers: SimpleQueue = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    Thread(target=ask, daemon=True, name=f"look up {host}").start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise TooSlowError(seconds) from None
    if isinstance(answer, Exception) or not answer:
        raise UnreachableError(UnreachableError.NO_NAME, host=host)
    return list(dict.fromkeys(entry[4][0] for entry in answer))


def _as_number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_on_this_machine(host: str, port: int) -> bool:
    """Say whether a server of this machine may be asked at this name and port.

    A site that could be told to ask its own machine would be worth telling. So there are two cases, and both let
    through loopback and no other network:

    - Tests play partners. They name them in LOOPBACK_SERVERS, which is read from no environment and counts under the
      settings of the tests alone.
    - Somebody tries Tribune and a partner out on one machine, and says SYNDICATION_LOOPBACK=yes, which a site that
      others can reach is not started with (``config.environment.read_loopback()``). Then the names that mean loopback
      by themselves are asked; a name that anybody can give such an address in the DNS is not.
    """
    servers = settings.LOOPBACK_SERVERS
    if servers and not os.environ.get("DJANGO_SETTINGS_MODULE", "").startswith("tests."):
        raise ImproperlyConfigured("LOOPBACK_SERVERS is for tests alone: take it out of the settings.")
    if (f"[{host}]:{port}" if ":" in host else f"{host}:{port}") in servers:
        return True
    return settings.SYNDICATION_LOOPBACK and names_loopback(host) and (port in PORTS or port >= FIRST_USER_PORT)


def names_loopback(host: str) -> bool:
    """Say whether a name or number means this machine whoever is asked (RFC 6761, section 6.3)."""
    number = _as_number(host.strip("[]"))
    return number.is_loopback if number else host == "localhost" or host.endswith(".localhost")
