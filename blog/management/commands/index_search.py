from django.core.management.base import BaseCommand, CommandParser

from blog.search import catching_up


class Command(BaseCommand):
    help = "See to what is stale of the index of searches, now instead of in the background."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="look at everything again, whether stale or not")

    def handle(self, *, rebuild: bool, **options) -> None:
        if rebuild:
            catching_up.learn_anew()
            catching_up.mark_all()
        # A batch a transaction: whoever breaks this off, or is killed, goes on where it ended by running it again.
        count = catching_up.catch_up_all()
        self.stdout.write(f"{count} entries are in the index.")
