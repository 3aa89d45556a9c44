"""Posts as Markdown files with their pictures, in one archive: readable anywhere, and taken in here as they were."""

import zipfile
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import BinaryIO

from django.conf import settings
from django.db.models import QuerySet

from blog import front_matter
from blog.markup import parse, serialise
from blog.models import Image, Post, Recording
from blog.own_links import place_of
from blog.revising import claims_of
from blog.to_markdown import Place, markdown_of

PICTURES = "pictures"


def export(posts: Iterable[Post], to: BinaryIO) -> int:
    """Write an archive of posts, one after the other, and return how many; a picture of several is there once."""
    written: set[str] = set()
    count = 0
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for post in posts:
            images = images_of(post)
            archive.writestr(name_of(post), document_of(post, images))
            for image in images.values():
                path = path_of(image)
                if path not in written and image.file.storage.exists(image.file.name):
                    written.add(path)
                    with image.file.storage.open(image.file.name) as file:
                        # Pictures are compressed already.
                        archive.writestr(path, file.read(), zipfile.ZIP_STORED)
            count += 1
    return count


def name_of(post: Post) -> str:
    """Return the name of a post's file: no two have the same."""
    return f"{post.language}-{post.slug.lstrip('~')}-{post.pk}.md"


def images_of(post: Post) -> dict[int, Image]:
    """Return the pictures of a post by their keys, its cover among them."""
    images = Image.objects.shown_in(post.body)
    return images | ({post.cover.pk: post.cover} if post.cover else {})


def path_of(image: Image) -> str:
    return f"{PICTURES}/{image.pk}-{PurePosixPath(image.file.name).name}"


def document_of(post: Post, images: dict[int, Image]) -> str:
    """Return a post as one file of Markdown: what is said of it above, and its text."""
    language = post.language
    places = {key: Place(path_of(image), getattr(image, f"alt_{language}")) for key, image in images.items()}
    return (
        front_matter.write(facts_of(post, images))
        + "\n"
        + markdown_of(with_addresses(post.body), places, Recording.objects.addresses_in(post.body))
    )


def with_addresses(source: str) -> str:
    """Return a source whose links to posts of ours have the addresses at which readers find these now."""
    addresses = Post.objects.addresses_in(source)
    if not addresses:
        return source
    root = parse(source)
    for link in root.iter("a"):
        key = link.get("data-post", "")
        if key.isdigit() and int(key) in addresses:
            _address, mark, fragment = link.get("href", "").partition("#")
            link.set("href", f"{addresses[int(key)]}{mark}{fragment}")
    return serialise(root)


def facts_of(post: Post, images: dict[int, Image]) -> dict:
    """Return what is said of a post beside its text, by the names that other programs give it where they have one."""
    address = place_of(post)
    original = post.translation_of
    return {
        "title": post.title,
        "language": post.language,
        "slug": post.slug,
        "summary": post.standfirst,
        "date": post.published_at.isoformat() if post.published_at else "",
        "updated": post.updated_at.isoformat() if post.updated_at else "",
        "status": post.status,
        "authors": [author.name for author in post.byline],
        "categories": [
            category.path for category in [*filter(None, [post.category]), *post.categories.order_by("path")]
        ],
        "tags": [tag.slug for tag in post.tags.order_by("slug")],
        "event": post.event.slug if post.event else "",
        "disclosure": post.disclosure,
        "disclosure_with": post.disclosure_with.name if post.disclosure_with else "",
        "translation_of": f"{original.language}/{original.slug}" if original else "",
        "address": f"{settings.SITE_URL}{address}" if address else "",
        "site": settings.SITE_URL,
        "cover": path_of(post.cover) if post.cover else "",
        "claims": [filled(facts) for facts in claims_of(post)],
        "pictures": [said_of(image, post.language) for image in images.values()],
    }


def said_of(image: Image, language: str) -> dict:
    said = {
        "file": path_of(image),
        "title": image.title,
        "alt": getattr(image, f"alt_{language}"),
        "caption": getattr(image, f"caption_{language}"),
        "credit": image.credit,
        "licence": image.licence,
        "source": image.source,
    }
    return filled(said)


def filled(facts: dict) -> dict:
    """Return what something says, without what it says nothing of."""
    return {name: words for name, words in facts.items() if words}


def for_export(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Fetch what the files say of each post, without the texts that were made of it."""
    return (
        posts.select_related("category", "cover", "event", "disclosure_with", "translation_of")
        .prefetch_related("authorships__author")
        .defer("body_html", "body_text")
    )
