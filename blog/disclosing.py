"""A commercial relation in words that a reader understands."""

import html

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from blog.models import Post

Disclosure = Post.Disclosure

SENTENCES = {
    Disclosure.CLIENT: gettext_lazy("This article speaks of a client of the author’s: <strong>%(whom)s</strong>."),
    Disclosure.PAID: gettext_lazy("This article was paid for by <strong>%(whom)s</strong>."),
    Disclosure.ADVERTISING: gettext_lazy("This page is advertising for <strong>%(whom)s</strong>."),
    Disclosure.AFFILIATE: gettext_lazy(
        "We earn a commission on what is bought from <strong>%(whom)s</strong> through the links of this article."
    ),
    Disclosure.GIFT: gettext_lazy(
        "The product or the trip that this article speaks of was offered by <strong>%(whom)s</strong>."
    ),
}


def disclosure_of(post: Post) -> SafeString | str:
    """Return the sentence that discloses a relation, as HTML in the active language; '' where there is none."""
    if not post.is_commercial():
        return ""
    sentence = SENTENCES.get(post.disclosure)
    if sentence is None:
        return format_html("{} – <strong>{}</strong>", capfirst(post.get_disclosure_display()), post.disclosure_with)
    # The sentences are ours, and hold no brace.
    return format_html(str(sentence).replace("%(whom)s", "{}"), post.disclosure_with)


def plain_disclosure_of(post: Post) -> str:
    """Return that sentence as plain text."""
    return html.unescape(strip_tags(disclosure_of(post)))
