"""All that somebody wrote here, for whoever holds the e-mail address given with it (GDPR, articles 15 to 20)."""

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from comments.law.retention import blank
from comments.models import Appeal, Comment, Follower, Following, Notice, ReplyRequest, normalise_email
from comments.moderation import decide

OWN_DATA_SALT = "comments.own-data"
A_DAY = 24 * 3600

ERASED = "erased at its writer’s request"


def comments_of_address(email: str) -> QuerySet[Comment]:
    """Return what was written with an address, the newest first."""
    return Comment.objects.written_with(normalise_email(email)).order_by("-created_at", "-pk")


def newest_of(email: str) -> Comment | None:
    """Return the last comment that was written with an address."""
    return comments_of_address(email).first()


def own_data_path(comment: Comment) -> str:
    """Return the address, good for a day, of all that was written with the e-mail of a comment.

    It names the comment, not the e-mail: addresses of pages end up in the logs of servers.
    """
    return reverse("comments:own-data", args=[signing.dumps(comment.pk, salt=OWN_DATA_SALT)])


def email_of(token: str) -> str | None:
    """Return the e-mail that a signed address stands for; None where it is false, old, or all is erased."""
    try:
        pk = signing.loads(token, salt=OWN_DATA_SALT, max_age=A_DAY)
    except signing.BadSignature:
        return None
    return Comment.objects.filter(pk=pk).exclude(email="").values_list("email", flat=True).first()


def copy_of(email: str) -> dict:
    """Return what is kept of an address, in a form that machines read."""
    comments = comments_of_address(email).select_related("post").prefetch_related("edits")
    appeals = Appeal.objects.filter(statement__comment__in=comments_of_address(email).order_by()).order_by("pk")
    notices = Notice.objects.filter(email__iexact=email).order_by("-created_at", "-pk")
    requests = ReplyRequest.objects.filter(email__iexact=email).order_by("-received_at", "-pk")
    followings = Following.objects.filter(follower__email=normalise_email(email)).select_related("post")
    return {
        "email": email,
        "comments": [
            {
                "post": comment.post.title,
                "address": f"{settings.SITE_URL}{comment.get_absolute_url()}",
                "written": comment.created_at,
                "name": comment.name,
                "site": comment.site,
                "language": comment.language,
                "text": comment.text,
                "status": comment.status,
                "network": comment.network,
                "agent": comment.agent,
                "former texts": [{"text": edit.text, "made_at": edit.made_at} for edit in comment.edits.all()],
            }
            for comment in comments
        ],
        "followed": [
            {"post": each.post.title, "since": each.created_at, "stopped": each.stopped_at} for each in followings
        ],
        "contested": list(appeals.values("statement__comment", "created_at", "text", "outcome", "answer")),
        "notices": list(notices.values("reference", "created_at", "name", "category", "explanation", "state")),
        "rights of reply": list(requests.values("reference", "received_at", "name", "passage", "text", "state")),
    }


def erase_all_of(email: str) -> int:
    """Erase what was written with an address and return how many comments that was.

    Each keeps its place where somebody answered it, so that the conversation can still be read. What was reported of
    it stays in the notice, to establish, exercise or defend legal claims (article 17(3)(e)).
    """
    with transaction.atomic():
        comments = list(comments_of_address(email))
        for comment in comments:
            decide(comment, Comment.Status.WITHDRAWN, by=None, reason=ERASED)
        blank(Comment.objects.filter(pk__in=[comment.pk for comment in comments]))
        Follower.objects.filter(email=normalise_email(email)).delete()
    return len(comments)
