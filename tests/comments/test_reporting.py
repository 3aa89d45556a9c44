"""Reporting a comment, being told what became of it, and contesting a removal."""

import re

from django.core import mail
from django.test import TestCase
from django.urls import reverse
from django.utils.translation import override

from comments.forms import make_stamp
from comments.law.limits import REPORTS
from comments.law.reasons import Because, waiting_path
from comments.models import Appeal, Comment, Notice, StatementOfReasons
from comments.moderation import decide
from comments.reporting import contest, decide_appeal, dismiss, notice_path, uphold
from tests.factories import make_carol, make_comment, make_post, make_translation

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"


def french(name, *args):
    with override("fr"):
        return reverse(name, args=args)


class LawTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.carol = make_carol()
        cls.post = make_post()
        make_translation(cls.post)
        cls.comment = make_comment(cls.post, text="Une remarque odieuse.", email="marthe@example.org")
        mail.outbox.clear()

    def send(self, address=None, headers=None, **changes):
        data = {
            "category": "hate",
            "explanation": "Une insulte raciale.",
            "name": "Paul",
            "email": "paul@example.org",
            "good_faith": "on",
            "stamp": make_stamp(f"report {self.comment.pk}"),
        }
        address = address or french("comments:comment-report", self.comment.pk)
        return self.client.post(address, data | changes, headers=headers)

    def make_notice(self):
        self.send()
        mail.outbox.clear()
        return Notice.objects.get()


class ReportingTests(LawTestCase):
    def test_each_comment_leads_to_its_form(self):
        address = french("comments:comment-report", self.comment.pk)
        self.assertContains(self.client.get(POST), f'href="{address}"')
        response = self.client.get(address)
        self.assertContains(response, "Une remarque odieuse")
        self.assertContains(response, "noindex")
        self.assertIn("no-store", response["Cache-Control"])
        self.assertFalse(response.cookies)

    def test_notice_is_kept_with_the_text_as_it_was(self):
        page = self.client.get(self.send()["Location"])
        notice = Notice.objects.get()
        self.assertEqual((notice.reported_text, notice.language), ("Une remarque odieuse.", "fr"))
        self.assertContains(page, notice.reference)
        self.assertIn("no-store", page["Cache-Control"])

    def test_acknowledgement_is_mailed_in_the_language_of_the_form(self):
        self.send()
        self.send(f"/en/comments/{self.comment.pk}/report/", email="owen@example.org")
        first, second = mail.outbox
        self.assertEqual((first.to, second.to), (["paul@example.org"], ["owen@example.org"]))
        self.assertNotIn("/en/", first.body)
        self.assertIn("http://testserver/en/comments/notices/", second.body)
        self.assertIn("has arrived", second.subject)
        self.assertIn("http://testserver/en/", second.alternatives[0].content)

    def test_mail_carries_no_word_of_who_typed_the_address_and_its_page_does(self):
        self.send(f"/en/comments/{self.comment.pk}/report/", email="victim@example.org")
        (message,) = mail.outbox
        for content in (message.body, message.alternatives[0].content):
            self.assertNotIn("Une insulte raciale.", content)
            self.assertNotIn("Paul", content)
        path = re.search(r"http://testserver(/\S+)", message.body)[1]
        self.assertContains(self.client.get(path), "Une insulte raciale.")

    def test_offences_against_minors_are_reported_without_a_name(self):
        self.assertEqual(self.send(category="minors", name="", email="").status_code, 302)
        self.assertEqual(mail.outbox, [])

    def test_text_survives_each_mistake(self):
        mistakes = {
            "no name": {"name": ""},
            "no e-mail": {"email": ""},
            "no reason": {"category": ""},
            "no good faith": {"good_faith": ""},
            "trap": {"website": "x"},
            "forged stamp": {"stamp": "forged"},
            "NUL": {"name": "Pa\0ul"},
            "elsewhere": {"headers": {"Sec-Fetch-Site": "cross-site"}},
        }
        for name, changes in mistakes.items():
            with self.subTest(name):
                self.assertContains(self.send(**changes), "Une insulte raciale.", status_code=422)
        self.assertFalse(Notice.objects.exists())

    def test_reports_in_bulk_are_held(self):
        for number in range(REPORTS.most):
            self.send(explanation=f"Raison {number}")
        self.assertContains(self.send(explanation="De trop"), "De trop", status_code=429)
        self.assertEqual(Notice.objects.count(), REPORTS.most)

    def test_two_clicks_make_one_notice(self):
        self.send()
        self.send()
        self.assertEqual(Notice.objects.count(), 1)

    def test_comment_that_has_gone_meanwhile_keeps_the_text(self):
        decide(self.comment, Comment.Status.REMOVED, by=self.carol)
        self.assertContains(self.send(), "Une insulte raciale.", status_code=422)
        self.assertNotContains(self.send(), "Une remarque odieuse", status_code=422)

    def test_empty_form_is_given_back(self):
        address = french("comments:comment-report", self.comment.pk)
        self.assertEqual(self.client.post(address).status_code, 422)
        decide(self.comment, Comment.Status.REMOVED, by=self.carol)
        self.assertEqual(self.client.post(address).status_code, 422)
        self.assertEqual(self.client.put(address).status_code, 405)

    def test_addresses_that_nobody_was_given_are_not_found(self):
        waiting = make_comment(self.post, status="pending")
        draft = make_comment(make_post(slug="b", status="draft"))
        for path in (
            f"/en/comments/{waiting.pk}/report/",
            f"/en/comments/{draft.pk}/report/",
            "/en/comments/99999999999999999999999/report/",
            "/en/comments/notices/forged/",
            f"/en/comments/notices/{self.comment.pk}:x:y/",
            "/en/comments/waiting/forged/contest/",
        ):
            with self.subTest(path):
                self.assertEqual(self.client.get(path).status_code, 404)


