"""A commercial relation in words that a reader understands: in a sentence, on a card, and what each kind means."""

import html
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from blog.models import Post

Disclosure = Post.Disclosure

# Under the title, with a place for the name. None says who is a man or a woman, nor whose the client is where several
# wrote: of a relation, nobody tells more than is known.
SENTENCES = {
    Disclosure.CLIENT: _("This article speaks of a client of the person who wrote it: <strong>%(whom)s</strong>."),
    Disclosure.PAID: _("This article was paid for by <strong>%(whom)s</strong>."),
    Disclosure.ADVERTISING: _("This page is advertising for <strong>%(whom)s</strong>."),
    Disclosure.AFFILIATE: _(
        "We earn a commission on what is bought from <strong>%(whom)s</strong> through the links of this article."
    ),
    Disclosure.GIFT: _(
        "The product or the trip that this article speaks of was given free of charge by <strong>%(whom)s</strong>."
    ),
}
CLIENT_OF_SOME = _(
    "This article speaks of a client of at least one of the people who wrote it: <strong>%(whom)s</strong>."
)

# On a card, where there is no room for a sentence.
MARKS = {
    Disclosure.CLIENT: _("Speaks of a client: %(whom)s"),
    Disclosure.PAID: _("Paid collaboration with %(whom)s"),
    Disclosure.ADVERTISING: _("Advertising for %(whom)s"),
    Disclosure.AFFILIATE: _("Commission on purchases from %(whom)s"),
    Disclosure.GIFT: _("Product or trip given by %(whom)s"),
}

# On the page that explains them all.
MEANINGS = {
    Disclosure.CLIENT: _("Whoever wrote the article works for the company or the organisation that it speaks of."),
    Disclosure.PAID: _("The company or the organisation paid for the article to be written."),
    Disclosure.ADVERTISING: _(
        "The page, or the space that it stands in, was paid for to promote the company or the organisation."
    ),
    Disclosure.AFFILIATE: _("Some links of the article lead to a shop that pays us a share of what is bought there."),
    Disclosure.GIFT: _(
        "What the article speaks of, such as a product, a stay or a ticket, was given free of charge to whoever wrote "
        "it."
    ),
}


class Meaning(NamedTuple):
    """A kind of relation, what it is called, and what it means."""

    kind: str
    label: str
    text: str | Promise


def disclosure_of(post: Post, writers: int = 1) -> SafeString | str:
    """Return the sentence that discloses a relation, as HTML in the active language; '' where there is none.

    The name leads to all that is written for or with them. ``writers`` is how many wrote the post.
    """
    if not post.is_commercial():
        return ""
    sentence = SENTENCES.get(post.disclosure)
    if sentence is None:
        return format_html("{} – <strong>{}</strong>", capfirst(post.get_disclosure_display()), name_of(post))
    if post.disclosure == Disclosure.CLIENT and writers > 1:
        sentence = CLIENT_OF_SOME
    return filled(sentence, name_of(post))


def plain_disclosure_of(post: Post, writers: int = 1) -> str:
    """Return that sentence as plain text."""
    return html.unescape(strip_tags(disclosure_of(post, writers)))


def disclosure_mark(post: Post) -> SafeString | str:
    """Return in a few words what relation a post has with whom, for a card or a list; '' where there is none."""
    if not post.is_commercial():
        return ""
    mark = MARKS.get(post.disclosure)
    if mark is None:
        return format_html("{} – {}", capfirst(post.get_disclosure_display()), name_of(post))
    return filled(mark, name_of(post))


def name_of(post: Post) -> SafeString | str:
    """Return whom a post has a relation with, leading to their page where there is one."""
    if post.disclosure_with is None:
        # In the preview of a draft, and nowhere else.
        return pgettext("sponsor", "(not named yet)")
    if not post.is_published():
        return post.disclosure_with.name
    return format_html('<a href="{}">{}</a>', post.disclosure_with.get_absolute_url(), post.disclosure_with.name)


def filled(sentence: str | Promise, name: SafeString | str) -> SafeString:
    """Return a sentence of ours as HTML, with the name in its place; our sentences hold no brace."""
    return format_html(str(sentence).replace("%(whom)s", "{}"), name)


def meanings() -> list[Meaning]:
    """Return all kinds of relations with what they mean, in the active language."""
    return [Meaning(kind.value, capfirst(kind.label), MEANINGS[kind]) for kind in Disclosure if kind in MEANINGS]
