"""Long threads on the page of a discussion: the first answers are shown, the others folded behind a link."""

from comments.models import Comment, path_below

# As many as a page of the discussion shows: one that fits a page is never folded, and the longest thread takes little
# more than a page from the others.
ANSWERS_SHOWN = 40


def fold_thread(comment: Comment) -> None:
    """Fold what the thread of a comment has too many answers of, and unfold those that it has room for again.

    The answers written first are shown, so what an answer that is shown answers is shown too. Called where the row of
    the post is held. But for the count of what is folded, which is read in an index of its own, one more answer costs
    the same in a thread of any length.
    """
    thread = comment.whole_thread()
    shown, folded = thread.standing().filter(is_folded=None), thread.standing().filter(is_folded=True)
    # The first is what the thread begins with.
    (_, folded_before), *answers = sorted(shown.values_list("number", "folded_count")) or [(0, None)]
    room = ANSWERS_SHOWN - len(answers)
    if room < 0:
        last, _ = answers[ANSWERS_SHOWN - 1]
        shown.filter(number__gt=last).update(is_folded=True)
        if comment.is_standing and comment.number > last:
            comment.is_folded = True
    elif room and folded_before:
        first = [key for _, key in sorted(folded.values_list("number", "pk"))[:room]]
        folded.filter(pk__in=first).update(is_folded=None)
    if room < 0 or folded_before:
        thread.filter(path=path_below(None, comment.thread)).update(folded_count=folded.approved().count() or None)
