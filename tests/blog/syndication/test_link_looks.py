"""Looks at the links of texts, against servers of this machine that answer well and badly."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from unittest import mock

import time_machine
from django.core.cache import cache
from django.test import TestCase, override_settings
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from blog.models import LinkedAddress, LinksNoted, TextLink
from blog.syndication import link_looks
from blog.tasks import look_at_link
from blog.text_links import note_links, note_unknown, read_link
from tests.blog.syndication.servers import http, make_certificate, playing
from tests.factories import make_post

QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Site:
    """What another site answers, by path; anything else is not there."""

    def __init__(self, **pages):
        self.pages = {"/robots.txt": http(status=404)} | pages
        self.asked = []

    def __call__(self, request, _connection):
        path = request.split(" ")[1]
        if path != "/robots.txt":
            self.asked.append(path)
        answer = self.pages.get(path, http("<title>Rien</title>", status=404))
        return answer(request) if callable(answer) else answer


class LinkTestCase(TestCase):
    def setUp(self):
        cache.clear()
        self.clock = self.enterContext(time_machine.travel(START, tick=False))
        self.enterContext(override_settings(TASKS=QUEUED))
        self.site = Site()
        self.server = self.enterContext(playing(self.site))

    def link_to(self, *addresses, **fields):
        """Make a post that leads there, and return what is known of the first address."""
        self.address = read_link(addresses[0])
        links = "".join(f'<p>Un <a href="{address}">lien</a>.</p>' for address in addresses)
        self.post = make_post(body=links, **{"published_at": START - timedelta(hours=1)} | fields)
        return self.row()

    def row(self):
        return LinkedAddress.objects.filter(links__post=self.post, address=self.address).first()

    def shows(self, answer, path="/page/"):
        self.site.pages[path] = answer
        return f"{self.server.address}{path}"

    def look(self, after=timedelta(0)):
        """Let time go by, and have each address of the post looked at once, as if it was due and its host free."""
        self.clock.shift(after)
        LinkedAddress.objects.update(due_at=START + timedelta(days=1000))
        for key in list(LinkedAddress.objects.filter(links__post=self.post).values_list("pk", flat=True)):
            cache.clear()
            LinkedAddress.objects.filter(pk=key).update(due_at=START)
            link_looks.look_around()
        return self.row()

    def said(self, language="en"):
        with override(language):
            return self.row().problem()


class FoundTests(LinkTestCase):
    def test_what_answers_works_and_is_looked_at_again_weeks_later(self):
        row = self.link_to(self.shows(http("<title>Un article</title>")))
        self.assertEqual((row.state, row.due_at), ("new", START))
        row = self.look()
        self.assertEqual((row.state, row.status, row.problem()), ("works", 200, ""))
        self.assertGreater(row.due_at, START + timedelta(weeks=7))

    def test_gone_is_dead_at_the_second_look_only(self):
        for number, status in enumerate((404, 410)):
            with self.subTest(status=status):
                self.link_to(self.shows(http(status=status), f"/{status}/"), slug=f"p-{number}")
                self.assertEqual(self.look().state, "unsure")
                self.assertLess(self.row().due_at, START + timedelta(days=1))
                self.assertEqual(self.look(timedelta(minutes=10)).state, "unsure")
                row = self.look(timedelta(hours=6))
                self.assertEqual((row.state, row.tries), ("dead", 3))
                self.assertIn(f"The page is gone: their server answers {status}.", self.said())
                self.assertEqual(
                    self.said("fr"), f"La page a disparu : leur serveur répond {status}.".replace(" :", "\xa0:")
                )

    def test_what_comes_back_works_again(self):
        self.link_to(self.shows(http(status=404)))
        self.look()
        self.assertEqual(self.look(timedelta(days=1)).state, "dead")
        self.shows(http("<title>Un article</title>"))
        self.assertEqual(self.look(timedelta(days=14)).state, "works")

    def test_what_a_person_must_judge_is_never_dead(self):
        for number, status in enumerate((401, 403, 405, 429, 500, 503, 599)):
            with self.subTest(status=status):
                self.link_to(self.shows(http(status=status), f"/{status}/"), slug=f"p-{number}")
                for _look in range(6):
                    row = self.look(timedelta(days=3))
                self.assertEqual(row.state, "unsure")
                self.assertIn(str(status), self.said())

    def test_dead_stays_dead_while_its_server_fails(self):
        self.link_to(self.shows(http(status=404)))
        self.look()
        self.look(timedelta(days=1))
        self.shows(http(status=503))
        row = self.look(timedelta(days=14))
        self.assertEqual(row.state, "dead")
        self.assertIn("404", self.said())

    def test_a_server_that_asks_for_patience_has_it(self):
        self.link_to(self.shows(http(status=503, Retry_After=str(3 * 24 * 3600))))
        self.assertGreater(self.look().due_at, START + timedelta(days=2.8))

    def test_moved_for_good_is_told_and_for_now_is_not(self):
        new = self.shows(http("<title>Un article</title>"), "/nouvelle/")
        self.link_to(self.shows(http(status=301, Location=new)))
        row = self.look()
        self.assertEqual((row.state, row.moved_to), ("moved", new))
        self.shows(http(status=302, Location=new))
        row = self.look(timedelta(days=1))
        self.assertEqual((row.state, row.moved_to), ("works", ""))

    def test_pages_that_only_say_that_there_is_none_are_for_a_person(self):
        for number, answer in enumerate(
            (
                http("<title>Page introuvable – Le blog</title><h1>Page introuvable</h1>"),
                http(status=302, Location="/"),
            )
        ):
            self.shows(http("<title>Le blog</title>"), "/")
            self.link_to(self.shows(answer, f"/{number}/"), slug=f"p-{number}")
            self.look()
            self.look(timedelta(days=1))
            self.assertEqual(self.look(timedelta(days=7)).state, "unsure")
            self.assertIn("The page is gone", self.said())

    def test_redirects_without_end(self):
        self.link_to(self.shows(http(status=302, Location="/page/")))
        self.look()
        self.assertEqual(self.look(timedelta(days=1)).state, "unsure")
        self.assertIn("leads to another one, and so on", self.said())

    def test_what_is_huge_is_not_read_to_its_end(self):
        sent = []

        def flood(_request, connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Long</title>")
            sent.extend(connection.send(b"a" * 65536) for _piece in range(2000))

        with playing(flood) as server:
            self.link_to(f"{server.address}/robots.txt")
            self.assertEqual(self.look().state, "works")
        self.assertLess(sum(sent), 64 * 1024 * 1024)

    def test_what_is_slow_is_not_waited_for(self):
        def answer(_request):
            sleep(1.5)
            return http()

        self.link_to(self.shows(answer))
        with mock.patch("blog.syndication.link_looks.SECONDS", 0.5):
            self.assertEqual(self.look().state, "unsure")
        self.assertIn("longer than 0.5 s", self.said())

    def test_what_breaks_off(self):
        self.link_to(self.shows(b""))
        self.assertEqual(self.look().state, "unsure")

    def test_nobody_is_sent_into_private_networks(self):
        self.shows(http(status=302, Location="http://10.0.0.1/"))
        addresses = [
            *(f"{self.server.address}/page/", "http://169.254.169.254/latest/", "http://[::1]/", "http://localhost/"),
            *("https://example.org:22/", "https://moi:secret@example.org/", "http://0x7f.1/", "http://2130706433/"),
        ]
        self.link_to(*addresses)
        for _look in range(5):
            self.look(timedelta(days=1))
        states = set(LinkedAddress.objects.values_list("kind", "state"))
        self.assertEqual(states, {("forbidden", "unsure")})

    def test_a_certificate_that_is_not_good_is_dead_after_a_day_and_three_looks(self):
        with tempfile.TemporaryDirectory() as folder:
            _file, tls = make_certificate(Path(folder), "localhost")
            with playing(http(), name="localhost", tls=tls) as server:
                self.link_to(f"{server.address}/robots.txt", self.shows(http()))
                for after in (0, 6, 12):
                    self.assertEqual(self.look(timedelta(hours=after)).state, "unsure")
                self.assertEqual(self.look(timedelta(hours=12)).state, "dead")
        self.assertIn("certificate", self.said())

    def test_a_name_that_is_gone_is_dead_when_other_sites_answer(self):
        with mock.patch("socket.getaddrinfo", side_effect=self.look_up):
            self.link_to("https://parti.example/", "https://aussi.example/")
            for _look in range(4):
                self.assertEqual(self.look(timedelta(days=1)).state, "unsure", "Nothing answers: it may be this site.")
            other = make_post(slug="autre", body=f'<p>Un <a href="{self.shows(http())}">lien</a></p>')
            cache.clear()
            LinkedAddress.objects.filter(links__post=other).update(due_at=START)
            link_looks.look_around()
            self.assertEqual(other.text_links.get().target.state, "works")
            self.assertEqual(self.look(timedelta(hours=1)).state, "dead")
        self.assertIn("There is no site of the name parti.example", self.said())

    def look_up(self, host, port, **_options):
        if host != "127.0.0.1":
            raise OSError("no such name")
        return [(2, 1, 6, "", (host, port))]

    def test_robots_txt_is_asked_first_and_heeded(self):
        self.shows(http("User-agent: *\nDisallow: /page/", Content_Type="text/plain"), "/robots.txt")
        self.link_to(self.shows(http()))
        row = self.look()
        self.assertEqual((row.state, row.kind), ("unsure", "disallowed"))
        self.assertEqual(self.site.asked, [])

    def test_what_is_no_address_is_dead_without_asking(self):
        self.link_to("https://exemple_.-org/")
        row = self.look()
        self.assertEqual((row.state, row.kind, row.tries), ("dead", "forbidden", 1))


class OwnTests(LinkTestCase):
    def test_own_addresses_are_looked_up_without_the_network(self):
        there = make_post(slug="la", title="Là")
        hidden = make_post(slug="cache", title="Caché", status="withdrawn")
        moved = make_post(slug="avant", title="Déplacé")
        moved.slug = "apres"
        moved.save()
        cases = {
            f"http://testserver{there.path()}#section-x": ("works", "", ""),
            hidden.path(): ("dead", "own_hidden", ""),
            there.path().removesuffix("/"): ("moved", "", there.path()),
            "/blog": ("works", "", ""),
            "/blog/2016/06/avant/": ("moved", "", moved.path()),
            "/nulle-part/ailleurs/": ("dead", "own_nothing", ""),
            "exemple.org/page": ("dead", "own_nothing", ""),
            "/blog/": ("works", "", ""),
            "/en/blog/": ("works", "", ""),
            "/admin/": ("works", "", ""),
            "/media/../secret-key": ("dead", "own_nothing", ""),
            "/media/%00": ("dead", "own_nothing", ""),
        }
        with mock.patch("blog.syndication.looking.fetch", side_effect=AssertionError):
            for number, (address, expected) in enumerate(cases.items()):
                with self.subTest(address=address):
                    self.link_to(address, slug=f"p-{number}")
                    row = self.look()
                    self.assertEqual((row.state, row.kind, row.moved_to), expected)
                    self.assertEqual(row.host, "")

    def test_links_to_a_post_that_goes_are_looked_at_soon(self):
        there = make_post(slug="la", title="Là")
        self.link_to(there.path())
        self.look()
        there.status = "withdrawn"
        there.save(update_fields=["status"])
        link_looks.look_around()
        self.assertEqual(self.row().state, "dead")


class PoliteTests(LinkTestCase):
    def test_drafts_are_left_alone_until_they_are_in_review(self):
        self.link_to(self.shows(http()), status="draft", published_at=None)
        LinkedAddress.objects.update(due_at=START)
        link_looks.look_around()
        self.assertEqual((self.site.asked, self.row().due_at), ([], None))
        self.post.status = "in_review"
        self.post.save(update_fields=["status"])
        link_looks.look_around()
        self.assertEqual((self.site.asked, self.row().state), (["/page/"], "works"))

    def test_what_no_text_leads_to_any_more_is_not_asked_and_forgotten(self):
        self.link_to(self.shows(http()))
        self.post.body = "<p>Rien.</p>"
        self.post.save()
        link_looks.look_around()
        self.assertEqual(self.site.asked, [])
        link_looks.resume()
        self.assertFalse(LinkedAddress.objects.exists())

    def test_an_address_in_many_texts_is_asked_once(self):
        address = self.shows(http())
        for number in range(3):
            self.link_to(address, slug=f"p-{number}")
        self.look()
        self.assertEqual(self.site.asked, ["/page/"])

    def test_a_host_is_asked_once_and_has_a_pause(self):
        self.link_to(*[self.shows(http(), f"/{number}/") for number in range(4)])
        link_looks.look_around()
        self.assertEqual(len(self.site.asked), 1)
        for _minute in range(3):
            self.clock.shift(timedelta(seconds=61))
            link_looks.look_around()
        self.assertEqual(sorted(self.site.asked), ["/0/", "/1/", "/2/", "/3/"])

    def test_not_more_than_so_many_an_hour(self):
        self.link_to(*[self.shows(http(), f"/{number}/") for number in range(4)])
        with override_settings(LINKS_PER_HOUR=2):
            for _minute in range(8):
                cache.clear()
                self.clock.shift(timedelta(minutes=2))
                link_looks.look_around()
            self.assertEqual(len(self.site.asked), 2)
            self.clock.shift(timedelta(hours=1))
            link_looks.look_around()
            self.assertEqual(len(self.site.asked), 3)

    def test_it_can_be_turned_off(self):
        self.link_to(self.shows(http()))
        with override_settings(LINKS_PER_HOUR=0):
            link_looks.resume()
            link_looks.look_around()
        self.assertEqual(self.site.asked, [])
        self.assertFalse(DBTaskResult.objects.exists())

    def test_the_first_looks_at_an_archive_are_spread(self):
        for number in range(30):
            make_post(slug=f"p-{number}", body=f'<p><a href="https://example.org/{number}">a</a></p>')
        LinkedAddress.objects.all().delete()
        LinksNoted.objects.all().delete()
        self.assertEqual(note_unknown(100), 30)
        moments = list(LinkedAddress.objects.values_list("due_at", flat=True))
        self.assertEqual(len(moments), 30)
        self.assertGreater(max(moments) - min(moments), timedelta(weeks=2))
        self.assertEqual(note_unknown(100), 0)

    def test_one_round_waits_at_a_time(self):
        link_looks.look_around()
        link_looks.look_around()
        link_looks.resume()
        self.assertEqual(DBTaskResult.objects.filter(task_path="blog.tasks.look_at_links").count(), 1)

    def test_a_process_that_was_killed_loses_nothing_and_does_nothing_twice(self):
        self.link_to(self.shows(http(status=404)))
        with self.assertRaises(SystemExit), mock.patch("blog.syndication.link_looks.note", side_effect=SystemExit):
            link_looks.look_around()
        self.assertEqual(self.row().state, "new")
        cache.clear()
        link_looks.look_around()
        self.assertEqual(len(self.site.asked), 1, "It is claimed for an hour.")
        self.clock.shift(timedelta(hours=1, minutes=1))
        cache.clear()
        link_looks.look_around()
        self.assertEqual((self.row().state, self.row().tries), ("unsure", 1))

    def test_a_second_process_does_not_ask_what_one_is_asking(self):
        row = self.link_to(self.shows(http()))
        LinkedAddress.objects.filter(pk=row.pk).update(due_at=START + timedelta(hours=1))
        link_looks.look_and_note(row)
        self.assertEqual(self.site.asked, [])

    def test_who_asks_for_a_look_has_two_within_minutes(self):
        row = self.link_to(self.shows(http(status=404)), status="draft", published_at=None)
        look_at_link.call(pk=row.pk)
        self.assertEqual(self.row().state, "unsure")
        [waiting] = DBTaskResult.objects.filter(task_path="blog.tasks.look_at_link")
        self.clock.move_to(waiting.run_after)
        cache.clear()
        look_at_link.call(pk=row.pk)
        self.assertEqual(self.row().state, "dead")
        look_at_link.call(pk=row.pk)
        self.assertEqual(len(self.site.asked), 2, "Who presses the button ten times wants one look.")
        look_at_link.call(pk=10**9)


class NotingTests(LinkTestCase):
    def test_a_text_that_says_the_same_is_not_written_down_again(self):
        self.link_to("https://example.org/a", "https://example.org/b#c", "mailto:x@example.org", "#ici", "tel:+331")
        self.assertEqual(
            set(TextLink.objects.values_list("target__address", flat=True)),
            {"https://example.org/a", "https://example.org/b"},
        )
        keys = list(TextLink.objects.values_list("pk", flat=True))
        self.post.title = "Autre"
        self.post.save()
        self.assertEqual(list(TextLink.objects.values_list("pk", flat=True)), keys)
        with self.assertNumQueries(4):
            note_links(self.post)

    def test_notes_count_and_links_that_follow_a_post_do_not(self):
        other = make_post(slug="autre")
        body = (
            f'<p>A<foot-note>Voir <a href="https://example.org/n">là</a></foot-note> '
            f'<a href="/x/" data-post="{other.pk}">b</a></p>'
        )
        self.post = make_post(body=body)
        self.assertEqual(list(TextLink.objects.values_list("target__address", flat=True)), ["https://example.org/n"])

    def test_hostile_addresses_are_no_error(self):
        for number, address in enumerate(
            (
                *(
                    "http://[",
                    "https://exa mple.org/",
                    "https://" + "a" * 3000,
                    "//example.org/",
                    "javascript:x",
                    "http://",
                ),
                *(
                    "https://é.example/ü?ö#ä",
                    "https://%00/",
                    "https://a..b/",
                    "https://xn--/",
                    "https://example.org:99999/",
                ),
                *("/\x00", "?a", "http:///x", "https://" + "a." * 120 + "example/", "https://١٢٧.0.0.1/"),
            )
        ):
            with self.subTest(address=address):
                self.link_to(address, slug=f"p-{number}")
        for _look in range(3):
            self.look(timedelta(days=1))
        self.assertFalse(LinkedAddress.objects.filter(state="works").exists())
