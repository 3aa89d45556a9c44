"""Two installations of Tribune tell each other by webmention what links where, over HTTP and by their own workers."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from urllib.request import urlopen

import pytest
from django.test import SimpleTestCase

from tests.stack import ROOT, free_port, running_site, site_environment

pytestmark = pytest.mark.stack

SECONDS_TO_LOOK = 60

WRITE = """
import sys
from datetime import timedelta
from django.utils import timezone
from blog.models import Category, Post
category, _ = Category.objects.get_or_create(slug="marges", name_fr="Marges", name_en="Margins")
values = {"title": "Les marges", "language": "en", "status": "published", "disclosure": "none", "category": category}
values |= {"published_at": timezone.now() - timedelta(minutes=2), "body": BODY}
post, _ = Post.objects.update_or_create(slug="marges", defaults=values)
print(post.path())
"""
WITHDRAW = """
from blog.models import Post
from blog.publishing import move
move(Post.objects.get(), "withdrawn")
"""
# What the worker does by itself every few minutes.
TELL = """
from django.utils import timezone
from blog.models import SentMention
from blog.syndication import telling
telling.note_changes()
telling.send_due(timezone.now() + telling.DELAY)
sent = SentMention.objects.latest("pk")
print(sent.about, sent.state, sent.status_address)
"""


class Neighbour:
    def __init__(self, stack: ExitStack, port: int, ports: str) -> None:
        self.folder = Path(stack.enter_context(TemporaryDirectory()))
        self.settings = {
            "DEMO": "no",
            "PORT": str(port),
            "SITE_URL": f"http://localhost:{port}",
            "WEB_CONCURRENCY": "1",
            "NEIGHBOURS": ports,
            "DJANGO_SETTINGS_MODULE": "tests.blog.syndication.neighbours",
        }
        self.site = stack.enter_context(running_site(self.folder, **self.settings))

    def run(self, code: str, **values: str) -> str:
        lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", "\n".join([*lines, code])],
            cwd=ROOT,
            env=site_environment(self.folder, **self.settings),
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def write(self, body: str) -> str:
        return self.site.url + self.run(WRITE, BODY=body)


class NeighboursTests(SimpleTestCase):
    def test_link_its_removal_and_its_return_arrive(self):
        with ExitStack() as stack:
            ports = [free_port(), free_port()]
            ours, theirs = (Neighbour(stack, port, " ".join(map(str, ports))) for port in ports)
            target = theirs.write("<p>Un avis.</p>")
            ours.write(f'<p>Lu <a href="{target}">chez eux</a>.</p>')
            about, state, status = ours.run(TELL).split()
            self.assertEqual((about, state), ("published", "sent"))
            self.assertSaid(status, "once a moderator has approved it")
            ours.write("<p>Plus de lien.</p>")
            self.assertTrue(ours.run(TELL).startswith("unlinked sent"))
            self.assertSaid(status, "does not link here any more")
            ours.write(f'<p>Relu <a href="{target}">chez eux</a>.</p>')
            self.assertTrue(ours.run(TELL).startswith("published sent"))
            self.assertSaid(status, "once a moderator has approved it")
            ours.run(WITHDRAW)
            self.assertTrue(ours.run(TELL).startswith("withdrawn sent"))
            self.assertSaid(status, "no page at this address (410)")

    def assertSaid(self, address, words):
        """What becomes of a mention is said at its own address, once the worker there has looked."""
        deadline, said = monotonic() + SECONDS_TO_LOOK, ""
        while monotonic() < deadline:
            with urlopen(address, timeout=10) as response:
                said = response.read().decode()
            if words in said:
                return
            sleep(0.2)
        self.fail(said)
