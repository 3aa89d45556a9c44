"""What the watch over tribunes found, as editors see it, and what they do about it."""

from datetime import UTC, datetime, timedelta

import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from blog.models import Finding, KeptPage, Look, Tribune
from blog.syndication.settling import token_of
from tests.blog.syndication.servers import http, playing
from tests.factories import (
    make_alice,
    make_author,
    make_bob,
    make_carol,
    make_partner,
    make_post,
    make_tribune,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BEFORE = "Un président numérique, et pourquoi.\nUne phrase reste.\nIl faut un ministre."
AFTER = "Un président numérique, et pourquoi.\nUne phrase reste.\nIl faut <b>deux</b> ministres."


class WatchAdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()
        cls.post = make_post(authors=[make_author()])
        cls.tribune = make_tribune(cls.post)
        cls.page = f"/admin/blog/tribune/{cls.tribune.pk}/change/"
        cls.kept = KeptPage.objects.create(
            tribune=cls.tribune,
            agreed_title="Pour un président numérique",
            agreed_text=BEFORE,
            agreed_html="<p>avant</p>",
            agreed_at=NOW,
            title="Pour deux présidents numériques",
            text=AFTER,
            html="<p>après</p>",
            seen_at=NOW,
            fetched_at=NOW,
        )

    def setUp(self):
        self.clock = self.enterContext(time_machine.travel(NOW, tick=False))
        self.client.force_login(self.alice)
        self.client.cookies["django_language"] = "en"

    def find(self, kind, *, tribune=None, detail="", is_confirmed=True, **facts):
        return Finding.objects.create(
            tribune=tribune or self.tribune,
            kind=kind,
            detail=detail,
            facts=facts,
            since=NOW - timedelta(days=1),
            confirmed_at=NOW if is_confirmed else None,
        )

    def press(self, act, token=None, *, back="/admin/", follow=True):
        token = token_of(list(self.tribune.findings.all())) if token is None else token
        address = f"/admin/blog/tribune/{self.tribune.pk}/watch/"
        response = self.client.post(address, {"act": act, "token": token, "back": back}, follow=follow)
        self.tribune = Tribune.objects.get(pk=self.tribune.pk)
        return response

    def test_first_page_says_what_needs_somebody(self):
        self.assertNotContains(self.client.get("/admin/"), "need attention")
        self.find("gone", status=404)
        response = self.client.get("/admin/")
        self.assertContains(response, "1 tribune needs attention")
        self.assertContains(response, "The page is gone: their server answers 404.")
        self.assertContains(response, "Since 1 March 2026")
        self.assertContains(response, "Mark as withdrawn")

    def test_first_page_in_french(self):
        self.client.cookies["django_language"] = "fr"
        self.find("gone", status=404)
        self.assertContains(self.client.get("/admin/"), "404")

    def test_what_was_seen_once_needs_nobody_yet(self):
        self.find("gone", status=404, is_confirmed=False)
        self.assertNotContains(self.client.get("/admin/"), "need attention")
        self.assertContains(self.client.get(self.page), "Seen once: a second look decides.")

    def test_only_who_may_change_tribunes_is_told_and_may_act(self):
        self.find("gone", status=404)
        for person in (make_bob(), make_carol()):
            self.client.force_login(person)
            self.assertNotContains(self.client.get("/admin/"), "attention")
            self.assertEqual(self.client.get("/admin/blog/tribune/attention/").status_code, 403)
            self.assertEqual(self.press("withdraw", follow=False).status_code, 403)
        self.client.logout()
        self.assertEqual(self.press("withdraw", follow=False).status_code, 302)
        self.assertTrue(self.tribune.is_published())

    def test_what_differs_is_marked_word_by_word_and_escaped(self):
        self.find("title", detail="x", title=self.kept.title, agreed=self.kept.agreed_title)
        self.find("text", words=2)
        for address in ("/admin/", self.page, "/admin/blog/tribune/attention/"):
            response = self.client.get(address)
            self.assertContains(response, "<del>un président numérique</del><ins>deux présidents numériques</ins>")
            self.assertContains(response, "<del>un ministre.</del><ins>&lt;b&gt;deux&lt;/b&gt; ministres.</ins>")
            self.assertNotContains(response, "<b>deux")

    def test_new_address_is_taken_over(self):
        Tribune.objects.update(looked_url=self.tribune.url)
        self.find("moved", detail="https://example.org/nouveau/", address="https://example.org/nouveau/")
        response = self.press("move")
        self.assertContains(response, "It leads to its new address now.")
        self.assertEqual(self.tribune.url, "https://example.org/nouveau/")
        self.assertFalse(self.tribune.findings.exists())
        self.assertContains(self.client.get("/tribunes/"), "https://example.org/nouveau/")
        # What is known of the page stays.
        self.assertEqual(KeptPage.objects.get().agreed_text, BEFORE)
        self.assertContains(self.client.get(f"/admin/blog/tribune/{self.tribune.pk}/history/"), "new address")

    def test_address_that_no_link_may_have_is_refused_with_a_word(self):
        self.find("moved", detail="x", address=f"https://example.org/{'a' * 600}/")
        self.assertContains(self.press("move"), "it has more than 500 characters")
        self.assertTrue(self.tribune.findings.exists())

    def test_page_is_accepted_as_it_is(self):
        self.find("title", detail="x", title=self.kept.title, agreed=self.kept.agreed_title)
        self.find("text", words=2)
        self.find("noindex")
        self.press("accept")
        self.assertEqual(self.tribune.title, "Pour deux présidents numériques")
        self.assertEqual(KeptPage.objects.get().agreed_text, AFTER)
        self.assertEqual([finding.kind for finding in self.tribune.findings.all()], ["noindex"])

    def test_withdrawn(self):
        self.find("gone", status=404)
        self.press("withdraw")
        self.assertEqual(self.tribune.state, "withdrawn")
        self.assertNotContains(self.client.get("/tribunes/"), self.tribune.url)

    def test_put_aside_until_it_changes(self):
        self.find("gone", status=404)
        self.press("quiet")
        self.assertNotContains(self.client.get("/admin/"), "need attention")
        self.assertContains(self.client.get(self.page), "Put aside.")

    def test_nothing_is_done_on_what_has_changed_meanwhile(self):
        self.find("gone", status=404)
        token = token_of(list(self.tribune.findings.all()))
        self.find("moved", detail="x", address="https://example.org/nouveau/")
        for act in ("move", "withdraw", "quiet"):
            self.assertContains(self.press(act, token), "Nothing was done")
        self.assertContains(self.press("accept"), "Nothing was done")
        self.assertTrue(self.tribune.is_published())

    def test_nonsense_is_answered_in_words(self):
        self.assertContains(self.press("explode"), "Choose what to do by one of the buttons.")
        address = f"/admin/blog/tribune/{self.tribune.pk}/watch/"
        self.assertEqual(self.client.get(address).status_code, 405)
        self.assertEqual(self.client.post("/admin/blog/tribune/999999/watch/", {"act": "look"}).status_code, 404)
        self.assertRedirects(
            self.press("quiet", back="https://evil.example/", follow=False), self.page, fetch_redirect_response=False
        )

    def test_look_now(self):
        with playing(http(status=410)) as server, self.captureOnCommitCallbacks(execute=True):
            cache.clear()
            Tribune.objects.update(url=f"{server.address}/article/")
            self.assertContains(self.press("look"), "It is looked at in the background")
        response = self.client.get(self.page)
        self.assertContains(response, "The page is gone: their server answers 410.")
        self.assertContains(response, "Readers are told that the page is gone since 2 March 2026.")
        self.assertContains(response, "Next look: 5 March 2026")

    def test_page_of_a_tribune_shows_the_history_and_the_private_archive(self):
        Look.objects.create(
            tribune=self.tribune,
            url=self.tribune.url,
            status=503,
            found=[["failing", {"status": 503}]],
            first_at=NOW - timedelta(days=2),
            last_at=NOW,
            times=3,
        )
        Tribune.objects.update(look_due_at=NOW + timedelta(hours=4))
        response = self.client.get(self.page)
        self.assertContains(response, "Their server fails: it answers 503.")
        self.assertContains(response, "Next look: 2 March 2026")
        self.assertContains(response, "Il faut &lt;b&gt;deux&lt;/b&gt; ministres.")

    def test_what_is_agreed_on_the_archive_is_chosen_in_the_form(self):
        response = self.client.get(self.page)
        form = response.context["adminform"].form
        self.assertFalse(form["archive_agreed"].value())
        data = {name: form[name].value() or "" for name in form.fields if name not in ("published_at", "is_watched")}
        data |= {
            "published_at_0": "2016-06-02",
            "published_at_1": "06:30:00",
            "archive_agreed": "on",
            "archive_url": "https://archive.example/x",
        }
        self.assertRedirects(self.client.post(self.page, data), "/admin/blog/tribune/")
        tribune = Tribune.objects.get()
        self.assertEqual(
            (tribune.archive_agreed, tribune.is_watched, tribune.archive_url),
            (True, False, "https://archive.example/x"),
        )

    def test_list_says_how_they_are(self):
        self.find("gone", status=404)
        make_tribune(self.post, make_partner(slug="autre", name="Autre"), looked_at=NOW)
        response = self.client.get("/admin/blog/tribune/")
        self.assertContains(response, ">gone<")
        self.assertContains(response, ">as agreed<")
        for value, count in (("needed", 1), ("gone", 0), ("nonsense", 2)):
            found = self.client.get(f"/admin/blog/tribune/?attention={value}").context["cl"].result_count
            self.assertEqual(found, count, value)

    def test_pages_cost_the_same_with_many(self):
        def count(address):
            with CaptureQueriesContext(connection) as queries:
                self.assertEqual(self.client.get(address).status_code, 200)
            return len(queries)

        self.find("gone", status=404)
        addresses = ("/admin/", "/admin/blog/tribune/attention/", "/admin/blog/tribune/")
        few = [count(address) for address in addresses]
        for number in range(30):
            tribune = make_tribune(self.post, make_partner(slug=f"b-{number}", name=f"Blog {number}"))
            self.find("gone", tribune=tribune, status=404)
        self.assertEqual([count(address) for address in addresses], few)
        self.assertContains(self.client.get("/admin/"), "31 tribunes need attention")

    @override_settings(LANGUAGE_CODE="fr")
    def test_every_page_is_in_french_too(self):
        self.client.cookies["django_language"] = "fr"
        self.find("title", detail="x", title="<i>Autre</i>", agreed="Un")
        for address in ("/admin/", self.page, "/admin/blog/tribune/attention/"):
            self.assertContains(self.client.get(address), "&lt;i&gt;Autre&lt;/i&gt;")
