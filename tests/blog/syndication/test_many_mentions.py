"""Mentions that come in by the thousand, of anything, while somebody reads and somebody is honest."""

import os
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from time import monotonic, sleep

import pytest
from django.test import SimpleTestCase

from blog.syndication.mention_limits import BETWEEN_LOOKS, MOST_OF_SITE, OF_SITE
from blog.syndication.mentions import GATHERED
from tests.inside import shell_inside
from tests.stack import Site, running_site

pytestmark = pytest.mark.stack

# The limits are those of ten thousand as well, of which this is the beginning; more takes more than a minute:
# MENTIONS=10000 sends them all.
MENTIONS = int(os.environ.get("MENTIONS", "300"))
SENDERS = 16
SECONDS = 240
# Each asks for pages of hosts of its own: all numbers of 127.0.0.0/8 are this machine.
PARTNER, STRANGER, SAME, ONE, SLOW = (f"127.9.0.{number}" for number in range(1, 6))


class Elsewhere:
    """All other sites: what they were asked, and how many connections each had at a time."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.lock = Lock()
        self.target = ""
        self.is_over = Event()


@contextmanager
def elsewhere() -> Iterator[tuple[Elsewhere, int]]:
    """Play every host of this machine on one port, which is yielded; one of them never answers."""
    state = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers["Host"].partition(":")[0]
            with state.lock:
                state.asked[f"{host}{self.path}"] += 1
                state.now[host] += 1
                state.most[host] = max(state.most[host], state.now[host])
            if host == SLOW:
                state.is_over.wait(30)
            body = f'<p>Lu : <a href="{state.target}">ceci</a></p>' if host in (PARTNER, STRANGER, SAME) else "<p>rien"
            with state.lock:
                state.now[host] -= 1
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_about) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_about) -> None:
            pass

    server = Server(("0.0.0.0", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield state, server.server_address[1]
    finally:
        state.is_over.set()
        server.shutdown()
        server.server_close()


class ManyMentionsTests(SimpleTestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(TemporaryDirectory()))
        settings = {"DEMO": "no", "SYNDICATION_LOOPBACK": "yes", "TRUST_PROXY": "yes", "PAGE_CACHE": "yes"}
        if "postgres" in os.environ["DATABASE_URL"]:
            settings["DATABASE_URL"] = os.environ["DATABASE_URL"]
        self.elsewhere, self.port = self.enterContext(elsewhere())
        self.site = self.enterContext(running_site(self.folder, **settings))
        self.shell = self.enterContext(shell_inside(self.folder, PORT=self.site.url.rpartition(":")[2], **settings))
        self.post = self.shell.run(
            "from tests.factories import *\n"
            f"make_partner(slug='carnet', site='http://{PARTNER}:{self.port}/')\n"
            "answer = make_post().path()"
        )
        self.elsewhere.target = self.site.url + self.post

    def address(self, host: str, path: str) -> str:
        return f"http://{host}:{self.port}/{path}"

    def pair(self, number: int) -> tuple[str, str]:
        """Return what is sent as the one of this number: each fifth is of another kind."""
        target = self.elsewhere.target
        match number % 5:
            case 0:
                return self.address(SAME, "always"), target
            case 1:
                return self.address(ONE, str(number)), target
            case 2:
                return self.address(f"127.{10 + number // 60000}.{number // 250 % 240}.{number % 250 + 1}", "a"), target
            case 3:
                return self.address(ONE, "a"), f"{self.site.url}/blog/2016/06/missing-{number}/"
            case _:
                return (self.address(SLOW, str(number)), target) if number % 2 else ("nonsense", target)

    def test_everybody_is_answered_and_nothing_suffers(self):
        answers: Counter[int] = Counter()
        pages: list[int] = []
        is_over = Event()
        half = Event()

        def send(number: int) -> None:
            status, words = send_mention(
                self.site, *self.pair(number), sender=f"198.{18 + number % 2}.{number % 200}.7"
            )
            assert words.strip(), status
            answers[status] += 1
            if number >= MENTIONS / 2:
                half.set()

        def read() -> None:
            while not is_over.is_set():
                pages.append(self.site.fetch(self.post)[0])
                sleep(0.02)

        def tell(host: str, sender: str) -> int:
            return send_mention(self.site, self.address(host, "reponse"), self.elsewhere.target, sender=sender)[0]

        def be_honest() -> list[int]:
            half.wait(SECONDS)
            return [tell(PARTNER, "203.0.113.4"), tell(STRANGER, "192.0.2.9")]

        began = monotonic()
        reader = Thread(target=read)
        reader.start()
        with ThreadPoolExecutor(1) as honest, ThreadPoolExecutor(SENDERS) as senders:
            taken = honest.submit(be_honest)
            list(senders.map(send, range(MENTIONS)))
            half.set()
            of_partner, of_stranger = taken.result()
        # Among thousands of sites that nobody knows, a stranger may be told to come again; a partner never is.
        self.assertEqual(of_partner, 201)
        if of_stranger != 201:
            self.assertIn(of_stranger, {429, 503})
            self.wait_until(lambda: tell(STRANGER, "192.0.2.9") == 201, every=5)
        is_over.set()
        reader.join()

        said = f"{answers} {len(pages)} pages read, {monotonic() - began:.0f} seconds"
        self.assertLessEqual(set(answers), {201, 400, 429, 503}, said)
        self.assertEqual(answers.total(), MENTIONS)
        self.assertEqual(answers[400], sum(1 for number in range(MENTIONS) if number % 5 == 3 or number % 10 == 4))
        self.assertEqual(set(pages), {200})

        self.wait_until(lambda: self.state_of(PARTNER) == self.state_of(STRANGER) == "verified")
        self.assertIn(PARTNER, self.approved_page())
        self.wait_until(lambda: not self.count("due_at__isnull=False, attempts=0"))
        asked = self.elsewhere.asked
        # What is sent again after it was looked at may have changed: it is looked at again, a minute later.
        minutes = (monotonic() - began) / BETWEEN_LOOKS.total_seconds()
        self.assertLessEqual(asked.pop(f"{SAME}/always"), minutes + 1)
        self.assertEqual(set(asked.values()), {1})
        # Of one that never answers nobody there sees when it was given up.
        self.assertEqual({most for host, most in self.elsewhere.most.items() if host != SLOW}, {1})
        of_one = sum(1 for path in asked if path.startswith(f"{ONE}/"))
        # Two that come in the same moment may count as one.
        self.assertLessEqual(of_one, OF_SITE.most * 1.2)
        self.assertLessEqual(sum(1 for path in asked if path.startswith(f"{SLOW}/")), MOST_OF_SITE)
        # What waits in the queue is a few tasks, whatever came in, and what the house does by itself.
        waiting = self.waiting_tasks()
        self.assertLessEqual(waiting.pop("blog.tasks.look_at_mentions", 0), 20)
        self.assertLessEqual(max(waiting.values(), default=0), 2, waiting)
        looks = self.count("task_path='blog.tasks.look_at_mentions'", model="DBTaskResult")
        self.assertLessEqual(looks, (monotonic() - began) / GATHERED.total_seconds() + 5)

    def state_of(self, host: str) -> str:
        return self.shell.run(
            "from blog.models import *\n"
            f"answer = Mention.objects.get(host='{host}:{self.port}', source__endswith='reponse').state"
        )

    def count(self, condition: str, *, model: str = "Mention") -> int:
        return self.shell.run(
            "from blog.models import *\nfrom django_tasks_db.models import DBTaskResult\n"
            f"answer = {model}.objects.filter({condition}).count()"
        )

    def waiting_tasks(self) -> dict[str, int]:
        return self.shell.run(
            "from collections import Counter\nfrom django_tasks_db.models import DBTaskResult\n"
            "tasks = DBTaskResult.objects.filter(status='READY')\n"
            "answer = dict(Counter(tasks.values_list('task_path', flat=True)))"
        )

    def wait_until(self, is_so: Callable[[], bool], *, every: float = 0.2) -> None:
        deadline = monotonic() + SECONDS
        while not is_so():
            if monotonic() > deadline:
                about = "'host', 'state', 'attempts', 'due_at', 'problem_en'"
                code = f"answer = list(Mention.objects.order_by('due_at').values_list({about})[:20])"
                rows = self.shell.run(f"from blog.models import *\n{code}")
                self.fail(f"{rows}\n{self.site.said()[-2000:]}")
            sleep(every)

    def approved_page(self) -> str:
        self.shell.run(
            "from blog.models import *\nfrom blog.syndication.mentions import decide\n"
            f"rows = Mention.objects.filter(host='{PARTNER}:{self.port}')\n"
            "decide(rows.values_list('pk', flat=True), 'approved', by=None)"
        )
        return self.site.fetch(self.post)[1].decode()


def send_mention(site: Site, source: str, target: str, *, sender: str) -> tuple[int, str]:
    """Send a mention as a program does, from an address; return the answer."""
    request = urllib.request.Request(
        f"{site.url}/webmention/",
        urllib.parse.urlencode({"source": source, "target": target}).encode(),
        {"X-Forwarded-For": sender, "Accept": "*/*"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
