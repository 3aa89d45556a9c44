"""How well spam is told from real comments, measured on comments of which somebody said what they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from random import Random

from comments.models import Comment
from comments.spam.bayes import Counts, token_probability
from comments.spam.judging import Verdict, judge
from comments.spam.starter import count_starter, count_words, starter_rows
from comments.spam.words import Facts, digest_text

Labelled = tuple[Facts, bool]

# The folds are drawn the same way each time, so that two measures can be compared.
SEED = 2016

# What spam is at least held, and what real comments are at most.
TARGET_SPAM, TARGET_HAM = 0.95, 0.01


@dataclass
class Measure:
    """What became of labelled comments."""

    spam: int = 0
    ham: int = 0
    spam_held: int = 0
    ham_held: int = 0
    mistakes: list[tuple[Facts, Verdict]] = field(default_factory=list)

    @property
    def spam_share(self) -> float:
        """The share of spam that was held."""
        return self.spam_held / self.spam if self.spam else 0

    @property
    def ham_share(self) -> float:
        """The share of real comments that were held."""
        return self.ham_held / self.ham if self.ham else 0

    @property
    def is_on_target(self) -> bool:
        """Whether enough spam and few enough real comments were held."""
        return self.spam_share >= TARGET_SPAM and self.ham_share <= TARGET_HAM

    def add(self, facts: Facts, verdict: Verdict, *, is_spam: bool) -> None:
        """Count one more comment."""
        held = verdict.is_held_as_spam
        if is_spam:
            self.spam, self.spam_held = self.spam + 1, self.spam_held + held
        else:
            self.ham, self.ham_held = self.ham + 1, self.ham_held + held
        if held != is_spam:
            self.mistakes.append((facts, verdict))


def own_decisions(limit: int) -> list[Labelled]:
    """Return the newest comments of readers that were approved or are spam by a person's decision."""
    decided = (
        Comment.objects.filter(author=None, decided_by__isnull=False)
        .filter(status__in=[Comment.Status.APPROVED, Comment.Status.SPAM])
        .order_by("-created_at", "-pk")
        .only("text", "name", "email", "site", "form_age", "status")
    )
    return [(Facts.of(comment), comment.status == Comment.Status.SPAM) for comment in decided[:limit]]


def measure(rows: Sequence[Labelled], *, folds: int) -> Measure:
    """Judge each comment by what the others teach: those of the other folds, and the starter set.

    With no folds nothing is learnt from ``rows``: they are judged as on a new site. What is judged is never in what
    taught: texts of the starter set are left out of it.
    """
    result = Measure()
    for tested, taught in split(rows, folds):
        tested_texts = frozenset(digest_text(facts.text) for facts, _ in tested)
        starter = starter_without(tested_texts & starter_texts())
        learnt = count_words(taught)
        for facts, is_spam in tested:
            result.add(facts, judge(facts, learnt=learnt, starter=starter), is_spam=is_spam)
    return result


def split(rows: Sequence[Labelled], folds: int) -> Iterator[tuple[list[Labelled], list[Labelled]]]:
    """Yield each fold with all the others; copies of one text come into one fold."""
    if folds < 2:
        yield list(rows), []
        return
    by_text: dict[str, list[Labelled]] = {}
    for row in rows:
        by_text.setdefault(digest_text(row[0].text), []).append(row)
    texts = sorted(by_text)
    Random(SEED).shuffle(texts)  # noqa: S311 (nothing secret is drawn)
    for number in range(folds):
        here = set(texts[number::folds])
        yield (
            [row for text in texts if text in here for row in by_text[text]],
            [row for text in texts if text not in here for row in by_text[text]],
        )


@cache
def starter_texts() -> frozenset[str]:
    """Return the digests of the texts of the starter set."""
    return frozenset(digest_text(facts.text) for facts, _ in starter_rows())


# Counting takes seconds, and most folds have nothing of the starter set.
@lru_cache(maxsize=1)
def starter_without(texts: frozenset[str]) -> Counts:
    """Return the counts of the starter set but for the comments whose texts have these digests."""
    return count_starter([row for row in starter_rows() if digest_text(row[0].text) not in texts])


def most_telling(rows: Sequence[Labelled], limit: int = 20) -> tuple[list[str], list[str]]:
    """Return the tokens that speak most for spam and most for a real comment, by these rows."""
    own, nothing = count_words(rows), Counts()
    tokens = {*own.spam, *own.ham}
    ordered = sorted(tokens, key=lambda token: (token_probability(token, own, nothing), token))
    return ordered[: -limit - 1 : -1], ordered[:limit]
