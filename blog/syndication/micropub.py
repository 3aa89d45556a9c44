"""Handing a tribune to a partner's site by Micropub, https://www.w3.org/TR/micropub/.

The standard knows neither a search nor a key that makes a request harmless when it comes twice. So before a post is
asked for, ``PartnerCopy`` notes that it is; where no answer comes back, the post is looked for by the ``uid`` that it
bears in the list of posts, which many servers give though the standard does not ask for it. Where it is not found, an
editor has to look, and nothing is sent before; but a Tribune says that it makes one post of one ``uid``.
"""

import mimetypes
from datetime import datetime
from urllib.parse import urlencode

import httpx2
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from blog.markup import MAX_ADDRESS_LENGTH
from blog.models import HandOver, Partner, PartnerCopy, Tribune
from blog.syndication.addresses import origin_of, read_address
from blog.syndication.answers import Answer
from blog.syndication.copies import (
    BESIDE,
    TAKEN,
    WRITTEN,
    Entry,
    digest_of,
    expect_unchanged,
    note_beside,
    note_written,
)
from blog.syndication.credentials import open_credentials
from blog.syndication.errors import (
    BadAnswerError,
    BadCertificateError,
    BadStatusError,
    FetchError,
    ForbiddenAddressError,
    RefusedError,
    UnprotectedError,
    UnreachableError,
)
from blog.syndication.fetching import fetch
from blog.syndication.packaging import (
    SECONDS_FOR_A_PICTURE,
    Package,
    Picture,
    file_name,
    in_language,
    with_addresses,
    without_cover,
)
from blog.syndication.pages import Page, web_address
from blog.syndication.words import keep

Status = PartnerCopy.Status
WAY = Partner.Takes.MICROPUB

# The extension that all know: https://indieweb.org/Micropub-extensions#Post_Status
PUBLIC, HIDDEN = "published", "draft"

# What a Tribune says of a post where a text that was sent later waits for an editor. No part of any standard.
LATER_TEXT, WAITS = "later-text", "waits"

# Of the list of posts: ours would be among the newest.
MOST_LISTED = 50
# Where a draft stands, its address may be longer than what a tribune leads to.
LONGEST_ADDRESS = PartnerCopy._meta.get_field("address").max_length


class KeepOutError(RefusedError):
    """The token is wrong, or was revoked."""

    words = _("Their server does not let us in (%(status)d: %(message)s). Ask for a new token.")


class ScopeError(RefusedError):
    """The token exists, and may not do this (RFC 6750, section 3.1)."""

    words = _(
        "The token that the partner gave us may not do this (%(status)d: %(message)s). Ask for one with the scopes "
        "“create”, “update” and “media”."
    )


class NoUpdateError(RefusedError):
    """Their server makes posts and changes none."""

    words = _(
        "Their server does not take a later text (%(status)d: %(message)s). What was sent first stands there: ask the "
        "partner to mend it."
    )


class MayBeThereError(FetchError):
    """A post was asked for, no answer came back, and their server has no list to look for it in."""

    words = _(
        "No answer came back from their server, so nobody knows whether the text is there. Look there before it is "
        "sent again, and say below what you found."
    )


class NotToldError(Exception):
    """Their server does not tell what was asked."""


