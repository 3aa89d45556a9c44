"""What the law has people ask of moderators, and waits for them: notices, contestations, rights of reply."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.facts import day_and_time
from blog.mail.lines import one_line
from comments.models import Appeal, Notice, ReplyRequest

# Of each kind the mail names so many; the others are in the list that it leads to.
NAMED = 20

# Rights of reply among which the most urgent are looked for. Nobody has more that are open.
LOOKED_AT = 500
REPLY_FIELDS = ("reference", "state", "received_at", "due_at", "post__title", "post__published_at")


@dataclass(frozen=True)
class Cases:
    """What waits of one kind: how many in words, a line for each of the first, and where all of them stand."""

    title: str
    count: int
    lines: list[str]
    address: str

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


def any_open() -> Q:
    """Return the condition that something waits, for a query of whatever rows."""
    return Q(Exists(Notice.objects.open())) | Q(Exists(Appeal.objects.open())) | Q(Exists(ReplyRequest.objects.open()))


def is_any_open() -> bool:
    """Say whether something waits: the twin of ``any_open()``."""
    return any(kind.objects.open().exists() for kind in (Notice, Appeal, ReplyRequest))


def open_cases() -> list[Cases]:
    """Return what waits, in the active language; rights of reply first, since the law gives three days for them."""
    return [cases for cases in (open_replies(), open_notices(), open_appeals()) if cases.count]


def open_replies() -> Cases:
    """Name what is overdue before what is not yet, and then what has no term."""
    requests = list(ReplyRequest.objects.open().select_related("post").only(*REPLY_FIELDS)[:LOOKED_AT])
    requests.sort(key=lambda request: (not request.is_overdue(), request.is_late(), request.due_at))
    count = ReplyRequest.objects.open().count()
    title = ngettext("%(count)s right of reply", "%(count)s rights of reply", count) % {"count": count}
    return Cases(title, count, [line_of(request) for request in requests[:NAMED]], list_address("replyrequest"))


def line_of(request: ReplyRequest) -> str:
    if request.is_late():
        term = _("no term: asked more than three months after publication")
    elif request.is_overdue():
        term = _("overdue since %(when)s") % {"when": day_and_time(request.due_at)}
    else:
        term = _("to be published before %(when)s") % {"when": day_and_time(request.due_at)}
    title = one_line(request.post.title) if request.post else ""
    return " – ".join(part for part in (request.reference, title, term) if part)


def open_notices() -> Cases:
    notices = Notice.objects.open()
    count = notices.count()
    title = ngettext("%(count)s notice", "%(count)s notices", count) % {"count": count}
    lines = [
        f"{notice.reference} – {notice.get_category_display()} – {received(notice.created_at)}"
        for notice in notices.only("reference", "category", "created_at")[:NAMED]
    ]
    return Cases(title, count, lines, list_address("notice"))


def open_appeals() -> Cases:
    appeals = Appeal.objects.open()
    count = appeals.count()
    title = ngettext("%(count)s contestation", "%(count)s contestations", count) % {"count": count}
    lines = [
        f"{appeal.statement} – {received(appeal.created_at)}" for appeal in appeals.select_related("statement")[:NAMED]
    ]
    return Cases(title, count, lines, list_address("appeal"))


def received(moment: datetime) -> str:
    return _("received %(when)s") % {"when": day_and_time(moment)}


def list_address(model: str) -> str:
    """Return the list of the admin that shows what is open."""
    return settings.SITE_URL + reverse(f"admin:comments_{model}_changelist")
