"""Holding a comment while it is changed."""

from blog.models import Post
from comments.models import Comment


def hold(comment: Comment) -> Comment:
    """Return a comment as it is now, and let nobody change it or its discussion until the transaction is through.

    The row of the post is taken first, everywhere: an answer that is written takes it to be numbered, a decision to
    write the count. In another order, two that change one discussion would wait for each other for ever.
    """
    Post.objects.select_for_update().only("pk").get(pk=comment.post_id)
    return Comment.objects.select_for_update().get(pk=comment.pk)
