"""The watch over tribunes, against servers of this machine that answer as partners do, well and badly."""

import re
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from unittest import mock, skipUnless

import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from blog.models import KeptPage, Look, Tribune
from blog.syndication import looking, watching
from blog.syndication.settling import accept_page, take_over_address, token_of
from blog.tasks import look_at_tribune
from tests.blog.syndication.servers import http, make_certificate, playing
from tests.factories import make_author, make_partner, make_post, make_tribune

QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PATH = "/2016/06/president-numerique/"
PARAGRAPHS = [
    "Un président numérique n'est pas un président qui tweete, mais un président qui sait ce que la machine décide.",
    "La question revient à chaque élection, et chaque fois on y répond par un ministère, un conseil ou une charte.",
    "Nous proposons autre chose : que celui qui décide ait lu le code, ou du moins quelqu'un qui l'a lu pour lui.",
]
LINK = '<p>Par Yann Gourvennec, <a href="http://testserver/blog/2016/06/x/">ailleurs</a>.</p>'


def article(*, title="Pour un président numérique", paragraphs=PARAGRAPHS, link=LINK, head="", status=200, **headers):
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    html = (
        f'<!doctype html><html lang="fr"><head><title>{title} – Le blog</title>{head}</head><body><nav>Accueil</nav>'
        f"<article><h1>{title}</h1>{text}{link}</article></body></html>"
    )
    return http(html, status=status, **headers)


class Partner:
    """What the partner's server answers, by path; anything else is not there."""

    def __init__(self, **pages):
        self.pages = {"/robots.txt": http(status=404), PATH: article()} | pages
        self.asked = []

    def __call__(self, request, _connection):
        path = request.split(" ")[1]
        self.asked.append(path)
        answer = self.pages.get(path, http("<title>Rien</title>", status=404))
        return answer(request) if callable(answer) else answer

    def shows(self, answer, path=PATH):
        self.pages[path] = answer


class WatchTestCase(TestCase):
    def setUp(self):
        cache.clear()
        self.clock = self.enterContext(time_machine.travel(START, tick=False))
        self.enterContext(override_settings(TASKS=QUEUED))
        self.partner = Partner()
        self.server = self.enterContext(playing(self.partner))
        post = make_post(authors=[make_author()])
        # Old, so that its page is not looked at once it is entered.
        self.tribune = make_tribune(
            post, make_partner(site=f"{self.server.address}/accueil/"), url=f"{self.server.address}{PATH}"
        )

    def look(self, after=timedelta(0)):
        """Let time go by, and have the tribune looked at as if it was due."""
        self.clock.shift(after)
        cache.clear()
        Tribune.objects.filter(pk=self.tribune.pk).update(look_due_at=START)
        watching.look_around()
        self.tribune = Tribune.objects.get(pk=self.tribune.pk)
        return self.tribune

    def kinds(self):
        return {(finding.kind, finding.is_pressing()) for finding in self.tribune.findings.all()}

    def assertFinds(self, kind, words):
        """Assert that a first look notes it, that a second one hours later presses, and what is said in English."""
        self.look()
        self.assertEqual(self.kinds(), {(kind, False)})
        self.look(timedelta(hours=6))
        self.assertEqual(self.kinds(), {(kind, True)})
        with override("en"):
            self.assertIn(words, str(self.tribune.findings.get()))


