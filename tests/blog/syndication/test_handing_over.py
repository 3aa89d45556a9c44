"""A tribune is handed over to a person, once, from the admin."""

import os
import threading
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from unittest import mock

import time_machine
from django.core import mail
from django.db import connection, connections
from django.test import TestCase, TransactionTestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from blog.models import HandOver, Partner, Post, PrivateAddress, Tribune
from blog.syndication import handing_over
from blog.syndication.answering import accept, write_note
from blog.syndication.handing_over import deliver, deliver_forgotten, hand_over, send_again
from blog.syndication.packaging import make_package
from blog.syndication.private_addresses import digest_token, make_token, path_of
from tests.blog.syndication.test_packaging import make_draft
from tests.factories import make_alice, make_author, make_bob, make_partner, make_post, make_user

SEND = "django.core.mail.EmailMultiAlternatives.send"


def hand(tribune, by, language="fr"):
    tribune = Tribune.objects.get(pk=tribune.pk)
    return hand_over(tribune, by=by, seen=make_package(tribune).digest, language=language)[0]


class HandedOver(TestCase):
    """A tribune of Yann's for a French partner who has an e-mail; Alice edits."""

    partner_language = "fr"

    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()
        cls.alice.email = "alice@example.org"
        cls.alice.save()
        cls.post = make_post(authors=[make_author()])
        cls.partner = make_partner(email="olivier@example.org", language=cls.partner_language)
        cls.tribune = make_draft(cls.post, cls.partner)

    def setUp(self):
        self.tribune.refresh_from_db()

    def hand(self):
        return hand(self.tribune, self.alice)


class RecordTests(HandedOver):
    def test_what_was_sent_is_kept_as_it_was(self):
        record = self.hand()
        self.post.body = "<p>Autre chose.</p>"
        self.post.save()
        record.refresh_from_db()
        self.assertIn("Une réponse vient.", record.package["article_html"])
        self.assertEqual((record.by, record.by_name, record.way), (self.alice, "alice", Partner.Takes.PAGE))

    def test_the_tribune_is_proposed_and_the_partner_mailed(self):
        record = self.hand()
        self.tribune.refresh_from_db()
        record.refresh_from_db()
        self.assertEqual((self.tribune.state, record.state), (Tribune.State.PROPOSED, HandOver.State.SENT))
        self.assertEqual([message.to for message in mail.outbox], [["olivier@example.org"]])

    def test_the_same_text_is_handed_over_once(self):
        first = self.hand()
        second, is_new = hand_over(self.tribune, by=self.alice, seen=make_package(self.tribune).digest, language="fr")
        self.assertEqual((second, is_new), (first, False))
        self.assertEqual(len(mail.outbox), 1)

    def test_a_later_text_takes_the_place_of_the_one_before_at_the_same_address(self):
        first = self.hand()
        address = PrivateAddress.objects.get()
        self.post.body = "<p>Une version de plus.</p>"
        self.post.save()
        second = self.hand()
        first.refresh_from_db()
        self.assertEqual(first.state, HandOver.State.REPLACED)
        self.assertNotEqual(first, second)
        self.assertEqual(PrivateAddress.objects.get(), address)

    def test_what_was_declined_can_be_handed_over_anew(self):
        first = self.hand()
        HandOver.objects.filter(pk=first.pk).update(state=HandOver.State.DECLINED)
        Tribune.objects.update(state=Tribune.State.DECLINED)
        self.tribune.refresh_from_db()
        self.assertNotEqual(self.hand(), first)

    def test_only_the_digest_of_the_token_is_kept(self):
        self.hand()
        address = PrivateAddress.objects.get()
        token = make_token(address.seed)
        self.assertEqual(address.digest, digest_token(token))
        self.assertNotIn(token, str(PrivateAddress.objects.values().get()))
        self.assertGreater(address.expires_at, timezone.now() + timedelta(days=89))
        with self.settings(SECRET_KEY="another key " * 5):
            self.assertEqual(path_of(address), "")

    def test_without_an_e_mail_nobody_is_mailed_and_the_editor_is_told(self):
        Partner.objects.update(email="")
        record = self.hand()
        record.refresh_from_db()
        self.assertEqual((record.state, mail.outbox), (HandOver.State.SENT, []))
        with override("en"):
            self.assertIn("Give them the private address yourself", record.in_words())


