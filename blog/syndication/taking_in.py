"""Taking in a partner's tribune: their text becomes a draft here, with its byline, its pictures and its origin.

``read_piece()`` makes an ``Intake`` of what the other side gave, without asking anybody; ``fetch_pictures()`` asks for
its pictures; ``make_draft()`` saves it, once. An editor sees the intake in between, a program calls ``take_in()``.
"""

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import datetime
from time import monotonic
from urllib.parse import urlsplit

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authors.models import Author, AuthorLink
from authors.slugs import find_free_slug, make_slug
from blog.body import excerpt, render_body
from blog.markup import clean_language, contents, fill, make, parse, serialise
from blog.models import Authorship, Image, Partner, Post, Tag, TakenIn, Tribune
from blog.models.languages import Language
from blog.models.moments import FIRST_YEAR, LAST_YEAR
from blog.models.posts import TITLE_LENGTH, long_texts
from blog.syndication.comparing import words_of
from blog.syndication.errors import FetchError, TooSlowError
from blog.syndication.fetching import fetch
from blog.syndication.handing_over import name_of
from blog.syndication.pages import comparable, web_address
from blog.syndication.their_html import WantedPicture, plain_words, read_text
from blog.syndication.words import keep, keep_error, say
from pictures.masters import Master, reencode

Way = TakenIn.Way

# An editor waits for all pictures together; a web server gives up a request after thirty seconds. What there was no
# time for can be asked for again.
SECONDS = 14
SECONDS_EACH = 8
# A camera's picture at the size in which blogs show it has 1 or 2 MB.
LARGEST_PICTURE = 12 * 1024 * 1024
# What is kept of all pictures of a text until it is saved.
LARGEST_IN_ALL = 40 * 1024 * 1024
# Of nobody's text more people say that they wrote it.
MOST_AUTHORS = 5
MOST_TAGS = 30
LONGEST_NAME = 120
LONGEST_SUMMARY = 600
# In so many words a summary differs from the beginning of its text, if it is one.
FIRST_WORDS = 8
# A title of a note that has none is its beginning.
LONGEST_BEGINNING = 80
# What stands here of a text that is to be read at the partner's: its beginning, and never more than half of it.
TEASER_WORDS = 80
# How often another draft may take the same address here in the moment in which this one is saved.
ATTEMPTS = 3
# What a WordPress calls whoever set it up.
NO_NAMES = {"admin", "administrator", "administrateur", "editor", "root", "webmaster"}
# What it calls the category of whatever was put into none.
NO_TAGS = {"uncategorized", "uncategorised", "non classé", "sans catégorie"}

NO_TEXT = _("There is no text in it that could be taken in.")
ADDRESS_TOO_LONG = _("The address of this text is longer than any that is kept here.")
PICTURE_MISSING = _("The picture %(address)s could not be had; its words stand in its place. %(why)s")
COVER_MISSING = _("The cover picture %(address)s could not be had. %(why)s")
NO_ROOM = _("The pictures before it weigh too much together.")
NO_TIME = _("There was no time left for it.")
NO_AUTHOR = _("Nobody is named as who wrote it: it is signed by %(keeper)s, who keeps the blog.")
OTHER_LANGUAGE = _("It says that its language is “%(tag)s”, which is none of this site’s.")
NO_LANGUAGE = _("It does not say its language: it is taken for that of the blog.")
NO_DATE = _("It does not say when it appeared: the moment of taking it in stands for that.")
RIGHTS = _("Ask the partner whether its pictures may be shown here, and note their licence: %(count)s.")


class Agreement(models.TextChoices):
    """What stands where, and which copy is the original."""

    TEASER = "teaser", _("a teaser here, the whole text at the partner’s")
    WHOLE = "whole", _("the whole text here too; the partner’s copy is the canonical one")
    OURS = "ours", _("the whole text on both sites; ours is the canonical one, as agreed with the partner")


AGREED = {
    Agreement.TEASER: {"content": Tribune.Content.TEASER, "canonical": Tribune.Canonical.THERE},
    Agreement.WHOLE: {"content": Tribune.Content.WHOLE, "canonical": Tribune.Canonical.THERE},
    Agreement.OURS: {"content": Tribune.Content.WHOLE, "canonical": Tribune.Canonical.HERE},
}


