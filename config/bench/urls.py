"""The addresses of the site, and those of the yardsticks."""

from django.urls import path

from config.bench.yardstick import insert, yardstick
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("yardstick/<slug:name>/", yardstick), path("yardstick-insert/", insert), *site]
