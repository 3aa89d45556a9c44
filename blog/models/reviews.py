"""Reading a text before its readers do, without an account: the private addresses, and what was said there."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from blog.models.handovers import DIGEST_LENGTH, Dispatch, DispatchQuerySet
from blog.models.languages import Language
from blog.models.posts import Post

# What somebody needs who reads on their way home, and asks somebody else.
GOOD_FOR = timedelta(days=14)

# A name, as it stands beside what somebody said.
NAME_LENGTH = 100


class ReviewAddressQuerySet(models.QuerySet):
    def in_force(self, now: datetime | None = None) -> "ReviewAddressQuerySet":
        """Return those that lead to their page: the twin of ``ReviewAddress.is_in_force()``."""
        return self.filter(revoked_at=None, expires_at__gt=now or timezone.now(), post__binned=None)

    def over_since(self, before: datetime) -> "ReviewAddressQuerySet":
        """Return those that have led nowhere since before a moment."""
        return self.filter(Q(revoked_at__lt=before) | Q(expires_at__lt=before))


class ReviewAddress(models.Model):
    """An address at which one person whom an editor names reads a post as its readers will, and speaks of it.

    Its token is made of ``seed`` and the secret key of the site (``blog.syndication.private_addresses``); only its
    digest is kept, so that a copy of the database opens no page.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="review_addresses", verbose_name=_("post"))
    name = models.CharField(_("who reads"), max_length=NAME_LENGTH, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    note = models.TextField(_("a word to them"), blank=True)
    seed = models.CharField(max_length=40, editable=False)
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Stays when the account goes.
    made_by_name = models.CharField(_("by"), max_length=150, blank=True)
    expires_at = models.DateTimeField(_("good until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    opened_at = models.DateTimeField(_("last opened"), null=True, blank=True, editable=False)

    objects = ReviewAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("private address of a preview")
        verbose_name_plural = _("private addresses of previews")
        ordering = ["-made_at", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["post", "-made_at", "-id"], name="review_address_newest")]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, now: datetime | None = None) -> bool:
        """Say whether it leads to its page: the twin of ``ReviewAddressQuerySet.in_force()``."""
        is_good = self.revoked_at is None and self.expires_at > (now or timezone.now())
        return is_good and not hasattr(self.post, "binned")


class ReviewRemarkQuerySet(models.QuerySet):
    def standing(self) -> "ReviewRemarkQuerySet":
        """Return what was said and not taken back."""
        return self.filter(withdrawn_at=None)

    def open(self) -> "ReviewRemarkQuerySet":
        """Return what an editor has still to see to: the twin of ``ReviewRemark.is_open()``."""
        return self.standing().filter(done_at=None).exclude(kind=ReviewRemark.Kind.APPROVED, text="")

    def untold(self) -> "ReviewRemarkQuerySet":
        """Return what stood in no mail to an editor yet."""
        return self.standing().filter(told_at=None)

    def answered(self) -> "ReviewRemarkQuerySet":
        """Return what has an answer that stood in no mail to its writer yet."""
        return self.standing().filter(reply_told_at=None).exclude(reply="")

    def in_order(self) -> "ReviewRemarkQuerySet":
        return self.order_by("written_at", "pk")


class ReviewRemark(models.Model):
    """What somebody said of a text at their private address: on a passage or the whole, or that they approve of it.

    ``passage`` is the text of the block that it is about, as it was then, and ``quote`` the very words in it where it
    is about some of them only: ``blog.passages`` finds them again once the text has changed.
    """

    class Kind(models.TextChoices):
        REMARK = "remark", pgettext_lazy("review", "remark")
        APPROVED = "approved", pgettext_lazy("review", "approved")
        CHANGES = "changes", pgettext_lazy("review", "asks for changes")

    VERDICTS = (Kind.APPROVED, Kind.CHANGES)

    address = models.ForeignKey(ReviewAddress, on_delete=models.CASCADE, related_name="remarks")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.REMARK)
    place = models.CharField(max_length=16, blank=True)
    passage = models.TextField(_("passage"), blank=True)
    quote = models.TextField(_("words"), blank=True)
    text = models.TextField(_("text"), blank=True)
    # Which text it is about (blog.reviewing.state_of), and the newest version of the post at that time, or 0.
    state = models.CharField(max_length=DIGEST_LENGTH)
    version = models.PositiveIntegerField(default=0)
    # The form that it came from: sent twice, it is one remark.
    once = models.CharField(max_length=40, editable=False)
    written_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_at = models.DateTimeField(_("dealt with"), null=True, blank=True)
    done_by_name = models.CharField(_("by"), max_length=150, blank=True)
    reply = models.TextField(_("answer"), blank=True)
    replied_at = models.DateTimeField(_("answered"), null=True, blank=True)
    replied_by_name = models.CharField(_("by"), max_length=150, blank=True)
    reply_told_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ReviewRemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark on a preview")
        verbose_name_plural = _("remarks on previews")
        ordering = ["written_at", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["address", "written_at", "id"], name="review_remark_in_order"),
            models.Index(fields=["address"], condition=Q(done_at=None, withdrawn_at=None), name="review_remark_open"),
        ]
        constraints = [models.UniqueConstraint(fields=["address", "once"], name="review_remark_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.address_id}"

    def is_open(self) -> bool:
        """Say whether an editor has still to see to it: the twin of ``ReviewRemarkQuerySet.open()``."""
        says_something = self.kind != self.Kind.APPROVED or bool(self.text)
        return self.withdrawn_at is None and self.done_at is None and says_something

    def is_verdict(self) -> bool:
        """Say whether it is about the whole text by its kind: approved, or not as it is."""
        return self.kind in self.VERDICTS


class ReviewMail(Dispatch):
    """A letter that brings somebody their private address or answers, or tells an editor what they said."""

    class State(models.TextChoices):
        WAITING = Dispatch.WAITING, pgettext_lazy("mail", "waiting")
        SENDING = Dispatch.SENDING, pgettext_lazy("mail", "being sent")
        SENT = Dispatch.SENT, pgettext_lazy("mail", "sent")
        FAILED = Dispatch.FAILED, pgettext_lazy("mail", "failed")

    # One of the three: whose address it brings, at whose address there are answers, or which editor it tells.
    address = models.OneToOneField(
        ReviewAddress, on_delete=models.CASCADE, null=True, blank=True, related_name="invitation"
    )
    answered = models.ForeignKey(ReviewAddress, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, editable=False)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail about a preview")
        verbose_name_plural = _("mails about previews")
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["state", "next_try_at"], name="review_mail_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(address__isnull=False, answered=None, editor=None)
                | Q(address=None, answered__isnull=False, editor=None)
                | Q(address=None, answered=None, editor__isnull=False),
                name="review_mail_has_one_reader",
            ),
            models.UniqueConstraint(fields=["answered"], condition=Q(state="waiting"), name="review_answers_wait_once"),
            models.UniqueConstraint(fields=["editor"], condition=Q(state="waiting"), name="review_mail_waits_once"),
        ]

    def __str__(self) -> str:
        return f"{self.address_id or self.answered_id or self.editor_id}: {self.state}"
