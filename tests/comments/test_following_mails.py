"""The mails themselves, as they go over the wire, and those that come back."""

import email
import email.policy
from io import BytesIO, StringIO, TextIOWrapper
from unittest import mock

from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.test import SimpleTestCase, TestCase, override_settings
from django.utils import timezone

from blog.mail.lines import one_line
from comments.following.mails import invitation
from comments.mail.marks import MARK_FIELD, make_mark
from comments.models import Follower, Following, ModeratorMail
from tests.comments.test_following import EMAIL, QUEUED, make_follower, run_tasks
from tests.factories import make_comment, make_post, make_user


def on_the_wire(message):
    """Return a mail as SMTP gets it: the bytes, and what a mail program reads in them."""
    raw = message.message(policy=email.policy.SMTP).as_bytes()
    return raw, email.message_from_bytes(raw, policy=email.policy.default)


@override_settings(TASKS=QUEUED)
class MailTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.follower = make_follower()
        cls.following = Following.objects.create(follower=cls.follower, post=cls.post)

    def mail_of(self, **overrides):
        self.written = make_comment(self.post, **{"name": "Erwan", "text": "Voici."} | overrides)
        run_tasks()
        return on_the_wire(mail.outbox[-1])

    def test_unsubscribing_is_one_click_at_an_address_on_one_line(self):
        raw, message = self.mail_of()
        line = next(line for line in raw.split(b"\r\n") if line.startswith(b"List-Unsubscribe:")).decode()
        self.assertRegex(line, rf"^List-Unsubscribe: <{settings.SITE_URL}/commentaires/courriel/[\w.:-]+/>$")
        self.assertEqual(message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        path = message["List-Unsubscribe"].strip("<>").removeprefix(settings.SITE_URL)
        self.client.post(path, {"List-Unsubscribe": "One-Click"})
        self.assertFalse(Following.objects.active().exists())

    def test_headers_say_that_a_program_wrote_it(self):
        _, message = self.mail_of()
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        self.assertIsNone(message["Precedence"])
        self.assertEqual(message["From"], settings.DEFAULT_FROM_EMAIL)
        self.assertEqual(message["To"], EMAIL)
        self.assertEqual(message["List-Id"], f"<discussion-{self.post.pk}.testserver>")

    def test_mails_of_a_discussion_are_a_thread(self):
        _, first = self.mail_of()
        _, second = self.mail_of(parent=self.written)
        self.assertEqual(second["In-Reply-To"], first["Message-ID"])
        self.assertIn(first["Message-ID"], second["References"])
        self.assertIn(first["References"], second["References"])
        self.assertEqual(first["Subject"], second["Subject"])

    def test_text_is_as_typed_and_html_is_escaped(self):
        _, message = self.mail_of(name="A & <b>B</b>", text="1 < 2 & <script>alert(1)</script>")
        text = message.get_body(("plain",)).get_content()
        html = message.get_body(("html",)).get_content()
        self.assertIn("A & <b>B</b> a commenté", text)
        self.assertIn("1 < 2 & <script>alert(1)</script>", text)
        self.assertIn("A &amp; &lt;b&gt;B&lt;/b&gt; a commenté", html)
        self.assertNotIn("<script", html)
        for loads in ("<img", "src=", "url(", "<link"):
            self.assertNotIn(loads, html)

    def test_title_with_a_line_break_injects_no_header(self):
        type(self.post).objects.filter(pk=self.post.pk).update(title="Titre\r\nBcc: victim@example.org\nX: y")
        raw, message = self.mail_of(name="Erwan\r\nBcc: other@example.org")
        self.assertEqual(message["Subject"], "[La Marge] Titre Bcc: victim@example.org X: y")
        self.assertIsNone(message["Bcc"])
        self.assertNotIn(b"\r\nBcc:", raw)
        self.assertEqual(mail.outbox[-1].recipients(), [EMAIL])

    def test_whole_french_text(self):
        self.mail_of()
        choose = mail.outbox[-1].extra_headers["List-Unsubscribe"].strip("<>")
        lines = [line for line in mail.outbox[-1].body.split("\n") if line]
        self.assertEqual(
            lines,
            [
                "Erwan a commenté «\u00a0Président numérique\u00a0: une bonne idée\u202f?\u00a0»\u00a0:",
                "Voici.",
                "À lire dans la discussion\u00a0:",
                f"http://testserver/commentaires/{self.written.pk}/",
                "Tout ce qui est nouveau depuis\u00a0:",
                f"http://testserver/commentaires/{self.written.pk}/depuis/",
                "Répondre\u00a0:",
                f"http://testserver/commentaires/{self.written.pk}/repondre/",
                "-- ",
                "Vous recevez ce courriel parce que vous avez demandé à recevoir les réponses sur La Marge.",
                "Arrêter ou modifier les envois, pour cette discussion\u00a0:",
                choose,
                "Pour tout\u00a0:",
                lines[-1],
            ],
        )
        self.assertNotEqual(lines[-1], choose)

    def test_whole_english_text(self):
        Follower.objects.update(language="en")
        self.mail_of()
        lines = [line for line in mail.outbox[-1].body.split("\n") if line and not line.startswith("http")]
        self.assertEqual(
            lines,
            [
                "Erwan commented on “Président numérique\u00a0: une bonne idée\u202f?”:",
                "Voici.",
                "Read it in the discussion:",
                "All that is new since:",
                "Answer:",
                "-- ",
                "You get this mail because you asked La Marge for the answers.",
                "Stop or change it, for this discussion:",
                "For everything:",
            ],
        )


class OneLineTests(SimpleTestCase):
    def test_nothing_ends_a_line(self):
        for text in ("a\nb", "a\r\nb", "a\u2028b", "a\x0bb", "a\x00\u202eb", "a\u0085b"):
            with self.subTest(repr(text)):
                self.assertEqual(one_line(text), "a b")


REPORT = """\
From: MAILER-DAEMON@mail.example.net
To: tribune@testserver
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 No such user

--b
Content-Type: {kind}

{returned}
--b--
"""


class BouncesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.follower = make_follower()

    def read(self, raw: bytes) -> bool:
        """Give a message to the command, and return whether the follower is still mailed."""
        out = StringIO()
        with mock.patch("sys.stdin", TextIOWrapper(BytesIO(raw))):
            call_command("bounces", stdout=out)
        self.follower.refresh_from_db()
        self.assertEqual(bool(out.getvalue()), not self.follower.is_reachable())
        return self.follower.is_reachable()

    def report(self, address=EMAIL, action="failed", status="5.1.1", kind="text/rfc822-headers", returned=None):
        returned = f"To: {EMAIL}\n{MARK_FIELD}: {make_mark(self.follower)}\n" if returned is None else returned
        return REPORT.format(address=address, action=action, status=status, kind=kind, returned=returned).encode()

    def mailed(self) -> str:
        """Return a mail to the follower as it goes over the wire."""
        Following.objects.create(follower=self.follower, post=make_post())
        with override_settings(TASKS=QUEUED):
            make_comment(Following.objects.get().post, name="Erwan")
            run_tasks()
        return on_the_wire(mail.outbox[-1])[0].decode()

    def test_mailbox_that_does_not_exist_is_stopped(self):
        self.assertFalse(self.read(self.report("<Marthe@Example.org>")))

    def test_report_that_returns_the_mail_counts(self):
        mailed = self.mailed()
        self.assertIn(f"{MARK_FIELD}: ", mailed)
        self.assertFalse(self.read(self.report(kind="message/rfc822", returned=mailed)))

    def test_name_of_the_mail_is_enough(self):
        mailed = self.mailed()
        name = next(line for line in mailed.split("\r\n") if line.startswith("Message-ID:"))
        self.assertFalse(self.read(self.report(returned=f"{name}\n")))

    def test_invitation_bears_the_mark(self):
        self.follower.asked_at = timezone.now()
        raw, message = on_the_wire(invitation(self.follower, make_post()))
        self.assertIn(make_mark(self.follower), message["Message-ID"])
        self.assertFalse(self.read(self.report(kind="message/rfc822", returned=raw.decode())))

    def test_forged_report_stops_nobody(self):
        mark = make_mark(self.follower)
        mine = make_follower("mallory@example.org")
        others = {
            "no mail returned": self.report(returned=""),
            "no headers": self.report(kind="text/plain"),
            "mark of another": self.report(returned=f"{MARK_FIELD}: {make_mark(mine)}\n"),
            "guessed": self.report(returned=f"{MARK_FIELD}: {self.follower.pk}-{'0' * 24}\n"),
            "another’s signature": self.report(
                returned=f"{MARK_FIELD}: {self.follower.pk}-{make_mark(mine).partition('-')[2]}\n"
            ),
            "cut": self.report(returned=f"{MARK_FIELD}: {mark[:-1]}\n"),
            "longer": self.report(returned=f"{MARK_FIELD}: {mark}0\n"),
            "key of no row": self.report(returned=f"{MARK_FIELD}: 999999999999999999-{'0' * 24}\n"),
            "in another field": self.report(returned=f"Subject: {mark}\n"),
        }
        for name, raw in others.items():
            with self.subTest(name):
                self.assertTrue(self.read(raw))

    def test_other_reports_stop_nobody(self):
        others = {
            "delay": self.report(action="delayed", status="4.4.1"),
            "for now": self.report(status="4.2.2"),
            "policy": self.report(status="5.7.1"),
            "somebody else": self.report("owen@example.org"),
            "no report": b"Subject: Hello\r\n\r\nFinal-Recipient: rfc822; marthe@example.org",
            "nothing": b"",
            "no text": bytes(range(256)) * 50,
        }
        for name, raw in others.items():
            with self.subTest(name):
                self.assertTrue(self.read(raw))

    def test_moderators_mailbox_that_does_not_exist_is_stopped_too(self):
        choice = ModeratorMail.objects.create(user=make_user("carol", email="Carol@example.org"))
        marks = {"a follower's": make_mark(self.follower), "their own": make_mark(choice)}
        for whose, mark in marks.items():
            with self.subTest(whose):
                report = self.report("carol@example.org", returned=f"{MARK_FIELD}: {mark}\n")
                with mock.patch("sys.stdin", TextIOWrapper(BytesIO(report))):
                    call_command("bounces", stdout=StringIO())
                choice.refresh_from_db()
                self.assertEqual(choice.bounced_at is not None, whose == "their own")
