"""Handing a tribune over to its partner: what is sent, once, and by which way."""

from collections.abc import Callable

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import override

from blog.models import HandOver, HandOverNote, Partner, PartnerCopy, Tribune
from blog.models.posts import long_texts
from blog.syndication import letters, micropub, wordpress
from blog.syndication.copies import MOST_LOOKED_AT, Entry, copies_to_look_at, note_seen
from blog.syndication.dispatching import dispatch, enqueue_due
from blog.syndication.errors import FetchError
from blog.syndication.packaging import find_obstacles, make_package
from blog.syndication.private_addresses import open_address
from blog.syndication.words import keep
from blog.tasks import deliver_hand_over, deliver_note

State = HandOver.State

# The permission to give a text to a partner.
HAND_OVER = "blog.add_handover"


class ObstacleError(Exception):
    """A tribune cannot be handed over; ``obstacles`` says why, in words for the editor."""

    def __init__(self, obstacles: list[str]) -> None:
        super().__init__(" ".join(obstacles))
        self.obstacles = obstacles


class ChangedMeanwhileError(Exception):
    """What would be sent is no longer what the editor saw."""


def hand_over(tribune: Tribune, *, by: AbstractBaseUser, seen: str, language: str) -> tuple[HandOver, bool]:
    """Give a tribune to its partner; return the record, and whether it is new.

    ``seen`` is the digest of the package that the editor saw, ``language`` that of the mails to them. Who hands over
    what another is handing over at that moment gets the other's record: a constraint of the database sees to it. Raise
    ObstacleError or ChangedMeanwhileError where nothing is sent.
    """
    with transaction.atomic():
        tribune = lock(tribune)
        if obstacles := find_obstacles(tribune):
            raise ObstacleError(obstacles)
        package = make_package(tribune)
        if package.digest != seen:
            raise ChangedMeanwhileError
        same = {"tribune": tribune, "way": tribune.partner.takes, "digest": package.digest}
        try:
            with transaction.atomic():
                record = HandOver.objects.create(
                    **same, package=package.as_data(), by=by, by_name=name_of(by), language=language
                )
        except IntegrityError:
            return HandOver.objects.exclude(state__in=HandOver.ENDED).get(**same), False
        replaced = tribune.hand_overs.exclude(state__in=HandOver.ENDED).exclude(pk=record.pk)
        replaced.update(state=State.REPLACED)
        if tribune.state in (Tribune.State.DRAFT, Tribune.State.DECLINED):
            tribune.state = Tribune.State.PROPOSED
            tribune.save(update_fields=["state"])
        if record.way == Partner.Takes.PAGE:
            open_address(tribune)
        deliver_hand_over.enqueue(pk=record.pk)
    return record, True


def lock(tribune: Tribune) -> Tribune:
    """Return a tribune as it is now, with its row locked until the end of the transaction."""
    rows = Tribune.objects.select_for_update(of=("self",)).select_related("partner", "post", "piece")
    return rows.get(pk=tribune.pk)


def name_of(user: AbstractBaseUser) -> str:
    """Return how a user is named in the record."""
    return (user.get_full_name() or user.get_username())[:150]


def send_again(record: HandOver, *, seen: str) -> bool:
    """Have a hand-over sent once more, unless somebody just did; return whether it will be."""
    with transaction.atomic():
        if not HandOver.objects.send_again(record.pk, seen=seen):
            return False
        if record.way == Partner.Takes.PAGE:
            open_address(record.tribune)
        deliver_hand_over.enqueue(pk=record.pk)
    return True


# What takes effect, called by tasks


def deliver(pk: int, *, run: str = "") -> None:
    """Give a partner what was handed over, if that is due; ``run`` names the run of a task."""
    dispatch(
        HandOver.objects,
        pk,
        lambda record: WAYS[record.way](record),
        task=deliver_hand_over,
        run=run,
        can_be_repeated=lambda record: record.way in SITES,
    )


def mail_page(record: HandOver) -> dict | None:
    """Mail a partner the address of the private page."""
    tribune = tribune_of(record)
    if not tribune.partner.email:
        return keep(letters.NO_EMAIL_OF_PARTNER)
    with override(tribune.partner.language):
        letters.to_partner(record, tribune).send()
    return None