class MailTests(HandedOver):
    def test_a_french_partner_is_written_to_in_french(self):
        self.hand()
        message = mail.outbox[0]
        path = path_of(PrivateAddress.objects.get())
        self.assertIn("un texte pour Blog du communicant", message.subject)
        self.assertIn("«\u00a0Pour un président numérique\u00a0»", message.subject)
        self.assertIn(f"http://testserver{path}", message.body)
        html, kind = message.alternatives[0]
        self.assertEqual(kind, "text/html")
        self.assertIn('<html lang="fr">', html)
        self.assertIn(path, html)
        self.assertNotIn("<img", html)
        self.assertTrue(path.startswith("/tribunes/p/"))

    def test_an_english_partner_is_written_to_in_english_whatever_the_text_is_in(self):
        Partner.objects.update(language="en")
        self.tribune.refresh_from_db()
        self.hand()
        message = mail.outbox[0]
        self.assertIn("a text for Blog du communicant", message.subject)
        self.assertIn("You need no account.", message.body)
        self.assertIn("http://testserver/en/tribunes/p/", message.body)
        self.assertIn('<html lang="en">', message.alternatives[0][0])

    def test_a_title_of_several_lines_makes_no_header(self):
        self.tribune.title = "Un\r\nBcc: x@example.org"
        self.tribune.save()
        self.hand()
        self.assertNotIn("\n", mail.outbox[0].subject)
        self.assertEqual(mail.outbox[0].recipients(), ["olivier@example.org"])


class FailureTests(HandedOver):
    def hand_while(self, error):
        with mock.patch(SEND, side_effect=error):
            record = self.hand()
        record.refresh_from_db()
        return record

    def test_a_server_that_is_busy_is_tried_again(self):
        record = self.hand_while(SMTPDataError(451, b"4.3.2 try again later"))
        self.assertEqual((record.state, record.attempts), (HandOver.State.WAITING, 1))
        self.assertGreater(record.next_try_at, timezone.now())
        with override("en"):
            self.assertIn("451 4.3.2", record.in_words())
            self.assertIn("Next try:", record.in_words())
        with time_machine.travel(record.next_try_at + timedelta(minutes=1), tick=False):
            deliver_forgotten()
        record.refresh_from_db()
        self.assertEqual((record.state, len(mail.outbox)), (HandOver.State.SENT, 1))

    def test_a_mailbox_that_is_none_is_not_tried_again(self):
        record = self.hand_while(SMTPRecipientsRefused({"olivier@example.org": (550, b"5.1.1 no such user")}))
        self.assertEqual(record.state, HandOver.State.FAILED)
        with override("en"):
            self.assertIn("550 5.1.1", record.in_words())
        self.assertNotIn("olivier@", str(record.answer))

    def test_it_is_given_up_after_two_days(self):
        record = self.hand_while(SMTPDataError(451, b"later"))
        for _attempt in range(5):
            with (
                time_machine.travel(record.next_try_at + timedelta(minutes=1), tick=False),
                mock.patch(SEND, side_effect=SMTPDataError(451, b"later")),
            ):
                deliver(record.pk)
            record.refresh_from_db()
        self.assertEqual((record.state, record.attempts), (HandOver.State.FAILED, 6))

    def test_what_a_killed_process_had_claimed_is_not_sent_twice(self):
        with mock.patch(SEND, side_effect=KeyboardInterrupt), self.assertRaises(KeyboardInterrupt):
            self.hand_in_two_steps()
        record = HandOver.objects.get()
        self.assertEqual(record.state, HandOver.State.SENDING)
        deliver(record.pk)
        deliver_forgotten()
        self.assertEqual(mail.outbox, [])
        with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False), override("en"):
            self.assertIn("nobody knows whether it arrived", record.in_words())
            self.assertTrue(send_again(record, seen=record.version))
        self.assertEqual(len(mail.outbox), 1)

    def hand_in_two_steps(self):
        """As with a worker of its own: the record is there before it is delivered."""
        with mock.patch.object(handing_over, "deliver_hand_over"):
            record = self.hand()
        deliver(record.pk)

    def test_send_again_sends_once_for_two_who_press_it(self):
        record = self.hand()
        record.refresh_from_db()
        seen = record.version
        self.assertEqual((send_again(record, seen=seen), send_again(record, seen=seen)), (True, False))
        self.assertEqual(len(mail.outbox), 2)

    def test_an_answer_that_comes_before_the_mail_is_noted_stays(self):
        def answer_at_once(self, **kwargs):
            accept(HandOver.objects.get(), once="x")

        with mock.patch(SEND, answer_at_once):
            self.hand_in_two_steps()
        record = HandOver.objects.get()
        self.assertEqual(record.state, HandOver.State.ACCEPTED)
        self.assertIsNotNone(record.sent_at)

    def test_a_revoked_address_is_mailed_to_nobody(self):
        with mock.patch.object(handing_over, "deliver_hand_over"):
            record = self.hand()
        PrivateAddress.objects.update(revoked_at=timezone.now())
        deliver(record.pk)
        record.refresh_from_db()
        self.assertEqual((record.state, mail.outbox), (HandOver.State.FAILED, []))


