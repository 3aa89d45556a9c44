"""Comments as pages say them to machines, in the vocabulary of schema.org."""

from django.conf import settings

from blog.facts import iso
from blog.markup import without_controls, words_of
from blog.models import Post
from blog.paging import ListPage
from blog.structured_data import Node, article_id, filled
from comments.models import Comment
from comments.models.comments import MAX_DEPTH, STEP


def comments_data(post: Post, page: ListPage) -> list[Node]:
    """Return the comments that a page shows and readers can read, as parts of the article."""
    readable = [comment for comment in page if comment.is_readable()]
    by_path = {comment.path: comment for comment in readable}
    article = {"isPartOf": {"@id": article_id(post)}}
    return [comment_data(comment, above(comment, by_path)) | article for comment in readable]


def comment_data(comment: Comment, answered: Comment | None) -> Node:
    """Return one comment; ``answered`` is what it answers, if it stands on the same page."""
    return filled(
        {
            "@type": "Comment",
            "@id": address_of(comment),
            "url": address_of(comment),
            "author": filled({"@type": "Person", "name": without_controls(comment.name), "url": comment.site}),
            "dateCreated": iso(comment.created_at),
            "dateModified": iso(comment.edited_at) if comment.edited_at else None,
            "inLanguage": comment.language,
            "text": words_of(comment.html),
            "parentItem": {"@id": address_of(answered)} if answered else None,
        }
    )


def above(comment: Comment, by_path: dict[str, Comment]) -> Comment | None:
    """Return what a comment answers: its path is that one's and six digits more; deeper down it does not tell."""
    return by_path.get(comment.path[:-STEP]) if 0 < comment.depth < MAX_DEPTH - 1 else None


def address_of(comment: Comment) -> str:
    return settings.SITE_URL + comment.address