class FoundTests(WatchTestCase):
    def setUp(self):
        super().setUp()
        self.look()
        self.clock.shift(timedelta(days=1))

    def test_page_that_is_as_agreed_needs_nobody(self):
        self.assertEqual(self.kinds(), set())
        self.assertEqual(self.tribune.found_status, 200)
        self.assertTrue(self.tribune.found_link_back)
        self.assertFalse(self.tribune.found_noindex)
        kept = KeptPage.objects.get()
        self.assertIn("ce que la machine décide.", kept.text)
        self.assertNotIn("Accueil", kept.text)
        self.assertIn("<p>La question revient", kept.html)

    def test_gone(self):
        self.partner.shows(http(status=404))
        self.assertFinds("gone", "The page is gone: their server answers 404.")
        self.assertEqual(self.tribune.gone_since, START + timedelta(days=1))
        # What stood there is kept.
        self.assertIn("La question revient", KeptPage.objects.get().text)

    def test_gone_for_good_needs_no_second_look(self):
        self.partner.shows(http(status=410))
        self.look()
        self.assertEqual(self.kinds(), {("gone", True)})
        self.assertIsNotNone(self.tribune.gone_since)

    def test_one_failure_is_no_alarm(self):
        self.partner.shows(http(status=404))
        self.look()
        self.assertIsNone(self.tribune.gone_since)
        self.assertEqual(self.tribune.look_due_at, START + timedelta(days=1, hours=6))
        self.partner.shows(article())
        self.look(timedelta(hours=6))
        self.assertEqual(self.kinds(), set())
        self.assertEqual([look.times for look in self.tribune.looks.all()], [1, 1, 1])

    def test_second_look_within_minutes_proves_nothing(self):
        self.partner.shows(http(status=404))
        self.look()
        self.look(timedelta(minutes=10))
        self.assertEqual(self.kinds(), {("gone", False)})

    def test_page_that_comes_back_is_alive_again(self):
        self.partner.shows(http(status=410))
        self.look()
        self.partner.shows(article())
        self.look(timedelta(days=3))
        self.assertEqual(self.kinds(), set())
        self.assertIsNone(self.tribune.gone_since)

    def test_page_stays_gone_while_its_server_fails(self):
        self.partner.shows(http(status=410))
        self.look()
        since = self.tribune.gone_since
        self.partner.shows(http(status=503))
        self.look(timedelta(days=1))
        self.assertEqual(self.tribune.gone_since, since)

    def test_page_that_is_gone_in_another_way_has_been_gone_as_long(self):
        self.partner.shows(http(status=410))
        since = self.look().gone_since
        self.partner.shows(http(status=302, Location="/"))
        self.partner.shows(http("<title>Le blog</title>"), "/")
        self.look(timedelta(days=1))
        self.assertEqual(self.kinds(), {("home", True)})
        self.assertEqual(self.tribune.gone_since, since)

    def test_moved(self):
        self.partner.shows(http(status=301, Location="/nouveau/"))
        self.partner.shows(article(), "/nouveau/")
        self.assertFinds("moved", f"moved for good, to {self.server.address}/nouveau/.")

    def test_page_that_has_moved_names_its_new_address_as_the_original(self):
        self.partner.shows(http(status=301, Location="/nouveau/"))
        self.partner.shows(article(head='<link rel="canonical" href="/nouveau/">'), "/nouveau/")
        self.look()
        self.assertEqual(self.kinds(), {("moved", False)})

    def test_original_that_is_taken_for_ours(self):
        ours = "http://testserver/blog/2016/06/president-numerique-bonne-idee-webinaire/"
        self.partner.shows(article(head=f'<link rel="canonical" href="{ours}">'))
        self.assertFinds("canonical", f"names {ours} as the original; agreed is {self.tribune.url}.")

    def test_temporary_detour_is_no_move(self):
        self.partner.shows(http(status=302, Location="/nouveau/"))
        self.partner.shows(article(), "/nouveau/")
        self.look()
        self.assertEqual(self.kinds(), set())

    def test_redirected_to_the_home_page(self):
        for home in ("/", "/fr/", "/index.php", "/accueil/"):
            with self.subTest(home=home):
                self.tribune.findings.all().delete()
                self.partner.shows(http(status=301, Location=home))
                self.partner.shows(article(title="Le blog du communicant"), home)
                self.assertFinds("home", "leads to the home page")
                self.assertIsNotNone(self.tribune.gone_since)

    def test_soft_404(self):
        for title in (
            "Page introuvable",
            "404",
            "Oops! That page can’t be found.",
            "Oups ! Cette page n’a pas pu être trouvée.",
            "Erreur 404 – page non trouvée",
            "The page you requested does not exist",
            "Not Found (404)",
            "Page introuvable » L’Atelier",
            "Cette page n’existe pas ou plus",
            "Contenu indisponible",
            "Oups ! Nous n’avons pas trouvé cette page.",
            "Sorry, this page isn’t available",
            "This article has been removed",
            "410 Gone",
            "Non trouvé",
            "Aucun résultat",
            "No results found",
            "Nothing here",
            "Account Suspended",
            "Ce compte a été suspendu",
        ):
            with self.subTest(title=title):
                self.tribune.findings.all().delete()
                self.partner.shows(article(title=title, paragraphs=["Essayez une recherche."], link=""))
                self.assertFinds("not_found", "The page is gone: their server answers 200, but shows")

    def test_soft_404_by_the_address_it_leads_to(self):
        self.partner.shows(http(status=302, Location="/404.html"))
        self.partner.shows(article(title="Perdu ?", paragraphs=["Essayez une recherche."], link=""), "/404.html")
        self.assertFinds("not_found", "The page is gone")

    def test_article_about_missing_pages_is_none(self):
        for title in (
            "Erreur 404 : autopsie d'un lien mort",
            "Page introuvable, ou la mémoire du Web",
            "Aucun résultat électoral",
        ):
            with self.subTest(title=title):
                self.partner.shows(article(title=title))
                self.look()
                self.assertEqual(self.kinds(), {("title", False)})
        # Called so and nothing else, but with the text that is known.
        self.partner.shows(article(title="404"))
        self.look()
        self.assertEqual(self.kinds(), {("title", False)})

    def test_other_title(self):
        self.partner.shows(article(title="Contre un président numérique"))
        self.assertFinds(
            "title", "The title there is now “Contre un président numérique”, not “Pour un président numérique”."
        )

    def test_other_text(self):
        added = "Ajout de la rédaction : cet article est offert par un marchand de serveurs en Bretagne."
        self.partner.shows(article(paragraphs=[*PARAGRAPHS, added]))
        self.assertFinds("text", "words that differ: 15")
        self.assertIn("offert par un marchand", KeptPage.objects.get().text)
        self.assertNotIn("offert par un marchand", KeptPage.objects.get().agreed_text)

    def test_what_an_edition_may_change_is_no_other_text(self):
        mended = [PARAGRAPHS[0].replace("tweete", "« tweete »"), PARAGRAPHS[1].upper(), f"{PARAGRAPHS[2]} 1 234 vues"]
        self.partner.shows(article(paragraphs=mended))
        self.look()
        self.assertEqual(self.kinds(), set())

    def test_text_that_changes_again_is_told_again(self):
        self.partner.shows(article(paragraphs=PARAGRAPHS[:2]))
        self.look()
        self.look(timedelta(hours=6))
        self.tribune.findings.update(quiet_at=START)
        self.look(timedelta(days=1))
        self.assertEqual(self.kinds(), {("text", False)})
        self.assertIsNotNone(self.tribune.findings.get().quiet_at)
        self.partner.shows(article(paragraphs=PARAGRAPHS[:1]))
        self.look(timedelta(days=1))
        self.look(timedelta(hours=6))
        self.assertEqual(self.kinds(), {("text", True)})

    def test_link_lost(self):
        self.partner.shows(article(link="<p>Par Yann Gourvennec, ailleurs.</p>"))
        self.assertFinds("link", "The page does not link to us.")

    def test_byline_lost(self):
        self.partner.shows(article(link=LINK.replace("Yann Gourvennec", "la rédaction")))
        self.look()
        self.assertEqual(self.kinds(), {("byline", False)})
        with override("en"):
            self.assertIn("Yann Gourvennec", str(self.tribune.findings.get()))

    def test_noindex_in_the_page(self):
        self.partner.shows(article(head='<meta name="robots" content="noindex, follow">'))
        self.assertFinds("noindex", "tells search engines not to show it")

    def test_noindex_in_a_header(self):
        self.partner.shows(article(X_Robots_Tag="noindex"))
        self.assertFinds("noindex", "tells search engines not to show it")

    def test_other_original_than_agreed(self):
        self.partner.shows(article(head='<link rel="canonical" href="https://example.com/copie/">'))
        self.assertFinds("canonical", "names https://example.com/copie/ as the original; agreed is")

    def test_page_that_names_itself_is_the_original_as_agreed(self):
        self.partner.shows(article(head=f'<link rel="canonical" href="{PATH}?">'))
        self.look()
        self.assertEqual(self.kinds(), set())

    def test_page_that_should_name_ours_and_names_none(self):
        Tribune.objects.update(canonical="here", content="whole")
        self.assertFinds("canonical", "names no original; agreed is http://testserver/blog/2016/06/")
        self.partner.shows(
            article(
                head='<link rel="canonical" href="http://testserver/blog/2016/06/president-numerique-bonne-idee-webinaire/">'
            )
        )
        self.look(timedelta(days=1))
        self.assertEqual(self.kinds(), set())

    def test_no_web_page(self):
        self.partner.shows(http(b"%PDF-1.7", Content_Type="application/pdf"))
        self.assertFinds("not_html", "no web page but a file (application/pdf)")

    def test_refused(self):
        self.partner.shows(http(status=403))
        self.assertFinds("refused", "refuses to show the page: it answers 403")
        self.assertIsNone(self.tribune.gone_since)

    def test_unwanted_by_robots_txt(self):
        self.partner.shows(http("User-agent: *\nDisallow: /2016/", Content_Type="text/plain"), "/robots.txt")
        self.assertFinds(
            "disallowed", "Their robots.txt does not allow programs to look at the page (Disallow: /2016/)"
        )
        self.assertEqual(self.partner.asked.count(PATH), 1)

    def test_forbidden_address(self):
        Tribune.objects.update(url="http://192.168.1.1/article/")
        self.assertFinds("forbidden", "leads into a private network")

    def test_redirect_into_a_private_network(self):
        self.partner.shows(http(status=302, Location="http://169.254.169.254/latest/"))
        self.assertFinds("forbidden", "leads into a private network")

    def test_every_sentence_is_in_both_languages(self):
        self.partner.shows(http(status=404))
        self.look()
        with override("fr"):
            self.assertEqual(str(self.tribune.findings.get()).count("404"), 1)


