"""What the keeper of a site asks of programs: robots.txt (RFC 9309), where somebody asks for it here.

A person who gives an address wants that page; what a program looks at by itself, on a schedule, it asks for first.
"""

import re
from enum import StrEnum
from hashlib import sha256
from urllib.parse import quote

import httpx2
from django.core.cache import cache

from blog.syndication.addresses import read_address
from blog.syndication.answers import Answer
from blog.syndication.errors import FetchError, ForbiddenAddressError
from blog.syndication.fetching import fetch

# The name that a robots.txt calls this program by.
PRODUCT = "tribune"
# RFC 9309, section 2.4: no longer than a day.
SECONDS_KEPT = 24 * 3600
# A server that fails, or is not there, is asked again sooner.
SECONDS_KEPT_OF_FAILURE = 15 * 60
# RFC 9309, section 2.5: at least so many bytes are to be read.
LARGEST = 500 * 1024
MOST_RULES = 2000

_LINE = re.compile(r"\s*([A-Za-z-]{1,40})\s*:([^#]*)")
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_PLAIN = re.compile("[A-Za-z0-9._~-]")
_PRODUCT = re.compile(r"[A-Za-z_-]+")


class Permission(StrEnum):
    ALLOWED = "allowed"
    DISALLOWED = "disallowed"
    # The site does not say, because its server fails: it is left alone until it does.
    NOT_NOW = "not now"


def ask_permission(address: str) -> Permission:
    """Return whether a program may fetch an address by itself, after the robots.txt of its site, kept for a day.

    Raise ForbiddenAddressError for an address that nobody may be sent to.
    """
    url = read_address(address)
    path = url.raw_path.decode("ascii")
    if path == "/robots.txt":
        return Permission.ALLOWED
    rules = _rules_of(url)
    if rules is None:
        return Permission.NOT_NOW
    return Permission.ALLOWED if allows(rules, path) else Permission.DISALLOWED


def rule_against(address: str) -> str:
    """Return what of its robots.txt forbids an address, as it stands there, for its keeper to find; '' where none."""
    url = read_address(address)
    path = url.raw_path.decode("ascii")
    rules = _rules_of(url) or []
    return "" if allows(rules, path) else max((rule for rule, _is in fitting(rules, path)), key=len, default="")


def ask_why(address: str) -> Answer:
    """Ask once more for the robots.txt of a site that did not say what programs may do; raise what goes wrong then."""
    return fetch(str(read_address(address).copy_with(raw_path=b"/robots.txt")), limit=LARGEST, is_cut=True)


def _rules_of(url: httpx2.URL) -> list[tuple[str, bool]] | None:
    robots = str(url.copy_with(raw_path=b"/robots.txt"))
    key = f"robots:{sha256(robots.encode()).hexdigest()}"
    if (kept := cache.get(key)) is not None:
        return kept["rules"]
    rules = _fetch_rules(robots)
    cache.set(key, {"rules": rules}, SECONDS_KEPT_OF_FAILURE if rules is None else SECONDS_KEPT)
    return rules


def _fetch_rules(robots: str) -> list[tuple[str, bool]] | None:
    """Return the rules; none where there is no such file, and None where nobody can say."""
    try:
        answer = fetch(robots, limit=LARGEST, is_cut=True)
    except ForbiddenAddressError:
        raise
    except FetchError:
        return None
    # 429 asks for patience and is no answer, whatever the RFC counts it among.
    if answer.status >= 500 or answer.status == 429:
        return None
    # A site that shows its home page for everything has no robots.txt.
    return read_rules(answer.text) if answer.is_success and not answer.is_html else []


def read_rules(text: str, product: str = PRODUCT) -> list[tuple[str, bool]]:
    """Return the paths that a robots.txt names for a program, and whether they are allowed."""
    groups: dict[str, list[tuple[str, bool]]] = {}
    names: set[str] = set()
    is_naming = False
    for line in text.splitlines():
        if not (found := _LINE.match(line)):
            continue
        field, value = found[1].lower(), found[2].strip()
        if field == "user-agent":
            # Several names in a row share the rules that come after them.
            names = names if is_naming else set()
            named = _PRODUCT.match(value)
            names.add("*" if value.startswith("*") else named[0].lower() if named else "")
            for name in names & {product, "*"}:
                groups.setdefault(name, [])
            is_naming = True
        elif field in {"allow", "disallow"}:
            is_naming = False
            for name in names & groups.keys():
                if value and len(groups[name]) < MOST_RULES:
                    groups[name].append((value, field == "allow"))
    return groups.get(product, groups.get("*", []))


def allows(rules: list[tuple[str, bool]], path: str) -> bool:
    """Say whether a path with its query may be fetched: by the longest rule that fits, by 'allow' of two as long."""
    return max(((len(pattern), is_allowed) for pattern, is_allowed in fitting(rules, path)), default=(0, True))[1]


def fitting(rules: list[tuple[str, bool]], path: str) -> list[tuple[str, bool]]:
    """Return the rules that say something of a path."""
    path = _octets(path)
    return [(pattern, is_allowed) for pattern, is_allowed in rules if _fits(_octets(pattern), path)]


def _octets(path: str) -> str:
    """Return a path in one spelling: what needs no escape without, everything else with one (RFC 3986, section 6.2.2).

    An escaped '*' stays one, since it means the character.
    """
    return _ESCAPE.sub(_unescape_if_plain, quote(path, safe="%/*$?&=:@!'()+,;~"))


def _unescape_if_plain(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character.isascii() and _PLAIN.fullmatch(character) else found[0].upper()


def _fits(pattern: str, path: str) -> bool:
    """Say whether a path begins as a pattern says, where '*' stands for anything and '$' for the end.

    Piece after piece, each at its first place: a regular expression could be made to take for ever.
    """
    is_whole = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    position = len(first)
    for number, piece in enumerate(others, start=1):
        if is_whole and number == len(others):
            return path.endswith(piece) and len(path) - len(piece) >= position
        position = path.find(piece, position)
        if position < 0:
            return False
        position += len(piece)
    return not is_whole or position == len(path)
