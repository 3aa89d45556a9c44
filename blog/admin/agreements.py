"""What follows from the agreement on a tribune, on its page, and whether everything says so."""

from django.http import HttpRequest

from blog.contradictions import check
from blog.models import Tribune


class AgreementMixin:
    """Shows what search engines, feeds and sitemap are told because of a tribune."""

    def render_change_form(self, request: HttpRequest, context: dict, obj: Tribune | None = None, **kwargs):
        if obj and obj.is_published():
            context["check"] = check(obj)
        return super().render_change_form(request, context, obj=obj, **kwargs)
