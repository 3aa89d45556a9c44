"""Who answers whom, followed from row to row by the database: one query, however deep a thread is.

A path says it too, down to its greatest depth; below, only the rows do. What these functions return are the keys that a
filter looks for: ``filter(pk__in=keys_above(comment))``.
"""

from typing import TYPE_CHECKING

from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from comments.models.comments import Comment

ABOVE = """
    WITH RECURSIVE line (parent_id) AS (
        SELECT parent_id FROM comments_comment WHERE id = %s
        UNION ALL
        SELECT above.parent_id FROM line JOIN comments_comment above ON above.id = line.parent_id
    )
    SELECT parent_id FROM line WHERE parent_id IS NOT NULL
"""

WITH_BELOW = """
    WITH RECURSIVE line (id) AS (
        SELECT id FROM comments_comment WHERE id = %s
        UNION ALL
        SELECT below.id FROM line JOIN comments_comment below ON below.parent_id = line.id
    )
    SELECT id FROM line
"""

# Each has gone and keeps no place, so that it is one below it alone which can give it one.
TO_STAND_AGAIN = """
    WITH RECURSIVE line (id, parent_id) AS (
        SELECT id, parent_id FROM comments_comment WHERE id = %s
        UNION ALL
        SELECT above.id, above.parent_id FROM line JOIN comments_comment above ON above.id = line.parent_id
        WHERE above.status IN (%s, %s) AND NOT above.is_standing
    )
    SELECT id FROM line
"""

# Each has gone and keeps its place for the one below it alone.
TO_STAND_NO_MORE = """
    WITH RECURSIVE line (id, parent_id) AS (
        SELECT id, parent_id FROM comments_comment WHERE id = %s
        UNION ALL
        SELECT above.id, above.parent_id FROM line JOIN comments_comment above ON above.id = line.parent_id
        WHERE above.status IN (%s, %s) AND above.is_standing AND NOT EXISTS (
            SELECT 1 FROM comments_comment other
            WHERE other.parent_id = above.id AND other.is_standing AND other.id <> line.id
        )
    )
    SELECT id FROM line
"""


def keys_above(comment: "Comment") -> RawSQL:
    """Return the keys of what a comment answers, directly or through others."""
    return RawSQL(ABOVE, [comment.pk])  # noqa: S611 (only keys and statuses are put in, as parameters)


def keys_with_below(comment: "Comment") -> RawSQL:
    """Return the keys of a comment and of all that answers it, directly or through others."""
    return RawSQL(WITH_BELOW, [comment.pk])  # noqa: S611 (only keys and statuses are put in, as parameters)


def keys_moved_by(comment: "Comment") -> RawSQL:
    """Return the keys of a comment that has just begun or ceased to stand, and of those above it that do so with it."""
    return RawSQL(TO_STAND_AGAIN if comment.is_standing else TO_STAND_NO_MORE, [comment.pk, *comment.GONE])  # noqa: S611 (only keys and statuses are put in, as parameters)
