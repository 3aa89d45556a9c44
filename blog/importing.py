"""A text from a file, Markdown or HTML, becomes a draft here, with its pictures; what was not understood is listed.

Nothing of it is trusted: a file may be anything, an archive larger than it looks, a picture no picture.
"""

import binascii
from base64 import b64decode
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath
from posixpath import normpath
from time import monotonic
from urllib.parse import unquote, unquote_to_bytes

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from authors.models import Author
from authors.slugs import find_free_slug, make_slug
from blog import front_matter
from blog.body import excerpt
from blog.import_files import EMPTY, LARGEST_PICTURE, MARKDOWN, Written
from blog.markdown import html_of_markdown
from blog.models import Authorship, Category, Claim, Event, Image, Post, Sponsor
from blog.models.claims import FACTS
from blog.models.languages import Language
from blog.models.moments import EARLIEST, LATEST
from blog.models.posts import TITLE_LENGTH
from blog.revising import record
from blog.syndication.comparing import is_same_title
from blog.syndication.intakes import TheirPicture
from blog.syndication.parsing import parse_untrusted
from blog.syndication.taking_in import find_tags
from blog.syndication.their_html import TheirText, read_file
from blog.syndication.their_pictures import SECONDS, fetch_picture, master_of, place_pictures
from blog.syndication.words import keep, say
from blog.text_links import note_links
from pictures.masters import Master, reencode

# More are no article.
MOST_CLAIMS = 50

NO_SUCH = {
    "categories": _("No category of this site is called “%(name)s”."),
    "tags": _("No tag of this site is called “%(name)s”."),
    "authors": _("No author of this site is called “%(name)s”."),
}
NO_LANGUAGE = _("Its language “%(name)s” is none of this site’s: it was taken for another.")
NO_DATE = _("Its date “%(name)s” is none that can be read.")
STRANGE_LINE = _("Above the text, this was not understood: %(line)s")
PICTURE_NOT_THERE = _("The picture %(address)s is not in the archive, and its words stand in its place.")
PICTURE_REMOTE = _("The picture %(address)s is on another site, and was not asked for; its words stand in its place.")
PICTURE_UNUSABLE = _("The picture %(address)s could not be taken in. %(why)s")
TITLE_MADE = _("It names no title: this one is its beginning, or the name of its file.")
TITLE_CUT = _("Its title was longer than %(limit)d characters and is cut.")
CLAIM_UNUSABLE = _("The checked claim “%(claim)s” could not be taken in. %(why)s")
NOT_CHOSEN = _("What it discloses was not taken over: choose it yourself.")

# What is understood, or says nothing here, of what stands above a text.
KNOWN = {
    "title", "language", "lang", "locale", "slug", "summary", "standfirst", "description", "excerpt", "subtitle",
    "date", "published", "publishdate", "publish_date", "updated", "lastmod", "author", "authors", "category",
    "categories", "tags", "keywords", "cover", "image", "event", "pictures", "site", "address", "status", "draft",
    "layout", "type", "claims",
    "disclosure", "disclosure_with", "translation_of",
}  # fmt: skip


@dataclass
class Draft:
    """What becomes of a text: a post, not yet saved, its pictures, and what is to be said of it."""

    facts: front_matter.FrontMatter
    title: str
    language: str
    text: TheirText
    files: dict[str, bytes] = field(repr=False)
    folder: str
    notes: list[dict]


