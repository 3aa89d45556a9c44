"""The things that tests need, each made by one function, and three named people.

Nothing is random. Alice edits, Bob contributes, Carol moderates; Dora has no role.
"""

from datetime import UTC, date, datetime
from io import BytesIO

from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.text import slugify
from PIL import Image as Pillow

from authors.models import Author
from blog.models import Authorship, Category, Claim, Event, Image, Page, Partner, Post, Recording, Sponsor, Tag, Tribune
from comments.models import Comment
from comments.models.comments import path_below
from comments.moderation import count_comments, decide, write_comment

PUBLISHED_AT = datetime(2016, 6, 2, 6, 30, tzinfo=UTC)


def make_author(**overrides) -> Author:
    fields = {
        "name": "Yann Gourvennec",
        "slug": "yann-gourvennec",
        "role_fr": "Directeur de la publication",
        "role_en": "Publisher",
        "biography_fr": "Il écrit sur le numérique.",
        "biography_en": "He writes about digital matters.",
    }
    return Author.objects.create(**fields | overrides)


def make_category(**overrides) -> Category:
    fields = {
        "slug": "economie-et-numerique",
        "name_fr": "Économie et numérique",
        "name_en": "Economy and digital",
    }
    fields |= overrides
    found = Category.objects.filter(slug=fields["slug"], parent=fields.get("parent")).first()
    return found or Category.objects.create(**fields)


def make_tag(**overrides) -> Tag:
    fields = {"slug": "cloud", "name_fr": "Informatique en nuage", "name_en": "Cloud computing"}
    return Tag.objects.create(**fields | overrides)


def make_sponsor(name: str = "Amarre Hébergement", **overrides) -> Sponsor:
    """Return the sponsor or client of that name, who is made where there is none."""
    found = Sponsor.objects.filter(name=name).first()
    return found or Sponsor.objects.create(**{"name": name, "slug": slugify(name)} | overrides)


def make_post(*, authors=(), tags=(), categories=(), **overrides) -> Post:
    """Make a published French post; each further one needs a slug of its own.

    Whom it has a commercial relation with (``disclosure_with``) may be given by name.
    """
    fields = {
        "language": "fr",
        "title": "Président numérique : une bonne idée ?",
        "slug": "president-numerique-bonne-idee-webinaire",
        "standfirst": "Un avis, et pourquoi il est ailleurs.",
        "body": "<p>Une question revient.</p><h2>Pourquoi</h2><p>Une réponse vient.</p>",
        "status": Post.Status.PUBLISHED,
        "published_at": PUBLISHED_AT,
        "disclosure": Post.Disclosure.NONE,
    }
    fields |= overrides
    if "category" not in fields:
        fields["category"] = make_category()
    if isinstance(fields.get("disclosure_with"), str):
        fields["disclosure_with"] = make_sponsor(fields["disclosure_with"]) if fields["disclosure_with"] else None
    post = Post.objects.create(**fields)
    for position, author in enumerate(authors):
        Authorship.objects.create(post=post, author=author, position=position)
    post.tags.set(tags)
    post.categories.set(categories)
    return post


def make_translation(original: Post, **overrides) -> Post:
    fields = {
        "language": "en",
        "title": "A digital president: a good idea?",
        "slug": "digital-president-good-idea-webinar",
        "standfirst": "An opinion, and why it is elsewhere.",
        "body": "<p>A question comes back.</p>",
        "translation_of": original,
        "translated_revision": original.revision,
        "published_at": original.published_at,
        "category": original.category,
    }
    return make_post(**fields | overrides)


def make_claim(post: Post, **overrides) -> Claim:
    """Make a claim that a post checks: who sent it round, when and where, and that it is mostly false."""
    fields = {
        "claim_reviewed": "Un courriel pèse plus lourd qu'une lettre.",
        "claimant": "Ligue du papier",
        "claimant_kind": Claim.Kind.ORGANIZATION,
        "appearance": "https://papier.example/tract/",
        "claimed_on": date(2016, 5, 1),
        "verdict": Claim.Verdict.MOSTLY_FALSE,
        "explanation": "Le calcul oublie le transport.",
    }
    return Claim.objects.create(post=post, **fields | overrides)


def make_event(**overrides) -> Event:
    fields = {
        "title_fr": "Un président numérique ?",
        "slug": "webinaire-president-numerique",
        "kind": Event.Kind.WEBINAR,
        "language": "fr",
        "starts_at": datetime(2016, 6, 9, 9, 0, tzinfo=UTC),
        "ends_at": datetime(2016, 6, 9, 10, 0, tzinfo=UTC),
        "time_zone": "Europe/Paris",
    }
    return Event.objects.create(**fields | overrides)


