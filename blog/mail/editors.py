"""Which editors are mailed, and in which language: what each chose, and what their mail server says."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils import timezone

from blog.mail.refusals import Outcome, judge
from blog.models import EditorMail


def choices_of_editors(permission: str) -> QuerySet[EditorMail]:
    """Return what each of those chose who have a permission; who was not asked yet begins with what everybody does."""
    editors = get_user_model().objects.with_perm(permission).filter(is_staff=True)
    new = [EditorMail(user=user) for user in editors.filter(editor_mail=None)]
    if new:
        EditorMail.objects.bulk_create(new, ignore_conflicts=True)
    return EditorMail.objects.filter(user__in=editors).select_related("user")


def remember_language(user: AbstractBaseUser, language: str) -> EditorMail:
    """Write to an editor in the language of the page on which they first asked for mail, unless they chose one."""
    return EditorMail.objects.get_or_create(user=user, defaults={"language": language})[0]


def note_refusal(choice: EditorMail, error: Exception) -> None:
    """Send nothing more to an address that takes no mail; what may pass is no reason."""
    if judge(error) is Outcome.BOUNCED:
        EditorMail.objects.filter(pk=choice.pk).update(bounced_at=timezone.now())
