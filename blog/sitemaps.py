"""What search engines are asked to visit: pages that are for everybody, and stand for themselves.

A sitemap index names the files. Articles are parted by the year (of UTC) in which they appeared, so that a file costs
the same however many there are in all: the articles of a year are found by an index, and a file has a bounded part of
them. Left out are articles whose original stands at a partner's (``blog.agreement``), archives by time, which only
list what is listed elsewhere, and whatever says ``noindex``.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from authors.addresses import address
from authors.bilingual import LANGUAGES
from authors.models import Author
from blog.models import Authorship, Category, Event, Listing, Month, Page, Partner, Post, Series, Sponsor, Tag, Tribune
from blog.structured_data import plain

# A file of so many articles, with their versions and pictures, has about half a megabyte; the protocol allows 50,000
# addresses and 50 MB.
IN_A_FILE = 1000

# What an entry shows of an article.
FIELDS = ("language", "title", "slug", "status", "published_at", "updated_at", "translation_of", "disclosure")
# What is older is no news to those who show news: https://support.google.com/news/publisher-center/answer/9606710.
NEWS_FOR = timedelta(days=2)
# A file that is asked for its size looks it up.
FILE = ("file", "width", "height")

# Pages that there is one of in each language.
SINGLE_PAGES = (
    "blog:home",
    "blog:post-list",
    "blog:everything",
    "blog:most-discussed",
    "blog:author-list",
    "blog:partner-list",
    "blog:tribune-list",
    "blog:sponsor-list",
    "blog:event-list",
    "blog:search",
    "comments:privacy",
)


class OwnSitemap(Sitemap):
    """Addresses of this site, whatever host a request was sent to."""

    limit = IN_A_FILE

    def get_protocol(self, protocol: str | None = None) -> str:
        return settings.SITE_URL.partition("://")[0]

    def get_domain(self, site: object = None) -> str:
        return settings.SITE_URL.partition("://")[2]


class ListsSitemap(OwnSitemap):
    """Pages that stand at an address in each language, in the order of ``rows``."""

    i18n = alternates = True

    def __init__(self, rows: QuerySet | Iterable) -> None:
        self.rows = rows

    def items(self) -> list:
        return list(self.rows)

    def location(self, item: object) -> str:
        return address(item) if isinstance(item, str) else item.get_absolute_url()

    def get_urls(self, page: int = 1, site: object = None, protocol: str | None = None) -> list[dict]:
        urls = super().get_urls(page, site, protocol)
        for url in urls:
            addresses = {each["lang_code"]: each["location"] for each in url["alternates"]}
            url["alternates"] = alternates_of(addresses)
        return urls


class AuthorTribunesSitemap(ListsSitemap):
    """The pages of all tribunes of an author."""

    def location(self, item: Author) -> str:
        return address("blog:author-tribunes", item.slug)


class SeriesSitemap(OwnSitemap):
    """Series, in the languages in which a part can be read."""

    @cached_property
    def rows(self) -> list[Series]:
        return list(Series.objects.readable().order_by("pk").only("slug"))

    def items(self) -> list[tuple[Series, str]]:
        return [(series, language) for series in self.rows for language in series.languages()]

    def location(self, item: tuple[Series, str]) -> str:
        return address("blog:series-detail", item[0].slug, language=item[1])

    def get_urls(self, page: int = 1, site: object = None, protocol: str | None = None) -> list[dict]:
        urls = super().get_urls(page, site, protocol)
        for url in urls:
            series, _language = url["item"]
            addresses = {each: settings.SITE_URL + self.location((series, each)) for each in series.languages()}
            url["alternates"] = alternates_of(addresses)
        return urls


class PlainPagesSitemap(OwnSitemap):
    """Plain pages, each with its translation; not those that are shown within a page of the program's own."""

    def items(self) -> list[Page]:
        own = {address(name, language=language) for name in SINGLE_PAGES for language in LANGUAGES}
        return [page for page in Page.objects.published().order_by("pk") if page.path() not in own]

    def location(self, item: Page) -> str:
        return item.path()

    def get_urls(self, page: int = 1, site: object = None, protocol: str | None = None) -> list[dict]:
        urls = super().get_urls(page, site, protocol)
        versions = {}
        for item in self.items():
            versions.setdefault(item.translation_of_id or item.pk, []).append(item)
        for url in urls:
            item = url["item"]
            url["alternates"] = alternates_of(addresses_of(versions[item.translation_of_id or item.pk]))
        return urls


class PostsSitemap(OwnSitemap):
    """The articles of a year, the newest first.

    ``count`` is how many there are, those among them whose original stands elsewhere: a file has so many fewer.
    """

    def __init__(self, year: int, count: int) -> None:
        self.posts = posts_of(year).select_related("cover").only(*FIELDS, *(f"cover__{name}" for name in FILE))
        self.posts = self.posts.newest_first()
        self.count = count

    @cached_property
    def paginator(self) -> Paginator:
        paginator = Paginator(self.posts, self.limit)
        # It is known; to count them again is to look at each.
        paginator.count = self.count
        return paginator

    def location(self, item: Post) -> str:
        return item.path()

    def lastmod(self, item: Post) -> datetime:
        return item.changed_at

    def get_urls(self, page: int = 1, site: object = None, protocol: str | None = None) -> list[dict]:
        urls = super().get_urls(page, site, protocol)
        return with_versions_and_pictures([url for url in urls if not url["item"].has_original_there])


def posts_of(year: int) -> QuerySet[Post]:
    """Return the articles that appeared in a year, each with whether its original stands elsewhere."""
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    posts = Post.objects.published().filter(published_at__gte=start, published_at__lt=end)
    return posts.with_original_there()


