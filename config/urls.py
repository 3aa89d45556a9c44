"""The addresses of the whole site: French without a prefix, English below ``/en/``."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.i18n import set_language

from blog.views import oembed, pages, sitemaps

urlpatterns = [
    path("admin/language/", set_language, name="set-language"),
    path("admin/", admin.site.urls),
    path("healthz", pages.health, name="health"),
    path("robots.txt", pages.robots, name="robots"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path("speculation-rules.json", pages.speculation, name="speculation-rules"),
    path("oembed", oembed.oembed, name="oembed"),
    path("wp-json/oembed/1.0/embed", oembed.wordpress_oembed, name="wordpress-oembed"),
    re_path(r"^(?P<key>[A-Za-z0-9-]{8,128})\.txt$", pages.indexnow_key, name="indexnow-key"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap_section, name="sitemap-section"),
    path("media/<path:name>", pages.media_file, name="media-file"),
    path("", include("blog.wordpress_urls")),
    *i18n_patterns(
        path("", include("comments.urls")),
        path("", include("blog.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "blog.views.pages.bad_request"
handler403 = "blog.views.pages.forbidden"
handler404 = "blog.views.pages.not_found"
handler500 = "blog.views.pages.server_error"