@dataclass(frozen=True)
class TheirPiece:
    """A text as another blog gave it. ``html``, ``summary`` and ``title`` are not to be trusted.

    What is not said is '', [] or None.
    """

    address: str = ""
    title: str = ""
    summary: str = ""
    html: str = ""
    language: str = ""
    authors: list[str] = field(default_factory=list)
    published_at: datetime | None = None
    cover: str = ""
    tags: list[str] = field(default_factory=list)


@dataclass
class TheirPicture:
    """A picture of an intake: where it is, its words, and what came of asking for it.

    ``content`` is the master that was made of it, ``file`` its name in storage; ``problem`` says why there is none.
    The cover has the number 0.
    """

    number: int
    address: str
    alt: str = ""
    caption: str = ""
    others: tuple[str, ...] = ()
    file: str = ""
    width: int = 0
    height: int = 0
    content: bytes = field(default=b"", repr=False)
    problem: dict = field(default_factory=dict)

    @property
    def is_cover(self) -> bool:
        return self.number == 0

    @property
    def why(self) -> str:
        """Say why it could not be had."""
        return say(self.problem)


@dataclass
class Intake:
    """What would be taken in, in plain texts and cleaned HTML: ``source`` is that of a body.

    In it pictures are named by their number among ``pictures``. ``is_out`` says that the text stands at ``address``
    for everybody to read; ``notes`` what an editor should know, as ``words.keep()`` gives it.
    """

    key: str
    way: str
    address: str
    title: str
    standfirst: str
    source: str
    words: int
    language: str
    authors: list[str]
    published_at: datetime | None
    is_out: bool
    tags: list[str]
    pictures: list[TheirPicture]
    notes: list[dict]

    def left_out(self) -> list[dict]:
        """Return what could not come along and what is to be looked at, as ``words.keep()`` gives it."""
        missing = [
            keep(COVER_MISSING if each.is_cover else PICTURE_MISSING, address=each.address, why=each.problem)
            for each in self.pictures
            if each.problem
        ]
        count = sum(1 for each in self.pictures if each.content)
        return [*self.notes, *missing, *([keep(RIGHTS, count=count)] if count else [])]

    def is_incomplete(self) -> bool:
        """Say whether a picture is missing that may be had another time."""
        return any(each.problem for each in self.pictures)


def take_in(partner: Partner, piece: TheirPiece, *, by: AbstractBaseUser | None = None) -> Tribune:
    """Make a draft of a partner's text, with its pictures; return its tribune, the one that exists where there is one.

    ``by`` is the editor who asked, None where a program did. Raise ValidationError where the text is empty, or longer
    or more intricate than an article can be. Its pictures are asked for, which may take ``SECONDS``.
    """
    if found := find_taken_in(partner, piece.address, key_of(partner, piece)):
        return found
    intake = read_piece(partner, piece, is_out=bool(piece.address and piece.published_at))
    fetch_pictures(intake)
    return make_draft(partner, intake, by=by)[0]


def key_of(partner: Partner, piece: TheirPiece) -> str:
    """Return what a text is found again by: its address, or without one all of it."""
    name = comparable(piece.address) if piece.address else "\n".join([str(partner.pk), piece.title, piece.html])
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


def find_taken_in(partner: Partner, address: str, key: str) -> Tribune | None:
    """Return the tribune that a text is here already, taken in or entered by hand; also one of ours that is there."""
    return which_are_here(partner, [(address, key)])[0]


def which_are_here(partner: Partner, texts: list[tuple[str, str]]) -> list[Tribune | None]:
    """Return for each text, of which the address and the key are given, the tribune that it is here already."""
    rows = Tribune.objects.select_related("post", "partner", "taken_in").defer(*long_texts("post"))
    by_key = {tribune.taken_in.key: tribune for tribune in rows.filter(taken_in__key__in=[key for _, key in texts])}
    entered = Tribune.objects.filter(partner=partner).exclude(url="").order_by("-pk").values_list("url", "pk")
    keys = {comparable(url): pk for url, pk in entered}
    found = [keys.get(comparable(address)) if address else None for address, _key in texts]
    by_pk = rows.in_bulk([pk for pk in found if pk])
    return [by_key.get(key) or by_pk.get(pk) for (_address, key), pk in zip(texts, found, strict=True)]


