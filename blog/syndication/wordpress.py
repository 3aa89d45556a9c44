"""Handing a tribune to a partner's WordPress, by the REST API that every one has since 4.7.

A post there bears a mark, an HTML comment with the key of the tribune: where an answer was lost on the way, the post is
found by it, and written again instead of twice. Before it is written, it is read: where somebody there has changed the
text since, nothing is written, and an editor is shown what they made of it.
"""

import html
import mimetypes
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from urllib.parse import urlencode

import httpx2
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from blog.models import HandOver, Partner, Tribune, WordPressCopy
from blog.syndication.answers import Answer
from blog.syndication.credentials import open_credentials
from blog.syndication.errors import BadAnswerError, BadStatusError, FetchError
from blog.syndication.fetching import fetch
from blog.syndication.packaging import Package, Picture
from blog.syndication.words import keep

Status = WordPressCopy.Status

# What is asked of a post: the rest, as revisions and links of the API, is not for us.
FIELDS = "id,link,status,title,content,date_gmt"
# In these a post is found again: all but the bin, which a search by text does not show to us either.
FINDABLE = "draft,pending,future,private,publish"
MOST_CATEGORIES = 100
LONGEST_MESSAGE = 200
# A picture of some MB goes to a small server through a slow line.
SECONDS_FOR_A_PICTURE = 60

# How often a post that is not public there is looked at, and how many are at a time.
BETWEEN_LOOKS = timedelta(hours=3)
MOST_LOOKED_AT = 50


class RefusedError(BadStatusError):
    """Their WordPress took the request, and said no to it."""

    words = _("Their WordPress answered %(status)d: %(message)s")

    def __init__(self, status: int, message: str, retry_after: int | None = None) -> None:
        super().__init__(status, retry_after)
        self.facts["message"] = message


class KeepOutError(RefusedError):
    """The application password is wrong, was revoked, or may not do this."""

    words = _("Their WordPress does not let us in (%(status)d: %(message)s). Ask for a new application password.")


class MayNotWriteError(FetchError):
    """The account exists, and is one of a mere reader."""

    words = _("The account that the partner gave us may not write in their WordPress: a contributor’s may.")


class ChangedThereError(FetchError):
    """Somebody changed the text there; ``WordPressCopy`` holds what they made of it."""

    words = _("Somebody changed this text at the partner’s since it was sent. Nothing was written over it.")


class DeletedThereError(FetchError):
    """The post was deleted there, or lies in their bin."""

    words = _("The partner deleted this text from their WordPress. Handed over again, it is a new post there.")


