"""What pages say to machines in JSON-LD, in the vocabulary of schema.org, made of the rows that make the page.

A page holds a script element of type ``application/ld+json``, and one more for its comments. That is a block of data: a
browser neither runs it nor asks the Content-Security-Policy about it (HTML, section 4.12.1).
"""

import html
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from authors.addresses import address
from authors.bilingual import current_language
from authors.models import Author, AuthorLink
from blog.agreement import Agreement
from blog.disclosing import plain_disclosure_of
from blog.facades import sounds_in, videos_in
from blog.facts import iso
from blog.markup import without_controls
from blog.models import Claim, Event, Image, Partner, Post, Series, Speaker, Tribune
from blog.models.claims import SCALE, claim_id
from blog.nearby import PartsOfSeries
from blog.sharing import shared_of
from blog.sound_files import TYPES_BY_ENDING
from blog.typography import typeset_html

type Node = dict[str, object]

# What would end the element, or begin a comment in it, is written as JSON lets it be written.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}

Disclosure = Post.Disclosure
# Whoever paid for the text is its funder; who stands behind it otherwise is its sponsor. The words that readers get
# go with either, since neither says what the relation is.
SUPPORTERS = {
    Disclosure.PAID: "funder",
    Disclosure.ADVERTISING: "funder",
    Disclosure.CLIENT: "sponsor",
    Disclosure.AFFILIATE: "sponsor",
    Disclosure.GIFT: "sponsor",
}
# Who makes a claim, as schema.org names them.
CLAIMANTS = {Claim.Kind.PERSON: "Person", Claim.Kind.ORGANIZATION: "Organization"}
PAID_FOR = {Disclosure.PAID, Disclosure.ADVERTISING}


def as_data(graph: Iterable[Node]) -> SafeString:
    """Return the script element that holds these nodes."""
    data = {"@context": "https://schema.org", "@graph": list(graph)}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=in_plain_words)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text.translate(ESCAPES)))  # noqa: S308


def in_plain_words(value: object) -> str:
    """Return a text that is translated when it is shown."""
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{value!r} is no text.")


def post_data(
    post: Post,
    authors: list[Author],
    agreement: Agreement,
    translations: list[Post],
    subjects: Iterable,
    series: PartsOfSeries | None = None,
    claims: Iterable[Claim] = (),
) -> list[Node]:
    """Return what the page of a post is about: the text as it was agreed on, and the way to it."""
    text = {
        "@type": ["BlogPosting", "AdvertiserContentArticle"] if post.disclosure in PAID_FOR else "BlogPosting",
        "@id": article_id(post),
        "url": agreement.canonical,
        "mainEntityOfPage": agreement.canonical,
        "headline": plain(post.title, post.language),
        "description": plain(post.standfirst, post.language),
        "inLanguage": post.language,
        "datePublished": iso(post.published_at),
        "dateModified": iso(post.changed_at),
        "author": authors_of(authors, agreement),
        "publisher": publisher(),
        "isPartOf": parents_of(series),
        "position": series.here.number if series and series.here else None,
        "image": pictures_of(post),
        "articleSection": plain(post.category.name) if post.category else None,
        "keywords": [plain(subject.name) for subject in subjects],
        "wordCount": post.words,
        "commentCount": post.comment_count,
    }
    text |= agreed(agreement) | supporter(post) | {"video": videos_of(post), "audio": sounds_of(post)}
    if post.translation_of_id:
        text["translationOfWork"] = [{"@id": article_id(other)} for other in translations]
    else:
        text["workTranslation"] = [{"@id": article_id(other)} for other in translations]
    trail = (post.category.trail() or ()) if post.category else ()
    reviews = [review_of(claim, number, post) for number, claim in enumerate(claims, start=1)]
    return [filled(text), breadcrumbs([*steps_of(trail), (post.title, post.path(), post.language)]), *reviews]


