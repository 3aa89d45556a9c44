"""The feeds of lists: of all articles, a category, a tag, an author, a partner, and of all tribunes.

Each has an archive (``blog.feed_archives``), whose documents stand below it: those of articles by month.
"""

from collections.abc import Iterable

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.feedgenerator import SyndicationFeed
from django.utils.translation import gettext

from authors.addresses import address
from authors.bilingual import current_language
from blog.cards import ALL, AUTHOR, CATEGORY, TAG
from blog.feed_archives import Chronicle, Register, archive_links, chronicle_of, chronicle_of_all
from blog.feeds import ITEMS, answer_with, as_item_of, hub, items_of, make_feed, whole, with_all
from blog.markup import without_controls
from blog.models import Claim, Partner, Post, Tribune
from blog.pagecache import tag_page
from blog.prepared import Bound, Prepared
from blog.structured_data import plain
from blog.views.lists import AUTHOR_AT, CATEGORY_AT, TAG_AT, one
from blog.views.partners import EXCHANGED, TRIBUNES
from blog.views.reading import only_read

# So many numbers of tribunes are a part of their archive; some of them were never published.
NUMBERS = 50


@only_read
def post_list_feed(request: HttpRequest, kind: str, part: str = "") -> HttpResponse:
    """The newest articles of a language, or a part of all those before."""
    language = current_language()
    keys = ALL(language=language, now=timezone.now())
    about = {"title": gettext("All articles"), "link": address("blog:post-list")}
    return feed_of(request, kind, part, keys, chronicle_of_all(language, ITEMS), about)


@only_read
def category_feed(request: HttpRequest, path: str, kind: str, part: str = "") -> HttpResponse:
    """The newest articles of a category and of those that stand in it, or a part of those before."""
    category = one(CATEGORY_AT(path=path))
    about = {"title": plain(category.name), "description": plain(category.description)}
    return feed_of_listed(request, kind, part, CATEGORY, category, about)


@only_read
def tag_feed(request: HttpRequest, slug: str, kind: str, part: str = "") -> HttpResponse:
    """The newest articles on a subject, or a part of those before."""
    tag = one(TAG_AT(slug=slug))
    return feed_of_listed(request, kind, part, TAG, tag, {"title": plain(tag.name)})


@only_read
def author_feed(request: HttpRequest, slug: str, kind: str, part: str = "") -> HttpResponse:
    """The newest articles of an author, or a part of those before."""
    author = one(AUTHOR_AT(slug=slug))
    about = {"title": without_controls(author.name), "description": plain(author.biography)}
    return feed_of_listed(request, kind, part, AUTHOR, author, about)


@only_read
def partner_feed(request: HttpRequest, slug: str, kind: str, part: str = "") -> HttpResponse:
    """The newest tribunes exchanged with a partner, whatever their language, or a part of all of them."""
    partner = get_object_or_404(Partner, slug=slug)
    now = timezone.now()
    newest = EXCHANGED(partner=partner.pk, now=now)
    title = gettext("Tribunes with %(partner)s") % {"partner": partner.name}
    about = {"title": title, "link": partner.get_absolute_url()}
    archive = Register(Tribune.objects.published(now).filter(partner=partner), "pk", ITEMS, NUMBERS)
    # Of who is not listed, only what readers see otherwise.
    return feed_of_tribunes(request, kind, part, newest, archive, about, is_there=partner.is_listed)


@only_read
def tribune_list_feed(request: HttpRequest, kind: str, part: str = "") -> HttpResponse:
    """The newest tribunes, whatever their language, or a part of all of them: an item says which it is in."""
    now = timezone.now()
    about = {
        "title": gettext("Tribunes"),
        "link": address("blog:tribune-list"),
        "description": gettext("Opinions that go on elsewhere: ours on the blogs of our partners, theirs here."),
    }
    archive = Register(Tribune.objects.published(now), "pk", ITEMS, NUMBERS)
    return feed_of_tribunes(request, kind, part, TRIBUNES(now=now), archive, about)