def make_partner(**overrides) -> Partner:
    fields = {
        "name": "Blog du communicant",
        "slug": "blog-du-communicant",
        "keeper": "Olivier Cimelière",
        "language": "fr",
        "site": "https://example.org/blog-du-communicant/",
        "takes": Partner.Takes.PAGE,
    }
    return Partner.objects.create(**fields | overrides)


def make_tribune(post: Post, partner: Partner | None = None, **overrides) -> Tribune:
    """Make a tribune of ours that is out at the partner's, with a teaser here."""
    fields = {
        "direction": Tribune.Direction.OURS_THERE,
        "content": Tribune.Content.TEASER,
        "canonical": Tribune.Canonical.THERE,
        "state": Tribune.State.PUBLISHED,
        "title": "Pour un président numérique",
        "url": "https://example.org/blog-du-communicant/2016/06/president-numerique/",
        "words": 920,
        "published_at": PUBLISHED_AT,
    }
    return Tribune.objects.create(post=post, partner=partner or make_partner(), **fields | overrides)


def make_page(**overrides) -> Page:
    fields = {
        "language": "fr",
        "title": "Mentions légales",
        "slug": "mentions-legales",
        "body": "<p>La Marge est une publication.</p>",
        "position": 0,
    }
    return Page.objects.create(**fields | overrides)


def make_comment(post: Post, *, status: str = Comment.Status.APPROVED, **overrides) -> Comment:
    fields = {
        "post": post,
        "parent": None,
        "name": "Marthe Le Goff",
        "text": "Une remarque.",
        "language": "fr",
    }
    comment = write_comment(**fields | overrides)
    decide(comment, status, by=None)
    return comment


def add_comments(post: Post, count: int) -> None:
    """Add approved comments in threads two deep, in bulk; every seventh is the author's."""
    first = post.comments.count() + 1
    author = post.byline[0]
    roots, answers = [], []
    for number in range(first, first + count):
        parent = roots[-1] if roots and number % 2 else None
        comment = Comment(
            post=post,
            parent=parent,
            number=number,
            path=path_below(parent, number),
            depth=1 if parent else 0,
            name="Marthe Le Goff",
            author=None if number % 7 else author,
            language="fr",
            text="Une remarque.",
            html="<p>Une remarque.</p>",
            status=Comment.Status.APPROVED,
            is_standing=True,
            created_at=datetime(2016, 6, 3, tzinfo=UTC),
        )
        (answers if parent else roots).append(comment)
    Comment.objects.bulk_create(roots)
    Comment.objects.bulk_create(answers)
    count_comments([post.pk])


def make_upload(
    *, size: tuple[int, int] = (800, 450), name: str = "photo.jpg", kind: str = "JPEG"
) -> SimpleUploadedFile:
    """Return what a browser sends when somebody chooses a picture."""
    buffer = BytesIO()
    Pillow.new("RGB", size, (178, 58, 46)).save(buffer, kind)
    return SimpleUploadedFile(name, buffer.getvalue(), content_type=f"image/{kind.lower()}")


def make_image(**overrides) -> Image:
    fields = {"title": "Urne", "alt_fr": "Une urne", "alt_en": "A ballot box"}
    fields |= overrides
    fields.setdefault("file", make_upload())
    return Image.objects.create(**fields)


def make_user(name: str, *, group: str | None = None, **overrides) -> User:
    fields = {"username": name, "password": "", "is_staff": True}
    user = User.objects.create_user(**fields | overrides)
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


def make_alice() -> User:
    return make_user("alice", group="editor")


def make_bob() -> User:
    return make_user("bob", group="contributor")


def make_carol() -> User:
    return make_user("carol", group="moderator")


def make_dora() -> User:
    return make_user("dora", is_staff=False)


def make_sound(seconds: float = 12.0, *, name: str = "son.mp3", seed: int = 0) -> SimpleUploadedFile:
    """Return an MP3 of silence: frames of MPEG-2 layer III, 8 kbit/s, 24,000 samples a second, each of 24 bytes."""
    frame = b"\xff\xf3\x14\xc4" + bytes(20)
    tag = f"{seed:06}".encode()
    head = b"ID3\x04\x00\x00\x00\x00\x00" + bytes([len(tag)]) + tag
    return SimpleUploadedFile(name, head + frame * round(seconds / 0.024), content_type="audio/mpeg")


def make_recording(number: int = 0, **overrides) -> Recording:
    fields = {"title_fr": "Onze secondes", "title_en": "Eleven seconds", "file": make_sound(seed=number)}
    return Recording.objects.create(**fields | overrides)
