"""What moderators decide is learnt, and unlearnt when they change their mind."""

from collections.abc import Collection
from itertools import batched

from django.db import transaction
from django.db.models import F

from comments.models import Comment, SpamToken
from comments.models.spam import TOTALS
from comments.spam.bayes import Counts
from comments.spam.words import Facts, tokenise

SPAM, HAM = "spam", "ham"

# A comment brings some dozens of new words, so these are those of the last few thousand that were decided on.
KEPT_WHATEVER = 100_000
# What a day forgets, and what one statement does: learning waits for it.
MOST_FORGOTTEN = 20_000
FORGOTTEN_AT_ONCE = 500


def lesson_of(comment: Comment) -> str | None:
    """Return as what a comment is to be learnt: SPAM, HAM, or None.

    Only what a person decided teaches anything: the verdicts of the program would confirm themselves. What is off the
    subject or was removed is neither; a text that its writer withdrew after approval stays as it was learnt. Authors
    of ours do not write like readers.
    """
    if comment.author_id or comment.decided_by_id is None:
        return None
    match comment.status:
        case Comment.Status.APPROVED:
            return HAM
        case Comment.Status.SPAM:
            return SPAM
        case Comment.Status.WITHDRAWN:
            return comment.learnt_as
    return None


def learn(comment: Comment) -> None:
    """Learn what was decided on a comment, in place of what was learnt of it before; a second call does nothing."""
    with transaction.atomic():
        lock_counts()
        comment = Comment.objects.select_for_update().get(pk=comment.pk)
        lesson = lesson_of(comment)
        if lesson == comment.learnt_as:
            return
        tokens = [TOTALS, *tokenise(Facts.of(comment))]
        if comment.learnt_as:
            # A comment that was cleared of its address meanwhile has fewer tokens than it was learnt with.
            column = comment.learnt_as
            SpamToken.objects.filter(token__in=tokens, **{f"{column}__gt": 0}).update(**{column: F(column) - 1})
        if lesson:
            SpamToken.objects.bulk_create([SpamToken(token=token) for token in tokens], ignore_conflicts=True)
            SpamToken.objects.filter(token__in=tokens).update(**{lesson: F(lesson) + 1})
        comment.learnt_as = lesson
        comment.save(update_fields=["learnt_as"])


def forget_rare_words(kept: int = KEPT_WHATEVER, most: int = MOST_FORGOTTEN) -> int:
    """Remove words that were met once, and long ago, of which a day removes ``most``; return how many.

    Rows are numbered as words are first met, so one that still counts one was met then, and not since. How long ago
    that is, is measured in words: the last ``kept`` that were new stay, whatever they count.
    """
    newest = SpamToken.objects.order_by("-pk").values_list("pk", flat=True)
    limit = newest[kept : kept + 1].first()
    if limit is None:
        return 0
    rare = SpamToken.objects.filter(pk__lte=limit, spam__lte=1, ham__lte=1 - F("spam")).exclude(token=TOTALS)
    keys = list(rare.order_by("pk").values_list("pk", flat=True)[:most])
    done = 0
    for piece in batched(keys, FORGOTTEN_AT_ONCE):
        with transaction.atomic():
            # Nothing is learnt meanwhile: asked again, a word is still rare when it goes.
            lock_counts()
            done += rare.filter(pk__in=piece).delete()[0]
    return done


def lock_counts() -> None:
    """Let one learn at a time: two that add to the same words in another order would wait for each other for ever."""
    SpamToken.objects.bulk_create([SpamToken(token=TOTALS)], ignore_conflicts=True)
    SpamToken.objects.select_for_update().get(token=TOTALS)


def learnt_counts(tokens: Collection[str]) -> Counts:
    """Return what this site has learnt about these tokens: one query."""
    rows = SpamToken.objects.filter(token__in=[TOTALS, *tokens]).values_list("token", "spam", "ham")
    by_token = {token: (spam, ham) for token, spam, ham in rows}
    spam_total, ham_total = by_token.pop(TOTALS, (0, 0))
    return Counts(
        spam={token: spam for token, (spam, _) in by_token.items()},
        ham={token: ham for token, (_, ham) in by_token.items()},
        spam_total=spam_total,
        ham_total=ham_total,
    )
