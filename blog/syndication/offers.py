"""What a partner's program hands over by Micropub, https://www.w3.org/TR/micropub/: noted at once, taken in by a task.

Nothing of it is published by anybody but an editor. What comes later takes the place of what came before while no
editor has changed the draft; then it is kept beside it. The same sent twice is one offer.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html_join, linebreaks
from django.utils.translation import gettext_lazy as _

from authors.addresses import absolute_address
from blog.models import MicropubToken, Offer, OfferedPicture, Partner, Post, TakenIn, Tribune
from blog.models.posts import TITLE_LENGTH
from blog.syndication.addresses import read_address
from blog.syndication.errors import FetchError
from blog.syndication.intakes import Intake, TheirPiece, read_piece
from blog.syndication.mentions import find_target, is_ours
from blog.syndication.micropub import HIDDEN, LATER_TEXT, PUBLIC, WAITS, moment_of, text_of
from blog.syndication.offer_mails import tell_editors
from blog.syndication.packaging import make_portable
from blog.syndication.pages import web_address
from blog.syndication.taking_in import find_tags, make_draft
from blog.syndication.their_html import plain_words
from blog.syndication.their_pictures import fetch_pictures, keep_images, place_pictures
from blog.syndication.words import keep, say
from blog.tasks import take_in_offer
from pictures.masters import reencode

State = Offer.State

# That wait to be taken in, of one partner: a program that runs wild is told to wait.
MOST_WAITING = 20
MOST_PROPERTIES = 100
MOST_VALUES = 200
# Pictures that no text shows are removed after that.
PICTURE_KEPT = timedelta(days=7)
# A task that was lost is asked for again after that.
TAKEN_IN_WITHIN = timedelta(minutes=10)
# Noted once in that time.
USED_EVERY = timedelta(minutes=1)
# One round of housekeeping.
MOST_AT_ONCE = 200
ADDRESS = re.compile(r"/(?:en/)?micropub/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")

NOT_OURS = _("There is no text of yours at this address.")
DECLINED = _("The editors have declined this text.")
OURS = _("This text is one that was handed over from here: it stands here already.")
NO_LISTS = _("The values of a property have to be a list, and the properties an object.")


class InvalidOfferError(Exception):
    """What was sent is nothing that could be taken; ``str()`` says why, for whoever keeps the program that sent it.

    ``kept`` is the same as ``words.keep()`` gives it.
    """

    def __init__(self, words: object, **facts: object) -> None:
        super().__init__(words)
        self.kept = keep(words, **facts)

    def __str__(self) -> str:
        return say(self.kept)

    @classmethod
    def of(cls, error: ValidationError) -> "InvalidOfferError":
        """Return the first of what a check found wrong."""
        first = error.error_list[0]
        return cls(first.message, **(first.params or {}))


class TooManyOffersError(Exception):
    """More waits already than is taken; ``seconds`` says when to try again."""

    seconds = 600


# Who may


def make_token(partner: Partner, *, by) -> str:
    """Return a new token for a partner, which nobody can read again; the one before lets nobody in any more."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Partner.objects.select_for_update().get(pk=partner.pk)
        revoke_token(partner)
        MicropubToken.objects.create(partner=partner, digest=digest_of(token), made_by=by)
    return token


def revoke_token(partner: Partner) -> bool:
    """Let nobody in by a partner's token any more; return whether there was one."""
    return bool(MicropubToken.objects.in_force().filter(partner=partner).update(revoked_at=timezone.now()))


def find_partner(token: str) -> Partner | None:
    """Return whose token it is, and note that it was used; None where it lets nobody in."""
    found = MicropubToken.objects.in_force().select_related("partner").filter(digest=digest_of(token)).first()
    if found is None:
        return None
    now = timezone.now()
    if found.used_at is None or found.used_at < now - USED_EVERY:
        MicropubToken.objects.filter(pk=found.pk).update(used_at=now)
    return found.partner


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


# What comes in


