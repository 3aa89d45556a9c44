"""Comments as archived feeds: a reader gets all of them, and no document moves when another is written."""

from datetime import UTC, datetime
from unittest.mock import patch

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from comments import feeds
from comments.models import Comment
from comments.moderation import decide
from tests.archived_feeds import SITE, FollowsFeeds
from tests.factories import make_comment, make_post, make_translation

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH = "/en/blog/2016/06/digital-president-good-idea-webinar/"
KINDS = ("feed/", "feed/atom/", "feed/json/")


@patch.object(feeds, "COMMENTS", 3)
@patch.object(feeds, "NUMBERS", 4)
class CommentArchiveTests(FollowsFeeds, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post, cls.other = make_post(), make_post(slug="autre")
        make_translation(cls.post)
        for number in range(1, 18):
            status = Comment.Status.SPAM if number in range(5, 10) else Comment.Status.APPROVED
            make_comment(cls.post if number % 3 else cls.other, text=f"Avis {number}", status=status)

    def approved(self, language="commentaires", **where):
        rows = Comment.objects.approved().filter(**where)
        return {f"{SITE}/{language}/{key}/" for key in rows.values_list("pk", flat=True)}

    def test_reader_gets_every_comment_in_each_format_and_language(self):
        for path, wanted in (
            ("/commentaires/", self.approved()),
            ("/en/comments/", self.approved("en/comments")),
            (POST, self.approved(post=self.post)),
            (ENGLISH, self.approved("en/comments", post=self.post)),
        ):
            for kind in KINDS:
                with self.subTest(path + kind):
                    self.assert_gets_all(path + kind, wanted)

    def test_document_stays_when_another_is_written(self):
        for path in ("/commentaires/feed/", f"{POST}feed/"):
            before = self.parts(path)
            for number in range(5):
                make_comment(self.post, text=f"{path} {number}")
            after = self.parts(path)
            self.assertGreater(len(after), len(before))
            self.assertEqual({address: after[address] for address in before}, before)

    def test_one_that_a_moderator_lets_through_late_moves_no_other(self):
        before = self.parts("/commentaires/feed/")
        comment = Comment.objects.filter(status="spam").first()
        decide(comment, Comment.Status.APPROVED, by=None)
        after = self.parts("/commentaires/feed/")
        name = f"{SITE}/commentaires/{comment.pk}/"
        self.assertEqual(sum(name in names for names in after.values()), 1)
        for address, names in before.items():
            self.assertEqual([each for each in after[address] if each != name], names)

    def test_what_was_brought_in_with_an_older_date_is_not_missed(self):
        """Its number is the latest, and it is not among the newest."""
        comment = make_comment(self.post, text="Il y a longtemps")
        Comment.objects.filter(pk=comment.pk).update(created_at=datetime(2009, 1, 1, tzinfo=UTC))
        self.assert_gets_all("/commentaires/feed/", self.approved())

    def test_what_is_not_there_is_not_found(self):
        for path in ("/commentaires/feed/", f"{POST}feed/", f"{POST}feed/json/"):
            for end in ("999", "9999999", "99999999", "0", "01", "-1"):
                self.assertEqual(self.client.get(f"{path}{end}/").status_code, 404, path + end)

    def test_wrong_date_leads_to_the_same_part(self):
        response = self.client.get(POST.replace("2016/06", "2015/1") + "feed/atom/1/")
        self.assertRedirects(response, f"{POST}feed/atom/1/", 301)

    def test_moved_post_takes_its_archive_along(self):
        self.post.slug = "ailleurs"
        self.post.save()
        self.assertRedirects(self.client.get(f"{POST}feed/1/"), "/blog/2016/06/ailleurs/feed/1/", 301)

    def test_cost_is_the_same_in_a_long_archive(self):
        addresses = ("/commentaires/feed/", "/commentaires/feed/", f"{POST}feed/", f"{POST}feed/1/")
        few = [self.count(address) for address in addresses]
        for number in range(30):
            make_comment(self.post, text=f"Plus {number}")
        self.assertEqual([self.count(address) for address in addresses], few)
        self.assertLessEqual(max(few), 5)

    def count(self, address):
        with CaptureQueriesContext(connection) as queries:
            self.assertEqual(self.client.get(address).status_code, 200, address)
        return len(queries)
