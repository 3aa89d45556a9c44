"""The mails of a hand-over, through a real mail server: as a person gets them, and when it will not take them."""

import email
import email.policy
from datetime import timedelta

import time_machine
from aiosmtpd.controller import Controller
from django.test import override_settings
from django.utils import timezone
from django.utils.translation import override

from blog.models import HandOver, PrivateAddress
from blog.syndication.answering import accept, write_note
from blog.syndication.handing_over import deliver_forgotten
from blog.syndication.private_addresses import path_of
from tests.blog.syndication.test_handing_over import HandedOver
from tests.stack import free_port

State = HandOver.State


class Mailbox:
    """A mail server that keeps what it takes; ``rcpt`` and ``data`` are what it says, None to break off."""

    def __init__(self):
        self.mails = []
        self.rcpt, self.data = "250 2.1.5 OK", "250 2.0.0 Kept"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):
        if self.data is None:
            server.transport.abort()
            return "421 4.3.0 Gone"
        if self.data.startswith("250"):
            self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return self.data


class MailCase(HandedOver):
    def setUp(self):
        super().setUp()
        port = free_port()
        backend = "django.core.mail.backends.smtp.EmailBackend"
        mailers = {"default": {"BACKEND": backend, "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 5}}}
        self.enterContext(override_settings(MAILERS=mailers, DEFAULT_FROM_EMAIL="La Marge <blog@example.org>"))
        self.mailbox = Mailbox()
        self.controller = Controller(self.mailbox, hostname="127.0.0.1", port=port)

    def start(self):
        self.controller.start()
        self.addCleanup(self.controller.stop)

    def hand(self):
        record = super().hand()
        record.refresh_from_db()
        return record

    def later(self, record):
        """Let the time go by after which it is tried again."""
        with time_machine.travel(record.next_try_at + timedelta(minutes=1), tick=False):
            deliver_forgotten()
        record.refresh_from_db()

    def texts(self, number=0):
        mail = self.mailbox.mails[number]
        return mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()


class FrenchMailTests(MailCase):
    words = ("propose un texte", "accepte", "fr")

    def test_it_is_read_by_a_person(self):
        self.start()
        record = self.hand()
        self.assertEqual(record.state, State.SENT, record.in_words())
        (mail,) = self.mailbox.mails
        text, html = self.texts()
        self.assertIn("Pour un président numérique", mail["Subject"])
        self.assertEqual((mail["To"], mail["From"]), ("olivier@example.org", "La Marge <blog@example.org>"))
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertIsNone(mail["List-Unsubscribe"], "it is written to one person, and is no list")
        self.assertEqual(mail.get_body(("html",)).get_content_charset(), "utf-8")
        self.assertIn(f'<html lang="{self.words[2]}"', html)
        for part in (text, html):
            self.assertIn(self.words[0], part)
        for remote in ("<img", "<link", "<script", "url(", "@import"):
            self.assertNotIn(remote, html)
        path = path_of(PrivateAddress.objects.get())
        self.assertIn(f"http://testserver{path}", text.splitlines(), "in one piece, on a line of its own")
        self.assertIn(f'href="http://testserver{path}"', html)
        self.assertEqual(self.client.get(path).status_code, 200)

    def test_answer_and_notes_reach_the_other_side(self):
        self.start()
        record = self.hand()
        accept(record, once="a")
        write_note(record, text="Très bien : « merci » !", once="b", is_from_partner=False, by_name="alice")
        to_editor, to_partner = self.mailbox.mails[1:]
        self.assertEqual((to_editor["To"], to_partner["To"]), ("alice@example.org", "olivier@example.org"))
        self.assertIn("accepte", to_editor["Subject"], "the editor's language is that of who handed over")
        self.assertIn("> Très bien : « merci » !", self.texts(2)[0])


class EnglishMailTests(FrenchMailTests):
    partner_language = "en"
    words = ("proposes a text", "accepts", "en")


class ServerInTroubleTests(MailCase):
    def said(self, record):
        with override("en"):
            return record.in_words()

    def test_down_at_first_and_up_later(self):
        record = self.hand()
        self.assertEqual(record.state, State.WAITING)
        self.assertIn("Next try:", self.said(record))
        self.start()
        self.later(record)
        self.assertEqual((record.state, len(self.mailbox.mails)), (State.SENT, 1))

    def test_grey_list_takes_it_the_second_time(self):
        self.start()
        self.mailbox.rcpt = "451 4.7.1 Greylisted, come back in five minutes"
        record = self.hand()
        self.assertEqual(record.state, State.WAITING)
        self.assertIn("451 4.7.1", self.said(record))
        self.mailbox.rcpt = "250 2.1.5 OK"
        self.later(record)
        self.assertEqual((record.state, len(self.mailbox.mails)), (State.SENT, 1))

    def test_recipient_that_is_refused_is_not_tried_again(self):
        self.start()
        self.mailbox.rcpt = "550 5.1.1 olivier@example.org: no such user"
        record = self.hand()
        self.assertEqual(record.state, State.FAILED)
        self.assertIn("550 5.1.1", self.said(record))
        self.assertNotIn("olivier@", str(record.answer))

    def test_connection_that_dies_within_the_text_is_tried_again(self):
        self.start()
        self.mailbox.data = None
        record = self.hand()
        self.assertEqual(record.state, State.WAITING, self.said(record))
        self.assertGreater(record.next_try_at, timezone.now())
        self.mailbox.data = "250 2.0.0 Kept"
        self.later(record)
        self.assertEqual((record.state, len(self.mailbox.mails)), (State.SENT, 1))