# What would be taken in


def read_piece(partner: Partner, piece: TheirPiece, *, way: str = Way.SENT, is_out: bool = False) -> Intake:
    """Return what would be taken in of a text; nobody is asked for anything. Raise ValidationError as ``take_in()``."""
    address = web_address(partner.site, piece.address) if piece.address else ""
    if len(address) > Tribune._meta.get_field("url").max_length:
        raise ValidationError(ADDRESS_TOO_LONG)
    notes: list[dict] = []
    language = _language(partner, piece, notes)
    title = plain_words(piece.title)
    text = read_text(piece.html, base=address or partner.site, title=title)
    rendered = render_body(text.source, language=language, pictures={})
    if not rendered.text.strip():
        raise ValidationError(NO_TEXT)
    authors = _authors(piece.authors)
    if not authors:
        notes.append(keep(NO_AUTHOR, keeper=partner.keeper))
    published_at = _moment(piece.published_at)
    if is_out and published_at is None:
        published_at = timezone.now()
        notes.append(keep(NO_DATE))
    pictures = [_as_wanted(wanted) for wanted in text.pictures]
    cover = web_address(address or partner.site, piece.cover) if piece.cover else ""
    if cover and all(cover not in (each.address, *each.others) for each in pictures):
        pictures.insert(0, TheirPicture(0, cover))
    return Intake(
        key=key_of(partner, piece),
        way=way,
        address=address,
        title=excerpt(title or excerpt(rendered.text, LONGEST_BEGINNING), TITLE_LENGTH),
        standfirst=_standfirst(piece.summary, rendered.text),
        source=text.source,
        words=rendered.words,
        language=language,
        authors=authors or [partner.keeper],
        published_at=published_at,
        is_out=is_out and bool(address),
        tags=_tags(piece.tags),
        pictures=pictures,
        notes=[*notes, *text.left_out],
    )


def _as_wanted(wanted: WantedPicture) -> TheirPicture:
    return TheirPicture(**asdict(wanted))


def _language(partner: Partner, piece: TheirPiece, notes: list[dict]) -> str:
    tag = clean_language(piece.language)
    language = tag.partition("-")[0]
    if language in Language.values:
        return language
    notes.append(keep(OTHER_LANGUAGE, tag=tag) if tag else keep(NO_LANGUAGE))
    return partner.language


def _authors(names: list[str]) -> list[str]:
    found = (plain_words(name, LONGEST_NAME).strip() for name in names[:MOST_AUTHORS])
    named = (name for name in found if name and name.casefold() not in NO_NAMES and "://" not in name)
    return list(dict.fromkeys(named))


def _tags(names: list[str]) -> list[str]:
    found = (plain_words(name, LONGEST_NAME) for name in names[:MOST_TAGS])
    return [name for name in found if name and name.casefold() not in NO_TAGS]


def _moment(moment: datetime | None) -> datetime | None:
    """Return when a text appeared, None where that is no date of a publication; nothing has appeared tomorrow."""
    if moment is None or not FIRST_YEAR < moment.year < LAST_YEAR:
        return None
    moment = moment if moment.tzinfo else timezone.make_aware(moment, timezone.get_default_timezone())
    return min(moment, timezone.now())


def _standfirst(summary: str, text: str) -> str:
    """Return what a text is said to be about; nothing where that is its beginning, as blogs cut it by themselves."""
    said = plain_words(summary, 2 * LONGEST_SUMMARY)
    words = words_of(said)
    # The last word may be cut in two, and behind it may stand what one clicks on to read the rest.
    compared = words[:FIRST_WORDS] if said.endswith(("…", "...", "]")) else words
    if not words or words_of(text[: 4 * LONGEST_SUMMARY])[: len(compared)] == compared:
        return ""
    return excerpt(said, LONGEST_SUMMARY)


# Its pictures


def fetch_pictures(intake: Intake) -> None:
    """Ask for the pictures of an intake that are not there yet; what cannot be had says why."""
    ends, weight = monotonic() + SECONDS, sum(len(each.content) for each in intake.pictures)
    for picture in intake.pictures:
        if picture.content:
            continue
        if weight >= LARGEST_IN_ALL:
            picture.problem = keep(NO_ROOM)
        elif monotonic() >= ends:
            picture.problem = keep(NO_TIME)
        else:
            fetch_picture(picture, ends)
            weight += len(picture.content)
    _drop_second_cover(intake)