def receive(partner: Partner, properties: dict[str, list]) -> Offer:
    """Note a text and have it taken in; return its offer, the one there is where it was sent before.

    Raise InvalidOfferError or TooManyOffersError.
    """
    properties = checked(properties)
    read(partner, properties)
    once = once_of(properties)
    offer = Offer.objects.filter(partner=partner, once=once).first()
    if offer is None:
        if partner.offers.filter(state=State.WAITING)[:MOST_WAITING].count() >= MOST_WAITING:
            raise TooManyOffersError
        try:
            with transaction.atomic():
                offer = Offer.objects.create(partner=partner, once=once, sent=properties, title=title_of(properties))
                take_in_offer.enqueue(pk=offer.pk)
                tell_editors()
        except IntegrityError:
            # It came twice in the same moment.
            offer = Offer.objects.get(partner=partner, once=once)
        return offer
    change(offer, lambda _kept: properties, is_new_request=False)
    return offer


def change(offer: Offer, make: Callable[[dict], dict], *, is_new_request: bool = True) -> None:
    """Note what a partner made of a text; ``make`` gets its properties as they were sent last, and returns others.

    Who sends the same once more asks for it in the place of what an editor made of it, unless it is a repetition of
    what was asked for before (not ``is_new_request``), or was answered.
    """
    with transaction.atomic():
        offer = Offer.objects.select_for_update().get(pk=offer.pk)
        if offer.tribune and offer.tribune.state == Tribune.State.DECLINED:
            raise InvalidOfferError(DECLINED)
        properties = checked(make(offer.sent))
        is_same = properties == offer.sent and offer.state != State.FAILED
        if is_same and is_new_request and offer.state in (State.TAKEN, State.OVER) and offer.post:
            is_same = offer.post.revision == offer.revision
        if is_same and not offer.withdrawn_at:
            return
        read(offer.partner, properties)
        fresh = {"withdrawn_at": None, "seen_at": None, "sent_at": timezone.now()}
        if not is_same:
            fresh |= {"sent": properties, "title": title_of(properties), "state": State.WAITING, "problem": {}}
            # What an editor wanted taken over is another text.
            fresh |= {"edition": offer.edition + 1, "taken_over": None}
        Offer.objects.filter(pk=offer.pk).update(**fresh)
        if not is_same:
            take_in_offer.enqueue(pk=offer.pk)
        tell_editors()


def withdraw(offer: Offer) -> None:
    """Note that the partner takes a text back; an editor decides what becomes of it."""
    with transaction.atomic():
        if Offer.objects.filter(pk=offer.pk, withdrawn_at=None).update(withdrawn_at=timezone.now(), seen_at=None):
            tell_editors()


def offer_again(offer: Offer) -> None:
    """Note that the partner offers a text once more that was taken back."""
    with transaction.atomic():
        taken_back = Offer.objects.filter(pk=offer.pk).exclude(withdrawn_at=None)
        if taken_back.update(withdrawn_at=None, seen_at=None):
            tell_editors()


def find_offer(partner: Partner, address: str) -> Offer:
    """Return a text of a partner's by an address that leads to it here; raise InvalidOfferError where there is none."""
    offers = partner.offers.select_related("tribune__post", "partner")
    try:
        url = read_address(address)
    except FetchError:
        url = None
    found = None
    if url and is_ours(url):
        named = ADDRESS.fullmatch(url.path)
        post = None if named else find_target(url)
        if named:
            found = offers.filter(key=named[1]).first()
        elif post:
            found = offers.filter(tribune__post=post).newest_first().first()
    if found is None:
        raise InvalidOfferError(NOT_OURS)
    return found


def take_picture(partner: Partner, file: UploadedFile) -> str:
    """Keep a picture that a text will show, and return its address; raise InvalidOfferError where it is none."""
    try:
        master = reencode(file)
    except ValidationError as error:
        raise InvalidOfferError.of(error) from error
    found = OfferedPicture.objects.filter(partner=partner, file=master.name).first()
    picture = found or OfferedPicture.objects.create(partner=partner, file=master)
    return address_of(picture)


def address_of(picture: OfferedPicture) -> str:
    return urljoin(settings.SITE_URL, picture.file.url)


