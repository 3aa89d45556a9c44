"""The way of a post to its readers, and back: from which status it can go to which, and who may send it there."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from blog.checklist import musts_of
from blog.models import Post

Status = Post.Status

# The permission to show something to readers, and to take it away from them: anything, or what one wrote.
PUBLISH = "blog.publish_post"
PUBLISH_OWN = "blog.publish_own_post"

STEPS = {
    Status.DRAFT: (Status.IN_REVIEW, Status.PUBLISHED),
    Status.IN_REVIEW: (Status.DRAFT, Status.PUBLISHED),
    # Published again: readers get what was written since.
    Status.PUBLISHED: (Status.PUBLISHED, Status.WITHDRAWN),
    Status.WITHDRAWN: (Status.PUBLISHED,),
}
# While nobody has seen it, it can become a draft again.
STEPS_WHILE_SCHEDULED = (Status.DRAFT,)

# What its author may change without the permission to publish.
UNPUBLISHED = (Status.DRAFT, Status.IN_REVIEW)


def may_publish(post: Post, user) -> bool:
    """Say whether ``user`` may show a post to readers; a new one becomes one's own."""
    return user.has_perm(PUBLISH) or (user.has_perm(PUBLISH_OWN) and (post.pk is None or is_by(post, user)))


def is_by(post: Post, user) -> bool:
    """Say whether the author's profile of an account is on the byline of a post."""
    return post.authorships.filter(author__user=user.pk).exists()


def next_steps(post: Post, user) -> tuple[str, ...]:
    """Return the statuses that ``user`` may give a post next."""
    steps = STEPS_WHILE_SCHEDULED if post.is_scheduled() else STEPS[post.status]
    if may_publish(post, user):
        return steps
    return tuple(step for step in steps if post.status in UNPUBLISHED and step in UNPUBLISHED)


def can_write(post: Post, user) -> bool:
    """Say whether ``user`` may change a post.

    Who may publish all, any; others, what they wrote: as long as it is not out, unless they may publish it.
    """
    if user.has_perm(PUBLISH):
        return True
    return (post.status in UNPUBLISHED or user.has_perm(PUBLISH_OWN)) and is_by(post, user)


def give_status(post: Post, status: str) -> None:
    """Put a post into another status, unsaved; what is published without a date is so as of now."""
    post.status = status
    if status == Status.PUBLISHED and post.published_at is None:
        post.published_at = timezone.now()


def move(post: Post, status: str) -> None:
    """Put a post into another status and save that; raises ValidationError where something is lacking for it."""
    give_status(post, status)
    post.validate_constraints()
    lacking = [point.words for point in musts_of(post)] if status == Status.PUBLISHED else []
    if lacking:
        raise ValidationError(lacking)
    post.save(update_fields=["status", "published_at", "modified_at"])
