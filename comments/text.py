"""What a reader typed becomes HTML."""

from django.utils.html import escape


def render_comment(text, *, language):
    return "".join(f"<p>{escape(p)}</p>" for p in text.split("\n\n"))
