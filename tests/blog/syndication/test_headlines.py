"""Feeds of partners: read without trust by a task, politely, and shown to readers as plain text."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import time_machine
from django.core.cache import cache
from django.test import SimpleTestCase, TestCase
from django.utils import timezone
from django.utils.translation import override

from blog.models import FeedReading, Headline
from blog.syndication.answers import Answer
from blog.syndication.errors import BadAnswerError
from blog.syndication.feeds import NoFeedError, read_feed
from blog.syndication.headlines import INTERVAL, read_due, read_headlines
from tests.blog.syndication.servers import http, playing
from tests.factories import make_partner

ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<title type="html">The &lt;em&gt;Slow&lt;/em&gt; Inbox</title><subtitle>One a month</subtitle>
<link href="/slow/"/><link rel="self" href="/slow/atom.xml"/>
<entry><title>Older</title><link href="/slow/1/"/><updated>2026-10-01T08:00:00Z</updated></entry>
<entry><title type="html">Newer &lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; bolder</title><link href="2/"/>
<published>2026-11-01T08:00:00+01:00</published></entry>
<entry><title>Nowhere</title><link href="javascript:alert(1)"/></entry></feed>"""
RSS = """<rss version="2.0"><channel><title>T</title><link>https://blog.example/</link>{}</channel></rss>"""
ITEM = "<item><title>{0}</title><link>https://blog.example/{0}/</link></item>"
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "The Slow Inbox", "home_page_url": "https://a.example/",
"language": "en-GB",
"items": [{"id": "1", "url": "/1/", "title": "One\\u0000\\u202e", "date_published": "2026-11-01T08:00:00Z"},
{"id": "2", "url": "/2/", "summary": "No title"}, 7, {"title": 7, "url": []}]}"""


def answer(body, kind="application/xml", address="https://blog.example/slow/atom.xml"):
    import httpx2

    body = body.encode() if isinstance(body, str) else body
    return Answer(address, address, 200, httpx2.Headers({"Content-Type": kind}), body)


class ReadingTests(SimpleTestCase):
    def test_atom_with_its_relative_addresses_and_html_made_plain(self):
        feed = read_feed(answer(ATOM))
        self.assertEqual((feed.title, feed.about, feed.language), ("The Slow Inbox", "One a month", "en"))
        self.assertEqual(feed.home, "https://blog.example/slow/")
        self.assertEqual(
            [(item.title, item.address) for item in feed.items],
            [
                ("Older", "https://blog.example/slow/1/"),
                ("Newer alert(1) & bolder", "https://blog.example/slow/2/"),
            ],
        )
        self.assertEqual(feed.items[1].published_at, datetime(2026, 11, 1, 7, tzinfo=UTC))

    def test_json_feed(self):
        feed = read_feed(answer(JSON, "application/feed+json", "https://a.example/feed.json"))
        self.assertEqual((feed.title, feed.language, feed.home), ("The Slow Inbox", "en-GB", "https://a.example/"))
        self.assertEqual([item.title for item in feed.items], ["One�", "No title"])
        self.assertEqual(feed.items[0].address, "https://a.example/1/")

    def test_broken_xml_gives_what_can_be_read(self):
        feed = read_feed(answer(RSS.format(ITEM.format("whole") + "<item><title>half & <link>")))
        self.assertEqual(feed.items[0].title, "whole")

    def test_bytes_in_any_charset(self):
        body = b'<?xml version="1.0" encoding="iso-8859-1"?>' + RSS.format(ITEM.format("d\xe9j\xe0")).encode("latin-1")
        self.assertEqual(read_feed(answer(body)).items[0].title, "déjà")
        read_feed(answer(RSS.format(ITEM.format("x")).encode() + b"\xff\xfe\x00"))

    def test_feed_that_its_server_calls_a_page(self):
        rss = RSS.format(ITEM.format("un"))
        json = '{"items": [{"title": "un", "url": "https://a.example/1/"}]}'
        for body in (rss, f'<?xml version="1.0"?>\n<?xml-stylesheet href="a.xsl"?><!-- made by a > b -->\n{rss}', json):
            with self.subTest(body):
                self.assertEqual(read_feed(answer(body, "text/html; charset=utf-8")).items[0].title, "un")

    def test_what_is_no_feed_is_said(self):
        for body, kind in (
            ("<p>Bonjour", "text/html"),
            ("<!DOCTYPE html><feed>Bonjour", "text/html"),
            ("", "application/rss+xml"),
            ("/etc/passwd", "text/plain"),
            ("{}", "application/json"),
            ('{"items": 7}', "application/json"),
            ("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        ):
            with self.subTest(body), self.assertRaises(NoFeedError):
                read_feed(answer(body, kind))
        self.assertRaises(BadAnswerError, read_feed, answer("{", "application/json"))

    def test_no_file_and_no_entity_is_opened(self):
        bomb = '<!DOCTYPE rss [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        feed = read_feed(answer(bomb + RSS.format(ITEM.format("&b;&f;x"))))
        self.assertNotIn("root:", "".join(item.title for item in feed.items))

    def test_much_is_bounded(self):
        feed = read_feed(answer(RSS.format(ITEM.replace("{0}", "x" * 5000, 1).format("x") + ITEM.format("y") * 500)))
        self.assertEqual((len(feed.items), len(feed.items[0].title)), (20, 300))


class Feed:
    """Plays a feed; what it answers may be changed, and it knows what has been seen."""

    def __init__(self):
        self.said = http(RSS.format(ITEM.format("un") + ITEM.format("deux")), ETag='"1"', Content_Type="text/xml")
        self.robots = http("", status=404)

    def answer(self, request, _connection):
        if request.startswith("GET /robots.txt"):
            return self.robots
        if 'if-none-match: "1"' in request.lower():
            return http(status=304)
        return self.said


class TaskTests(TestCase):
    def setUp(self):
        self.feed = Feed()
        self.server = self.enterContext(playing(self.feed.answer))
        self.partner = make_partner(feed=f"{self.server.address}/feed/")

    def asked(self):
        return [request for request in self.server.requests if not request.startswith("GET /robots.txt")]

    def titles(self):
        return [headline.title for headline in self.partner.headlines.all()]

    def reading(self):
        return FeedReading.objects.get()

    def later(self, moment=INTERVAL + timedelta(minutes=1)):
        return time_machine.travel(timezone.now() + moment, tick=False)

    def test_headlines_are_kept_and_the_next_time_is_noted(self):
        self.assertEqual(read_due(), 1)
        self.assertEqual(self.titles(), ["un", "deux"])
        self.assertIsNotNone(self.reading().read_at)
        self.assertEqual(read_due(), 0)
        self.assertEqual(len(self.asked()), 1)

    def test_unchanged_feed_is_asked_for_with_conditions_and_nothing_is_written_anew(self):
        read_due()
        keys = list(Headline.objects.values_list("pk", flat=True))
        with self.later():
            read_due()
        self.assertIn('if-none-match: "1"', self.asked()[-1].lower())
        self.assertEqual(list(Headline.objects.values_list("pk", flat=True)), keys)
        self.assertEqual(self.reading().problem_en, "")

    def test_failure_is_told_in_both_languages_and_asked_less_and_less(self):
        read_due()
        self.feed.said = http(status=500)
        waits = []
        FeedReading.objects.update(etag="")
        for _failure in range(3):
            FeedReading.objects.update(next_at=timezone.now())
            before = timezone.now()
            read_headlines(self.partner.pk)
            waits.append(round((self.reading().next_at - before) / timedelta(hours=1)))
        self.assertEqual(waits, [12, 24, 48])
        with override("en"):
            self.assertIn("500", self.reading().problem)
        self.assertEqual(self.titles(), ["un", "deux"])

    def test_server_says_how_long_it_wants_to_be_left_alone(self):
        self.feed.said = http(status=429, Retry_After=str(4 * 24 * 3600))
        read_due()
        self.assertGreater(self.reading().next_at, timezone.now() + timedelta(days=3))

    def test_robots_txt_is_kept_to(self):
        self.feed.robots = http("User-agent: *\nDisallow: /feed/", Content_Type="text/plain")
        read_due()
        self.assertEqual(self.asked(), [])
        self.assertIn("robots.txt", self.reading().problem_fr)
        self.assertIn("Disallow: /feed/", self.reading().problem_fr, "its keeper finds the line")

    def test_addresses_of_examples_are_not_asked(self):
        for address in (
            "https://example.org/feed/",
            "https://blog.example/feed/",
            "https://a.example.com/",
            "http://a.test/",
        ):
            self.partner.feed = address
            self.partner.save(update_fields=["feed"])
            with mock.patch("blog.syndication.headlines.fetch") as fetch, self.subTest(address):
                read_due()
                fetch.assert_not_called()
                self.assertIn("exemple", self.reading().problem_fr)

    def test_page_instead_of_a_feed_is_said(self):
        self.feed.said = http("<p>Bonjour")
        read_due()
        self.assertIn("flux", self.reading().problem_fr)

    def test_feed_that_moved_is_read_and_the_editor_told(self):
        moved = http(status=301, Location="/new/")
        whole = self.feed.said
        self.feed.answer = lambda request, _connection: whole if " /new/ " in request else moved
        with playing(self.feed.answer) as server:
            self.partner.feed = f"{server.address}/feed/"
            self.partner.save(update_fields=["feed"])
            read_due()
            self.assertEqual(self.titles(), ["un", "deux"])
            self.assertIn(f"{server.address}/new/", self.reading().problem_fr)

    def test_new_address_is_read_at_once_and_without_old_conditions(self):
        read_due()
        self.partner.feed = f"{self.server.address}/other/"
        self.partner.save(update_fields=["feed"])
        self.assertEqual(read_due(), 1)
        self.assertNotIn("if-none-match", self.asked()[-1].lower())

    def test_only_partners_that_are_listed_and_have_a_feed_are_asked(self):
        self.partner.is_listed = False
        self.partner.save(update_fields=["is_listed"])
        make_partner(slug="sans")
        self.assertEqual(read_due(), 0)
        read_headlines(self.partner.pk)
        read_headlines(987654)
        self.assertEqual(self.server.requests, [])

    def test_process_that_dies_meanwhile_asks_for_nothing_twice(self):
        with mock.patch("blog.syndication.headlines.ask", side_effect=KeyboardInterrupt):
            self.assertRaises(KeyboardInterrupt, read_headlines, self.partner.pk)
        read_headlines(self.partner.pk)
        self.assertEqual(self.server.requests, [])
        with self.later():
            cache.clear()
            read_headlines(self.partner.pk)
        self.assertEqual(self.titles(), ["un", "deux"])

    def test_second_process_at_the_same_time_leaves_it(self):
        FeedReading.objects.create(partner=self.partner, address=self.partner.feed, next_at=timezone.now())
        real = FeedReading.objects.get_or_create

        def meanwhile(**options):
            found = real(**options)
            FeedReading.objects.update(next_at=timezone.now() + INTERVAL)
            return found

        with mock.patch.object(FeedReading.objects, "get_or_create", side_effect=meanwhile):
            read_headlines(self.partner.pk)
        self.assertEqual(self.server.requests, [])
