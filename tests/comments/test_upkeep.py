"""What old comments lack, and words that nobody says again: a piece a day."""

from django.test import TestCase

from comments.models import Comment, Decision, SpamToken
from comments.models.spam import TOTALS
from comments.spam.judging import facts_of
from comments.spam.learning import forget_rare_words
from comments.upkeep import digest_old_texts, make_up, place_old_decisions
from tests.factories import make_comment, make_post

TEXT = "Un texte assez long pour que sa répétition veuille dire quelque chose."


class OldCommentsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.old = [make_comment(cls.post, text=text, name=str(n)) for n, text in enumerate((TEXT, TEXT, "Autre."))]
        Comment.objects.update(text_digest=None)

    def test_text_of_an_old_comment_counts_as_said_before(self):
        comment = make_comment(self.post, text=TEXT)
        self.assertEqual(facts_of(comment).same_text, 0)
        make_up()
        self.assertEqual(facts_of(comment).same_text, 2)

    def test_a_day_does_a_piece_the_newest_first(self):
        self.assertEqual(digest_old_texts(most=2), 2)
        self.assertEqual(Comment.objects.get(text_digest=None), self.old[0])
        self.assertEqual([digest_old_texts(most=2), digest_old_texts(most=2)], [1, 0])

    def test_what_was_erased_gets_none(self):
        Comment.objects.update(text="—")
        self.assertEqual(digest_old_texts(), 0)

    def test_old_decisions_learn_their_place(self):
        Decision.objects.update(comment_key=None, post_key=None)
        self.assertEqual([place_old_decisions(most=2), place_old_decisions(most=2)], [2, 1])
        places = set(Decision.objects.values_list("comment_key", "post_key"))
        self.assertEqual(places, {(comment.pk, self.post.pk) for comment in self.old})


class RareWordsTests(TestCase):
    def setUp(self):
        for token, spam, ham in (
            (TOTALS, 0, 1),
            ("une-fois", 1, 0),
            ("deux-fois", 1, 1),
            ("une-fois-bon", 0, 1),
            ("oublie", 0, 0),
            ("recent", 1, 0),
            ("recent-aussi", 0, 1),
        ):
            SpamToken.objects.create(token=token, spam=spam, ham=ham)

    def left(self) -> set[str]:
        return set(SpamToken.objects.values_list("token", flat=True))

    def test_words_met_once_and_long_ago_go(self):
        self.assertEqual(forget_rare_words(kept=2), 3)
        self.assertEqual(self.left(), {TOTALS, "deux-fois", "recent", "recent-aussi"})

    def test_a_day_forgets_a_piece_the_oldest_first(self):
        self.assertEqual(forget_rare_words(kept=2, most=1), 1)
        self.assertNotIn("une-fois", self.left())
        self.assertIn("une-fois-bon", self.left())

    def test_few_words_are_all_kept(self):
        self.assertEqual(forget_rare_words(), 0)
        self.assertEqual(len(self.left()), 7)
