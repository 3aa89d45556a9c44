"""What a partner does with a text that was handed over, and what the editors answer."""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models import HandOver, HandOverNote, Tribune
from blog.syndication.dispatching import enqueue_at
from blog.syndication.errors import FetchError
from blog.syndication.fetching import fetch
from blog.syndication.handing_over import lock
from blog.syndication.pages import Page, comparable
from blog.syndication.words import keep_error, say
from blog.tasks import deliver_note, look_at_copy

State, Kind = HandOver.State, HandOverNote.Kind

# What is proposed, or was answered, may be answered otherwise until it has appeared.
ANSWERABLE = (State.WAITING, State.SENDING, State.SENT, State.FAILED, State.ACCEPTED, State.DECLINED, State.APPEARED)

# A page that was just published may not be there yet, or its server may be busy.
LOOKS = (timedelta(minutes=10), timedelta(hours=2), timedelta(hours=12))


def newest_of(tribune: Tribune) -> HandOver | None:
    """Return the text that a partner is asked about."""
    return tribune.hand_overs.newest_first().first()


def accept(record: HandOver, *, text: str = "", once: str) -> bool:
    """Note that the partner takes the text; return whether that is news."""
    return _decide(record, State.ACCEPTED, Tribune.State.ACCEPTED, text=text, once=once)


def decline(record: HandOver, *, text: str = "", once: str) -> bool:
    """Note that the partner does not take the text, and why if they say so; return whether that is news."""
    return _decide(record, State.DECLINED, Tribune.State.DECLINED, text=text, once=once)


def _decide(record: HandOver, state: str, state_of_tribune: str, *, text: str, once: str) -> bool:
    with transaction.atomic():
        tribune = lock(record.tribune)
        if tribune.state in (Tribune.State.PUBLISHED, Tribune.State.WITHDRAWN):
            return False
        rows = HandOver.objects.filter(pk=record.pk, state__in=ANSWERABLE).exclude(state=state)
        if not rows.update(state=state, decided_at=timezone.now(), reason=text if state == State.DECLINED else ""):
            return False
        tribune.state = state_of_tribune
        tribune.save(update_fields=["state"])
        write_note(record, Kind(state), text=text, once=once, is_from_partner=True)
    return True


def report_appeared(record: HandOver, *, url: str, day: date, once: str) -> bool:
    """Note where the partner says that the text stands; return whether that is news.

    Readers are not led there before an editor confirms: who holds the private address may not be the partner, and the
    pages of this site would lead wherever they say. Whether the page is there is looked at by a task.
    """
    with transaction.atomic():
        tribune = lock(record.tribune)
        if tribune.state in (Tribune.State.PUBLISHED, Tribune.State.WITHDRAWN):
            return False
        rows = HandOver.objects.filter(pk=record.pk, state__in=ANSWERABLE)
        rows = rows.exclude(state=State.APPEARED, there_url=url, there_on=day)
        said = {"there_url": url, "there_on": day, "found": {}, "looked_at": None}
        if not rows.update(state=State.APPEARED, decided_at=timezone.now(), **said):
            return False
        tribune.state = Tribune.State.ACCEPTED
        tribune.save(update_fields=["state"])
        write_note(record, Kind.APPEARED, text=url, once=once, is_from_partner=True)
        look_at_copy.enqueue(pk=record.pk)
    return True


def confirm_appeared(record: HandOver) -> bool:
    """Publish the tribune where its partner says that it stands; return whether it was not yet."""
    with transaction.atomic():
        tribune = lock(record.tribune)
        record = HandOver.objects.get(pk=record.pk)
        if record.state != State.APPEARED or tribune.state != Tribune.State.ACCEPTED:
            return False
        tribune.url, tribune.published_at = record.there_url, _moment_of(record.there_on)
        tribune.title = tribune.title or record.package["title"]
        tribune.words = record.package["words"] or None
        tribune.state = Tribune.State.PUBLISHED
        tribune.full_clean(exclude=["post", "partner", "piece"])
        tribune.save(update_fields=["url", "published_at", "title", "words", "state"])
    return True


def _moment_of(day: date) -> datetime:
    """Return noon of a day by the clocks of the site, or now where that is still to come."""
    noon = timezone.make_aware(datetime.combine(day, time(12)), timezone.get_default_timezone())
    return min(noon, timezone.now()).astimezone(UTC)


def write_note(
    record: HandOver, kind: str = Kind.NOTE, *, text: str, once: str, is_from_partner: bool, by_name: str = ""
) -> HandOverNote | None:
    """Add a note, and have the other side mailed; None where the same form was sent before."""
    try:
        with transaction.atomic():
            note = HandOverNote.objects.create(
                tribune_id=record.tribune_id,
                hand_over=record,
                kind=kind,
                text=text,
                once=once,
                is_from_partner=is_from_partner,
                by_name=by_name,
            )
            deliver_note.enqueue(pk=note.pk)
    except IntegrityError:
        return None
    return note


# Whether it is there


def look(pk: int, attempt: int = 0) -> None:
    """Look whether a page stands where the partner says that the text has appeared, and whether it links back."""
    record = HandOver.objects.filter(pk=pk, state=State.APPEARED).first()
    if record is None or not record.there_url:
        return
    try:
        page = Page(fetch(record.there_url, is_cut=True).expect_success())
    except FetchError as error:
        found = keep_error(error)
        if error.may_pass and attempt < len(LOOKS):
            enqueue_at(look_at_copy, LOOKS[attempt], pk=pk, attempt=attempt + 1)
    else:
        own = comparable(record.package["canonical"]) if record.package["canonical"] else ""
        found = {
            "title": page.headline,
            "links_back": any(_is_ours(address) for address in page.addresses),
            "names_canonical": bool(own) and comparable(page.canonical) == own,
        }
    HandOver.objects.filter(pk=pk, there_url=record.there_url).update(found=found, looked_at=timezone.now())


def _is_ours(address: str) -> bool:
    try:
        return urlsplit(address).hostname == urlsplit(settings.SITE_URL).hostname
    except ValueError:
        return False


def say_found(record: HandOver) -> list[str]:
    """Say in words what a look at the partner's page found."""
    found = record.found
    if record.looked_at is None:
        return [str(_("Nobody has looked at that page yet; the program does in a moment."))]
    if "words" in found:
        return [str(_("The page could not be looked at: %(why)s")) % {"why": say(found)}]
    lines = [str(_("The page is there. Its title: “%(title)s”.")) % {"title": found.get("title", "")}]
    lines.append(str(_("It links to this site.") if found.get("links_back") else _("It does not link to this site.")))
    if record.package["canonical"]:
        lines.append(
            str(
                _("It names our text as its canonical.")
                if found.get("names_canonical")
                else _("It does not name our text as its canonical, which was agreed.")
            )
        )
    return lines
