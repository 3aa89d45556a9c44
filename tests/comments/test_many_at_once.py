"""Two hundred people comment at once on one post, and the site is killed while they do."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import pytest
from django.test import SimpleTestCase

from tests.stack import ROOT, Site, running_site, site_environment

pytestmark = pytest.mark.stack

PEOPLE = 200
# Enough are in by then, and many are on their way.
ACKNOWLEDGED_BEFORE_THE_END = 60
POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"

WHAT_IS_THERE = """
import json
from comments.models import Comment
from comments.models.comments import path_below
rows = Comment.objects.filter(name__startswith="Personne ").select_related("parent")
print(json.dumps([[c.name, c.number, c.path == path_below(c.parent, c.number), c.post_id] for c in rows]))
"""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


class ManyAtOnceTests(SimpleTestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(TemporaryDirectory(ignore_cleanup_errors=True)))
        self.settings = {"TRUST_PROXY": "yes", "PAGE_CACHE": "yes"}
        if "postgres" in os.environ["DATABASE_URL"]:
            self.settings["DATABASE_URL"] = os.environ["DATABASE_URL"]

    def test_what_was_acknowledged_is_there_once_after_a_kill(self):
        with running_site(self.folder, **self.settings) as site:
            page = site.fetch(POST)[1].decode()
            action = re.search(r'action="(/commentaires/sur/\d+/)', page)[1]
            stamp = re.search(r'name="stamp" value="([^"]+)"', page)[1]
            parents = re.findall(r'href="(/commentaires/\d+/repondre/)"', page)
            is_enough = Event()
            acknowledged: list[str] = []

            def send(number: int) -> None:
                name = f"Personne {number}"
                place = parents[number % len(parents)] if number % 2 else action
                if self.comment(site, place, name, stamp, number):
                    acknowledged.append(name)
                if len(acknowledged) >= ACKNOWLEDGED_BEFORE_THE_END:
                    is_enough.set()

            with ThreadPoolExecutor(PEOPLE) as people:
                sent = [people.submit(send, number) for number in range(PEOPLE)]
                self.assertTrue(is_enough.wait(120))
                os.killpg(site.process.pid, signal.SIGKILL)
                site.process.wait()
                for each in sent:
                    each.result()
        before_the_kill = list(acknowledged)
        with running_site(self.folder, **self.settings) as site:
            self.assertEqual(site.fetch(POST)[0], 200)
            for number in range(PEOPLE, PEOPLE + 5):
                self.assertTrue(self.comment(site, action, f"Personne {number}", stamp, number))
            rows = self.what_is_there()
        names = [name for name, *_ in rows]
        self.assertEqual(len(names), len(set(names)))
        self.assertLessEqual(set(before_the_kill), set(names))
        self.assertGreaterEqual(len(before_the_kill), ACKNOWLEDGED_BEFORE_THE_END)
        numbers = [number for _, number, *_ in rows]
        self.assertEqual(len(numbers), len(set(numbers)))
        self.assertTrue(all(is_in_place for *_, is_in_place, _ in rows))

    def comment(self, site: Site, place: str, name: str, stamp: str, number: int) -> bool:
        """Send a comment from an address of its own; say whether the site acknowledged it."""
        data = {"name": name, "text": f"La remarque de {name}, en une phrase.", "website": "", "stamp": stamp}
        request = urllib.request.Request(
            site.url + place,
            urllib.parse.urlencode(data).encode(),
            {"X-Forwarded-For": f"198.{18 + number // 250}.{number % 250}.7"},
        )
        try:
            urllib.request.build_opener(NoRedirect).open(request, timeout=60)
        except urllib.error.HTTPError as answer:
            return answer.code == 302
        except OSError:
            # The site was killed before it answered.
            return False
        raise AssertionError("The form came back.")

    def what_is_there(self) -> list:
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-v0", "-c", WHAT_IS_THERE],
            cwd=ROOT,
            env=site_environment(self.folder, **self.settings),
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)
