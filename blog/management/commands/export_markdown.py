"""Write all posts, or those of a language, as Markdown files with their pictures into one archive."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from blog.exporting import export, for_export
from blog.models import Post
from blog.models.languages import Language

POSTS_AT_ONCE = 100


class Command(BaseCommand):
    help = "Write posts as Markdown, with their pictures, into a ZIP archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", type=Path, help="the file to write, such as posts.zip")
        parser.add_argument("--language", choices=Language.values, help="only posts in this language")
        parser.add_argument("--published", action="store_true", help="only what readers see")

    def handle(self, *, archive: Path, language: str | None, published: bool, **options) -> None:
        if archive.exists():
            raise CommandError(f"{archive} is there already: nothing is overwritten.")
        posts = Post.objects.outside_bin().order_by("pk")
        posts = posts.published() if published else posts
        posts = posts.in_language(language) if language else posts
        try:
            with archive.open("xb") as file:
                count = export(for_export(posts).iterator(POSTS_AT_ONCE), file)
        except OSError as error:
            raise CommandError(f"{archive} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{count} posts are in {archive}.")
