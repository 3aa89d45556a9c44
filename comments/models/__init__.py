from comments.models.alerts import Alert, ModeratorMail
from comments.models.comments import Comment, path_below
from comments.models.decisions import Decision
from comments.models.edits import Edit
from comments.models.followers import Follower, Following, Notification, normalise_email
from comments.models.locks import ThreadLock
from comments.models.mails import QueuedMail
from comments.models.notices import Category, Notice, ReplyRequest
from comments.models.reasons import Appeal, StatementOfReasons
from comments.models.rules import CommentRules
from comments.models.spam import BlockedTerm, SpamToken

__all__ = [
    "Alert",
    "Appeal",
    "BlockedTerm",
    "Category",
    "Comment",
    "CommentRules",
    "Decision",
    "Edit",
    "Follower",
    "Following",
    "ModeratorMail",
    "Notice",
    "Notification",
    "QueuedMail",
    "ReplyRequest",
    "SpamToken",
    "StatementOfReasons",
    "ThreadLock",
    "normalise_email",
    "path_below",
]
