"""Mail as it goes over the wire: a reader, a moderator and the running production stack, with a real mail server."""

import email
import email.policy
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import pytest
from aiosmtpd.controller import Controller
from django.test import SimpleTestCase

from tests.stack import ROOT, Site, free_port, running_site, site_environment

pytestmark = pytest.mark.stack

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
READER = "lise@example.org"
MODERATOR = "camille@example.org"
# On a busy machine; a quiet one needs two or three.
SECONDS_FOR_A_MAIL = 240

MAKE_A_MODERATOR = f"""
from django.contrib.auth.models import User
from comments.models import Alert, Appeal, ModeratorMail, Notice, ReplyRequest
# The demo's cases would be told of too.
for model in (Alert, Appeal, Notice, ReplyRequest):
    model.objects.all().delete()
user = User.objects.get(groups__name="moderator")
user.email = "{MODERATOR}"
user.save()
ModeratorMail.objects.update_or_create(user=user, defaults={{"cadence": "at_once"}})
"""

# As if the minutes had gone by after which a mail is tried again.
LET_TIME_PASS = """
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from comments.models import Alert, Notification
now = timezone.now()
for rows in (Alert.objects, Notification.objects):
    rows.filter(state="pending").update(due_at=now)
for name in ("send_invitation", "send_alerts", "send_notifications"):
    DBTaskResult.objects.filter(status="READY", task_path__endswith=name).update(run_after=now)
"""

IS_ANYTHING_LEFT = """
from django_tasks_db.models import DBTaskResult
from comments.models import Notification
left = DBTaskResult.objects.filter(task_path__startswith="comments.")
print(left.ready().count() + left.running().count(), Notification.objects.filter(state="pending").count())
"""


class Sink:
    """A mail server that keeps what it is sent."""

    def __init__(self, port: int) -> None:
        self.mails: list[tuple[list[str], bytes]] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=port)

    async def handle_DATA(self, server, session, envelope) -> str:
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 2.0.0 Kept"

    def to(self, address: str) -> list[EmailMessage]:
        found = [content for recipients, content in self.mails if recipients == [address]]
        return [email.message_from_bytes(content, policy=email.policy.default) for content in found]


class MailSinkTests(SimpleTestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(TemporaryDirectory()))
        port = free_port()
        self.settings = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "DEFAULT_FROM_EMAIL": "La Marge <blog@example.org>"}
        if "postgres" in os.environ["DATABASE_URL"]:
            self.settings["DATABASE_URL"] = os.environ["DATABASE_URL"]
        self.sink = Sink(port)

    def test_answers_and_moderation_by_mail(self):
        with running_site(self.folder, **self.settings) as site:
            self.run_inside(MAKE_A_MODERATOR)
            page = self.open(site.url + POST)
            form = re.search(r'action="(/commentaires/sur/\d+/)', page)[1]
            # The mail server is down: nothing is lost.
            self.comment(site, form, "Lise", "Qui a compté les voix à la fin ?", email=READER, follow="answers:at_once")
            self.wait_until(
                lambda: "Invitation of follower" in site.said() and "server cannot be reached" in site.said()
            )
            self.sink.controller.start()
            self.addCleanup(self.sink.controller.stop)
            self.run_inside(LET_TIME_PASS)

            asked = self.next_mail(READER, 1)
            self.press(self.link_in(asked, "/commentaires/courriel/confirmer/"), act="confirm")
            question = self.next_mail(MODERATOR, 1)
            self.approve(question)
            number = re.search(r"/admin/comments/comment/(\d+)/", question.get_body(("plain",)).get_content())[1]

            reply = f"/commentaires/{number}/repondre/"
            self.comment(site, reply, "Erwan", "Deux personnes, l’une après l’autre.")
            self.approve(self.next_mail(MODERATOR, 2))
            # What a moderator approved by mistake is undone in the first two minutes, before it is mailed.
            self.wait_until(lambda: self.run_inside(LET_TIME_PASS) is not None and len(self.sink.to(READER)) == 2)
            answer = self.next_mail(READER, 2)
            self.assertIn("Deux personnes, l’une après l’autre.", answer.get_body(("plain",)).get_content())
            self.assertEqual(answer["From"], "La Marge <blog@example.org>")
            self.assertEqual(answer["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
            self.assertNotIn("<img", answer.get_body(("html",)).get_content())
            one_click = answer["List-Unsubscribe"].strip("<>")
            self.assertTrue(one_click.startswith(site.url))

            self.press(one_click, **{"List-Unsubscribe": "One-Click"})
            self.comment(site, reply, "Anna", "Et une troisième a relu le tout.")
            self.approve(self.next_mail(MODERATOR, 3))
            self.wait_until(lambda: self.run_inside(IS_ANYTHING_LEFT).split() == ["0", "0"])
            self.assertIn("Et une troisième a relu le tout.", self.open(site.url + reply.replace("repondre/", "")))
        self.assertEqual(len(self.sink.to(READER)), 2)
        self.assertEqual(len(self.sink.mails), 5)
        for _, raw in self.sink.mails:
            self.assertRegex(raw, rb"(?m)^Auto-Submitted: auto-generated\r$")

    # What people do

    def comment(self, site: Site, place: str, name: str, text: str, **fields: str) -> None:
        page = self.open(site.url + (place if "repondre" in place else POST))
        stamp = re.search(r'name="stamp" value="([^"]+)"', page)[1]
        data = {"name": name, "text": text, "email": "", "website": "", "stamp": stamp}
        page = self.press(site.url + place, **data | fields)
        self.assertIn(name, page)

    def approve(self, mail: EmailMessage) -> None:
        address = self.link_in(mail, "/commentaires/moderer/")
        seen = re.search(r'name="seen" value="(\w+)"', self.open(address))[1]
        page = self.press(address, decision="approved", seen=seen)
        self.assertIn("Une décision a été prise", page)

    def link_in(self, mail: EmailMessage, path: str) -> str:
        """Return the first address in a mail that begins with a path."""
        return re.search(rf"http://localhost:\d+{path}\S+", mail.get_body(("plain",)).get_content())[0]

    def open(self, address: str) -> str:
        with urllib.request.urlopen(address, timeout=30) as response:
            return response.read().decode()

    def press(self, address: str, **fields: str) -> str:
        body = urllib.parse.urlencode(fields).encode()
        try:
            with urllib.request.urlopen(address, body, timeout=30) as response:
                return response.read().decode()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{error.code} {address}: {error.read().decode()}") from error

    # What happens meanwhile

    def next_mail(self, address: str, number: int) -> EmailMessage:
        """Return the mail of that number to an address, once it has come."""
        self.wait_until(lambda: len(self.sink.to(address)) >= number)
        return self.sink.to(address)[number - 1]

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        deadline = monotonic() + SECONDS_FOR_A_MAIL
        while not is_so():
            self.assertLess(monotonic(), deadline, [recipients for recipients, _ in self.sink.mails])
            sleep(0.2)

    def run_inside(self, code: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-v0", "-c", code],
            cwd=ROOT,
            env=site_environment(self.folder, **self.settings),
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout
