"""How many mentions are taken in, so that ten thousand of them burden neither this site, nor another, nor a reader.

Anybody may send mentions from anywhere and of any page. What is limited is therefore what waits, what one sender sends,
how often one site is asked, and what is kept of those that came to nothing. Sites that moderators know, partners and
those of which a mention was shown, have room all the same: a flood of strangers does not keep them out.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.models import Mention, Partner, Post
from blog.visitors import Limit

State, Status = Mention.State, Mention.Status

# One sender's in an hour. A blog that moves tells of a hundred articles at once; a service that sends for many blogs
# tries again later.
SENT = Limit("mentions", most=120, of_network=300, seconds=3600)
# Pages of one site that are looked at in an hour, so that nobody makes this site burden another one.
OF_SITE = Limit("mentions-of-site", most=120, of_network=120, seconds=3600)
# That wait to be looked at: of one site, on one post, and altogether. What is beyond is refused, and its sender knows.
MOST_OF_SITE = 50
MOST_ON_POST = 200
MOST_WAITING = 2000
# That wait for another attempt, since their servers gave no answer; of what is beyond, strangers' are given up.
MOST_TRIED = 2000
# That wait to be decided on by a moderator, whom more would not help.
MOST_TO_DECIDE = 2000
# Of pages that do not link here, the last ones: their senders may ask what became of them.
MOST_REFUSED = 5000
# Who sends the same again and again has it looked at so often.
BETWEEN_LOOKS = timedelta(minutes=1)
# By so much those of sites that are known go before those of strangers.
AHEAD = timedelta(days=1)

FROM_YOU = _("So many mentions have come from your network that more are taken in an hour only.")
FROM_SITE = _("So many mentions of this site wait to be looked at that more are taken later only.")
ON_POST = _("So many mentions of this article wait to be looked at that more are taken later only.")
TOO_MANY = _("So many mentions wait to be looked at that more are taken later only.")


class BusyError(Exception):
    """More has come than is looked at now; ``str()`` says so, ``seconds`` when to try again."""

    def __init__(self, words: object, *, seconds: int, status: int = 429) -> None:
        super().__init__(words)
        self.seconds = seconds
        self.status = status


def make_sure_of_room(host: str, post: Post, *, is_known: bool) -> None:
    """Raise BusyError where too much waits already, or too many pages of a site were looked at lately."""
    waiting = Mention.objects.waiting().order_by()
    if not is_known:
        unseen = waiting.filter(attempts=0)
        if unseen[:MOST_WAITING].count() >= MOST_WAITING:
            raise BusyError(TOO_MANY, seconds=600, status=503)
        if Mention.objects.awaiting().order_by()[:MOST_TO_DECIDE].count() >= MOST_TO_DECIDE:
            raise BusyError(TOO_MANY, seconds=3600, status=503)
        if unseen.filter(post=post)[:MOST_ON_POST].count() >= MOST_ON_POST:
            raise BusyError(ON_POST, seconds=600)
    if waiting.filter(host=host)[:MOST_OF_SITE].count() >= MOST_OF_SITE or not OF_SITE.allows_one(host):
        raise BusyError(FROM_SITE, seconds=1800)


def has_room_for_another_try(host: str) -> bool:
    """Say whether a page whose server gave no answer may be asked for again later."""
    tried = Mention.objects.waiting().filter(attempts__gt=0).order_by()
    return tried[:MOST_TRIED].count() < MOST_TRIED or is_known_site(host)


def is_known_site(host: str) -> bool:
    """Say whether a site is that of a partner, or one of which a moderator let a mention through."""
    if Mention.objects.filter(host=host, status__in=(Status.APPROVED, Status.TRIBUNE)).exists():
        return True
    name = host.removeprefix("www.")
    sites = [f"{scheme}://{www}{name}" for scheme in ("https", "http") for www in ("", "www.")]
    is_there = Q(site__in=sites)
    for site in sites:
        is_there |= Q(site__startswith=f"{site}/")
    return Partner.objects.filter(is_there).exists()


def forget_refused() -> int:
    """Delete what came to nothing, but for the last ones, and return how many there were."""
    refused = Mention.objects.filter(state=State.REFUSED, status=Status.PENDING, due_at=None).order_by("-received_at")
    first = refused.values_list("received_at", flat=True)[MOST_REFUSED : MOST_REFUSED + 1].first()
    return refused.filter(received_at__lte=first).order_by().delete()[0] if first else 0
