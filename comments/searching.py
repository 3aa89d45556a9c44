"""Comments can be found by search: what readers can read, for as long as they can, at its permanent address."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _

from blog.models import Listing, Post, SearchStale
from blog.search.documents import Document, Found, Kind, register
from blog.search.facets import AUTHOR, CATEGORY, KIND, LANGUAGE
from blog.search.kinds import KIND_LABELS, without_tags
from comments.feeds import POST_SHOWN, versions_shown
from comments.models import Comment
from comments.text import tidied_name

COMMENT = "comment"

# What an entry shows; a change of anything else leaves it as it is.
INDEXED = ("name", "author", "language", "html", "created_at", "post")
SHOWN = {"name", "author", "language", "html", "status"}


def comment_documents(keys: list[int]) -> list[Document]:
    """Return what the index takes of comments that readers can read; whether their post is out is asked by a search.

    They are found with what any version of their post is filed under, and in their own language and year.
    """
    comments = list(Comment.objects.approved().filter(pk__in=keys).order_by().only(*INDEXED))
    filed = filed_under({comment.post_id for comment in comments})
    return [
        Document(
            COMMENT,
            comment.pk,
            names=comment.name,
            body=without_tags(comment.html),
            moment=comment.created_at,
            language=comment.language,
            facets=(
                KIND + COMMENT,
                LANGUAGE + comment.language,
                *sorted(filed[comment.post_id] | ({f"{AUTHOR}{comment.author_id}"} if comment.author_id else set())),
            ),
            discussion=comment.post_id,
        )
        for comment in comments
    ]


def filed_under(discussions: Collection[int]) -> dict[int, set[str]]:
    """Return the facets of the categories and authors of posts, by the key of the original: two queries."""
    versions = Post.objects.filter(Q(pk__in=discussions) | Q(translation_of__in=discussions)).order_by()
    originals = dict(versions.values_list("pk", Coalesce("translation_of", "pk")))
    rows = Listing.objects.filter(post__in=originals).filter(Q(category__isnull=False) | Q(author__isnull=False))
    found = defaultdict(set)
    for post, category, author in rows.order_by().values_list("post_id", "category_id", "author_id"):
        found[originals[post]].add(f"{CATEGORY}{category}" if category else f"{AUTHOR}{author}")
    return found


def show_comments(keys: list[int]) -> dict[int, Found]:
    """Return what a page of results shows of comments that readers can read: two queries."""
    # By their keys alone: asked for the status as well, SQLite walks through all that have it.
    rows = Comment.objects.filter(pk__in=keys).order_by()
    shown = ("name", "html", "language", "status", "created_at", *[f"post__{name}" for name in POST_SHOWN])
    comments = [comment for comment in rows.select_related("post").only(*shown) if comment.is_readable()]
    versions = versions_shown(comments)
    return {
        comment.pk: Found(
            COMMENT,
            _("Comment"),
            comment.get_absolute_url(),
            tidied_name(comment.name),
            (without_tags(comment.html),),
            language=comment.language,
            at=comment.created_at,
            about=versions[comment.post_id].title,
            about_language=versions[comment.post_id].language,
        )
        for comment in comments
        if versions[comment.post_id].is_published()
    }


def note_comment(sender: type[Comment], instance: Comment, update_fields=None, **kwargs) -> None:
    """A comment was decided on, or changed: who writes one saves it in another way, and nobody reads it yet."""
    if update_fields is None or SHOWN & set(update_fields):
        SearchStale.objects.mark(COMMENT, [instance.pk])


def note_gone(sender: type[Comment], instance: Comment, **kwargs) -> None:
    """A comment that could be read was deleted."""
    if instance.is_readable():
        SearchStale.objects.mark(COMMENT, [instance.pk])


def note_moved(discussion: int) -> None:
    """The comments of a discussion have come from another one."""
    SearchStale.objects.mark_rows(COMMENT, said_in([discussion]).values_list("pk"))


def said_in(discussions: Iterable[int]) -> QuerySet:
    """Return the comments of discussions that readers can read."""
    return Comment.objects.approved().filter(post__in=discussions)


def connect() -> None:
    """Have comments found, and connect the receivers; called once, by the app's configuration."""
    KIND_LABELS[COMMENT] = _("Comments")
    register(
        Kind(
            COMMENT,
            3,
            False,
            comment_documents,
            show_comments,
            Comment.objects.approved,
            said_in,
        )
    )
    post_save.connect(note_comment, sender=Comment)
    post_delete.connect(note_gone, sender=Comment)
