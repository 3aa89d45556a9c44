"""Where WordPress had its lists and feeds. Posts had the same addresses as here; others are old addresses."""

from django.urls import path, re_path

from blog.views import wordpress

app_name = "wordpress"

FORMAT = "(?P<kind>feed(?:/(?:rss2?|rdf|atom|json|feed))?)/$"

urlpatterns = [
    re_path(rf"^category/(?P<path>[a-z0-9-]+(?:/[a-z0-9-]+)*?)/{FORMAT}", wordpress.category_feed),
    re_path(rf"^tag/(?P<slug>[-\w]+)/{FORMAT}", wordpress.tag_feed),
    re_path(rf"^author/(?P<slug>[-\w]+)/{FORMAT}", wordpress.author_feed),
    re_path(rf"^comments/{FORMAT}", wordpress.comments_feed),
    re_path(rf"^{FORMAT}", wordpress.feed),
    re_path(r"^category/(?P<path>[a-z0-9-]+(?:/[a-z0-9-]+)*)/$", wordpress.category),
    path("tag/<slug:slug>/", wordpress.tag),
    path("author/<slug:slug>/", wordpress.author),
]
