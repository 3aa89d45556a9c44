"""The admin of the comments, one module for what moderators do at one place."""

from comments.admin import comments, law, rules
from comments.alerts import admin as alerts
from comments.following import admin as following
from comments.spam import admin as spam

__all__ = ["alerts", "comments", "following", "law", "rules", "spam"]
