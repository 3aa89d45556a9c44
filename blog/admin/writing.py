"""What the body editor asks while somebody writes: Markdown read, a text as typography will show it."""

import json

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from blog.markdown import source_of_markdown
from blog.typography import Passage, typeset_passages

# What is on a screen, and some more; longer texts are asked for in parts.
MOST_BLOCKS = 400


class WritingMixin(admin.ModelAdmin):
    """Gives the admin of pictures, which everybody who writes may see, the addresses that the editor asks."""

    def get_urls(self) -> list[URLPattern]:
        def view(answer):
            return self.admin_site.admin_view(require_POST(answer))

        return [
            path("markdown.json", view(self.markdown_view), name="blog_image_markdown"),
            path("typography.json", view(self.typography_view), name="blog_image_typography"),
            *super().get_urls(),
        ]

    def markdown_view(self, request: HttpRequest) -> HttpResponse:
        """Return the source that Markdown (POST text=) stands for."""
        self.refuse_others(request)
        try:
            return JsonResponse({"source": source_of_markdown(request.POST.get("text", ""))})
        except ValidationError as error:
            return JsonResponse({"error": " ".join(error.messages)})

    def typography_view(self, request: HttpRequest) -> HttpResponse:
        """Return blocks of text (POST blocks=, JSON: lists of [text, language or null]) as readers will see them."""
        self.refuse_others(request)
        blocks = read_blocks(request.POST.get("blocks", ""))
        return JsonResponse({"blocks": [typeset_passages(passages) for passages in blocks]})

    def refuse_others(self, request: HttpRequest) -> None:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied


def read_blocks(sent: str) -> list[list[Passage]]:
    """Return the passages of each block; none at all for what is not written as agreed."""
    try:
        blocks = json.loads(sent)
        return [[read_passage(*each) for each in block] for block in blocks[:MOST_BLOCKS]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []


def read_passage(text: str, language: str | None) -> Passage:
    if not isinstance(text, str) or not (language is None or isinstance(language, str)):
        raise TypeError
    return Passage(text, language or None)
