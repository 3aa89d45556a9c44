"""Webmentions that go out: https://www.w3.org/TR/webmention/, sections 3.1 and 4.

Servers of this machine play the sites that a post links to. The cases of discovery are those that the specification
and its list of tests tell apart, written anew.
"""

from contextlib import contextmanager
from datetime import timedelta
from unittest import mock
from urllib.parse import parse_qs

from django.test import SimpleTestCase, TestCase, override_settings
from django.utils import timezone

from blog.models import Post, SentMention, Told, Tribune
from blog.publishing import move
from blog.syndication import telling
from blog.syndication.telling import can_be_reached, find_endpoint, note_changes, send_due
from tests.blog.syndication.servers import http, playing
from tests.factories import make_alice, make_partner, make_post, make_tribune

SITE = "https://marge.example"
QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

About, State = SentMention.About, SentMention.State


class Site:
    """A site whose pages take mentions; ``told`` holds what it was sent, as pairs of source and target."""

    def __init__(self):
        self.page = http("<link rel='webmention' href='/hook'>")
        self.answer = http(status=202)
        self.told = []

    def __call__(self, request, _connection):
        if request.startswith("POST"):
            form = parse_qs(request.rpartition("\r\n\r\n")[2])
            self.told.append((form["source"][0], form["target"][0]))
            return self.answer
        return self.page


@contextmanager
def site():
    held = Site()
    with playing(held) as server:
        held.address = f"{server.address}/article"
        held.server = server
        yield held


class DiscoveryTests(SimpleTestCase):
    """Each page names its endpoint in another way; where it ends, '/hook' is where it is found."""

    def find(self, body="", **headers):
        with playing(http(body, **headers)) as server:
            found = find_endpoint(f"{server.address}/folder/page")
            return found.removeprefix(server.address)

    def test_endpoint_is_found(self):
        for body, headers in (
            # In a header
            ("", {"Link": "</hook>; rel=webmention"}),
            ("", {"Link": '</hook>; rel="webmention"'}),
            ("", {"LINK": '</hook>; REL="WebMention"'}),
            ("", {"Link": '</hook>; rel="webmention somethingelse"'}),
            ("", {"Link": '</other>; rel="other", </hook>; rel="webmention"'}),
            ("", {"Link": '</other>; rel="other"; title="a, <b>; rel=webmention", </hook>; rel="webmention"'}),
            ("", {"Link": "<../hook>; rel=webmention"}),
            ("", {"Link": ", , </other>; rel=other,, </hook>; rel=webmention"}),
            # In the page
            ("<link rel='webmention' href='/hook'>", {}),
            ("<p><a rel='webmention' href='/hook'>here</a></p>", {}),
            ("<p><link rel='webmention' href='../hook'></p>", {}),
            ("<link rel='alternate WEBMENTION other' href='/hook'>", {}),
            ("<a href='/hook' rel='nofollow webmention'></a>", {}),
            ("<base href='/elsewhere/'><a rel='webmention' href='../hook'></a>", {}),
            ("<LINK REL=webmention HREF=/hook>", {}),
            # The first counts, and headers before the page
            ("<link rel='webmention' href='/hook'><a rel='webmention' href='/other'></a>", {}),
            ("<a rel='webmention' href='/hook'></a><link rel='webmention' href='/other'>", {}),
            ("<link rel='webmention' href='/other'>", {"Link": "</hook>; rel=webmention"}),
            # What only looks like one
            ("<!-- <a rel='webmention' href='/other'></a> --><a rel='webmention' href='/hook'></a>", {}),
            ("&lt;a rel='webmention' href='/other'&gt;<a rel='webmention' href='/hook'></a>", {}),
            ("<link rel='webmention'><a rel='webmention' href='/hook'></a>", {}),
            ("<a rel='not-webmention' href='/other'></a><a rel='webmention' href='/hook'></a>", {}),
            ("<a rel='webmention/' href='/other'></a><a rel='webmention' href='/hook'></a>", {}),
            ("<template><a rel='webmention' href='/other'></a></template><a rel='webmention' href='/hook'></a>", {}),
            ("<script>'<a rel=webmention href=/other>'</script><a rel='webmention' href='/hook'></a>", {}),
            ("<a rel='webmention' href='mailto:a@b.example'></a><a rel='webmention' href='/hook'></a>", {}),
            (
                "<link rel='webmention' href='/other'>",
                {"Content_Type": "text/plain", "Link": "</hook>; rel=webmention"},
            ),
        ):
            with self.subTest(body, **headers):
                self.assertEqual(self.find(body, **headers), "/hook")

    def test_there_is_none(self):
        for body, headers in (
            ("", {}),
            ("<p>webmention</p>", {}),
            ("<!-- <link rel='webmention' href='/hook'> -->", {}),
            ("&lt;link rel='webmention' href='/hook'&gt;", {}),
            ("<link rel='webmention' href='/hook'>", {"Content_Type": "text/plain"}),
            ("<link rel='pingback' href='/hook'>", {}),
            ("<link rel='webmention'>", {}),
        ):
            with self.subTest(body, **headers):
                self.assertEqual(self.find(body, **headers), "")

    def test_empty_address_is_the_page_itself(self):
        self.assertEqual(self.find("<link rel='webmention' href=''>"), "/folder/page")

    def test_query_is_kept(self):
        self.assertEqual(self.find("<link rel='webmention' href='/hook?a=1&amp;b=2'>"), "/hook?a=1&b=2")
        self.assertEqual(self.find("", Link="<?query=yes>; rel=webmention"), "/folder/page?query=yes")

    def test_relative_address_stands_to_where_redirects_end(self):
        pages = {"/": http(status=302, Location="/there/page"), "/there/page": http("<a rel=webmention href='hook'>")}
        with playing(lambda request, _connection: pages[request.split()[1]]) as server:
            self.assertEqual(find_endpoint(server.address + "/"), server.address + "/there/hook")


