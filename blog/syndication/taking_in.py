"""Taking in a partner's tribune: their text becomes a draft here, with its byline, its pictures and its origin.

``intakes.read_piece()`` makes an ``Intake`` of what the other side gave, without asking anybody;
``their_pictures.fetch_pictures()`` asks for its pictures; ``make_draft()`` saves it, once. An editor sees the intake in
between, a program calls ``take_in()``.
"""

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from authors.models import Author, AuthorLink
from authors.slugs import find_free_slug, make_slug
from blog.body import excerpt
from blog.markup import fill, make, parse, serialise
from blog.models import Authorship, Partner, Post, Tag, TakenIn, Tribune
from blog.models.posts import long_texts
from blog.syndication.handing_over import name_of
from blog.syndication.intakes import LONGEST_NAME, Intake, TheirPiece, key_of, read_piece
from blog.syndication.pages import comparable
from blog.syndication.their_pictures import fetch_pictures, keep_images, place_pictures

# What stands here of a text that is to be read at the partner's: its beginning, and never more than half of it.
TEASER_WORDS = 80
# How often another draft may take the same address here in the moment in which this one is saved.
ATTEMPTS = 3


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
