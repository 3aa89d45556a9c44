from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from comments.law.retention import enforce, foresee


class Command(BaseCommand):
    help = "Clear and delete what is kept of readers for no longer than the settings say; the worker does so daily."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and do nothing.")

    def handle(self, *args, dry_run: bool, **options) -> None:
        for rule, count in foresee() if dry_run else enforce():
            self.stdout.write(f"{count:>8}  {rule.in_words()}")
