from comments.models.comments import Comment, path_below
from comments.models.decisions import Decision

__all__ = ["Comment", "Decision", "path_below"]
