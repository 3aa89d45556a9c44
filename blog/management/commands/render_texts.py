"""Make the stored HTML of all texts anew, which an upgrade has new rules for."""

from django.core.management.base import BaseCommand

from blog.models import Page, Post
from blog.own_links import render_in_background


class Command(BaseCommand):
    help = "Have all texts rendered anew in the background, as saving each of them would; their dates stay as they are."

    def handle(self, **options) -> None:
        posts, pages = (list(model.objects.order_by("-pk").values_list("pk", flat=True)) for model in (Post, Page))
        render_in_background(posts, pages)
        self.stdout.write(f"{len(posts) + len(pages)} texts will be rendered by the worker.")
