from comments.models.comments import Comment, path_below
from comments.models.decisions import Decision
from comments.models.notices import Category, Notice, ReplyRequest
from comments.models.reasons import Appeal, StatementOfReasons

__all__ = ["Appeal", "Category", "Comment", "Decision", "Notice", "ReplyRequest", "StatementOfReasons", "path_below"]
