"""What a post said, each time that somebody saved it, and the posts that were deleted not long ago."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models.posts import Post

# So long a post can be taken out of the bin.
KEPT_IN_BIN = timedelta(days=30)


class RevisionQuerySet(models.QuerySet):
    def of(self, post: Post) -> "RevisionQuerySet":
        """Return the revisions of a post, the newest first."""
        return self.filter(post=post).order_by("-number")

    def waiting_for(self, post: Post) -> "Revision | None":
        """Return the working copy of a post: what was written since it was published, and is not published yet."""
        return self.filter(post=post, is_waiting=True).first() if post.pk else None

    def newest_number(self, post: Post) -> int:
        """Return the number of a post's newest revision, 0 before the first."""
        numbers = self.of(post).values_list("number", flat=True) if post.pk else ()
        return next(iter(numbers[:1]), 0)


class Revision(models.Model):
    """All that an editor can say of a post, at one moment; ``blog.revising`` writes and reads ``content``.

    ``is_waiting`` marks the working copy of a published post, of which readers see nothing yet: one a post at most.
    ``text_revision`` is the post's ``revision`` at that moment, by which translations name what they were made from.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions", verbose_name=_("post"))
    number = models.PositiveIntegerField(_("number"))
    made_at = models.DateTimeField(_("saved"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Stays when the account goes.
    made_by_name = models.CharField(_("by"), max_length=150, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Post.Status)
    is_waiting = models.BooleanField(_("working copy"), default=False)
    text_revision = models.PositiveIntegerField(default=1)
    content = models.JSONField()

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["post"], condition=Q(is_waiting=True), name="revision_one_working_copy_a_post"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} – {self.number}"


class BinnedPostQuerySet(models.QuerySet):
    def overdue(self) -> "BinnedPostQuerySet":
        """Return those whose time in the bin is over."""
        return self.filter(binned_at__lte=timezone.now() - KEPT_IN_BIN)


class BinnedPost(models.Model):
    """A post that was deleted and can still be taken back, with what it had to give up: its address and its original.

    It stands under an address that nobody can choose, so that another post may have its own meanwhile.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="binned", verbose_name=_("post"))
    binned_at = models.DateTimeField(_("deleted"), default=timezone.now, db_index=True)
    binned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    binned_by_name = models.CharField(_("by"), max_length=150, blank=True)
    slug = models.SlugField(_("address"), max_length=120)
    translation_of = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = BinnedPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("deleted post")
        verbose_name_plural = _("bin")
        ordering = ["-binned_at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self.post)

    @property
    def gone_at(self):
        """When it will be deleted for good."""
        return self.binned_at + KEPT_IN_BIN