def review_of(claim: Claim, number: int, post: Post) -> Node:
    """Return what a post says of a claim: whose it is, and how true. By its address it is found on the page."""
    page = settings.SITE_URL + post.path()
    claimed = {
        "@type": "Claim",
        "author": {"@type": CLAIMANTS[claim.claimant_kind], "name": plain(claim.claimant, post.language)},
        "datePublished": claim.claimed_on.isoformat() if claim.claimed_on else None,
        "appearance": {"@type": "CreativeWork", "url": claim.appearance} if claim.appearance else None,
    }
    # What cannot be known has a word, and no place on the scale.
    scale = {"bestRating": SCALE.best, "worstRating": SCALE.worst} if claim.value else {}
    rating = {"@type": "Rating", "ratingValue": claim.value, **scale, "alternateName": claim.get_verdict_display()}
    return filled(
        {
            "@type": "ClaimReview",
            "@id": f"{page}#review-{number}",
            "url": f"{page}#{claim_id(number)}",
            "claimReviewed": plain(claim.claim_reviewed, post.language),
            "itemReviewed": filled(claimed),
            "reviewRating": filled(rating),
            "reviewBody": plain(claim.explanation, post.language),
            "author": publisher(),
            "datePublished": iso(post.published_at),
            "dateModified": iso(post.changed_at),
            "inLanguage": post.language,
            "isPartOf": {"@id": article_id(post)},
        }
    )


def videos_of(post: Post) -> list[Node]:
    """Return the videos that a text shows.

    When each was put where it is, nobody here knows; ``uploadDate`` is when it “was uploaded to this site”, says
    schema.org, and without one search engines show no video at all.
    """
    return [
        filled(
            {
                "@type": "VideoObject",
                "name": video.title or plain(post.title, post.language),
                "description": plain(post.standfirst, post.language),
                "url": video.watch,
                "embedUrl": video.player,
                "uploadDate": iso(post.published_at),
                "thumbnailUrl": settings.SITE_URL + video.poster if video.poster else None,
            }
        )
        for video in (videos_in(post.body_html) if post.frame_hosts else ())
    ]


def sounds_of(post: Post) -> list[Node]:
    """Return the recordings that a text plays, ours and others'."""
    return [
        filled(
            {
                "@type": "AudioObject",
                "name": sound.title,
                "contentUrl": urljoin(settings.SITE_URL, sound.src),
                "encodingFormat": TYPES_BY_ENDING.get(PurePosixPath(urlsplit(sound.src).path).suffix.lower()),
            }
        )
        for sound in (sounds_in(post.body_html) if post.media_hosts else ())
    ]


def parents_of(series: PartsOfSeries | None) -> Node | list[Node]:
    """Return what a text is a part of: the blog, and a series where it is one of its parts."""
    blog = {"@type": "Blog", "@id": site_id("blog"), "name": settings.SITE_NAME}
    return [blog, whole_series(series.series)] if series and series.here else blog


def whole_series(series: Series) -> Node:
    """Return a series, known everywhere by the address of its page in a language."""
    page = settings.SITE_URL + series.get_absolute_url()
    return {"@type": "CreativeWorkSeries", "@id": f"{page}#series", "name": plain(series.title), "url": page}


def series_data(series: Series, steps: Iterable[tuple]) -> list[Node]:
    """Return what the page of a series is about, and the way to it."""
    described = {"description": plain(series.description), "inLanguage": current_language()}
    return [filled(whole_series(series) | described), *list_data(*steps)]


def agreed(agreement: Agreement) -> Node:
    """Return what ties a text to its copies at partners' and to what they say of it."""
    original = agreement.original
    return {
        "isBasedOn": piece_there(original) if original else None,
        "sameAs": [tribune.url for tribune in agreement.copies],
        "subjectOf": [filled({"@type": "WebPage", "url": tribune.url}) for tribune in agreement.teasers],
    }


def piece_there(tribune: Tribune) -> Node:
    """Return the piece as it stands at the partner's."""
    return filled(
        {
            "@type": "BlogPosting",
            "@id": tribune.url,
            "url": tribune.url,
            "headline": tribune.title,
            "inLanguage": tribune.partner.language,
            "datePublished": iso(tribune.published_at),
            "author": None if tribune.is_ours() else keeper(tribune.partner),
            "publisher": filled(
                {"@type": "Organization", "name": tribune.partner.name, "url": tribune.partner.site or None}
            ),
        }
    )


