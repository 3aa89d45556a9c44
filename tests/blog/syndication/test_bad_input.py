"""Partners that answer badly, to each part that asks them: a clear state on the editor's page, in both languages."""

import re
import tempfile
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from unittest import mock

from django.core.cache import cache
from django.test import TestCase, override_settings
from django.utils import timezone

from blog.models import Credentials, HandOver, Mention, Partner, Tribune
from blog.syndication import mentions, telling, watching
from blog.syndication.credentials import keep_credentials
from blog.syndication.handing_over import deliver, hand_over
from blog.syndication.headlines import read_headlines
from blog.syndication.packaging import make_package
from tests.blog.syndication.servers import http, make_certificate, playing
from tests.blog.syndication.test_packaging import WHOLE, make_draft
from tests.blog.syndication.test_watching import QUEUED
from tests.factories import make_alice, make_partner, make_post, make_tribune

NO_ROBOTS = http(status=404)
PIECE = bytes(65536)
# Of the 2 GB that it would send; a megabyte is more than any part takes beyond its limit.
MOST_PIECES = 32768


def pour(request, connection):
    """Send a page that does not end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>")
    with suppress(OSError):
        for _piece in range(MOST_PIECES):
            connection.sendall(PIECE)


def lead_on(request, _connection):
    """Lead to one more address, a hundred times."""
    number = int((re.search(r"step=(\d+)", request) or [0, 0])[1])
    return http(status=302, Location=f"/?step={number + 1}") if number < 100 else http("there")


ANSWERS = {
    "500": lambda *_: http("<p>Fatal error</p>", status=500),
    "nothing": lambda *_: b"",
    "2 GB": pour,
    "100 redirects": lead_on,
    "invalid UTF-8": lambda *_: http(b'{"x": "\xff\xfe\xc3("}', Content_Type="application/json; charset=utf-8"),
    "HTML for JSON": lambda *_: http("<!doctype html><title>Bienvenue</title><p>Bonjour.</p>"),
    "another site's certificate": lambda *_: http("<p>Bonjour.</p>"),
    "a 200 with 'not found'": lambda *_: http("<title>Page non trouvée</title><h1>Page non trouvée</h1>"),
}
FAILED, BROKEN = r"answer(ed|s) 500", r"(broke off the connection|did not answer as a web server does)"
MANY, CERTIFICATE = r"leads to another one, and so on", r"The certificate of 127\.0\.0\.1 was issued by nobody"
NO_LINK, NO_ENDPOINT = "does not link to the address", "takes no mentions"
NO_FEED = "(not a feed|no feed|nor a feed|web page where|cannot be read)"

# What the editor reads, for each part.
WORDS = {
    "discovery": [
        FAILED,
        BROKEN,
        "names no feed",
        MANY,
        "data that cannot be read",
        "names no feed",
        CERTIFICATE,
        "names no feed",
    ],
    "headlines": [FAILED, BROKEN, NO_FEED, MANY, NO_FEED, NO_FEED, CERTIFICATE, NO_FEED],
    "delivery": [
        FAILED,
        BROKEN,
        "larger than",
        MANY,
        "data that cannot be read",
        "a web page where data",
        CERTIFICATE,
        "a web page where data",
    ],
    "watch": [
        FAILED,
        BROKEN,
        "does not link to us",
        MANY,
        "no web page but a file",
        "does not link to us",
        CERTIFICATE,
        "The page is gone",
    ],
    "mention out": [FAILED, BROKEN, NO_ENDPOINT, MANY, NO_ENDPOINT, NO_ENDPOINT, CERTIFICATE, NO_ENDPOINT],
    "mention in": [FAILED, BROKEN, NO_LINK, MANY, "cannot be read", NO_LINK, CERTIFICATE, NO_LINK],
}


@override_settings(TASKS=QUEUED)
class BadPartnerTests(TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        _certificate, cls.tls = make_certificate(Path(folder.name), "other.example")

    def setUp(self):
        self.alice = make_alice()
        self.client.force_login(self.alice)
        self.enterContext(mock.patch.object(telling, "can_be_reached", return_value=True))

    @contextmanager
    def partner(self, case):
        def answer(request, connection):
            if request.startswith("GET /robots.txt"):
                return NO_ROBOTS
            return ANSWERS[case](request, connection)

        with playing(answer, tls=self.tls if "certificate" in case else None) as server:
            yield server.address

    def words_on(self, path, language):
        self.client.cookies["django_language"] = language
        response = self.client.get(path)
        self.assertEqual(response.status_code, 200)
        page = response.content.decode()
        self.assertIn(f'<html lang="{language}"', page)
        page = page[page.index('id="content-start"') :]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))

    def check(self, part, act):
        for (case, _answer), words in zip(ANSWERS.items(), WORDS[part], strict=True):
            cache.clear()
            with self.subTest(case), self.partner(case) as address:
                path = act(address, case)
                self.assertRegex(self.words_on(path, "en"), words)
                french = self.words_on(path, "fr")
                self.assertNotRegex(french, words)
                self.assertNotIn("%(", french)

    def new_post(self, case, **fields):
        return make_post(slug=re.sub(r"\W+", "-", case).strip("-").lower(), **fields)

    def new_partner(self, case, address, **fields):
        return make_partner(slug=re.sub(r"\W+", "-", case).strip("-").lower(), site=f"{address}/accueil/", **fields)

    def test_discovery(self):
        def act(address, case):
            partner = self.new_partner(case, address)
            for language in ("en", "fr"):
                self.client.cookies["django_language"] = language
                page = self.client.post(f"/admin/blog/partner/{partner.pk}/look/", follow=True)
                self.assertEqual(page.status_code, 200)
                self.pages[language] = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))
            return ""

        self.pages = {}
        self.words_on = lambda _path, language: self.pages[language]
        self.check("discovery", act)

    def test_headlines(self):
        def act(address, case):
            partner = self.new_partner(case, address, feed=f"{address}/feed")
            read_headlines(partner.pk)
            return f"/admin/blog/partner/{partner.pk}/change/"

        self.check("headlines", act)

    def test_delivery(self):
        def act(address, case):
            partner = self.new_partner(case, address, takes=Partner.Takes.WORDPRESS, api=f"{address}/wp-json/")
            keep_credentials(partner, Credentials.Kind.WORDPRESS, user="u", secret="s", by=self.alice)
            tribune = make_draft(self.new_post(case), partner, title="", **WHOLE)
            record, _ = hand_over(tribune, by=self.alice, seen=make_package(tribune).digest, language="fr")
            deliver(record.pk)
            self.assertIn(HandOver.objects.get(pk=record.pk).state, (HandOver.State.FAILED, HandOver.State.WAITING))
            return f"/admin/blog/tribune/{tribune.pk}/change/"

        self.check("delivery", act)

    def test_watch(self):
        def act(address, case):
            post = self.new_post(case, authors=[])
            tribune = make_tribune(post, self.new_partner(case, address), url=f"{address}/2016/06/texte/")
            Tribune.objects.filter(pk=tribune.pk).update(look_due_at=timezone.now())
            watching.look_around()
            return f"/admin/blog/tribune/{tribune.pk}/change/"

        self.check("watch", act)

    def test_mention_out(self):
        def act(address, case):
            links = f'<p><a href="{address}/article">là</a></p>'
            self.new_post(case, body=links, published_at=timezone.now() - timedelta(minutes=1))
            telling.note_changes()
            telling.send_due(timezone.now() + telling.DELAY)
            return f"/admin/blog/sentmention/?q={address.rpartition(':')[2]}"

        self.check("mention out", act)

    def test_mention_in(self):
        def act(address, case):
            post = self.new_post(case)
            mentions.receive(f"{address}/reponse", f"http://testserver{post.path()}", post)
            mentions.look()
            self.assertNotEqual(Mention.objects.get(post=post).state, Mention.State.VERIFIED)
            return f"/admin/blog/mention/?show=all&q={address.rpartition(':')[2]}"

        self.check("mention in", act)
