"""Whom posts have a commercial relation with, and all that is written for or with each of them."""

from django.db.models import DateTimeField, SlugField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from blog.cards import SPONSOR
from blog.disclosing import meanings
from blog.models import Sponsor
from blog.pagecache import tag_page
from blog.paging import get_page, page_number
from blog.prepared import Prepared
from blog.views.lists import one, page_of_listing, render_list
from blog.views.reading import only_read

# Names alone: a screen or two.
SPONSORS_A_PAGE = 60

SPONSORS = Prepared(lambda now: Sponsor.objects.public(now).in_order().only("name", "slug"), now=DateTimeField())
SPONSOR_AT = Prepared(
    lambda slug, now: Sponsor.objects.public(now).filter(slug=slug).only("name", "slug"),
    slug=SlugField(),
    now=DateTimeField(),
)


@only_read
def sponsor_list(request: HttpRequest) -> HttpResponse:
    """What the kinds of relations mean, and everybody there is one with."""
    page = get_page(SPONSORS(now=timezone.now()), page_number(request), SPONSORS_A_PAGE)
    return tag_page(render(request, "blog/sponsor_list.html", {"page": page, "meanings": meanings()}))


@only_read
def sponsor_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Every post that is written for or with one of them, or speaks of them as a client."""
    sponsor = one(SPONSOR_AT(slug=slug, now=timezone.now()))
    posts = page_of_listing(SPONSOR, sponsor, request)
    return render_list(request, "blog/sponsor_detail.html", posts, {"sponsor": sponsor})
