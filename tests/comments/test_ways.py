"""The ways through a discussion: by thread, by age, in one language."""

import re

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from comments.discussion import COMMENTS_A_PAGE, WORTH_ORDERING
from comments.models import Comment
from comments.moderation import decide
from tests.factories import make_comment, make_post, make_translation

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"


class WayTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        make_translation(cls.post)
        cls.first = make_comment(cls.post, text="un", name="Première")
        make_comment(cls.post, text="deux")
        cls.answer = make_comment(cls.post, parent=cls.first, text="trois", language="en")
        for number in range(WORTH_ORDERING):
            make_comment(cls.post, text=f"suite {number}")

    def shown(self, query: str) -> list[str]:
        page = self.client.get(f"{POST}?{query}").content.decode()
        return re.findall(r"<p>(un|deux|trois)</p>", page)

    def test_each_way_has_its_order(self):
        self.assertEqual(self.shown(""), ["un", "trois", "deux"])
        self.assertEqual(self.shown("order=oldest"), ["un", "deux", "trois"])
        self.assertEqual(self.shown("order=newest"), ["trois", "deux", "un"])
        self.assertEqual(self.shown("language=en"), ["trois"])
        self.assertEqual(self.shown("language=fr"), ["un", "deux"])

    def test_what_stands_apart_says_whom_it_answers(self):
        for query in ("order=newest", "language=en"):
            page = self.client.get(f"{POST}?{query}")
            self.assertContains(page, "<span>en réponse à Première</span>")
            self.assertNotContains(page, "indent-1")
            self.assertNotContains(page, 'class="answers"')
        # There its place shows it, to who sees it.
        self.assertContains(self.client.get(POST), '<span class="unseen">en réponse à Première</span>')

    def test_links_lead_to_the_other_ways(self):
        page = self.client.get(POST)
        for query in ("?order=newest#comments", "?order=oldest#comments", "?language=en#comments"):
            self.assertContains(page, f'href="{POST}{query}"')
        self.assertContains(self.client.get("/en/blog/2016/06/digital-president-good-idea-webinar/"), "Newest first")

    def test_pages_stay_on_their_way(self):
        for number in range(COMMENTS_A_PAGE):
            make_comment(self.post, text=f"plus {number}")
        self.assertContains(self.client.get(f"{POST}?order=newest"), "?order=newest&amp;comments=2#comments")
        self.assertEqual(self.shown("order=newest&comments=2"), ["trois", "deux", "un"])

    def test_places_of_those_who_left_are_no_news(self):
        decide(self.first, Comment.Status.REMOVED, by=None)
        self.assertContains(self.client.get(POST), "supprimé par la modération")
        self.assertNotContains(self.client.get(f"{POST}?order=newest"), "supprimé par la modération")

    def test_short_discussion_needs_no_ways(self):
        post = make_post(slug="court")
        make_comment(post)
        self.assertNotContains(self.client.get("/blog/2016/06/court/"), "order=newest")

    def test_nonsense_is_not_found(self):
        for query in ("order=x", "language=de", "order=newest&language=fr", "order=%00"):
            self.assertIn(self.client.get(f"{POST}?{query}").status_code, (400, 404), query)

    def test_every_way_costs_the_same(self):
        counts = set()
        for query in ("", "order=newest", "order=oldest", "language=en", "order=newest&comments=1"):
            self.client.get(f"{POST}?{query}")
            with CaptureQueriesContext(connection) as queries:
                self.client.get(f"{POST}?{query}")
            counts.add(len(queries))
        self.assertEqual(len(counts), 1)
