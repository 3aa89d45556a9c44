"""The REST API of a partner's WordPress, that every one has since 4.7, asked without trust.

What stands between us and it (a firewall, a password of the server, a plug-in) answers in its place now and then; whose
word an answer is decides what an editor is told to do about it.
"""

import html
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import PurePath
from urllib.parse import urlencode

import httpx2
from django.core.files.storage import default_storage
from django.utils.dateparse import parse_datetime
from django.utils.html import strip_tags
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from blog.models import Partner, PartnerCopy
from blog.syndication.addresses import check_address, origin_of
from blog.syndication.answers import Answer
from blog.syndication.copies import Entry
from blog.syndication.credentials import open_credentials
from blog.syndication.errors import (
    BadAnswerError,
    BadStatusError,
    FetchError,
    ForbiddenAddressError,
    RefusedError,
)
from blog.syndication.fetching import REDIRECTS, fetch
from blog.syndication.packaging import SECONDS_FOR_A_PICTURE, Picture
from blog.syndication.pages import web_address

Status = PartnerCopy.Status

# What is asked of a post: the rest, as revisions and links of the API, is not for us.
FIELDS = "id,link,status,title,content,date_gmt"
PUBLIC_FIELDS = "id,link,status,date_gmt"
# All but the bin, with the states that plug-ins for editors add.
FINDABLE = "any"
# As many as the API gives at once, and the pages of them that are asked for: few blogs have more than a hundred.
CATEGORIES_AT_ONCE = 100
MOST_PAGES_OF_CATEGORIES = 5
LONGEST_ADDRESS = 500
LARGEST_NUMBER = 2**63 - 1

NAMESPACE = "wp/v2"

WITHOUT_ADDRESS = _("Their WordPress gave no address of it that a page can show.")

# The names that WordPress has for what is wrong.
WRONG_PASSWORD = {"incorrect_password", "invalid_username", "invalid_email"}
TURNED_OFF = {"application_passwords_disabled", "application_passwords_disabled_for_user"}
NOT_LOGGED_IN = "rest_not_logged_in"
NO_ROUTE = "rest_no_route"
FORBIDDEN = ("rest_cannot_", "rest_forbidden")
NOT_TAKEN = ("rest_upload_", "rest_cannot_create", "rest_forbidden")
TOO_LARGE = 413


class RefusedByWordPressError(RefusedError):
    """Their WordPress took the request, and said no to it."""

    words = _("Their WordPress answered %(status)d: %(message)s")


class KeepOutError(RefusedByWordPressError):
    """Nobody is let in, whatever the account may do."""

    words = _("Their WordPress does not let us in (%(status)d: %(message)s).")


class WrongPasswordError(KeepOutError):
    """The application password is wrong, or was revoked."""

    words = _("Their WordPress does not let us in (%(status)d: %(message)s). Ask for a new application password.")


class TurnedOffError(KeepOutError):
    """The keeper of the blog, or a security plug-in, has turned application passwords off."""

    words = _(
        "Application passwords are turned off in their WordPress (%(status)d: %(message)s). Its keeper has to turn "
        "them on for the account."
    )


class UnheardError(KeepOutError):
    """The password did not get as far as WordPress, which takes us for anybody."""

    words = _(
        "Their WordPress did not see our application password (%(status)d: %(message)s). Either such passwords are "
        "turned off there, or their server keeps the header “Authorization” from it: its keeper has to mend that."
    )


class MayNotError(RefusedByWordPressError):
    """The account may do less than is wanted."""

    words = _(
        "The account that the partner gave us may not do that (%(status)d: %(message)s). Its keeper can give it "
        "another role."
    )


class MayNotWriteError(FetchError):
    """The account exists, and is one of a mere reader."""

    words = _("The account that the partner gave us may not write in their WordPress: a contributor’s may.")


class BarredError(BadStatusError):
    """Something before WordPress answered in its place."""

    words = _(
        "Something at the partner’s keeps programs from their WordPress (%(status)d): a firewall or a security "
        "plug-in. Its keeper has to let us through to the API."
    )
    PASSWORD = _(
        "Their server wants a password of its own before their WordPress is asked (%(status)d), and an application "
        "password is none. Its keeper has to let us through to the API."
    )
    NOTHING = _("No WordPress answers at the address of its API (%(status)d): look at the address.")

    def __init__(self, status: int, words=None) -> None:
        super().__init__(status)
        self.words = words or self.words
        self.may_pass = False


class MovedError(BadStatusError):
    """The API is at another address, where the password was not taken."""

    words = _("Their WordPress has moved to %(address)s: enter the new address of its API, then the password anew.")

    def __init__(self, status: int, address: str) -> None:
        super().__init__(status)
        self.facts["address"] = address
        self.may_pass = False


