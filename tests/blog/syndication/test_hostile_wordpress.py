"""A WordPress whose API gives addresses that lead elsewhere or nowhere: nobody is led there, an editor reads why."""

import re

from django.test import TestCase

from blog.models import Credentials, HandOver, Partner, PartnerCopy, Tribune
from blog.syndication.copies import note_seen
from blog.syndication.credentials import keep_credentials
from blog.syndication.discovery import discover
from blog.syndication.wordpress import look_at
from tests.blog.syndication.players import PlayedWordPress
from tests.blog.syndication.servers import http, playing
from tests.blog.syndication.test_discovery import HOME, Blog
from tests.blog.syndication.test_handing_over import hand
from tests.blog.syndication.test_packaging import WHOLE, make_draft
from tests.factories import make_alice, make_author, make_image, make_partner, make_post

# Where nobody may be sent to.
DANGEROUS = (
    "javascript:alert(document.cookie)",
    "JAVASCRIPT:alert(1)//https://example.org/",
    "file:///etc/passwd",
    "data:text/html,<script>alert(1)</script>",
    "http://192.168.1.5/article/",
    "http://localhost:8000/article/",
    "http://[::1]/article/",
    "https://name:password@example.org/",
    "https://example.org:22/",
    "http://[",
    "https://example.org/" + "a" * 600,
    "",
    None,
    ["https://example.org/"],
    17,
)


class Odd(PlayedWordPress):
    """One that says of a post, or of a picture, that it stands at another address."""

    def __init__(self) -> None:
        super().__init__()
        self.link = self.source = "as it is"

    def answer(self, *arguments) -> tuple[int, object]:
        status, data = super().answer(*arguments)
        for each in data if isinstance(data, list) else [data]:
            for name, value in (("link", self.link), ("source_url", self.source)):
                if name in each and value != "as it is":
                    each[name] = value
        return status, data


class OddCase(TestCase):
    """Alice has handed over a whole text, to be public at once."""

    def setUp(self):
        self.alice = make_alice()
        self.client.force_login(self.alice)
        self.post = make_post(authors=[make_author()], cover=make_image())
        self.there = Odd()
        self.server = self.enterContext(playing(self.there))
        self.partner = make_partner(
            takes=Partner.Takes.WORDPRESS,
            site=f"{self.server.address}/",
            api=f"{self.server.address}/wp-json/",
            status_there="publish",
        )
        keep_credentials(self.partner, Credentials.Kind.WORDPRESS, user="keeper", secret="x", by=self.alice)
        self.tribune = make_draft(self.post, self.partner, **WHOLE)
        self.page = f"/admin/blog/tribune/{self.tribune.pk}/change/"

    def hand(self) -> HandOver:
        with self.captureOnCommitCallbacks(execute=True):
            record = hand(self.tribune, self.alice)
        record.refresh_from_db()
        return record

    def read(self, path, language="en"):
        self.client.cookies["django_language"] = language
        return self.client.get(path).content.decode()

    def links(self, page):
        return re.findall(r'(?:href|src|action)="([^"]*)"', page)


class AddressOfAPostTests(OddCase):
    def test_nobody_is_led_where_it_is_dangerous(self):
        for link in DANGEROUS:
            with self.subTest(link):
                HandOver.objects.all().delete()
                PartnerCopy.objects.all().delete()
                self.there.posts.clear()
                self.there.link = link
                record = self.hand()
                self.assertEqual(record.state, HandOver.State.SENT, record.in_words())
                tribune = Tribune.objects.get()
                self.assertEqual((tribune.state, tribune.url), (Tribune.State.PROPOSED, ""))
                self.assertEqual(len(self.there.posts), 1)
                page = self.read(self.page)
                self.assertIn("gives no address that readers can be led to", page)
                self.assertNotIn(str(link) or "?", self.links(page))
                self.assertIn("attention=hand_over", self.read("/admin/"))

    def test_other_host_is_shown_and_readers_are_not_led_there(self):
        self.there.link = "https://elsewhere.example/article/"
        self.hand()
        self.assertEqual(Tribune.objects.get().state, Tribune.State.PROPOSED)
        page = self.read(self.page)
        self.assertIn("at an address that is none of the partner’s sites: https://elsewhere.example/article/", page)
        self.assertNotIn(self.there.link, self.links(page))
        for path in (self.post.get_absolute_url(), f"/partenaires/{self.partner.slug}/"):
            self.assertNotIn("elsewhere.example", self.read(path))
        # Who has looked notes it, and nothing is asked any more.
        Tribune.objects.update(state="published", url=self.there.link, published_at=self.post.published_at)
        note_seen(PartnerCopy.objects.get(), look_at(PartnerCopy.objects.get()))
        self.assertNotIn("none of the partner’s sites", self.read(self.page))
        self.assertNotIn("attention=hand_over", self.read("/admin/"))

    def test_address_with_or_without_www_is_theirs(self):
        Partner.objects.update(site="https://www.example.org/blog/")
        self.there.link = "https://example.org/blog/article/"
        self.hand()
        self.assertEqual(Tribune.objects.get().url, self.there.link)

    def test_later_nonsense_leaves_the_address_that_is_known(self):
        self.hand()
        known = Tribune.objects.get().url
        self.assertTrue(known.startswith(self.server.address))
        self.there.link = "javascript:alert(1)"
        note_seen(PartnerCopy.objects.get(), look_at(PartnerCopy.objects.get()))
        tribune = Tribune.objects.get()
        self.assertEqual((tribune.url, tribune.state), (known, Tribune.State.PUBLISHED))
        self.assertNotIn("javascript:", self.read(self.post.get_absolute_url()))


