from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authors.models import Author
from blog.models import Post
from blog.models.languages import Language
from comments.models.kinship import keys_with_below
from comments.text import MAX_LENGTH

# A step of the path: six digits order a million comments, in every collation, since digits
# alone sort the same everywhere.
STEP = 6

# Time to read once more what one has just sent; after it, answers may quote it.
MENDING_TIME = timedelta(minutes=15)

# What stands in place of a name and a text that are erased: neither may be empty in the database.
BLANK = "—"

# Deeper than any talk that is still one; an answer below it is filed beside the comment it
# answers, whose name the page gives.
MAX_DEPTH = 24


# The first step of a path, in the same words in the index and in what is to use it: SQLite does not see that a
# parameter is what the index was made with.
BEGINNING = models.Func(
    F("path"), function="SUBSTR", template=f"%(function)s(%(expressions)s, 1, {STEP})", output_field=models.CharField()
)


class EntrustedQuerySet(models.QuerySet):
    """Rows that somebody gave an e-mail address with, which has an index of its own."""

    def written_with(self, email: str) -> "EntrustedQuerySet":
        """Return what was written with an address, as ``normalise_email()`` gives it."""
        return self.alias(address=Lower("email")).filter(address=email).exclude(email="")


class CommentQuerySet(EntrustedQuerySet):
    def standing(self) -> "CommentQuerySet":
        """Return what stands on the page: the approved, and the places of those that have gone.

        A comment that was withdrawn or removed keeps its place while something answers it.
        """
        return self.filter(is_standing=True)

    def approved(self) -> "CommentQuerySet":
        """Return the comments that readers can read."""
        return self.filter(status=Comment.Status.APPROVED)

    def on_published_posts(self) -> "CommentQuerySet":
        """Return the comments on posts of which readers may see a version."""
        return self.filter(Post.objects.still_published().any_in_discussion("post"))

    def awaiting(self) -> "CommentQuerySet":
        """Return what a moderator has to decide on, the oldest first."""
        return self.filter(status=Comment.Status.PENDING).order_by("created_at", "pk")

    def set_aside(self) -> "CommentQuerySet":
        """Return what was put aside as spam, the newest first: what is none is missed soon or never."""
        return self.filter(status=Comment.Status.SPAM).order_by("-created_at", "-pk")

    def after(self, comment: "Comment") -> "CommentQuerySet":
        """Return those that were written after a comment, in the order of the queue."""
        return self.filter(Q(created_at__gt=comment.created_at) | Q(created_at=comment.created_at, pk__gt=comment.pk))

    def before(self, comment: "Comment") -> "CommentQuerySet":
        """Return those that were written before a comment: the other way round."""
        return self.filter(Q(created_at__lt=comment.created_at) | Q(created_at=comment.created_at, pk__lt=comment.pk))

    def of(self, post: Post) -> "CommentQuerySet":
        """Return the comments of the discussion that ``post`` shares with its translations."""
        return self.filter(post_id=post.discussion_id)

    def threaded(self) -> "CommentQuerySet":
        """Order as threads are read: each comment before its answers."""
        return self.order_by("path")