class TwoAtOnceTests(TransactionTestCase):
    """Two editors press the button at the same moment."""

    def test_they_make_one_record_and_one_mail(self):
        if "sqlite" in os.environ["DATABASE_URL"]:
            self.skipTest("threads do not share an SQLite database in memory; the constraint is tested below")
        tribune = make_draft(make_post(), make_partner(email="olivier@example.org"))
        users, seen = [make_user("a"), make_user("b")], make_package(tribune).digest
        together, found = threading.Barrier(2), []

        def press(user):
            together.wait()
            found.append(hand_over(tribune, by=user, seen=seen, language="fr"))
            connections.close_all()

        threads = [threading.Thread(target=press, args=(user,)) for user in users]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(is_new for _, is_new in found), [False, True])
        self.assertEqual((HandOver.objects.count(), len(mail.outbox)), (1, 1))

    def test_the_database_itself_refuses_the_second(self):
        tribune = make_draft(make_post(), make_partner(email="olivier@example.org"))
        alice = make_user("a")
        hand(tribune, alice)
        # As if the lock of the row had held nobody up.
        with mock.patch.object(handing_over, "lock", lambda row: row):
            _record, is_new = hand_over(tribune, by=alice, seen=make_package(tribune).digest, language="fr")
        self.assertFalse(is_new)
        self.assertTrue(connection.is_usable())
        self.assertEqual(len(mail.outbox), 1)


