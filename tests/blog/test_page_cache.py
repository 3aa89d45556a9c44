"""Pages are kept, and a change drops those that show it, and no others."""

import gzip
from datetime import timedelta

from django.test import TestCase, override_settings
from django.utils import timezone

from comments.mending import change_text
from comments.models import Comment
from comments.moderation import decide
from tests.factories import make_author, make_carol, make_comment, make_event, make_post

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"


@override_settings(PAGE_CACHE=True)
class PageCacheTests(TestCase):
    def setUp(self):
        self.post = make_post(authors=[make_author()])
        self.other = make_post(slug="autre", title="Autre")
        for address in ("/", POST, "/blog/2016/06/autre/"):
            self.read(address)

    def read(self, address, query=None, **headers):
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.get(address, query, headers=headers)

    def change(self, act):
        with self.captureOnCommitCallbacks(execute=True):
            act()

    def test_kept_page_asks_the_database_nothing(self):
        for address in ("/", POST):
            with self.subTest(address), self.assertNumQueries(0):
                self.assertContains(self.read(address), "Président")

    def test_change_by_an_editor_shows_at_once(self):
        self.post.title = "Nouveau titre"
        self.change(self.post.save)
        self.assertContains(self.read(POST), "Nouveau titre")
        self.assertContains(self.read("/"), "Nouveau titre")

    def test_approved_comment_shows_at_once_and_drops_no_other_page(self):
        comment = make_comment(self.post, status=Comment.Status.PENDING, text="Enfin")
        self.change(lambda: decide(comment, Comment.Status.APPROVED, by=None))
        self.assertContains(self.read(POST), "Enfin")
        with self.assertNumQueries(0):
            self.read("/blog/2016/06/autre/")

    def test_comment_that_a_moderator_edits_shows_so_at_once(self):
        with self.captureOnCommitCallbacks(execute=True):
            comment = make_comment(self.post, text="Une grossièreté.")
        addresses = (POST, f"{POST}feed/", "/commentaires/feed/")
        for address in addresses:
            self.assertContains(self.read(address), "Une grossièreté.")
        self.change(lambda: change_text(comment, "[…]", by=make_carol()))
        for address in addresses:
            with self.subTest(address):
                self.assertNotContains(self.read(address), "Une grossièreté.")

    def test_comment_that_is_removed_leaves_every_feed(self):
        with self.captureOnCommitCallbacks(execute=True):
            comment = make_comment(self.other, text="Une grossièreté.")
        addresses = ("/commentaires/feed/", "/en/comments/feed/json/")
        for address in addresses:
            self.assertContains(self.read(address), "Une grossièreté.")
        self.change(lambda: decide(comment, Comment.Status.REMOVED, by=None))
        for address in addresses:
            with self.subTest(address):
                self.assertNotContains(self.read(address), "Une grossièreté.")

    def test_nonsense_in_the_query_shares_the_page(self):
        with self.assertNumQueries(0):
            self.read(f"{POST}?utm_source=lettre")

    def test_words_that_read_like_a_parameter_have_a_page_of_their_own(self):
        self.assertContains(self.read("/recherche/", {"q": "vent&year=2016"}), 'value="vent&amp;year=2016"')
        self.assertContains(self.read("/recherche/", {"q": "vent", "year": "2016"}), 'value="vent"')

    def test_kept_front_page_is_no_answer_to_what_wordpress_was_asked_at_it(self):
        for query, target in (
            ("s=vent", "/recherche/?q=vent"),
            ("s=pluie", "/recherche/?q=pluie"),
            ("feed=rss2", "/blog/feed/"),
            ("s=vent&feed=rss2", "/recherche/feed/?q=vent"),
        ):
            with self.subTest(query):
                self.assertRedirects(self.read(f"/?{query}"), target, 301, fetch_redirect_response=False)

    def test_browser_that_has_the_page_gets_304(self):
        etag = self.read(POST)["ETag"]
        response = self.read(POST, if_none_match=etag)
        self.assertEqual((response.status_code, response.content), (304, b""))
        self.assertIn("s-maxage", response["Cache-Control"])

    def test_304_and_kept_page_have_the_headers_of_the_page(self):
        video = "https://www.youtube.com/watch?v=pJb9Eu16clQ"
        make_post(slug="video", body=f'<figure data-video="{video}"><figcaption>Voir</figcaption></figure>')
        make_event()
        for address, name in (
            ("/blog/2016/06/video/", "Content-Security-Policy"),
            ("/evenements/webinaire-president-numerique.ics", "Content-Disposition"),
        ):
            with self.subTest(address):
                made = self.read(address)
                self.assertEqual(self.read(address)[name], made[name])
        known = self.read("/blog/2016/06/video/", if_none_match=self.read("/blog/2016/06/video/")["ETag"])
        self.assertEqual(known.status_code, 304)
        self.assertIn("frame-src", known["Content-Security-Policy"])

    def test_page_is_compressed_for_who_can_read_it(self):
        response = self.read(POST, accept_encoding="gzip")
        self.assertEqual(response["Content-Encoding"], "gzip")
        self.assertEqual(gzip.decompress(response.content), self.read(POST).content)
        for takes in ("br, GZIP;q=0.5", "gzip , deflate", "gzip; q=1.0"):
            self.assertEqual(self.read(POST, accept_encoding=takes)["Content-Encoding"], "gzip", takes)

    def test_page_is_not_compressed_for_who_cannot_read_it(self):
        for takes in ("gzip;q=0", "br, gzip; q=0.000", "identity", "nogzip", "gzip;q=0, br"):
            self.assertNotIn("Content-Encoding", self.read(POST, accept_encoding=takes), takes)

    def test_post_that_is_not_out_yet_is_not_kept_as_missing(self):
        hour = timezone.now() + timedelta(hours=1)
        post = make_post(slug="bientot", published_at=hour)
        self.assertEqual(self.read(post.path()).status_code, 404)
        type(post).objects.filter(pk=post.pk).update(published_at=timezone.now())
        self.assertEqual(
            self.read(
                post.path(),
            ).status_code,
            200,
        )

    def test_head_has_no_body(self):
        self.assertEqual(self.client.head(POST).content, b"")

    def test_pages_that_wait_are_private(self):
        self.assertIn("private", self.client.get("/nulle-part/")["Cache-Control"])
