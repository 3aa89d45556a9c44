"""Editors are mailed of what partners hand over by Micropub: one mail for all that waits, and not one a text.

A row waits for each editor at most. What comes until it is due stands in the same mail, and what somebody has seen to
by then does not; the mail after it keeps its distance.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from blog.mail.editors import choices_of_editors, note_refusal
from blog.mail.letters import Letter
from blog.mail.lines import one_line
from blog.models import EditorMail, Offer, OfferMail
from blog.syndication.dispatching import dispatch, enqueue_due, gather
from blog.tasks import deliver_offer_mail

State = OfferMail.State

# Who may decide on a text from a partner.
EDIT = "blog.change_tribune"

# A program that hands its month over sends one text after the other.
SOON = timedelta(minutes=5)
# Whoever gets more than a few mails a day of it reads none of them; the first page of the admin counts all the time.
BETWEEN = timedelta(hours=4)
# Named in a mail; the others stand in the list that it leads to.
NAMED = 20
# Nobody looks an older one up.
KEPT = timedelta(days=30)


def tell_editors(now: datetime | None = None) -> None:
    """Have editors mailed that something came; for whom a mail waits already, it will stand there."""
    waiting = OfferMail.objects.filter(recipient=OuterRef("pk"), state=State.WAITING)
    for choice in choices_of_editors(EDIT).filter(~Exists(waiting), is_on=True):
        if choice.is_reached():
            gather(OfferMail.objects, deliver_offer_mail, soon=SOON, between=BETWEEN, now=now, recipient=choice)


def deliver(pk: int, *, run: str = "") -> None:
    """Send a mail, if it is due; ``run`` names the run of a task."""
    dispatch(OfferMail.objects, pk, send, task=deliver_offer_mail, run=run)


def send(row: OfferMail) -> None:
    """Mail an editor what nobody has seen to; forget the mail where there is nothing, or it is not wanted any more."""
    choice = EditorMail.objects.select_related("user").get(pk=row.recipient_id)
    offers = list(Offer.objects.news().select_related("partner").defer("sent", "applied").newest_first()[:NAMED])
    user = choice.user
    if not (offers and choice.is_on and choice.is_reached() and user.has_perm(EDIT)):
        OfferMail.objects.filter(pk=row.pk).delete()
        return
    try:
        with override(choice.language):
            write(user.email, offers, Offer.objects.news().count()).send()
    except (OSError, ValueError) as error:
        note_refusal(choice, error)
        raise


def write(email: str, offers: list[Offer], count: int) -> Letter:
    """Write what waits, in the active language: ``offers`` are the newest of so many."""
    first = offers[0]
    if count == 1:
        facts = {"partner": first.partner.name, "title": one_line(first.title)}
        subject = _("“%(title)s”, a text from %(partner)s") % facts
        paragraphs = [say_what_came(first)]
        path = reverse("admin:blog_offer_change", args=[first.pk])
    else:
        subject = ngettext("%(count)s text from a partner", "%(count)s texts from partners", count) % {"count": count}
        paragraphs = [
            _("This is what partners did by Micropub and nobody has seen to yet:"),
            *(f"{say_what_came(offer)}\n{address_of(offer)}" for offer in offers),
        ]
        if count > len(offers):
            more = count - len(offers)
            paragraphs.append(ngettext("And %(count)s more.", "And %(count)s more.", more) % {"count": more})
        path = f"{reverse('admin:blog_offer_changelist')}?news=1"
    choose = settings.SITE_URL + reverse("admin:blog_editormail_changelist")
    closing = _("Nothing of it is published by itself. Whether you get these mails, you choose here: %(address)s")
    return Letter(to=email, subject=subject, paragraphs=[*paragraphs, closing % {"address": choose}], path=path)


def say_what_came(offer: Offer) -> str:
    """Say in a sentence what a partner did, or what became of it here."""
    facts = {"partner": offer.partner.name, "title": one_line(offer.title)}
    if offer.withdrawn_at:
        return _("%(partner)s takes “%(title)s” back: you decide what becomes of it here.") % facts
    if offer.state == Offer.State.FAILED:
        return _("“%(title)s” by %(partner)s could not be taken in: %(why)s") % (facts | {"why": offer.why})
    if offer.state == Offer.State.APART:
        return _("%(partner)s sent a later text of “%(title)s”; it waits beside yours.") % facts
    if offer.edition > 1:
        return _("%(partner)s sent a later text of “%(title)s”; it stands in the draft.") % facts
    return _("%(partner)s handed over “%(title)s”; it is a draft here.") % facts


def address_of(offer: Offer) -> str:
    return settings.SITE_URL + reverse("admin:blog_offer_change", args=[offer.pk])


def deliver_forgotten() -> None:
    """Have sent what is due and has lost its task, and forget what was sent long ago.

    Of a mail whose process was killed nobody knows whether it left. It is not sent twice: what still waits when the
    next one may leave stands there.
    """
    lost = OfferMail.objects.uncertain()
    if lost.update(state=State.FAILED):
        tell_editors()
    enqueue_due(OfferMail.objects, deliver_offer_mail)
    OfferMail.objects.exclude(state=State.WAITING).filter(next_try_at__lt=timezone.now() - KEPT).delete()
