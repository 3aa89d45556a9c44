"""Where WordPress had its lists and feeds. Posts had the same addresses as here; others are old addresses.

Those of a translated WordPress stand below ``/en/``: the language of the address says where they lead.
"""

from django.urls import path, re_path

from blog.views import wordpress

app_name = "wordpress"

FORMAT = "(?P<kind>feed(?:/(?:rss2?|rdf|atom|json|feed))?)/?$"
EN = "^(?:en/)?"
# The further pages of a list. What stood on one stands on another by now, here as there.
PAGE = r"(?:page/\d{1,6}/?)?"
CATEGORY = "category/(?P<path>[a-z0-9-]+(?:/[a-z0-9-]+)*?)"
TAG = r"tag/(?P<slug>[-\w]+)"
YEAR, MONTH = r"(?P<year>(?:19|20)\d\d)", "(?P<month>0[1-9]|1[0-2])"
# Not our own feeds of searches in English.
SEARCH = f"{EN}search/(?!feed/)(?P<words>[^/]+)"

urlpatterns = [
    re_path(rf"^{CATEGORY}/{FORMAT}", wordpress.category_feed),
    re_path(rf"^{TAG}/{FORMAT}", wordpress.tag_feed),
    re_path(rf"{EN}author/(?P<slug>[-\w]+)/{FORMAT}", wordpress.author_feed),
    re_path(rf"{EN}(?:blog/)?{YEAR}/{MONTH}/{FORMAT}", wordpress.month_feed),
    re_path(rf"^comments/{FORMAT}", wordpress.comments_feed),
    re_path(rf"^{FORMAT}", wordpress.feed),
    # WordPress's files of before it had permalinks.
    re_path(r"^wp-(?P<kind>rss2?|rdf|atom)\.php$", wordpress.feed),
    path("wp-commentsrss2.php", wordpress.comments_feed, {"kind": "feed"}),
    re_path(rf"^{CATEGORY}/{PAGE}$", wordpress.category),
    re_path(rf"^{TAG}/{PAGE}$", wordpress.tag),
    # Their first pages are ours.
    re_path(rf"^en/{CATEGORY}/page/\d{{1,6}}/?$", wordpress.category),
    re_path(rf"^en/{TAG}/page/\d{{1,6}}/?$", wordpress.tag),
    re_path(rf"{EN}author/(?P<slug>[-\w]+)/{PAGE}$", wordpress.author),
    re_path(rf"{EN}(?:blog/)?page/\d{{1,6}}/?$", wordpress.posts),
    re_path(rf"{EN}{YEAR}/{MONTH}/{PAGE}$", wordpress.month),
    re_path(rf"{EN}blog/{YEAR}/{MONTH}/page/\d{{1,6}}/?$", wordpress.month),
    re_path(rf"{EN}blog/{YEAR}/{MONTH}/(?P<slug>[-\w]+)/comment-page-\d{{1,6}}/?$", wordpress.comment_page),
    re_path(rf"{SEARCH}/{PAGE}$", wordpress.search),
    re_path(rf"{SEARCH}/{FORMAT}", wordpress.search),
    # Below any list or post of ours: RSS by its other names
    re_path(r"^(?P<place>(?:[\w-]+/)+)feed/(?:rss2?|rdf|feed)/?$", wordpress.rss_feed),
]
