"""Long threads: what is shown of them below the post, what is folded, and where that is read."""

import random
import re
from unittest.mock import patch

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from blog.models import DiscussionRules, Post
from comments.discussion import COMMENTS_A_PAGE
from comments.folding import ANSWERS_SHOWN
from comments.forms import make_stamp
from comments.models import Comment
from comments.moderation import decide
from comments.undoing import obstacle_to_undoing, undo
from comments.upkeep import fold_long_threads, mend_counts
from tests.factories import make_carol, make_comment, make_post, make_translation
from tests.forms import FormTestCase

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"

# So few that a test sees all of them at a glance.
SHOWN = 3


class FoldingTests(FormTestCase, TestCase):
    """A thread of five answers, of which three are shown, between two comments."""

    @classmethod
    def setUpTestData(cls):
        cls.enterClassContext(patch("comments.folding.ANSWERS_SHOWN", SHOWN))
        cls.enterClassContext(patch("comments.upkeep.ANSWERS_SHOWN", SHOWN))
        cls.post = make_post()
        make_translation(cls.post)
        make_comment(cls.post, text="avant")
        cls.first = make_comment(cls.post, text="début", name="Première")
        make_comment(cls.post, text="après")
        cls.answers = [make_comment(cls.post, parent=cls.first, text=f"r{number}") for number in range(1, 4)]
        cls.answers.append(make_comment(cls.post, parent=cls.answers[0], text="r4"))
        cls.answers.append(make_comment(cls.post, parent=cls.answers[3], text="r5"))

    def shown(self, query: str = "") -> list[str]:
        page = self.client.get(f"{POST}?{query}").content.decode()
        return re.findall(r"<p>(avant|début|après|r\d+)</p>", page)

    def link(self) -> str:
        """Return what the link to the rest of a thread says, or nothing."""
        page = self.client.get(POST).content.decode()
        found = re.search(rf'href="{POST}\?thread=2#comments" rel="nofollow">([^<]*)', page)
        return found[1] if found else ""

    def place_of(self, comment: Comment) -> str:
        """Return where the permanent address leads, once it is sure that the comment stands there."""
        place = self.client.get(f"/commentaires/{comment.pk}/")["Location"]
        page, anchor = place.split("#")
        self.assertContains(self.client.get(page), f'id="{anchor}"')
        return place.removeprefix(POST).split("#")[0]

    def assert_folded(self, expected: str) -> None:
        """Check what is folded, each way to it, and that what is shown comes first and has what it answers."""
        standing = Comment.objects.of(self.post).standing()
        folded = standing.filter(is_folded=True)
        self.assertEqual(" ".join(folded.order_by("number").values_list("text", flat=True)), expected)
        self.assertFalse(standing.filter(is_folded=None, parent__is_folded=True).exists())
        for comment in standing:
            self.assertEqual(self.place_of(comment), "?thread=2" if comment.is_folded else "")
        readable = folded.approved().count()
        self.assertEqual(self.link().partition(" ")[0], str(readable) if readable else "")

    def test_first_answers_are_shown_and_the_others_behind_a_link(self):
        self.assertEqual(self.shown(), ["avant", "début", "r1", "r2", "r3", "après"])
        self.assertEqual(self.link(), "2 autres réponses dans ce fil")
        self.assert_folded("r4 r5")

    def test_link_stands_where_the_thread_ends_on_the_page_and_names_it(self):
        page = self.client.get(POST).content.decode()
        self.assertLess(page.index("<p>r3</p>"), page.index("?thread=2"))
        self.assertLess(page.index("?thread=2"), page.index("<p>après</p>"))
        self.assertIn('dans ce fil<span class="unseen"> – Première</span></a></p></li>', page)
        self.assertIn('</li></ol><p class="comment is-fold', page)
        self.assertEqual(page.count("?thread="), 1)

    def test_english_page_says_so_in_english(self):
        page = self.client.get(ENGLISH_POST)
        link = f'href="{ENGLISH_POST}?thread=2#comments" rel="nofollow">2 more answers in this thread'
        self.assertContains(page, link)
        page = self.client.get(f"{ENGLISH_POST}?thread=2")
        self.assertContains(page, '<h3 id="thread-title">Thread begun by Première</h3>')

    def test_page_of_the_thread_has_all_of_it_and_leads_back(self):
        self.assertEqual(self.shown("thread=2"), ["début", "r1", "r4", "r5", "r2", "r3"])
        page = self.client.get(f"{POST}?thread=2")
        self.assertContains(page, '<h3 id="thread-title">Fil ouvert par Première</h3>')
        self.assertContains(page, f'<a href="{POST}#comments">Toute la discussion</a>')
        self.assertContains(page, '<ol class="thread" aria-labelledby="thread-title">')
        self.assertContains(page, '<meta name="robots" content="noindex">')
        self.assertEqual(page["Cache-Control"], self.client.get(POST)["Cache-Control"])
        self.assertNotContains(page, "dans ce fil")
        self.assertContains(page, f"/commentaires/{self.answers[4].pk}/repondre/")

    def test_other_ways_show_all(self):
        for query in ("order=oldest", "language=fr", "since=0"):
            self.assertEqual(len(self.shown(query)), 8, query)

    def test_what_is_no_thread_is_not_found(self):
        waiting = make_comment(self.post, status=Comment.Status.PENDING)
        answer = self.answers[0].number
        for query in (0, 99, answer, waiting.number, "02", "x", "2&order=newest", "2&comments=2", "%00", "٢"):
            self.assertIn(self.client.get(f"{POST}?thread={query}").status_code, (400, 404), query)

    def test_thread_that_is_not_folded_has_its_page_too(self):
        self.assertEqual(self.shown("thread=1"), ["avant"])

    def test_one_more_answer_is_folded(self):
        make_comment(self.post, parent=self.answers[1], text="r6")
        self.assertEqual(self.link(), "3 autres réponses dans ce fil")
        self.assert_folded("r4 r5 r6")

    def test_thread_is_folded_once_there_is_one_too_many(self):
        first = make_comment(self.post, text="autre")
        for number in range(SHOWN):
            make_comment(self.post, parent=first, text=f"s{number}")
            self.assertNotContains(self.client.get(POST), f"?thread={first.number}#")
        make_comment(self.post, parent=first, text="de trop")
        self.assertContains(self.client.get(POST), "1 autre réponse dans ce fil")

    def test_shown_answer_that_goes_makes_room(self):
        decide(self.answers[1], Comment.Status.REMOVED, by=None)
        self.assert_folded("r5")
        self.assertEqual(self.link(), "1 autre réponse dans ce fil")
        decide(self.answers[2], Comment.Status.WITHDRAWN, by=None)
        self.assert_folded("")
        self.assertEqual(self.link(), "")

    def test_folded_answer_that_goes_is_no_longer_counted(self):
        decide(self.answers[3], Comment.Status.REMOVED, by=None)
        self.assert_folded("r4 r5")
        self.assertEqual(self.link(), "1 autre réponse dans ce fil")
        decide(self.answers[4], Comment.Status.REMOVED, by=None)
        self.assert_folded("")

    def test_what_is_undone_is_as_before(self):
        carol = make_carol()
        decisions = [decide(each, Comment.Status.REMOVED, by=carol) for each in self.answers]
        self.assert_folded("")
        for decision in reversed(decisions):
            undo(decision, by=carol)
        self.assert_folded("r4 r5")
        self.assertEqual(self.shown(), ["avant", "début", "r1", "r2", "r3", "après"])

    def test_answer_approved_late_takes_its_place(self):
        decide(self.answers[1], Comment.Status.REMOVED, by=None)
        decide(self.answers[1], Comment.Status.APPROVED, by=None)
        self.assert_folded("r4 r5")

    def test_answer_that_was_folded_and_comes_back_where_there_is_room_is_shown(self):
        for comment in (self.answers[4], self.answers[3], self.answers[2]):
            decide(comment, Comment.Status.REMOVED, by=None)
        decide(self.answers[3], Comment.Status.APPROVED, by=None)
        self.assert_folded("")
        self.assertIn("r4", self.shown())

    def test_many_decided_in_any_order_come_out_the_same(self):
        waiting = [
            make_comment(self.post, parent=self.first, text=f"r{number}", status=Comment.Status.PENDING)
            for number in range(6, 10)
        ]
        for comment in (self.answers[0], *reversed(waiting)):
            decide(comment, Comment.Status.REMOVED if comment.is_readable() else Comment.Status.APPROVED, by=None)
        self.assert_folded("r4 r5 r6 r7 r8 r9")

    def test_whatever_is_decided_the_number_is_that_of_what_is_folded(self):
        chance, carol = random.Random(5), make_carol()
        statuses = list(Comment.Status)
        for _time in range(120):
            comment = chance.choice(self.answers)
            comment.refresh_from_db()
            decision = comment.decisions.first()
            if chance.random() < 0.2 and not obstacle_to_undoing(decision, comment):
                undo(decision, by=carol)
            else:
                decide(comment, chance.choice(statuses), by=carol)
            folded = Comment.objects.standing().filter(is_folded=True)
            begun = Comment.objects.get(pk=self.first.pk)
            self.assertEqual(begun.folded_count or 0, folded.approved().count())
            shown = Comment.objects.standing().filter(is_folded=None, path__startswith=begun.path, depth__gt=0)
            numbers = [*shown.order_by("number").values_list("number", flat=True)]
            self.assertEqual(len(numbers), min(SHOWN, len(numbers) + folded.count()))
            self.assertFalse(folded.filter(number__lt=max(numbers, default=0)).exists())
            self.post.refresh_from_db()
            self.assertEqual(self.post.comment_count, Comment.objects.approved().count())
        self.assertEqual(mend_counts(), 0)

    def test_upkeep_counts_what_somebody_wrote_past_the_program(self):
        Comment.objects.filter(pk=self.first.pk).update(folded_count=7)
        Post.objects.update(comment_count=99)
        self.assertEqual([mend_counts(), mend_counts()], [2, 0])
        self.assertEqual(self.link(), "2 autres réponses dans ce fil")
        self.assertEqual(set(Post.objects.values_list("comment_count", flat=True)), {8})

    def test_what_comes_back_first_is_found_in_an_index(self):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # So few rows are sorted sooner than looked up.
                cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        plan = self.answers[0].folded_in_thread().values_list("pk", "status")[:1].explain()
        self.assertIn("comment_folded_in_order", plan)
        self.assertNotRegex(plan, "(?i)sort|temp b-tree")

    def test_name_of_who_left_is_not_said(self):
        decide(self.first, Comment.Status.WITHDRAWN, by=None)
        self.assertNotContains(self.client.get(POST), "– Première</span></a></p>")
        self.assertContains(self.client.get(f"{POST}?thread=2"), "Un fil de cette discussion")

    def test_writer_of_a_folded_answer_is_led_to_it(self):
        DiscussionRules(moderation="after").save()
        parent = self.answers[4]
        data = {"name": "Marthe", "email": "", "text": "r6", "stamp": make_stamp(self.post.pk)}
        response = self.client.post(f"/commentaires/sur/{self.post.pk}/{parent.pk}/", data)
        comment = Comment.objects.get(text="r6")
        self.assertRedirects(response, f"{POST}?thread=2#{comment.anchor}", fetch_redirect_response=False)
        self.assertEqual(self.place_of(comment), "?thread=2")

    def test_page_of_an_answer_leads_back_to_where_it_will_stand(self):
        own = f"/commentaires/{self.answers[4].pk}/"
        self.assertContains(self.client.get(f"{own}repondre/"), f'<p class="kicker"><a href="{own}"')
        own = f"/en/comments/{self.answers[4].pk}/"
        self.assertContains(self.client.get(f"{own}reply/"), f'<p class="kicker"><a href="{own}"')
        self.assertEqual(self.client.get(own)["Location"], f"{ENGLISH_POST}?thread=2#{self.answers[4].anchor}")

    def test_upkeep_folds_what_was_there_before(self):
        Comment.objects.update(is_folded=None, folded_count=None)
        self.assertEqual(len(self.shown()), 8)
        self.assertEqual([fold_long_threads(), fold_long_threads()], [1, 0])
        self.assert_folded("r4 r5")

    def test_every_page_costs_the_same(self):
        counts = set()
        for query in ("", "thread=2", "thread=1", "order=newest"):
            self.client.get(f"{POST}?{query}")
            with CaptureQueriesContext(connection) as queries:
                self.client.get(f"{POST}?{query}")
            counts.add(len(queries))
        self.assertEqual(len(counts), 1)


