"""One discussion for the versions of a post: it is open or closed, and found, alike from each of them."""

from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from blog.models import Post
from comments.forms import make_stamp
from comments.models import Comment
from tests.factories import make_alice, make_comment, make_post, make_translation

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"


class VersionsTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.english = make_translation(cls.post)
        cls.comment = make_comment(cls.post, text="A remark.", language="en")

    def change(self, post, **fields):
        Post.objects.filter(pk=post.pk).update(**fields)

    def send(self, address, post):
        data = {"name": "Paul", "text": "Mine.", "website": "", "stamp": make_stamp(post.pk)}
        return self.client.post(address, data)


class OpenOrClosedTests(VersionsTestCase):
    def assertTaken(self, *, is_taken):
        """Assert that each version shows forms and links where the discussion is open, and takes what they send."""
        asserts = self.assertContains if is_taken else self.assertNotContains
        key = self.comment.pk
        for post, page, answer, form in (
            (self.post, POST, f"/commentaires/{key}/repondre/", f"/commentaires/sur/{self.post.pk}/"),
            (self.english, ENGLISH_POST, f"/en/comments/{key}/reply/", f"/en/comments/on/{self.english.pk}/"),
        ):
            asserts(self.client.get(page), "data-answer")
            self.assertEqual(self.client.get(answer).status_code, 200 if is_taken else 404)
            for address in (answer, form):
                self.assertEqual(self.send(address, post).status_code, 302 if is_taken else 422)

    def test_closed_original_closes_it_for_the_translation(self):
        self.change(self.post, comment_policy="closed")
        self.assertTaken(is_taken=False)

    def test_what_the_translation_says_counts_for_nothing(self):
        self.change(self.english, comment_policy="closed")
        self.assertTaken(is_taken=True)

    def test_days_are_those_since_the_original(self):
        self.change(self.post, comment_policy="timed", comment_days=7)
        self.change(self.english, published_at=timezone.now() - timedelta(days=1))
        self.assertFalse(Post.objects.get(pk=self.english.pk).takes_comments())

    def test_form_of_a_translation_in_the_admin_asks_nothing_of_it(self):
        self.client.force_login(make_alice())
        self.assertContains(self.client.get(f"/admin/blog/post/{self.post.pk}/change/"), 'name="comment_policy"')
        page = self.client.get(f"/admin/blog/post/{self.english.pk}/change/")
        self.assertNotContains(page, 'name="comment_policy"')
        self.assertNotContains(page, "<h2>Discussion</h2>")


class WithdrawnOriginalTests(VersionsTestCase):
    """The original was taken off the site, its translation stands there with the discussion."""

    def setUp(self):
        self.change(self.post, status="withdrawn")

    def test_permanent_addresses_lead_to_the_version_that_is_there(self):
        for address in (f"/commentaires/{self.comment.pk}/", f"/en/comments/{self.comment.pk}/"):
            self.assertRedirects(self.client.get(address), f"{ENGLISH_POST}#{self.comment.anchor}")
        self.assertEqual(self.client.get(f"/en/comments/{self.comment.pk}/since/").status_code, 302)

    def test_comments_are_answered_and_reported(self):
        for rest in ("reply", "report"):
            self.assertContains(self.client.get(f"/en/comments/{self.comment.pk}/{rest}/"), "A remark.")
        response = self.send(f"/en/comments/{self.comment.pk}/reply/", self.english)
        self.assertEqual(response.status_code, 302)
        self.assertEqual(Comment.objects.get(text="Mine.").post, self.post)

    def test_site_s_feed_has_them_under_the_title_that_is_there(self):
        feed = self.client.get("/en/comments/feed/").content.decode()
        self.assertIn("A remark.", feed)
        self.assertIn("A digital president", feed)
        self.assertNotIn(self.post.title, feed)

    def test_without_any_version_there_is_nothing(self):
        self.change(self.english, status="withdrawn")
        self.assertEqual(self.client.get(f"/en/comments/{self.comment.pk}/").status_code, 404)
        self.assertEqual(self.client.get(f"/en/comments/{self.comment.pk}/reply/").status_code, 404)
