"""Measure how well spam is told from real comments."""

from argparse import ArgumentTypeError
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from comments.spam.measuring import TARGET_HAM, TARGET_SPAM, measure, most_telling, own_decisions
from comments.spam.starter import read_labelled

# Newer decisions than these say what a site takes for spam; more only take longer.
MOST_DECISIONS = 20_000


def fold_count(text: str) -> int:
    """Return a number of folds: 0, or from 2 on."""
    number = int(text)
    if number < 0 or number == 1:
        raise ArgumentTypeError("0 folds, or at least 2")
    return number


class Command(BaseCommand):
    help = (
        "Measure, by cross validation, how much spam is held and how many real comments: on the decisions of the "
        "moderators, or on a file of labelled comments (a JSON object a line: text, name, email, site, label)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="labelled comments; the label is ‘spam’ or ‘ham’")
        parser.add_argument(
            "--folds", type=fold_count, default=5, help="0 learns nothing from them: how a new site would judge"
        )

    def handle(self, *, file: Path | None, folds: int, **options) -> None:
        try:
            rows = read_labelled(file) if file else own_decisions(MOST_DECISIONS)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from None
        result = measure(rows, folds=folds)
        if not result.spam or not result.ham:
            raise CommandError(f"Too little to measure: {result.spam} spam and {result.ham} real comments.")
        write = self.stdout.write
        write(f"Spam held: {result.spam_held} of {result.spam} ({result.spam_share:.1%}; target {TARGET_SPAM:.0%})")
        write(f"Real held: {result.ham_held} of {result.ham} ({result.ham_share:.1%}; target {TARGET_HAM:.0%})")
        write("On target." if result.is_on_target else "Below target.")
        if options["verbosity"] > 1:
            for facts, verdict in result.mistakes:
                write(f"{verdict.score:+}\t{facts.name}: {' '.join(facts.text.split())[:80]}")
        for_spam, for_real = most_telling(rows)
        write(f"Most telling of spam: {', '.join(for_spam)}")
        write(f"Most telling of real comments: {', '.join(for_real)}")
