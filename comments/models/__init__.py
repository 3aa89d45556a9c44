from comments.models.comments import Comment, path_below
from comments.models.decisions import Decision
from comments.models.edits import Edit
from comments.models.followers import Follower, Following, Notification, normalise_email
from comments.models.spam import BlockedTerm, SpamToken

__all__ = [
    "BlockedTerm",
    "Comment",
    "Decision",
    "Edit",
    "Follower",
    "Following",
    "Notification",
    "SpamToken",
    "normalise_email",
    "path_below",
]
