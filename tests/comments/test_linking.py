"""Two posts become versions of one, or cease to be: no comment is lost from sight, and counts are right."""

from django.test import TestCase

from blog.models import Post
from blog.translating import start_translation
from comments.locking import GoneError
from comments.models import Comment, Follower, Following, Notification
from comments.moderation import count_comments, decide
from comments.upkeep import make_up, mend_counts
from tests.factories import make_alice, make_comment, make_post
from tests.forms import FormTestCase

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/a-question/"


class LinkingTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.english = make_post(language="en", slug="a-question", title="A question")
        first = make_comment(cls.post, text="un")
        make_comment(cls.post, text="un-un", parent=first)
        root = make_comment(cls.english, text="one", language="en")
        cls.answer = make_comment(cls.english, text="one-one", parent=root, language="en")
        make_comment(cls.english, text="two", language="en")
        cls.deepest = make_comment(cls.english, text="one-one-one", parent=cls.answer, language="en")
        make_comment(cls.english, text="waits", status=Comment.Status.PENDING)

    def link(self, original):
        english = Post.objects.get(pk=self.english.pk)
        english.translation_of = original
        english.save()

    def shown(self):
        return [comment.text for comment in Comment.objects.of(self.post).standing().threaded()]

    def counts(self):
        return list(Post.objects.order_by("pk").values_list("comment_count", flat=True))


class LinkingTests(LinkingTestCase):
    def test_comments_come_along_behind_those_that_are_there(self):
        self.link(self.post)
        self.assertEqual(self.shown(), ["un", "un-un", "one", "one-one", "one-one-one", "two"])
        for address in (POST, ENGLISH_POST):
            self.assertContains(self.client.get(address), "<p>one-one-one</p>")
        numbers = Comment.objects.order_by("number").values_list("text", "number", "path")
        self.assertEqual(list(numbers)[-2:], [("one-one-one", 6, "000003000004000006"), ("waits", 7, "000007")])
        self.assertEqual(self.counts(), [6, 6])

    def test_permanent_address_leads_to_the_comment_as_before(self):
        self.link(self.post)
        response = self.client.get(f"/en/comments/{self.answer.pk}/")
        self.assertRedirects(response, f"{ENGLISH_POST}#{self.answer.anchor}")

    def test_what_comes_next_has_the_next_place(self):
        self.link(self.post)
        english = Post.objects.get(pk=self.english.pk)
        answer = make_comment(english, text="late", parent=Comment.objects.get(pk=self.deepest.pk))
        self.assertEqual((answer.post_id, answer.number), (self.post.pk, 8))
        self.assertEqual(self.shown(), ["un", "un-un", "one", "one-one", "one-one-one", "late", "two"])

    def test_its_followers_go_on_following_and_are_told_once(self):
        both, one = [Follower.objects.create(email=f"{name}@example.org", language="en") for name in ("both", "one")]
        Following.objects.create(follower=both, post=self.post)
        twice = Following.objects.create(follower=both, post=self.english, seen_number=4)
        Following.objects.create(follower=one, post=self.english, seen_number=4, cadence="daily")
        told = Notification.objects.create(follower=both, following=twice, comment=self.answer)
        self.link(self.post)
        followings = Following.objects.order_by("follower__email").values_list("follower", "post", "seen_number")
        self.assertEqual(list(followings), [(both.pk, self.post.pk, None), (one.pk, self.post.pk, 6)])
        told.refresh_from_db()
        self.assertEqual(told.following.post, self.post)

    def test_decision_on_what_was_read_before_counts_where_it_stands_now(self):
        self.link(self.post)
        decide(self.answer, Comment.Status.REMOVED, by=None)
        self.assertEqual(self.counts(), [5, 5])

    def test_answer_to_what_was_read_before_is_not_filed_elsewhere(self):
        self.link(self.post)
        with self.assertRaises(GoneError):
            make_comment(self.english, parent=self.answer)

    def test_unlinked_each_counts_its_own(self):
        self.link(self.post)
        self.link(None)
        self.assertEqual(self.counts(), [6, 0])
        self.assertNotContains(self.client.get(ENGLISH_POST), "<p>one</p>")

    def test_other_changes_of_a_post_keep_its_count(self):
        self.link(self.post)
        for post in Post.objects.all():
            post.title = f"{post.title} (2)"
            post.save()
        self.assertEqual(self.counts(), [6, 6])

    def test_translation_begins_with_the_count_of_its_original(self):
        original = make_post(slug="autre")
        make_comment(original)
        self.assertEqual(start_translation(Post.objects.get(pk=original.pk)).comment_count, 1)


class LinkingInTheAdminTests(FormTestCase, LinkingTestCase):
    def test_editor_links_a_post_that_has_comments(self):
        self.client.force_login(make_alice())
        page = f"/admin/blog/post/{self.english.pk}/change/"
        # A translation says something of its own.
        changes = {"translation_of": self.post.pk, "body": "<p>In English.</p>"}
        self.fill(page, "post_form", changes, button="step=published")
        self.assertEqual(self.shown(), ["un", "un-un", "one", "one-one", "one-one-one", "two"])


class DailyMendingTests(LinkingTestCase):
    def test_comments_of_a_link_that_moved_none_are_taken_in(self):
        Post.objects.filter(pk=self.english.pk).update(translation_of=self.post)
        make_up()
        self.assertEqual(self.shown(), ["un", "un-un", "one", "one-one", "one-one-one", "two"])
        self.assertEqual(self.counts(), [6, 6])

    def test_wrong_count_of_a_translation_is_mended(self):
        self.link(self.post)
        Post.objects.filter(pk=self.english.pk).update(comment_count=0)
        self.assertEqual(mend_counts(), 1)
        self.assertEqual(self.counts(), [6, 6])
        self.assertEqual(mend_counts(), 0)
        count_comments([self.post.pk])
        self.assertEqual(self.counts(), [6, 6])
