"""Where WordPress had its lists and feeds. Posts had the same addresses as here; others are old addresses.

Those of a translated WordPress stand below ``/en/``: the language of the address says where they lead.
"""

from django.urls import path, re_path

from blog.views import wordpress

app_name = "wordpress"

FORMAT = "(?P<kind>feed(?:/(?:rss2?|rdf|atom|json|feed))?)/?$"
EN = "^(?:en/)?"
# Not our own feeds of searches in English.
SEARCH = f"{EN}search/(?!feed/)(?P<words>[^/]+)"

urlpatterns = [
    re_path(rf"^category/(?P<path>[a-z0-9-]+(?:/[a-z0-9-]+)*?)/{FORMAT}", wordpress.category_feed),
    re_path(rf"^tag/(?P<slug>[-\w]+)/{FORMAT}", wordpress.tag_feed),
    re_path(rf"{EN}author/(?P<slug>[-\w]+)/{FORMAT}", wordpress.author_feed),
    re_path(rf"{EN}(?:blog/)?(?P<year>(?:19|20)\d\d)/(?P<month>0[1-9]|1[0-2])/{FORMAT}", wordpress.month_feed),
    re_path(rf"^comments/{FORMAT}", wordpress.comments_feed),
    re_path(rf"^{FORMAT}", wordpress.feed),
    # WordPress's files of before it had permalinks.
    re_path(r"^wp-(?P<kind>rss2?|rdf|atom)\.php$", wordpress.feed),
    path("wp-commentsrss2.php", wordpress.comments_feed, {"kind": "feed"}),
    re_path(r"^category/(?P<path>[a-z0-9-]+(?:/[a-z0-9-]+)*)/$", wordpress.category),
    path("tag/<slug:slug>/", wordpress.tag),
    re_path(rf"{EN}author/(?P<slug>[-\w]+)/$", wordpress.author),
    re_path(rf"{SEARCH}/$", wordpress.search),
    re_path(rf"{SEARCH}/{FORMAT}", wordpress.search),
    # Below any list or post of ours: RSS by its other names
    re_path(r"^(?P<place>(?:[\w-]+/)+)feed/(?:rss2?|rdf|feed)/?$", wordpress.rss_feed),
]
