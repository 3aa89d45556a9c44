"""The feeds of lists: of all articles, a category, a tag, an author, a partner, and of all tribunes."""

from collections.abc import Iterable

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import SyndicationFeed
from django.utils.http import http_date
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from authors.addresses import address
from authors.bilingual import current_language
from blog.cards import ALL, AUTHOR, CATEGORY, TAG
from blog.feeds import ITEMS, as_item_of, items_of, last_change, make_feed, with_all
from blog.models import Partner, Post, Tribune
from blog.pagecache import tag_page
from blog.prepared import Prepared
from blog.structured_data import plain
from blog.views.lists import AUTHOR_AT, CATEGORY_AT, TAG_AT, one
from blog.views.partners import EXCHANGED, TRIBUNES


@require_safe
def post_list_feed(request: HttpRequest, kind: str) -> HttpResponse:
    """The newest articles of a language."""
    keys = ALL(language=current_language(), now=timezone.now())[:ITEMS]
    feed = make_feed(kind, title=gettext("All articles"), link=address("blog:post-list"), address=request.path)
    return respond(feed, posts_at(keys))


@require_safe
def category_feed(request: HttpRequest, path: str, kind: str) -> HttpResponse:
    """The newest articles of a category and of those that stand in it."""
    category = one(CATEGORY_AT(path=path))
    return feed_of(request, kind, CATEGORY, category, plain(category.name), plain(category.description))


@require_safe
def tag_feed(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The newest articles on a subject."""
    tag = one(TAG_AT(slug=slug))
    return feed_of(request, kind, TAG, tag, plain(tag.name))


@require_safe
def author_feed(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The newest articles of an author."""
    author = one(AUTHOR_AT(slug=slug))
    return feed_of(request, kind, AUTHOR, author, author.name, plain(author.biography))


@require_safe
def partner_feed(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The newest tribunes exchanged with a partner, whatever their language."""
    partner = Partner.objects.filter(slug=slug).first()
    tribunes = EXCHANGED(partner=partner.pk, now=timezone.now())[:ITEMS] if partner else ()
    if partner is None or not (partner.is_listed or tribunes):
        raise Http404("No such partner.")
    title = gettext("Tribunes with %(partner)s") % {"partner": partner.name}
    feed = make_feed(kind, title=title, link=partner.get_absolute_url(), address=request.path)
    return respond_with_tribunes(feed, tribunes)


@require_safe
def tribune_list_feed(request: HttpRequest, kind: str) -> HttpResponse:
    """The newest tribunes, whatever their language: an item says which it is in."""
    about = gettext("Opinions that go on elsewhere: ours on the blogs of our partners, theirs here.")
    link = address("blog:tribune-list")
    feed = make_feed(kind, title=gettext("Tribunes"), link=link, address=request.path, description=about)
    return respond_with_tribunes(feed, TRIBUNES(now=timezone.now())[:ITEMS])


def feed_of(
    request: HttpRequest, kind: str, keys: Prepared, listed: Model, title: str, description: str = ""
) -> HttpResponse:
    """Return the feed of what is listed under a category, a tag or an author."""
    found = keys(key=listed.pk, language=current_language(), now=timezone.now())[:ITEMS]
    link = listed.get_absolute_url()
    feed = make_feed(kind, title=title, link=link, address=request.path, description=description)
    return respond(feed, posts_at(found))


def posts_at(keys: list[int]) -> list[Post]:
    """Return the posts with these keys, in their order, with all that an item shows."""
    posts = Post.objects.published().select_related("category", "cover", "disclosure_with").defer("body", "body_text")
    found = posts.in_bulk(keys)
    return with_all(found[key] for key in keys if key in found)


def respond(feed: SyndicationFeed, posts: list[Post]) -> HttpResponse:
    """Put posts into a feed, and return it as a page that may be kept."""
    for item in items_of(posts):
        feed.add_item(**item)
    return as_page(feed, posts)


def respond_with_tribunes(feed: SyndicationFeed, tribunes: Iterable[Tribune]) -> HttpResponse:
    """Put tribunes into a feed, each as the item of its post."""
    tribunes = list(tribunes)
    posts = {post.pk: post for post in posts_at(list({tribune.post_id for tribune in tribunes}))}
    tribunes = [tribune for tribune in tribunes if tribune.post_id in posts]
    for tribune, item in zip(tribunes, items_of(posts[each.post_id] for each in tribunes), strict=True):
        feed.add_item(**as_item_of(tribune, item))
    return as_page(feed, list(posts.values()))


def as_page(feed: SyndicationFeed, posts: list[Post]) -> HttpResponse:
    """Return a feed as a page that may be kept, and that says when it changed last."""
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    changed = last_change(posts)
    if changed is not None:
        response.headers["Last-Modified"] = http_date(changed.timestamp())
    return tag_page(response)
