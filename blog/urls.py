from collections.abc import Callable

from django.urls import URLPattern, path, re_path, register_converter
from django.utils.functional import Promise, keep_lazy_text
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from blog.feed_archives import NUMBERED_PART, PART
from blog.feeds import KINDS
from blog.views import (
    events,
    everything,
    feeds,
    hand_overs,
    home,
    kept_pages,
    lists,
    mentions,
    offers,
    pages,
    partners,
    posts,
    reviews,
    search,
    series,
    sponsors,
    wordpress,
)


class YearConverter:
    """A year in which something can have appeared, or will: from FIRST_YEAR to LAST_YEAR of blog.models.moments."""

    regex = r"(?:19|20)\d\d"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04}"


class MonthConverter(YearConverter):
    """A month in two digits."""

    regex = r"0[1-9]|1[0-2]"

    def to_url(self, value: int) -> str:
        return f"{value:02}"


@keep_lazy_text
def without_slash(route: str) -> str:
    """Return a route without the slash at its end, so that an ending can follow."""
    return str(route).removesuffix("/")


class PartConverter:
    """A part of the archive of a feed: ‘2016/06/1’."""

    regex = PART

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


class NumberedPartConverter(PartConverter):
    """A part of the archive of a feed whose parts are numbered: ‘12’."""

    regex = NUMBERED_PART


register_converter(PartConverter, "part")
register_converter(NumberedPartConverter, "numbered_part")
register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")

# A path of slugs.
CATEGORY = _(r"^category/(?P<path>[a-z0-9-]+(?:/[a-z0-9-]+)*)/$")


@keep_lazy_text
def without_end(pattern: str) -> str:
    """Return a pattern of a whole address as that of its beginning."""
    return str(pattern).removesuffix("$")


def feeds_below(
    route: str | Promise, view: Callable, name: str, *, make: Callable = path, part: str = "<part:part>"
) -> list[URLPattern]:
    """Return the addresses of the feeds of a list, which stand below its own, and those of their archives.

    ``part`` is what follows for a part of an archive, as ``make`` takes it.
    """
    end, part = ("$", f"{part}/$") if make is re_path else ("", f"{part}/")
    feeds = [(each, format_lazy("{}{}", route, each.below)) for each in KINDS.values()]
    return [
        *(
            make(format_lazy("{}{}", below, end), view, {"kind": each.kind}, name=name + each.suffix)
            for each, below in feeds
        ),
        *(
            make(format_lazy("{}{}", below, part), view, {"kind": each.kind}, name=f"{name}{each.suffix}-part")
            for each, below in feeds
        ),
    ]


# Of the feeds of articles that stand at a regular expression, and of feeds whose parts are numbered.
BY_MONTH = f"(?P<part>{PART})"
NUMBERED = "<numbered_part:part>"

app_name = "blog"

