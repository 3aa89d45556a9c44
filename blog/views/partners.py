"""Partner blogs, and the tribunes exchanged with them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from blog.models import Partner, Tribune
from blog.pagecache import tag_page
from blog.paging import get_page, page_number
from blog.views.home import TRIBUNE_CARD_FIELDS


def partner_list(request: HttpRequest) -> HttpResponse:
    """All blogs with which tribunes are exchanged."""
    partners = get_page(Partner.objects.listed().select_related("logo"), page_number(request))
    return tag_page(render(request, "blog/partner_list.html", {"page": partners}))


def partner_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A partner, and every tribune exchanged, both ways, whatever its language."""
    partner = get_object_or_404(Partner.objects.select_related("logo"), slug=slug)
    tribunes = get_page(with_cards(partner.tribunes.published()), page_number(request))
    context = {"partner": partner, "page": tribunes}
    return tag_page(render(request, "blog/partner_detail.html", context))


def tribune_list(request: HttpRequest) -> HttpResponse:
    """Every tribune that is out, whatever its language; a row says which it is in."""
    tribunes = get_page(with_cards(Tribune.objects.published()), page_number(request))
    return tag_page(render(request, "blog/tribune_list.html", {"page": tribunes}))


def with_cards(tribunes):
    """Fetch what the row of a tribune shows."""
    return tribunes.select_related("partner", "post").only(*TRIBUNE_CARD_FIELDS)
