"""Redirects from WordPress's lists to ours."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from authors.models import Author
from blog.models import Category, Tag


def category(request: HttpRequest, path: str) -> HttpResponse:
    """To the category of the same path, else to the one whose slug ends it."""
    found = (
        Category.objects.filter(path=path).first()
        or Category.objects.filter(slug=path.rpartition("/")[2]).order_by("path").first()
    )
    return redirect(found or get_object_or_404(Category, path=path), permanent=True)


def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """To the subject of the same slug."""
    return redirect(get_object_or_404(Tag, slug=slug), permanent=True)


def author(request: HttpRequest, slug: str) -> HttpResponse:
    """To the author of the same slug."""
    return redirect(get_object_or_404(Author, slug=slug), permanent=True)
