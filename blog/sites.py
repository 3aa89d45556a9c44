"""The sites of somebody, as an editor lists them: hosts, or places on hosts that many share."""

from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# More than a merchant with its shops, countries and shorteners has.
MOST_SITES = 50


class Site(NamedTuple):
    """A host with all below it (``shop.acme.example`` belongs to ``acme.example``), from a path on."""

    host: str
    path: str = ""

    def __str__(self) -> str:
        return f"{self.host}{self.path}"

    def has(self, other: "Site") -> bool:
        """Say whether a page at ``other`` is one of this site."""
        is_same_host = other.host == self.host or other.host.endswith(f".{self.host}")
        return is_same_host and f"{other.path}/".startswith(f"{self.path}/")


def read_site(address: str) -> Site | None:
    """Return where an address, with or without its scheme, points; None where that is no place on the web.

    Names are in the letters of DNS (IDNA), as links of one page may be spelt in both ways, and without ‘www’.
    """
    address = address.strip()
    try:
        parts = urlsplit(address if "://" in address else f"https://{address.removeprefix('//')}")
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii").lower()
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or "." not in host or any(sign in host for sign in " /,;@_"):
        return None
    return Site(host.removeprefix("www."), parts.path.rstrip("/"))


def read_sites(lines: str) -> tuple[Site, ...]:
    """Return the sites that are listed, one a line; a line that is none is left out."""
    return tuple(site for line in lines.splitlines() if line.strip() and (site := read_site(line)))


def clean_sites(lines: str) -> str:
    """Return such a list as it is kept, each site once, or raise ValidationError that names what is none."""
    kept = {}
    for line in filter(str.strip, lines.splitlines()):
        site = read_site(line)
        if site is None or "@" in line:
            raise ValidationError(
                _("“%(line)s” is no address of a site: write one such as shop.example.org on each line."),
                params={"line": line.strip()[:80]},
            )
        kept[str(site)] = True
    if len(kept) > MOST_SITES:
        raise ValidationError(_("At most %(limit)d sites are possible."), params={"limit": MOST_SITES})
    return "\n".join(kept)


def is_at(sites: Collection[Site], address: str) -> bool:
    """Say whether a link to ``address`` leads to one of these sites; one within our own site leads to none."""
    if not sites or "//" not in address:
        return False
    place = read_site(address)
    return place is not None and any(site.has(place) for site in sites)
