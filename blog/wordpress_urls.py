"""Where WordPress had its lists. Posts had the same addresses as here; others are old addresses."""

from django.urls import path, re_path

from blog.views import wordpress

app_name = "wordpress"

urlpatterns = [
    re_path(r"^category/(?P<path>[a-z0-9-]+(?:/[a-z0-9-]+)*)/$", wordpress.category),
    path("tag/<slug:slug>/", wordpress.tag),
    path("author/<slug:slug>/", wordpress.author),
]
