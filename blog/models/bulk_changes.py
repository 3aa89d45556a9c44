"""What an editor did to many posts at once, and what is needed to take it back."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models.posts import Post

# So long it can be taken back; as long as what is deleted stays in the bin.
UNDONE_FOR = timedelta(days=30)


class BulkChangeQuerySet(models.QuerySet):
    def in_work(self) -> "BulkChangeQuerySet":
        """Return those of which the background still has something to do."""
        return self.filter(state__in=BulkChange.IN_WORK)

    def heirs(self, kind: str, keys: Iterable[int]) -> set[int]:
        """Return the keys of the tags or categories that took in those of these keys, which are gone."""
        taken_in = {}
        rows = (
            self.filter(kind=kind, state=BulkChange.State.DONE)
            .order_by("made_at", "pk")
            .values_list("asked", flat=True)
        )
        for asked in rows:
            taken_in |= dict.fromkeys(asked["merged"], asked["kept"])
        found = set()
        for key in keys:
            # One that took others in may have been merged itself since.
            for _step in range(len(taken_in)):
                if key not in taken_in:
                    break
                key = taken_in[key]  # noqa: PLW2901
            found.add(key)
        return found

    def past_undoing(self, now: datetime | None = None) -> "BulkChangeQuerySet":
        """Return those that can be taken back no more, or were never carried out."""
        return self.filter(made_at__lte=(now or timezone.now()) - UNDONE_FOR)


class BulkChange(models.Model):
    """A merger of tags or categories, a re-filing, or a replacement in texts.

    ``asked`` holds what was asked for, and of a merger also ``done``: all that taking it back needs. Of the others each
    post has a row of its own (``ChangedPost``).
    """

    class Kind(models.TextChoices):
        MERGE_TAGS = "merge_tags", _("tags merged")
        MERGE_CATEGORIES = "merge_categories", _("categories merged")
        REFILE = "refile", _("posts re-filed")
        REPLACE = "replace", _("words replaced")

    class State(models.TextChoices):
        LOOKING = "looking", _("looking for posts")
        FOUND = "found", _("to be looked at")
        RUNNING = "running", _("being done")
        DONE = "done", _("done")
        UNDOING = "undoing", _("being taken back")
        UNDONE = "undone", _("taken back")

    IN_WORK = (State.LOOKING, State.RUNNING, State.UNDOING)

    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.FOUND)
    asked = models.JSONField(default=dict)
    done = models.JSONField(default=dict)
    # What somebody should know of it, as ``blog.syndication.words.keep()`` gives it.
    notes = models.JSONField(default=list)
    summary = models.CharField(_("what was asked for"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Stays when the account goes.
    made_by_name = models.CharField(_("by"), max_length=150, blank=True)
    # How far the search has come, by the key of the post.
    looked_until = models.BigIntegerField(default=0)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    undone_by_name = models.CharField(_("by"), max_length=150, blank=True)

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of many posts")
        verbose_name_plural = _("changes of many posts")
        ordering = ["-made_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("change_many", _("Can change many posts at once: merge, re-file, replace, import"))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.summary}"

    def is_in_work(self) -> bool:
        """Say whether the background still has something to do."""
        return self.state in self.IN_WORK

    def can_be_undone(self, now: datetime | None = None) -> bool:
        """Say whether it can be taken back: when it is done, for a month."""
        return self.state == self.State.DONE and (now or timezone.now()) < self.undone_until

    @property
    def undone_until(self) -> datetime:
        """Until when it can be taken back."""
        return self.made_at + UNDONE_FOR


class ChangedPostQuerySet(models.QuerySet):
    def chosen(self) -> "ChangedPostQuerySet":
        """Return those that still have to be changed."""
        return self.filter(state=ChangedPost.State.CHOSEN)

    def done(self) -> "ChangedPostQuerySet":
        """Return those that were changed, and not taken back."""
        return self.filter(state=ChangedPost.State.DONE)


class ChangedPost(models.Model):
    """A post of a change of many: whether it was changed, and its versions before and after.

    Of a published post with a working copy both are changed; ``copy_before`` and ``copy_after`` are versions of that.
    """

    class State(models.TextChoices):
        CHOSEN = "chosen", _("chosen")
        LEFT_OUT = "left_out", _("left out")
        DONE = "done", _("changed")
        UNTOUCHED = "untouched", _("nothing to change")
        SKIPPED = "skipped", _("skipped")
        UNDONE = "undone", _("taken back")
        KEPT = "kept", _("taken back in part")

    change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="posts")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="bulk_changes", verbose_name=_("post"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHOSEN)
    # What told the state of the post when somebody looked at it.
    seen = models.CharField(max_length=60, blank=True)
    hits = models.PositiveIntegerField(default=0)
    before = models.PositiveIntegerField(null=True)
    after = models.PositiveIntegerField(null=True)
    copy_before = models.PositiveIntegerField(null=True)
    copy_after = models.PositiveIntegerField(null=True)
    # As ``blog.syndication.words.keep()`` gives it.
    note = models.JSONField(default=dict, blank=True)

    objects = ChangedPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("changed post")
        verbose_name_plural = _("changed posts")
        default_permissions = ()
        ordering = ["pk"]
        indexes = [models.Index(fields=["change", "state", "id"], name="changed_post_by_state")]
        constraints = [models.UniqueConstraint(fields=["change", "post"], name="changed_post_once")]

    def __str__(self) -> str:
        return f"{self.change_id}: {self.post_id}"