def feed_of_listed(
    request: HttpRequest, kind: str, part: str, keys: Prepared, listed: Model, about: dict[str, str]
) -> HttpResponse:
    """Return the feed, or a part of it, of what is listed under a category, a tag or an author."""
    language = current_language()
    found = keys(key=listed.pk, language=language, now=timezone.now())
    chronicle = chronicle_of(listed._meta.model_name, listed.pk, language, ITEMS)
    return feed_of(request, kind, part, found, chronicle, about | {"link": listed.get_absolute_url()})


def feed_of(
    request: HttpRequest, kind: str, part: str, newest: Bound, chronicle: Chronicle, about: dict[str, str]
) -> HttpResponse:
    """Return the feed of a list, which leads to its archive, or the part of that archive which is asked for."""
    if part:
        asked = chronicle.read(part)
        keys = chronicle.keys(asked) if asked else []
        if not keys:
            raise Http404("No such part.")
    else:
        keys = newest[:ITEMS]
    links = links_of(request, part, archive_links(chronicle, request.path, part=part, shown=keys))
    feed = make_feed(kind, **about, address=request.path, links=links, is_archive=bool(part))
    return respond(feed, posts_at(keys))


def feed_of_tribunes(
    request: HttpRequest,
    kind: str,
    part: str,
    newest: Bound,
    archive: Register,
    about: dict[str, str],
    *,
    is_there: bool = True,
) -> HttpResponse:
    """Return a feed of tribunes, or a part of its archive; one that has none is there only where that is said."""
    if part:
        asked = archive.read(part)
        tribunes = list(archive.of(asked).for_cards()) if asked else []
        # By their dates, as in the feed itself; in which part one is, its number says.
        tribunes.sort(key=lambda tribune: (tribune.published_at, tribune.pk), reverse=True)
        is_there = bool(tribunes)
    else:
        tribunes = list(newest[:ITEMS])
    if not (tribunes or is_there):
        raise Http404("No such feed.")
    shown = {tribune.pk for tribune in tribunes}
    links = links_of(request, part, archive_links(archive, request.path, part=part, shown=shown))
    feed = make_feed(kind, **about, address=request.path, links=links, is_archive=bool(part))
    return respond_with_tribunes(feed, tribunes)


def links_of(request: HttpRequest, part: str, links: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the links of a feed as it names them: whole; a hub is told of the feed alone."""
    return ([] if part else hub()) + [(relation, whole(path)) for relation, path in links]


def posts_at(keys: list[int]) -> list[Post]:
    """Return the posts with these keys, in their order, with all that an item shows."""
    posts = (
        Post.objects.still_published().select_related("category", "cover", "disclosure_with").defer("body", "body_text")
    )
    posts = posts.annotate(claims_of_it=Claim.objects.as_column())
    found = posts.in_bulk(keys)
    return with_all(found[key] for key in keys if key in found)


def respond(feed: SyndicationFeed, posts: list[Post], tags: Iterable[str] = ()) -> HttpResponse:
    """Put posts into a feed, and return it as a page that may be kept, until something with one of its tags changes."""
    for item in items_of(posts):
        feed.add_item(**item)
    return tag_page(answer_with(feed), tags)


def respond_with_tribunes(feed: SyndicationFeed, tribunes: list[Tribune]) -> HttpResponse:
    """Put tribunes into a feed, each as the item of its post."""
    posts = {post.pk: post for post in posts_at(list({tribune.post_id for tribune in tribunes}))}
    tribunes = [tribune for tribune in tribunes if tribune.post_id in posts]
    for tribune, item in zip(tribunes, items_of(posts[each.post_id] for each in tribunes), strict=True):
        feed.add_item(**as_item_of(tribune, item))
    return tag_page(answer_with(feed))