def with_versions_and_pictures(urls: list[dict]) -> list[dict]:
    """Return the same entries of articles with their versions and pictures: two queries."""
    posts = [url["item"] for url in urls]
    versions, pictures = versions_of(posts), pictures_of(posts)
    for url in urls:
        post = url["item"]
        url["alternates"] = alternates_of(addresses_of([post, *versions.get(post.pk, [])]))
        url["news"] = news_of(post)
        url["images"] = [settings.SITE_URL + path for path in pictures[post.pk]]
    return urls


def news_of(post: Post) -> dict[str, object] | None:
    """Return what is said of an article of these days; None of one that is older, or that somebody paid for.

    Those who show news want none that is advertising.
    """
    if post.is_commercial() or post.published_at < timezone.now() - NEWS_FOR:
        return None
    return {
        "name": settings.SITE_NAME,
        "language": post.language,
        "date": post.published_at,
        "title": plain(post.title, post.language),
    }


def versions_of(posts: list[Post]) -> dict[int, list[Post]]:
    """Return by the keys of posts their versions in the other language that stand for themselves too."""
    keys = [post.pk for post in posts]
    originals = {post.translation_of_id: post.pk for post in posts if post.translation_of_id}
    others = (
        Post.objects.still_published()
        .standing_for_themselves()
        .filter(Q(translation_of__in=keys) | Q(pk__in=originals))
        .only("language", "slug", "status", "published_at", "translation_of")
    )
    found = {}
    for other in others:
        found.setdefault(originals.get(other.pk, other.translation_of_id), []).append(other)
    return found


def pictures_of(posts: list[Post]) -> dict[int, list[str]]:
    """Return by the keys of posts the paths of their pictures, the cover first."""
    found = {post.pk: [post.cover.file.url] if post.cover else [] for post in posts}
    through = Post.pictures.through
    rows = through.objects.filter(post__in=list(found)).select_related("image")
    rows = rows.only("post_id", *(f"image__{name}" for name in FILE))
    for row in rows.order_by("pk"):
        if row.image.file.url not in found[row.post_id]:
            found[row.post_id].append(row.image.file.url)
    return found


def addresses_of(versions: list[Post | Page]) -> dict[str, str]:
    """Return the address of each version by its language."""
    return {each.language: settings.SITE_URL + each.path() for each in versions}


def alternates_of(addresses: dict[str, str]) -> list[dict]:
    """Return what the head of a page says of its versions: all of them, and French for who wants neither language."""
    if len(addresses) < 2:
        return []
    addresses |= {"x-default": addresses["fr"]} if "fr" in addresses else {}
    return [{"lang_code": code, "location": addresses[code]} for code in sorted(addresses)]


def sections() -> dict[str, Sitemap]:
    """Return the files by name: those that have something in them, as far as it takes no count of articles."""
    lists = {
        "pages": PlainPagesSitemap(),
        "lists": ListsSitemap(SINGLE_PAGES),
        "categories": ListsSitemap(with_posts(Category.objects.order_by("path"), "category")),
        "tags": ListsSitemap(with_posts(Tag.objects.order_by("slug"), "tag")),
        "authors": ListsSitemap(with_posts(Author.objects.order_by("pk"), "author")),
        "author-tribunes": AuthorTribunesSitemap(with_tribunes(Author.objects.order_by("pk"))),
        "partners": ListsSitemap(seen_by_readers(Partner.objects.order_by("pk"))),
        "series": SeriesSitemap(),
        "sponsors": ListsSitemap(Sponsor.objects.public().order_by("pk").defer("sites")),
        "events": ListsSitemap(Event.objects.public().order_by("pk").defer("description_fr", "description_en")),
    }
    return lists | {f"posts-{year}": PostsSitemap(year, count) for year, count in years().items()}


def with_posts(rows: QuerySet, kind: str) -> QuerySet:
    """Leave out what lists no article in any language."""
    return rows.filter(Exists(Listing.objects.out().order_by().filter(**{kind: OuterRef("pk")})))


def with_tribunes(authors: QuerySet[Author]) -> QuerySet[Author]:
    """Leave out who has no tribune that readers see."""
    wrote = Authorship.objects.filter(author=OuterRef(OuterRef("pk")), post=OuterRef("post"))
    return authors.filter(Exists(Tribune.objects.published().order_by().filter(Exists(wrote))))


def seen_by_readers(partners: QuerySet[Partner]) -> QuerySet[Partner]:
    """Leave out partners whom nobody but editors sees."""
    tribunes = Tribune.objects.published().order_by().filter(partner=OuterRef("pk"))
    return partners.filter(Q(is_listed=True) | Exists(tribunes))


def years() -> dict[int, int]:
    """Return the years with an article that stands for itself, the latest first, and how many articles each has.

    Two queries, with one probe of an index for each year.
    """
    months = Month.objects.filter(posts__gt=0, year__lte=datetime.now(UTC).year)
    counts = dict(months.order_by("-year").values_list("year").annotate(Sum("posts")))
    if not counts:
        return {}
    probes = {f"in_{year}": Exists(posts_of(year).filter(has_original_there=False).order_by()) for year in counts}
    found = Month.objects.order_by().annotate(**probes).values(*probes)[0]
    return {year: count for year, count in counts.items() if found[f"in_{year}"]}


def entry_of(post: Post) -> dict | None:
    """Return the entry of one article, as the file of its year has it; None where it is in none."""
    if post.published_at is None:
        return None
    year = PostsSitemap(post.published_at.astimezone(UTC).year, 1)
    year.posts = year.posts.filter(pk=post.pk)
    return next(iter(year.get_urls()), None)
