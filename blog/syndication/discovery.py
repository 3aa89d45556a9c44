"""What a blog says of itself to programs, found from its address alone.

Nothing here is kept: an editor is shown what was found, mends it, and saves it or not. Where something is not found,
or not what it says it is, a sentence says so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from time import monotonic

import httpx2
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from blog.models import Partner
from blog.models.languages import Language
from blog.syndication.addresses import check_address, is_same_host
from blog.syndication.answers import Answer
from blog.syndication.errors import BadAnswerError, FetchError, TooSlowError, UnreachableError
from blog.syndication.feeds import ACCEPTED, LARGEST_FEED, FeedContent, is_feed, read_feed
from blog.syndication.fetching import fetch
from blog.syndication.pages import Page, web_address
from pictures.masters import Master, reencode

# An editor waits for the whole; a web server gives up a request after thirty.
SECONDS = 24
# A page that is not there within these is not waited for by readers either.
SECONDS_EACH = 12
LARGEST_ICON = 1024 * 1024
# The root of the API says what a WordPress can do; of all of it, some with many plug-ins write megabytes.
LARGEST_ROOT = 1024 * 1024
WORDPRESS_FIELDS = "name,description,home,namespaces,authentication,site_icon_url"
# A smaller picture is a mark of a browser's tab, and blurred where a logo stands.
SHORTEST_SIDE = 96
# As it is shown to the editor, within the page.
LARGEST_PICTURE = 512 * 1024

# What is looked for and kept of a partner, in the order in which it is shown.
FOUND_FIELDS = ("name", "keeper", "language", "site", "feed", "api", "micropub", "webmention")


@dataclass
class Discovery:
    """What was found of a blog, by the names of a partner's fields, and a sentence for what was not.

    ``picture`` is the master of its icon, where that will do for a logo. ``headlines`` show whether the feed is right.
    """

    site: str
    name: str = ""
    keeper: str = ""
    language: str = ""
    feed: str = ""
    api: str = ""
    micropub: str = ""
    webmention: str = ""
    about: str = ""
    picture: bytes = field(default=b"", repr=False)
    headlines: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def takes(self) -> str:
        """Return how the blog would take tribunes, by what it offers."""
        if self.api:
            return Partner.Takes.WORDPRESS
        return Partner.Takes.MICROPUB if self.micropub else Partner.Takes.PAGE

    def values(self) -> dict[str, str]:
        """Return what was found, by the names of the fields."""
        return {name: value for name in FOUND_FIELDS if (value := getattr(self, name))}


def discover(address: str) -> Discovery:
    """Return what the blog at an address says of itself; raise a FetchError where there is no such page.

    The address of its feed, or of one of its articles, will do. Four requests at most, or six where it was typed
    without its scheme and knows no https.
    """
    return _Search().run(address)


class _Search:
    """One search, with all its requests within SECONDS."""

    def __init__(self) -> None:
        self.ends = monotonic() + SECONDS

    def ask(self, address: str, **options) -> Answer:
        left = self.ends - monotonic()
        if left <= 0:
            raise TooSlowError(SECONDS)
        return fetch(address, seconds=min(SECONDS_EACH, left), **options).expect_success()

    def run(self, address: str) -> Discovery:
        answer = self.ask_as_typed(address.strip())
        feed = None
        if is_feed(answer):
            feed = read_feed(answer)
            given, answer = answer, self.ask(feed.home or str(httpx2.URL(answer.address).copy_with(raw_path=b"/")))
        if not answer.is_html:
            raise BadAnswerError(_("At this address is neither a web page nor a feed."))
        page = Page(answer)
        found = Discovery(site=answer.moved_to or answer.asked, keeper=page.byline, problems={})
        with problem_of(found, "feed"):
            feed = self.find_feed(page, found, feed, given.moved_to or given.asked if feed else "")
        wordpress: dict = {}
        with problem_of(found, "api"):
            wordpress = self.find_wordpress(page, found)
        self.find_endpoints(page, found)
        self.name(page, found, feed or FeedContent(), wordpress)
        with problem_of(found, "picture"):
            self.find_picture(found, [wordpress.get("icon", ""), page.icon])
        keep_what_fits(found)
        return found

    def ask_as_typed(self, address: str) -> Answer:
        """Ask for an address that may lack its scheme: protected first, and as it was once where nobody answers so."""
        if "://" in address:
            return self.ask(address, is_cut=True)
        try:
            return self.ask(f"https://{address}", is_cut=True)
        except UnreachableError as error:
            if error.words is UnreachableError.NO_NAME:
                raise
            return self.ask(f"http://{address}", is_cut=True)

    def find_feed(self, page: Page, found: Discovery, feed: FeedContent | None, given: str) -> FeedContent | None:
        """Return the feed that the page names first, or the one that was given as the address."""
        if given:
            found.feed = given
        elif page.feeds:
            found.feed = page.feeds[0].address
            answer = self.ask(found.feed, limit=LARGEST_FEED, is_cut=True, headers={"Accept": ACCEPTED})
            try:
                feed = read_feed(answer)
            except FetchError:
                # A server that is down may have it tomorrow; this one has something else.
                found.feed = ""
                raise
        else:
            found.problems["feed"] = _("The page names no feed.")
        found.headlines = [item.title for item in feed.items[:3]] if feed else []
        return feed

    def find_wordpress(self, page: Page, found: Discovery) -> dict[str, str]:
        """Note the REST API that the page names, when it is one; return what it says of the blog."""
        if not page.wordpress_api:
            found.problems["api"] = _("The page names no API of a WordPress.")
            return {}
        root = httpx2.URL(page.wordpress_api).copy_merge_params({"_fields": WORDPRESS_FIELDS})
        data = self.ask(str(root), limit=LARGEST_ROOT, headers={"Accept": "application/json"}).json()
        namespaces = data.get("namespaces") if isinstance(data, dict) else None
        if not isinstance(namespaces, list) or "wp/v2" not in namespaces:
            raise BadAnswerError(_("What answers there is no API of a WordPress that takes posts."))
        found.api = page.wordpress_api
        ways = data.get("authentication")
        if not isinstance(ways, dict) or "application-passwords" not in ways:
            found.problems["api"] = _(
                "This WordPress offers no application passwords. Its keeper may have to turn them on, or https."
            )
        elif not is_same_host(found.api, found.site):
            found.problems["api"] = _(
                "This API is at another host than the blog, %(host)s: a password that you enter is sent there. Ask the "
                "partner whether that is right."
            ) % {"host": httpx2.URL(found.api).host}
        texts = {name: data.get(name) for name in ("name", "description", "home", "site_icon_url")}
        texts = {name: unescape(text).strip() if isinstance(text, str) else "" for name, text in texts.items()}
        # An article was given; the blog says where its first page is.
        home = web_address(found.site, texts["home"])
        if home and httpx2.URL(home).host == httpx2.URL(found.site).host:
            found.site = home
        return {"name": texts["name"], "about": texts["description"], "icon": texts["site_icon_url"]}

    def find_endpoints(self, page: Page, found: Discovery) -> None:
        found.micropub, found.webmention = page.micropub, page.webmention
        if not found.micropub:
            found.problems["micropub"] = _("The page names no Micropub endpoint.")
        if not found.webmention:
            found.problems["webmention"] = _("The page names no webmention endpoint; its articles may name one.")

    def name(self, page: Page, found: Discovery, feed: FeedContent, wordpress: dict[str, str]) -> None:
        """Say whose blog it is, what it is about, and in which language, by who says so with most care."""
        found.name = wordpress.get("name") or page.site_name or feed.title or page.title
        found.about = wordpress.get("about") or feed.about
        language = page.language or feed.language
        if language.partition("-")[0] in Language.values:
            found.language = language.partition("-")[0]
        elif language:
            found.problems["language"] = _("The page says that its language is “%(tag)s”.") % {"tag": language}
        else:
            found.problems["language"] = _("The page does not say its language.")
        if not found.name:
            found.problems["name"] = _("The page has no title.")
        if not found.keeper:
            found.problems["keeper"] = _("The page does not say who keeps the blog.")

    def find_picture(self, found: Discovery, icons: list[str]) -> None:
        """Fetch the first icon that there is and make a master of it, as of every picture."""
        address = next((absolute for icon in icons if icon and (absolute := web_address(found.site, icon))), "")
        if not address:
            found.problems["picture"] = _("The page names no icon.")
            return
        try:
            master: Master = reencode(ContentFile(self.ask(address, limit=LARGEST_ICON).body))
        except ValidationError as error:
            found.problems["picture"] = " ".join(error.messages)
            return
        if min(master.width, master.height) < SHORTEST_SIDE:
            found.problems["picture"] = _(
                "Its icon has %(width)d × %(height)d pixels, too few for a logo: add one to the pictures."
            ) % {"width": master.width, "height": master.height}
            return
        if master.size > LARGEST_PICTURE:
            found.problems["picture"] = _("Its icon is a picture of %(size)s, too large for a logo.") % {
                "size": filesizeformat(master.size)
            }
            return
        found.picture = master.open().read()


@contextmanager
def problem_of(found: Discovery, name: str) -> Iterator[None]:
    """Note what goes wrong while one thing is looked for, which keeps nothing else from being found."""
    try:
        yield
    except FetchError as error:
        found.problems[name] = str(error)


def keep_what_fits(found: Discovery) -> None:
    """Cut texts to their columns, and leave out addresses that are longer than theirs or that nobody may be sent to."""
    lengths = {name: Partner._meta.get_field(name).max_length for name in FOUND_FIELDS}
    for name in ("name", "keeper"):
        text, length = getattr(found, name), lengths[name]
        setattr(found, name, text if len(text) <= length else f"{text[: length - 1]}…")
    for name in filter(partial(getattr, found), ("feed", "api", "micropub", "webmention")):
        problem = ""
        if len(getattr(found, name)) > lengths[name]:
            problem = _("The address that the page names is longer than any that is kept here.")
        try:
            check_address(getattr(found, name))
        except FetchError as error:
            problem = str(error)
        if problem:
            found.problems[name] = problem
            setattr(found, name, "")