# Shown below ‘/’ in French and ‘/en/’ in English, with the words of the language.
urlpatterns = [
    path("", home.home, name="home"),
    # blog/
    path("blog/", lists.post_list, name="post-list"),
    *feeds_below("blog/", feeds.post_list_feed, "post-list"),
    path(_("blog/most-discussed/"), lists.most_discussed, name="most-discussed"),
    # The same word in both languages
    path("blog/archives/", everything.everything, name="everything"),
    path("blog/archives/<year:year>/", everything.everything_year, name="everything-year"),
    path("blog/<year:year>/", lists.archive_year, name="archive-year"),
    path("blog/<year:year>/<month:month>/", lists.archive_month, name="archive-month"),
    path("blog/<year:year>/<month:month>/<slug:slug>/", posts.post_detail, name="post-detail"),
    # Categories and subjects; a feed has an address that could be that of a category
    *feeds_below(without_end(CATEGORY), feeds.category_feed, "category-detail", make=re_path, part=BY_MONTH),
    re_path(CATEGORY, lists.category_detail, name="category-detail"),
    path(_("tag/<slug:slug>/"), lists.tag_detail, name="tag-detail"),
    *feeds_below(_("tag/<slug:slug>/"), feeds.tag_feed, "tag-detail"),
    path("series/<slug:slug>/", series.series_detail, name="series-detail"),
    # People
    path(_("authors/"), lists.author_list, name="author-list"),
    path(_("authors/<slug:slug>/"), lists.author_detail, name="author-detail"),
    *feeds_below(_("authors/<slug:slug>/"), feeds.author_feed, "author-detail"),
    path(_("authors/<slug:slug>/tribunes/"), partners.author_tribunes, name="author-tribunes"),
    # Commercial relations
    path(_("disclosures/"), sponsors.sponsor_list, name="sponsor-list"),
    path(_("disclosures/<slug:slug>/"), sponsors.sponsor_detail, name="sponsor-detail"),
    # Partners and tribunes
    path(_("partners/"), partners.partner_list, name="partner-list"),
    path(_("partners/<slug:slug>/"), partners.partner_detail, name="partner-detail"),
    *feeds_below(_("partners/<slug:slug>/"), feeds.partner_feed, "partner-detail", part=NUMBERED),
    path(_("partners.opml"), partners.partner_opml, name="partner-opml"),
    path("tribunes/", partners.tribune_list, name="tribune-list"),
    *feeds_below("tribunes/", feeds.tribune_list_feed, "tribune-list", part=NUMBERED),
    # The private page of a partner: the same words in both languages, since nobody types them
    path("tribunes/p/<str:token>/", hand_overs.hand_over, name="hand-over"),
    path("tribunes/p/<str:token>/accept/", hand_overs.hand_over_accept, name="hand-over-accept"),
    path("tribunes/p/<str:token>/decline/", hand_overs.hand_over_decline, name="hand-over-decline"),
    path("tribunes/p/<str:token>/appeared/", hand_overs.hand_over_appeared, name="hand-over-appeared"),
    path("tribunes/p/<str:token>/note/", hand_overs.hand_over_note, name="hand-over-note"),
    path("tribunes/p/<str:token>/zip/", hand_overs.hand_over_archive, name="hand-over-archive"),
    path("tribunes/<int:pk>/archive/", kept_pages.kept_page, name="kept-page"),
    # The private page of whoever reads a text before its readers do
    path("review/p/<str:token>/", reviews.review, name="review"),
    path("review/p/<str:token>/look/", reviews.review_look, name="review-look"),
    path("review/p/<str:token>/remark/", reviews.review_remark, name="review-remark"),
    path("review/p/<str:token>/approve/", reviews.review_approve, name="review-approve"),
    path("review/p/<str:token>/changes/", reviews.review_changes, name="review-changes"),
    path("review/p/<str:token>/withdraw/", reviews.review_withdraw, name="review-withdraw"),
    # Events
    path(_("events/"), events.event_list, name="event-list"),
    path(format_lazy("{}.ics", without_slash(_("events/"))), events.event_list_calendar, name="event-list-calendar"),
    path(_("events/<slug:slug>/"), events.event_detail, name="event-detail"),
    path(_("events/<slug:slug>.ics"), events.event_calendar, name="event-calendar"),
    # Search
    path(_("search/"), search.search, name="search"),
    *(
        path(
            format_lazy("{}{}", _("search/"), each.below), search.feed, {"kind": each.kind}, name=f"search{each.suffix}"
        )
        for each in KINDS.values()
    ),
    path("opensearch.xml", search.description, name="opensearch"),
    # What other sites say of a post
    path("webmention/", mentions.webmention, name="webmention"),
    path("webmention/<uuid:key>/", mentions.mention_detail, name="mention-detail"),
    # What partners' programs hand over: the same words in both languages
    path("micropub/", offers.micropub, name="micropub"),
    path("micropub/media/", offers.media, name="micropub-media"),
    path("micropub/<uuid:key>/", offers.offer_detail, name="offer"),
    # Where everybody tries first
    re_path(r"^(?P<kind>feed(?:/(?:rss2?|rdf|atom|json|feed))?)/?$", wordpress.feed),
    # Plain pages: last, since any single word is one.
    path("<slug:slug>/", pages.page_detail, name="page-detail"),
]
