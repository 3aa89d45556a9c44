from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand
from django.utils import timezone

from comments.law.register import FORMATS, register, written_as


class Command(BaseCommand):
    help = "Write the register of notices, decisions, statements of reasons and contestations of some days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="begin", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
        parser.add_argument(
            "--to", dest="end", type=date.fromisoformat, metavar="YYYY-MM-DD", help="Included; today, if not given."
        )
        parser.add_argument("--format", choices=FORMATS, default="csv")
        parser.add_argument("--with-addresses", action="store_true", help="E-mail addresses too.")

    def handle(self, *args, begin: date, end: date | None, format: str, with_addresses: bool, **options) -> None:  # noqa: A002
        rows = register(begin, end or timezone.localdate(), with_addresses=with_addresses)
        for piece in written_as(format, rows):
            self.stdout.write(piece, ending="")
