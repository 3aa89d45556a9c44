"""The first page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from authors.bilingual import current_language
from blog.models import Category, Event, Post, Tribune
from blog.pagecache import discussion_tags, tag_page

# One that leads, and a grid that is full at two and at three columns.
POSTS = 13
TRIBUNES = 3
EVENTS = 3


def home(request: HttpRequest) -> HttpResponse:
    """What is new: posts, tribunes, events to come, and the way to everything else."""
    if "p" in request.GET:
        raise Http404("WordPress's short address of a post, see OldAddressMiddleware.")
    language = current_language()
    posts = list(Post.objects.published().in_language(language).for_cards().newest_first()[:POSTS])
    context = {
        "lead": posts[0] if posts else None,
        "posts": posts[1:],
        "tribunes": Tribune.objects.published()
        .in_language(language)
        .select_related("partner", "post")
        .only(*TRIBUNE_CARD_FIELDS)[:TRIBUNES],
        "events": Event.objects.public().coming()[:EVENTS],
        "categories": Category.objects.top_level(),
    }
    return tag_page(render(request, "blog/home.html", context), discussion_tags(posts))


TRIBUNE_CARD_FIELDS = (
    "title",
    "url",
    "words",
    "state",
    "content",
    "direction",
    "published_at",
    "partner__name",
    "partner__slug",
    "partner__keeper",
    "partner__language",
    "post__title",
    "post__slug",
    "post__language",
    "post__status",
    "post__published_at",
    "post__standfirst",
)
