"""Spam: what is said of a comment, what is learnt, what is blocked, and how well it is told apart."""

from io import StringIO
from tempfile import NamedTemporaryFile

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import SimpleTestCase, TestCase

from comments.forms import make_stamp
from comments.limits import NETWORK_COMMENTS
from comments.models import BlockedTerm, Comment, SpamToken
from comments.models.spam import TOTALS
from comments.moderation import decide
from comments.spam.bayes import STARTER_STRENGTH, Counts, log_odds
from comments.spam.judging import HELD_AT, judge, judge_and_hold
from comments.spam.learning import learn, learnt_counts
from comments.spam.measuring import TARGET_HAM, TARGET_SPAM, measure
from comments.spam.reasons import Reason
from comments.spam.starter import KEPT_APART, read_labelled, starter_counts, starter_rows
from comments.spam.words import MOST_TOKENS, Facts, digest_text, tokenise
from tests.factories import make_bob, make_carol, make_comment, make_post

SPAM = "Casino en ligne : bonus de bienvenue et tours gratuits sur https://casino-bonus.example/"


def codes(facts):
    return {reason.code for reason in judge(facts).reasons}


class ClueTests(SimpleTestCase):
    def test_each_clue_gives_its_reason(self):
        cases = {
            "trap": Facts(text="x", trap="y"),
            "quick": Facts(text="x", form_age=1),
            "stale": Facts(text="x", form_age=6 * 24 * 3600),
            "repeated": Facts(text="x", same_text=1),
            "repeated_spam": Facts(text="x", same_text=1, same_spam=1),
            "links": Facts(text="voir https://example.org/a"),
            "markup": Facts(text="[url=http://a.example]a[/url]"),
            "alphabet": Facts(text="Лучшее онлайн казино"),
            "vocabulary": Facts(text="Casino en ligne"),
            "flattery": Facts(text="Great post, thanks for sharing!", site="https://roofing.example/"),
            "link_name": Facts(text="x", name="Casino en ligne"),
            "blocked": Facts(text="x", blocked=("x",)),
            "silent": Facts(text="x"),
        }
        for code, facts in cases.items():
            with self.subTest(code):
                self.assertIn(code, codes(facts))

    def test_nothing_speaks_against_an_ordinary_comment(self):
        self.assertLess(judge(Facts(text="Je ne suis pas d'accord.", form_age=60)).score, 0)

    def test_reason_is_told_in_the_language_of_the_moderator(self):
        self.assertIn("3", Reason("links", 1, {"count": 3}).text)
        self.assertEqual(Reason("of another version").text, "of another version")

    def test_text_made_to_be_long_has_few_tokens(self):
        self.assertLessEqual(len(tokenise(Facts(text=" ".join(f"mot{n}" for n in range(3000))))), MOST_TOKENS)

    def test_same_text_is_known_by_another_comma(self):
        self.assertEqual(digest_text("Un, deux !"), digest_text("un deux"))


class BayesTests(SimpleTestCase):
    def test_unknown_words_are_neutral(self):
        self.assertEqual(log_odds(["inconnu-de-tous"], Counts(), starter_counts(["inconnu-de-tous"])), 0)

    def test_starter_set_is_looked_up_word_by_word(self):
        counts = starter_counts(["has:trade-name", "inconnu-de-tous"])
        self.assertGreater(counts.spam["has:trade-name"], counts.ham.get("has:trade-name", 0))
        self.assertNotIn("inconnu-de-tous", counts.spam)
        self.assertGreater(min(counts.spam_total, counts.ham_total), 1000)

    def test_words_of_each_kind_are_told_apart(self):
        counts = Counts()
        for _ in range(10):
            counts.add(["bonus", "dépôt"], is_spam=True)
            counts.add(["lecture", "avis"], is_spam=False)
        self.assertGreater(log_odds(["bonus", "dépôt"], counts, Counts()), 2)
        self.assertLess(log_odds(["lecture", "avis"], counts, Counts()), -2)

    def test_moderators_of_the_site_soon_outvote_the_starter_set(self):
        starter, own = Counts(spam_total=1000, ham_total=1000), Counts(spam_total=20, ham_total=20)
        starter.spam["loterie"] = 50
        self.assertGreater(log_odds(["loterie"], own, starter), 2)
        own.ham["loterie"] = 2 * STARTER_STRENGTH
        self.assertLess(log_odds(["loterie"], own, starter), 0)


class LearningTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.carol = make_carol()
        cls.comment = make_comment(make_post(), status="pending", text="Remarque inédite")

    def learnt(self):
        counts = learnt_counts(["inédite"])
        return counts.spam_total, counts.ham_total, counts.spam.get("inédite", 0), counts.ham.get("inédite", 0)

    def test_decision_is_learnt_once(self):
        decide(self.comment, "approved", by=self.carol)
        learn(self.comment)
        self.assertEqual(self.learnt(), (0, 1, 0, 1))

    def test_reversed_decision_is_unlearnt(self):
        decide(self.comment, "spam", by=self.carol)
        self.assertEqual(self.learnt(), (1, 0, 1, 0))
        decide(self.comment, "approved", by=self.carol)
        self.assertEqual(self.learnt(), (0, 1, 0, 1))
        decide(self.comment, "removed", by=self.carol)
        self.assertEqual(self.learnt(), (0, 0, 0, 0))

    def test_verdict_of_the_program_teaches_nothing(self):
        decide(self.comment, "spam", by=None)
        learn(self.comment)
        self.assertEqual(self.learnt(), (0, 0, 0, 0))

    def test_scoring_words_is_one_query(self):
        SpamToken.objects.create(token=TOTALS, spam=3, ham=4)
        with self.assertNumQueries(1):
            learnt_counts([f"mot{n}" for n in range(200)])


class HoldingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def test_new_site_holds_plain_spam_and_says_why(self):
        comment = make_comment(self.post, status="pending", name="Casino", text=SPAM)
        judge_and_hold(comment)
        comment.refresh_from_db()
        self.assertEqual(comment.status, "spam")
        self.assertGreaterEqual(comment.spam_score, HELD_AT)
        self.assertTrue(comment.decisions.filter(by=None).exclude(reason="").exists())

    def test_real_comment_goes_on_waiting(self):
        comment = make_comment(self.post, status="pending", text="Merci, mais le graphique n'a pas d'échelle.")
        judge_and_hold(comment)
        comment.refresh_from_db()
        self.assertEqual(comment.status, "pending")
        self.assertIsNotNone(comment.spam_score)

    def test_what_somebody_approved_stays(self):
        comment = make_comment(self.post, text=SPAM)
        judge_and_hold(comment)
        comment.refresh_from_db()
        self.assertEqual(comment.status, "approved")

    def test_text_that_was_spam_before_is_held(self):
        text = "Une phrase assez longue pour compter, sans rien d'autre."
        make_comment(self.post, status="spam", text=text)
        comment = make_comment(self.post, status="pending", text=text.upper())
        self.assertIn("repeated_spam", {reason.code for reason in judge_and_hold(comment).reasons})

    def test_admin_shows_the_reasons_in_french(self):
        comment = make_comment(self.post, status="pending", text=SPAM)
        judge_and_hold(comment)
        self.client.force_login(make_carol())
        response = self.client.get(f"/admin/comments/comment/{comment.pk}/change/")
        self.assertContains(response, "bonus de bienvenue")


class BlockingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.comment = make_comment(
            cls.post,
            status="pending",
            email="eve@mail.example",
            site="https://www.shop.example/",
            text="Un plan Épargne, simple",
            network="2001:db8::7",
        )

    def test_each_kind_holds(self):
        terms = {
            "word": "plan épargne",
            "address": "mail.example",
            "network": "2001:db8::/64",
        }
        for kind, value in terms.items():
            with self.subTest(kind):
                term = BlockedTerm.objects.create(kind=kind, value=value)
                self.assertEqual(term.would_hold(), [self.comment])
                self.assertTrue(judge_and_hold(self.comment).is_held_as_spam)
                term.delete()

    def test_part_of_a_word_holds_nothing(self):
        self.assertEqual(BlockedTerm(kind="word", value="épar").would_hold(), [])
        self.assertEqual(BlockedTerm(kind="address", value="hop.example").would_hold(), [])

    def test_term_is_kept_as_it_is_looked_for(self):
        for kind, typed, kept in (
            ("word", " Casino,  en Ligne ", "casino en ligne"),
            ("address", "@Mail.Example", "mail.example"),
            ("network", "192.0.2.7/24", "192.0.2.0/24"),
        ):
            term = BlockedTerm(kind=kind, value=typed)
            term.clean()
            self.assertEqual(term.value, kept)

    def test_nonsense_is_refused(self):
        for kind, value in (("word", "!!"), ("address", "sans point"), ("network", "partout")):
            with self.subTest(kind), self.assertRaises(ValidationError):
                BlockedTerm(kind=kind, value=value).clean()

    def test_dry_run_is_bounded_and_changes_nothing(self):
        out = StringIO()
        with self.assertNumQueries(1):
            call_command("spam_check", term="Plan épargne", limit=10, stdout=out)
        self.assertIn("1 of the newest 10", out.getvalue())
        self.assertEqual(Comment.objects.get().status, "pending")

    def test_moderator_adds_a_term_and_sees_what_it_would_have_held(self):
        self.client.force_login(make_carol())
        self.client.post("/admin/comments/blockedterm/add/", {"kind": "word", "value": "Plan", "note": ""})
        term = BlockedTerm.objects.get()
        self.assertEqual((term.value, term.created_by.username), ("plan", "carol"))
        self.assertContains(self.client.get(f"/admin/comments/blockedterm/{term.pk}/change/"), "Marthe Le Goff")

    def test_who_may_not_moderate_sees_no_terms(self):
        self.client.force_login(make_bob())
        self.assertEqual(self.client.get("/admin/comments/blockedterm/").status_code, 403)


class SendingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def send(self, *, sender="192.0.2.7", stamp=None, **changes):
        data = {"name": "Marthe", "text": "Une remarque.", "stamp": stamp or make_stamp(self.post.pk)} | changes
        address = f"/commentaires/sur/{self.post.pk}/"
        return self.client.post(address, data, REMOTE_ADDR=sender, headers={"User-Agent": "Lynx/2"})

    def test_sending_is_kept_and_judged(self):
        self.send()
        comment = Comment.objects.get()
        self.assertEqual((comment.network, comment.agent, comment.form_age), ("192.0.2.7", "Lynx/2", 0))
        self.assertEqual(comment.status, "pending")
        self.assertIsNotNone(comment.spam_score)

    def test_spam_is_held_without_telling_its_sender(self):
        response = self.send(name="Casino", text=SPAM)
        self.assertEqual(response.status_code, 302)
        self.assertEqual(Comment.objects.get().status, "spam")
        self.assertEqual(self.client.get(response["Location"]).status_code, 200)

    def test_stamp_serves_one_comment_of_a_sender(self):
        stamp = make_stamp(self.post.pk)
        self.send(stamp=stamp)
        response = self.send(stamp=stamp, text="Une autre remarque.")
        self.assertContains(response, "Une autre remarque.", status_code=422)
        self.assertNotContains(response, stamp, status_code=422)
        self.assertEqual(Comment.objects.count(), 1)

    def test_stamp_of_a_shared_page_serves_each_reader(self):
        stamp = make_stamp(self.post.pk)
        for sender in ("192.0.2.7", "192.0.2.8", "2001:db8::1"):
            self.assertEqual(self.send(sender=sender, stamp=stamp, text=f"De {sender}").status_code, 302)
        self.assertEqual(Comment.objects.count(), 3)

    def test_second_click_gives_the_same_comment_whatever_became_of_it(self):
        stamp = make_stamp(self.post.pk)
        self.send(stamp=stamp)
        decide(Comment.objects.get(), "approved", by=None)
        self.assertEqual(self.send(stamp=stamp).status_code, 302)
        self.assertEqual(Comment.objects.count(), 1)

    def test_one_network_is_held_after_many_comments(self):
        for number in range(NETWORK_COMMENTS):
            self.send(sender=f"2001:db8::{number + 1}", text=f"Remarque {number}")
        self.assertEqual(self.send(sender="2001:db8::ffff", text="De trop").status_code, 429)
        self.assertEqual(self.send(sender="2001:db9::1", text="D'ailleurs").status_code, 302)


class MeasureTests(TestCase):
    def test_labelled_set_that_was_never_learnt_is_told_apart(self):
        result = measure(read_labelled(KEPT_APART), folds=0)
        self.assertGreater(min(result.spam, result.ham), 100)
        self.assertGreaterEqual(result.spam_share, TARGET_SPAM)
        self.assertLessEqual(result.ham_share, TARGET_HAM)

    def test_nothing_kept_apart_is_in_the_starter_set(self):
        known = {digest_text(facts.text) for facts, _ in starter_rows()}
        self.assertFalse([facts.text for facts, _ in read_labelled(KEPT_APART) if digest_text(facts.text) in known])

    def test_report_measures_a_file(self):
        out = StringIO()
        call_command("spam_report", file=KEPT_APART, folds=2, stdout=out)
        self.assertIn("of 150", out.getvalue())

    def test_report_names_a_line_that_is_none(self):
        with NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.write('{"text": "x", "label": "?"}\n')
            file.flush()
            with self.assertRaisesMessage(CommandError, "line 1"):
                call_command("spam_report", "--file", file.name)

    def test_report_measures_the_decisions_of_the_moderators(self):
        carol, post = make_carol(), make_post()
        for status in ("approved", "spam"):
            decide(make_comment(post, status="pending", text=f"Texte {status}"), status, by=carol)
        out = StringIO()
        call_command("spam_report", folds=0, stdout=out)
        self.assertIn("of 1", out.getvalue())
