"""Take in the articles of a folder: manage.py take_in FOLDER."""

import json
from datetime import datetime
from pathlib import Path

from django.core.files.images import ImageFile
from django.core.management.base import BaseCommand
from django.db import transaction
from lxml import html
from taggit.models import Tag
from wagtail.images.models import Image
from wagtail.models import Page, Site

from blog.models import Author, BlogIndexPage, BlogPage, BlogPageGalleryImage


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    @transaction.atomic
    def handle(self, *, folder, **options):
        self.folder, self.pictures = folder, {}
        blog = BlogIndexPage(title="La Marge", slug="blog")
        Page.objects.get(depth=1).add_child(instance=blog)
        site = Site.objects.get(is_default_site=True)
        site.root_page, site.site_name = blog, "La Marge"
        site.save()
        articles = json.loads((folder / "articles.json").read_text())
        for article in articles:
            self.take_in(blog, article)
        self.stdout.write(str(len(articles)))

    def take_in(self, blog, article):
        at = datetime.fromisoformat(article["published_at"])
        post = BlogPage(
            title=article["title"],
            slug=article["slug"],
            date=at.date(),
            intro=article["standfirst"],
            body=self.as_rich_text(article["html"]),
            first_published_at=at,
        )
        blog.add_child(instance=post)
        if article["cover"]:
            image = self.picture(article["cover"], article["cover_alt"])
            BlogPageGalleryImage.objects.create(page=post, image=image, sort_order=0)
        post.authors.set([Author.objects.get_or_create(name=each["name"])[0] for each in article["authors"]])
        # It has no categories of its own: both are tags of the tutorial.
        for each in [*article["categories"], *article["tags"]]:
            post.tags.add(Tag.objects.get_or_create(slug=each["slug"], defaults={"name": each["name"]})[0])
        post.save()

    def picture(self, name, alt):
        if name not in self.pictures:
            with (self.folder / name).open("rb") as file:
                self.pictures[name] = Image.objects.create(title=alt or name, file=ImageFile(file, Path(name).name))
        return self.pictures[name]

    def as_rich_text(self, source):
        """Return a text as its editor would keep it: pictures are names of those of its library."""
        root = html.fragment_fromstring(source, create_parent="div")
        for shown in root.xpath(".//img"):
            image = self.picture(shown.get("src"), shown.get("alt"))
            embed = html.Element(
                "embed", embedtype="image", id=str(image.pk), format="fullwidth", alt=shown.get("alt") or ""
            )
            embed.tail = shown.tail
            shown.getparent().replace(shown, embed)
        return "".join(html.tostring(each, encoding="unicode", method="xml") for each in root)