class Micropub:
    """The Micropub endpoint of one blog, asked with the token that its keeper gave us."""

    def __init__(self, partner: Partner, language: str = "") -> None:
        """Open the endpoint of a partner; what it refuses is wanted in ``language``, which an editor reads."""
        self.endpoint = partner.micropub
        self.headers = open_credentials(partner).headers | ({"Accept-Language": language} if language else {})

    # What it tells

    def config(self) -> dict:
        """Return what it says of itself; an empty dict where it says nothing (section 3.7.1)."""
        try:
            return self._told(self._query(q="config"))
        except NotToldError:
            return {}

    def unique_by(self) -> list:
        """Return the properties by which it makes one post of what is sent twice, as a Tribune says; mostly none."""
        names = self.config().get("unique-by")
        return names if isinstance(names, list) else []

    def source(self, address: str) -> dict | None:
        """Return the properties of a post as they are kept there, None where it is gone (section 3.7.2).

        Raise NotToldError where the server does not say.
        """
        answer = self._query(q="source", url=address)
        if answer.status in {404, 410}:
            return None
        return read_properties(self._told(answer))

    def newest(self) -> list[dict]:
        """Return the properties of the newest posts; raise NotToldError where there is no list of them."""
        items = self._told(self._query(q="source", limit=str(MOST_LISTED))).get("items")
        if not isinstance(items, list):
            raise NotToldError
        return [read_properties(item) for item in items if isinstance(item, dict)]

    # What it does

    def create(self, properties: dict[str, list]) -> str:
        """Make a post, and return its address (section 3.3)."""
        said = {name: each for name, each in properties.items() if each}
        answer = self._post(json={"type": ["h-entry"], "properties": said})
        return self._location(answer, answer.headers.get("Location", ""))

    def update(self, address: str, properties: dict[str, list], kept: dict[str, list]) -> str:
        """Put properties in the place of those of a post; return its address, which may have changed (section 3.4).

        What has no value any more is deleted where it is among what is ``kept`` there.
        """
        said = {
            "action": "update",
            "url": address,
            "replace": {name: each for name, each in properties.items() if each},
        }
        if gone := [name for name, each in properties.items() if not each and kept.get(name)]:
            said["delete"] = gone
        try:
            answer = self._post(json=said)
        except RefusedError as error:
            if type(error) is not RefusedError or error.status not in {400, 405, 415, 501}:
                raise
            raise NoUpdateError(error.status, error.facts["message"]) from error
        location = answer.headers.get("Location", "")
        return self._location(answer, location) if location and answer.status == 201 else address

    def upload(self, picture: Picture, endpoint: str) -> str:
        """Give a picture to the media endpoint, and return its address there (section 3.6.3)."""
        name = file_name(picture)
        with default_storage.open(picture.file) as file:
            content = file.read()
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        answer = self._post(endpoint, files={"file": (name, content, kind)}, seconds=SECONDS_FOR_A_PICTURE)
        return self._location(answer, answer.headers.get("Location", ""))

    def media_endpoint(self) -> str:
        """Return where pictures are taken; '' where they are not, or elsewhere, where the token must not go."""
        address = self.config().get("media-endpoint")
        if not isinstance(address, str) or not (address := web_address(self.endpoint, address)):
            return ""
        try:
            return address if origin_of(read_address(address)) == origin_of(read_address(self.endpoint)) else ""
        except FetchError:
            return ""

    # How it is asked

    def _query(self, **query: str) -> Answer:
        address = httpx2.URL(self.endpoint)
        full = str(address.copy_merge_params(query)) if address.query else f"{self.endpoint}?{urlencode(query)}"
        return fetch(full, headers=self.headers | {"Accept": "application/json"})

    def _told(self, answer: Answer) -> dict:
        """Return the data of a query; raise NotToldError where the server has none to give."""
        if answer.status in {401, 429} or (answer.status >= 500 and answer.status != 501):
            raise refusal(answer)
        try:
            data = answer.json() if answer.is_success else None
        except BadAnswerError:
            data = None
        if not isinstance(data, dict):
            raise NotToldError
        return data

    def _post(self, address: str = "", **body) -> Answer:
        headers = self.headers | {"Accept": "application/json"}
        answer = fetch(address or self.endpoint, method="POST", headers=headers, **body)
        if not answer.is_success:
            raise refusal(answer)
        return answer

    def _location(self, answer: Answer, location: str) -> str:
        address = web_address(answer.address, location) if location else ""
        if not address or len(address) > MAX_ADDRESS_LENGTH:
            raise BadAnswerError(NO_LOCATION)
        return address


NO_LOCATION = _("Their server took the text and did not say where it is.")


def refusal(answer: Answer) -> FetchError:
    """Return an error that says what a Micropub server said of itself (section 3.8)."""
    try:
        said = answer.json()
    except BadAnswerError:
        said = None
    said = said if isinstance(said, dict) else {}
    description, code = (
        each if isinstance(each := said.get(name), str) else "" for name in ("error_description", "error")
    )
    message = description or code
    kind = RefusedError
    if answer.status == 401:
        kind = KeepOutError
    elif answer.status == 403 or code in {"insufficient_scope", "forbidden"}:
        kind = ScopeError
    elif not message:
        return BadStatusError(answer.status, answer.retry_after)
    return kind(answer.status, message or "–", answer.retry_after, code)


def read_properties(item: dict) -> dict[str, list]:
    """Return the properties of a post as a server told them, each a list."""
    found = item.get("properties")
    if not isinstance(found, dict):
        return {}
    return {name: values if isinstance(values, list) else [values] for name, values in found.items()}


# A post


def uid_of(tribune: Tribune) -> str:
    """Return what a post at a partner's is found by: its ``uid`` (https://microformats.org/wiki/h-entry)."""
    digest = digest_of(tribune, WAY)
    return f"urn:uuid:{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-8{digest[17:20]}-{digest[20:]}"


