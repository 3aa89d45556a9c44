"""Long threads on the page of a discussion: the first answers are shown, the others folded behind a link."""

from collections.abc import Iterable

from comments.models import Comment, path_below

# As many as a page of the discussion shows: one that fits a page is never folded, and the longest thread takes little
# more than a page from the others.
ANSWERS_SHOWN = 40


def fold_thread(comment: Comment, *, is_one_less: bool = False) -> None:
    """Fold what the thread of a comment has too many answers of, and unfold those that it has room for again.

    ``is_one_less`` where the comment was folded and could be read until now. The answers written first are shown, so
    what an answer that is shown answers is shown too. Called where the row of the post is held: the number of what is
    folded is carried on, not counted anew, so that one more answer costs the same in a thread of any length.
    """
    shown = comment.whole_thread().standing().filter(is_folded=None)
    # The first is what the thread begins with.
    rows = sorted(shown.values_list("number", "status", "folded_count"))
    (_, _, folded_before), answers = (rows[0], rows[1:]) if rows else ((None, None, None), [])
    folded = (folded_before or 0) - is_one_less
    room = ANSWERS_SHOWN - len(answers)
    if room < 0:
        last, *_ = answers[ANSWERS_SHOWN - 1]
        shown.filter(number__gt=last).update(is_folded=True)
        if comment.is_standing and comment.number > last:
            comment.is_folded = True
        folded += count_readable(status for _, status, _ in answers[ANSWERS_SHOWN:])
    elif room and folded_before:
        first = comment.folded_in_thread().values_list("pk", "status")[:room]
        Comment.objects.filter(pk__in=[pk for pk, _ in first]).update(is_folded=None)
        folded -= count_readable(status for _, status in first)
    note_folded(comment, folded)


def count_readable(statuses: Iterable[str]) -> int:
    """Return how many of comments with these statuses readers can read."""
    return sum(status == Comment.Status.APPROVED for status in statuses)


def note_folded(comment: Comment, count: int) -> None:
    """Write with what a thread begins with how many of its folded comments readers can read."""
    beginning = Comment.objects.filter(post=comment.post_id, path=path_below(None, comment.thread))
    beginning.update(folded_count=max(count, 0) or None)


def recount_folded(comment: Comment) -> None:
    """Count what is folded in the thread of a comment, and note it. The row of the post is held."""
    note_folded(comment, comment.folded_in_thread().approved().count())