def authors_of(authors: list[Author], agreement: Agreement) -> list[Node]:
    """Return who wrote what stands here: the byline, else the partner where the piece is theirs, else who publishes."""
    if authors:
        return [person(author) for author in authors]
    theirs = [keeper(tribune.partner) for tribune in agreement.tribunes if not tribune.is_ours()]
    return theirs[:1] or [publisher()]


def supporter(post: Post) -> Node:
    """Return the commercial relation that readers are told of, with their words for it."""
    if not post.is_commercial():
        return {}
    whom = {"@type": "Organization", "name": post.disclosure_with.name, "description": plain_disclosure_of(post)}
    return {SUPPORTERS.get(post.disclosure, "sponsor"): filled(whom)}


def author_data(author: Author, links: Iterable[AuthorLink]) -> list[Node]:
    """Return what the page of an author is about."""
    page = settings.SITE_URL + author.get_absolute_url()
    who = person(author) | {
        "jobTitle": plain(author.role),
        "description": plain(author.biography),
        "image": settings.SITE_URL + author.portrait.url if author.portrait else None,
        "sameAs": [link.address for link in links if link.network != AuthorLink.Network.FEED],
        "worksFor": {"@id": site_id("organization")},
    }
    profile = {
        "@type": "ProfilePage",
        "url": page,
        "inLanguage": current_language(),
        "mainEntity": filled(who),
    }
    authors = (gettext("Authors"), address("blog:author-list"), current_language())
    return [profile, breadcrumbs([authors, (author.name, author.get_absolute_url(), None)])]


def event_data(event: Event, speakers: Iterable[Speaker], steps: Iterable[tuple]) -> list[Node]:
    """Return what the page of an event is about, and the way to it."""
    page = settings.SITE_URL + event.get_absolute_url()
    host = {"@type": "Organization", "name": event.host_name, "url": event.host_url or None}
    starts, ends = event.bounds()
    announced = {
        "@type": "Event",
        "@id": f"{page}#event",
        "url": page,
        "name": plain(event.title, event.title_language),
        "description": plain(event.description, event.description_language),
        "inLanguage": event.language,
        "startDate": starts,
        "endDate": ends,
        "eventStatus": f"https://schema.org/{'EventCancelled' if event.is_cancelled else 'EventScheduled'}",
        "eventAttendanceMode": f"https://schema.org/{attendance_of(event)}",
        "location": locations_of(event),
        "organizer": filled(host) if event.host_name else publisher(),
        "performer": [speaker_data(speaker) for speaker in speakers],
    }
    if event.is_over() and event.recording_url:
        announced["recordedIn"] = {"@type": "CreativeWork", "url": event.recording_url}
    return [filled(announced), *list_data(*steps)]


def locations_of(event: Event) -> Node | list[Node]:
    """Return where an event happens: at a place, online, or both."""
    online = {"@type": "VirtualLocation", "url": event.join_url or settings.SITE_URL + event.get_absolute_url()}
    if not event.place:
        return online
    place = {"@type": "Place", "name": event.place, "address": event.place}
    return [place, online] if event.join_url else place


def attendance_of(event: Event) -> str:
    """Return how one takes part, as schema.org names it."""
    if not event.place:
        return "OnlineEventAttendanceMode"
    return "MixedEventAttendanceMode" if event.join_url else "OfflineEventAttendanceMode"


def speaker_data(speaker: Speaker) -> Node:
    """Return who speaks at an event, by their page here where they have one."""
    if speaker.author:
        return person(speaker.author)
    return filled({"@type": "Person", "name": speaker.name, "url": speaker.url, "jobTitle": speaker.role})


