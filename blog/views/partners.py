"""Partner blogs, and the tribunes exchanged with them."""

from django.db.models import BigAutoField, DateTimeField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from blog.models import Partner, Tribune
from blog.pagecache import tag_page
from blog.paging import get_page, page_number
from blog.prepared import Prepared


def partner_list(request: HttpRequest) -> HttpResponse:
    """All blogs with which tribunes are exchanged."""
    partners = get_page(Partner.objects.listed().select_related("logo"), page_number(request))
    return tag_page(render(request, "blog/partner_list.html", {"page": partners}))


def partner_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A partner, and every tribune exchanged, both ways, whatever its language."""
    partner = get_object_or_404(Partner.objects.select_related("logo"), slug=slug)
    tribunes = get_page(EXCHANGED(partner=partner.pk, now=timezone.now()), page_number(request))
    context = {"partner": partner, "page": tribunes}
    return tag_page(render(request, "blog/partner_detail.html", context))


def tribune_list(request: HttpRequest) -> HttpResponse:
    """Every tribune that is out, whatever its language; a row says which it is in."""
    tribunes = get_page(TRIBUNES(now=timezone.now()), page_number(request))
    return tag_page(render(request, "blog/tribune_list.html", {"page": tribunes}))


TRIBUNES = Prepared(lambda now: Tribune.objects.published(now).for_cards(), now=DateTimeField())
EXCHANGED = Prepared(
    lambda partner, now: Tribune.objects.published(now).filter(partner=partner).for_cards(),
    partner=BigAutoField(),
    now=DateTimeField(),
)