class PageTests(TestCase):
    """A thread of several pages, as long as the program takes for long."""

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.first = make_comment(cls.post, name="Première")
        for _ in range(ANSWERS_SHOWN + 1):
            cls.last = make_comment(cls.post, parent=cls.first)
        cls.after = make_comment(cls.post, text="après")

    def test_what_follows_a_thread_is_met_after_its_shown_answers(self):
        address = self.client.get(f"/commentaires/{self.after.pk}/")["Location"]
        self.assertEqual(address, f"{POST}?comments=2#comment-{self.after.pk}")
        page = self.client.get(f"{POST}?comments=2").content.decode()
        self.assertEqual(len(re.findall(r'id="comment-\d+"', page)), ANSWERS_SHOWN + 2 - COMMENTS_A_PAGE)
        self.assertIn("1 autre réponse dans ce fil", page)
        self.assertNotIn("dans ce fil", self.client.get(POST).content.decode())
        self.assertEqual(self.client.get(f"{POST}?comments=3").status_code, 404)

    def test_thread_has_pages_of_its_own(self):
        address = self.client.get(f"/commentaires/{self.last.pk}/")["Location"]
        self.assertEqual(address, f"{POST}?thread=1&comments=2#comment-{self.last.pk}")
        page = self.client.get(f"{POST}?thread=1&comments=2")
        self.assertContains(page, f'id="{self.last.anchor}"')
        self.assertContains(page, "Fil ouvert par Première")
        self.assertContains(page, 'aria-label="Pages du fil"')
        self.assertContains(self.client.get(f"{POST}?thread=1"), f'href="{POST}?thread=1&amp;comments=2#comments"')
