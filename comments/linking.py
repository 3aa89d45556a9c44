"""When a post becomes the translation of another, or ceases to be: whose discussion its comments belong to."""

from django.db import transaction
from django.db.models import CharField, Count, F, Func, IntegerField, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, LPad, Substr
from django.db.models.signals import post_save

from blog.models import Post
from blog.pagecache import drop_discussions
from comments.models import Comment, Following, Notification
from comments.models.comments import MAX_DEPTH, STEP
from comments.searching import note_moved


def follow_link(sender: type[Post], instance: Post, created: bool, raw: bool, update_fields, **kwargs) -> None:
    """See that the comments of a post stand in the discussion that it has now, and that it says how many there are."""
    if raw or (update_fields is not None and "translation_of" not in update_fields):
        return
    if instance.translation_of_id and Comment.objects.filter(post=instance.pk).exists():
        join_discussion(instance)
    if not created or instance.translation_of_id:
        own = Post.objects.filter(pk=instance.pk)
        own.update(comment_count=comments_counted())
        instance.comment_count = own.values_list("comment_count", flat=True).get()


def comments_counted() -> Coalesce:
    """Return, for a query of posts, how many comments readers can read in the discussion of each."""
    approved = Comment.objects.approved().alias(discussion=Coalesce(OuterRef("translation_of"), OuterRef("pk")))
    counted = approved.filter(post=F("discussion")).order_by().values("post").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def join_discussion(translation: Post) -> None:
    """Move the comments of a post to the end of the discussion of its original, and those who follow them.

    They keep their keys, and so their permanent addresses, their order, and what they answer; their numbers begin after
    the last that is there. Both posts are held, as wherever comments are numbered.
    """
    discussion = translation.translation_of_id
    with transaction.atomic():
        for key in (translation.pk, discussion):
            Post.objects.select_for_update().only("pk").get(pk=key)
        last = Comment.objects.filter(post=discussion).aggregate(last=Max("number"))["last"] or 0
        moved = Comment.objects.filter(post=translation.pk).order_by()
        for depth in range(MAX_DEPTH):
            moved.filter(depth=depth).update(post=discussion, number=F("number") + last, path=path_after(last, depth))
        move_followings(translation.pk, discussion, last)
        count = Comment.objects.approved().filter(post=discussion).count()
        Post.objects.in_discussion(discussion).update(comment_count=count)
        note_moved(discussion)
        drop_discussions([translation.pk, discussion])


def path_after(last: int, depth: int) -> Func:
    """Return the path of comments at a depth, each number in it so much higher.

    Joined side by side: in ``Concat`` two dozen steps stand in each other, which is more than SQLite reads.
    """
    steps = [
        LPad(Cast(Cast(Substr("path", level * STEP + 1, STEP), IntegerField()) + last, CharField()), STEP, Value("0"))
        for level in range(depth + 1)
    ]
    return Func(*steps, template="%(expressions)s", arg_joiner=" || ", output_field=CharField())


def move_followings(post_id: int, discussion: int, last: int) -> None:
    """Have the discussion followed by those who followed that of a post; who follows both does so once."""
    whole = Following.objects.filter(comment=None)
    for following in whole.filter(post=post_id, follower__in=whole.filter(post=discussion).values("follower")):
        kept = whole.get(post=discussion, follower=following.follower_id)
        if following.stopped_at is None and kept.stopped_at is not None:
            kept.stopped_at, kept.cadence = None, following.cadence
            kept.save(update_fields=["stopped_at", "cadence"])
        Notification.objects.filter(following=following).update(following=kept)
        following.delete()
    Following.objects.filter(post=post_id).update(post=discussion, seen_number=F("seen_number") + last)


def strayed() -> QuerySet[Post]:
    """Return the translations that have comments of their own, which no page shows."""
    return Post.objects.exclude(translation_of=None).filter(pk__in=Comment.objects.order_by().values("post"))


def connect() -> None:
    """Connect the receiver; called once, by the app's configuration."""
    post_save.connect(follow_link, sender=Post)
