"""Every state of a post, kept and taken up again: its revisions, and the working copy of one that is published.

A revision holds names beside keys, so that it can still be read when what it names is gone.
"""

from collections.abc import Iterable

from django.db import models, transaction
from django.utils import translation
from django.utils.dateparse import parse_datetime

from authors.models import Author
from blog.models import Authorship, BulkChange, Category, Claim, Event, Image, Post, Recording, Revision, Sponsor, Tag
from blog.models.posts import TEXT_FIELDS
from blog.text_links import note_links

# Fields of a post that hold what they say.
PLAIN = (
    "title",
    "standfirst",
    "body",
    "language",
    "slug",
    "disclosure",
    "comment_policy",
    "comment_days",
    "comment_moderation",
    "translated_revision",
)
# Of these only those are in a revision that say something: there were revisions before there were these fields.
OPTIONAL = ("search_title", "search_description")
MOMENTS = ("published_at", "updated_at")
ROWS = {
    "cover": Image,
    "category": Category,
    "event": Event,
    "disclosure_with": Sponsor,
    "translation_of": Post,
}
SETS = {"categories": Category, "tags": Tag}
BYLINE = "authors"
IN_BYLINE = ("authorships__position", "authorships__pk")
# Whole rows, in their order; in a revision only where there are any: there were revisions before there were claims.
CLAIMS = "claims"
# What a revision tells, and restoring it does not change.
STAYING = ("language", "slug", "published_at", "translation_of", "translated_revision")


def content_of(post: Post) -> dict:
    """Return all that an editor can say of a post, as it is saved."""
    content: dict = {name: getattr(post, name) for name in PLAIN}
    content |= {name: getattr(post, name) for name in OPTIONAL if getattr(post, name)}
    if post.translated_version is not None:
        content["translated_version"] = post.translated_version
    for name in MOMENTS:
        moment = getattr(post, name)
        content[name] = moment.isoformat() if moment else None
    for name in ROWS:
        content[name] = naming(getattr(post, name))
    for name in SETS:
        content[name] = [naming(row) for row in getattr(post, name).order_by("pk")]
    content[BYLINE] = [naming(author) for author in Author.objects.filter(authorships__post=post).order_by(*IN_BYLINE)]
    return with_claims(content, post)


def with_claims(content: dict, post: Post) -> dict:
    """Return what a post says with the claims that it checks, where there are any."""
    claims = claims_of(post) if post.pk else []
    return content | ({CLAIMS: claims} if claims else {})


def claims_of(post: Post) -> list[dict]:
    """Return what the claims say that a post checks, as they are saved."""
    return [claim.facts() for claim in Claim.objects.filter(post=post.pk)]


def naming(row: models.Model | None) -> dict | None:
    """Return the key and the name of a row as a revision holds them."""
    return {"id": row.pk, "name": str(row)} if row else None


def keys(rows: Iterable[dict]) -> list[int]:
    """Return the keys of the rows that a revision names."""
    return [row["id"] for row in rows]


def name_of(user) -> str:
    """Return what somebody is called: as readers know them, or as their account says; '' for nobody."""
    if user is None:
        return ""
    author = getattr(user, "author", None)
    return (author.name if author else user.get_full_name()) or user.get_username()


@transaction.atomic
def record(post: Post, *, by=None, note: str = "", settles: bool = False) -> Revision:
    """Note what a post says now, unless its newest revision says so already; return that revision.

    ``settles`` says that its working copy is in it: nothing waits any more.
    """
    _lock(post)
    is_settled = settles and Revision.objects.filter(post=post, is_waiting=True).update(is_waiting=False)
    # What code has set may be of another type than what is read again.
    saved = Post.objects.get(pk=post.pk)
    if is_settled:
        # What the working copy alone led to is no link of the post any more.
        note_links(saved)
    return _append(saved, content_of(saved), by=by, note=note)


@transaction.atomic
def begin(post: Post) -> None:
    """Note what a post says before its first change since revisions are kept: no text was ever there only once."""
    _lock(post)
    if not Revision.objects.filter(post=post).exists():
        before = Post.objects.get(pk=post.pk)
        first = Revision(post=before, number=1, made_at=before.modified_at)
        _fill(first, before, content_of(before))
        first.save()


@transaction.atomic
def keep_apart(post: Post, content: dict, *, by=None, note: str = "") -> Revision:
    """Keep ``content`` as the working copy of a published post, of which readers see nothing yet.

    Where it is what readers see already, nothing waits.
    """
    _lock(post)
    saved = Post.objects.get(pk=post.pk)
    if content == content_of(saved):
        return record(saved, by=by, note=note, settles=True)
    newest = Revision.objects.of(post).first()
    if not (newest and newest.is_waiting and newest.content == content):
        Revision.objects.filter(post=post, is_waiting=True).update(is_waiting=False)
    kept = _append(saved, content, by=by, note=note, is_waiting=True)
    note_links(saved)
    return kept


def _lock(post: Post) -> None:
    """Let nobody else number revisions of a post until the transaction ends."""
    Post.objects.select_for_update().only("pk").get(pk=post.pk)


def _append(post: Post, content: dict, *, by, note: str, is_waiting: bool = False) -> Revision:
    newest = Revision.objects.of(post).first()
    if newest and (newest.content, newest.status, newest.is_waiting) == (content, post.status, is_waiting):
        if not is_waiting and newest.text_revision != post.revision:
            # A working copy that readers have got, unchanged.
            newest.text_revision = post.revision
            newest.save(update_fields=["text_revision"])
        return newest
    revision = Revision(post=post, number=newest.number + 1 if newest else 1, is_waiting=is_waiting, note=note)
    revision.made_by, revision.made_by_name = by, name_of(by)
    _fill(revision, post, content)
    revision.save()
    return revision


