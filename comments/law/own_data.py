"""All that somebody wrote here, for whoever holds the e-mail address given with it (GDPR, articles 15 to 20)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone

from blog.models import Mention
from blog.models.posts import long_texts
from comments.holding import hold_all
from comments.law.retention import blank
from comments.models import Appeal, Comment, Follower, Following, Notice, ReplyRequest, normalise_email
from comments.models.comments import MENDING_TIME
from comments.moderation import decide

OWN_DATA_SALT = "comments.own-data.trace"
A_DAY = 24 * 3600

ERASED = "erased at its writer’s request"

# Comments that are erased in one transaction, all of one discussion: who writes there meanwhile waits for a moment.
ERASED_AT_ONCE = 20

# Comments that are read at once for a copy, which may be of thousands.
COPIED_AT_ONCE = 500

# Notices, rights of reply and discussions that the page shows of each kind; the copy has all.
SHOWN = 50

# Nobody has more; whoever gives another one with each comment is not looked for everywhere.
SITES = 20


def comments_of_address(email: str) -> QuerySet[Comment]:
    """Return what was written with an address, the newest first."""
    return Comment.objects.written_with(normalise_email(email)).order_by("-created_at", "-pk")


def rows_with(email: str) -> dict[str, QuerySet]:
    """Return the rows that an address was given with, by kind; what comes first is what most have."""
    email = normalise_email(email)
    return {
        "comment": Comment.objects.written_with(email),
        "notice": Notice.objects.written_with(email),
        "reply": ReplyRequest.objects.written_with(email),
        "follower": Follower.objects.filter(email=email),
    }


HOLDERS: dict[str, type[models.Model]] = {
    "comment": Comment,
    "notice": Notice,
    "reply": ReplyRequest,
    "follower": Follower,
}


def trace_of(email: str) -> str:
    """Return the name of a row that an address was given with, such as ``notice-12``; empty where there is none.

    Tasks and signed links bear it in place of the address: tasks are kept for two weeks, and addresses of pages in the
    logs of servers. Each kind is looked at whatever the others have, so that the time it takes gives nothing away.
    """
    keys = {kind: rows.order_by("-pk").values_list("pk", flat=True).first() for kind, rows in rows_with(email).items()}
    return next((f"{kind}-{key}" for kind, key in keys.items() if key), "")


def email_at(trace: str) -> str:
    """Return the address that stands in the row of a trace; empty where it is no longer there."""
    kind, _, key = trace.partition("-")
    if kind not in HOLDERS:
        return ""
    rows = HOLDERS[kind].objects.filter(pk=key).exclude(email="")
    return rows.values_list("email", flat=True).first() or ""


def own_data_path(trace: str) -> str:
    """Return the address, good for a day, of all that was written with the e-mail of a trace."""
    return reverse("comments:own-data", args=[signing.dumps(trace, salt=OWN_DATA_SALT)])


def read_own_data_token(token: str) -> str:
    """Return the trace that a signed address stands for; empty where it is false or old."""
    try:
        return signing.loads(token, salt=OWN_DATA_SALT, max_age=A_DAY)
    except signing.BadSignature:
        return ""


def for_page(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Fetch what a page shows of comments: the same number of queries for all.

    Whether one can still be mended depends on its answers, for a while; what can be has none older than that.
    """
    lately = Comment.objects.filter(created_at__gt=timezone.now() - MENDING_TIME).only("parent")
    return comments.select_related("post").defer(*long_texts("post")).prefetch_related(Prefetch("answers", lately))


def affairs_of(email: str) -> dict[str, QuerySet]:
    """Return what else somebody asked for with an address, the newest first."""
    email = normalise_email(email)
    followings = Following.objects.filter(follower__email=email).select_related("post").defer(*long_texts("post"))
    return {
        "notices": Notice.objects.written_with(email).order_by("-created_at", "-pk"),
        "requests": ReplyRequest.objects.written_with(email).order_by("-received_at", "-pk"),
        "followings": followings.order_by("-pk"),
        "mentions": mentions_of(email),
    }


