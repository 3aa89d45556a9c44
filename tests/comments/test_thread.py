"""The order of a thread, the places that those who left keep, and permanent addresses."""

from django.test import TestCase

from comments.discussion import COMMENTS_A_PAGE
from comments.models import Comment, Decision
from comments.models.comments import MAX_DEPTH
from comments.moderation import answer_comment, decide
from tests.factories import make_alice, make_author, make_comment, make_post, make_translation

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"


class ThreadTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def standing(self):
        return [c.text for c in Comment.objects.of(self.post).standing().threaded()]

    def test_answers_follow_what_they_answer(self):
        first = make_comment(self.post, text="1")
        make_comment(self.post, text="2")
        answer = make_comment(self.post, text="1.1", parent=first)
        make_comment(self.post, text="1.2", parent=first)
        make_comment(self.post, text="1.1.1", parent=answer)
        self.assertEqual(self.standing(), ["1", "1.1", "1.1.1", "1.2", "2"])

    def test_order_holds_beyond_nine_and_ninety_nine(self):
        texts = [str(number) for number in range(101)]
        for text in texts:
            make_comment(self.post, text=text)
        self.assertEqual(self.standing(), texts)

    def test_thread_without_end_stays_below_its_place(self):
        parent = None
        for depth in range(MAX_DEPTH + 3):
            parent = make_comment(self.post, text=str(depth), parent=parent)
        make_comment(self.post, text="last")
        self.assertEqual(self.standing()[-1], "last")
        self.assertEqual(parent.depth, MAX_DEPTH - 1)
        self.assertEqual(self.standing()[:-1], [str(depth) for depth in range(MAX_DEPTH + 3)])

    def test_removed_comment_keeps_its_place_while_it_is_answered(self):
        first = make_comment(self.post, text="1")
        answer = make_comment(self.post, text="1.1", parent=first)
        decide(first, Comment.Status.REMOVED, by=None)
        self.assertEqual(self.standing(), ["1", "1.1"])
        page = self.client.get(POST).content.decode()
        self.assertNotIn("<p>1</p>", page)
        self.assertIn("<p>1.1</p>", page)
        decide(answer, Comment.Status.REMOVED, by=None)
        self.assertEqual(self.standing(), [])

    def test_only_what_can_be_read_is_counted(self):
        first = make_comment(self.post)
        make_comment(self.post, parent=first, text="deux")
        make_comment(self.post, text="trois", status=Comment.Status.SPAM)
        decide(first, Comment.Status.WITHDRAWN, by=None)
        self.post.refresh_from_db()
        self.assertEqual(self.post.comment_count, 1)

    def test_each_decision_is_noted_once(self):
        alice = make_alice()
        comment = make_comment(self.post)
        for _click in range(2):
            decide(comment, Comment.Status.REMOVED, by=alice, reason="Réclame")
        noted = Decision.objects.filter(by=alice)
        self.assertEqual([(d.before, d.after, d.reason) for d in noted], [("approved", "removed", "Réclame")])

    def test_author_s_answer_is_marked_and_a_mere_name_is_not(self):
        author = make_author()
        first = make_comment(self.post, name="Yann Gourvennec", text="Je signe de son nom")
        page = self.client.get(POST).content.decode()
        self.assertNotIn("comment-author-mark", page)
        answer_comment(first, author=author, text="C’est moi", by=make_alice())
        page = self.client.get(POST).content.decode()
        self.assertEqual(page.count("comment-author-mark"), 1)

    def test_answer_approves_what_it_answers(self):
        first = make_comment(self.post, status=Comment.Status.PENDING)
        answer_comment(first, author=make_author(), text="Merci", by=make_alice())
        first.refresh_from_db()
        self.assertEqual(first.status, Comment.Status.APPROVED)


class AddressTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def test_address_leads_to_page_and_anchor(self):
        for number in range(COMMENTS_A_PAGE + 1):
            comment = make_comment(self.post, text=f"Numéro {number}")
        response = self.client.get(f"/commentaires/{comment.pk}/")
        self.assertEqual(response["Location"], f"{POST}?comments=2#comment-{comment.pk}")
        page = self.client.get(f"{POST}?comments=2")
        self.assertContains(page, f'id="comment-{comment.pk}"')
        self.assertNotContains(page, "Numéro 0")

    def test_address_leads_to_the_post_in_the_language_asked_for(self):
        comment = make_comment(self.post)
        make_translation(self.post)
        response = self.client.get(f"/en/comments/{comment.pk}/")
        self.assertTrue(response["Location"].startswith("/en/blog/2016/06/digital-president"))

    def test_comment_that_waits_has_no_public_address(self):
        comment = make_comment(self.post, status=Comment.Status.PENDING)
        self.assertEqual(self.client.get(f"/commentaires/{comment.pk}/").status_code, 404)
