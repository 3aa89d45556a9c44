from django import template
from django.template import Context
from django.urls import NoReverseMatch, Resolver404, resolve

from authors.addresses import address
from authors.bilingual import current_language, other_language

register = template.Library()


@register.simple_tag(takes_context=True)
def alternate_url(context: Context) -> str:
    """Return the address of the same list in the other language, or of its home page."""
    request = context.get("request")
    try:
        match = request.resolver_match or resolve(request.path)
        # Django's path() hands over by name and reverse() takes both, in the order in which they stand in the address.
        values = match.args or match.kwargs.values()
        return address(match.view_name, *values, language=other_language(current_language()))
    except (AttributeError, NoReverseMatch, Resolver404):
        return other_home()


@register.simple_tag
def other_home() -> str:
    """Return the address of the home page in the other language."""
    return address("blog:home", language=other_language(current_language()))