def forget_pictures() -> None:
    """Remove what was uploaded long ago; a file that a text shows stays, since it is one of the library too."""
    old = OfferedPicture.objects.filter(made_at__lt=timezone.now() - PICTURE_KEPT).order_by("made_at")
    for picture in old[:MOST_AT_ONCE]:
        picture.file.delete(save=False)
        OfferedPicture.objects.filter(pk=picture.pk).delete()


# Properties


def checked(properties: object) -> dict[str, list]:
    """Return properties as they are kept, without commands; raise InvalidOfferError where they are none."""
    if not isinstance(properties, Mapping) or not all(isinstance(each, list) for each in properties.values()):
        raise InvalidOfferError(NO_LISTS)
    kept = {name: each for name, each in properties.items() if each and not name.startswith("mp-")}
    if len(kept) > MOST_PROPERTIES or any(len(each) > MOST_VALUES for each in kept.values()):
        raise InvalidOfferError(NO_LISTS)
    return kept


def updated(kept: dict[str, list], said: dict) -> dict[str, list]:
    """Return properties after an update (section 3.4); raise InvalidOfferError where that is none."""
    replaced, added, deleted = (said.get(name, {}) for name in ("replace", "add", "delete"))
    names = deleted if isinstance(deleted, list) else []
    taken = {} if isinstance(deleted, list) else deleted
    parts = (replaced, added, taken)
    if not all(isinstance(part, dict) and all(isinstance(each, list) for each in part.values()) for part in parts):
        raise InvalidOfferError(NO_LISTS)
    made = {name: each for name, each in kept.items() if name not in names} | replaced
    for name, values in added.items():
        made[name] = [*made.get(name, []), *values]
    for name, values in taken.items():
        made[name] = [each for each in made.get(name, []) if each not in values]
    return made


def once_of(properties: dict[str, list]) -> str:
    """Return what tells that a text was sent before: its uid, or all of it."""
    uid = text_of(properties.get("uid", []))
    return digest_of(f"uid {uid}" if uid else json.dumps(properties, sort_keys=True))


def title_of(properties: dict[str, list]) -> str:
    return plain_words(text_of(properties.get("name", [])) or text_of(properties.get("content", [])), TITLE_LENGTH)


def html_of(values: list) -> str:
    """Return the HTML of a content; of a plain text, its paragraphs."""
    first = values[0] if values else ""
    if isinstance(first, dict):
        html = first.get("html")
        first = first.get("value", "")
        if isinstance(html, str) and html:
            return html
    return linebreaks(first, autoescape=True) if isinstance(first, str) else ""


def piece_of(partner: Partner, properties: dict[str, list]) -> TheirPiece:
    """Return properties as what is taken in, without trust."""
    content = properties.get("content", [])
    tag = content[0].get("lang") if content and isinstance(content[0], dict) else ""
    cover, *others = photos_of(properties) or [("", "")]
    html = html_of(content) + format_html_join("", '<figure><img src="{}" alt="{}"></figure>', others)
    return TheirPiece(
        address=origin_address(partner, properties),
        title=text_of(properties.get("name", [])),
        summary=text_of(properties.get("summary", [])),
        html=html,
        language=tag if isinstance(tag, str) else "",
        authors=[name for each in properties.get("author", []) if (name := name_of_card(each))],
        published_at=moment_of(properties.get("published", [])),
        cover=cover[0],
        tags=[each for each in properties.get("category", []) if isinstance(each, str)],
    )


def photos_of(properties: dict[str, list]) -> list[tuple[str, str]]:
    """Return the addresses of pictures and what they show."""
    found = []
    for each in [*properties.get("photo", []), *properties.get("featured", [])]:
        value, alt = (each.get("value"), each.get("alt")) if isinstance(each, dict) else (each, "")
        if isinstance(value, str) and value:
            found.append((value, alt if isinstance(alt, str) else ""))
    return found


def name_of_card(card: object) -> str:
    """Return the name of an author: of an h-card, or what is said in its place."""
    if not isinstance(card, dict):
        return card if isinstance(card, str) else ""
    properties = card.get("properties")
    names = properties.get("name") if isinstance(properties, dict) else None
    return text_of(names if isinstance(names, list) else [names])