class Comment(models.Model):
    """One voice in the discussion of a post; its path orders the thread.

    ``post`` is always the original: the discussion is one for all translations.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        SPAM = "spam", _("spam")
        WITHDRAWN = "withdrawn", _("withdrawn by its writer")
        REMOVED = "removed", _("removed")

    # What stood on the page once, and keeps its place there at most.
    GONE = (Status.WITHDRAWN, Status.REMOVED)

    # No index of its own: those below begin with the post, and PostgreSQL would take it and sort for each page.
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="comments", verbose_name=_("post"), db_index=False
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("in answer to"),
    )
    path = models.CharField(_("place in the thread"), max_length=STEP * MAX_DEPTH, editable=False)
    number = models.PositiveIntegerField(_("number"), editable=False)
    depth = models.PositiveSmallIntegerField(_("depth"), editable=False, default=0)
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("Never shown to readers."))
    site = models.URLField(_("site"), max_length=300, blank=True)
    author = models.ForeignKey(
        Author,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="comments",
        verbose_name=_("author of ours"),
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    text = models.TextField(_("text"), max_length=MAX_LENGTH)
    html = models.TextField(editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    is_standing = models.BooleanField(editable=False, default=False)
    # A long thread is folded: this one is on the thread's own page alone. True, or empty where it is shown.
    is_folded = models.BooleanField(null=True, editable=False)
    # Of the comment alone that a thread begins with: how many folded ones readers can read. Empty where there are none.
    folded_count = models.PositiveIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)
    network = models.GenericIPAddressField(_("network address"), null=True, blank=True, editable=False)
    agent = models.CharField(_("browser"), max_length=300, blank=True, editable=False)
    # Columns that may be empty are added to a table of any size without writing its rows anew.
    form_age = models.PositiveIntegerField(_("age of the form, in seconds"), null=True, editable=False)
    stamp = models.CharField(max_length=64, null=True, editable=False)
    text_digest = models.CharField(max_length=32, null=True, editable=False)
    spam_score = models.FloatField(_("spam score"), null=True, editable=False)
    spam_reasons = models.JSONField(null=True, editable=False)
    # Whether the browser that sent it had sent others that a moderator approved.
    is_known = models.BooleanField(null=True, editable=False)
    # Nothing below it may be answered: written on each comment of a locked thread, so that a page need not look above.
    is_locked = models.BooleanField(null=True, editable=False)
    # Of the comment alone that a moderator locked the thread at.
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True, editable=False)
    learnt_as = models.CharField(max_length=4, null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["post", "path"],
                condition=Q(is_standing=True),
                name="comment_thread",
            ),
            models.Index(
                fields=["post", "path"],
                condition=Q(is_standing=True, is_folded=None),
                name="comment_shown",
            ),
            models.Index(
                F("post"),
                BEGINNING,
                F("number"),
                condition=Q(is_standing=True, is_folded=True),
                name="comment_folded_in_order",
            ),
            # With the status, so that what a page passes over is read in the index alone.
            models.Index(fields=["post", "number", "status"], condition=Q(is_standing=True), name="comment_in_order"),
            models.Index(
                fields=["post", "language", "path"], condition=Q(is_standing=True), name="comment_in_language"
            ),
            models.Index(fields=["status", "created_at", "id"], name="comment_queue"),
            models.Index(fields=["-created_at", "-id"], name="comment_newest"),
            models.Index(fields=["status", "id"], name="comment_by_key"),
            models.Index(fields=["created_at"], condition=~Q(network=None), name="comment_with_network"),
            # With the status: what was decided on all that somebody wrote is counted for each card of the queue.
            models.Index(Lower("email"), "status", condition=~Q(email=""), name="comment_by_email"),
            models.Index(
                fields=["text_digest"],
                condition=Q(text_digest__isnull=False),
                name="comment_same_text",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="comment_number_once_a_post"),
            models.UniqueConstraint(fields=["post", "path"], name="comment_place_once_a_post"),
            models.UniqueConstraint(
                fields=["stamp"],
                condition=Q(stamp__isnull=False),
                name="comment_stamp_once_a_sender",
            ),
            models.CheckConstraint(condition=~Q(text="") & ~Q(name=""), name="comment_has_name_and_text"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("pk")), name="comment_not_its_own_parent"),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(is_standing=True),
                name="comment_approved_stands",
            ),
            models.CheckConstraint(
                condition=Q(is_standing=False) | Q(status__in=["approved", "withdrawn", "removed"]),
                name="comment_standing_was_approved",
            ),
        ]
        permissions = [("moderate_comment", _("Can moderate comments"))]

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("comments:comment-detail", args=[self.pk])

    @property
    def anchor(self) -> str:
        """The id of its element on the page."""
        return f"comment-{self.pk}"

    def above(self) -> CommentQuerySet:
        """Return what it answers and what that answers, the beginning of the thread first.

        At the greatest depth, where answers are filed beside what they answer, steps between may be missing.
        """
        paths = [self.path[:length] for length in range(STEP, len(self.path), STEP)]
        return Comment.objects.filter(Q(path__in=paths) | Q(pk=self.parent_id), post=self.post_id).order_by("path")

    @property
    def thread(self) -> int:
        """The number of the comment that its thread begins with."""
        return int(self.path[:STEP])

    def whole_thread(self) -> CommentQuerySet:
        """Return the comments of its thread, from the one that it begins with."""
        return Comment.objects.filter(post=self.post_id, path__range=paths_below(self.path[:STEP]))

    def folded_in_thread(self) -> CommentQuerySet:
        """Return the comments of its thread that are folded, the oldest first; an index has them in this order."""
        folded = Comment.objects.of(self.post).standing().filter(is_folded=True)
        return folded.alias(beginning=BEGINNING).filter(beginning=self.path[:STEP]).order_by("number")

    def is_readable(self) -> bool:
        """Say whether its text may be shown to everybody."""
        return self.status == self.Status.APPROVED

    def has_gone(self) -> bool:
        """Say whether it stood on the page once, and now only keeps its place."""
        return self.status in self.GONE

    def was_public(self) -> bool:
        """Say whether readers could ever read it: one query."""
        approved = self.Status.APPROVED
        return self.decisions.filter(Q(before=approved) | Q(after=approved)).exists()

    def can_be_mended(self, now: datetime | None = None) -> bool:
        """Say whether its writer may still change the text: for a while, and until somebody has answered it."""
        return (
            self.status in (self.Status.PENDING, self.Status.APPROVED)
            and self.author_id is None
            and (now or timezone.now()) < self.mended_until
            and not self.answers.exists()
        )

    @property
    def mended_until(self) -> datetime:
        """When its writer can no longer change the text."""
        return self.created_at + MENDING_TIME

    def is_blank(self) -> bool:
        """Say whether nothing that its writer gave is kept of it."""
        return self.text == BLANK

    def can_be_withdrawn(self) -> bool:
        """Say whether there is something that its writer can still take back."""
        return self.status in (self.Status.PENDING, self.Status.APPROVED)

    def can_be_replied_to(self) -> bool:
        """Say whether somebody may answer it."""
        return self.is_readable() and not self.is_locked and self.post.takes_comments()

    def can_be_locked(self) -> bool:
        """Say whether there is a thread to lock: on the page, and open."""
        return self.is_standing and not self.is_locked

    def below(self) -> CommentQuerySet:
        """Return it and all that answers it, directly or through others."""
        here = Comment.objects.filter(post=self.post_id)
        if self.depth < MAX_DEPTH - 1:
            return here.filter(path__range=paths_below(self.path))
        # Answers are filed beside what they answer, and only the rows say who answers whom.
        return here.filter(pk__in=keys_with_below(self))


def paths_below(path: str) -> tuple[str, str]:
    """Return the first and the last place that can be at a path or below it: an index range.

    Digits sort alike in every collation.
    """
    return path, path.ljust(STEP * MAX_DEPTH, "9")


def path_below(parent: Comment | None, number: int) -> str:
    """Return the place of comment ``number`` below ``parent``, or at the top."""
    step = f"{number:0{STEP}}"
    if parent is None:
        return step
    if parent.depth + 1 < MAX_DEPTH:
        return parent.path + step
    return parent.path[:-STEP] + step
