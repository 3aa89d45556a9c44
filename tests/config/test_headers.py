from django.conf import settings
from django.test import SimpleTestCase, TestCase, override_settings

from config.middleware.headers import add_static_headers


class HeadersTests(TestCase):
    def test_every_page_is_closed_to_what_it_does_not_use(self):
        for path in ("/", "/en/", "/admin/login/", "/nothing-here/"):
            with self.subTest(path=path):
                headers = self.client.get(path).headers
                self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
                self.assertNotIn("unsafe", headers["Content-Security-Policy"])
                self.assertIn("camera=()", headers["Permissions-Policy"])
                self.assertEqual(headers["Cross-Origin-Opener-Policy"], "same-origin")
                self.assertEqual(headers["Cross-Origin-Resource-Policy"], "same-origin")
                self.assertEqual(headers["Referrer-Policy"], "strict-origin-when-cross-origin")
                self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                self.assertEqual(headers["X-Frame-Options"], "DENY")

    def test_pictures_may_be_shown_elsewhere(self):
        response = self.client.get("/media/nothing.webp")
        self.assertEqual(response.headers["Cross-Origin-Resource-Policy"], "cross-origin")

    def test_a_readers_page_sets_no_cookie_and_looks_at_none(self):
        self.client.cookies["sessionid"] = "a" * 32
        for path in ("/", "/en/", "/blog/", "/nothing-here/"):
            with self.subTest(path=path):
                response = self.client.get(path)
                self.assertEqual(len(response.cookies), 0)
                self.assertNotIn("Cookie", response.headers.get("Vary", ""))

    def test_cookies_of_the_admin_stay_there(self):
        cookies = self.client.get("/admin/login/").cookies
        self.assertEqual({cookie["path"] for cookie in cookies.values()}, {"/admin/"})

    @override_settings(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=31536000)
    def test_behind_tls_the_plain_site_leads_to_the_safe_one(self):
        self.assertRedirects(self.client.get("/"), "https://testserver/", 301, fetch_redirect_response=False)
        self.assertEqual(self.client.get("/healthz").status_code, 200)
        self.assertEqual(self.client.get("/", secure=True).headers["Strict-Transport-Security"], "max-age=31536000")


class StaticHeadersTests(SimpleTestCase):
    def test_scripts_and_fonts_are_ours_alone_and_pictures_are_not(self):
        for path, policy in {"site.css": "same-origin", "text.woff2": "same-origin", "logo.svg": None}.items():
            with self.subTest(path=path):
                headers = {}
                add_static_headers(headers, path, settings.STATIC_URL + path)
                self.assertEqual(headers.get("Cross-Origin-Resource-Policy"), policy)