def read_draft(written: Written, *, language: str) -> Draft:
    """Return what would become of a text; ``language`` is that of one which does not say it.

    Raise ValidationError where it is empty, or longer or more intricate than an article can be.
    """
    facts = front_matter.read(written.text) if written.kind == MARKDOWN else facts_of_page(written.text)
    notes = [*written.notes, *(keep(STRANGE_LINE, line=line[:200]) for line in facts.strange)]
    notes += [
        keep(STRANGE_LINE, line=f"{name}: {facts.words(name)}"[:200]) for name in facts.values if name not in KNOWN
    ]
    said = facts.words("language", "lang", "locale")
    named = said.lower().replace("_", "-").partition("-")[0]
    if said and named not in Language.values:
        notes.append(keep(NO_LANGUAGE, name=said[:60]))
    title, text = take_title(facts)
    if written.kind == MARKDOWN:
        is_here = facts.words("site") == settings.SITE_URL
        found = read_file(html_of_markdown(text, with_html=True), title=title, is_ours=True, is_here=is_here)
    else:
        found = read_file(text, title=title)
    if not found.source.strip():
        raise ValidationError(EMPTY)
    if not title:
        stem = PurePosixPath(written.name).stem.replace("-", " ").replace("_", " ").strip()
        title = stem or excerpt("".join(parse_untrusted(f"<div>{found.source}</div>").itertext()), 80)
        notes.append(keep(TITLE_MADE))
    if len(title) > TITLE_LENGTH:
        title = excerpt(title, TITLE_LENGTH)
        notes.append(keep(TITLE_CUT, limit=TITLE_LENGTH))
    if facts.words("disclosure") not in ("", Post.Disclosure.NONE) or facts.words("disclosure_with"):
        notes.append(keep(NOT_CHOSEN))
    return Draft(
        facts=facts,
        title=title,
        language=named if named in Language.values else language,
        text=found,
        files=written.files,
        folder=str(PurePosixPath(written.name).parent),
        notes=[*notes, *found.left_out],
    )


def take_title(facts: front_matter.FrontMatter) -> tuple[str, str]:
    """Return the title of a text, and the text without the heading that says it."""
    title = " ".join(facts.words("title").split())
    lines = facts.text.lstrip("\n").split("\n")
    first = lines[0].strip()
    if first.startswith("# "):
        heading = first.strip("# ").strip()
        if not title or is_same_title(heading, title):
            return title or heading.replace("\\", ""), "\n".join(lines[1:])
    return title, facts.text


def facts_of_page(html: str) -> front_matter.FrontMatter:
    """Return what an HTML file says of itself in its head, and its text."""
    tree = parse_untrusted(html)
    root = tree.find(".//html") if tree.find(".//html") is not None else tree
    values = {}
    heading = next(tree.iter("h1", "title"), None)
    named = next(tree.iter("h1"), heading)
    if named is not None:
        values["title"] = " ".join("".join(named.itertext()).split())
    if root.get("lang"):
        values["lang"] = root.get("lang")
    for meta in tree.iter("meta"):
        if meta.get("name", "").lower() in {"description", "author", "keywords", "date"} and meta.get("content"):
            values[meta.get("name").lower()] = meta.get("content").strip()
    return front_matter.FrontMatter(values=values, text=html)


# The draft


def make_post(draft: Draft, source_of, *, by=None, fetches: bool = False) -> tuple[Post, list[str]]:
    """Save a draft, with its pictures; return it and, in words, what was not understood.

    ``source_of`` is given the source before it is saved. Pictures of other sites are asked for only if ``fetches``.
    """
    pictures = get_pictures(draft, fetches=fetches)
    with transaction.atomic():
        images = {number: keep_image(draft, picture) for number, picture in pictures.items()}
        placed = [
            # A caption is said where it stands, whatever the library says.
            TheirPicture(wanted.number, wanted.address, alt=wanted.alt, caption=None)
            for wanted in draft.text.pictures
        ]
        body = place_pictures(draft.text.source, _Placed(placed), images, draft.language)
        post = Post(
            language=draft.language,
            title=draft.title,
            slug=free_slug(draft),
            standfirst=draft.facts.words("summary", "standfirst", "description", "excerpt", "subtitle"),
            body=source_of(body),
            cover=cover_of(draft),
            published_at=moment_of(draft, "date", "published", "publishdate", "publish_date"),
            updated_at=moment_of(draft, "updated", "lastmod"),
        )
        file_under(draft, post)
        post.save()
        post.tags.set(tags_of(draft))
        post.categories.set(categories_of(draft)[1:])
        for position, author in enumerate(authors_of(draft, by)):
            Authorship.objects.create(post=post, author=author, position=position)
        for position, claim in enumerate(claims_in(draft)):
            claim.post, claim.position = post, position
            claim.save()
        note_links(post)
        record(post, by=by)
    return post, [say(note) for note in draft.notes]


@dataclass
class _Placed:
    """As much of an intake as placing its pictures asks for."""

    pictures: list[TheirPicture]


def free_slug(draft: Draft) -> str:
    length = Post._meta.get_field("slug").max_length
    slug = make_slug(draft.facts.words("slug") or draft.title, length) or "article"
    return find_free_slug(slug, Post.objects.in_language(draft.language), length)