class AdminTests(HandedOver):
    def setUp(self):
        super().setUp()
        self.client.force_login(self.alice)
        self.page = f"/admin/blog/tribune/{self.tribune.pk}/change/"
        self.address = f"/admin/blog/tribune/{self.tribune.pk}/hand-over/"
        self.client.cookies["django_language"] = "en"

    def press(self, act="", **data):
        return self.client.post(f"{self.address}{act}", data, follow=True)

    def test_the_preview_shows_what_is_sent_and_the_button_sends_it(self):
        preview = self.client.get(self.address)
        package = make_package(self.tribune)
        self.assertContains(preview, package.article_html, html=False)
        self.assertContains(preview, "They are mailed the address of a private page at olivier@example.org")
        self.assertContains(preview, "La Marge propose")
        answer = self.press(seen=package.digest)
        self.assertContains(answer, "Handed over.")
        self.assertEqual(HandOver.objects.get().package, package.as_data())

    def test_a_text_that_changed_meanwhile_is_shown_again(self):
        seen = make_package(self.tribune).digest
        self.post.body = "<p>Tout autre chose.</p>"
        self.post.save()
        answer = self.press(seen=seen)
        self.assertContains(answer, "Nothing was sent", status_code=409)
        self.assertContains(answer, "Tout autre chose.", status_code=409)
        self.assertEqual(HandOver.objects.count(), 0)

    def test_without_a_disclosure_there_is_no_button(self):
        Post.objects.update(status=Post.Status.DRAFT, disclosure="")
        self.assertContains(self.client.get(self.address), "Choose a disclosure on the post first")
        answer = self.press(seen=make_package(Tribune.objects.get()).digest)
        self.assertContains(answer, "Choose a disclosure on the post first", status_code=409)
        self.assertEqual(HandOver.objects.count(), 0)

    def test_nonsense_is_no_error_of_the_server(self):
        self.assertEqual(self.client.post(self.address, {}).status_code, 200)
        self.assertEqual(self.client.get(f"{self.address}99999/").status_code, 404)
        self.assertEqual(self.client.get("/admin/blog/tribune/99999/hand-over/").status_code, 404)
        self.assertEqual(self.client.get(f"{self.address}again/").status_code, 405)
        self.assertEqual(self.client.post(f"{self.address}address/burn/").status_code, 404)

    def test_a_text_that_no_parser_reads_is_a_message(self):
        Post.objects.update(body_html="<div>" * 300 + "x")
        self.assertContains(self.client.get(self.address, follow=True), "nested too deep")

    def test_a_contributor_may_not(self):
        self.client.force_login(make_bob())
        self.assertEqual(self.client.get(self.address).status_code, 403)
        self.assertEqual(self.client.post(self.address, {"seen": "x"}).status_code, 403)

    def test_the_page_of_a_tribune_shows_history_state_and_address(self):
        self.hand()
        page = self.client.get(self.page)
        path = path_of(PrivateAddress.objects.get())
        self.assertContains(page, f"http://testserver{path}")
        self.assertContains(page, "Sent on")
        self.assertContains(page, "Nobody has opened it yet.")
        record = HandOver.objects.get()
        self.assertContains(self.client.get(f"{self.address}{record.pk}/"), "Handed over by alice on")

    def test_send_again_from_the_page(self):
        self.hand()
        version = HandOver.objects.get().version
        self.assertContains(self.press("again/", seen=version), "It is sent again.")
        self.assertContains(self.press("again/", seen=version), "Nothing was sent")
        self.assertEqual(len(mail.outbox), 2)

    def test_a_new_address_revokes_the_one_before(self):
        self.hand()
        old = path_of(PrivateAddress.objects.get())
        self.press("address/new/")
        new = path_of(PrivateAddress.objects.get(revoked_at=None))
        self.assertNotEqual(new, old)
        self.assertEqual((self.client.get(old).status_code, self.client.get(new).status_code), (410, 200))

    def test_revoke_and_extend(self):
        self.hand()
        path = path_of(PrivateAddress.objects.get())
        with time_machine.travel(timezone.now() + timedelta(days=91)):
            self.assertEqual(self.client.get(path).status_code, 410)
            self.client.force_login(self.alice)
            self.press("address/extend/")
            self.assertEqual(self.client.get(path).status_code, 200)
            self.press("address/revoke/")
            self.assertEqual(self.client.get(path).status_code, 410)

    def test_what_was_handed_over_is_not_deleted(self):
        self.hand()
        address = f"/admin/blog/tribune/{self.tribune.pk}/delete/"
        self.assertEqual(self.client.post(address, {"post": "yes"}).status_code, 403)
        self.assertNotContains(self.client.get(self.page), f'href="{address}"')
        self.assertTrue(Tribune.objects.filter(pk=self.tribune.pk).exists())

    def test_queries_do_not_grow_with_the_notes(self):
        record = self.hand()
        self.client.get(self.page)

        def count():
            with CaptureQueriesContext(connection) as queries:
                self.client.get(self.page)
            return len(queries)

        few = count()
        for number in range(10):
            write_note(record, text="Bien.", once=str(number), is_from_partner=True)
        self.assertEqual(count(), few)
