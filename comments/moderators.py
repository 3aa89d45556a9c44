"""Who moderates: the permission, and everybody who has it."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet

MODERATE = "comments.moderate_comment"


def moderators() -> QuerySet:
    """Return the accounts that may moderate in the admin."""
    return get_user_model().objects.with_perm(MODERATE).filter(is_staff=True)


def may_moderate(user: AbstractBaseUser) -> bool:
    """Say whether an account may moderate: the twin of ``moderators()``."""
    return user.is_active and user.is_staff and user.has_perm(MODERATE)
