"""The page of a post."""

from django.conf import settings
from django.db.models import CharField, DateTimeField, SlugField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from authors.addresses import address
from authors.bilingual import current_language
from blog.models import Page, Post
from blog.pagecache import discussion_tags, tag_page
from blog.paging import page_number
from blog.prepared import Prepared
from blog.surroundings import surroundings_of
from blog.views.reading import only_read

POST = Prepared(
    lambda language, slug, now: Post.objects.published(now).in_language(language).filter(slug=slug).for_page(),
    language=CharField(),
    slug=SlugField(),
    now=DateTimeField(),
)


# Parts of a query by which the comments are shown in another order, or not all of them.
OTHER_ORDERS = {"order", "language", "since", "thread"}


@only_read
def post_detail(request: HttpRequest, year: int, month: int, slug: str) -> HttpResponse:
    """A post at its address; from the right slug with a wrong date, the way there."""
    post = POST(language=current_language(), slug=slug, now=timezone.now()).first()
    if post is None:
        raise Http404("No such post.")
    if post.path() != request.path:
        return redirect(post, permanent=True)
    response = render_post(request, post)
    # Who takes mentions of it (Webmention, section 3.1.2); the page says so too.
    response.headers["Link"] = f'<{address("blog:webmention")}>; rel="webmention"'
    return tag_page(response, discussion_tags([post.discussion_id]))


def render_post(
    request: HttpRequest, post: Post, *, status: int = 200, template: str = "blog/post_detail.html", **context
) -> HttpResponse:
    """Render the page of a post, with what is around it.

    The previews (``blog.previewing``) and the page that gives a refused comment back call it too. ``template`` is one
    that extends that of the page.
    """
    defaults = {"share_by_mail": request.GET.get("share") == "email", "is_preview": False, "comment_form": None}
    # The same page with its comments in another order has nothing that a search engine should find twice.
    defaults["is_indexed"] = not request.GET.keys() & OTHER_ORDERS
    page_number(request, "comments")
    context = {"post": post} | surroundings_of(post) | defaults | context
    response = render(request, template, context, status=status)
    allow_players(response, post)
    return response


def allow_players(response: HttpResponse, text: Post | Page) -> None:
    """Let a page hold the frames and recordings of the sites that its text names, and of no others."""
    allowed = {"frame-src": text.frame_hosts, "media-src": text.media_hosts}
    # Recordings of our own are among the hosts as what they add: this site, which is there anyhow.
    policy = {name: sorted({"'self'", *hosts}) for name, hosts in allowed.items() if hosts}
    if policy:
        response._csp_config = settings.SECURE_CSP | policy
