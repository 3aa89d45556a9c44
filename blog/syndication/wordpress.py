"""Handing a tribune to a partner's WordPress, by the REST API that every one has since 4.7.

A post there bears a mark, an HTML comment with the key of the tribune: where an answer was lost on the way, the post is
found by it, and written again instead of twice. Before it is written, it is read: where somebody there has changed the
text since, nothing is written, and an editor is shown what they made of it.
"""

import html
import mimetypes
from datetime import UTC
from pathlib import PurePath
from urllib.parse import urlencode

import httpx2
from django.core.files.storage import default_storage
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from blog.models import HandOver, Partner, PartnerCopy, Tribune
from blog.syndication.answers import Answer
from blog.syndication.copies import TAKEN, WRITTEN, Entry, digest_of, expect_unchanged, note_written
from blog.syndication.credentials import open_credentials
from blog.syndication.errors import LONGEST_MESSAGE, BadAnswerError, BadStatusError, FetchError, RefusedError
from blog.syndication.fetching import fetch
from blog.syndication.packaging import SECONDS_FOR_A_PICTURE, Package, Picture, file_name, in_language, with_addresses
from blog.syndication.words import keep

Status = PartnerCopy.Status
WAY = Partner.Takes.WORDPRESS

# What is asked of a post: the rest, as revisions and links of the API, is not for us.
FIELDS = "id,link,status,title,content,date_gmt"
# In these a post is found again: all but the bin, which a search by text does not show to us either.
FINDABLE = "draft,pending,future,private,publish"
MOST_CATEGORIES = 100


class RefusedByWordPressError(RefusedError):
    """Their WordPress took the request, and said no to it."""

    words = _("Their WordPress answered %(status)d: %(message)s")


class KeepOutError(RefusedByWordPressError):
    """The application password is wrong, was revoked, or may not do this."""

    words = _("Their WordPress does not let us in (%(status)d: %(message)s). Ask for a new application password.")


class MayNotWriteError(FetchError):
    """The account exists, and is one of a mere reader."""

    words = _("The account that the partner gave us may not write in their WordPress: a contributor’s may.")


def read_entry(data: object) -> Entry:
    """Return a post as the API described it, or raise BadAnswerError where that is none."""
    try:
        moment = parse_datetime(data.get("date_gmt") or "")
        return Entry(
            key=str(int(data["id"])),
            status=str(data["status"]),
            address=str(data["link"]),
            title=str(data["title"]["raw"]),
            content=str(data["content"]["raw"]),
            published_at=moment.replace(tzinfo=UTC) if moment else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadAnswerError(BadAnswerError.NOT_JSON) from error


class WordPress:
    """The REST API of one blog, asked in the name of the account that its keeper made for us."""

    def __init__(self, partner: Partner) -> None:
        self.root = partner.api.rstrip("/")
        self.headers = open_credentials(partner).headers

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
        found = [read_entry(data) for data in as_list(self.ask("wp/v2/posts", query=query))]
        return next((entry for entry in found if mark in entry.content), None)

    def get(self, number: str) -> Entry | None:
        """Return a post by its number; None where there is none any more."""
        try:
            return read_entry(self.ask(f"wp/v2/posts/{number}", query={"context": "edit", "_fields": FIELDS}))
        except BadStatusError as error:
            if error.status in {404, 410}:
                return None
            raise

    def write(self, values: dict, number: str | None = None) -> Entry:
        """Write a post, a new one where it has no number yet."""
        route = f"wp/v2/posts/{number}" if number else "wp/v2/posts"
        query = {"context": "edit", "_fields": FIELDS}
        return read_entry(self.ask(route, method="POST", query=query, json=values))

    def categories(self) -> dict[str, int]:
        """Return the numbers of the blog's categories by their names and slugs, in small letters."""
        query = {"per_page": MOST_CATEGORIES, "_fields": "id,name,slug"}
        numbers = {}
        for each in as_list(self.ask("wp/v2/categories", query=query)):
            try:
                name, slug, number = html.unescape(str(each["name"])), str(each["slug"]), int(each["id"])
            except (KeyError, TypeError, ValueError) as error:
                raise BadAnswerError(BadAnswerError.NOT_JSON) from error
            numbers |= {name.casefold(): number, slug.casefold(): number}
        return numbers

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
    kind = KeepOutError if answer.status in {401, 403} else RefusedByWordPressError
    # What it says may hold mark-up, as an advice with a link.
    return kind(answer.status, html.unescape(message)[:LONGEST_MESSAGE], answer.retry_after)


def as_list(data: object) -> list:
    """Return the data of a route that answers with a list, or raise BadAnswerError."""
    if not isinstance(data, list):
        raise BadAnswerError(BadAnswerError.NOT_JSON)
    return data


def mark_of(tribune: Tribune) -> str:
    """Return what a post at a partner's is found by."""
    return f"tribune-{digest_of(tribune, WAY)}"


def content_of(package: Package, *, mark: str, addresses: dict[str, str], language: str) -> str:
    """Return the HTML of a post at a partner's, with the addresses that its pictures have there."""
    content = in_language(with_addresses(package.article_html, addresses), package.language, language)
    return f"{content}\n<!-- {mark} -->"


def deliver(record: HandOver, tribune: Tribune) -> dict:
    """Write what was handed over into a partner's WordPress; return what came back, as ``words.keep()`` does.

    Called again after a process was killed, or after an answer was lost, it writes the same post again. Raise
    ChangedThereError or DeletedThereError where an editor has to decide first.
    """
    package = Package.from_data(record.package)
    blog, mark = WordPress(tribune.partner), mark_of(tribune)
    blog.check_account()
    copy = PartnerCopy.objects.of(tribune, WAY)
    entry = find_entry(blog, mark, copy)
    categories = blog.categories() if package.categories else {}
    numbers, addresses, cover = [], {}, 0
    for name in package.categories:
        number = categories.get(name.casefold()) or categories.get(slugify(name))
        if number and number not in numbers:
            numbers.append(number)
    for picture in package.pictures:
        number, addresses[picture.address] = blog.upload(picture, file_name(picture))
        cover = number if picture.is_cover else cover
    values = {
        "title": package.title,
        "content": content_of(package, mark=mark, addresses=addresses, language=tribune.partner.language),
        "excerpt": package.standfirst,
    }
    wanted = tribune.partner.status_there
    if entry is None:
        values |= {"slug": package.slug, "status": wanted}
    elif wanted == Status.PUBLISHED or entry.status == Status.DRAFT:
        # What they have published meanwhile is not taken off again.
        values["status"] = wanted
    if numbers:
        values["categories"] = numbers
    if cover:
        values["featured_media"] = cover
    entry = blog.write(values, entry and entry.key)
    note_written(tribune, WAY, entry)
    return keep(WRITTEN[entry.status], key=entry.key) if entry.status in WRITTEN else keep(TAKEN)


def find_entry(blog: WordPress, mark: str, copy: PartnerCopy | None) -> Entry | None:
    """Return the post that a tribune is there, None where it has to be made; raise where an editor has to decide."""
    if copy is None or copy.status == Status.GONE:
        # An answer may have been lost: then the post is there, as we wrote it.
        return blog.find(mark)
    entry = blog.get(copy.key)
    expect_unchanged(copy, entry)
    return entry


def look_at(copy: PartnerCopy) -> Entry | None:
    """Return what a partner's WordPress holds of a tribune now; None where nothing is left."""
    return WordPress(copy.tribune.partner).get(copy.key)