def home_data() -> list[Node]:
    """Return whose site it is."""
    logo = {"@type": "ImageObject", "url": settings.SITE_URL + address_of_icon()}
    organization = publisher() | {"logo": logo}
    site = {
        "@type": "WebSite",
        "@id": site_id("website"),
        "url": settings.SITE_URL + "/",
        "name": settings.SITE_NAME,
        "description": gettext("Articles, debates and tribunes, in French and in English"),
        "inLanguage": ["fr", "en"],
        "publisher": {"@id": site_id("organization")},
    }
    return [organization, site]


def list_data(*steps: tuple[str, str]) -> list[Node]:
    """Return the way to a page, of names and paths from the top; the home page stands before them.

    A name is in the page's language, or in that which its step names behind the path.
    """
    return [breadcrumbs([(str(name), path, *(language or [current_language()])) for name, path, *language in steps])]


def category_data(trail: Iterable) -> list[Node]:
    """Return the way to a category, through those above it."""
    return [breadcrumbs(steps_of(trail))]


def steps_of(trail: Iterable) -> list[tuple[str, str, str]]:
    """Return a name and an address for each of these categories."""
    return [(category.name, category.get_absolute_url(), current_language()) for category in trail]


def breadcrumbs(steps: list[tuple[str, str, str | None]]) -> Node:
    """Return the way from the home page through these steps: a name, a path, and the language of the name."""
    home = (settings.SITE_NAME, address("blog:home"), None)
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": plain(name, language) if language else name,
                "item": settings.SITE_URL + path,
            }
            for position, (name, path, language) in enumerate([home, *steps], start=1)
        ],
    }


def person(author: Author) -> Node:
    """Return an author, known everywhere by the address of their page."""
    page = settings.SITE_URL + author.get_absolute_url()
    return {"@type": "Person", "@id": page, "name": author.name, "url": page}


def keeper(partner: Partner) -> Node:
    """Return who keeps the blog of a partner."""
    return filled({"@type": "Person", "name": partner.keeper, "url": partner.site})


def publisher() -> Node:
    """Return who publishes here."""
    return {
        "@type": "Organization",
        "@id": site_id("organization"),
        "name": settings.SITE_NAME,
        "url": settings.SITE_URL + "/",
    }


def pictures_of(post: Post) -> Node | list[Node] | None:
    """Return the cover of a post, and what it is shared with where that was drawn for it."""
    cover = picture(post.cover) if post.cover else None
    shared = shared_of(post)
    if shared is None or not shared.is_drawn:
        return cover
    url = settings.SITE_URL + shared.url
    size = {"width": pixels(shared.width), "height": pixels(shared.height)}
    drawn = {"@type": "ImageObject", "url": url, **size, "caption": shared.alt}
    return [cover, drawn] if cover else drawn


def pixels(number: int) -> str:
    """Return a length as schema.org has it: a Distance is a number with its unit."""
    return f"{number} px"


def picture(image: Image) -> Node:
    """Return a picture with its size and what it shows."""
    return filled(
        {
            "@type": "ImageObject",
            "url": settings.SITE_URL + image.file.url,
            "width": pixels(image.width),
            "height": pixels(image.height),
            "caption": plain(image.alt),
            "creditText": image.credit,
        }
    )


def article_id(post: Post) -> str:
    """Return the name of a text of ours, which stays whatever is agreed on it."""
    return f"{settings.SITE_URL}{post.path()}#article"


def site_id(what: str) -> str:
    """Return the name of something that there is one of: the blog, the site, who publishes it."""
    return f"{settings.SITE_URL}/#{what}"


@lru_cache(maxsize=1)
def address_of_icon() -> str:
    from django.templatetags.static import static

    return static("pictures/favicon.svg")


def plain(text: str, language: str | None = None) -> str:
    """Return a text with the typography that the page shows it in, and nothing that XML cannot hold."""
    # The typeset HTML is kept for the page already.
    return without_controls(html.unescape(typeset_html(text, language or current_language())))


def filled(node: Node) -> Node:
    """Return a node without what it has no value for."""
    return {name: value for name, value in node.items() if value not in (None, "", [])}