class NoAnswerTests(WatchTestCase):
    def test_server_that_fails_is_left_alone_for_longer_and_longer(self):
        self.partner.shows(http(status=503))
        delays = []
        for _number in range(9):
            tribune = self.look(timedelta(hours=1))
            delays.append((tribune.look_due_at - tribune.looked_at) / timedelta(hours=1))
        self.assertEqual(delays, [1, 2, 4, 8, 16, 32, 64, 72, 72])
        self.assertEqual(self.kinds(), {("failing", True)})
        self.assertIsNone(self.tribune.gone_since)
        self.partner.shows(article())
        self.assertEqual(self.look(timedelta(days=3)).look_failures, 0)

    def test_server_that_wants_patience_gets_it(self):
        self.partner.shows(http(status=429, Retry_After="7200"))
        tribune = self.look()
        self.assertEqual(tribune.look_due_at - tribune.looked_at, timedelta(hours=2))

    def test_site_that_is_silent_for_days_is_dead_for_readers(self):
        self.look()
        Tribune.objects.update(url="http://127.0.0.1:9/article/", looked_url="http://127.0.0.1:9/article/")
        with override_settings(LOOPBACK_SERVERS=frozenset({"127.0.0.1:9"})):
            self.look()
            self.look(timedelta(days=1))
            self.assertEqual(self.kinds(), {("unreachable", True)})
            self.assertIsNone(self.tribune.gone_since)
            self.look(timedelta(days=2))
            self.assertIsNone(self.tribune.gone_since, "Nobody answers: it is this site that is cut off.")
            make_tribune(
                self.tribune.post,
                make_partner(slug="autre"),
                looked_at=START + timedelta(days=3),
                found_status=200,
                is_watched=False,
            )
            self.look(timedelta(hours=1))
        self.assertEqual(self.tribune.gone_since, START)

    def test_certificate_that_nobody_trusts(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        _certificate, context = make_certificate(Path(folder.name), "blog.example")
        with playing(self.partner, tls=context) as server:
            Tribune.objects.update(url=f"{server.address}{PATH}")
            self.assertFinds("certificate", "issued by nobody who is trusted: another site may be answering.")
        self.assertIsNone(self.tribune.gone_since)
        self.assertEqual(self.tribune.unsafe_since, START)

    def test_certificate_that_is_good_again_is_no_longer_warned_of(self):
        self.tribune.findings.create(kind="certificate", since=START, confirmed_at=START)
        Tribune.objects.update(unsafe_since=START)
        self.look()
        self.assertIsNone(self.tribune.unsafe_since)

    def test_slow_server(self):
        def answer(_request):
            sleep(1.5)
            return article()

        self.partner.shows(answer)
        with mock.patch("blog.syndication.watching.SECONDS", 0.5):
            self.assertFinds("slow", "Their server took longer than 0.5 s and was not waited for.")

    def test_server_that_breaks_off(self):
        self.partner.shows(b"")
        self.look()
        self.assertEqual({kind for kind, _ in self.kinds()}, {"broken"})

    def test_robots_txt_that_fails_says_why_the_page_is_not_looked_at(self):
        self.partner.shows(http(status=500), "/robots.txt")
        self.look()
        with override("en"):
            self.assertEqual(str(self.tribune.findings.get()), "Their server fails: it answers 500.")
        self.assertNotIn(PATH, self.partner.asked)


class PoliteTests(WatchTestCase):
    def conditional(self, request):
        return http(status=304) if 'If-None-Match: "1"' in request else article(ETag='"1"')

    def test_known_page_is_not_sent_again(self):
        self.partner.shows(self.conditional)
        self.look()
        kept = KeptPage.objects.get()
        self.look(timedelta(days=1))
        self.assertRegex(self.server.requests[-1], re.compile('^if-none-match: "1"', re.IGNORECASE | re.MULTILINE))
        self.assertEqual(self.kinds(), set())
        self.assertEqual(KeptPage.objects.get().text, kept.text)
        self.assertEqual(KeptPage.objects.get().seen_at, START + timedelta(days=1))
        self.assertEqual([(look.times, look.status) for look in Look.objects.all()], [(2, 200)])

    def test_unchanged_page_is_judged_by_what_is_agreed_now(self):
        self.partner.shows(self.conditional)
        self.look()
        Tribune.objects.update(canonical="here", content="whole")
        self.look(timedelta(days=1))
        self.assertEqual(self.kinds(), {("canonical", False)})

    def test_etag_that_cannot_be_said_back_is_not_kept(self):
        self.partner.shows(article(ETag='"é"'))
        self.look()
        self.look(timedelta(days=1))
        self.assertEqual(self.tribune.looks.get().times, 2)

    def test_button_that_is_pressed_ten_times_asks_once(self):
        for _number in range(10):
            watching.look_again(self.tribune.pk)
            cache.clear()
        self.assertEqual(self.partner.asked.count(PATH), 1)

    def test_who_asks_for_a_look_gets_a_second_one_that_decides(self):
        self.look()
        self.clock.shift(timedelta(minutes=2))
        self.partner.shows(http(status=404))
        look_at_tribune.call(tribune_id=self.tribune.pk)
        self.assertEqual(self.kinds(), {("gone", False)})
        [waiting] = DBTaskResult.objects.filter(task_path="blog.tasks.look_at_tribune")
        self.clock.move_to(waiting.run_after)
        cache.clear()
        look_at_tribune.call(tribune_id=self.tribune.pk)
        self.assertEqual(self.kinds(), {("gone", True)})
        self.assertEqual(DBTaskResult.objects.filter(task_path="blog.tasks.look_at_tribune").count(), 1)

    def test_server_that_fails_for_a_minute_is_not_certain_to_be_dead_whoever_asks(self):
        self.look()
        self.partner.shows(http(status=503))
        for _number in range(3):
            self.clock.shift(timedelta(minutes=2))
            cache.clear()
            look_at_tribune.call(tribune_id=self.tribune.pk)
        self.assertEqual(self.kinds(), {("failing", False)})

    def test_look_that_is_asked_for_waits_for_its_turn(self):
        self.look()
        self.clock.shift(timedelta(minutes=2))
        cache.set(f"asked:{looking.host_of(self.tribune.url)}", True, 30)
        look_at_tribune.call(tribune_id=self.tribune.pk)
        [waiting] = DBTaskResult.objects.filter(task_path="blog.tasks.look_at_tribune")
        self.assertEqual(waiting.run_after, START + timedelta(minutes=3))
        self.assertEqual(self.tribune.looks.get().times, 1)

    def test_page_is_fetched_whole_once_a_week(self):
        self.partner.shows(self.conditional)
        self.look()
        self.look(timedelta(days=7))
        self.assertNotIn("if-none-match", self.server.requests[-1].lower())

    def test_it_says_who_it_is(self):
        self.look()
        self.assertIn("Tribune/", self.server.requests[-1])

    def test_host_is_asked_once_and_has_a_pause(self):
        tribunes = [
            make_tribune(
                make_post(slug=f"p-{number}"),
                make_partner(slug=f"b-{number}"),
                url=f"{self.server.address}/{number}/",
            )
            for number in range(5)
        ]
        Tribune.objects.update(look_due_at=START)
        watching.look_around()
        self.assertEqual(len([path for path in self.partner.asked if path != "/robots.txt"]), 1)
        waiting = Tribune.objects.filter(looked_at=None).values_list("look_due_at", flat=True)
        self.assertEqual(sorted((moment - START).total_seconds() for moment in waiting), [60, 120, 180, 240, 300])
        for _minute in range(len(tribunes)):
            self.clock.shift(timedelta(seconds=61))
            watching.look_around()
        self.assertFalse(Tribune.objects.filter(looked_at=None).exists())
        self.assertEqual(len([path for path in self.partner.asked if path != "/robots.txt"]), 6)

    def test_task_that_was_killed_loses_nothing_and_does_nothing_twice(self):
        Tribune.objects.update(look_due_at=START)

        with self.assertRaises(SystemExit), mock.patch("blog.syndication.watching.note", side_effect=SystemExit):
            watching.look_around()
        self.assertFalse(Look.objects.exists())
        cache.clear()
        watching.look_around()
        self.assertFalse(Look.objects.exists(), "It is claimed for an hour.")
        self.clock.shift(timedelta(hours=1, minutes=1))
        watching.look_around()
        self.assertEqual(Look.objects.get().times, 1)

    def test_what_an_editor_changes_during_a_look_goes_first(self):
        asked = looking.fetch

        def fetch(*arguments, **options):
            Tribune.objects.filter(pk=self.tribune.pk).update(url="https://example.org/ailleurs/")
            return asked(*arguments, **options)

        self.partner.shows(http(status=410))
        with mock.patch("blog.syndication.looking.fetch", fetch):
            self.look()
        self.assertFalse(Look.objects.exists())
        self.assertIsNone(self.tribune.gone_since)


class ScheduleTests(WatchTestCase):
    def test_first_looks_are_spread_over_a_day(self):
        for number in range(40):
            make_tribune(make_post(slug=f"p-{number}"), make_partner(slug=f"b-{number}"))
        watching.appoint(START)
        moments = Tribune.objects.values_list("look_due_at", flat=True)
        self.assertGreater(max(moments) - min(moments), timedelta(hours=12))
        self.assertLessEqual(max(moments), START + timedelta(days=1))

    def test_new_tribune_is_looked_at_soon(self):
        Tribune.objects.update(published_at=START - timedelta(hours=1))
        watching.look_around()
        self.assertTrue(Look.objects.exists())

    def test_only_what_is_published_and_watched_is_looked_at(self):
        for change in ({"state": "accepted"}, {"state": "withdrawn"}, {"is_watched": False}):
            with self.subTest(change=change):
                Tribune.objects.update(**({"state": "published", "is_watched": True, "look_due_at": START} | change))
                watching.look_around()
                self.assertEqual(self.partner.asked, [])

    def test_next_round_waits_once_and_comes_soon_enough_for_what_is_new(self):
        watching.look_around()
        watching.look_around()
        waiting = DBTaskResult.objects.get()
        self.assertLessEqual(waiting.run_after, START + timedelta(minutes=15))
        self.assertEqual(waiting.task_path, "blog.tasks.look_at_tribunes")

    def test_broken_chain_is_taken_up(self):
        watching.resume()
        watching.resume()
        self.assertEqual(DBTaskResult.objects.count(), 1)

    def test_cost_does_not_grow(self):
        def queries():
            cache.clear()
            Tribune.objects.update(look_due_at=START + timedelta(days=30))
            Tribune.objects.filter(pk=self.tribune.pk).update(look_due_at=START)
            with CaptureQueriesContext(connection) as found:
                watching.look_around()
            return len(found)

        self.look()
        few = queries()
        for number in range(30):
            make_tribune(make_post(slug=f"p-{number}"), make_partner(slug=f"b-{number}"))
        self.assertEqual(queries(), few)

    @skipUnless(connection.vendor == "sqlite", "PostgreSQL reads a small table whole.")
    def test_due_ones_are_found_by_an_index(self):
        self.assertIn("tribune_look_due", watching.due(START).explain())

    def test_mended_address_is_looked_at_anew(self):
        self.partner.shows(http(status=410))
        self.look()
        self.partner.shows(article(), "/juste/")
        self.tribune.url = f"{self.server.address}/juste/"
        self.tribune.save()
        self.tribune.refresh_from_db()
        self.assertEqual((self.tribune.gone_since, self.tribune.look_due_at), (None, None))
        self.assertFalse(self.tribune.findings.exists())

    def test_saving_a_tribune_takes_back_nothing_that_was_noted(self):
        stale = Tribune.objects.get(pk=self.tribune.pk)
        self.partner.shows(http(status=410))
        self.look()
        stale.title = "Autre titre"
        stale.save()
        self.tribune.refresh_from_db()
        self.assertIsNotNone(self.tribune.gone_since)
        self.assertEqual(self.tribune.title, "Autre titre")

    def test_history_has_an_end(self):
        Look.objects.bulk_create(
            Look(tribune=self.tribune, url="x", found=[["gone", {}]], first_at=START, last_at=START - timedelta(days=n))
            for n in range(1, 120)
        )
        self.look()
        self.assertLessEqual(self.tribune.looks.count(), 119)


class PagesTests(WatchTestCase):
    """Readers' pages, which are kept for a minute, change with what is known of the partner's."""

    def test_kept_pages_are_dropped_when_a_page_dies_and_when_it_is_back(self):
        with override_settings(PAGE_CACHE=True):
            for answer, is_led in ((article(), True), (http(status=410), False), (article(), True)):
                self.partner.shows(answer)
                with self.captureOnCommitCallbacks(execute=True):
                    self.look()
                self.clock.shift(timedelta(seconds=1))
                response = self.client.get("/tribunes/")
                self.assertEqual(f'href="{self.tribune.url}"' in response.text, is_led)
                # It is in the cache again.
                with self.assertNumQueries(0):
                    self.client.get("/tribunes/")

    def test_look_that_finds_the_same_drops_no_page(self):
        self.look()
        with mock.patch("blog.syndication.watching.drop_pages") as drop, self.captureOnCommitCallbacks(execute=True):
            self.look(timedelta(days=1))
        drop.assert_not_called()

    def test_text_that_is_accepted_is_the_one_that_is_looked_for(self):
        self.look()
        self.partner.shows(article(title="Autre titre", paragraphs=PARAGRAPHS[:2]))
        self.look(timedelta(days=1))
        self.look(timedelta(hours=6))
        accept_page(self.tribune.pk, token_of(list(self.tribune.findings.all())))
        self.look(timedelta(days=1))
        self.assertEqual(self.kinds(), set())
        self.assertEqual(self.tribune.title, "Autre titre")

    def test_address_that_is_taken_over_is_looked_at_with_what_is_known(self):
        self.look()
        self.partner.shows(http(status=308, Location="/nouveau/"))
        self.partner.shows(article(paragraphs=PARAGRAPHS[:1]), "/nouveau/")
        self.look(timedelta(days=1))
        self.assertEqual({kind for kind, _ in self.kinds()}, {"moved", "text"})
        take_over_address(self.tribune.pk, token_of(list(self.tribune.findings.all())))
        self.look(timedelta(days=1))
        self.assertEqual(self.tribune.url, f"{self.server.address}/nouveau/")
        self.assertEqual(self.kinds(), {("text", True)})


class HostileTests(WatchTestCase):
    def test_hostile_html_is_kept_clean(self):
        evil = (
            '<script>alert(1)</script><p onclick="x()">Un <a href="javascript:x()">mot</a> <img src=x onerror=x()></p>'
        )
        self.partner.shows(article(link=f"{LINK}{evil}<p>\x00\x07 &lt;script&gt;</p>"))
        self.look()
        html = KeptPage.objects.get().html
        for part in ("<script", "onclick", "javascript:", "onerror", "<img", "\x00"):
            self.assertNotIn(part, html)
        self.assertIn("&lt;script&gt;", html)

    def test_page_of_nonsense_ends_in_a_clear_state(self):
        for answer in (
            http(b"\xff\xfe\x00\x00" * 1000),
            http("<div>" * 20_000),
            http("x " * 1_500_000),
            http('<p class="a">' + "<b>x</b>" * 30_000),
            http("", Content_Type="text/html"),
            http("<title>" + "t" * 5000 + "</title><link rel=canonical href=/" + "c" * 1500 + ">"),
        ):
            with self.subTest(answer=answer[:80]):
                self.partner.shows(answer)
                self.assertEqual(self.look().found_status, 200)
                self.assertTrue(self.kinds())

    def test_redirect_for_ever(self):
        self.partner.shows(http(status=301, Location=PATH))
        self.look()
        with override("en"):
            self.assertIn("the search was given up", str(self.tribune.findings.get()))
