from django import template
from django.template import Context
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import translation

from authors.bilingual import current_language, other_language

register = template.Library()


@register.simple_tag(takes_context=True)
def alternate_url(context: Context) -> str:
    """Return the address of the same list in the other language, or of its home page."""
    request = context.get("request")
    try:
        match = request.resolver_match or resolve(request.path)
        with translation.override(other_language(current_language())):
            return reverse(match.view_name, args=match.args, kwargs=match.kwargs)
    except (AttributeError, NoReverseMatch, Resolver404):
        return other_home()


@register.simple_tag
def other_home() -> str:
    """Return the address of the home page in the other language."""
    with translation.override(other_language(current_language())):
        return reverse("blog:home")
