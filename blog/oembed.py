"""Posts of ours as cards on the pages of others: the provider’s half of https://oembed.com/.

A card is a quotation with a link, without script, style or frame: whoever shows it gives it the looks of their page,
and nothing of it asks this site for anything but the picture.
"""

from urllib.parse import unquote, urlencode
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import override

from authors.addresses import address
from blog.disclosing import plain_disclosure_of
from blog.facts import day
from blog.markup import without_controls
from blog.models import Authorship, OldAddress, Post
from blog.own_addresses import path_at, view_at
from blog.sharing import shared_of
from blog.structured_data import plain

# In CSS pixels: as wide as a column of text, and as high as the text of a card then is at most.
WIDTH, HEIGHT = 600, 300
# Seconds; whoever embeds asks again after a day.
CACHE_AGE = 24 * 3600

MEDIA_TYPES = {"json": "application/json", "xml": "text/xml"}


def discovery_links(post: Post) -> list[tuple[str, str]]:
    """Return media type and address of the card of a post in each format, as its page names them."""
    page = settings.SITE_URL + post.path()
    where = settings.SITE_URL + address("oembed")
    return [
        (f"{media_type}+oembed", f"{where}?{urlencode({'url': page, 'format': name})}")
        for name, media_type in MEDIA_TYPES.items()
    ]


def find_post(url: str) -> Post | None:
    """Return the post at an address of ours, or at one that it had before, if readers may see it."""
    asked = path_at(url.strip())
    if asked is None:
        return None
    path = unquote(asked.partition("?")[0])
    language = "en" if path.startswith("/en/") else "fr"
    posts = Post.objects.published().select_related("cover", "disclosure_with")
    posts = posts.defer("body", "body_html", "body_text")
    with override(language):
        match = view_at(path)
    post = None
    if match and match.view_name == "blog:post-detail":
        post = posts.filter(language=language, slug=match.kwargs["slug"]).first()
    if post is None:
        # WordPress has /?p=12, and home stands at that path.
        old = OldAddress.objects.find(asked, path)
        target = old.public_target() if old else None
        post = posts.filter(pk=target.pk).first() if isinstance(target, Post) else None
    return post


def card_of(post: Post, max_width: int | None, max_height: int | None) -> dict[str, object]:
    """Return the card of a post, in its language, no larger than is asked for."""
    with override(post.language):
        writers = [
            row.author for row in Authorship.objects.filter(post=post).select_related("author").order_by("position")
        ]
        card = {
            "version": "1.0",
            "type": "rich",
            "provider_name": settings.SITE_NAME,
            "provider_url": settings.SITE_URL + address("blog:home"),
            "title": plain(post.title),
            "cache_age": CACHE_AGE,
            "html": html_of(post, ", ".join(author.name for author in writers)),
            "width": min(WIDTH, max_width or WIDTH),
            "height": min(HEIGHT, max_height or HEIGHT),
        }
        if writers:
            card["author_name"] = ", ".join(author.name for author in writers)
            card["author_url"] = settings.SITE_URL + writers[0].get_absolute_url()
    return card | thumbnail_of(post, max_width, max_height)


def html_of(post: Post, names: str) -> SafeString:
    """Return the card itself."""
    page = settings.SITE_URL + post.path()
    lines = [plain(post.standfirst), plain_disclosure_of(post)]
    return format_html(
        '<blockquote lang="{}" cite="{}"><p><a href="{}"><strong>{}</strong></a></p>{}<footer>{}</footer></blockquote>',
        post.language,
        page,
        page,
        plain(post.title),
        format_html_join("", "<p>{}</p>", ((line,) for line in lines if line)),
        " – ".join(filter(None, [names, day(post.published_at), settings.SITE_NAME])),
    )


def thumbnail_of(post: Post, max_width: int | None, max_height: int | None) -> dict[str, object]:
    """Return the largest picture of a post that fits, its address with its size: what it is shared with, or its cover.

    Which formats a site can show is not known, so that only those are given that all can.
    """
    shared = shared_of(post)
    sizes = [(shared.url, shared.width, shared.height)] if shared else []
    if post.cover:
        sizes.append((post.cover.file.url, post.cover.width, post.cover.height))
    for url, width, height in sizes:
        if width <= (max_width or width) and height <= (max_height or height):
            return {
                "thumbnail_url": settings.SITE_URL + url,
                "thumbnail_width": width,
                "thumbnail_height": height,
            }
    return {}


def as_xml(card: dict[str, object]) -> bytes:
    """Return a card in XML."""
    root = Element("oembed")
    for name, value in card.items():
        SubElement(root, name).text = without_controls(str(value))
    return b'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n' + tostring(root, encoding="utf-8")