# The pages of https://webmention.rocks by their numbers: what stands at each, and its header. "{here}" is the site
# itself, "\n" parts two lines of the same header.
ROCKS = {
    1: ("", "</hook>; rel=webmention"),
    2: ("", "<{here}/hook>; rel=webmention"),
    3: ("<link rel='webmention' href='/hook'>", ""),
    4: ("<link rel='webmention' href='{here}/hook'>", ""),
    5: ("<a rel='webmention' href='/hook'>webmention</a>", ""),
    6: ("<a rel='webmention' href='{here}/hook'>webmention</a>", ""),
    7: ("", "LinK: <{here}/hook>; rel=webmention"),
    8: ("", '<{here}/hook>; rel="webmention"'),
    9: ("<link rel='webmention somethingelse' href='{here}/hook'>", ""),
    10: ("", '<{here}/hook>; rel="webmention somethingelse"'),
    11: (
        "<link rel='webmention' href='/wrong'><a rel='webmention' href='/wrong'>x</a>",
        "<{here}/hook>; rel=webmention",
    ),
    12: ("<link rel='not-webmention' href='/wrong'><link rel='webmention' href='/hook'>", ""),
    13: ("<!-- <a href='/wrong' rel='webmention'></a> --><a rel='webmention' href='/hook'>x</a>", ""),
    14: ("<code>&lt;a href='/wrong' rel='webmention'&gt;</code><a rel='webmention' href='/hook'>x</a>", ""),
    15: ("<link rel='webmention' href=''>", ""),
    16: ("<a rel='webmention' href='/hook'>x</a><link rel='webmention' href='/wrong'>", ""),
    17: ("<link rel='webmention' href='/hook'><a rel='webmention' href='/wrong'>x</a>", ""),
    18: ("", '<{here}/other>; rel="other"\n<{here}/hook>; rel="webmention"'),
    19: ("", '<{here}/other>; rel="other", <{here}/hook>; rel="webmention"'),
    20: ("<link rel='webmention'><a rel='webmention' href='/hook'>x</a>", ""),
    21: ("<link rel='webmention' href='/hook?query=yes'>", ""),
    22: ("<link rel='webmention' href='hook'>", ""),
}


class RocksTests(SimpleTestCase):
    """What https://webmention.rocks asks of who sends: the tests of discovery, each as that page has it."""

    FOUND = {15: "/test/page", 21: "/hook?query=yes", 22: "/test/hook"}

    def answer(self, number: int, here: str) -> bytes:
        body, lines = (each.replace("{here}", here) for each in ROCKS[number])
        said = http(body)
        for line in filter(None, lines.split("\n")):
            header = line if line.startswith("LinK: ") else f"Link: {line}"
            said = said.replace(b"\r\n", f"\r\n{header}\r\n".encode(), 1)
        return said

    def test_discovery(self):
        for number in ROCKS:
            with self.subTest(number), playing(lambda *_: self.answer(number, server.address)) as server:  # noqa: B023
                found = find_endpoint(f"{server.address}/test/page").removeprefix(server.address)
                self.assertEqual(found, self.FOUND.get(number, "/hook"))

    def test_23_the_page_that_redirects_names_another_endpoint_than_the_one_where_it_leads(self):
        pages = {
            "/test/23/page": http(status=302, Location="page/abc", Link="</wrong>; rel=webmention"),
            "/test/23/page/abc": http("<link rel='webmention' href='hook/def'>"),
        }
        with playing(lambda request, _connection: pages[request.split()[1]]) as server:
            self.assertEqual(find_endpoint(f"{server.address}/test/23/page"), f"{server.address}/test/23/page/hook/def")


