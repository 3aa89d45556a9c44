"""A post's page as readers will see it, for those who see it before them: nobody keeps it, nobody finds it."""

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.csp import CSP

from authors.models import Author
from blog.models import Category, Claim, Post, Revision, Tag
from blog.revising import BYLINE, CLAIMS, keys, set_fields
from blog.surroundings import Subject, with_links
from blog.views.posts import render_post


def show(request: HttpRequest, post: Post, *, can_be_framed: bool = False, **context) -> HttpResponse:
    """Render a post's page under the policy of readers' pages, for nobody to keep or find.

    ``can_be_framed`` lets pages of this site hold it in a frame, and no others. ``context`` is as for ``render_post``.
    """
    post.published_at = post.published_at or timezone.now()
    with translation.override(post.language):
        response = render_post(request, post, is_preview=True, **context)
    if not hasattr(response, "_csp_config"):
        response._csp_config = settings.SECURE_CSP
    if can_be_framed:
        response._csp_config = response._csp_config | {"frame-ancestors": [CSP.SELF]}
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Content-Language"] = post.language
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def as_it_will_be(key: int) -> tuple[Post, dict]:
    """Return a post, not to be saved, as readers will see it once it is published, or published again.

    With it comes what its working copy says of what stands around it, for the template of its page. Nothing is
    written: who looks holds up nobody who saves.
    """
    post = Post.objects.for_page().get(pk=key)
    waiting = Revision.objects.waiting_for(post)
    if waiting is None:
        return post, {}
    content = waiting.content
    set_fields(post, content)
    post.render()
    return post, {
        "authors": authors_named(keys(content[BYLINE])),
        "subjects": subjects_named(content),
        "claims": [Claim.saying(facts) for facts in content.get(CLAIMS, ())],
    }


def authors_named(named: list[int]) -> list[Author]:
    """Return authors in this order, each with its ``follow_me`` links; those who are gone are left out."""
    rows = Author.objects.filter(pk__in=named).order_by("links__position", "links__pk")
    rows = rows.annotate(link_network=F("links__network"), link_address=F("links__address"))
    return sorted(with_links(rows), key=lambda author: named.index(author.pk))


def subjects_named(content: dict) -> list[Subject]:
    """Return what a revision says a post is about, as ``surroundings_of`` orders it."""
    categories = Category.objects.filter(pk__in=keys(content["categories"]))
    tags = Tag.objects.filter(pk__in=keys(content["tags"]))
    found = [("category", each.path, each.name_fr, each.name_en) for each in categories]
    found += [("tag", each.slug, each.name_fr, each.name_en) for each in tags]
    return [Subject(*row) for row in sorted(found)]
