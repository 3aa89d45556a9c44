"""Partner blogs, and the tribunes exchanged with them."""

from django.conf import settings
from django.db.models import BigAutoField, DateTimeField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext

from blog.models import Partner, Tribune
from blog.pagecache import tag_page
from blog.paging import get_page, page_number
from blog.prepared import Prepared
from blog.syndication.opml import write_opml
from blog.views.lists import AUTHOR_AT, OF_AUTHOR, one
from blog.views.reading import only_read


@only_read
def partner_list(request: HttpRequest) -> HttpResponse:
    """All blogs with which tribunes are exchanged."""
    partners = get_page(Partner.objects.listed().select_related("logo"), page_number(request))
    return tag_page(render(request, "blog/partner_list.html", {"page": partners}))


@only_read
def partner_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A partner, its latest headlines, and every tribune exchanged, both ways, whatever its language."""
    partner = get_object_or_404(Partner.objects.select_related("logo"), slug=slug)
    tribunes = get_page(EXCHANGED(partner=partner.pk, now=timezone.now()), page_number(request))
    if not (partner.is_listed or tribunes.items):
        # An editor is still to look at it.
        raise Http404("No such partner.")
    # What is not listed is not read any more either.
    headlines = list(partner.headlines.order_by("position")) if partner.is_listed and tribunes.number == 1 else []
    context = {"partner": partner, "page": tribunes, "headlines": headlines}
    return tag_page(render(request, "blog/partner_detail.html", context))


@only_read
def partner_opml(request: HttpRequest) -> HttpResponse:
    """The feeds of all partners that are listed, as a file that feed readers take over."""
    partners = Partner.objects.listed().exclude(feed="").only("name", "feed", "site", "language", "note_fr", "note_en")
    title = f"{gettext('Partners')} – {settings.SITE_NAME}"
    return tag_page(HttpResponse(write_opml(title, partners), content_type="text/x-opml; charset=utf-8"))


@only_read
def tribune_list(request: HttpRequest) -> HttpResponse:
    """Every tribune that is out, whatever its language; a row says which it is in."""
    tribunes = get_page(TRIBUNES(now=timezone.now()), page_number(request))
    return tag_page(render(request, "blog/tribune_list.html", {"page": tribunes}))


@only_read
def author_tribunes(request: HttpRequest, slug: str) -> HttpResponse:
    """Every tribune of an author that is out, wherever it stands and whatever its language."""
    author = one(AUTHOR_AT(slug=slug))
    tribunes = get_page(OF_AUTHOR(author=author.pk, now=timezone.now()), page_number(request))
    return tag_page(render(request, "authors/author_tribunes.html", {"author": author, "page": tribunes}))


TRIBUNES = Prepared(lambda now: Tribune.objects.published(now).for_cards(), now=DateTimeField())
EXCHANGED = Prepared(
    lambda partner, now: Tribune.objects.published(now).filter(partner=partner).for_cards(),
    partner=BigAutoField(),
    now=DateTimeField(),
)
