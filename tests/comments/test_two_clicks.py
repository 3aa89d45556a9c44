"""Two clicks on Send at the same moment: one comment, and both who wait are led to it."""

import os
import re
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier

import pytest
from django.test import SimpleTestCase

from tests.comments.test_many_at_once import POST, NoRedirect
from tests.site.kinds import run_inside
from tests.stack import Site, running_site

pytestmark = pytest.mark.stack

# Each a form of its own that is sent twice; among so many, some are in two processes at once.
PAIRS = 12
CLICKS = 2

WHAT_IS_THERE = """
from comments.models import Comment
print(*Comment.objects.filter(name__startswith="Pair ").order_by("name").values_list("name", flat=True), sep=",")
"""


class TwoClicksTests(SimpleTestCase):
    def test_same_stamp_twice_at_once_is_one_comment(self):
        folder = Path(self.enterContext(TemporaryDirectory()))
        settings = {"TRUST_PROXY": "yes", "WEB_CONCURRENCY": "2"}
        if "postgres" in os.environ["DATABASE_URL"]:
            settings["DATABASE_URL"] = os.environ["DATABASE_URL"]
        with running_site(folder, **settings) as site, ThreadPoolExecutor(CLICKS) as hands:
            for pair in range(PAIRS):
                page = site.fetch(f"{POST}?pair={pair}")[1].decode()
                action = re.search(r'action="(/commentaires/sur/\d+/)', page)[1]
                stamp = re.search(r'name="stamp" value="([^"]+)"', page)[1]
                together = Barrier(CLICKS)

                def click(_number, pair=pair, action=action, stamp=stamp, together=together):
                    together.wait(30)
                    return self.send(site, action, stamp, pair)

                for location in hands.map(click, range(CLICKS)):
                    status, shown = site.fetch(location)
                    self.assertEqual(status, 200)
                    self.assertIn(f"La remarque de la paire {pair}, une fois.", shown.decode())
            there = run_inside(site, WHAT_IS_THERE, **settings).strip().split(",")
        self.assertEqual(sorted(there), sorted(f"Pair {pair}" for pair in range(PAIRS)))

    def send(self, site: Site, action: str, stamp: str, pair: int) -> str:
        """Send the form, from the same address both times; return where it leads."""
        text = f"La remarque de la paire {pair}, une fois."
        data = {"name": f"Pair {pair}", "text": text, "website": "", "stamp": stamp}
        request = urllib.request.Request(
            site.url + action, urllib.parse.urlencode(data).encode(), {"X-Forwarded-For": f"198.51.100.{pair}"}
        )
        try:
            urllib.request.build_opener(NoRedirect).open(request, timeout=60)
        except urllib.error.HTTPError as answer:
            self.assertEqual(answer.code, 302)
            return answer.headers["Location"]
        raise AssertionError("The form came back.")
