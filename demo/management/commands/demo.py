from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from blog.models import Post
from blog.search.catching_up import catch_up_all
from demo.loading import load_demo


class Command(BaseCommand):
    help = "Load the demo publication; with --posts, a large one made up for measuring."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--posts", type=int, default=0, help="so many made-up posts besides")
        parser.add_argument("--comments", type=int, default=0, help="so many made-up comments on them")

    def handle(self, *args: object, posts: int, comments: int, **options: object) -> None:
        if posts < 0 or comments < 0:
            raise CommandError("There cannot be fewer than none.")
        if comments and not posts:
            raise CommandError("Comments are made on made-up posts: say how many with --posts.")
        if Post.objects.exists():
            raise CommandError("The database is not empty: the demo is loaded into an empty one.")
        load_demo()
        if posts:
            from demo.generating import generate

            # The pictures first: when one is ready, all texts that show it are rendered anew and their cards drawn,
            # and of those there will be thousands.
            call_command("db_worker", batch=True, verbosity=0)
            generate(posts=posts, comments=comments)
        else:
            # A few: whoever looks at the demo first finds them already.
            catch_up_all()
        self.stdout.write(f"{Post.objects.count()} posts are loaded.")
