"""How much one sender, one network and one recipient get: with the cache of a site that has no Redis."""

import time
from tempfile import TemporaryDirectory
from unittest import mock

from django.core import mail
from django.core.cache import cache
from django.test import TestCase, override_settings

from comments.forms import make_stamp
from comments.law.limits import OWN_DATA, REPORTS
from comments.limits import LETTERS, NETWORK_WISHES, WISHES
from comments.models import Notice, ReplyRequest
from comments.tokens import make_token
from tests.factories import make_comment, make_post

A_WHILE = 6 * 60


class LimitTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.comment = make_comment(cls.post, email="marthe@example.org")

    def setUp(self):
        folder = self.enterContext(TemporaryDirectory())
        files = {"BACKEND": "config.cache.FileCache", "LOCATION": folder}
        self.enterContext(override_settings(CACHES={"default": files}))
        mail.outbox.clear()

    def report(self, number, sender="192.0.2.7", email="paul@example.org"):
        data = {
            "category": "hate",
            "explanation": f"Raison {number}",
            "name": "Paul",
            "email": email,
            "good_faith": "on",
            "stamp": make_stamp(f"report {self.comment.pk}"),
        }
        return self.client.post(f"/en/comments/{self.comment.pk}/report/", data, REMOTE_ADDR=sender)

    def ask_for_data(self, sender="192.0.2.7", email="marthe@example.org"):
        data = {"email": email, "stamp": make_stamp("own data")}
        return self.client.post("/en/comments/my-data/", data, REMOTE_ADDR=sender)

    def ask_for_address(self, comment, sender="192.0.2.7"):
        self.client.post(f"/en/comments/mine/{make_token(comment)}/mail/", REMOTE_ADDR=sender)

    def wait(self, seconds):
        """Let time pass, for all that asks the clock."""
        self.enterContext(mock.patch("time.time", return_value=time.time() + seconds))


class SenderTests(LimitTestCase):
    def test_form_of_the_law_is_held_for_an_hour_however_long_nothing_came(self):
        for number in range(REPORTS.most):
            self.report(number)
        self.wait(A_WHILE)
        self.assertEqual(self.report("after a while").status_code, 429)
        self.wait(REPORTS.seconds)
        self.assertEqual(self.report("after an hour").status_code, 302)

    def test_wish_for_mail_is_held_for_a_day(self):
        for number in range(WISHES):
            self.ask_for_address(make_comment(self.post, email=f"reader{number}@example.org"))
        self.wait(A_WHILE)
        self.ask_for_address(self.comment)
        self.assertEqual(len(mail.outbox), WISHES)

    def test_wish_that_was_held_uses_up_nothing_of_the_comment(self):
        for number in range(WISHES):
            self.ask_for_address(make_comment(self.post, email=f"reader{number}@example.org"))
        self.ask_for_address(self.comment)
        self.ask_for_address(self.comment, sender="198.51.100.7")
        self.assertEqual(mail.outbox[-1].to, ["marthe@example.org"])

    def test_who_changes_addresses_within_a_network_is_held_too(self):
        for number in range(REPORTS.of_network):
            self.report(number, sender=f"2001:db8::{number + 1:x}")
        self.assertEqual(self.report("another", sender="2001:db8::ffff").status_code, 429)
        self.assertEqual(self.report("elsewhere", sender="2001:db8:1::1").status_code, 302)
        self.assertEqual(Notice.objects.count(), REPORTS.of_network + 1)

    def test_mail_is_not_asked_for_from_all_addresses_of_a_network(self):
        for number in range(NETWORK_WISHES + 1):
            comment = make_comment(self.post, email=f"reader{number}@example.org")
            self.ask_for_address(comment, sender=f"2001:db8::{number + 1:x}")
        self.assertEqual(len(mail.outbox), NETWORK_WISHES)

    def test_one_who_is_held_leaves_the_others_of_a_network_alone(self):
        for number in range(REPORTS.of_network):
            self.report(number)
        self.assertEqual(self.report("a neighbour", sender="192.0.2.8").status_code, 302)

    def test_no_address_is_kept_as_it_is(self):
        with mock.patch.object(cache, "set", wraps=cache.set) as kept:
            self.ask_for_data()
        self.assertNotIn("192.0.2", str(kept.mock_calls))
        self.assertNotIn("marthe", str(kept.mock_calls))


class RecipientTests(LimitTestCase):
    def test_link_to_own_data_fills_no_mailbox(self):
        for number in range(LETTERS + 1):
            page = self.ask_for_data(sender=f"198.51.{number}.7", email="Marthe@example.org")
            self.assertContains(page, "on its way")
        self.assertEqual(len(mail.outbox), LETTERS)

    def test_notices_are_taken_and_no_longer_acknowledged_by_mail(self):
        for number in range(LETTERS + 1):
            self.report(number, sender=f"198.51.{number}.7")
        self.assertEqual((Notice.objects.count(), len(mail.outbox)), (LETTERS + 1, LETTERS))

    def test_rights_of_reply_are_taken_and_no_longer_acknowledged_by_mail(self):
        for number in range(LETTERS + 1):
            data = {
                "address": self.post.path(),
                "passage": "On dit…",
                "text": f"Réponse {number}",
                "name": "Ève",
                "email": "eve@example.org",
                "sure": "on",
                "stamp": make_stamp("right of reply"),
            }
            self.client.post("/en/right-of-reply/", data, REMOTE_ADDR=f"198.51.{number}.7")
        self.assertEqual((ReplyRequest.objects.count(), len(mail.outbox)), (LETTERS + 1, LETTERS))

    def test_address_of_many_comments_is_mailed_to_one_so_often(self):
        for number in range(LETTERS + 1):
            comment = make_comment(self.post, email="marthe@example.org", text=f"Remarque {number}")
            self.ask_for_address(comment, sender=f"198.51.{number}.7")
        self.assertEqual(len(mail.outbox), LETTERS)

    def test_reports_in_the_name_of_somebody_do_not_keep_their_data_from_them(self):
        for number in range(LETTERS + 1):
            self.report(number, sender=f"198.51.{number}.7", email="marthe@example.org")
        self.ask_for_data()
        self.assertEqual(mail.outbox[-1].subject.partition(" –")[0], "What you wrote here")

    def test_limit_of_the_sender_stands_beside_it(self):
        for _number in range(OWN_DATA.most + 1):
            page = self.ask_for_data()
        self.assertEqual(page.status_code, 429)