def fetch_picture(picture: TheirPicture, ends: float) -> None:
    """Ask for a picture, then for its smaller files where that one cannot be had, and make a master of it."""
    for address in (picture.address, *picture.others):
        try:
            left = ends - monotonic()
            if left <= 0:
                raise TooSlowError(SECONDS)
            answer = fetch(
                address, limit=LARGEST_PICTURE, seconds=min(SECONDS_EACH, left), headers={"Accept": "image/*"}
            )
            master = reencode(ContentFile(answer.expect_success().body))
        except FetchError as error:
            picture.problem = picture.problem or keep_error(error)
        except ValidationError as error:
            picture.problem = picture.problem or keep(error.message, **(error.params or {}))
        else:
            picture.problem, picture.file, picture.content = {}, master.name, master.open().read()
            picture.width, picture.height, picture.address = master.width, master.height, address
            return


def _drop_second_cover(intake: Intake) -> None:
    """Leave a cover out that the text shows too: readers would see the same picture twice."""
    files = {each.file for each in intake.pictures if not each.is_cover and each.file}
    intake.pictures = [each for each in intake.pictures if not (each.is_cover and each.file in files)]


# The draft


def make_draft(
    partner: Partner,
    intake: Intake,
    *,
    by: AbstractBaseUser | None = None,
    agreement: str = Agreement.WHOLE,
    language: str = "",
) -> tuple[Tribune, bool]:
    """Save an intake as a draft and its tribune; return the tribune, and whether it is new.

    All of it is saved or nothing. Who takes in what another has just taken in gets the other's: the row of the partner
    is locked, and the key of a text is unique. No disclosure is chosen: whoever publishes it does that.
    """
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                Partner.objects.select_for_update().get(pk=partner.pk)
                if found := find_taken_in(partner, intake.address, intake.key):
                    return found, False
                return _save(partner, intake, by, agreement, language or intake.language), True
        except IntegrityError:
            # Another partner's draft has taken the address of this one, or it was the same text.
            continue
    if found := find_taken_in(partner, intake.address, intake.key):
        return found, False
    raise ValidationError(_("Somebody else was saving at the same moment: try again."))


def _save(partner: Partner, intake: Intake, by: AbstractBaseUser | None, agreement: str, language: str) -> Tribune:
    images = keep_images(partner, intake, language)
    agreed = AGREED[Agreement(agreement)]
    source = teaser_of(intake.source) if agreed["content"] == Tribune.Content.TEASER else intake.source
    length = Post._meta.get_field("slug").max_length
    slug = make_slug(intake.title, length) or "tribune"
    post = Post.objects.create(
        language=language,
        title=intake.title,
        slug=find_free_slug(slug, Post.objects.in_language(language), length),
        standfirst=intake.standfirst,
        body=place_pictures(source, intake, images, language),
        cover=images.get(0),
    )
    post.tags.set(find_tags(intake.tags))
    for position, name in enumerate(intake.authors):
        Authorship.objects.create(post=post, author=find_author(partner, name), position=position)
    tribune = Tribune.objects.create(
        post=post,
        partner=partner,
        direction=Tribune.Direction.THEIRS_HERE,
        state=Tribune.State.PUBLISHED if intake.is_out else Tribune.State.DRAFT,
        title=intake.title,
        url=intake.address,
        words=intake.words,
        published_at=intake.published_at,
        **agreed,
    )
    TakenIn.objects.create(
        tribune=tribune,
        key=intake.key,
        way=intake.way,
        address=intake.address,
        by=by,
        by_name=name_of(by) if by else "",
        said={
            "title": intake.title,
            "standfirst": intake.standfirst,
            "authors": intake.authors,
            "language": intake.language,
            "published_at": intake.published_at.isoformat() if intake.published_at else "",
            "tags": intake.tags,
        },
        body=intake.source,
        left_out=intake.left_out(),
    )
    return tribune


