"""What stands at an address of this site, said by its database: nothing is asked over the network."""

from contextlib import suppress
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.db.models import Model
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import override

from authors.models import Author
from blog.models import Category, Event, FormerFile, OldAddress, Page, Partner, Post, Sponsor, Tag
from blog.models.addresses import IN_ONE_LANGUAGE, can_be_seen
from blog.models.text_links import OwnKind

# The pages of single rows: of what, and by which part of the address, which is also the name of a column.
ROWS: dict[str, tuple[type[Model], str]] = {
    "blog:post-detail": (Post, "slug"),
    "blog:page-detail": (Page, "slug"),
    "blog:category-detail": (Category, "path"),
    "blog:tag-detail": (Tag, "slug"),
    "blog:author-detail": (Author, "slug"),
    "blog:event-detail": (Event, "slug"),
    "blog:partner-detail": (Partner, "slug"),
    "blog:sponsor-detail": (Sponsor, "slug"),
}


class Standing(NamedTuple):
    """What was found: what is wrong (an ``OwnKind``, or ''), and where what stood there is now, or ''."""

    kind: str = ""
    facts: dict = {}
    moved_to: str = ""


def path_at(address: str) -> str | None:
    """Return the path, with its query, that an address has on this site; None where it is of another."""
    own = urlsplit(settings.SITE_URL)
    try:
        parts = urlsplit(address)
        hosts = {(each.hostname or "").removeprefix("www.") for each in (parts, own)}
        is_here = len(hosts) == 1 and parts.port in ({own.port} if own.port else {None, 80, 443})
    except ValueError:
        return None
    if parts.scheme not in {"", "http", "https"} or not (is_here if parts.netloc else parts.path.startswith("/")):
        return None
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def view_at(path: str) -> ResolverMatch | None:
    """Return what answers at a path, or at the one that it leads to, where its last slash was left out."""
    for each in (path, f"{path}/"):
        with suppress(Resolver404):
            return resolve(each)
    return None


def look_up(address: str) -> Standing:
    """Return what readers find at an address of this site, given as ``path_at()`` returns it."""
    path = unquote(address.partition("?")[0])
    language = "en" if path.startswith("/en/") else "fr"
    with override(language):
        if "?" in address and OldAddress.objects.find(address):
            # WordPress has /?p=12, and home stands at that path.
            return _formerly(address, address)
        match = view_at(path)
        if match is None:
            return _formerly(address, path)
        if match.view_name == "media-file":
            return Standing() if _is_file(match.kwargs["name"]) else Standing(OwnKind.NOTHING)
        if match.view_name not in ROWS:
            # Lists, feeds and the like, which are always there.
            return Standing()
        return _standing(_row(match, language), address, path)


def _row(match: ResolverMatch, language: str) -> Model | None:
    model, name = ROWS[match.view_name]
    rows = model.objects.filter(**{name: match.kwargs[name]})
    if model._meta.model_name in IN_ONE_LANGUAGE:
        rows = rows.filter(language=language)
    return rows.first()


def _standing(row: Model | None, address: str, path: str) -> Standing:
    if row is None:
        return _formerly(address, path)
    is_to_come = isinstance(row, Post) and row.is_scheduled()
    if not is_to_come and not can_be_seen(row):
        return Standing(OwnKind.HIDDEN, {"title": str(row)})
    now = row.get_absolute_url()
    return Standing(moved_to=now if now != path else "")


def _formerly(address: str, path: str) -> Standing:
    """Return where what stood at an address is now."""
    old = OldAddress.objects.find(address, path)
    target = old.public_target() if old else None
    if target is not None:
        return Standing(moved_to=target.get_absolute_url())
    if old is not None and old.target is not None:
        return Standing(OwnKind.HIDDEN, {"title": str(old.target)})
    return Standing(OwnKind.NOTHING)


def _is_file(name: str) -> bool:
    try:
        return default_storage.exists(name) or FormerFile.objects.find_successor(name) is not None
    except (SuspiciousOperation, ValueError, OSError):
        return False