def origin_address(partner: Partner, properties: dict[str, list]) -> str:
    """Return where the text stands at the partner's; '' where it does not say so: other sites are not theirs."""
    for name in ("syndication", "url"):
        for each in properties.get(name, []):
            address = web_address(partner.site, each) if isinstance(each, str) and each else ""
            if address and urlsplit(address).hostname == urlsplit(partner.site).hostname:
                return address
    return ""


def read(partner: Partner, properties: dict[str, list]) -> Intake:
    """Return what would be taken in of a text, asking nobody; raise InvalidOfferError where that is nothing."""
    piece = piece_of(partner, properties)
    try:
        intake = read_piece(partner, piece, is_out=bool(piece.address))
    except ValidationError as error:
        raise InvalidOfferError.of(error) from error
    if intake.pictures and intake.pictures[0].is_cover:
        intake.pictures[0].alt = plain_words(photos_of(properties)[0][1])
    return intake


def properties_now(offer: Offer) -> dict[str, list]:
    """Return what is kept of a text: as it was sent, and as an editor changed it once one has."""
    post = offer.post
    kept = dict(offer.sent)
    if post and post.revision != offer.revision and offer.applied:
        kept |= {
            "name": [post.title],
            "content": [{"html": html_here(post), "lang": post.language}],
            "summary": [post.standfirst],
        }
        if offer.state in (State.WAITING, State.APART) and not offer.may_be_written_over():
            kept[LATER_TEXT] = [WAITS]
    is_public = bool(post and post.is_published())
    kept |= {"post-status": [PUBLIC if is_public else HIDDEN]}
    if is_public:
        kept |= {"published": [post.published_at.isoformat()], "url": [settings.SITE_URL + post.path()]}
    else:
        kept |= {"url": [location_of(offer)]}
    return {name: each for name, each in kept.items() if each and each != [""]}


def html_here(post: Post) -> str:
    """Return the text of a post as its sender would see it; that pictures are credited to them is no change of it."""
    return make_portable(post.body_html, base=settings.SITE_URL, has_credits=False)


def location_of(offer: Offer) -> str:
    """Return the address of an offer, which leads to its post once that is public."""
    return absolute_address("blog:offer", offer.key, language=settings.LANGUAGE_CODE)


# Taking it in, called by a task


def process(pk: int) -> None:
    """Make a draft of a text, or write a later one into it; again after a process was killed, it does the same."""
    offer = Offer.objects.select_related("partner").filter(pk=pk, state=State.WAITING).first()
    if offer is None:
        return
    partner = offer.partner
    try:
        intake = read(partner, offer.sent)
        give_pictures(partner, intake)
        fetch_pictures(intake)
        with transaction.atomic():
            note_taken(offer, intake)
    except InvalidOfferError as error:
        fail(offer, error)
    except ValidationError as error:
        fail(offer, InvalidOfferError.of(error))


def note_taken(offer: Offer, intake: Intake) -> None:
    """Write a text into its draft; keep it apart where an editor changed that and did not ask for this text instead."""
    edition, sent = offer.edition, offer.sent
    offer = Offer.objects.select_for_update().get(pk=offer.pk)
    values: dict = {"state": State.TAKEN, "applied": sent, "taken_over": None}
    if offer.tribune_id is None:
        tribune, is_new = make_draft(offer.partner, intake)
        if tribune.is_ours():
            raise InvalidOfferError(OURS)
        # One that somebody entered by hand, or took in otherwise, is theirs to change.
        values |= {"tribune": tribune, "revision": tribune.post.revision if is_new else 0}
    else:
        post = Post.objects.select_for_update().get(pk=offer.tribune.post_id)
        offer.tribune.post = post
        if offer.is_untouched():
            rewrite(offer, post, intake)
            values["revision"] = post.revision
        elif offer.may_be_written_over():
            rewrite(offer, post, intake, keeps_ours=True)
            values |= {"state": State.OVER, "revision": post.revision}
        else:
            values = {"state": State.APART, "taken_over": None}
            if offer.taken_over is not None:
                # The text that it would have taken the place of was changed once more.
                values["seen_at"] = None
    is_late = offer.edition != edition
    Offer.objects.filter(pk=offer.pk).update(**values | ({"state": State.WAITING} if is_late else {}))
    if is_late:
        take_in_offer.enqueue(pk=offer.pk)