def mentions_of(email: str) -> QuerySet[Mention]:
    """Return what was said on other sites by whoever has a site that was given with comments of this address.

    That somebody gave a site is no proof that it is theirs: what is public anyway is shown, and nothing erased.
    """
    sites = list(
        comments_of_address(email).order_by().exclude(site="").values_list("site", flat=True).distinct()[:SITES]
    )
    places = {urlsplit(site).netloc for site in sites}
    spellings = {spelling for site in sites for spelling in (site.rstrip("/"), site.rstrip("/") + "/")}
    mentions = Mention.objects.shown().filter(host__in=places, author_url__in=spellings)
    return mentions.select_related("post").defer(*long_texts("post")).order_by("-said_at", "-pk")


def copy_of(email: str) -> dict:
    """Return what is kept of an address, in a form that machines read."""
    comments = (
        comments_of_address(email).select_related("post").defer("html", *long_texts("post")).prefetch_related("edits")
    )
    appeals = Appeal.objects.filter(statement__comment__in=comments_of_address(email).order_by()).order_by("pk")
    affairs = affairs_of(email)
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
            for comment in comments.iterator(chunk_size=COPIED_AT_ONCE)
        ],
        "followed": [
            {"post": each.post.title, "since": each.created_at, "stopped": each.stopped_at}
            for each in affairs["followings"]
        ],
        "mentions": [
            {"post": each.post.title, "page": each.source, "name": each.author_name, "site": each.author_url}
            | {"title": each.title, "text": each.text, "said": each.said_at}
            for each in affairs["mentions"]
        ],
        "contested": list(appeals.values("statement__comment", "created_at", "text", "outcome", "answer")),
        "notices": list(
            affairs["notices"].values("reference", "created_at", "name", "category", "explanation", "state")
        ),
        "rights of reply": list(
            affairs["requests"].values("reference", "received_at", "name", "passage", "text", "state")
        ),
    }


def erase_some(trace: str) -> bool:
    """Erase a batch of what was written with the address of a trace; return whether there is more.

    Each comment keeps its place where somebody answered it, so that the conversation can still be read. What was
    reported of it stays in the notice, to establish, exercise or defend legal claims (article 17(3)(e)). The row of the
    trace comes last: whoever goes on after a process was killed knows from it what is left.
    """
    email = email_at(trace)
    if not email:
        return False
    kind, _, key = trace.partition("-")
    others = comments_of_address(email).order_by("post", "pk")
    if kind == "comment":
        others = others.exclude(pk=key)
    post = others.values_list("post", flat=True).first()
    if post is not None:
        erase_comments(others.filter(post=post).values_list("pk", flat=True)[:ERASED_AT_ONCE])
        return True
    forget_affairs(email)
    if kind == "comment":
        erase_comments([key])
    return False


def erase_comments(keys: Iterable[int]) -> None:
    """Withdraw comments, and take all from them that their writers gave."""
    with transaction.atomic():
        held = list(hold_all(Comment.objects.filter(pk__in=list(keys))))
        for comment in held:
            decide(comment, Comment.Status.WITHDRAWN, by=None, reason=ERASED)
        comments = Comment.objects.filter(pk__in=[comment.pk for comment in held])
        blank(comments)
        comments.update(network=None, agent="")


def forget_affairs(email: str) -> None:
    """Clear name and e-mail from what was decided on, and mail the address nothing more.

    Where something is still open, whoever asked for it is to hear of the outcome. An address that refused all mail
    stays known, or it would be asked again.
    """
    email = normalise_email(email)
    with transaction.atomic():
        for rows in (Notice.objects, ReplyRequest.objects):
            rows.written_with(email).filter(decided_at__isnull=False).update(name="", email="")
        Following.objects.filter(follower__email=email).delete()
        Follower.objects.filter(email=email, refused_at=None).delete()
