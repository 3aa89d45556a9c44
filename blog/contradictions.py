"""Whether what is said of a tribune is what was agreed: our page, data, feeds and sitemap, and the partner's page.

Our page is made and read as it is sent, by nothing that made it; what the partner's page says is what the last look at
it found.
"""

import json
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.translation import gettext, override

from blog.agreement import Agreement
from blog.feeds import items_of, with_all
from blog.models import Post, Tribune
from blog.sitemaps import entry_of
from blog.syndication.pages import comparable


@dataclass(frozen=True)
class Said:
    """What we tell machines of an article. Addresses are '' where none is named."""

    is_there: bool
    is_noindex: bool
    canonical: str
    og_url: str
    data_urls: frozenset[str]
    has_versions: bool
    is_in_sitemap: bool
    feed_link: str


@dataclass(frozen=True)
class Check:
    """What follows from what was agreed on a tribune, and in sentences what is not as it follows."""

    agreement: Agreement
    ours: list[str]
    theirs: list[str]


def check(tribune: Tribune) -> Check | None:
    """Look at all that is said of the post of a tribune; None where readers see none of it yet."""
    post = Post.objects.for_page().filter(pk=tribune.post_id).first()
    if post is None or not post.is_published():
        return None
    [post] = with_all([post])
    return Check(post.agreement, find_ours(post.agreement, read_ours(post)), find_theirs(tribune, post.agreement))


def read_ours(post: Post) -> Said:
    """Read our page of a post (of ``with_all()``), its entry of the sitemap, and its item of feeds."""
    from lxml.html import document_fromstring

    with override(post.language):
        response = ask_ourselves(post.path())
    entry = entry_of(post)
    [item] = items_of([post])
    if response.status_code != 200:
        return Said(False, False, "", "", frozenset(), False, entry is not None, item["link"])
    tree = document_fromstring(response.content.decode())
    robots = [*tree.xpath("//meta[@name='robots']/@content"), response.headers.get("X-Robots-Tag", "")]
    texts = [
        node
        for script in tree.xpath("//script[@type='application/ld+json']/text()")
        for node in json.loads(script)["@graph"]
        if "BlogPosting" in node["@type"]
    ]
    return Said(
        is_there=True,
        is_noindex=any("noindex" in each for each in robots),
        canonical=first(tree.xpath("//link[@rel='canonical']/@href")),
        og_url=first(tree.xpath("//meta[@property='og:url']/@content")),
        data_urls=frozenset(node.get(name, "") for node in texts for name in ("url", "mainEntityOfPage")),
        has_versions=bool(tree.xpath("//link[@rel='alternate'][@hreflang]")),
        is_in_sitemap=entry is not None,
        feed_link=item["link"],
    )


def ask_ourselves(path: str) -> HttpResponse:
    """Return what a page of ours answers, made anew, in the active language, which is the page's."""
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = path
    request.META = {"HTTP_HOST": settings.SITE_URL.partition("://")[2]}
    request.resolver_match = match = resolve(path)
    try:
        return match.func(request, *match.args, **match.kwargs)
    except Http404:
        return HttpResponse(status=404)


def first(values: list) -> str:
    """Return the first of what was found, or ''."""
    return str(values[0]) if values else ""


def find_ours(agreement: Agreement, said: Said) -> list[str]:
    """Return in sentences where we say something else than what was agreed."""
    if not said.is_there:
        return [gettext("Our page cannot be seen at %(address)s.") % {"address": agreement.address}]
    wanted = agreement.canonical
    found = []
    if said.is_noindex:
        found.append(gettext("Our page tells search engines not to show it (noindex), which nobody agreed on."))
    for where, address in (
        (gettext("The canonical link of our page"), said.canonical),
        (gettext("The address for shared links (Open Graph) of our page"), said.og_url),
        *((gettext("The structured data (JSON-LD) of our page"), address) for address in sorted(said.data_urls)),
        *(((gettext("The structured data (JSON-LD) of our page"), ""),) if not said.data_urls else ()),
    ):
        if address != wanted:
            facts = {"where": where, "address": address or "–", "wanted": wanted}
            found.append(gettext("%(where)s names %(address)s; by the agreement it is %(wanted)s.") % facts)
    if said.is_in_sitemap != agreement.is_in_sitemap():
        found.append(
            gettext("Our page is in the sitemap, although the original stands elsewhere.")
            if said.is_in_sitemap
            else gettext("Our page is the original, and is not in the sitemap.")
        )
    if said.has_versions and not agreement.stands_for_itself():
        found.append(gettext("Our page names its translations to search engines, although its original is elsewhere."))
    if said.feed_link != agreement.whole_text:
        facts = {"address": said.feed_link, "wanted": agreement.whole_text}
        found.append(gettext("Items of feeds lead to %(address)s; the whole text stands at %(wanted)s.") % facts)
    return found


def find_theirs(tribune: Tribune, agreement: Agreement) -> list[str]:
    """Return in sentences where agreements, and what the last look at the partner's page found, do not go together."""
    found = []
    facts = {"partner": tribune.partner.name, "address": tribune.found_canonical}
    others = [other for other in agreement.there if other.pk != tribune.pk]
    if tribune in agreement.there:
        for other in others:
            if other.canonical != tribune.canonical or tribune.is_original_there():
                named = agreement.original.partner.name if agreement.original else settings.SITE_NAME
                found.append(
                    gettext("With %(other)s something else is agreed on the same article: our page names %(named)s.")
                    % {"other": other.partner.name, "named": named}
                )
        found += find_on_their_page(tribune, agreement, facts)
        if tribune.is_original_there() and tribune.partner.language != tribune.text.language:
            found.append(
                gettext(
                    "%(partner)s is in another language than our article: a translation is an original of its own, "
                    "so ours should be the canonical copy of what stands here."
                )
                % facts
            )
    return found


def find_on_their_page(tribune: Tribune, agreement: Agreement, facts: dict) -> list[str]:
    """Return in sentences how what their page says of itself goes with what ours says of it."""
    if not tribune.looked_at:
        return []
    named = comparable(tribune.found_canonical) if tribune.found_canonical else ""
    names_itself = named == comparable(tribune.url)
    names_ours = named == comparable(agreement.address)
    found = []
    if tribune.is_original_there():
        if names_ours:
            found.append(
                gettext("Our page names theirs as the original, and theirs names ours: search engines follow neither.")
            )
        if tribune.found_noindex:
            found.append(
                gettext(
                    "Our page names theirs as the original, but theirs tells search engines not to show it: "
                    "nobody will find the piece."
                )
            )
    elif names_itself:
        found.append(gettext("Both pages name themselves as the original: search engines choose one of them."))
    if named and not names_itself and not names_ours:
        found.append(
            gettext("Their page names %(address)s as the original, which is neither their address nor ours.") % facts
        )
    return found