class ReachTests(SimpleTestCase):
    def test_site_that_nobody_can_look_at_tells_nobody(self):
        for address, can in {
            "https://marge.example": True,
            "http://localhost:8000": False,
            "http://127.0.0.1:8000": False,
            "http://[::1]:8000": False,
            "http://192.168.1.20": False,
            "http://93.184.215.14": True,
            "http://machine": False,
            "http://machine.local": False,
        }.items():
            with self.subTest(address), override_settings(SITE_URL=address):
                self.assertEqual(can_be_reached(), can)


@override_settings(TASKS=QUEUED, SITE_URL=SITE)
class TellingCase(TestCase):
    def publish(self, *links, **fields):
        body = "".join(f'<p><a href="{link}">là</a></p>' for link in links)
        fields = {"body": body, "published_at": timezone.now() - timedelta(minutes=1)} | fields
        return make_post(**fields)

    def change(self, post, *links, text=""):
        post.body = "".join(f'<p><a href="{link}">là</a></p>' for link in links) + f"<p>{text}</p>"
        post.save()

    def tell(self, later=timedelta(0)):
        """Look for changes, and send what comes of them once it is due."""
        note_changes()
        send_due(timezone.now() + telling.DELAY + later)

    def rows(self):
        return list(SentMention.objects.order_by("pk").values_list("about", "state"))


