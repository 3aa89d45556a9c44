"""PLACEHOLDER so that others can run: to be overwritten whole by the colleague who writes comments/text.py."""
from django.utils.html import escape


def render_comment(text, *, language):
    return "".join(f"<p>{escape(p)}</p>" for p in text.split("\n\n"))
