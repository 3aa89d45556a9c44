"""How long what people say, in a discussion or elsewhere, is kept, as one table: enforced daily, shown to all."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from blog.models import Mention, ReviewAddress
from blog.syndication.mentions import NO_CONTENT
from comments.holding import hold_all
from comments.models import Comment, Decision, Edit, Follower, Following, Notice, ReplyRequest
from comments.models.comments import BLANK

# Rows that are changed in one transaction: a comment that is being sent meanwhile waits for a moment only.
BATCH = 500

Status = Comment.Status
REFUSED = (Status.REJECTED, Status.SPAM)
# While its writer contests the decision, and until somebody has looked, it must be there to be read.
IN_DISPUTE = Q(statements__appeal__outcome="") | Q(notices__state=Notice.State.OPEN)


@dataclass(frozen=True)
class Rule:
    """What is cleared of rows, or that they are deleted, once they are so many days old.

    ``rows`` returns those that were due before a moment and still hold something. Of comments that are blanked the
    places are left; other rows are deleted where there are no fields to clear. ``setting`` names the number of days.
    """

    what: str | Promise
    model: type[models.Model]
    rows: Callable[[datetime], QuerySet]
    setting: str
    clears: dict[str, object] = field(default_factory=dict)
    is_blanked: bool = False

    @property
    def days(self) -> int:
        return getattr(settings, self.setting)

    def in_words(self) -> str:
        """Return what readers are told of it."""
        text = ngettext("%(what)s: %(days)s day.", "%(what)s: %(days)s days.", self.days)
        return text % {"what": self.what, "days": self.days}

    def due(self, now: datetime) -> QuerySet:
        return self.rows(now - timedelta(days=self.days))

    def enforce(self, now: datetime) -> int:
        """Clear or delete what is due, and return how many rows that was."""
        done = 0
        for keys in batches(self.due(now)):
            with transaction.atomic():
                if self.is_blanked:
                    # Nobody decides on one of them meanwhile.
                    list(hold_all(Comment.objects.filter(pk__in=keys)).values_list("pk"))
                # Asked again: a moderator may have decided otherwise since.
                rows = self.due(now).filter(pk__in=keys).order_by()
                if self.is_blanked:
                    done += blank(Comment.objects.filter(pk__in=list(rows.values_list("pk", flat=True))))
                elif self.clears:
                    done += self.model._default_manager.filter(pk__in=rows.values("pk")).update(**self.clears)
                else:
                    found = list(rows.values_list("pk", flat=True))
                    if self.model is Comment:
                        Decision.objects.filter(comment__in=found).note_places()
                    self.model._default_manager.filter(pk__in=found).delete()
                    done += len(found)
        return done


def batches(rows: QuerySet) -> Iterator[list[int]]:
    """Yield the keys of rows, a batch at a time, each looked up only when the one before is done."""
    last = 0
    while keys := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True).distinct()[:BATCH]):
        yield keys
        last = keys[-1]


def settled(statuses: Collection[str], before: datetime) -> QuerySet[Comment]:
    """Return comments of which everything was decided before a moment: they themselves, contestations and notices.

    Mails tell of each of these decisions, and lead to the page of the comment.
    """
    decided = Q(decided_at__lt=before) | Q(decided_at=None, created_at__lt=before)
    lately = Q(statements__appeal__decided_at__gte=before) | Q(notices__decided_at__gte=before)
    comments = Comment.objects.filter(status__in=statuses)
    return comments.filter(decided).exclude(pk__in=comments.filter(IN_DISPUTE | lately).values("pk"))


def unblanked(statuses: Collection[str], before: datetime) -> QuerySet[Comment]:
    """Return those of them that still say something."""
    return settled(statuses, before).exclude(text=BLANK)


def with_email(before: datetime) -> QuerySet[Comment]:
    """Return comments written before a moment with an address that nothing is mailed to any longer."""
    reachable = Follower.objects.reachable().filter(email=Lower(OuterRef("email")))
    followed = reachable.filter(Exists(Following.objects.active().filter(follower=OuterRef("pk"))))
    disputed = Comment.objects.filter(IN_DISPUTE).values("pk")
    comments = Comment.objects.filter(created_at__lt=before).exclude(email="").exclude(pk__in=disputed)
    return comments.filter(~Exists(followed))


def noted_of_the_gone(before: datetime) -> QuerySet[Decision]:
    """Return decisions made before a moment on comments of which nothing is kept, with the reasons noted then."""
    gone = Q(comment=None) | Q(comment__text=BLANK)
    return Decision.objects.filter(gone, made_at__lt=before).exclude(reason="")


def turned_down(before: datetime) -> QuerySet[Mention]:
    """Return mentions that were rejected or taken for spam before a moment, and of which something is kept."""
    mentions = Mention.objects.filter(status__in=(Mention.Status.REJECTED, Mention.Status.SPAM))
    decided = Q(decided_at__lt=before) | Q(decided_at=None, received_at__lt=before)
    return mentions.filter(decided).exclude(author_name="", author_url="", title="", text="")


BLANKS: dict[str, object] = {
    "name": BLANK,
    "email": "",
    "site": "",
    "text": BLANK,
    "html": "",
    "text_digest": None,
    "spam_reasons": None,
}

RULES = (
    # One year: what French law has hosts keep to identify who wrote (LCEN, article 6, and décret n° 2021-1362,
    # article 5), and no longer.
    Rule(
        what=_("network address from which a comment was sent"),
        model=Comment,
        rows=lambda before: Comment.objects.filter(created_at__lt=before, network__isnull=False),
        clears={"network": None},
        setting="COMMENT_NETWORK_DAYS",
    ),
    Rule(
        what=_("name of the browser with which a comment was sent"),
        model=Comment,
        rows=lambda before: Comment.objects.filter(created_at__lt=before).exclude(agent=""),
        clears={"agent": ""},
        setting="COMMENT_NETWORK_DAYS",
    ),
    Rule(
        what=_("comments that were not published, after the decision"),
        model=Comment,
        rows=lambda before: settled(REFUSED, before).filter(answers=None),
        setting="COMMENT_REFUSED_DAYS",
    ),
    # A comment that has answers cannot be deleted: they would lose what they answer.
    Rule(
        what=_("texts of unpublished comments that somebody had answered, after the decision"),
        model=Comment,
        rows=lambda before: unblanked(REFUSED, before).exclude(answers=None),
        is_blanked=True,
        setting="COMMENT_REFUSED_DAYS",
    ),
    # Its writer does not want it here any more. A month is for who reports what they have read before it went.
    Rule(
        what=_("name, e-mail, site and text of a comment that its writer withdrew"),
        model=Comment,
        rows=lambda before: unblanked([Status.WITHDRAWN], before),
        is_blanked=True,
        setting="COMMENT_WITHDRAWN_DAYS",
    ),
    # Its writer may contest the decision, and a court ask what it was about.
    Rule(
        what=_("name, e-mail, site and text of a comment that was removed, after the decision"),
        model=Comment,
        rows=lambda before: unblanked([Status.REMOVED], before),
        is_blanked=True,
        setting="COMMENT_GONE_DAYS",
    ),
    # Three years: the measure of the CNIL for who was in touch and is no customer (its former standard NS-48). Until
    # then the address proves whose a comment is, and lets its writer copy or erase it.
    Rule(
        what=_("e-mail given with a comment, unless answers are still mailed there"),
        model=Comment,
        rows=with_email,
        clears={"email": ""},
        setting="COMMENT_EMAIL_DAYS",
    ),
    # A program quotes what it stumbled over: the name, an address, words. What is left says what was decided, and when.
    Rule(
        what=_("what a program noted of a comment that is no longer kept, after the decision"),
        model=Decision,
        rows=lambda before: noted_of_the_gone(before).filter(by=None),
        clears={"reason": ""},
        setting="COMMENT_REFUSED_DAYS",
    ),
    Rule(
        what=_("what a moderator noted of a comment that is no longer kept, after the decision"),
        model=Decision,
        rows=noted_of_the_gone,
        clears={"reason": ""},
        setting="NOTICE_DAYS",
    ),
    Rule(
        what=_("name and e-mail of whoever reported a comment, after the decision"),
        model=Notice,
        rows=lambda before: Notice.objects.filter(decided_at__lt=before).exclude(email="", name=""),
        clears={"email": "", "name": ""},
        setting="NOTICE_DAYS",
    ),
    Rule(
        what=_("name and e-mail of whoever asked for a right of reply, after the decision"),
        model=ReplyRequest,
        rows=lambda before: ReplyRequest.objects.filter(decided_at__lt=before).exclude(email="", name=""),
        clears={"email": "", "name": ""},
        setting="NOTICE_DAYS",
    ),
    # Of a mention that is shown, what stands on the page elsewhere is kept for as long as it stands there.
    Rule(
        what=_("name, address and words of a mention on another site that was not shown, after the decision"),
        model=Mention,
        rows=turned_down,
        clears=NO_CONTENT,
        setting="COMMENT_REFUSED_DAYS",
    ),
    Rule(
        what=_("address of a page that was said to link to an article and does not, after it was announced"),
        model=Mention,
        rows=lambda before: Mention.objects.filter(state=Mention.State.REFUSED, due_at=None, received_at__lt=before),
        setting="COMMENT_REFUSED_DAYS",
    ),
    Rule(
        what=_("address of a page that no longer links to an article, after that was seen"),
        model=Mention,
        rows=lambda before: Mention.objects.filter(state=Mention.State.GONE, due_at=None, looked_at__lt=before),
        setting="COMMENT_WITHDRAWN_DAYS",
    ),
    # What they said stays beside the text that it is about, and goes with it.
    Rule(
        what=_(
            "name and e-mail of whoever read an article before its publication, after their private address was over"
        ),
        model=ReviewAddress,
        rows=lambda before: ReviewAddress.objects.over_since(before).exclude(name="", email="", note=""),
        clears={"name": "", "email": "", "note": ""},
        setting="NOTICE_DAYS",
    ),
)


def enforce(*, now: datetime | None = None) -> list[tuple[Rule, int]]:
    """Enforce every rule, and return how many rows each of them changed. Doing so twice does no harm."""
    now = now or timezone.now()
    return [(rule, rule.enforce(now)) for rule in RULES]


def foresee(*, now: datetime | None = None) -> list[tuple[Rule, int]]:
    """Return how many rows each rule would change."""
    now = now or timezone.now()
    return [(rule, rule.due(now).values("pk").distinct().count()) for rule in RULES]


def blank(comments: QuerySet[Comment]) -> int:
    """Take from comments what their writers gave, former texts too, and leave their places.

    The network address and the browser are no word of theirs, and have a term of their own.
    """
    Edit.objects.filter(comment__in=comments).delete()
    return comments.update(**BLANKS)
