"""Where a partner's tribune is found that is to be taken in: their feed, their WordPress, or any page.

What is found is not to be trusted: ``taking_in`` cleans it.
"""

import re
from datetime import UTC
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from blog.models import Partner
from blog.syndication.articles import ArticlePage
from blog.syndication.errors import BadAnswerError, FetchError, TooLargeError
from blog.syndication.feeds import ACCEPTED, LARGEST_FEED, Article, read_articles
from blog.syndication.fetching import fetch
from blog.syndication.intakes import TheirPiece
from blog.syndication.their_html import plain_words
from blog.syndication.wordpress_api import address_of_route, as_list, refusal

# With the pictures, which are asked for afterwards, an editor waits for half a minute at most.
SECONDS = 10
# Whole articles with all their pictures' addresses; of blogs with longer ones fewer are asked for.
POSTS_AT_ONCE = (12, 3)
POST_FIELDS = "link,date_gmt,title,content,excerpt,lang,_links,_embedded"
LONGEST_TEXT = 1_500_000
# What is said about an article and no longer than this is not the article.
SHORTEST_TEXT = 2000

_CUT_SHORT = re.compile(
    r"(?:\[(?:…|\.\.\.|&hellip;|&#8230;)\]|(?:lire la suite|continuer la lecture|read more|continue reading)\W{0,9})"
    r"(?:\s|<[^>]{0,300}>)*\Z",
    re.IGNORECASE,
)


class NoFeedOfPartnerError(FetchError):
    """Nobody entered one."""

    words = _("The feed of this partner is not known: look again at the blog, or enter it on the partner’s page.")


class NoApiOfPartnerError(FetchError):
    """Nobody entered one."""

    words = _("The address of the partner’s API is missing: enter it on the page of the partner.")


class NoArticleError(BadAnswerError):
    """What came is a picture, a PDF or another file."""

    words = _("At this address is no web page but a file.")


def pieces_of_feed(partner: Partner) -> list[TheirPiece]:
    """Return the latest articles of a partner's feed, with their texts as far as it holds them."""
    if not partner.feed:
        raise NoFeedOfPartnerError
    answer = fetch(partner.feed, headers={"Accept": ACCEPTED}, limit=LARGEST_FEED, is_cut=True, seconds=SECONDS)
    return [_piece_of(article) for article in read_articles(answer.expect_success())]


def _piece_of(article: Article) -> TheirPiece:
    is_text = article.is_content or len(article.html) > SHORTEST_TEXT
    is_whole = is_text and not _CUT_SHORT.search(article.html[-1000:])
    return TheirPiece(
        address=without_tracking(article.address),
        title=article.title,
        summary=article.summary,
        html=article.html if is_whole else "",
        language=article.language,
        authors=article.authors,
        published_at=article.published_at,
        cover=article.picture,
        tags=article.tags,
    )


def pieces_of_wordpress(partner: Partner) -> list[TheirPiece]:
    """Return the latest posts of a partner's WordPress that everybody may read, with their texts."""
    if not partner.api:
        raise NoApiOfPartnerError
    for count in POSTS_AT_ONCE:
        query = {"per_page": count, "_embed": "author,wp:featuredmedia,wp:term", "_fields": POST_FIELDS}
        address = address_of_route(partner.api, "wp/v2/posts", query)
        try:
            answer = fetch(address, headers={"Accept": "application/json"}, seconds=SECONDS)
        except TooLargeError:
            if count == POSTS_AT_ONCE[-1]:
                raise
            continue
        if not answer.is_success:
            raise refusal(answer)
        return [_piece_of_post(post) for post in as_list(answer.json())]
    return []


def _piece_of_post(post: object) -> TheirPiece:
    """Return a post of the API, or raise BadAnswerError where that is none."""
    try:
        moment = parse_datetime(post.get("date_gmt") or "")
        piece = {
            "address": str(post["link"]),
            "title": plain_words(str(post["title"]["rendered"])),
            "html": str(post["content"]["rendered"])[:LONGEST_TEXT],
            "summary": str((post.get("excerpt") or {}).get("rendered") or ""),
            "language": str(post.get("lang") or ""),
            "published_at": moment.replace(tzinfo=UTC) if moment else None,
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadAnswerError(BadAnswerError.NOT_JSON) from error
    # What goes with it may be hidden from strangers, who then get an error in its place.
    embedded = post.get("_embedded")
    embedded = embedded if isinstance(embedded, dict) else {}
    authors = [name for each in _dicts(embedded.get("author")) if (name := _text(each.get("name")))]
    covers = [
        address for each in _dicts(embedded.get("wp:featuredmedia")) if (address := _text(each.get("source_url")))
    ]
    terms = embedded.get("wp:term")
    tags = [_text(term.get("name")) for group in (terms if isinstance(terms, list) else []) for term in _dicts(group)]
    return TheirPiece(authors=authors, cover=next(filter(None, covers), ""), tags=list(filter(None, tags)), **piece)


def _dicts(value: object) -> list[dict]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return unescape(value).strip() if isinstance(value, str) else ""


def piece_of_page(address: str) -> tuple[TheirPiece, str]:
    """Return the article of a page, and the address of another site that it names as the original, or ''."""
    answer = fetch(address, is_cut=True, seconds=SECONDS).expect_success()
    if not answer.is_html:
        raise NoArticleError
    page = ArticlePage(answer)
    piece = TheirPiece(
        address=without_tracking(page.own_address),
        title=page.article_title,
        summary=page.summary,
        html=page.whole_html,
        language=page.language,
        authors=page.authors,
        published_at=page.published_at,
        cover=page.picture,
        tags=page.tags,
    )
    return piece, page.original_elsewhere


def without_tracking(address: str) -> str:
    """Return an address without what tells where its reader comes from."""
    parts = urlsplit(address)
    if "utm_" not in parts.query:
        return address
    kept = [(name, value) for name, value in parse_qsl(parts.query, True) if not name.startswith("utm_")]
    return urlunsplit(parts._replace(query=urlencode(kept)))