def _fill(revision: Revision, post: Post, content: dict) -> None:
    revision.content = content
    revision.status = post.status
    revision.text_revision = post.revision


# The mergers after which another row stands for one that a revision names.
MERGERS = {Category: BulkChange.Kind.MERGE_CATEGORIES, Tag: BulkChange.Kind.MERGE_TAGS}


def present(model: type[models.Model], wanted: Iterable[int]) -> list[models.Model]:
    """Return those of some rows that are there, or what stands for them since a merger."""
    wanted = set(wanted)
    found = list(model.objects.filter(pk__in=wanted))
    missing = wanted - {row.pk for row in found}
    if missing and model in MERGERS:
        heirs = BulkChange.objects.heirs(MERGERS[model], missing) - wanted
        found += model.objects.filter(pk__in=heirs)
    return found


def token_of(post: Post) -> str:
    """Return what tells the state of a post that somebody was shown from every other."""
    if not post.pk:
        return ""
    return f"{Revision.objects.newest_number(post)}/{post.modified_at.isoformat()}"


@transaction.atomic
def apply_content(post: Post, content: dict) -> None:
    """Let a post say what a revision says, and save it. What the revision names and is gone is left out."""
    set_fields(post, content)
    post.save()
    for name, model in SETS.items():
        getattr(post, name).set(present(model, keys(content[name])))
    set_byline(post, keys(content[BYLINE]))
    set_claims(post, content.get(CLAIMS, []))


def as_written(post: Post) -> Post:
    """Return a post, not to be saved, as its working copy says it, where it has one."""
    post = Post.objects.get(pk=post.pk)
    waiting = Revision.objects.waiting_for(post)
    if waiting:
        before = [getattr(post, name) for name in TEXT_FIELDS]
        set_fields(post, waiting.content)
        # The number that the text has once it is published again.
        post.revision += before != [getattr(post, name) for name in TEXT_FIELDS]
        post.revision += waiting.content.get(CLAIMS, []) != claims_of(post)
    return post


def set_fields(post: Post, content: dict) -> None:
    """Set the fields of a post, unsaved, to what a revision says; its sets of rows, byline and claims stay."""
    for name in PLAIN:
        setattr(post, name, content[name])
    for name in OPTIONAL:
        setattr(post, name, content.get(name, ""))
    for name in MOMENTS:
        setattr(post, name, parse_datetime(content[name]) if content[name] else None)
    for name, model in ROWS.items():
        row = content[name]
        setattr(post, name, next(iter(present(model, [row["id"]])), None) if row else None)


def set_byline(post: Post, authors: list[int]) -> None:
    """Let these be the authors of a post, in this order; rows of those who stay are kept."""
    present = set(Author.objects.filter(pk__in=authors).values_list("pk", flat=True))
    post.authorships.exclude(author__in=present).delete()
    for position, author in enumerate(key for key in authors if key in present):
        Authorship.objects.update_or_create(post=post, author_id=author, defaults={"position": position})


def set_claims(post: Post, claims: list[dict]) -> None:
    """Let these be the claims that a post checks, in this order; rows that are there already are written anew."""
    before = claims_of(post)
    if before == claims:
        return
    rows = list(Claim.objects.filter(post=post.pk))
    for position, facts in enumerate(claims):
        row = Claim.saying(facts, post=post, position=position)
        row.pk = rows[position].pk if position < len(rows) else None
        row.save(force_update=row.pk is not None, force_insert=row.pk is None)
    for row in rows[len(claims) :]:
        row.delete()
    follow_claims(post, before)


def follow_claims(post: Post, before: list[dict]) -> None:
    """Count a change of the claims that a post checks as one of its text: its links, and what a translation follows."""
    if claims_of(post) != before:
        post.revision += 1
        post.save(update_fields=["revision", "modified_at"])
        note_links(post)


@transaction.atomic
def restore(revision: Revision, *, by=None, note: str = "") -> Revision:
    """Let a post say again what it said in ``revision``; one that is published says so in its working copy first.

    A post keeps its status, its address, its dates and what it translates: they are what it is, not what it says.
    Return the revision that is made of it.
    """
    post = Post.objects.select_for_update().get(pk=revision.post_id)
    begin(post)
    waiting = Revision.objects.waiting_for(post)
    now = waiting.content if waiting else content_of(post)
    content = revision.content | {name: now[name] for name in STAYING}
    if post.is_published():
        return keep_apart(post, content, by=by, note=note)
    apply_content(post, content)
    return record(post, by=by, note=note)


@transaction.atomic
def discard_working_copy(post: Post, *, by=None) -> None:
    """Let readers' version be the newest again; the working copy stays among the revisions."""
    begin(post)
    record(post, by=by, settles=True)


def rendered(content: dict) -> str:
    """Return the HTML of a revision's text as readers would see it, with the pictures that are still there."""
    from blog.body import render_body

    language, source = content["language"], content["body"]
    with translation.override(language):
        pictures = {key: image.for_body() for key, image in Image.objects.shown_in(source).items()}
        recordings = Recording.objects.for_body(source, language)
        return render_body(source, language=language, pictures=pictures, recordings=recordings).html
