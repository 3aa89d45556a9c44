"""What comments lack that were written, or brought here, before the program knew of it: made up for a piece a day."""

from itertools import batched

from django.db import transaction
from django.db.models import Count, F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Substr

from blog.models import Post
from comments.folding import ANSWERS_SHOWN, fold_thread, recount_folded
from comments.holding import hold
from comments.linking import comments_counted, join_discussion, strayed
from comments.models import Comment, Decision
from comments.models.comments import BEGINNING, BLANK, STEP
from comments.moderation import count_comments
from comments.spam.words import digest_text

# A statement of this size holds nobody up.
BATCH = 500

# What one day makes up for: half a minute's work. A hundred thousand imported comments are through in three weeks.
MOST_A_DAY = 5000


def make_up() -> None:
    """Make up for a day's piece of what is missing; a second call goes on from there."""
    digest_old_texts()
    place_old_decisions()
    take_strays_in()
    fold_long_threads()
    mend_counts()


def digest_old_texts(most: int = MOST_A_DAY) -> int:
    """Write on comments that have none the digest by which the same text is found again; the newest first."""
    missing = Comment.objects.filter(text_digest=None)
    keys = list(missing.exclude(text=BLANK).order_by("-pk").values_list("pk", flat=True)[:most])
    done = 0
    # The texts of all of them would be a lot of memory.
    for piece in batched(keys, BATCH):
        for pk, text in list(missing.filter(pk__in=piece).values_list("pk", "text")):
            # One that was mended or erased since it was read has got what it is to have.
            done += missing.filter(pk=pk, text=text).update(text_digest=digest_text(text))
    return done


def place_old_decisions(most: int = MOST_A_DAY) -> int:
    """Note on decisions that do not know it what they were made on, so that they can outlive it."""
    keys = list(Decision.objects.without_place().order_by("pk").values_list("pk", flat=True)[:most])
    return sum(Decision.objects.filter(pk__in=piece).note_places() for piece in batched(keys, BATCH))


def take_strays_in(most: int = MOST_A_DAY) -> int:
    """Move what stands below a translation, where no page shows it, to the discussion; return of how many posts.

    It was written while somebody linked the two, or before a link moved anything.
    """
    posts = list(strayed().only("translation_of")[:most])
    for post in posts:
        join_discussion(post)
    return len(posts)


def fold_long_threads(most: int = MOST_A_DAY) -> int:
    """Fold the threads that have become too long without anybody's decision; return how many."""
    shown = Comment.objects.standing().filter(is_folded=None).order_by()
    threads = shown.values("post", thread=Substr("path", 1, STEP)).annotate(last=Max("pk"), count=Count("pk"))
    # With the comment that it begins with.
    keys = list(threads.filter(count__gt=ANSWERS_SHOWN + 1).values_list("last", flat=True)[:most])
    for key in keys:
        with transaction.atomic():
            fold_thread(hold(Comment.objects.get(pk=key)))
    return len(keys)


def mend_counts(most: int = MOST_A_DAY) -> int:
    """Count anew where what is carried on with each decision is not what is there; return in how many places.

    It should be none: somebody may have written rows past the program.
    """
    posts = Post.objects.alias(count=comments_counted()).exclude(comment_count=F("count")).order_by("pk")
    # A translation is counted with its original.
    wrong_posts = {post.discussion_id for post in posts.only("translation_of")[:most]}
    count_comments(wrong_posts)
    folded = Comment.objects.standing().approved().filter(is_folded=True, post=OuterRef("post"))
    folded = folded.alias(beginning=BEGINNING).filter(beginning=OuterRef("path")).order_by().values("post")
    threads = Comment.objects.exclude(folded_count=None).alias(
        count=Coalesce(Subquery(folded.values(n=Count("pk"))), 0)
    )
    wrong_threads = list(threads.exclude(folded_count=F("count"))[:most])
    for comment in wrong_threads:
        with transaction.atomic():
            recount_folded(hold(comment))
    return len(wrong_posts) + len(wrong_threads)
