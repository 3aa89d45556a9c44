"""What the first page of the admin shows of the posts: what somebody is writing, has to review, and will see appear.

Each part costs one query or two, and shows a few rows: the list behind it has the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from blog.models import Post, ReviewRemark, TranslationState
from blog.models.moments import start_of
from blog.models.posts import LONG_TEXTS
from blog.publishing import PUBLISH

# Rows of each part.
SHOWN = 6

# Where a post is written.
FORM = "admin:blog_post_change"


@dataclass(frozen=True)
class Line:
    """A post on the first page, where it is written, and a few words beside it."""

    post: Post
    address: str
    note: str


@dataclass(frozen=True)
class Part:
    """A part of the first page; ``address`` leads to all there is of it."""

    key: str
    title: str | Promise
    lines: list[Line]
    address: str
    has_more: bool


def parts_for(user) -> list[Part]:
    """Return the parts that have something to say to ``user``."""
    parts = [my_texts(user), with_remarks(user)]
    if user.has_perm(PUBLISH):
        parts += [to_review(user), coming(), translations()]
    return [part for part in parts if part.lines]


def my_texts(user) -> Part:
    """Return what somebody is writing: drafts, texts in review, and published ones with a working copy."""
    texts = known().written_by(user).being_written().order_by("-modified_at", "-pk")

    def note(post: Post) -> str:
        return str(_("working copy")) if post.has_working_copy else post.get_status_display()

    return make_part("mine", _("What I am writing"), texts, note, "?mine=open")


def to_review(user) -> Part:
    """Return what others have put in review, the longest waiting first."""
    texts = known().filter(status=Post.Status.IN_REVIEW).order_by("modified_at", "pk")
    texts = texts.prefetch_related("authorships__author")

    def note(post: Post) -> str:
        return ", ".join(author.name for author in post.byline)

    return make_part("review", _("To review"), texts, note, "?status=in_review")


def with_remarks(user) -> Part:
    """Return the texts that somebody without an account has read and had something to say of, with how much is open."""
    is_open = ReviewRemark.objects.open().filter(address__post=OuterRef("pk")).order_by()
    counts = is_open.values("address__post").annotate(count=Count("pk")).values("count")
    texts = known().with_open_remarks().annotate(open_remarks=Subquery(counts)).order_by("-modified_at", "-pk")
    if not user.has_perm(PUBLISH):
        texts = texts.written_by(user) if user.has_perm("blog.change_post") else texts.none()

    def note(post: Post) -> str:
        count = post.open_remarks
        return ngettext("%(count)s open remark", "%(count)s open remarks", count) % {"count": count}

    return make_part("remarks", _("Remarks of who read it"), texts, note, "?lacks=remarks", "admin:blog_post_review")


def coming() -> Part:
    """Return what appears by itself today and tomorrow, with the hour; the days are those of the publication."""
    now = timezone.now()
    texts = known().scheduled(now).filter(published_at__lt=end_of_tomorrow(now))

    def note(post: Post) -> str:
        return f"{day_and_hour(post.published_at)} ({post.language.upper()})"

    return make_part("coming", _("Today and tomorrow"), texts, note, "?status=scheduled")


def translations() -> Part:
    """Return the translations that are out of date, wanted or in work, those changed last first."""
    texts = known().with_translation_to_see_to().order_by("-modified_at", "-pk")

    def note(post: Post) -> str:
        state = str(post.get_translation_state_display())
        return state if post.translation_state == TranslationState.TODO else f"{state} ({post.language.upper()})"

    return make_part("translations", _("Translations"), texts, note, "?translation=open", "admin:blog_post_sides")


def end_of_tomorrow(now: datetime) -> datetime:
    """Return when the day after today ends where the publication is, whatever clocks do in between."""
    return start_of(timezone.localtime(now, timezone.get_default_timezone()).date() + timedelta(days=2))


def known() -> QuerySet[Post]:
    """Return the posts that are not in the bin, without their long texts."""
    return Post.objects.outside_bin().defer(*LONG_TEXTS)


def make_part(
    key: str, title, texts: QuerySet[Post], note: Callable[[Post], str], narrowed: str, page: str = FORM
) -> Part:
    """Return a part of the first page; ``narrowed`` is what the list of posts is narrowed to for all of it.

    ``page`` is the name of the page of a post that each line leads to.
    """
    found = list(texts[: SHOWN + 1])
    lines = [Line(post, reverse(page, args=[post.pk]), note(post)) for post in found[:SHOWN]]
    address = reverse("admin:blog_post_changelist") + narrowed
    return Part(key, title, lines, address, len(found) > SHOWN)


def day_and_hour(moment: datetime) -> str:
    """Return a moment of today or tomorrow as people say it."""
    there = timezone.localtime(moment)
    day = _("today") if there.date() == timezone.localdate() else _("tomorrow")
    return f"{day}, {date_format(there, 'TIME_FORMAT')}"