class AddressOfAPictureTests(OddCase):
    def test_picture_that_has_no_usable_address_is_shown_from_here(self):
        for source in ("javascript:alert(1)", "http://10.0.0.1/a.jpg", None):
            with self.subTest(source):
                self.there.source = source
                record = self.hand()
                self.assertEqual(record.state, HandOver.State.SENT, record.in_words())
                (post,) = self.there.posts.values()
                self.assertIn('src="http://testserver/media/', post["content"]["raw"])
                self.assertIn("did not take every picture", self.read(self.page))


class MovedTests(OddCase):
    """Its API answers that it is elsewhere."""

    def test_to_another_host_the_new_address_is_said_and_no_password_goes_there(self):
        new = self.enterContext(playing(http("{}", status=401, Content_Type="application/json")))
        for location, said in {
            f"{new.address}/api/wp/v2/users/me?context=edit": f"has moved to {new.address}/api:",
            "javascript:alert(1)": "",
        }.items():
            with self.subTest(location):
                HandOver.objects.all().delete()
                with playing(http(status=301, Location=location)) as old:
                    Partner.objects.update(api=f"{old.address}/wp-json/")
                    self.partner.refresh_from_db()
                    keep_credentials(self.partner, Credentials.Kind.WORDPRESS, user="k", secret="x", by=self.alice)
                    record = self.hand()
                self.assertEqual(record.state, HandOver.State.FAILED)
                page = self.read(self.page)
                self.assertIn(said, page)
                self.assertNotIn(location, self.links(page))
        self.assertTrue(new.requests)
        self.assertNotIn("authorization", "".join(new.requests).lower())

    def test_moved_path_is_followed_for_reading_and_said_before_writing(self):
        def answer(request, connection):
            _method, path, _version = request.split("\r\n", 1)[0].split(" ")
            if path.startswith("/old/"):
                return http(status=301, Location=f"/wp-json/{path.removeprefix('/old/')}")
            return self.there(request, connection)

        server = self.enterContext(playing(answer))
        Partner.objects.update(api=f"{server.address}/old/", site=f"{server.address}/")
        self.partner.refresh_from_db()
        keep_credentials(self.partner, Credentials.Kind.WORDPRESS, user="k", secret="x", by=self.alice)
        record = self.hand()
        self.assertEqual(record.state, HandOver.State.FAILED)
        page = self.read(self.page)
        self.assertIn(f"has moved to {server.address}/wp-json:", page)
        self.assertEqual(self.there.posts, {})


class DiscoveryTests(TestCase):
    def setUp(self):
        self.blog = Blog()
        self.server = self.enterContext(playing(self.blog.answer))
        self.blog.base = self.server.address

    def name_api(self, address):
        self.blog.pages["/"] = http(HOME, Link=f'<{address}>; rel="https://api.w.org/"')
        return discover(f"{self.blog.base}/")

    def test_api_at_a_dangerous_address_is_not_offered(self):
        for address in (
            "javascript:alert(1)",
            "file:///etc/passwd",
            "http://10.0.0.1/wp-json/",
            "http://[::1]/wp-json/",
        ):
            with self.subTest(address):
                found = self.name_api(address)
                self.assertEqual(found.api, "")
                self.assertTrue(found.problems["api"])

    def test_api_at_another_host_is_offered_with_a_warning(self):
        with playing(self.blog.answer) as other:
            found = self.name_api(f"{other.address}/wp-json/")
            self.assertEqual(found.api, f"{other.address}/wp-json/")
            self.assertIn("127.0.0.1", found.problems["api"])