class WhenTests(TellingCase):
    def test_pages_that_a_published_post_links_to_are_told_once(self):
        with site() as theirs:
            post = self.publish(theirs.address, theirs.address, f"{SITE}/blog/", "/blog/", "mailto:a@b.example")
            for _time in range(3):
                self.tell()
            self.assertEqual(theirs.told, [(SITE + post.path(), theirs.address)])
        row = SentMention.objects.get()
        self.assertEqual((row.about, row.state, row.answer_status), (About.PUBLISHED, State.SENT, 202))

    def test_page_of_a_partner_whose_piece_is_announced_is_told_and_that_of_a_piece_of_ours_is_not(self):
        with site() as theirs:
            post = self.publish()
            theirs_here = {"direction": Tribune.Direction.THEIRS_HERE, "url": theirs.address}
            make_tribune(post, **theirs_here)
            make_tribune(post, make_partner(slug="b"), url=f"{theirs.address}/ours")
            dead = make_tribune(post, make_partner(slug="c"), **theirs_here | {"url": f"{theirs.address}/dead"})
            Tribune.objects.filter(pk=dead.pk).update(gone_since=timezone.now())
            self.tell()
            self.assertEqual(theirs.told, [(SITE + post.path(), theirs.address)])
        self.assertIn(f'href="{theirs.address}"', self.client.get(post.path()).content.decode())

    def test_they_are_told_only_when_no_cache_has_the_page_without_the_link_any_more(self):
        with site() as theirs:
            self.publish(theirs.address)
            note_changes()
            send_due()
            self.assertEqual(theirs.told, [])

    def test_draft_tells_nobody_and_scheduled_post_when_its_hour_has_come(self):
        with site() as theirs:
            self.publish(theirs.address, status=Post.Status.DRAFT, slug="brouillon")
            self.publish(theirs.address, published_at=timezone.now() + timedelta(hours=2))
            self.tell()
            self.assertEqual(SentMention.objects.count(), 0)
            now = timezone.now() + timedelta(hours=2, minutes=1)
            note_changes(now)
            send_due(now + telling.DELAY)
            self.assertEqual(len(theirs.told), 1)

    def test_change_of_the_text_is_told_again_and_other_changes_are_not(self):
        with site() as theirs:
            post = self.publish(theirs.address)
            self.tell()
            post.comment_policy = "closed"
            post.save()
            self.tell()
            self.assertEqual(len(theirs.told), 1)
            self.change(post, theirs.address, text="Autrement.")
            self.tell()
        self.assertEqual(len(theirs.told), 2)
        self.assertEqual(self.rows(), [(About.PUBLISHED, State.SENT), (About.UPDATED, State.SENT)])

    def test_link_that_was_removed_is_told_too(self):
        with site() as theirs, site() as other:
            post = self.publish(theirs.address)
            self.tell()
            self.change(post, other.address)
            self.tell()
            self.assertEqual((len(theirs.told), len(other.told)), (2, 1))
            self.change(post, other.address, text="Encore.")
            self.tell()
        # Once it has gone there is nothing more to say of it.
        self.assertEqual((len(theirs.told), len(other.told)), (2, 2))
        self.assertIn((About.UNLINKED, State.SENT), self.rows())

    def test_withdrawal_is_told_and_return_as_well(self):
        with site() as theirs:
            post = self.publish(theirs.address)
            self.tell()
            move(post, Post.Status.WITHDRAWN)
            self.tell()
            self.assertEqual(self.client.get(post.path()).status_code, 410)
            move(post, Post.Status.PUBLISHED)
            self.tell()
        self.assertEqual([about for about, _state in self.rows()], ["published", "withdrawn", "published"])
        self.assertEqual(set(theirs.told), {(SITE + post.path(), theirs.address)})

    def test_new_address_of_a_post_is_told(self):
        with site() as theirs:
            post = self.publish(theirs.address)
            self.tell()
            post.slug = "ailleurs"
            post.save()
            self.tell()
        self.assertEqual(theirs.told[-1], (SITE + post.path(), theirs.address))

    def test_changes_before_it_is_sent_make_one_message(self):
        with site() as theirs:
            post = self.publish(theirs.address)
            note_changes()
            self.change(post, theirs.address, text="Mieux.")
            self.tell()
            self.assertEqual(len(theirs.told), 1)
        self.assertEqual([state for _about, state in self.rows()], [State.DROPPED, State.SENT])

    def test_archive_that_was_brought_along_tells_nobody(self):
        with site() as theirs:
            post = self.publish(theirs.address, published_at=timezone.now() - timedelta(days=400))
            self.tell()
            self.assertEqual(theirs.told, [])
            self.change(post, theirs.address, text="Repris.")
            self.tell()
            self.assertEqual(len(theirs.told), 1)

    def test_site_on_trial_tells_nobody(self):
        with site() as theirs, override_settings(SITE_URL="http://localhost:8000"):
            self.publish(theirs.address)
            self.tell()
        self.assertFalse(Told.objects.exists())

    def test_looking_costs_the_same_with_a_hundred_posts_that_are_known(self):
        self.publish("https://a.example/")
        note_changes()
        with self.assertNumQueries(1):
            note_changes()
        for number in range(100):
            self.publish("https://a.example/", slug=f"n-{number}")
        note_changes()
        with self.assertNumQueries(1):
            self.assertEqual(note_changes(), 0)


