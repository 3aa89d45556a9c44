"""The first page."""

from django.db.models import CharField, DateTimeField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from authors.bilingual import current_language
from blog.cards import LATEST, with_authors
from blog.models import Category, Event, Post, Tribune
from blog.models.addresses import SHORT_ADDRESSES
from blog.pagecache import discussion_tags, tag_page
from blog.prepared import Prepared
from blog.views.reading import only_read

# One that leads, and a grid that is full at two and at three columns.
POSTS = 13
TRIBUNES = 3
EVENTS = 3
DISCUSSED = 5


@only_read
def home(request: HttpRequest) -> HttpResponse:
    """What is new: posts, tribunes, events to come, and the way to everything else."""
    if any(name in request.GET for name in SHORT_ADDRESSES):
        raise Http404("WordPress's short address of a post, see OldAddressMiddleware.")
    language = current_language()
    now = timezone.now()
    posts = with_authors(LATEST(language=language, now=now)[:POSTS])
    context = {
        "lead": posts[0] if posts else None,
        "posts": posts[1:],
        "tribunes": NEW_TRIBUNES(language=language, now=now)[:TRIBUNES],
        "events": COMING(now=now)[:EVENTS],
        "discussed": MOST_DISCUSSED(language=language, now=now)[:DISCUSSED],
        "categories": list(SECTIONS()),
    }
    counted = [*posts, *context["discussed"]]
    return tag_page(render(request, "blog/home.html", context), discussion_tags(post.discussion_id for post in counted))


NEW_TRIBUNES = Prepared(
    lambda language, now: Tribune.objects.published(now).in_language(language).for_cards(),
    language=CharField(),
    now=DateTimeField(),
)
COMING = Prepared(
    lambda now: Event.objects.public().filter(is_cancelled=False).coming(now).defer("description_fr", "description_en"),
    now=DateTimeField(),
)
MOST_DISCUSSED = Prepared(
    lambda language, now: (
        Post.objects.published(now)
        .in_language(language)
        .filter(comment_count__gt=0)
        .order_by("-comment_count", "-pk")
        .only("language", "title", "slug", "published_at", "comment_count", "translation_of")
    ),
    language=CharField(),
    now=DateTimeField(),
)
SECTIONS = Prepared(Category.objects.top_level)
