from comments.models.comments import Comment, path_below
from comments.models.decisions import Decision
from comments.models.edits import Edit
from comments.models.followers import Follower, Following, Notification, normalise_email

__all__ = ["Comment", "Decision", "Edit", "Follower", "Following", "Notification", "normalise_email", "path_below"]
