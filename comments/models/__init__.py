from comments.models.comments import Comment, path_below
from comments.models.decisions import Decision
from comments.models.spam import BlockedTerm, SpamToken

__all__ = ["BlockedTerm", "Comment", "Decision", "SpamToken", "path_below"]