def rewrite(offer: Offer, post: Post, intake: Intake, *, keeps_ours: bool = False) -> None:
    """Put a later text in the place of the one here; what an editor chose for it stays where it ``keeps_ours``."""
    images = keep_images(offer.partner, intake, post.language)
    post.title, post.standfirst = intake.title, intake.standfirst
    post.cover = images.get(0) or (post.cover if keeps_ours else None)
    post.body = place_pictures(intake.source, intake, images, post.language)
    post.save(update_fields=["title", "standfirst", "cover", "body"])
    if not keeps_ours:
        post.tags.set(find_tags(intake.tags))
    Tribune.objects.filter(pk=offer.tribune_id).update(title=intake.title, words=intake.words)
    TakenIn.objects.filter(tribune=offer.tribune_id).update(body=intake.source, left_out=intake.left_out())


def give_pictures(partner: Partner, intake: Intake) -> None:
    """Give an intake the pictures that were uploaded here, for which nobody else has to be asked."""
    names = {"/".join(each.address.split("/")[-3:]) for each in intake.pictures}
    offered = {address_of(row): row for row in OfferedPicture.objects.filter(partner=partner, file__in=names)}
    for picture in intake.pictures:
        row = offered.get(picture.address)
        if row is None:
            continue
        with row.file.open() as file:
            picture.content = file.read()
        picture.file, picture.width, picture.height = row.file.name, row.width, row.height
        # Readers are told whose it is, not that it was uploaded here.
        picture.address = partner.site


def fail(offer: Offer, error: InvalidOfferError) -> None:
    """Note why a text could not be taken in; an editor sees it, and its sender too."""
    rows = Offer.objects.filter(pk=offer.pk, edition=offer.edition, state=State.WAITING)
    rows.update(state=State.FAILED, problem=error.kept, seen_at=None, taken_over=None)


def take_in_forgotten() -> None:
    """Have taken in what waits and has lost its task."""
    lost = Offer.objects.filter(state=State.WAITING, sent_at__lt=timezone.now() - TAKEN_IN_WITHIN)
    for pk in lost.order_by("sent_at").values_list("pk", flat=True)[:MOST_AT_ONCE]:
        take_in_offer.enqueue(pk=pk)


# What an editor does about it


def note_seen_to(offer: Offer, *, seen: int) -> bool:
    """Note that an editor has seen to a text, as they saw it (``edition``); return whether it is still that one."""
    return bool(as_seen(offer, seen).exclude(state=State.WAITING).update(seen_at=timezone.now()))


def keep_ours(offer: Offer, *, seen: int) -> bool:
    """Leave the text here as it is, whatever came later; return whether that is still what the editor saw.

    What comes after it is compared with what was seen.
    """
    rows = as_seen(offer, seen).filter(state=State.APART)
    return bool(rows.update(state=State.KEPT, applied=offer.sent, seen_at=timezone.now()))


def take_over(offer: Offer, *, seen: int, revision: int) -> bool:
    """Have a later text take the place of the one here; return whether both are still those that the editor saw.

    A task does it, since its pictures have to be fetched: where the text here is changed before, nothing is lost.
    """
    with transaction.atomic():
        rows = as_seen(offer, seen).filter(state__in=Offer.APARTS, tribune__post__revision=revision)
        if not rows.update(state=State.WAITING, taken_over=revision, seen_at=timezone.now()):
            return False
        take_in_offer.enqueue(pk=offer.pk)
    return True


def as_seen(offer: Offer, edition: int) -> QuerySet[Offer]:
    """Return the row of a text, if it is still what an editor saw."""
    return Offer.objects.filter(pk=offer.pk, edition=edition)
