from comments.models.comments import Comment, path_below
from comments.models.decisions import Decision
from comments.models.edits import Edit

__all__ = ["Comment", "Decision", "Edit", "path_below"]