def keep_images(partner: Partner, intake: Intake, language: str) -> dict[int, Image]:
    """Put the pictures of an intake into the library, each once, and return them by their numbers there."""
    had = [each for each in intake.pictures if each.content]
    known = {image.file.name: image for image in Image.objects.filter(file__in=[each.file for each in had])}
    images = {}
    for each in had:
        if each.file not in known:
            image = Image(
                title=(each.caption or each.alt or intake.title)[:TITLE_LENGTH],
                credit=credit_of(partner, each.address),
                source=each.address,
            )
            setattr(image, f"alt_{language}", excerpt(each.alt, Image._meta.get_field(f"alt_{language}").max_length))
            setattr(image, f"caption_{language}", each.caption)
            image.file.save("", master_of(each), save=False)
            image.save()
            known[each.file] = image
        images[each.number] = known[each.file]
    return images


def master_of(picture: TheirPicture) -> Master:
    """Return the master that was made of a picture, as it was."""
    extension = picture.file.rpartition(".")[2]
    return Master(picture.content, extension, (picture.width, picture.height))


def credit_of(partner: Partner, address: str) -> str:
    """Return whom readers are told that a picture is from: the blog, and the site where it was found."""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    return f"{partner.name} ({host})"[: Image._meta.get_field("credit").max_length]


def place_pictures(source: str, intake: Intake, images: dict[int, Image], language: str) -> str:
    """Return a source in which figures name pictures of the library; of those that could not be had words are left."""
    root = parse(source)
    pictures = {each.number: each for each in intake.pictures}
    for figure in list(root.iter("figure")):
        if not figure.get("data-image"):
            continue
        picture, caption = pictures.get(int(figure.get("data-image"))), figure.find("figcaption")
        if picture is None or picture.number not in images:
            words = contents(caption) if caption is not None else [picture.alt] if picture and picture.alt else []
            _leave_words(figure, words)
            continue
        image = images[picture.number]
        figure.set("data-image", str(image.pk))
        # What stands in the library as well is said there; a caption with links, or of another text, is said here.
        is_known = getattr(image, f"caption_{language}") == picture.caption
        if caption is not None and not len(caption) and is_known:
            figure.remove(caption)
        shown = make("img", src=image.file.url)
        shown.set("alt", getattr(image, f"alt_{language}"))
        figure.insert(0, shown)
    return serialise(root)


def _leave_words(figure, words: list) -> None:
    if not words:
        figure.drop_tree()
        return
    figure.attrib.clear()
    figure.tag = "p"
    fill(figure, [make("em", words)])


def teaser_of(source: str) -> str:
    """Return the beginning of a source, whole blocks of it."""
    root = parse(source)
    total = sum(len("".join(block.itertext()).split()) for block in root)
    words, kept = 0, 0
    for block in root:
        length = len("".join(block.itertext()).split())
        if kept and (words >= TEASER_WORDS or words + length > total / 2):
            break
        words, kept = words + length, kept + 1
    for block in list(root)[kept:]:
        root.remove(block)
    # One block may be the whole text.
    if kept == 1 and total > TEASER_WORDS and words > total / 2:
        fill(root, [make("p", [excerpt("".join(root.itertext()), TEASER_WORDS * 6)])])
    return serialise(root)


def find_tags(names: list[str]) -> list[Tag]:
    """Return our tags of these names, in either language; none is made."""
    slugs = [slug for name in names if (slug := make_slug(name, LONGEST_NAME))]
    return list(Tag.objects.filter(Q(slug__in=slugs) | Q(name_fr__in=names) | Q(name_en__in=names)))


def find_author(partner: Partner, name: str) -> Author:
    """Return who signs a text of a partner's, a new author the first time.

    Only who has signed one of this partner's before is taken for the same person: two people may have one name, and a
    text that a stranger wrote must not appear under that of one of ours. A new author is not listed among ours, and
    has no biography but the way to the partner's blog.
    """
    signed = Author.objects.filter(
        authorships__post__tribunes__partner=partner,
        authorships__post__tribunes__direction=Tribune.Direction.THEIRS_HERE,
    )
    if found := signed.filter(name__iexact=name).order_by("pk").first():
        return found
    length = Author._meta.get_field("slug").max_length
    slug = find_free_slug(make_slug(name, length) or partner.slug, Author.objects.all(), length)
    author = Author.objects.create(name=name, slug=slug, is_listed=False)
    AuthorLink.objects.create(author=author, network=AuthorLink.Network.WEBSITE, address=partner.site)
    return author