class SendingTests(TellingCase):
    def send(self, theirs):
        self.publish(theirs.address)
        self.tell()
        return SentMention.objects.get()

    def words(self, row):
        self.client.force_login(make_alice())
        self.client.cookies["django_language"] = "en"
        return self.client.get("/admin/blog/sentmention/").content.decode()

    def test_every_success_counts_and_a_status_address_is_kept(self):
        for status, headers, address in (
            (200, {}, ""),
            (202, {}, ""),
            (201, {"Location": "/status/7"}, "/status/7"),
            (201, {"Location": "javascript:alert(1)"}, ""),
        ):
            with self.subTest(status, **headers), site() as theirs:
                theirs.answer = http(status=status, **headers)
                row = self.send(theirs)
                self.assertEqual(row.state, State.SENT)
                self.assertEqual(row.status_address, theirs.server.address + address if address else "")
                Post.objects.all().delete()

    def test_page_that_takes_none_is_no_error(self):
        with site() as theirs:
            theirs.page = http("rien")
            self.assertEqual(self.send(theirs).state, State.NOT_TAKEN)

    def test_their_query_and_ours_arrive_as_they_are(self):
        with site() as theirs:
            theirs.page = http("<link rel='webmention' href='/hook?key=a%20b&amp;c=d'>")
            theirs.address += "?p=1&amp;q=é#bas"
            self.send(theirs)
            self.assertTrue(theirs.told[0][1].endswith("/article?p=1&q=%C3%A9#bas"))
        self.assertTrue(theirs.server.requests[-1].startswith("POST /hook?key=a%20b&c=d HTTP/1.1"))
        self.assertIn("content-type: application/x-www-form-urlencoded", theirs.server.requests[-1].lower())

    def test_server_in_trouble_is_asked_again_later_and_editors_read_when(self):
        with site() as theirs:
            theirs.answer = http(status=503)
            row = self.send(theirs)
            self.assertEqual((row.state, row.attempts), (State.WAITING, 1))
            self.assertIn("Their server answered 503. Next try at", self.words(row))
            theirs.answer = http(status=202)
            send_due(timezone.now() + timedelta(minutes=6))
        row.refresh_from_db()
        self.assertEqual((row.state, row.problem_en), (State.SENT, ""))

    def test_they_say_how_long_to_wait(self):
        with site() as theirs:
            theirs.answer = http(status=429, Retry_After="7200")
            self.assertGreater(self.send(theirs).due_at, timezone.now() + timedelta(minutes=110))

    def test_server_that_stays_in_trouble_is_given_up(self):
        with site() as theirs:
            theirs.answer = http(status=500)
            row = self.send(theirs)
            for hours in range(1, 100, 10):
                send_due(timezone.now() + timedelta(hours=hours))
            self.assertEqual(len(theirs.told), 6)
        row.refresh_from_db()
        self.assertEqual(row.state, State.FAILED)

    def test_refusal_is_final_and_can_be_sent_again_by_an_editor(self):
        with site() as theirs:
            theirs.answer = http(status=400)
            row = self.send(theirs)
            self.assertEqual(row.state, State.FAILED)
            self.assertIn("given up: Their server answered 400.", self.words(row))
            theirs.answer = http(status=202)
            self.client.post("/admin/blog/sentmention/", {"action": "try_again", "_selected_action": [row.pk]})
            send_due()
        row.refresh_from_db()
        self.assertEqual(row.state, State.SENT)

    def test_endpoint_in_a_private_network_is_not_asked(self):
        for address in ("http://10.0.0.1/hook", "http://localhost/hook", "http://127.0.0.1:9/hook"):
            with self.subTest(address), site() as theirs:
                theirs.page = http(f"<link rel='webmention' href='{address}'>")
                row = self.send(theirs)
                self.assertEqual(row.state, State.FAILED)
                self.assertEqual(theirs.told, [])
                Post.objects.all().delete()

    def test_worker_killed_before_it_sends_sends_later(self):
        with site() as theirs:
            with mock.patch.object(telling, "find_endpoint", side_effect=KeyboardInterrupt):
                self.assertRaises(KeyboardInterrupt, self.send, theirs)
            self.tell()
            self.assertEqual(theirs.told, [])
            self.tell(timedelta(minutes=11))
            self.assertEqual(len(theirs.told), 1)

    def test_worker_killed_after_it_sent_never_sends_twice_and_editors_are_told(self):
        with site() as theirs:
            with mock.patch.object(telling, "note", side_effect=KeyboardInterrupt):
                self.assertRaises(KeyboardInterrupt, self.send, theirs)
            self.tell(timedelta(minutes=11))
            self.tell(timedelta(hours=1))
            self.assertEqual(len(theirs.told), 1)
        row = SentMention.objects.get()
        self.assertEqual(row.state, State.UNKNOWN)
        self.assertIn("interrupted: it may have arrived", self.words(row))

    def test_two_workers_send_one_message(self):
        with site() as theirs:
            self.publish(theirs.address)
            note_changes()
            now = timezone.now() + telling.DELAY
            first, second = telling.take_next(now, set()), telling.take_next(now, set())
            self.assertIsNone(second)
            telling.send(first)
            self.assertEqual(len(theirs.told), 1)

    def test_silent_server_is_not_asked_by_each_of_its_rows(self):
        with site() as theirs:
            self.publish(*(f"{theirs.address}/{number}" for number in range(5)))
            note_changes()
            with mock.patch.object(telling, "fetch", side_effect=telling.FetchError(may_pass=True)) as asked:
                send_due(timezone.now() + telling.DELAY)
            asked.assert_called_once()
        self.assertEqual(SentMention.objects.filter(state=State.WAITING).count(), 5)

    def test_page_of_the_post_shows_editors_what_was_sent(self):
        with site() as theirs:
            row = self.send(theirs)
        self.client.force_login(make_alice())
        for language, words in {"fr": "202", "en": "their server answered 202"}.items():
            self.client.cookies["django_language"] = language
            page = self.client.get(f"/admin/blog/post/{row.post_id}/change/")
            self.assertContains(page, words)
            self.assertContains(page, theirs.address)
            others = self.client.get(f"/admin/blog/sentmention/?post__id__exact={row.post_id}")
            self.assertContains(others, theirs.address)
