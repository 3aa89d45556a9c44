"""The calculation that a browser may be asked for: off without a word, on without losing anybody’s comment."""

from itertools import count

from django.test import TestCase, override_settings

from comments.forms import make_stamp
from comments.models import Comment
from comments.proof_of_work import is_solved
from comments.spam.judging import judge_and_hold
from tests.factories import make_post

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"


def solve(stamp):
    return next(str(number) for number in count() if is_solved(stamp, str(number)))


class OffTests(TestCase):
    def test_page_says_nothing_of_it(self):
        make_post()
        page = self.client.get(POST)
        for word in ("proof", "calcul", 'name="work"'):
            self.assertNotContains(page, word)

    def test_comment_is_judged_without(self):
        post = make_post()
        data = {"name": "Marthe", "text": "Une remarque.", "stamp": make_stamp(post.pk)}
        self.client.post(f"/commentaires/sur/{post.pk}/", data)
        self.assertFalse(judge_and_hold(Comment.objects.get()).is_to_be_read)


@override_settings(COMMENT_PROOF_OF_WORK=8)
class OnTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def send(self, stamp, work):
        data = {"name": "Marthe", "text": "Une remarque.", "stamp": stamp, "work": work}
        return self.client.post(f"/commentaires/sur/{self.post.pk}/", data)

    def test_page_asks_for_it_and_says_what_it_is(self):
        page = self.client.get(POST)
        self.assertContains(page, 'data-proof-of-work="8"')
        self.assertContains(page, "Il lui faut JavaScript")
        self.assertIn("script-src 'self'", page["Content-Security-Policy"])
        self.assertFalse(page.cookies)

    def test_solved_comment_goes_the_ordinary_way(self):
        stamp = make_stamp(self.post.pk)
        waiting = self.client.get(self.send(stamp, solve(stamp))["Location"])
        self.assertNotContains(waiting, "calcul")
        self.assertFalse(judge_and_hold(Comment.objects.get()).is_to_be_read)

    def test_comment_without_it_is_taken_and_read_by_a_person(self):
        waiting = self.client.get(self.send(make_stamp(self.post.pk), "")["Location"])
        self.assertContains(waiting, "sans le calcul")
        comment = Comment.objects.get()
        for _time in range(2):
            self.assertTrue(judge_and_hold(comment).is_to_be_read)
        self.assertEqual(comment.status, Comment.Status.PENDING)

    def test_solution_is_that_of_its_stamp(self):
        stamp = make_stamp(self.post.pk)
        number = solve(stamp)
        self.assertTrue(is_solved(stamp, number))
        others = [make_stamp(self.post.pk) for _each in range(20)]
        self.assertLess(sum(is_solved(other, number) for other in others), 10)

    def test_nonsense_is_no_solution(self):
        for work in ("", "abc", "-1", "1e3", "٣", "9" * 5000, " 1"):
            with self.subTest(work[:10]):
                self.assertFalse(is_solved("stamp", work))
