"""Say which past comments a term would have held, before it is blocked."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from comments.models import BlockedTerm


class Command(BaseCommand):
    help = "Say which of the newest comments a blocked term would have held; nothing is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--term", required=True, help="the word, address or network")
        parser.add_argument("--kind", choices=BlockedTerm.Kind.values, default=BlockedTerm.Kind.WORD)
        parser.add_argument("--limit", type=int, default=5000, help="how many of the newest comments are looked at")

    def handle(self, *, term: str, kind: str, limit: int, **options) -> None:
        blocked = BlockedTerm(kind=kind, value=term)
        try:
            blocked.clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        held = blocked.would_hold(max(limit, 0))
        for comment in held:
            text = " ".join(comment.text.split())[:80]
            self.stdout.write(f"{comment.pk}\t{comment.created_at:%Y-%m-%d}\t{comment.status}\t{comment.name}: {text}")
        self.stdout.write(f"{len(held)} of the newest {limit} comments")