def properties_of(package: Package, addresses: dict[str, str], of_blog: str) -> dict[str, list]:
    """Return a package as the properties of an h-entry, its pictures with the addresses that they have there.

    Byline, disclosure, origin and canonical are said by the text itself, since no property has a place for them that
    servers know. The date is theirs to set.
    """
    html = in_language(with_addresses(without_cover(package), addresses), package.language, of_blog)
    covers = [picture for picture in package.pictures if picture.is_cover]
    return {
        "name": [package.title],
        "summary": [package.standfirst] if package.standfirst else [],
        "content": [{"html": html, "lang": package.language}],
        "category": [*package.categories, *package.tags],
        "photo": [{"value": addresses.get(each.address, each.address), "alt": each.alt} for each in covers],
        "author": [{"type": ["h-card"], "properties": {"name": [name]}} for name in package.authors],
    }


def text_of(values: list) -> str:
    """Return the text of a property, the HTML where it has some; '' where it has none."""
    said = (each.get("html") or each.get("value") if isinstance(each, dict) else each for each in values)
    return next((each for each in said if isinstance(each, str) and each), "")


def moment_of(values: list) -> datetime | None:
    """Return the moment that a property says; None where it says none."""
    try:
        moment = parse_datetime(text_of(values))
    except ValueError:
        return None
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


# Handing it over


def deliver(record: HandOver, tribune: Tribune) -> dict:
    """Write what was handed over into a partner's site; return what came back, as ``words.keep()`` does.

    Called again after a process was killed, or after an answer was lost, it makes no second post. Raise a FetchError
    where an editor has to decide first.
    """
    package, site = Package.from_data(record.package), Micropub(tribune.partner, record.language)
    is_public = tribune.partner.status_there == Partner.StatusThere.PUBLISHED
    copy, kept = prepare_copy(tribune), {}
    if copy.status == Status.UNSURE:
        find_again(site, copy, tribune)
    if copy.is_there():
        kept = expect_as_left(site, copy, package.title)
    properties = properties_of(package, upload_pictures(site, copy, package), tribune.partner.language)
    if copy.is_there():
        # What they have published meanwhile is not taken off again.
        key = site.update(copy.key, properties | ({"post-status": [PUBLIC]} if is_public else {}), kept)
    else:
        commands = {
            "uid": [uid_of(tribune)],
            "mp-slug": [package.slug],
            "post-status": [PUBLIC if is_public else HIDDEN],
        }
        key = create(site, copy, properties | commands | where_else(tribune))
    entry = Entry(key, Status.PENDING if is_public else Status.DRAFT, key[:LONGEST_ADDRESS], "", "", None)
    note_written(tribune, WAY, entry)
    try:
        seen = look(site, key, package.title, otherwise=entry.status, is_told=False)
    except FetchError:
        # It is there, which is what matters; the next look finds how.
        seen = None
    if seen and seen.is_beside:
        note_beside(tribune, WAY, seen, title=package.title, content=text_of(properties["content"]))
        return keep(BESIDE)
    if seen:
        note_written(tribune, WAY, seen)
    return keep(WRITTEN.get((seen or entry).status, TAKEN), key=key)


def prepare_copy(tribune: Tribune) -> PartnerCopy:
    """Return the row that says what their site holds, made anew where that is of another way, or was deleted there."""
    now = timezone.now()
    fresh = {"way": WAY, "key": "", "status": Status.ABSENT, "written_at": now, "looked_at": now}
    copy, is_new = PartnerCopy.objects.get_or_create(tribune=tribune, defaults=fresh)
    if not is_new and (copy.way != WAY or copy.status == Status.GONE):
        uploads = copy.uploads if copy.way == WAY else {}
        fresh |= {"title": "", "content": "", "their_title": "", "their_content": "", "uploads": uploads}
        copy, _is_new = PartnerCopy.objects.update_or_create(tribune=tribune, defaults=fresh)
    return copy


def create(site: Micropub, copy: PartnerCopy, properties: dict[str, list]) -> str:
    """Make a post and return its address; where nobody knows what came of it, the copy goes on saying so."""
    PartnerCopy.objects.filter(pk=copy.pk).update(status=Status.UNSURE)
    try:
        return site.create(properties)
    except FetchError as error:
        if is_surely_absent(error):
            PartnerCopy.objects.filter(pk=copy.pk).update(status=Status.ABSENT)
        raise


def is_surely_absent(error: FetchError) -> bool:
    """Say whether no post can have been made by a request that ended so."""
    if isinstance(error, BadStatusError):
        return 400 <= error.status < 500 or error.status == 503
    if isinstance(error, UnreachableError):
        return error.words is not UnreachableError.BROKEN_OFF
    return isinstance(error, ForbiddenAddressError | UnprotectedError | BadCertificateError)