def moment_of(draft: Draft, *names: str) -> datetime | None:
    said = draft.facts.words(*names)
    if not said:
        return None
    try:
        moment = parse_datetime(said) or parse_date(said[:10])
    except ValueError:
        moment = None
    if moment and not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 it is made aware below
    if moment and timezone.is_naive(moment):
        moment = timezone.make_aware(moment, timezone.get_default_timezone())
    if moment is None or not EARLIEST <= moment <= LATEST:
        draft.notes.append(keep(NO_DATE, name=said[:60]))
        return None
    return moment


def file_under(draft: Draft, post: Post) -> None:
    post.category = next(iter(categories_of(draft, tells=True)), None)
    event = draft.facts.words("event")
    post.event = Event.objects.filter(slug=event).first() if event else None
    disclosure, sponsor = draft.facts.words("disclosure"), draft.facts.words("disclosure_with")
    if disclosure in Post.Disclosure.values and draft.facts.words("site") == settings.SITE_URL:
        post.disclosure_with = Sponsor.objects.filter(name=sponsor).first() if sponsor else None
        needs_whom = disclosure != Post.Disclosure.NONE
        post.disclosure = disclosure if post.disclosure_with or not needs_whom else ""
        if post.disclosure:
            draft.notes = [note for note in draft.notes if note != keep(NOT_CHOSEN)]


def categories_of(draft: Draft, *, tells: bool = False) -> list[Category]:
    found = []
    for name in draft.facts.all_of("categories", "category"):
        named = (
            Q(path=name.strip("/")) | Q(name_fr__iexact=name) | Q(name_en__iexact=name) | Q(slug=make_slug(name, 80))
        )
        category = Category.objects.filter(named).order_by("path").first()
        if category and category not in found:
            found.append(category)
        elif category is None and tells:
            draft.notes.append(keep(NO_SUCH["categories"], name=name[:80]))
    return found


def tags_of(draft: Draft) -> list:
    names = draft.facts.all_of("tags", "keywords")
    found = find_tags(names)
    known = {each.casefold() for tag in found for each in (tag.slug, tag.name_fr, tag.name_en)}
    for name in names:
        if name.casefold() not in known and make_slug(name, 80) not in known:
            draft.notes.append(keep(NO_SUCH["tags"], name=name[:80]))
    return found


def authors_of(draft: Draft, by) -> list[Author]:
    found = []
    for name in draft.facts.all_of("authors", "author"):
        author = Author.objects.filter(Q(name__iexact=name) | Q(slug=name)).order_by("pk").first()
        if author and author not in found:
            found.append(author)
        elif author is None:
            draft.notes.append(keep(NO_SUCH["authors"], name=name[:80]))
    if not found and by is not None:
        found = list(Author.objects.filter(user=by.pk)[:1])
    return found


def claims_in(draft: Draft) -> list[Claim]:
    """Return the claims, not saved, that a text checks; of each that cannot be taken in, the draft says why."""
    said = draft.facts.values.get("claims")
    found = []
    for row in said[:MOST_CLAIMS] if isinstance(said, list) else ():
        facts = {name: str(row[name]) if row.get(name) else "" for name in FACTS} if isinstance(row, dict) else {}
        if not facts:
            continue
        claim = Claim(**facts | {"claimed_on": facts["claimed_on"] or None})
        claim.claimant_kind = claim.claimant_kind or Claim.Kind.PERSON
        try:
            claim.full_clean(exclude=["post"])
        except ValidationError as error:
            draft.notes.append(keep(CLAIM_UNUSABLE, claim=claim.claim_reviewed[:80], why=" ".join(error.messages)))
        else:
            found.append(claim)
    return found


# Pictures