class DecidingTests(LawTestCase):
    def test_upheld_notice_removes_the_comment_and_tells_both(self):
        notice = self.make_notice()
        uphold(notice, by=self.carol, outcome="Propos interdits.", provision="loi de 1881")
        self.comment.refresh_from_db()
        self.assertEqual(self.comment.status, "removed")
        self.assertEqual({each.to[0] for each in mail.outbox}, {"paul@example.org", "marthe@example.org"})
        self.assertContains(self.client.get(notice_path(notice)), "Propos interdits.")
        writer = next(each for each in mail.outbox if each.to == ["marthe@example.org"])
        self.assertIn("loi de 1881", writer.body)
        self.assertNotIn("Paul", writer.body)

    def test_dismissed_notice_leaves_it_there(self):
        notice = self.make_notice()
        dismiss(notice, by=self.carol, outcome="Rien d’illicite.")
        self.comment.refresh_from_db()
        self.assertTrue(self.comment.is_readable())
        self.assertIn("Rien d’illicite.", mail.outbox[0].body)

    def test_second_decision_changes_nothing(self):
        notice = self.make_notice()
        dismiss(notice, by=self.carol, outcome="Non.")
        uphold(notice, by=self.carol, outcome="Si.")
        notice.refresh_from_db()
        self.assertEqual((notice.state, notice.outcome, len(mail.outbox)), ("dismissed", "Non.", 1))


class ReasonsTests(LawTestCase):
    def contest(self, **changes):
        statement = StatementOfReasons.objects.get()
        data = {"text": "C’était de l’ironie.", "sure": "on", "stamp": make_stamp(f"contest {statement.pk}")}
        address = re.search(r'href="([^"]+/contest[^"]*/)"', self.client.get(self.waiting).content.decode())[1]
        return self.client.post(address, data | changes)

    def setUp(self):
        self.waiting = waiting_path(self.comment)
        because = Because(ground="privacy", provision="art. 9", facts="Une adresse privée.")
        decide(self.comment, Comment.Status.REMOVED, by=self.carol, because=because)

    def test_writer_reads_why_at_the_address_of_the_comment(self):
        page = self.client.get(self.waiting)
        for text in ("Une adresse privée.", "art. 9"):
            self.assertContains(page, text)
        self.assertFalse(StatementOfReasons.objects.get().is_automated)
        self.assertIn("Une adresse privée.", mail.outbox[0].body)

    def test_mail_names_the_article_and_leaves_the_text_to_the_page(self):
        self.assertIn("Président numérique", mail.outbox[0].body)
        self.assertNotIn("Une remarque odieuse", mail.outbox[0].body + mail.outbox[0].alternatives[0].content)
        self.assertContains(self.client.get(self.waiting), "Une remarque odieuse")

    def test_mail_is_in_the_language_of_the_comment(self):
        english = make_comment(self.post, text="Hm", language="en", email="o@example.org")
        decide(english, Comment.Status.REMOVED, by=self.carol)
        self.assertEqual(mail.outbox[-1].subject.partition(" –")[0], "Your comment was removed")
        self.assertIn("http://testserver/en/comments/waiting/", mail.outbox[-1].body)

    def test_spam_and_approvals_have_no_statement(self):
        for status in ("spam", "approved"):
            make_comment(self.post, status=status)
        self.assertEqual(StatementOfReasons.objects.count(), 1)

    def test_program_that_rejects_says_so(self):
        robot = make_comment(self.post, status="rejected")
        self.assertTrue(robot.statements.get().is_automated)

    def test_contestation_is_taken_once(self):
        self.assertRedirects(self.contest(), self.waiting)
        self.assertEqual(Appeal.objects.get().text, "C’était de l’ironie.")
        self.assertNotContains(self.client.get(self.waiting), "/contest")

    def test_contestation_that_is_wrong_is_given_back(self):
        self.assertContains(self.contest(website="x"), "C’était de l’ironie.", status_code=422)
        self.assertFalse(Appeal.objects.exists())

    def test_restored_comment_is_back(self):
        appeal = contest(StatementOfReasons.objects.get(), text="Non.")
        decide_appeal(appeal, "restored", by=self.carol, answer="Vous avez raison.")
        self.comment.refresh_from_db()
        self.assertTrue(self.comment.is_readable())
        self.assertIn("Vous avez raison.", mail.outbox[-1].body)
        self.assertEqual(self.client.get(self.waiting).status_code, 302)

    def test_kept_decision_is_said_where_the_comment_waits(self):
        appeal = contest(StatementOfReasons.objects.get(), text="Non.")
        decide_appeal(appeal, "kept", by=self.carol, answer="La règle est claire.")
        self.assertContains(self.client.get(self.waiting), "La règle est claire.")
