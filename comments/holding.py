"""Holding a comment while it is changed."""

from django.db.models import QuerySet

from blog.models import Post
from comments.models import Comment


def hold(comment: Comment) -> Comment:
    """Return a comment as it is now, and let nobody change it or its discussion until the transaction is through.

    The row of the post is taken first, everywhere: an answer that is written takes it to be numbered, a decision to
    write the count. In another order, two that change one discussion would wait for each other for ever.
    """
    Post.objects.select_for_update().only("pk").get(pk=comment.post_id)
    return Comment.objects.select_for_update().get(pk=comment.pk)


def hold_all(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Do the same for several: return those that still are there, the oldest first."""
    list(Post.objects.select_for_update().only("pk").filter(pk__in=comments.values("post")).order_by("pk"))
    return comments.select_for_update().order_by("created_at", "pk")