def get_pictures(draft: Draft, *, fetches: bool) -> dict[int, TheirPicture | Image]:
    """Return the pictures of a draft by their numbers; of each that cannot be had, the draft says why."""
    found: dict[int, TheirPicture | Image] = {}
    ends = monotonic() + SECONDS
    for wanted in draft.text.pictures:
        picture = TheirPicture(wanted.number, wanted.address, wanted.alt, wanted.caption, wanted.others)
        shown = wanted.address[:200]
        if wanted.address.startswith(("http:", "https:", "//")):
            if not fetches:
                draft.notes.append(keep(PICTURE_REMOTE, address=shown))
                continue
            address = f"https:{wanted.address}" if wanted.address.startswith("//") else wanted.address
            picture = replace(picture, address=address, others=())
            fetch_picture(picture, ends)
            if picture.content:
                found[wanted.number] = picture
            else:
                draft.notes.append(keep(PICTURE_UNUSABLE, address=shown, why=picture.problem))
            continue
        image = own_image(wanted.address)
        if image is not None:
            found[wanted.number] = image
            continue
        content = content_of(draft, wanted.address)
        if content is None:
            draft.notes.append(keep(PICTURE_NOT_THERE, address=shown[:80]))
            continue
        try:
            take_master(picture, reencode(ContentFile(content)))
        except ValidationError as error:
            why = keep(error.message, **(error.params or {}))
            draft.notes.append(keep(PICTURE_UNUSABLE, address=shown[:80], why=why))
        else:
            found[wanted.number] = picture
    return found


def take_master(picture: TheirPicture, master: Master) -> None:
    picture.file, picture.content = master.name, master.open().read()
    picture.width, picture.height = master.width, master.height
    picture.upload_digest = master.upload_digest


def own_image(address: str) -> Image | None:
    """Return the picture of the library that an address of ours shows."""
    if not address.startswith(settings.MEDIA_URL):
        return None
    return Image.objects.filter(file=unquote(address.removeprefix(settings.MEDIA_URL))).first()


def content_of(draft: Draft, address: str) -> bytes | None:
    """Return the bytes of a picture that lies beside a text, or in it; None where there are none."""
    if address.startswith("data:"):
        head, _comma, data = address.partition(",")
        if len(data) > LARGEST_PICTURE * 4 // 3:
            return None
        try:
            return b64decode(data, validate=False) if head.endswith(";base64") else unquote_to_bytes(data)
        except (binascii.Error, ValueError):
            return None
    path = unquote(address.partition("?")[0].partition("#")[0]).lstrip("/")
    for place in (f"{draft.folder}/{path}", path):
        if (found := draft.files.get(normpath(place))) is not None:
            return found
    return None


def keep_image(draft: Draft, picture: TheirPicture | Image) -> Image:
    """Return a picture of the library: the one that is there already, or a new one with what is said of it."""
    if isinstance(picture, Image):
        return picture
    master = master_of(picture)
    master.upload_digest = getattr(picture, "upload_digest", "")
    known = Image.objects.same_as(master).order_by("pk").first()
    if known is not None:
        return known
    said = next((one for one in said_pictures(draft) if one.get("file") == picture.address), {})

    def fitting(name: str, words: str) -> str:
        return excerpt(words, Image._meta.get_field(name).max_length)

    language = draft.language
    name = PurePosixPath(picture.address).stem if not picture.address.startswith("data:") else ""
    image = Image(
        title=fitting("title", said.get("title") or picture.caption or picture.alt or name or draft.title),
        credit=fitting("credit", said.get("credit", "")),
        licence=fitting("licence", said.get("licence", "")),
        upload_digest=master.upload_digest or None,
    )
    if picture.address.startswith(("http:", "https:")):
        image.source = picture.address
    setattr(image, f"alt_{language}", fitting(f"alt_{language}", said.get("alt") or picture.alt))
    setattr(image, f"caption_{language}", fitting(f"caption_{language}", said.get("caption", "")))
    image.file.save("", master, save=False)
    image.save()
    return image


def said_pictures(draft: Draft) -> list[dict]:
    said = draft.facts.values.get("pictures")
    rows = said if isinstance(said, list) else []
    return [
        {name: words for name, words in one.items() if isinstance(words, str)} for one in rows if isinstance(one, dict)
    ]


def cover_of(draft: Draft) -> Image | None:
    """Return the picture that a text names as its cover, if it lies beside it."""
    path = draft.facts.words("cover", "image")
    content = content_of(draft, path) if path and not path.startswith(("http:", "https:")) else None
    if content is None:
        return None
    picture = TheirPicture(0, path)
    try:
        take_master(picture, reencode(ContentFile(content)))
    except ValidationError as error:
        why = keep(error.message, **(error.params or {}))
        draft.notes.append(keep(PICTURE_UNUSABLE, address=path[:80], why=why))
        return None
    return keep_image(draft, picture)