def find_again(site: Micropub, copy: PartnerCopy, tribune: Tribune) -> None:
    """Find the post that was asked for without an answer, or raise MayBeThereError.

    That a list does not hold it proves nothing: it may be one of public posts, or of what its server knows. One that
    makes a single post of what bears the same ``uid`` can simply be asked once more.
    """
    uid = uid_of(tribune)
    try:
        found = next((kept for kept in site.newest() if uid in kept.get("uid", [])), {})
    except NotToldError:
        found = {}
    address = text_of(found.get("url", []))
    # An empty address would be that of the endpoint.
    key = web_address(site.endpoint, address) if address else ""
    if not key and "uid" not in site.unique_by():
        raise MayBeThereError
    copy.key, copy.status = key, Status.DRAFT if key else Status.ABSENT
    copy.save(update_fields=["key", "status"])


def expect_as_left(site: Micropub, copy: PartnerCopy, title: str) -> dict[str, list]:
    """Return the properties of a post, as far as their server tells; raise where somebody there has changed it."""
    kept = read_kept(site, copy.key, is_told=copy.is_told())
    expect_unchanged(copy, None if kept is None else entry_of(copy.key, kept, title, otherwise=copy.status))
    return kept or {}


def look_at(copy: PartnerCopy) -> Entry | None:
    """Return what a partner's site holds of a tribune now; None where nothing is left."""
    site = Micropub(copy.tribune.partner)
    record = copy.tribune.hand_overs.newest_first().first()
    title = copy.title or (record.package["title"] if record else copy.tribune.title)
    return look(site, copy.key, title, otherwise=copy.status, is_told=copy.is_told())


def look(site: Micropub, key: str, title: str, *, otherwise: str, is_told: bool) -> Entry | None:
    """Return how a post stands there, None where it is gone; its state is ``otherwise`` where nobody can tell."""
    kept = read_kept(site, key, is_told=is_told)
    return None if kept is None else entry_of(key, kept, title, otherwise=otherwise)


def read_kept(site: Micropub, key: str, *, is_told: bool) -> dict[str, list] | None:
    """Return the properties that are kept of a post; an empty dict where its server says none, None where it is gone.

    ``is_told`` says that the server told of it before: of one that did not, nobody knows what it means by ‘not found’.
    """
    try:
        kept = site.source(key)
    except NotToldError:
        return {}
    return {} if kept is None and not is_told else kept


def entry_of(key: str, kept: dict[str, list], title: str, *, otherwise: str) -> Entry:
    """Return a post from what is kept of it, and from its page, which anybody may read once it is public."""
    name, said = text_of(kept.get("name", [])), text_of(kept.get("post-status", []))
    status, address = otherwise, ""
    if said == HIDDEN:
        status = Status.DRAFT
    elif address := public_address(key, name or title, is_said=said == PUBLIC):
        status = Status.PUBLISHED
    elif said == PUBLIC:
        status = Status.PENDING
    return Entry(
        key=key,
        status=status,
        address=address or key[:LONGEST_ADDRESS],
        title=name,
        content=text_of(kept.get("content", [])),
        published_at=moment_of(kept.get("published", [])),
        is_beside=WAITS in kept.get(LATER_TEXT, []),
    )


def public_address(key: str, title: str, *, is_said: bool) -> str:
    """Return where readers find a post, '' where they do not: a page that bears its title.

    Some servers show a draft to whoever has its address. Where they do not say which it is (``is_said``), a page that
    search engines must not show is none for readers.
    """
    try:
        answer = fetch(key, is_cut=True)
    except FetchError:
        return ""
    if not (answer.is_success and answer.is_html) or len(answer.address) > LONGEST_ADDRESS:
        return ""
    page = Page(answer)
    return answer.address if page.mentions(title) and (is_said or not page.is_noindex) else ""


def upload_pictures(site: Micropub, copy: PartnerCopy, package: Package) -> dict[str, str]:
    """Give their site the pictures that it has not got yet; return the addresses there by ours."""
    missing = [picture for picture in package.pictures if file_name(picture) not in copy.uploads]
    endpoint = site.media_endpoint() if missing else ""
    for picture in missing if endpoint else ():
        copy.uploads[file_name(picture)] = site.upload(picture, endpoint)
        copy.save(update_fields=["uploads"])
    return {
        picture.address: copy.uploads[file_name(picture)]
        for picture in package.pictures
        if file_name(picture) in copy.uploads
    }


def where_else(tribune: Tribune) -> dict[str, list]:
    """Return the property that says where else the text stands: here, once it does."""
    post = tribune.post
    return {"syndication": [settings.SITE_URL + post.path()]} if post.is_published() else {}
