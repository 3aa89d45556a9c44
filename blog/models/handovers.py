"""What was handed over to a partner: what text, when, by whom, by which way, and what came back.

Whatever has an effect elsewhere (a mail, a request to a partner's server) is a ``Dispatch``: its row is claimed before
the effect and settled after it, so that a process that is killed in between does nothing twice.
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from blog.models.languages import Language
from blog.models.partners import Partner, Tribune

# A mail server or a partner's API is not waited for longer; a row that is claimed since then was left behind.
UNCERTAIN_AFTER = timedelta(hours=1)

# SHA-256 in hexadecimal digits.
DIGEST_LENGTH = 64


class DispatchQuerySet(models.QuerySet):
    def due(self, now: datetime | None = None) -> "DispatchQuerySet":
        """Return what is to take effect now."""
        return self.filter(state=Dispatch.WAITING, next_try_at__lte=now or timezone.now())

    def uncertain(self, now: datetime | None = None) -> "DispatchQuerySet":
        """Return what a killed process was doing: the twin of ``Dispatch.is_uncertain()``."""
        before = (now or timezone.now()) - UNCERTAIN_AFTER
        return self.filter(Q(claimed_at=None) | Q(claimed_at__lt=before), state=Dispatch.SENDING)

    def claim(self, pk: int, claim: uuid.UUID) -> "Dispatch | None":
        """Take a row that is due, for nobody else to take; None where there is none, or somebody else has it."""
        now = timezone.now()
        taken = (
            self.due(now)
            .filter(pk=pk)
            .update(state=Dispatch.SENDING, claim=claim, claimed_at=now, attempts=F("attempts") + 1)
        )
        return self.filter(pk=pk, claim=claim).first() if taken else None

    def abandoned(self, pk: int, claim: uuid.UUID) -> "Dispatch | None":
        """Return a row that was claimed so and not settled, because its process was killed; None where it was."""
        return self.filter(pk=pk, claim=claim, state=Dispatch.SENDING).first()

    def send_again(self, pk: int, *, seen: str) -> bool:
        """Let a row take effect once more, if it is as somebody saw it (``version``); return whether it was.

        Of two who ask at once, the second saw a row that is no more.
        """
        row = self.filter(pk=pk).first()
        if row is None or row.version != seen or not row.can_be_sent_again():
            return False
        fresh = {"state": Dispatch.WAITING, "attempts": 0, "next_try_at": timezone.now(), "claim": None, "answer": {}}
        try:
            with transaction.atomic():
                return bool(self.filter(pk=pk, state=row.state, claim=row.claim).update(**fresh))
        except IntegrityError:
            # The same was handed over anew meanwhile.
            return False


class Dispatch(models.Model):
    """Something that takes effect elsewhere, once."""

    WAITING, SENDING, SENT, FAILED = "waiting", "sending", "sent", "failed"

    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now, editable=False)
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    # What came back: blog.syndication.words says how it is kept, so that each editor reads it in their language.
    answer = models.JSONField(_("what came back"), default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def version(self) -> str:
        """What tells the row as somebody saw it from what it became."""
        return f"{self.state}-{self.claim or ''}"

    def is_uncertain(self, now: datetime | None = None) -> bool:
        """Say whether a process was killed between the claim and what came back: nobody knows whether it was done."""
        before = (now or timezone.now()) - UNCERTAIN_AFTER
        return self.state == self.SENDING and (self.claimed_at is None or self.claimed_at < before)

    def can_be_sent_again(self) -> bool:
        """Say whether an editor may have it sent once more."""
        return self.state in (self.SENT, self.FAILED) or self.is_uncertain()

    def settle(self, *, answer: dict | None = None) -> None:
        """Note that it took effect. What a person did with it meanwhile stays."""
        rows = type(self).objects.filter(pk=self.pk, claim=self.claim)
        rows.update(sent_at=timezone.now(), answer=answer or {})
        rows.filter(state=self.SENDING).update(state=self.SENT)

    def postpone(self, wait: timedelta, *, answer: dict) -> None:
        """Note that it did not take effect, and when it is tried again."""
        rows = type(self).objects.filter(pk=self.pk, claim=self.claim, state=self.SENDING)
        rows.update(state=self.WAITING, next_try_at=timezone.now() + wait, answer=answer)

    def fail(self, *, answer: dict) -> None:
        """Note that it did not take effect, and is not tried again."""
        rows = type(self).objects.filter(pk=self.pk, claim=self.claim, state=self.SENDING)
        rows.update(state=self.FAILED, answer=answer)

    def give_up_claim(self) -> None:
        """Note that its process was killed, so that nobody waits for what came back."""
        type(self).objects.filter(pk=self.pk, claim=self.claim, state=self.SENDING).update(claimed_at=None)

    def make_due(self) -> None:
        """Let it take effect now, though a process may have been killed while it did."""
        rows = type(self).objects.filter(pk=self.pk, claim=self.claim, state=self.SENDING)
        rows.update(state=self.WAITING, next_try_at=timezone.now(), claim=None, claimed_at=None)

    def progress(self) -> str:
        """Say in words how far it is."""
        from blog.syndication.words import say

        came_back = say(self.answer)
        if self.state == self.WAITING and self.attempts:
            return f"{came_back} " + gettext("Next try: %(when)s.") % {"when": _moment(self.next_try_at)}
        if self.is_uncertain():
            return gettext(
                "The program was stopped while it sent this: nobody knows whether it arrived. It is not sent twice by "
                "itself."
            )
        words = {
            self.WAITING: gettext("It waits to be sent."),
            self.SENDING: gettext("It is being sent."),
            self.SENT: came_back or gettext("Sent on %(when)s.") % {"when": _moment(self.sent_at)},
            self.FAILED: gettext("It could not be sent: %(why)s") % {"why": came_back},
        }
        return words.get(self.state, "")


class HandOverQuerySet(DispatchQuerySet):
    def newest_first(self) -> "HandOverQuerySet":
        return self.order_by("-made_at", "-pk")

    def wanting_an_editor(self) -> "HandOverQuerySet":
        """Return what failed, was interrupted, or is said to have appeared."""
        ended = self.filter(state__in=(HandOver.State.FAILED, HandOver.State.APPEARED))
        return ended | self.uncertain()


class HandOver(Dispatch):
    """A text that was given to a partner, as it was given: a frozen copy, and what became of it."""

    class State(models.TextChoices):
        WAITING = Dispatch.WAITING, pgettext_lazy("hand-over", "waiting")
        SENDING = Dispatch.SENDING, pgettext_lazy("hand-over", "being sent")
        SENT = Dispatch.SENT, pgettext_lazy("hand-over", "sent")
        FAILED = Dispatch.FAILED, pgettext_lazy("hand-over", "failed")
        ACCEPTED = "accepted", pgettext_lazy("hand-over", "accepted")
        DECLINED = "declined", pgettext_lazy("hand-over", "declined")
        APPEARED = "appeared", pgettext_lazy("hand-over", "said to have appeared")
        REPLACED = "replaced", pgettext_lazy("hand-over", "replaced by a later text")

    # What came to its end: the same text may be handed over anew.
    ENDED = (State.FAILED, State.DECLINED, State.REPLACED)

    tribune = models.ForeignKey(Tribune, on_delete=models.PROTECT, related_name="hand_overs", verbose_name=_("tribune"))
    way = models.CharField(_("way"), max_length=20, choices=Partner.Takes)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    by_name = models.CharField(_("by whom"), max_length=150)
    language = models.CharField(
        _("language of the editor"), max_length=2, choices=Language, help_text=_("Of the mails to whoever handed over.")
    )
    made_at = models.DateTimeField(_("handed over"), default=timezone.now, editable=False)
    # Made by blog.syndication.packaging, and never changed afterwards.
    package = models.JSONField(_("what was sent"), editable=False)
    digest = models.CharField(max_length=DIGEST_LENGTH, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)

    # What the partner did with it.
    decided_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    reason = models.TextField(_("reason of the partner"), blank=True)
    there_url = models.URLField(_("address that the partner gave"), max_length=500, blank=True)
    there_on = models.DateField(_("day that the partner gave"), null=True, blank=True)
    # What a look at that address found: blog.syndication.answering says how.
    found = models.JSONField(_("found there"), default=dict, blank=True, editable=False)
    looked_at = models.DateTimeField(_("looked at"), null=True, blank=True, editable=False)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["-made_at", "-pk"]
        # A record: made by handing over, read afterwards, never edited.
        default_permissions = ("add", "view")
        indexes = [
            models.Index(fields=["tribune", "-made_at", "-id"], name="hand_over_newest"),
            models.Index(fields=["state", "next_try_at"], name="hand_over_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tribune", "way", "digest"],
                condition=~Q(state__in=["failed", "declined", "replaced"]),
                name="hand_over_of_a_text_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package.get('title', '')} – {_moment(self.made_at)}"

    def is_open(self) -> bool:
        """Say whether the partner may still answer: where the mail failed, somebody may have given them the address."""
        return self.state != self.State.REPLACED

    def in_words(self) -> str:
        """Say in words how far it is, and what the partner did with it."""
        when = {"when": _moment(self.decided_at)}
        words = {
            self.State.ACCEPTED: gettext("The partner accepted it on %(when)s.") % when,
            self.State.DECLINED: gettext("The partner declined it on %(when)s.") % when,
            self.State.APPEARED: gettext("The partner says that it has appeared."),
            self.State.REPLACED: gettext("A later text took its place."),
        }
        return words.get(self.state) or self.progress()


class PrivateAddressQuerySet(models.QuerySet):
    def in_force(self, now: datetime | None = None) -> "PrivateAddressQuerySet":
        """Return those that lead to their page."""
        return self.filter(revoked_at=None, expires_at__gt=now or timezone.now())


class PrivateAddress(models.Model):
    """The address of the private page of a tribune: whoever holds it may read and answer.

    Its token is made of ``seed`` and the secret key of the site (``blog.syndication.private_addresses``); only its
    digest is kept, so that a copy of the database opens no page.
    """

    tribune = models.ForeignKey(Tribune, on_delete=models.CASCADE, related_name="private_addresses")
    seed = models.CharField(max_length=40, editable=False)
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("good until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    opened_at = models.DateTimeField(_("last opened"), null=True, blank=True, editable=False)

    objects = PrivateAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("private address")
        verbose_name_plural = _("private addresses")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["tribune"], condition=Q(revoked_at=None), name="private_address_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tribune_id} – {_moment(self.expires_at)}"

    def is_in_force(self, now: datetime | None = None) -> bool:
        """Say whether it leads to its page: the twin of ``PrivateAddressQuerySet.in_force()``."""
        return self.revoked_at is None and self.expires_at > (now or timezone.now())


class HandOverNote(Dispatch):
    """A short note between the editors and a partner, or what the partner did; the other side is mailed of it."""

    class Kind(models.TextChoices):
        NOTE = "note", pgettext_lazy("hand-over", "note")
        ACCEPTED = "accepted", pgettext_lazy("hand-over", "accepted")
        DECLINED = "declined", pgettext_lazy("hand-over", "declined")
        APPEARED = "appeared", pgettext_lazy("hand-over", "said to have appeared")

    class State(models.TextChoices):
        WAITING = Dispatch.WAITING, pgettext_lazy("hand-over", "waiting")
        SENDING = Dispatch.SENDING, pgettext_lazy("hand-over", "being sent")
        SENT = Dispatch.SENT, pgettext_lazy("hand-over", "sent")
        FAILED = Dispatch.FAILED, pgettext_lazy("hand-over", "failed")

    tribune = models.ForeignKey(Tribune, on_delete=models.CASCADE, related_name="notes", verbose_name=_("tribune"))
    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="notes", verbose_name=_("hand-over"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.NOTE)
    is_from_partner = models.BooleanField(_("by the partner"))
    by_name = models.CharField(_("by whom"), max_length=150, blank=True)
    text = models.TextField(_("text"), blank=True)
    # The form that it came from: sent twice, it is one note.
    once = models.CharField(max_length=40, editable=False)
    written_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["written_at", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["tribune", "written_at", "id"], name="hand_over_note_in_order"),
            models.Index(fields=["state", "next_try_at"], name="hand_over_note_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tribune", "once"], name="hand_over_note_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {_moment(self.written_at)}"


def _moment(moment: datetime | None) -> str:
    """Return a moment by the clocks of the site, short, in the active language."""
    if moment is None:
        return ""
    return date_format(timezone.localtime(moment, timezone.get_default_timezone()), "SHORT_DATETIME_FORMAT")
