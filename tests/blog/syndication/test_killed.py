"""A worker that is killed while a partner has its request in hand, and editors who press at once.

Nothing happens twice, nothing is lost, and its page says how it stands.
"""

import os
import re
import signal
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import pytest
from aiosmtpd.controller import Controller
from django.test import SimpleTestCase

from tests.blog.syndication.players import PlayedWordPress
from tests.blog.syndication.servers import http, playing
from tests.blog.syndication.test_taking_in import picture
from tests.inside import children_of, shell_inside, worker_of
from tests.stack import free_port, running_site

pytestmark = pytest.mark.stack

SECONDS = 120
NOTHING = http("", status=404)

# What each of the tests begins with. "answer" is what comes back.
PREPARE = """
import json
from django.contrib.auth.models import User
from django.core.cache import cache
from blog.models import *
from blog.syndication.credentials import keep_credentials
from blog.syndication.handing_over import hand_over, send_again
from blog.syndication.packaging import make_package
from tests.blog.syndication.test_packaging import WHOLE, make_draft
from tests.factories import *
alice = User.objects.filter(username="alice").first() or make_alice()

def hand(tribune):
    tribune = Tribune.objects.get(pk=tribune.pk)
    record, _ = hand_over(tribune, by=alice, seen=make_package(tribune).digest, language="fr")
    return record.pk

def read(path, language="en"):
    from django.conf import settings
    from django.test import Client
    client = Client(HTTP_HOST=settings.SITE_URL.partition("//")[2])
    client.force_login(alice)
    client.cookies["django_language"] = language
    return client.get(path, follow=True).content.decode()
"""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


