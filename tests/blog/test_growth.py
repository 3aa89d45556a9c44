"""What a page costs does not grow with how much there is: counted in the steps of the database, which say what queries
walk through.

SQLite keeps no statistics: it may well find the twenty posts of a page among all that are out by walking through them.
PostgreSQL does, and plans otherwise for little than for much, so that there is nothing to be counted here.
"""

from datetime import timedelta
from unittest import mock, skipUnless

from django.db import connection
from django.test import TestCase, override_settings

from blog.search.catching_up import catch_up_all
from tests.blog.test_series import make_series
from tests.factories import (
    PUBLISHED_AT,
    make_author,
    make_category,
    make_comment,
    make_event,
    make_partner,
    make_post,
    make_tag,
    make_translation,
    make_tribune,
)

FEW, MANY = 45, 180
# Pages are full of other things then, and trees are deeper.
MORE = 1.3
EVERY = 10

POST = "/blog/2016/06/numero-20/"
PAGES = (
    "/",
    "/blog/",
    "/blog/?page=2",
    "/en/blog/",
    "/blog/2016/",
    "/blog/2016/06/",
    "/blog/archives/",
    "/blog/les-plus-discutes/",
    "/categorie/economie-et-numerique/",
    "/sujet/cloud/",
    "/auteurs/yann-gourvennec/",
    "/series/les-nuages/",
    "/evenements/webinaire-president-numerique/",
    "/partenaires/blog-du-communicant/",
    "/auteurs/yann-gourvennec/tribunes/",
    "/tribunes/",
    POST,
    f"{POST}feed/",
    "/blog/feed/",
    "/categorie/economie-et-numerique/feed/atom/",
    "/sujet/cloud/feed/json/",
    "/auteurs/yann-gourvennec/feed/",
    "/partenaires/blog-du-communicant/feed/",
    "/tribunes/feed/",
    "/commentaires/feed/",
    "/commentaires/feed/1/",
    "/blog/feed/2016/06/1/",
    f"/oembed?url=http://testserver{POST}&format=json",
    "/recherche/?q=question",
    "/recherche/?q=%C2%AB+une+question+%C2%BB",
    "/recherche/?q=question&category=economie-et-numerique&year=2016",
    "/recherche/?q=rientrouve",
)


@skipUnless(connection.vendor == "sqlite", "PostgreSQL plans by what it counted, and there is little here.")
@override_settings(PAGE_CACHE=False)
class GrowthTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.shared = {
            "category": make_category(),
            "authors": [make_author()],
            "tags": [make_tag()],
        }
        cls.partner = make_partner()
        cls.made = 0
        cls.make(FEW)
        event = make_event()
        posts = [make_post(slug=f"de-la-serie-{number}", event=event, **cls.shared) for number in range(3)]
        make_series(*posts, slug="les-nuages")

    @classmethod
    def make(cls, until):
        for number in range(cls.made, until):
            at = PUBLISHED_AT + timedelta(minutes=number)
            post = make_post(slug=f"numero-{number}", published_at=at, **cls.shared)
            make_translation(post, slug=f"number-{number}", **{k: v for k, v in cls.shared.items() if k != "category"})
            make_comment(post)
            make_tribune(post, cls.partner, url=f"https://example.org/{number}/", published_at=at)
        cls.made = until
        catch_up_all()

    def steps(self, address):
        """Return how many tens of steps the database took for a page."""
        count = 0

        def note():
            nonlocal count
            count += 1

        # What a first request asks once a process is asked before.
        self.client.get(address)
        connection.connection.set_progress_handler(note, EVERY)
        try:
            response = self.client.get(address)
        finally:
            connection.connection.set_progress_handler(None, EVERY)
        self.assertEqual(response.status_code, 200, address)
        return count

    # As many as are shown or ranked at most, for which there is not enough here.
    @mock.patch.multiple("comments.feeds", COMMENTS=20, NUMBERS=20)
    @mock.patch.multiple("blog.search.finding", NEWEST=30, IN_HEADS=10, TIMELESS=10, VOICES=10)
    def test_four_times_as_much_is_no_more_work(self):
        before = {address: self.steps(address) for address in PAGES}
        self.make(MANY)
        grown = {}
        for address, few in before.items():
            many = self.steps(address)
            if many > few * MORE:
                grown[address] = (few, many)
        self.assertEqual(grown, {})
