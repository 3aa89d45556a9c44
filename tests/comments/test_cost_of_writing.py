"""What it costs to take a comment: as many queries in a long discussion as in a short one, whatever the rules."""

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from blog.models import DiscussionRules, Moderation, Post
from comments.folding import ANSWERS_SHOWN
from comments.forms import make_stamp
from comments.models import Comment
from comments.moderation import decide
from tests.factories import add_comments, make_author, make_comment, make_post

RULES = (Moderation.BEFORE, Moderation.FIRST, Moderation.AFTER)


class CostOfWritingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post(authors=[make_author()])
        add_comments(cls.post, 3)
        cls.parent = cls.post.comments.get(number=1)

    def queries_of(self, address: str, number: int) -> list[str]:
        data = {
            "name": "Lise",
            "email": "lise@example.org",
            "text": f"La remarque {number} de {address}.",
            "stamp": make_stamp(self.post.pk),
        }
        with CaptureQueriesContext(connection) as queries:
            response = self.client.post(address, data, REMOTE_ADDR=f"192.0.{number}.7")
        self.assertEqual(response.status_code, 302)
        return [query["sql"] for query in queries]

    def test_it_does_not_grow_with_the_discussion(self):
        addresses = {
            f"/commentaires/sur/{self.post.pk}/": "a comment",
            f"/commentaires/{self.parent.pk}/repondre/": "an answer",
        }
        number = 0
        for rule in RULES:
            DiscussionRules.objects.update_or_create(defaults={"moderation": rule})
            for address, what in addresses.items():
                with self.subTest(what, rule=rule):
                    counts = []
                    # What is first made and then kept: a row of the rules, a cookie.
                    for grown in (0, 0, 300):
                        add_comments(self.post, grown)
                        number += 1
                        counts.append(len(self.queries_of(address, number)))
                    self.assertEqual(counts[1], counts[2])
        self.assertEqual(Comment.objects.filter(name="Lise").count(), number)

    def test_approving_the_last_answer_of_a_long_thread_counts_nothing(self):
        for _time in range(ANSWERS_SHOWN + 2):
            make_comment(self.post, parent=self.parent)
        answer = make_comment(self.post, parent=self.parent, status=Comment.Status.PENDING)
        with CaptureQueriesContext(connection) as queries:
            decide(answer, Comment.Status.APPROVED, by=None)
        self.assertTrue(Comment.objects.get(pk=answer.pk).is_folded)
        self.assertEqual([query["sql"] for query in queries if "COUNT(" in query["sql"]], [])
        self.assertEqual(Comment.objects.get(pk=self.parent.pk).folded_count, 3)
        self.assertEqual(Post.objects.get().comment_count, Comment.objects.approved().count())
