from django import template
from django.utils.safestring import SafeString, mark_safe

from blog.typography import typeset_html

register = template.Library()


@register.filter
def typeset(text: str, language: str) -> SafeString:
    """Escape a plain text and set it as the language wants."""
    return typeset_html(text or "", language)


@register.filter
def typeset_paragraphs(text: str, language: str) -> SafeString:
    """Set a plain text whose paragraphs are parted by blank lines."""
    paragraphs = [each.strip() for each in (text or "").replace("\r\n", "\n").split("\n\n")]
    made = [f"<p>{typeset_html(each, language)}</p>" for each in paragraphs if each]
    return mark_safe("".join(made))  # noqa: S308 (each part was escaped)


@register.filter
def as_html(html: str) -> SafeString:
    """Show HTML that was cleaned and rendered when it was saved.

    Only for ``body_html`` of a post or page and ``html`` of a comment: ``blog.body`` and
    ``comments.text`` made them, and nothing else writes these columns.
    """
    return mark_safe(html)  # noqa: S308