class Mailbox:
    """A mail server that keeps what it is sent, and does something before it says so."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.asked = self.kept = lambda: None

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        self.asked()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        self.mails.append(envelope.content)
        self.kept()
        return "250 2.0.0 Kept"


class KilledTests(SimpleTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mailbox = Mailbox()
        cls.folder = Path(cls.enterClassContext(TemporaryDirectory()))
        port = free_port()
        settings = {"DEMO": "no", "SYNDICATION_LOOPBACK": "yes", "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
        if "postgres" in os.environ["DATABASE_URL"]:
            settings["DATABASE_URL"] = os.environ["DATABASE_URL"]
        controller = Controller(cls.mailbox, hostname="127.0.0.1", port=port)
        controller.start()
        cls.addClassCleanup(controller.stop)
        cls.site = cls.enterClassContext(running_site(cls.folder, **settings))
        port = cls.site.url.rpartition(":")[2]
        cls.shell = cls.enterClassContext(shell_inside(cls.folder, PORT=port, **settings))

    def setUp(self):
        self.mailbox.mails.clear()
        self.mailbox.asked = self.mailbox.kept = lambda: None

    # What happens

    def once(self) -> Callable:
        """Return a function that kills the worker when it is called first, and waits until it is dead."""
        calls = []

        def kill(*_about) -> None:
            if not calls:
                calls.append(1)
                self.kill_worker()

        self.calls = calls
        return kill

    def kill_worker(self) -> None:
        pid = worker_of(self.folder)
        self.assertGreater(pid, 1)
        os.kill(pid, signal.SIGKILL)
        self.wait_until(lambda: worker_of(self.folder) != pid)

    def run_inside(self, code: str) -> object:
        return self.shell.run(f"{PREPARE}\nname = {self._testMethodName.replace('_', '-')!r}\n{code}")

    def wait_until(self, is_so: Callable[[], object]) -> None:
        deadline = monotonic() + SECONDS
        while not is_so():
            self.assertLess(monotonic(), deadline, self.site.said()[-2000:])
            sleep(0.1)

    def read(self, path: str, language: str = "en") -> str:
        """Return the words of a page of the admin."""
        page = self.run_inside(f"answer = read({path!r}, {language!r})")
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))

    def state_of(self, record: int) -> str:
        return self.run_inside(f"answer = HandOver.objects.get(pk={record}).state")

    # A hand-over by mail

    def mail(self) -> tuple[int, int]:
        record, tribune = self.run_inside(
            "partner = make_partner(slug=name[-40:], email='olivier@example.org')\n"
            "tribune = make_draft(make_post(slug=name), partner)\n"
            "answer = [hand(tribune), tribune.pk]"
        )
        self.wait_until(lambda: self.calls)
        page = f"/admin/blog/tribune/{tribune}/change/"
        self.wait_until(lambda: "nobody knows whether it arrived" in self.read(page))
        self.assertIn("personne ne sait", self.read(page, "fr"))
        return record, tribune

    def test_mail_that_arrived(self):
        self.mailbox.kept = self.once()
        self.mail()
        sleep(3)
        self.assertEqual(len(self.mailbox.mails), 1)

    def test_mail_that_did_not_arrive_goes_when_the_editor_says_so(self):
        self.mailbox.asked = self.once()
        record, _tribune = self.mail()
        self.assertEqual(self.mailbox.mails, [])
        self.run_inside(f"record = HandOver.objects.get(pk={record}); send_again(record, seen=record.version)")
        self.wait_until(lambda: self.state_of(record) == "sent")
        self.assertEqual(len(self.mailbox.mails), 1)

    # A hand-over to a WordPress

    def hand_to(self, blog: PlayedWordPress) -> None:
        with playing(blog) as server:
            record, tribune = self.run_inside(
                f"site = {server.address!r}\n"
                "partner = make_partner(slug=name[-40:], takes='wordpress', site=site, api=f'{site}/wp-json/')\n"
                "keep_credentials(partner, 'wordpress', user='u', secret='s', by=alice)\n"
                "picture = make_image(title=name[-40:])\n"
                "post = make_post(slug=name, cover=make_image(title='c' + name[-40:]), body='<p>Un texte.</p>'\n"
                "    '<figure data-image=\"%d\"></figure>' % picture.pk)\n"
                "tribune = make_draft(post, partner, title='', **WHOLE)\n"
                "answer = [hand(tribune), tribune.pk]"
            )
            self.wait_until(lambda: self.calls)
            self.wait_until(lambda: self.state_of(record) == "sent")
            self.assertEqual((len(blog.posts), len(blog.media)), (1, 2))
            self.assertIn("It is a draft at the partner’s", self.read(f"/admin/blog/tribune/{tribune}/change/"))

    def kill_at(self, blog: PlayedWordPress, when: str, what: str) -> None:
        kill = self.once()
        setattr(blog, when, lambda said: kill() if said == what else None)
        self.hand_to(blog)

    def test_wordpress_before_the_post(self):
        self.kill_at(PlayedWordPress(), "before", "POST posts")

    def test_wordpress_after_the_post(self):
        self.kill_at(PlayedWordPress(), "after", "POST posts")

    def test_wordpress_before_the_picture(self):
        self.kill_at(PlayedWordPress(), "before", "POST media")

    def test_wordpress_after_the_picture(self):
        self.kill_at(PlayedWordPress(), "after", "POST media")

    # Webmentions

    @contextmanager
    def page_that_takes_mentions(self, *, kills: str) -> Iterator[tuple]:
        kill = self.once()

        def answer(request: str, _connection) -> bytes:
            if request.startswith(kills):
                kill()
            return http("", status=202) if request.startswith("POST") else http('<link rel="webmention" href="/take">')

        with playing(answer) as server:
            self.run_inside(
                f"post = make_post(slug=name, body='<p><a href=\"{server.address}/article\">x</a></p>',"
                " published_at=__import__('django.utils.timezone').utils.timezone.now())\n"
                "from blog.syndication.telling import note_changes; note_changes()\n"
                "SentMention.objects.update(due_at=post.published_at)\n"
                "from blog.tasks import send_mentions; send_mentions.enqueue()"
            )
            self.wait_until(lambda: self.calls)
            self.let_ten_minutes_pass("SentMention")
            yield server

    def let_ten_minutes_pass(self, model: str) -> None:
        self.run_inside(
            "from datetime import timedelta\nfrom django.db.models import F\n"
            f"{model}.objects.exclude(claim=None).update(claimed_at=F('claimed_at') - timedelta(minutes=11))\n"
            "from blog.tasks import look_at_mentions, send_mentions\n"
            "send_mentions.enqueue(); look_at_mentions.enqueue()"
        )

    def sent(self, server) -> list[str]:
        return [request for request in server.requests if request.startswith("POST")]

    def state_of_mention(self, server) -> str:
        return self.run_inside(f"answer = SentMention.objects.get(target='{server.address}/article').state")

    def test_mention_before_it_was_sent(self):
        with self.page_that_takes_mentions(kills="GET") as server:
            self.wait_until(lambda: self.state_of_mention(server) == "sent")
            self.assertEqual(len(self.sent(server)), 1)

    def test_mention_while_it_was_sent(self):
        with self.page_that_takes_mentions(kills="POST") as server:
            self.wait_until(lambda: self.state_of_mention(server) == "unknown")
            sleep(3)
            self.assertEqual(len(self.sent(server)), 1)
            self.assertIn("interrupted: it may have arrived", self.read("/admin/blog/sentmention/"))
            self.assertIn("interrompu", self.read("/admin/blog/sentmention/", "fr"))

    def test_mention_that_came_in(self):
        kill = self.once()

        def answer(_request: str, _connection) -> bytes:
            kill()
            return http(f'<p>Voir <a href="{self.target}">ceci</a>.</p>')

        with playing(answer) as server:
            self.target = self.run_inside(
                "from django.conf import settings\nfrom blog.syndication.mentions import receive\n"
                "post = make_post(slug=name)\ntarget = settings.SITE_URL + post.path()\n"
                f"receive('{server.address}/article', target, post)\nanswer = target"
            )
            self.wait_until(lambda: self.calls)
            self.let_ten_minutes_pass("Mention")
            self.wait_until(
                lambda: self.run_inside(
                    f"answer = Mention.objects.get(source='{server.address}/article').state == 'verified'"
                )
            )
            self.assertEqual(self.run_inside("answer = Mention.objects.filter(target__contains=name).count()"), 1)

    # Taking in

    @contextmanager
    def partner_with_a_text(self, before_picture: Callable[[], None] = lambda: None) -> Iterator[dict]:
        """Play a partner's blog with a text and its picture; yield where an editor takes it in, and who it is."""
        image = picture()

        def answer(request: str, _connection) -> bytes:
            if request.startswith("GET /une.png"):
                before_picture()
                return http(image, Content_Type="image/png")
            if not request.startswith("GET /texte/"):
                return NOTHING
            words = "Le papier garde ce que l’écran oublie. " * 40
            return http(
                f'<html lang="fr"><title>Le papier</title><article class="h-entry"><h1 class="p-name">Le papier</h1>'
                f'<div class="e-content"><p>{words}</p><img src="/une.png" alt="Une presse"></div></article>'
            )

        with playing(answer) as server:
            partner, *cookies = self.run_inside(
                "from django.test import Client\nfrom django.conf import settings\n"
                f"partner = make_partner(slug=name[-40:], site='{server.address}')\n"
                "client = Client(HTTP_HOST=settings.SITE_URL.partition('//')[2])\nclient.force_login(alice)\n"
                "answer = [partner.pk, client.cookies[settings.SESSION_COOKIE_NAME].OutputString().partition(';')[0]]"
            )
            start = f"/admin/blog/partner/{partner}/take-in/"
            yield {"start": start, "address": f"{server.address}/texte/", "cookie": cookies[0], "partner": partner}

    def press(self, path: str, cookie: str, **data: str) -> str:
        """Press a button of the admin, of the running server; return where it leads, '' where the server died."""
        token = "a" * 32
        request = urllib.request.Request(
            self.site.url + path,
            urllib.parse.urlencode(data | {"csrfmiddlewaretoken": token}).encode(),
            {"Cookie": f"{cookie}; csrftoken={token}; django_language=en", "Origin": self.site.url},
        )
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=120) as response:
                raise AssertionError(response.read().decode()[-3000:])
        except urllib.error.HTTPError as answer:
            with answer:
                self.assertEqual(answer.code, 302)
                return urllib.parse.urlsplit(answer.headers["Location"]).path
        except OSError:
            return ""

    def kill_servers(self) -> None:
        """Kill whatever answers readers and editors, and wait until others do."""
        for pid in [pid for role in children_of(self.site.process.pid) for pid in children_of(role)]:
            os.kill(pid, signal.SIGKILL)
        self.wait_until(self.is_answering)

    def is_answering(self) -> bool:
        try:
            return self.site.fetch()[0] == 200
        except OSError:
            return False

    def drafts_of(self, partner: int) -> list:
        """Return, of each draft of a partner's text, how many pictures it has, and how many of them are prepared."""
        return self.run_inside(
            f"rows = Tribune.objects.filter(partner={partner}).select_related('post')\n"
            "answer = [[t.post.status, t.post.pictures.count(),"
            " sum(1 for image in t.post.pictures.all() if image.file.storage.exists(image.file.name))] for t in rows]"
        )

    def test_server_that_is_killed_while_a_text_is_taken_in(self):
        calls = []

        def kill() -> None:
            if not calls:
                calls.append(1)
                self.kill_servers()

        with self.partner_with_a_text(kill) as there:
            self.assertEqual(self.press(there["start"], there["cookie"], address=there["address"]), "")
            self.wait_until(self.is_answering)
            self.assertEqual(self.drafts_of(there["partner"]), [])
            preview = self.press(there["start"], there["cookie"], address=there["address"])
            draft = {"agreement": "whole", "language": "fr", "_draft": "1"}
            with ThreadPoolExecutor(1) as hand:
                pressed = hand.submit(self.press, preview, there["cookie"], **draft)
                sleep(0.1)
                self.kill_servers()
                pressed.result()
            self.press(preview, there["cookie"], **draft)
            self.assertEqual(self.drafts_of(there["partner"]), [["draft", 1, 1]])

    def test_worker_that_is_killed_while_it_prepares_what_was_taken_in(self):
        with self.partner_with_a_text() as there:
            preview = self.press(there["start"], there["cookie"], address=there["address"])
            self.press(preview, there["cookie"], agreement="whole", language="fr", _draft="1")
            self.kill_worker()
            self.wait_until(
                lambda: self.run_inside(
                    f"post = Post.objects.get(tribunes__partner={there['partner']})\n"
                    "answer = all(bool(image.rendition_widths) for image in post.pictures.all())"
                )
            )
            self.assertEqual(self.drafts_of(there["partner"]), [["draft", 1, 1]])

    def test_two_editors_who_take_in_at_the_same_moment(self):
        with self.partner_with_a_text() as there, ThreadPoolExecutor(2) as hands:
            previews = [self.press(there["start"], there["cookie"], address=there["address"]) for _editor in (1, 2)]
            draft = {"agreement": "whole", "language": "fr", "_draft": "1"}
            led = list(hands.map(lambda preview: self.press(preview, there["cookie"], **draft), previews))
            self.assertEqual(len(set(led)), 1)
            self.assertTrue(led[0])
            self.assertEqual(self.drafts_of(there["partner"]), [["draft", 1, 1]])

    # What is asked on a schedule

    def test_round_of_the_watch(self):
        kill = self.once()

        def answer(request: str, _connection) -> bytes:
            if request.startswith("GET /robots.txt"):
                return NOTHING
            kill()
            return http("<title>Un titre</title><article><p>" + "Un texte de la partenaire. " * 20 + "</p></article>")

        with playing(answer) as server:
            tribune = self.run_inside(
                f"partner = make_partner(slug=name[-40:], site='{server.address}')\n"
                f"tribune = make_tribune(make_post(slug=name), partner, url='{server.address}/texte/')\n"
                "from django.utils import timezone\n"
                "Tribune.objects.filter(pk=tribune.pk).update(look_due_at=timezone.now())\n"
                "from blog.tasks import look_at_tribunes; look_at_tribunes.enqueue(); answer = tribune.pk"
            )
            self.wait_until(lambda: self.calls and worker_of(self.folder))
            sleep(3)
            self.assertEqual(self.run_inside(f"answer = Look.objects.filter(tribune={tribune}).count()"), 0)
            self.run_inside(
                "from django.utils import timezone\ncache.clear()\n"
                f"Tribune.objects.filter(pk={tribune}).update(look_due_at=timezone.now())\n"
                "from blog.tasks import look_at_tribunes; look_at_tribunes.enqueue()"
            )
            looks = f"answer = list(Look.objects.filter(tribune={tribune}).values_list('times', flat=True))"
            self.wait_until(lambda: self.run_inside(looks))
            self.assertEqual(self.run_inside(looks), [1])

    def test_headlines(self):
        kill = self.once()
        feed = (
            '<rss version="2.0"><channel><title>t</title><item><title>Un article</title>'
            "<link>https://example.org/a</link></item></channel></rss>"
        )

        def answer(request: str, _connection) -> bytes:
            if request.startswith("GET /robots.txt"):
                return NOTHING
            kill()
            return http(feed, Content_Type="application/rss+xml")

        with playing(answer) as server:
            self.run_inside(
                f"partner = make_partner(slug=name[-40:], site='{server.address}', feed='{server.address}/feed')\n"
                "from blog.tasks import read_headlines; read_headlines.enqueue(partner_id=partner.pk)"
            )
            self.wait_until(lambda: self.calls)
            self.run_inside(
                "from django.utils import timezone\n"
                "partner = Partner.objects.get(slug=name[-40:])\n"
                "FeedReading.objects.filter(partner=partner).update(next_at=timezone.now())\n"
                "from blog.tasks import read_headlines; read_headlines.enqueue(partner_id=partner.pk)"
            )
            titles = "answer = list(Headline.objects.filter(partner__slug=name[-40:]).values_list('title', flat=True))"
            self.wait_until(lambda: self.run_inside(titles))
            self.assertEqual(self.run_inside(titles), ["Un article"])

    # Two at once

    def test_two_editors_who_hand_over_at_the_same_moment(self):
        said = self.run_inside(
            "import threading\nfrom django.db import connections\nfrom django.test import Client\n"
            "from django.conf import settings\nfrom django.utils.html import strip_tags\n"
            "partner = make_partner(slug=name[-40:], email='olivier@example.org')\n"
            "tribune = make_draft(make_post(slug=name), partner)\n"
            "seen, path = make_package(tribune).digest, f'/admin/blog/tribune/{tribune.pk}/hand-over/'\n"
            "together, answer = threading.Barrier(2), []\n"
            "def press(user):\n"
            "    client = Client(HTTP_HOST=settings.SITE_URL.partition('//')[2])\n"
            "    client.force_login(user)\n"
            "    client.cookies['django_language'] = 'en'\n"
            "    together.wait()\n"
            "    page = client.post(path, {'seen': seen}, follow=True)\n"
            "    answer.append([page.status_code, strip_tags(page.content.decode())])\n"
            "    connections.close_all()\n"
            "threads = [threading.Thread(target=press, args=(make_user(f'{name[-20:]}{n}', group='editor'),))"
            " for n in (1, 2)]\n"
            "[thread.start() for thread in threads]; [thread.join() for thread in threads]"
        )
        self.assertEqual([status for status, _page in said], [200, 200])
        self.assertEqual(sum("Handed over." in page for _status, page in said), 1)
        self.assertEqual(sum("handed over already: nothing was sent twice" in page for _status, page in said), 1)
        self.wait_until(lambda: self.mailbox.mails)
        sleep(3)
        self.assertEqual(len(self.mailbox.mails), 1)
