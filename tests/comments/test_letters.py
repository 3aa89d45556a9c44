"""Mails to one person about their own affair: the address of their comment, and what happens where no server is up."""

import logging
import smtplib
import time
from datetime import timedelta
from unittest import mock

from django.core import mail
from django.core.cache import cache
from django.tasks import TaskResultStatus
from django.test import TestCase, override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog.mail.refusals import DELAYS
from comments.forms import make_stamp
from comments.law.own_data import trace_of
from comments.law.reasons import waiting_path
from comments.law.tasks import mail_acknowledgement, mail_own_data
from comments.limits import WISHES
from comments.mail.letters import NotTakenError
from comments.models import Comment, Follower, Notice
from comments.moderation import decide
from comments.reporting import notice_path, report, uphold
from comments.tokens import make_token
from comments.undoing import undo
from tests.comments.test_following import QUEUED, SEND, links_in, run_tasks
from tests.factories import make_carol, make_comment, make_post

EMAIL = "marthe@example.org"


class OwnAddressTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.comment = make_comment(cls.post, email=EMAIL, status=Comment.Status.PENDING)

    def setUp(self):
        cache.clear()
        # A signed address bears the second in which it was made.
        self.enterContext(mock.patch("django.core.signing.time.time", return_value=time.time()))

    def own(self, rest="", comment=None):
        return f"/commentaires/les-miens/{make_token(comment or self.comment)}/{rest}"

    def ask(self, comment=None, **extra):
        return self.client.post(self.own("envoyer/", comment), follow=True, **extra)

    def test_page_after_sending_offers_it_and_does_not_show_the_e_mail(self):
        page = self.client.get(f"/commentaires/en-attente/{make_token(self.comment)}/")
        self.assertContains(page, self.own("envoyer/"))
        self.assertNotContains(page, EMAIL)

    def test_nothing_is_mailed_before_somebody_asks(self):
        self.client.get(self.own("envoyer/"))
        self.assertFalse(mail.outbox)

    def test_mail_leads_to_the_comment(self):
        self.assertContains(self.ask(), "en route")
        (message,) = mail.outbox
        self.assertEqual(message.to, [EMAIL])
        (address, *_rest) = links_in(message)
        self.assertEqual(address, self.own())
        self.assertContains(self.client.get(address), "Retirer le commentaire")

    def test_mail_is_in_the_language_of_the_comment(self):
        comment = make_comment(self.post, email=EMAIL, language="en")
        self.ask(comment)
        self.assertIn("The address of your comment", mail.outbox[-1].subject)
        self.assertIn("/en/comments/mine/", mail.outbox[-1].body)

    def test_second_click_mails_nothing_more(self):
        self.ask()
        self.assertContains(self.ask(), "Rien n’a été envoyé")
        self.assertEqual(len(mail.outbox), 1)

    def test_one_sender_does_not_mail_many(self):
        for number in range(WISHES + 2):
            self.ask(make_comment(self.post, email=f"reader{number}@example.org"))
        self.assertEqual(len(mail.outbox), WISHES)

    def test_who_wants_no_mail_gets_none(self):
        Follower.objects.create(email=EMAIL, language="fr", refused_at=timezone.now())
        self.ask()
        self.assertFalse(mail.outbox)

    def test_form_of_another_site_mails_nothing(self):
        self.ask(headers={"Sec-Fetch-Site": "cross-site"})
        self.assertFalse(mail.outbox)

    def test_without_an_e_mail_there_is_no_button(self):
        comment = make_comment(self.post, status=Comment.Status.PENDING)
        self.assertNotContains(self.client.get(self.own(comment=comment)), "envoyer/")
        self.ask(comment)
        self.assertFalse(mail.outbox)


class ClosedAddressTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.carol = make_carol()
        cls.comment = make_comment(make_post(), email="Marthe@example.org", language="en")

    def setUp(self):
        mail.outbox.clear()

    def close(self, **moments):
        Follower.objects.update_or_create(email=EMAIL, defaults={"language": "en"} | moments)

    def test_who_refused_all_mail_gets_no_letter_and_reads_it_on_the_page(self):
        self.close(refused_at=timezone.now())
        notice = report(self.comment, category="hate", explanation="Ceci.", name="Marthe", email=EMAIL)
        uphold(notice, by=self.carol, outcome="Forbidden.")
        mail_own_data.enqueue(trace=trace_of(EMAIL), language="en")
        self.assertEqual(mail.outbox, [])
        self.assertContains(self.client.get(notice_path(notice)), "Forbidden.")
        self.assertContains(self.client.get(waiting_path(self.comment)), "Forbidden.")

    def test_statement_that_did_not_leave_is_not_said_to_be_mailed(self):
        self.close(refused_at=timezone.now())
        decision = decide(self.comment, "removed", by=self.carol)
        self.assertIsNone(self.comment.statements.get().mailed_at)
        self.close(refused_at=None)
        undo(decision, by=self.carol)
        self.assertEqual(mail.outbox, [])

    def test_address_that_bounced_is_left_alone_for_a_month(self):
        self.close(bounced_at=timezone.now() - timedelta(days=29))
        mail_own_data.enqueue(trace=trace_of(EMAIL), language="en")
        self.assertEqual(mail.outbox, [])
        self.close(bounced_at=timezone.now() - timedelta(days=31))
        mail_own_data.enqueue(trace=trace_of(EMAIL), language="en")
        self.assertEqual(len(mail.outbox), 1)

    def test_who_asks_for_their_data_is_told_that_some_addresses_get_none(self):
        data = {"email": EMAIL, "stamp": make_stamp("own data")}
        page = self.client.post("/en/comments/my-data/", data)
        self.assertContains(page, "whose owner wants no mail from here")


@override_settings(TASKS=QUEUED)
class RetryTests(TestCase):
    def setUp(self):
        comment = make_comment(make_post())
        report(comment, category="hate", explanation="Ceci.", name="Léa", email="lea@example.org")

    def waiting(self):
        return DBTaskResult.objects.filter(task_path=mail_acknowledgement.module_path, status=TaskResultStatus.READY)

    def test_letter_waits_for_a_server_that_is_down(self):
        with mock.patch(SEND, side_effect=ConnectionRefusedError), self.assertLogs("tribune.letters"):
            run_tasks()
        delay = self.waiting().get().run_after - timezone.now()
        self.assertLess(abs(delay - DELAYS[0]), timedelta(minutes=1))
        self.waiting().update(run_after=timezone.now())
        run_tasks()
        self.assertEqual([each.to for each in mail.outbox], [["lea@example.org"]])

    def test_after_two_days_the_task_fails_and_is_listed(self):
        with mock.patch(SEND, side_effect=ConnectionRefusedError), self.assertRaises(NotTakenError):
            mail_acknowledgement.call(notice_id=Notice.objects.get().pk, attempt=len(DELAYS))

    def test_neither_the_log_nor_a_failed_task_names_the_address(self):
        for code, text in ((450, b"4.2.2 lea@example.org is full"), (550, b"5.1.1 lea@example.org is unknown")):
            refusal = smtplib.SMTPRecipientsRefused({"lea@example.org": (code, text)})
            with self.subTest(code), mock.patch(SEND, side_effect=refusal), self.assertLogs(level="INFO") as said:
                result = DBTaskResult.objects.filter(status=TaskResultStatus.READY).first()
                DBTaskResult.objects.update(run_after=timezone.now())
                try:
                    result.task.call(**result.args_kwargs["kwargs"])
                except NotTakenError as error:
                    result.set_failed(error)
                    logging.getLogger("tribune").info("%s", result.traceback)
            self.assertIn(str(code), str(said.output))
            self.assertNotIn("lea@", str(said.output))

    def test_what_is_refused_for_good_is_not_tried_again(self):
        refusal = smtplib.SMTPRecipientsRefused({"lea@example.org": (550, b"5.1.1 No such user")})
        with mock.patch(SEND, side_effect=refusal), self.assertRaises(NotTakenError):
            run_tasks()
        self.assertFalse(self.waiting().exists())
