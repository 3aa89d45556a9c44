"""Two installations of Tribune hand over to each other by Micropub, and tell each other by webmention what links where.

Over HTTP, and by their own workers.
"""

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

SECONDS_TO_LOOK = 150

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


LET_IN = """
from django.contrib.auth.models import User
from blog.models import Partner
from blog.syndication.offers import make_token
editor = User.objects.create_user("editor")
partner = Partner.objects.create(name="La Marge", slug="la-marge", site=SITE, language="en", takes="page", keeper="Y")
print(make_token(partner, by=editor))
"""
BEFRIEND = """
from django.contrib.auth.models import User
from blog.models import Partner, Post, Tribune
from blog.syndication.credentials import keep_credentials
editor = User.objects.create_user("editor", first_name="Ann", last_name="Editor")
names = {"name": "Les Voisins", "slug": "les-voisins", "keeper": "N", "site": SITE, "language": "en"}
partner = Partner.objects.create(**names, takes="micropub", micropub=f"{SITE}/micropub/")
keep_credentials(partner, "micropub", user="", secret=TOKEN, by=editor)
Tribune.objects.create(
    post=Post.objects.get(), partner=partner, direction="ours_there", content="whole", canonical="here"
)
"""
HAND_OVER = """
from django.contrib.auth.models import User
from blog.models import Tribune
from blog.syndication.handing_over import hand_over
from blog.syndication.packaging import make_package
tribune = Tribune.objects.get()
hand_over(tribune, by=User.objects.get(), seen=make_package(tribune).digest, language="en")
"""
HANDED_OVER = """
from django.utils.translation import override
from blog.models import HandOver
with override("en"):
    print(HandOver.objects.latest("pk").in_words())
"""
# As if the process had been killed, or the line cut, before the answer came.
LOSE = """
from datetime import timedelta
from django.utils import timezone
from blog.models import HandOver, PartnerCopy
from blog.syndication.handing_over import deliver_forgotten
PartnerCopy.objects.update(status="unsure", key="", title="", content="")
HandOver.objects.update(state="sending", claimed_at=timezone.now() - timedelta(hours=2))
deliver_forgotten()
"""
TAKEN_IN = """
from blog.models import Offer
for offer in Offer.objects.exclude(tribune=None):
    print(offer.state, offer.tribune.state, offer.post.status, offer.post.title, "ajout" in offer.post.body)
"""
EDIT = """
from blog.models import Post
post = Post.objects.get()
post.body = post.body.replace("avis", "conseil")
post.save()
"""
WRITE_OVER = """
from blog.models import HandOver, PartnerCopy
from blog.syndication.copies import write_over
from blog.syndication.handing_over import send_again
copy, newest = PartnerCopy.objects.get(), HandOver.objects.latest("pk")
assert write_over(copy, seen=copy.version_there) and send_again(newest, seen=newest.version)
"""
TAKE_OVER = """
from blog.models import Offer
from blog.syndication.offers import take_over
offer = Offer.objects.get()
assert take_over(offer, seen=offer.edition, revision=offer.post.revision)
"""
PUBLISH = """
from datetime import timedelta
from django.utils import timezone
from blog.models import Category, Post
post = Post.objects.get()
post.status, post.disclosure, post.published_at = "published", "none", timezone.now() - timedelta(minutes=2)
post.category, _ = Category.objects.get_or_create(slug="marges", name_fr="Marges", name_en="Margins")
post.save()
print(post.path())
"""
LOOK = """
from datetime import timedelta
from django.utils import timezone
from blog.models import PartnerCopy, Tribune
from blog.syndication.handing_over import look_at_copies
PartnerCopy.objects.update(looked_at=timezone.now() - timedelta(hours=12))
look_at_copies()
copy = PartnerCopy.objects.get()
print(copy.status, Tribune.objects.get().state, Tribune.objects.get().url, "conseil" in copy.their_content)
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

    def test_text_goes_from_draft_here_to_publication_there_and_its_address_comes_back(self):
        with ExitStack() as stack:
            ports = [free_port(), free_port()]
            ours, theirs = (Neighbour(stack, port, " ".join(map(str, ports))) for port in ports)
            ours.write("<p>Un avis.</p>")
            ours.run(BEFRIEND, SITE=theirs.site.url, TOKEN=theirs.run(LET_IN, SITE=ours.site.url))
            ours.run(HAND_OVER)
            self.assertComes(ours, HANDED_OVER, "It is a draft at the partner’s")
            self.assertComes(theirs, TAKEN_IN, "taken published draft Les marges False")
            # The answer is lost: it is one post all the same.
            ours.run(LOSE)
            self.assertComes(ours, HANDED_OVER, "It is a draft at the partner’s")
            self.assertEqual(len(theirs.run(TAKEN_IN).splitlines()), 1)
            ours.write("<p>Un avis, et son ajout.</p>")
            ours.run(HAND_OVER)
            self.assertComes(ours, HANDED_OVER, "It is a draft at the partner’s")
            self.assertComes(theirs, TAKEN_IN, "taken published draft Les marges True")
            # Their editor changes it: that is shown here, and not written over.
            theirs.run(EDIT)
            self.assertEqual(ours.run(LOOK), "draft proposed  True")
            ours.write("<p>Un avis, et son autre ajout.</p>")
            ours.run(HAND_OVER)
            self.assertComes(ours, HANDED_OVER, "Somebody changed this text at the partner’s")
            # Written over, ours waits beside theirs, and their editor takes it over.
            ours.run(WRITE_OVER)
            self.assertComes(ours, HANDED_OVER, "yours waits beside theirs")
            self.assertEqual(ours.run(LOOK), "draft proposed  True")
            self.assertComes(theirs, TAKEN_IN, "apart published draft Les marges")
            theirs.run(TAKE_OVER)
            self.assertComes(theirs, TAKEN_IN, "over published draft Les marges True")
            self.assertEqual(ours.run(LOOK), "draft proposed  False")
            # They publish it: its address comes back.
            address = theirs.site.url + theirs.run(PUBLISH)
            self.assertEqual(ours.run(LOOK), f"publish published {address} False")
            self.assertEqual(len(theirs.run(TAKEN_IN).splitlines()), 1)
            # It names where it first appeared, so we are told of it.
            about, state, status = theirs.run(TELL).split()
            self.assertEqual((about, state), ("published", "sent"))
            self.assertSaid(status, "Your page")

    def assertComes(self, neighbour, code, words):
        """The worker of an installation does by itself what it was asked for."""
        deadline, said = monotonic() + SECONDS_TO_LOOK, ""
        while monotonic() < deadline:
            said = neighbour.run(code)
            if words in said:
                return
        self.fail(said)

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
