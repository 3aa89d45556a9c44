"""What would be taken in of a partner's text: its plain texts, its cleaned HTML, and the pictures that it has.

Nobody is asked for anything here: ``read_piece()`` makes an ``Intake`` of what the other side gave.
"""

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.body import excerpt, render_body
from blog.markup import clean_language
from blog.models import Partner, TakenIn, Tribune
from blog.models.languages import Language
from blog.models.moments import FIRST_YEAR, LAST_YEAR
from blog.models.posts import TITLE_LENGTH
from blog.syndication.comparing import words_of
from blog.syndication.pages import comparable, web_address
from blog.syndication.their_html import WantedPicture, plain_words, read_text
from blog.syndication.words import keep, say

Way = TakenIn.Way

# Of nobody's text more people say that they wrote it.
MOST_AUTHORS = 5
MOST_TAGS = 30
LONGEST_NAME = 120
LONGEST_SUMMARY = 600
# In so many words a summary differs from the beginning of its text, if it is one.
FIRST_WORDS = 8
# A title of a note that has none is its beginning.
LONGEST_BEGINNING = 80
# What a WordPress calls whoever set it up.
NO_NAMES = {"admin", "administrator", "administrateur", "editor", "root", "webmaster"}
# What it calls the category of whatever was put into none.
NO_TAGS = {"uncategorized", "uncategorised", "non classé", "sans catégorie"}

NO_TEXT = _("There is no text in it that could be taken in.")
ADDRESS_TOO_LONG = _("The address of this text is longer than any that is kept here.")
PICTURE_MISSING = _("The picture %(address)s could not be had; its words stand in its place. %(why)s")
COVER_MISSING = _("The cover picture %(address)s could not be had. %(why)s")
NO_AUTHOR = _("Nobody is named as who wrote it: it is signed by %(keeper)s, who keeps the blog.")
OTHER_LANGUAGE = _("It says that its language is “%(tag)s”, which is none of this site’s.")
NO_LANGUAGE = _("It does not say its language: it is taken for that of the blog.")
NO_DATE = _("It does not say when it appeared: the moment of taking it in stands for that.")
RIGHTS = _("Ask the partner whether its pictures may be shown here, and note their licence: %(count)s.")


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


def key_of(partner: Partner, piece: TheirPiece) -> str:
    """Return what a text is found again by: its address, or without one all of it."""
    name = comparable(piece.address) if piece.address else "\n".join([str(partner.pk), piece.title, piece.html])
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


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
