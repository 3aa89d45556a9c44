"""Find anew which posts are about the same, of all of them."""

from django.core.management.base import BaseCommand

from blog.relating import relate_all

# A line for so many posts.
TOLD_EVERY = 1000


class Command(BaseCommand):
    help = "Count all words anew, and find what is related to each post that is out; after an import, or once a year."

    def handle(self, **options) -> None:
        told = 0

        def say(done: int) -> None:
            nonlocal told
            if done // TOLD_EVERY > told:
                told = done // TOLD_EVERY
                self.stdout.write(f"{done} posts so far.")

        self.stdout.write(f"{relate_all(say)} posts have been looked at.")
