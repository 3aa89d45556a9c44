"""The register of moderation, as a file."""

import csv
import json
from datetime import date, timedelta
from io import StringIO

from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone

from comments.law import retention
from comments.law.register import harmless, register
from comments.locking import lock_thread
from comments.models import Comment, Decision, StatementOfReasons
from comments.moderation import decide
from comments.reporting import ask_for_reply, contest, decide_appeal, decide_reply, report, uphold
from comments.undoing import undo
from tests.factories import make_carol, make_comment, make_post


class RegisterTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.carol = make_carol()
        cls.post = make_post()
        comment = make_comment(cls.post, email="lea@example.org")
        notice = report(comment, category="hate", explanation="=1+1", name="Paul", email="paul@example.org")
        uphold(notice, by=cls.carol, outcome="Interdit.")
        appeal = contest(StatementOfReasons.objects.get(), text="Ironie.")
        decide_appeal(appeal, "restored", by=cls.carol, answer="Soit.")
        asked = ask_for_reply(cls.post, passage="Un", text="Deux", name="Ève", email="eve@example.org")
        decide_reply(asked, "refused", by=cls.carol, outcome="Trop tard.")

    def command(self, *options):
        out = StringIO()
        call_command("moderation_register", "--from", str(timezone.localdate()), *options, stdout=out)
        return out.getvalue()

    def test_each_act_is_a_line_in_the_order_of_time(self):
        rows = list(csv.DictReader(StringIO(self.command())))
        self.assertEqual(
            [row["kind"] for row in rows if row["kind"] != "decision"],
            [
                "notice",
                "notice decided",
                "statement of reasons",
                "contestation",
                "contestation decided",
                "right of reply",
                "right of reply decided",
            ],
        )
        self.assertEqual([row["date"] for row in rows], sorted(row["date"] for row in rows))
        self.assertEqual(rows[2]["by"], "carol")

    def test_decision_outlives_the_comment_without_its_writer(self):
        comment = make_comment(self.post, status="pending", name="Zoé Quellec", text="Infâme", email="zoe@example.org")
        key = str(comment.pk)
        decide(comment, "spam", by=None, reason="The name is an advertisement: Zoé Quellec")
        statement = make_comment(self.post, status="pending", name="Zoé Quellec")
        decide(statement, "rejected", by=self.carol, reason="Hors sujet")
        retention.enforce(now=timezone.now() + timedelta(days=31))
        self.assertFalse(Comment.objects.filter(pk__in=(comment.pk, statement.pk)).exists())
        rows = list(csv.DictReader(StringIO(self.command("--with-addresses"))))
        [spam] = [row for row in rows if row["comment"] == key and row["outcome"] == "pending > spam"]
        self.assertEqual((spam["post"], spam["kind"]), (str(self.post.pk), "decision"))
        kinds = [row["kind"] for row in rows if row["comment"] == str(statement.pk)]
        self.assertEqual(kinds, ["decision", "statement of reasons"])
        for gone in ("Zoé", "Infâme", "zoe@"):
            self.assertNotIn(gone, self.command("--with-addresses"))
        self.assertIn("Hors sujet", self.command())

    def test_decision_from_before_there_was_a_place_for_keys_outlives_it_too(self):
        comment = make_comment(self.post, status="spam")
        key = str(comment.pk)
        Decision.objects.update(comment_key=None, post_key=None)
        retention.enforce(now=timezone.now() + timedelta(days=31))
        rows = list(csv.DictReader(StringIO(self.command())))
        self.assertEqual([row["outcome"] for row in rows if row["comment"] == key], ["pending > spam"])

    def test_decision_outlives_the_post(self):
        post = make_post(slug="bref")
        key, post_key = str(make_comment(post).pk), str(post.pk)
        post.delete()
        rows = list(csv.DictReader(StringIO(self.command())))
        self.assertIn((key, post_key), [(row["comment"], row["post"]) for row in rows])

    def test_cells_are_no_formulas(self):
        self.assertIn("'=1+1", self.command())
        for cell in ("=a", "+a", "-a", "@a", " =a", "\ta"):
            with self.subTest(cell):
                self.assertEqual(harmless(cell)[0], "'")

    def test_addresses_are_given_only_when_asked_for(self):
        self.assertNotIn("@example.org", self.command())
        self.assertNotIn("@example.org", self.command("--format", "json"))
        self.assertIn("paul@example.org", self.command("--with-addresses"))

    def test_json_holds_the_same(self):
        rows = json.loads(self.command("--format", "json"))
        self.assertEqual(len(rows), len(list(csv.DictReader(StringIO(self.command())))))

    def test_other_days_are_left_out(self):
        today = timezone.localdate()
        self.assertFalse(list(register(date(2000, 1, 1), today - timedelta(days=1))))
        self.assertEqual(json.loads(self.command("--to", "2001-01-01", "--format", "json")), [])

    def test_admin_gives_it_as_a_file(self):
        self.client.force_login(self.carol)
        address = "/admin/comments/notice/register/"
        self.assertContains(self.client.get(address), 'name="begin"')
        today = timezone.localdate()
        response = self.client.get(address, {"begin": today, "end": today, "form": "csv"})
        self.assertIn("attachment", response["Content-Disposition"])
        self.assertContains(response, "right of reply")
        self.assertNotContains(response, "@example.org")
        for wrong in ({"begin": "x", "form": "exe"}, {"begin": "0001-01-01", "end": "9999-12-31", "form": "csv"}):
            self.assertContains(self.client.get(address, wrong), 'name="begin"')


class LaterActsTests(TestCase):
    def test_locks_and_what_was_taken_back_are_lines_too(self):
        carol = make_carol()
        comment = make_comment(make_post())
        lock_thread(comment, by=carol, reason="On s’échauffe.")
        undo(decide(comment, "removed", by=carol), by=carol)
        rows = list(register(timezone.localdate(), timezone.localdate()))
        kinds = [(row["kind"], row["outcome"]) for row in rows]
        self.assertIn(("thread", "locked"), kinds)
        self.assertIn(("decision undone", "removed > approved"), kinds)
        self.assertIn(("statement taken back", "removed"), kinds)
