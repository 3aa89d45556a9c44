"""What operators copy to put nginx in front, run as they run it."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import pytest
from django.conf import settings
from django.test import SimpleTestCase
from lxml.html import document_fromstring

from config.settings import LARGEST_REQUEST
from tests.nginx import NAME, URL, running_proxy
from tests.stack import ROOT

pytestmark = pytest.mark.stack

SOUND = bytes(range(256)) * 40
MEDIA = {
    "recordings/a.mp3": (SOUND, "audio/mpeg"),
    "recordings/a.m4a": (b"m", "audio/mp4"),
    "recordings/a.ogg": (b"o", "audio/ogg"),
    "images/a.avif": (b"a", "image/avif"),
    "images/a.webp": (b"w", "image/webp"),
    "images/a.jpg": (b"j", "image/jpeg"),
    # Nothing of these ever gets there; if it did, no browser should make a page of it.
    "images/a.svg": (b"<svg/>", "application/octet-stream"),
    "images/a.html": (b"<p>", "application/octet-stream"),
}


class NginxTests(SimpleTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(cls.enterClassContext(TemporaryDirectory()))
        cls.proxy = cls.enterClassContext(running_proxy(cls.folder))
        for name, (content, _media_type) in MEDIA.items():
            path = cls.proxy.data_dir / "media" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        cls.client_of_nginx = cls.enterClassContext(cls.proxy.client())

    def get(self, path, method="GET", content=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client_of_nginx.request(method, path, headers=headers, content=content)

    def sound(self, **headers):
        return self.get("/media/recordings/a.mp3", **headers)

    def test_pages_come_through_as_tribune_sends_them_and_are_kept(self):
        for path, language in (("/", "fr"), ("/en/", "en"), ("/blog/feed/", "fr"), ("/en/events.ics", "en")):
            page = self.get(path)
            self.assertEqual((page.status_code, page.headers["content-language"]), (200, language), path)
            self.assertEqual(page.headers["content-encoding"], "gzip")
            self.assertIn("default-src 'none'", page.headers["content-security-policy"])
            self.assertIn("max-age=31536000", page.headers["strict-transport-security"])
            self.assertEqual(self.get(path, if_none_match=page.headers["etag"]).status_code, 304)
            self.assertEqual(self.get(path, "HEAD").content, b"")
            self.assertNotIn("content-encoding", self.get(path, accept_encoding="identity").headers)
        self.assertTrue([path for path in (self.folder / "cache").rglob("*") if path.is_file()])

    def test_admin_is_kept_by_nobody(self):
        first, second = (self.get("/admin/login/") for _ in range(2))
        self.assertNotEqual(first.headers["content-security-policy"], second.headers["content-security-policy"])
        self.assertIn("no-store", first.headers["cache-control"])

    def test_plain_http_leads_to_the_site_whoever_is_asked_for(self):
        for host in (NAME, "elsewhere.example"):
            answer = httpx2.get(f"http://127.0.0.1:{self.proxy.plain_port}/en/x?y=1", headers={"Host": host})
            self.assertEqual((answer.status_code, answer.headers["location"]), (301, f"{URL}/en/x?y=1"))
            self.assertEqual(answer.headers["server"], "nginx")

    def test_visitor_cannot_say_that_tls_was_none(self):
        self.assertEqual(self.get("/robots.txt", x_forwarded_proto="http").status_code, 200)

    def test_files_have_their_types_and_can_do_nothing(self):
        for name, (content, media_type) in MEDIA.items():
            file = self.get(f"/media/{name}")
            self.assertEqual((file.status_code, file.content), (200, content), name)
            self.assertEqual(file.headers["content-type"], media_type, name)
            self.assertEqual(file.headers["x-content-type-options"], "nosniff")
            self.assertIn("default-src 'none'", file.headers["content-security-policy"])
            self.assertIn("sandbox", file.headers["content-security-policy"])
            self.assertEqual(file.headers["cross-origin-resource-policy"], "cross-origin")
            self.assertIn("immutable", file.headers["cache-control"])

    def test_parts_of_a_recording(self):
        self.assertEqual(self.sound().headers["accept-ranges"], "bytes")
        for asked, first, last in (
            ("bytes=10-19", 10, 19),
            ("bytes=10230-", 10230, 10239),
            ("bytes=-10", 10230, 10239),
        ):
            part = self.sound(range=asked)
            self.assertEqual((part.status_code, part.content), (206, SOUND[first : last + 1]), asked)
            self.assertEqual(part.headers["content-range"], f"bytes {first}-{last}/10240")
        for asked in ("bytes=0-9,20-29", "lines=1-2", "bytes=x"):
            self.assertIn(self.sound(range=asked).status_code, (200, 416), asked)
        self.assertEqual(self.sound(range="bytes=0-9,20-29").content, SOUND)
        outside = self.sound(range="bytes=10240-")
        self.assertEqual((outside.status_code, outside.headers["content-range"]), (416, "bytes */10240"))

    def test_rest_is_given_only_of_the_same_file(self):
        whole = self.sound()
        for condition in (whole.headers["etag"], whole.headers["last-modified"]):
            self.assertEqual(self.sound(range="bytes=0-9", if_range=condition).status_code, 206)
        for condition in ('"another"', "Mon, 01 Jan 2001 00:00:00 GMT"):
            self.assertEqual(self.sound(range="bytes=0-9", if_range=condition).content, SOUND)
        self.assertEqual(self.sound(if_none_match=whole.headers["etag"]).status_code, 304)

    def test_style_sheets_are_small_and_kept_by_what_they_are_named(self):
        [hashed, *_others] = re.findall(r"/static/css/house\.[0-9a-f]{12}\.css", self.get("/").text)
        for path, kept in (
            (hashed, "public, max-age=31536000, immutable"),
            ("/static/css/house.css", "public, max-age=60"),
        ):
            file = self.get(path)
            self.assertEqual(file.headers["content-type"], "text/css; charset=utf-8")
            self.assertEqual(file.headers["cache-control"], kept)
            self.assertEqual(file.headers["content-encoding"], "gzip")
            self.assertEqual(file.headers["x-content-type-options"], "nosniff")
            self.assertEqual(file.headers["cross-origin-resource-policy"], "same-origin")

    def test_what_is_not_there_is_said_in_the_language_of_the_address(self):
        for path, language in (("/rien/rien/", "fr"), ("/en/nothing/x/", "en"), ("/media/none.png", "fr")):
            page = self.get(path)
            self.assertEqual(page.status_code, 404)
            self.assertEqual(document_fromstring(page.text).get("lang"), language)
        for path in ("/static/", "/static/none.css", "/media/", "/media../secret-key", "/static../secret-key"):
            page = self.get(path)
            self.assertEqual((page.status_code, page.headers["content-language"]), (404, "fr"), path)

    def test_what_nginx_answers_itself_is_said_in_both_languages(self):
        for answer, status in (
            (self.get("/", "POST", content=b"x" * (LARGEST_REQUEST + 1)), 413),
            (self.get(f"/?{'a' * 9000}"), 414),
            (self.get("/", x=f"{'a' * 9000}"), 400),
        ):
            self.assertEqual(answer.status_code, status)
            self.assert_bilingual(answer)
        self.assertEqual(self.get("/tribune-errors/unavailable.html").status_code, 404)

    def assert_bilingual(self, answer):
        page = document_fromstring(answer.text)
        self.assertEqual((page.get("lang"), page.xpath("//h2/ancestor::div/@lang")), ("fr", ["en"]))
        self.assertEqual(answer.headers["cache-control"], "no-store")
        self.assertIn("default-src 'none'", answer.headers["content-security-policy"])
        for path in page.xpath("//link/@href"):
            self.assertEqual(self.get(path).status_code, 200, path)

    def test_request_that_tribune_takes_passes(self):
        head = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'
        answer = self.get(
            "/admin/login/",
            "POST",
            content=head + b"x" * (LARGEST_REQUEST - 1024) + b"\r\n--x--\r\n",
            content_type="multipart/form-data; boundary=x",
            accept_language="en",
            # With these it is read to its end, and only then refused, by Tribune.
            origin=URL,
            cookie=f"{settings.CSRF_COOKIE_NAME}={'a' * 32}",
        )
        self.assertEqual((answer.status_code, answer.headers["content-language"]), (403, "en"))

    def test_while_tribune_is_away_readers_get_what_is_kept(self):
        with TemporaryDirectory() as folder, running_proxy(Path(folder)) as proxy, proxy.client() as client:
            kept = client.get("/en/")
            proxy.site.terminate()
            proxy.site.wait(timeout=30)
            again = client.get("/en/")
            self.assertEqual((again.status_code, again.content), (200, kept.content))
            other = client.get("/en/blog/")
            self.assertEqual(other.status_code, 503)
            self.assertIn("The site is back in a moment", other.text)


class ConfigurationTests(SimpleTestCase):
    def test_it_lets_as_much_pass_as_tribune_takes(self):
        said = re.search(r"client_max_body_size (\d+)m;", (ROOT / "deploy" / "nginx.conf").read_text())
        self.assertEqual(int(said[1]) * 1024 * 1024, settings.LARGEST_REQUEST)
