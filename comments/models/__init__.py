from comments.models.comments import Comment, path_below
from comments.models.decisions import Decision
from comments.models.followers import Follower, Following, Notice, normalise_email

__all__ = ["Comment", "Decision", "Follower", "Following", "Notice", "normalise_email", "path_below"]
