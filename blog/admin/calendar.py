"""The calendar of a publication in the admin: what has appeared and will, by month or week; moved from there."""

import calendar as weeks_of
from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from blog.models import Post
from blog.models.moments import EARLIEST, LATEST, moment_at, start_of
from blog.models.posts import LONG_TEXTS
from blog.publishing import may_publish
from blog.revising import begin, record

# More in one view are counted, not shown: nobody plans by such a page.
MOST_SHOWN = 300

DAYS_A_WEEK = 7


class SpanForm(forms.Form):
    """What is looked at: ``month`` as 2026-11, or ``week`` as 2026-W48 (ISO 8601)."""

    month = forms.RegexField(r"^\d{4}-\d{2}$", required=False)
    week = forms.RegexField(r"^\d{4}-W\d{2}$", required=False)


class MoveForm(forms.Form):
    """A post and the moment at which it is to appear, by the clocks of the publication."""

    post = forms.IntegerField(min_value=1, max_value=2**62)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), input_formats=["%Y-%m-%d"])
    hour = forms.TimeField(required=False, input_formats=["%H:%M", "%H:%M:%S"])

    def moment(self, before: datetime | None) -> datetime:
        """Return the moment; without an hour, that of before, or nine o'clock. Raise ValidationError for none."""
        zone = timezone.get_default_timezone()
        hour = self.cleaned_data["hour"]
        if hour is None:
            hour = timezone.localtime(before, zone).time() if before else time(9)
        return moment_at(datetime.combine(self.cleaned_data["day"], hour))


class CalendarMixin(admin.ModelAdmin):
    """Gives the admin of posts the addresses ``calendar/`` and ``calendar/move/``."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("calendar/", view(require_GET(self.calendar_view)), name="blog_post_calendar"),
            path("calendar/move/", view(require_POST(self.move_view)), name="blog_post_move"),
            *super().get_urls(),
        ]

    def calendar_view(self, request: HttpRequest) -> HttpResponse:
        """Show a month, or a week, with what appears on each day."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        first, last, is_week = span_of(request)
        days = days_between(first, last) if is_week else whole_weeks(first)
        start, end = start_of(days[0]), start_of(days[-1] + timedelta(days=1))
        posts = self.get_queryset(request).filter(published_at__gte=start, published_at__lt=end)
        posts = posts.exclude(status=Post.Status.WITHDRAWN).order_by("published_at", "pk").defer(*LONG_TEXTS)
        found = list(posts[: MOST_SHOWN + 1])
        by_day: dict[date, list] = {}
        for post in found[:MOST_SHOWN]:
            moment = timezone.localtime(post.published_at, timezone.get_default_timezone())
            entry = {"post": post, "moment": moment, "may_move": self.may_move(request, post)}
            by_day.setdefault(moment.date(), []).append(entry)
        context = self.admin_site.each_context(request) | {
            "title": _("Calendar"),
            "opts": self.opts,
            "heading": week_in_words(first) if is_week else month_in_words(first),
            "weeks": [
                [{"day": day, "entries": by_day.get(day, []), "is_outside": not first <= day <= last} for day in week]
                for week in in_weeks(days)
            ],
            "today": timezone.localdate(timezone=timezone.get_default_timezone()),
            "is_cut_short": len(found) > MOST_SHOWN,
            "is_week": is_week,
            "query": span_query(first, is_week=is_week),
            "before": span_query(first - timedelta(days=1), is_week=is_week),
            "after": span_query(last + timedelta(days=1), is_week=is_week),
            "other": span_query(first, is_week=not is_week),
        }
        return TemplateResponse(request, "admin/blog/post/calendar.html", context)

    def may_move(self, request: HttpRequest, post: Post) -> bool:
        """Say whether whoever looks may give a post another moment: what is out has its date for good."""
        is_to_come = not post.is_published() and post.status != Post.Status.WITHDRAWN
        return is_to_come and self.has_change_permission(request, post) and may_publish(post, request.user)

    def move_view(self, request: HttpRequest) -> HttpResponse:
        """Give a post another moment, and lead back to the calendar; says in words why not."""
        form = MoveForm(request.POST)
        back = f"{reverse('admin:blog_post_calendar')}{span_query_of(request)}"
        post = self.get_object(request, str(form.cleaned_data["post"])) if form.is_valid() else None
        if post is None:
            self.message_user(request, _("Give a day that exists, and an hour such as 08:30."), messages.ERROR)
            return HttpResponseRedirect(back)
        if not self.may_move(request, post):
            raise PermissionDenied
        try:
            moment = form.moment(post.published_at)
            check_moment(post, moment)
        except forms.ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(back)
        begin(post)
        post.published_at = moment
        post.save(update_fields=["published_at", "modified_at"])
        record(post, by=request.user)
        self.log_change(request, post, [{"changed": {"fields": ["published_at"]}}])
        words = _("“%(title)s” now appears on %(when)s.")
        when = date_format(timezone.localtime(moment), "DATETIME_FORMAT")
        self.message_user(request, words % {"title": post.title, "when": when}, messages.SUCCESS)
        return HttpResponseRedirect(back)


def check_moment(post: Post, moment: datetime) -> None:
    """Raise ValidationError for a moment at which a post cannot appear."""
    if not EARLIEST <= moment <= LATEST:
        raise forms.ValidationError(_("Choose a year between 1900 and 2099."))
    if post.is_scheduled() and moment <= timezone.now():
        raise forms.ValidationError(_("This moment has passed: publish the post now, or choose one to come."))


def span_of(request: HttpRequest) -> tuple[date, date, bool]:
    """Return the first and the last day that are looked at, and whether they are a week; nonsense is this month."""
    form = SpanForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    try:
        if asked.get("week"):
            year, week = asked["week"].split("-W")
            monday = date.fromisocalendar(int(year), int(week), 1)
            check_year(monday)
            return monday, monday + timedelta(days=DAYS_A_WEEK - 1), True
        year, month = (asked.get("month") or f"{today:%Y-%m}").split("-")
        first = date(int(year), int(month), 1)
        check_year(first)
    except ValueError:
        first = today.replace(day=1)
    return first, last_of_month(first), False


def check_year(day: date) -> None:
    if not EARLIEST.year < day.year < LATEST.year:
        raise ValueError("No year of ours.")


def last_of_month(first: date) -> date:
    return first.replace(day=weeks_of.monthrange(first.year, first.month)[1])


def whole_weeks(first: date) -> list[date]:
    """Return the days of a month, from the Monday before it to the Sunday behind it."""
    last = last_of_month(first)
    return days_between(first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday()))


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def in_weeks(days: list[date]) -> list[list[date]]:
    return [days[start : start + DAYS_A_WEEK] for start in range(0, len(days), DAYS_A_WEEK)]


def month_in_words(first: date) -> str:
    return f"{MONTHS[first.month]} {first.year}"


def week_in_words(monday: date) -> str:
    return _("Week %(number)s, from %(day)s") % {
        "number": monday.isocalendar().week,
        "day": date_format(monday, "DATE_FORMAT"),
    }


def span_query(day: date, *, is_week: bool) -> str:
    """Return the query of the month, or the week, in which a day is."""
    if not is_week:
        return f"?month={day:%Y-%m}"
    year, week, _weekday = day.isocalendar()
    return f"?week={year}-W{week:02}"


def span_query_of(request: HttpRequest) -> str:
    """Return the query of what was looked at when a form of the calendar was sent."""
    first, _last, is_week = span_of(request)
    return span_query(first, is_week=is_week)
