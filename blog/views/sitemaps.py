"""The sitemap, in files of bounded size: https://www.sitemaps.org/protocol.html."""

from django.conf import settings
from django.contrib.sitemaps import views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from blog.pagecache import tag_page
from blog.sitemaps import sections
from blog.views.reading import only_read

XML = "application/xml; charset=utf-8"


@only_read
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The files of the sitemap."""
    files = []
    for name, section in sections().items():
        file = settings.SITE_URL + reverse("sitemap-section", args=[name])
        numbers = range(1, section.paginator.num_pages + 1) if section.paginator.count else ()
        files += [file if number == 1 else f"{file}?p={number}" for number in numbers]
    response = render(request, "sitemap_index.xml", {"files": files}, content_type=XML)
    return tag_page(response)


@only_read
def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    """One file: addresses with their versions, their last change and their pictures."""
    response = views.sitemap(request, sections(), section, template_name="sitemap.xml", content_type=XML)
    # The last change of what is in it says nothing of what is in it no more; the ETag does.
    response.headers.pop("Last-Modified", None)
    return tag_page(response)
