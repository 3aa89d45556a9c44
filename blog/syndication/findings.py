"""What is wrong with the page of a tribune, judged by what was answered and what the two blogs agreed on."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import escape

from blog.markup import sanitise
from blog.models import KeptPage, Tribune
from blog.models.looks import Kind, title_agreed
from blog.syndication import errors
from blog.syndication.answers import Answer
from blog.syndication.comparing import (
    RELATED,
    count_differing,
    is_same_title,
    says_the_same,
    signs_of,
    similarity,
)
from blog.syndication.pages import Page, comparable

# What a page has in the place of its title when it is not there, in the two languages of the blogs: this and nothing
# else but a few words of courtesy and the number.
_COURTESY = r"(?:oops|oups|sorry|désolée?|whoops|hmm+|erreur|error|http)"
_THING = r"(?:page|article|post|contenu|content|document|fichier|file|ressource|resource)"
_IS_MISSING = (
    r"(?:non\strouvée?|introuvable|inexistante?|(?:non\s|in)disponible|supprimée?"
    r"|not\sfound|unavailable|removed|deleted)"
)
_SENTENCE = (
    r"(?:n['’]existe\s(?:pas\sou\splus|pas|plus)|n['’]est\s(?:pas|plus)\s(?:là|disponible)"
    r"|n['’]a\spas\s(?:pu\sêtre|été)\strouvée?|a\sété\s(?:supprim|retir|effac)ée?"
    r"|(?:est|semble)\sintrouvable|does\s?n(?:o|['’])t\sexist|no\slonger\sexists|is\s(?:missing|gone)"
    r"|is(?:\s(?:not|no\slonger)|n['’]t)\savailable|(?:has\sbeen|was)\s(?:removed|deleted)"
    r"|was\snot\sfound|(?:can(?:\s?not|['’]t)|could(?:\s?not|n['’]t))\sbe\sfound)"
)
# Said of oneself: ‘We can’t find that page’.
_WE = (
    r"(?:we\s(?:can(?:\s?not|['’]t)|could(?:\s?not|n['’]t))\sfind"
    r"|nous\sn['’](?:avons\spas\strouvé|arrivons\spas\sà\strouver))"
)
MISSING = re.compile(
    rf"(?:{_COURTESY}[\s!,.:–—-]*)*"
    rf"(?:404|410(?:\sgone)?|not\sfound|introuvable|nothing\s(?:was\s)?found|rien\sn['’]a\sété\strouvé"
    r"|non\strouvée?|(?:aucun|pas\sde|0)\srésultats?(?:\strouvés?)?|(?:no|0)\sresults?(?:\s(?:were\s)?found)?"
    r"|nothing(?:\sto\ssee)?\shere|(?:il\sn['’]y\sa\s)?rien\s(?:à\svoir\s)?ici"
    r"|(?:(?:this|the|your)\s)?(?:account|site|website|domain)\s(?:(?:has\sbeen|is|was)\s)?suspended"
    r"|(?:(?:ce|cet|le|votre)\s)?(?:compte|site|domaine)\s(?:(?:a\sété|est)\s)?suspendu"
    rf"|{_THING}s?\s{_IS_MISSING}|{_WE}\s(?:[\w'’]+\s){{0,3}}{_THING}"
    rf"|(?:(?:the|this|that|la|le|cette|cet|ce)\s)?{_THING}\s(?:[\w'’]+\s){{0,5}}{_SENTENCE})"
    rf"(?:[\s!,.:()–—|-]+(?:404|not\sfound|(?:erreur|error)(?:\s404)?|page\s{_IS_MISSING}))*[\s!.…)]*",
    re.IGNORECASE,
)
BEFORE_SITE = re.compile(r"\s[-–—|·•»«~*]\s")
MISSING_PATH = re.compile(r"/(?:404|not-?found|page-(?:introuvable|non-trouvee)|error-?404|erreur-?404)(?:\.\w+)?/?")
# The first page of a blog in one of two languages.
HOME_PATH = re.compile(r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home|default)\.\w{2,5})?", re.IGNORECASE)
LONGEST_ADDRESS = 500
# Their server says itself that it is not to be asked now.
FAILING = {408, 425, 429}


@dataclass(frozen=True)
class Found:
    """One thing that is wrong: ``detail`` tells it from another of its kind, ``facts`` are for its sentence."""

    kind: Kind
    facts: dict
    detail: str = ""


@dataclass(frozen=True)
class Seen:
    """What a page said of itself that is looked at, and ``address``, where it was given."""

    address: str
    title: str
    text: str
    html: str
    canonical: str
    is_noindex: bool
    has_link: bool
    has_byline: bool


def find_error(error: errors.FetchError) -> Found:
    """Return what it means for a page that nothing was answered."""
    kinds = {
        errors.ForbiddenAddressError: Kind.FORBIDDEN,
        errors.BadCertificateError: Kind.CERTIFICATE,
        errors.TooSlowError: Kind.SLOW,
        errors.UnreachableError: Kind.UNREACHABLE,
    }
    return Found(
        kinds.get(type(error), Kind.BROKEN),
        {"error": name_of(error)} | {name: str(value) for name, value in error.facts.items()},
    )


def name_of(error: errors.FetchError) -> str:
    """Return a name by which the words of an error are found again, in any language: ‘UnreachableError.NO_NAME’."""
    variant = next((name for name, words in vars(type(error)).items() if words is error.words and name.isupper()), "")
    return f"{type(error).__name__}.{variant}" if variant else type(error).__name__


def find_status(status: int) -> Found | None:
    """Return what the status of an answer says is wrong; nothing where there should be a page in it."""
    facts = {"status": status}
    if status in {404, 410}:
        return Found(Kind.GONE, facts)
    if status >= 500 or status in FAILING:
        return Found(Kind.FAILING, facts)
    if status >= 400:
        return Found(Kind.REFUSED, facts)
    return None if status in {200, 203, 304} else Found(Kind.BROKEN, facts)


def leads_home(asked: str, given: str, site: str = "") -> bool:
    """Say whether a redirect ended at the first page of the blog, which an article's address does not mean.

    That is the page at the top of the host, a language below it at most, or ``site``, where that is known.
    """
    if comparable(asked) == comparable(given):
        return False
    parts = urlsplit(given)
    is_top = bool(HOME_PATH.fullmatch(parts.path)) and not parts.query
    parts = urlsplit(asked)
    # A WordPress without pretty addresses has its articles at /?p=12.
    was_top = bool(HOME_PATH.fullmatch(parts.path)) and not parts.query
    return (is_top and not was_top) or bool(site and comparable(given) == comparable(site))


def is_called_missing(answer: Answer, page: Page) -> bool:
    """Say whether a page, or where it was redirected to, is called that there is none, and nothing else."""
    names = {page.headline, page.title}
    parts = {part.strip() for name in names for part in (name, *BEFORE_SITE.split(name))}
    was_led_there = answer.asked != answer.address and bool(MISSING_PATH.search(urlsplit(answer.address).path))
    return any(map(MISSING.fullmatch, parts)) or was_led_there


def says_missing(tribune: Tribune, kept: KeptPage | None, answer: Answer, page: Page) -> bool:
    """Say whether a page that was given says that there is none (a ‘soft 404’).

    An article may be about missing pages. So three things must come together: the page is called so; that is not the
    title that was agreed; and it is not the text that was seen before, or, where none was, there is hardly any.
    """
    if not is_called_missing(answer, page):
        return False
    agreed = title_agreed(tribune, kept)
    if agreed and any(signs_of(name) and is_same_title(agreed, name) for name in {page.headline, page.title}):
        return False
    if kept is not None and kept.agreed_text:
        return similarity(kept.agreed_text, page.text) < RELATED
    return is_nearly_empty(page)


def is_nearly_empty(page: Page) -> bool:
    """Say whether a page has hardly any text."""
    return len(page.text.split()) < 100


def see(tribune: Tribune, page: Page) -> Seen:
    """Read of a page what is looked at."""
    authors = list(tribune.post.authors.values_list("name", flat=True))
    return Seen(
        address=page.address,
        title=page.headline,
        text=without_title(page.text, page.headline),
        html=clean_article(page, tribune.partner.language),
        canonical=page.canonical[:LONGEST_ADDRESS],
        is_noindex=page.is_noindex,
        has_link=any(is_ours(address) for address in page.addresses),
        has_byline=not authors or any(map(page.mentions, authors)),
    )


def without_title(text: str, title: str) -> str:
    """Return a text without the title that stands in its first line: it is compared by itself."""
    first, _line_break, rest = text.partition("\n")
    return rest if signs_of(first) == signs_of(title) else text


def clean_article(page: Page, language: str) -> str:
    """Return the article of a page as a body is shown, without title and pictures.

    Where it is more than an article can be, its paragraphs.
    """
    from blog.body import clean_source, render_body

    try:
        source = clean_source(page.html).removeprefix(f"<h2>{escape(page.headline)}</h2>")
        return render_body(source, language=language, pictures={}).html
    except ValidationError:
        return sanitise("\n".join(f"<p>{escape(line)}</p>" for line in page.text.split("\n")))


def see_again(tribune: Tribune, kept: KeptPage, address: str) -> Seen:
    """Return what a page said when it was last seen, which it says still."""
    return Seen(
        address=address,
        title=kept.title,
        text=kept.text,
        html=kept.html,
        canonical=tribune.found_canonical,
        is_noindex=bool(tribune.found_noindex),
        has_link=bool(tribune.found_link_back),
        has_byline=kept.has_byline,
    )


def is_ours(address: str) -> bool:
    """Say whether an address is one of this site."""
    there, here = (urlsplit(each).netloc.lower().removeprefix("www.") for each in (address, settings.SITE_URL))
    return there == here


def judge(tribune: Tribune, kept: KeptPage, seen: Seen) -> list[Found]:
    """Return where a page is not as it was agreed, or no longer as it was."""
    found = []
    agreed = title_agreed(tribune, kept)
    if seen.title and not is_same_title(agreed, seen.title):
        found.append(Found(Kind.TITLE, {"title": seen.title, "agreed": agreed}, seen.title[:LONGEST_ADDRESS]))
    if not says_the_same(kept.agreed_text, seen.text):
        found.append(Found(Kind.TEXT, {"words": count_differing(kept.agreed_text, seen.text)}))
    if kept.has_agreed_link and not seen.has_link:
        found.append(Found(Kind.LINK, {}))
    if kept.has_agreed_byline and not seen.has_byline:
        names = ", ".join(tribune.post.authors.values_list("name", flat=True))
        found.append(Found(Kind.BYLINE, {"names": names}))
    if seen.is_noindex:
        found.append(Found(Kind.NOINDEX, {}))
    return [*found, *judge_canonical(tribune, seen)]


def judge_canonical(tribune: Tribune, seen: Seen) -> list[Found]:
    """Return whether a page names another original than was agreed.

    Where theirs is the original it needs not name itself; where it has moved, it names its new address.
    """
    named = comparable(seen.canonical)
    if tribune.canonical == Tribune.Canonical.HERE:
        agreed = f"{settings.SITE_URL}{tribune.post.path()}"
        is_kept = named == comparable(agreed)
    else:
        agreed = tribune.url
        is_kept = not seen.canonical or named in {comparable(agreed), comparable(seen.address)}
    return [] if is_kept else [Found(Kind.CANONICAL, {"address": seen.canonical, "agreed": agreed}, seen.canonical)]