def write_there(record: HandOver) -> dict:
    """Write a text into a partner's site."""
    deliver_there, _look_at = SITES[record.way]
    return deliver_there(record, tribune_of(record))


# Sites that a program writes into, and looks at. Written once more, these make nothing twice.
SITES: dict[str, tuple[Callable[[HandOver, Tribune], dict], Callable[[PartnerCopy], Entry | None]]] = {
    Partner.Takes.WORDPRESS: (wordpress.deliver, wordpress.look_at),
    Partner.Takes.MICROPUB: (micropub.deliver, micropub.look_at),
}

WAYS: dict[str, Callable[[HandOver], dict | None]] = {
    Partner.Takes.PAGE: mail_page,
    **dict.fromkeys(SITES, write_there),
}


def look_at_copies() -> None:
    """See what became of posts that were handed over. One that fails keeps no other waiting."""
    for copy in copies_to_look_at().select_related("tribune__partner")[:MOST_LOOKED_AT]:
        look_at_copy_of(copy)


def look_there(tribune_id: int) -> None:
    """See what became of what a partner's site holds of one tribune, because somebody asked for it."""
    copies = PartnerCopy.objects.filter(tribune=tribune_id).exclude(key="")
    for copy in copies.select_related("tribune__partner"):
        look_at_copy_of(copy)


def look_at_copy_of(copy: PartnerCopy) -> None:
    """See what became of a post that was handed over; where their site does not answer, nothing is known anew."""
    _deliver_there, look_at = SITES[copy.way]
    try:
        note_seen(copy, look_at(copy))
    except FetchError:
        # The next round looks at it after all others.
        PartnerCopy.objects.filter(pk=copy.pk).update(looked_at=timezone.now())


def tribunes_to_see_to() -> QuerySet[Tribune]:
    """Return the tribunes whose hand-over wants an editor, the oldest first.

    It failed or was interrupted, the partner says that it has appeared, or something became of the post there.
    """
    before_it_is_out = (Tribune.State.DRAFT, Tribune.State.PROPOSED, Tribune.State.ACCEPTED)
    newest = HandOver.objects.filter(tribune=OuterRef("tribune")).newest_first().values("pk")[:1]
    wanting = HandOver.objects.wanting_an_editor().filter(tribune__state__in=before_it_is_out, pk=Subquery(newest))
    news = PartnerCopy.objects.filter(is_news=True).exclude(tribune__state=Tribune.State.WITHDRAWN)
    return Tribune.objects.filter(Q(pk__in=wanting.values("tribune")) | Q(pk__in=news.values("tribune"))).order_by("pk")


def deliver_note_of(pk: int, *, run: str = "") -> None:
    """Mail the other side of a note, if that is due; ``run`` names the run of a task."""
    dispatch(HandOverNote.objects, pk, mail_note, task=deliver_note, run=run)


def mail_note(note: HandOverNote) -> dict | None:
    tribune = tribune_of(note)
    if note.is_from_partner:
        editor = note.hand_over.by
        if editor is None or not editor.email or not editor.is_active:
            return keep(letters.NO_EMAIL_OF_EDITOR)
        with override(note.hand_over.language):
            letters.to_editor(note, tribune, editor.email).send()
        return None
    if not tribune.partner.email:
        return keep(letters.NO_EMAIL_OF_PARTNER)
    with override(tribune.partner.language):
        letters.note_to_partner(note, tribune).send()
    return None


def tribune_of(row: HandOver | HandOverNote) -> Tribune:
    """Return the tribune of a row with its partner and post."""
    return Tribune.objects.select_related("partner", "post").defer(*long_texts("post")).get(pk=row.tribune_id)


def deliver_forgotten() -> None:
    """Have delivered what is due and has no task any more, and anew what a killed process was writing elsewhere."""
    HandOver.objects.uncertain().filter(way__in=SITES).update(
        state=State.WAITING, next_try_at=timezone.now(), claim=None
    )
    enqueue_due(HandOver.objects, deliver_hand_over)
    enqueue_due(HandOverNote.objects, deliver_note)
