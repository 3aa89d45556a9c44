"""The French articles of a demo as the others take them in: python -m tests.versus.articles FOLDER, with DATA_DIR."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from lxml import html

if TYPE_CHECKING:
    from blog.models import Image, Post

ARTICLES = "articles.json"
# Where the others look for the pictures, in the folder of the articles.
PICTURES = "pictures"


def main() -> None:
    """Write them to the folder that is named, newest first."""
    folder = Path(sys.argv[1])
    (folder / PICTURES).mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from blog.models import Post

    posts = Post.objects.published().in_language("fr").select_related("cover", "category").order_by("-published_at")
    articles = [as_article(post, folder) for post in posts.prefetch_related("authors", "tags", "categories")]
    (folder / ARTICLES).write_text(json.dumps(articles, ensure_ascii=False, indent=1), encoding="utf-8")


def as_article(post: "Post", folder: Path) -> dict:
    """Return what any of them can show of a post."""
    from comments.models import Comment

    standing = Comment.objects.filter(post=post.translation_of or post, status=Comment.Status.APPROVED)
    return {
        "title": post.title,
        "slug": post.slug,
        "standfirst": post.standfirst,
        "html": plain_html(post.body, folder),
        "published_at": post.published_at.isoformat(),
        "cover": copy_picture(post.cover, folder) if post.cover else "",
        "cover_alt": post.cover.alt_fr if post.cover else "",
        # The main one first.
        "categories": [
            {"slug": each.slug, "name": each.name_fr}
            for each in dict.fromkeys([post.category, *post.categories.all()])
            if each
        ],
        "tags": [{"slug": each.slug, "name": each.name_fr} for each in post.tags.all()],
        "authors": [{"slug": each.slug, "name": each.name} for each in post.authors.all()],
        "comments": [
            {
                "key": each.pk,
                "answers": each.parent_id,
                "name": each.name,
                "text": each.text,
                "at": each.created_at.isoformat(),
            }
            for each in standing.order_by("path")
        ],
    }


def plain_html(source: str, folder: Path) -> str:
    """Return a text without what is Tribune's alone: pictures as such, and a link for what plays."""
    from blog.models import Image

    root = html.fragment_fromstring(source, create_parent="div")
    for figure in root.xpath(".//figure[@data-image]"):
        picture = Image.objects.get(pk=figure.attrib.pop("data-image"))
        shown = html.Element("img", src=copy_picture(picture, folder), alt=picture.alt_fr)
        shown.set("width", str(picture.width))
        shown.set("height", str(picture.height))
        figure.insert(0, shown)
    for shown in root.xpath(".//img[starts-with(@src, '/media/')]"):
        shown.set("src", copy_file(Path(settings.MEDIA_ROOT, shown.get("src").removeprefix("/media/")), folder))
    for figure in root.xpath(".//figure[@data-video or @data-recording]"):
        link = html.Element("a", href=figure.get("data-video", "#"))
        link.text = "".join(figure.xpath("string(figcaption)")) or "Enregistrement"
        figure.clear()
        figure.tag = "p"
        figure.append(link)
    inside = [html.tostring(each, encoding="unicode") for each in root]
    return (root.text or "") + "".join(inside)


def copy_picture(picture: "Image", folder: Path) -> str:
    """Copy the file of a picture; return its name below the folder."""
    return copy_file(Path(picture.file.path), folder)


def copy_file(file: Path, folder: Path) -> str:
    target = folder / PICTURES / file.name
    if not target.exists():
        shutil.copy(file, target)
    return f"{PICTURES}/{file.name}"


if __name__ == "__main__":
    main()