@dataclass(frozen=True)
class Account:
    """What an account may do; where a WordPress does not tell, it is tried."""

    may_publish: bool = True
    may_upload: bool = True


# As the API names them. Another one is of a plug-in, for what has a way to go before it is public.
STATES = {status.value: status.value for status in Status} | {"auto-draft": Status.DRAFT.value}


def read_entry(data: object, base: str, *, has_text: bool = True) -> Entry:
    """Return the post that the API at ``base`` described, or raise BadAnswerError where that is none.

    Its raw texts are told to who may edit it.
    """
    try:
        moment = parse_datetime(data.get("date_gmt") or "")
        return Entry(
            key=str(number_of(data)),
            status=STATES.get(data["status"], Status.PENDING.value),
            # Without one it is there all the same.
            address=usable_address(data.get("link"), base),
            title=str(data["title"]["raw"]) if has_text else "",
            content=str(data["content"]["raw"]) if has_text else "",
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

    def account(self) -> Account:
        """Return what the account may do; raise where we are not let in, or may not write there.

        Other answers do not say so clearly, and one of half the rights writes half of what it should.
        """
        try:
            said = self.ask("wp/v2/users/me", query={"context": "edit", "_fields": "id,capabilities"})
        except RefusedByWordPressError as error:
            if error.code == NO_ROUTE:
                # Who fears that names of users are guessed takes the routes of all users away.
                return Account()
            raise
        may = said.get("capabilities") if isinstance(said, dict) else None
        if not isinstance(may, dict):
            raise BadAnswerError(BadAnswerError.NOT_JSON)
        if not may.get("edit_posts"):
            raise MayNotWriteError
        return Account(may_publish=bool(may.get("publish_posts")), may_upload=bool(may.get("upload_files")))

    def find(self, mark: str, slug: str) -> Entry | None:
        """Return the post that bears a mark, however it was renamed or edited since.

        A search that was replaced by a plug-in's may know nothing of what no reader sees; it is looked for by its
        slug too.
        """
        for by in ({"search": mark}, {"slug": slug}):
            query = by | {"status": FINDABLE, "context": "edit", "per_page": 10, "_fields": FIELDS}
            for data in as_list(self.ask("wp/v2/posts", query=query)):
                entry = read_entry(data, self.root)
                if mark in entry.content:
                    return entry
        return None

    def get(self, number: str) -> Entry | None:
        """Return a post by its number; None where there is none any more.

        Without its texts where it is public and no longer for us to edit, as for a contributor.
        """
        route = f"wp/v2/posts/{number}"
        try:
            try:
                return read_entry(self.ask(route, query={"context": "edit", "_fields": FIELDS}), self.root)
            except MayNotError:
                return read_entry(self.ask(route, query={"_fields": PUBLIC_FIELDS}), self.root, has_text=False)
        except RefusedByWordPressError as error:
            if error.status in {404, 410}:
                return None
            raise

    def write(self, values: dict, number: str | None = None) -> Entry:
        """Write a post, a new one where it has no number yet."""
        route = f"wp/v2/posts/{number}" if number else "wp/v2/posts"
        query = {"context": "edit", "_fields": FIELDS}
        return read_entry(self.ask(route, method="POST", query=query, json=values), self.root)

    def categories(self) -> list[CategoryThere]:
        """Return the blog's categories."""
        try:
            return [
                CategoryThere(number_of(each), html.unescape(str(each["name"])), str(each["slug"]))
                for each in self._categories()
            ]
        except (KeyError, TypeError) as error:
            raise BadAnswerError(BadAnswerError.NOT_JSON) from error

    def _categories(self) -> Iterator[dict]:
        for page in range(1, MOST_PAGES_OF_CATEGORIES + 1):
            query = {"per_page": CATEGORIES_AT_ONCE, "page": page, "_fields": "id,name,slug"}
            found = as_list(self.ask("wp/v2/categories", query=query))
            yield from found
            if len(found) < CATEGORIES_AT_ONCE:
                return

    def upload(self, picture: Picture, name: str) -> tuple[int, str]:
        """Put a picture into the media library, once, with its words; return its number and address there.

        Raise NotTakenError where their WordPress takes none, or not this one.
        """
        # What a picture is found by, whatever a plug-in makes of its file, its title, or its address.
        slug = PurePath(name).stem
        query = {"slug": slug, "context": "edit", "_fields": "id,source_url"}
        try:
            found = as_list(self.ask("wp/v2/media", query=query)) or [self._send(picture, name, slug)]
        except BadStatusError as error:
            if is_about_the_picture(error):
                raise NotTakenError(error) from error
            raise
        number, address = number_of(found[0]), usable_address(found[0].get("source_url"), self.root)
        if not address:
            raise NotTakenError(BadAnswerError(WITHOUT_ADDRESS))
        values = {"alt_text": picture.alt, "caption": picture.legend, "slug": slug}
        self.ask(f"wp/v2/media/{number}", method="POST", query={"_fields": "id"}, json=values)
        return number, address

    def _send(self, picture: Picture, name: str, slug: str) -> object:
        with default_storage.open(picture.file) as file:
            content = file.read()
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        headers = {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'}
        query = {"slug": slug, "_fields": "id,source_url"}
        seconds = SECONDS_FOR_A_PICTURE
        return self._answer("wp/v2/media", "POST", query, headers, content=content, seconds=seconds).json()

    def _answer(self, route: str, method: str, query: dict, headers: dict, **body) -> Answer:
        address = address_of_route(self.root, route, query)
        answer = fetch(address, method=method, headers=self.headers | headers, **body)
        if answer.status in REDIRECTS or origin_of(httpx2.URL(answer.address)) != origin_of(httpx2.URL(self.root)):
            raise MovedError(answer.status, where_it_leads(answer))
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


class NotTakenError(FetchError):
    """Their WordPress does not take a picture; the text needs it no less."""

    def __init__(self, error: FetchError) -> None:
        super().__init__(error.words, **error.facts)


def is_about_the_picture(error: BadStatusError) -> bool:
    """Say whether a refusal is one of the picture, or of all pictures from us, and sending it again would not help.

    WordPress says 500 of a kind of file that it does not take.
    """
    code = error.code if isinstance(error, RefusedByWordPressError) else ""
    return error.status == TOO_LARGE or code.startswith(NOT_TAKEN)


def refusal(answer: Answer) -> FetchError:
    """Return an error that says what a WordPress said of itself, or that it was never asked."""
    try:
        said = answer.json()
    except BadAnswerError:
        return without_words(answer)
    message = said.get("message") if isinstance(said, dict) else None
    if not isinstance(message, str):
        return without_words(answer)
    code = said.get("code")
    code = code if isinstance(code, str) else ""
    # What it says may hold mark-up, as an advice with a link.
    words = strip_tags(html.unescape(message)).strip()
    return kind_of(answer.status, code)(answer.status, words, answer.retry_after, code)


def kind_of(status: int, code: str) -> type[RefusedByWordPressError]:
    """Return the error of what a WordPress answers, by the name that it has for it."""
    if code in WRONG_PASSWORD:
        return WrongPasswordError
    if code in TURNED_OFF:
        return TurnedOffError
    if code == NOT_LOGGED_IN:
        return UnheardError
    if status in {401, 403}:
        return MayNotError if code.startswith(FORBIDDEN) else KeepOutError
    return RefusedByWordPressError


def without_words(answer: Answer) -> BadStatusError:
    """Return the error of an answer that is none of a WordPress."""
    status = answer.status
    if status == 401 and answer.headers.get("WWW-Authenticate", ""):
        return BarredError(status, BarredError.PASSWORD)
    if status in {404, 410}:
        return BarredError(status, BarredError.NOTHING)
    error = BadStatusError(status, answer.retry_after)
    return error if error.may_pass or status == TOO_LARGE else BarredError(status)


def where_it_leads(answer: Answer) -> str:
    """Return the address that a redirect ended at or names, without what was asked of it."""
    location = answer.headers.get("Location", "") if answer.status in REDIRECTS else ""
    address = web_address(answer.address, location) or answer.address
    # Of the route that was asked for, the root is of use.
    return address.partition("?")[0].partition(f"/{NAMESPACE}/")[0]


def as_list(data: object) -> list:
    """Return the data of a route that answers with a list, or raise BadAnswerError."""
    if not isinstance(data, list):
        raise BadAnswerError(BadAnswerError.NOT_JSON)
    return data


def number_of(data: object) -> int:
    """Return the number of a thing of a WordPress, or raise BadAnswerError where it has none that can be kept."""
    try:
        number = int(data["id"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadAnswerError(BadAnswerError.NOT_JSON) from error
    if not 0 < number <= LARGEST_NUMBER:
        raise BadAnswerError(BadAnswerError.NOT_JSON)
    return number


def usable_address(said: object, base: str) -> str:
    """Return an address that a WordPress gives, or '' where it is none that somebody may be sent to."""
    address = web_address(base, said) if isinstance(said, str) and said.strip() else ""
    try:
        check_address(address)
    except ForbiddenAddressError:
        return ""
    return address if len(address) <= LONGEST_ADDRESS else ""
