import sys

from django.core.management.base import BaseCommand

from comments.following.bounces import LARGEST_BOUNCE, stop_bouncing


class Command(BaseCommand):
    """Called by a mail server for each mail that comes back: ``bounces: "|/srv/tribune/manage.py bounces"``."""

    help = "Read a bounce message from standard input, and stop mailing the address that it says does not exist."

    def handle(self, *args, **options) -> None:
        stopped = stop_bouncing(sys.stdin.buffer.read(LARGEST_BOUNCE))
        if options["verbosity"] > 0:
            for email in stopped:
                self.stdout.write(email)
