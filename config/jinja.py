"""The templates of readers' pages, which are Jinja's: what they can call.

Jinja compiles a template to Python. Django's own engine, which the admin's templates need, walks a tree of nodes at
every page and took two thirds of a page's time; docs/architecture.md has the numbers.
"""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.template.defaultfilters import date, linebreaks_filter, truncatechars, urlencode
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined
from jinja2.runtime import Context

from authors.addresses import address
from blog import context, facts, structured_data
from blog.agreement import where_it_stands
from blog.claims import day_of
from blog.direction import direction, isolated
from blog.disclosing import disclosure_mark, disclosure_of
from blog.headings import with_anchors
from blog.markup import as_html, words_of
from blog.models.claims import SCALE, claim_id
from blog.oembed import discovery_links
from blog.pictures import COVER_SIZES, picture, portrait
from blog.sharing import shared_of
from blog.typography import typeset_html, typeset_paragraphs
from comments.discussion import discussion
from comments.structured_data import comments_data

# Names of messages in catalogues; Django's makemessages collects them by config/management/commands/makemessages.py.
EXTENSIONS = ("jinja2.ext.i18n",)


def environment(**options) -> Environment:
    """Return the environment of readers' templates: ``environment`` of Django's backend for Jinja."""
    # A name that is misspelt is an error that the tests see, not an empty place on a page.
    made = Environment(**options | {"extensions": EXTENSIONS, "undefined": StrictUndefined})  # noqa: S701 (by Django)
    made.context_class = ReadersContext
    made.install_gettext_callables(translate, ngettext, pgettext=translate_in_context, npgettext=npgettext)
    made.globals |= {
        "_": translate,
        "url": address,
        # The name of a file does not change while the process lives.
        "static": static if settings.DEBUG else cache(static),
        "alternate_url": context.alternate_url,
        "error_in_title": context.error_in_title,
        "other_home": context.other_home,
        "oembed_links": discovery_links,
        "page_feeds": context.page_feeds,
        "post_data": structured_data.post_data,
        "author_data": structured_data.author_data,
        "category_data": structured_data.category_data,
        "event_data": structured_data.event_data,
        "home_data": structured_data.home_data,
        "list_data": structured_data.list_data,
        "series_data": structured_data.series_data,
        "steps_of": structured_data.steps_of,
        "COVER_SIZES": COVER_SIZES,
        "SCALE": SCALE,
        "claim_id": claim_id,
        "picture": picture,
        "portrait": portrait,
        "shared_of": shared_of,
        "comments_data": comments_data,
        "discussion": discussion,
    }
    made.filters |= {
        "typeset": typeset_html,
        "typeset_paragraphs": typeset_paragraphs,
        "words_of": words_of,
        "plain": structured_data.plain,
        "as_html": as_html,
        "with_anchors": with_anchors,
        "as_data": structured_data.as_data,
        "disclosure": disclosure_of,
        "where_it_stands": where_it_stands,
        "locale": context.locale_of,
        "disclosure_mark": disclosure_mark,
        "direction": direction,
        "isolated": isolated,
        "day": facts.day,
        "day_of": day_of,
        "day_and_time": facts.day_and_time,
        "iso": facts.iso,
        "when": facts.when,
        "when_in_list": facts.when_in_list,
        "as_comments": facts.as_comments,
        "as_minutes": facts.as_minutes,
        "as_articles": facts.as_articles,
        "as_parts": facts.as_parts,
        "linebreaks": linebreaks_filter,
        "localtime": timezone.localtime,
        "date": date,
        "capfirst": capfirst,
        "truncatechars": truncatechars,
        "urlencode": urlencode,
    }
    return made


class ReadersContext(Context):
    """The names that a template knows; it calls what they stand for without the ceremony that only few calls need."""

    def call(self, function: Callable, /, *args, _loop_vars=None, _block_vars=None, **kwargs) -> object:
        """Call a function or method, with the context before all if it is marked by one of ``jinja2.pass_…``."""
        if hasattr(function, "jinja_pass_arg"):
            return super().call(function, *args, _loop_vars=_loop_vars, _block_vars=_block_vars, **kwargs)
        return function(*args, **kwargs)


def translate(text: str) -> SafeString:
    """Return a text of the interface in the page's language; it is ours, and so HTML."""
    return kept_translation(get_language(), None, text)


def translate_in_context(context: str, text: str) -> SafeString:
    """Return a text that has several meanings, by the one that is meant."""
    return kept_translation(get_language(), context, text)


@cache
def kept_translation(language: str, context: str | None, text: str) -> SafeString:
    """Return a translation into ``language``, which is the active one. A page asks for some forty."""
    return mark_safe(pgettext(context, text) if context else gettext(text))  # noqa: S308
