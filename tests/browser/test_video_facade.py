"""The facade of a video asks another host for nothing before the click, with and without JavaScript."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from unittest import mock

import pytest
from django.conf import settings
from django.utils.csp import build_policy

from blog.body import render_body
from blog.embeds import Video

SOURCE = '<figure data-video="https://youtu.be/dQw4w9WgXcQ"><figcaption>Un sujet</figcaption></figure>'
STYLE_SHEET = Path("static/css/video-facade.css")


class Recorder(BaseHTTPRequestHandler):
    """Answers what its server holds, by path, and notes who asked for what, coming from where."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Referer")))
        media_type, content = self.server.pages.get(self.path.partition("?")[0], ("text/plain", b""))
        self.send_response(200)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8")
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


@contextmanager
def serving(pages, headers):
    with ThreadingHTTPServer(("127.0.0.1", 0), Recorder) as server:
        server.pages, server.headers, server.asked = pages, headers, []
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def player():
    with serving({"/embed/x": ("text/html", b"<!doctype html><title>x</title><p>The player")}, {}) as server:
        yield server


@pytest.fixture
def post(player):
    host = f"http://localhost:{player.server_port}"
    video = Video("YouTube", "x", f"{host}/embed/x?autoplay=1", "https://www.youtube.com/watch?v=x", host)
    with mock.patch("blog.embeds.find_video", return_value=video):
        body = render_body(SOURCE, language="fr", pictures={})
    page = f'<!doctype html><html lang="fr"><title>x</title><link rel="icon" href="data:,">{body.html}'
    headers = {
        "Content-Security-Policy": build_policy(settings.SECURE_CSP | {"frame-src": body.frame_hosts}),
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    }
    pages = {
        "/": ("text/html", page.encode()),
        "/static/css/video-facade.css": ("text/css", STYLE_SHEET.read_bytes()),
    }
    with serving(pages, headers) as server:
        yield server


@pytest.mark.parametrize("java_script", [True, False])
def test_player_comes_with_the_click(browser, post, player, java_script):
    address = f"http://127.0.0.1:{post.server_port}/"
    with browser.new_context(java_script_enabled=java_script) as context:
        page = context.new_page()
        page.goto(address, wait_until="networkidle")
        link = page.frame_locator("iframe").get_by_role("link")
        link.wait_for()
        assert [path for path, _ in post.asked] == ["/", "/static/css/video-facade.css"]
        assert player.asked == []

        link.click()

        page.frame_locator("iframe").get_by_text("The player").wait_for()
        assert player.asked == [("/embed/x?autoplay=1", address)]
        assert page.url == address