@dataclass(frozen=True)
class Entry:
    """A post as the API of a WordPress describes it to who may edit it."""

    number: int
    status: str
    address: str
    title: str
    content: str
    published_at: datetime | None

    @classmethod
    def read(cls, data: object) -> "Entry":
        """Return what the API said, or raise BadAnswerError where that is no post."""
        try:
            moment = parse_datetime(data.get("date_gmt") or "")
            return cls(
                number=int(data["id"]),
                status=str(data["status"]),
                address=str(data["link"]),
                title=str(data["title"]["raw"]),
                content=str(data["content"]["raw"]),
                published_at=moment.replace(tzinfo=UTC) if moment else None,
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadAnswerError(BadAnswerError.NOT_JSON) from error


@dataclass(frozen=True)
class CategoryThere:
    """A category of a WordPress."""

    number: int
    name: str
    slug: str

    def is_called(self, name: str) -> bool:
        """Say whether it is this one that somebody names, as it reads or as it stands in addresses."""
        return name.casefold() == self.name.casefold() or slugify(name) == self.slug.casefold()


class WordPress:
    """The REST API of one blog, asked in the name of the account that its keeper made for us, or as anybody asks."""

    def __init__(self, partner: Partner, *, is_stranger: bool = False) -> None:
        self.root = partner.api.rstrip("/")
        self.headers = {} if is_stranger else open_credentials(partner).headers

    def ask(self, route: str, *, method: str = "GET", query: dict | None = None, **body) -> object:
        """Return the data that a route answers; raise a FetchError that says what their WordPress said."""
        return self._answer(route, method, query or {}, {}, **body).json()

    def check_account(self) -> None:
        """Raise KeepOutError where we are not let in, or may not write there: other answers do not say so clearly."""
        said = self.ask("wp/v2/users/me", query={"context": "edit", "_fields": "id,capabilities"})
        may = said.get("capabilities") if isinstance(said, dict) else None
        if not isinstance(may, dict):
            raise BadAnswerError(BadAnswerError.NOT_JSON)
        if not may.get("edit_posts"):
            raise MayNotWriteError

    def find(self, mark: str) -> Entry | None:
        """Return the post that bears a mark, however it was renamed or edited since."""
        query = {"search": mark, "status": FINDABLE, "context": "edit", "per_page": 10, "_fields": FIELDS}
        found = [Entry.read(data) for data in as_list(self.ask("wp/v2/posts", query=query))]
        return next((entry for entry in found if mark in entry.content), None)

    def get(self, number: int) -> Entry | None:
        """Return a post by its number; None where there is none any more."""
        try:
            return Entry.read(self.ask(f"wp/v2/posts/{number}", query={"context": "edit", "_fields": FIELDS}))
        except BadStatusError as error:
            if error.status in {404, 410}:
                return None
            raise

    def write(self, values: dict, number: int | None = None) -> Entry:
        """Write a post, a new one where it has no number yet."""
        route = f"wp/v2/posts/{number}" if number else "wp/v2/posts"
        query = {"context": "edit", "_fields": FIELDS}
        return Entry.read(self.ask(route, method="POST", query=query, json=values))

    def categories(self) -> list[CategoryThere]:
        """Return the blog's categories, those with most posts first."""
        query = {"per_page": MOST_CATEGORIES, "orderby": "count", "order": "desc", "_fields": "id,name,slug"}
        try:
            return [
                CategoryThere(int(each["id"]), html.unescape(str(each["name"])), str(each["slug"]))
                for each in as_list(self.ask("wp/v2/categories", query=query))
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise BadAnswerError(BadAnswerError.NOT_JSON) from error

    def upload(self, picture: Picture, name: str) -> tuple[int, str]:
        """Put a picture into the media library, once, with its words; return its number and address there."""
        # WordPress makes the slug of the file's name, and the slug is what a picture is found by.
        query = {"slug": PurePath(name).stem, "context": "edit", "_fields": "id,source_url"}
        found = as_list(self.ask("wp/v2/media", query=query))
        if not found:
            with default_storage.open(picture.file) as file:
                content = file.read()
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            headers = {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'}
            answer = self._answer(
                "wp/v2/media",
                "POST",
                {"_fields": "id,source_url"},
                headers,
                content=content,
                seconds=SECONDS_FOR_A_PICTURE,
            )
            found = [answer.json()]
        try:
            number, address = int(found[0]["id"]), str(found[0]["source_url"])
        except (KeyError, TypeError, ValueError) as error:
            raise BadAnswerError(BadAnswerError.NOT_JSON) from error
        values = {"alt_text": picture.alt, "caption": picture.legend}
        self.ask(f"wp/v2/media/{number}", method="POST", query={"_fields": "id"}, json=values)
        return number, address

    def _answer(self, route: str, method: str, query: dict, headers: dict, **body) -> Answer:
        address = address_of_route(self.root, route, query)
        answer = fetch(address, method=method, headers=self.headers | headers, **body)
        if not answer.is_success:
            raise refusal(answer)
        return answer


def address_of_route(root: str, route: str, query: dict) -> str:
    """Return where a route of the API of a WordPress is, whose root is known."""
    url = httpx2.URL(root)
    if "rest_route" in url.params:
        # Without pretty addresses the route is itself a parameter of the root: /?rest_route=/
        return str(url.copy_merge_params({"rest_route": f"/{route}"} | query))
    return f"{root.rstrip('/')}/{route}" + (f"?{urlencode(query)}" if query else "")


def refusal(answer: Answer) -> FetchError:
    """Return an error that says what a WordPress said of itself."""
    try:
        said = answer.json()
    except BadAnswerError:
        return BadStatusError(answer.status, answer.retry_after)
    message = said.get("message") if isinstance(said, dict) else None
    if not isinstance(message, str):
        return BadStatusError(answer.status, answer.retry_after)
    kind = KeepOutError if answer.status in {401, 403} else RefusedError
    # What it says may hold mark-up, as an advice with a link.
    return kind(answer.status, html.unescape(message)[:LONGEST_MESSAGE], answer.retry_after)


def as_list(data: object) -> list:
    """Return the data of a route that answers with a list, or raise BadAnswerError."""
    if not isinstance(data, list):
        raise BadAnswerError(BadAnswerError.NOT_JSON)
    return data


def mark_of(tribune: Tribune) -> str:
    """Return what a post at a partner's is found by: nobody else writes it, and it tells nothing."""
    return f"tribune-{salted_hmac('blog.syndication.wordpress', str(tribune.pk), algorithm='sha256').hexdigest()[:32]}"


def content_of(package: Package, *, mark: str, addresses: dict[str, str], language: str) -> str:
    """Return the HTML of a post at a partner's, with the addresses that its pictures have there."""
    content = package.article_html
    for ours, theirs in addresses.items():
        content = content.replace(f'src="{html.escape(ours)}"', f'src="{html.escape(theirs)}"')
    if package.language != language:
        content = f'<div lang="{package.language}">\n{content}\n</div>'
    return f"{content}\n<!-- {mark} -->"


def deliver(record: HandOver, tribune: Tribune) -> dict:
    """Write what was handed over into a partner's WordPress; return what came back, as ``words.keep()`` does.

    Called again after a process was killed, or after an answer was lost, it writes the same post again. Raise
    ChangedThereError or DeletedThereError where an editor has to decide first.
    """
    package = Package.from_data(record.package)
    blog, mark = WordPress(tribune.partner), mark_of(tribune)
    blog.check_account()
    copy = WordPressCopy.objects.filter(tribune=tribune).first()
    entry = find_entry(blog, mark, copy)
    numbers, missing = find_categories(blog, package, tribune.partner)
    addresses, cover = {}, 0
    for picture in package.pictures:
        number, addresses[picture.address] = blog.upload(picture, file_name(picture))
        cover = number if picture.is_cover else cover
    values = {
        "title": package.title,
        "content": content_of(package, mark=mark, addresses=addresses, language=tribune.partner.language),
        "excerpt": package.standfirst,
    }
    wanted = tribune.partner.wordpress_status
    if entry is None:
        values |= {"slug": package.slug, "status": wanted}
    elif wanted == Status.PUBLISHED or entry.status == Status.DRAFT:
        # What they have published meanwhile is not taken off again.
        values["status"] = wanted
    if numbers:
        values["categories"] = numbers
    if cover:
        values["featured_media"] = cover
    entry = blog.write(values, entry and entry.number)
    note_written(tribune, entry)
    return say_written(entry, missing)


WRITTEN = {
    Status.DRAFT.value: _("It is a draft in their WordPress (number %(number)s)."),
    Status.PENDING.value: _("It waits in their WordPress for somebody to read it (number %(number)s)."),
    Status.FUTURE.value: _("It is scheduled in their WordPress (number %(number)s)."),
    Status.PRIVATE.value: _("It is private in their WordPress (number %(number)s)."),
    Status.PUBLISHED.value: _("It is published at the partner’s (number %(number)s)."),
    "": _("Their WordPress took it."),
}
WITHOUT_CATEGORIES = _(
    "They have no category called %(categories)s: on the page of the partner you can say what ours are called there."
)


def say_written(entry: Entry, missing: list[str]) -> dict:
    """Return what came of writing a post, in words that are kept: how it stands there, and what they lack for it."""
    said = keep(WRITTEN[entry.status if entry.status in WRITTEN else ""], number=entry.number)
    if not missing:
        return said
    return said | {"also": [keep(WITHOUT_CATEGORIES, categories=", ".join(missing))]}


def find_categories(blog: WordPress, package: Package, partner: Partner) -> tuple[list[int], list[str]]:
    """Return the numbers that a text's categories have there, and the names of those that they do not have.

    The names that they have are kept for the page of the partner, where an editor says what ours are called there.
    """
    if not package.categories:
        return [], []
    there = blog.categories()
    keep_names(partner, there)
    found = {name: next((each.number for each in there if each.is_called(name)), 0) for name in package.categories}
    return list(dict.fromkeys(filter(None, found.values()))), [name for name, number in found.items() if not number]


def learn_categories(partner: Partner) -> None:
    """Keep the names of the categories of a partner's WordPress, which everybody may ask for."""
    keep_names(partner, WordPress(partner, is_stranger=True).categories())


def keep_names(partner: Partner, there: list[CategoryThere]) -> None:
    names = [each.name for each in there]
    if names != partner.categories_there:
        Partner.objects.filter(pk=partner.pk).update(categories_there=names)


def find_entry(blog: WordPress, mark: str, copy: WordPressCopy | None) -> Entry | None:
    """Return the post that a tribune is there, None where it has to be made; raise where an editor has to decide."""
    if copy is None or copy.status == Status.GONE:
        # An answer may have been lost: then the post is there, as we wrote it.
        return blog.find(mark)
    entry = blog.get(copy.number)
    note_seen(copy, entry)
    if entry is None or entry.status == Status.TRASHED:
        raise DeletedThereError
    if copy.is_changed_there():
        raise ChangedThereError
    return entry


def file_name(picture: Picture) -> str:
    """Return the name of a picture's file at a partner's: the same for the same file with the same words."""
    path = PurePath(picture.file)
    salt = "blog.syndication.wordpress"
    digest = salted_hmac(salt, f"{picture.image} {picture.file}", algorithm="sha256").hexdigest()[:12]
    return f"{slugify(path.stem)[:60] or 'picture'}-{digest}{path.suffix.lower()}"


def note_written(tribune: Tribune, entry: Entry) -> None:
    """Keep what a partner's WordPress holds now that we have written it."""
    now = timezone.now()
    values = {
        "number": entry.number,
        "status": entry.status,
        "address": entry.address,
        "title": entry.title,
        "content": entry.content,
        "their_title": "",
        "their_content": "",
        "written_at": now,
        "looked_at": now,
    }
    with transaction.atomic():
        WordPressCopy.objects.update_or_create(tribune=tribune, defaults=values)
        complete(tribune, entry)


def note_seen(copy: WordPressCopy, entry: Entry | None) -> None:
    """Keep what a look at a post found: how it stands there, and what somebody made of its text."""
    copy.looked_at = timezone.now()
    copy.their_title = copy.their_content = ""
    if entry is None or entry.status == Status.TRASHED:
        copy.status = Status.GONE
    else:
        copy.status, copy.address = entry.status, entry.address
        if (entry.title, entry.content) != (copy.title, copy.content):
            copy.their_title, copy.their_content = entry.title, entry.content
    with transaction.atomic():
        copy.save()
        if entry is not None:
            complete(copy.tribune, entry)


def complete(tribune: Tribune, entry: Entry) -> None:
    """Publish a tribune whose post is public there: its address and date are those of the post."""
    if entry.status != Status.PUBLISHED or tribune.state == Tribune.State.WITHDRAWN:
        return
    if tribune.is_published() and tribune.url == entry.address:
        return
    tribune.state, tribune.url = Tribune.State.PUBLISHED, entry.address
    tribune.published_at = tribune.published_at or entry.published_at or timezone.now()
    tribune.save(update_fields=["state", "url", "published_at"])


def write_over(copy: WordPressCopy, *, seen: str) -> bool:
    """Let what somebody there made of a text be written over; return False where it is no longer what was ``seen``."""
    if copy.version_there != seen:
        return False
    copy.title, copy.content = copy.their_title, copy.their_content
    copy.their_title = copy.their_content = ""
    copy.save()
    return True


def copies_to_look_at() -> QuerySet[WordPressCopy]:
    """Return the posts that are not public there yet and are to be looked at, the longest unseen first."""
    waiting = [Status.DRAFT, Status.PENDING, Status.FUTURE, Status.PRIVATE]
    before = timezone.now() - BETWEEN_LOOKS
    return WordPressCopy.objects.filter(status__in=waiting, looked_at__lte=before).order_by("looked_at")


def look_at_copies() -> None:
    """See what became of posts that were handed over and are not public yet. One that fails keeps no other waiting."""
    for copy in copies_to_look_at().select_related("tribune__partner")[:MOST_LOOKED_AT]:
        try:
            note_seen(copy, WordPress(copy.tribune.partner).get(copy.number))
        except FetchError:
            # The next round looks at it after all others.
            WordPressCopy.objects.filter(pk=copy.pk).update(looked_at=timezone.now())
