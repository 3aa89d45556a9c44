"""Webmentions that come in: https://www.w3.org/TR/webmention/, sections 3.2 and 4.

Servers of this machine play the sites that mention us.
"""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest import mock

import mf2py
from django.core.cache import cache
from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Mention, Post
from blog.models.mentions import digest_addresses
from blog.syndication import mentions
from blog.syndication.mentions import decide, look
from tests.blog.syndication.servers import http, playing
from tests.factories import make_alice, make_partner, make_post, make_translation, make_tribune

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"
TARGET = f"http://testserver{POST}"
QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
BROWSER = {"Accept": "text/html,application/xhtml+xml"}

Kind, State, Status = Mention.Kind, Mention.State, Mention.Status


def page(body, *, lang="fr", head=""):
    return f"<!doctype html><html lang='{lang}'><head>{head}</head><body>{body}</body></html>"


def entry(what="", *, content="Je ne suis pas de cet avis.", author="Jeanne Valmont"):
    return page(
        f"<article class='h-entry'><h1 class='p-name'>Ma réponse</h1>{what}"
        f"<a class='p-author h-card' href='/'>{author}</a>"
        f"<time class='dt-published' datetime='2016-06-03T10:00:00+02:00'>le 3</time>"
        f"<div class='e-content'><p>{content}</p></div></article>"
    )


LINK = f"<p>Lu chez eux : <a href='{TARGET}'>un avis</a>.</p>"


class Site:
    """A site whose one page can change."""

    def __init__(self, body=LINK, **options):
        self.said = http(body, **options)

    def change(self, body="", **options):
        self.said = http(body, **options)


@contextmanager
def site(body=LINK, **options):
    held = Site(body, **options)
    with playing(lambda *_: held.said) as server:
        held.address = f"{server.address}/reponse"
        held.server = server
        yield held


@override_settings(TASKS=QUEUED)
class MentionsCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def setUp(self):
        cache.clear()
        # Nobody here waits for a minute to send the same again.
        self.enterContext(mock.patch.object(mentions, "BETWEEN_LOOKS", timedelta()))

    def send(self, source, target=TARGET, **headers):
        return self.client.post("/webmention/", {"source": source, "target": target}, headers=headers)

    def receive(self, source, target=TARGET):
        """Send a mention and look at it; return what is known of it then."""
        self.assertEqual(self.send(source, target).status_code, 201)
        look()
        return Mention.objects.get(pair=digest_addresses(source, target))

    def shown(self, address=POST):
        text = self.client.get(address).content.decode()
        return text[text.index('id="mentions"') :]

    def approve(self, mention):
        decide([mention.pk], Status.APPROVED, by=None)


class TakingTests(MentionsCase):
    def test_it_is_kept_before_its_sender_is_answered_and_nobody_waits_for_the_page(self):
        with site() as theirs:
            response = self.send(theirs.address)
            self.assertEqual(theirs.server.requests, [])
        self.assertEqual(response.status_code, 201)
        mention = Mention.objects.get()
        self.assertEqual((mention.post, mention.source, mention.target), (self.post, theirs.address, TARGET))
        self.assertEqual(response.headers["Location"], f"http://testserver/webmention/{mention.key}/")
        self.assertIn("text/plain", response.headers["Content-Type"])

    def test_its_sender_reads_what_becomes_of_it_in_both_languages(self):
        with site() as theirs:
            where = self.send(theirs.address).headers["Location"]
            waiting = {
                "/webmention/": "Your page will be looked at within minutes",
                "/en/webmention/": "Your page will be looked at within minutes",
            }
            self.assertContains(
                self.client.get(where.replace("/webmention/", "/en/webmention/")), waiting["/en/webmention/"]
            )
            look()
        english = self.client.get(where.replace("/webmention/", "/en/webmention/"), headers=BROWSER)
        self.assertContains(english, "once a moderator has approved it")
        self.assertContains(english, "noindex")
        self.assertIn("no-store", english.headers["Cache-Control"])
        self.approve(Mention.objects.get())
        self.assertContains(
            self.client.get(where.replace("/webmention/", "/en/webmention/")), "shown below the article"
        )

    def test_a_browser_is_answered_with_a_page(self):
        response = self.client.post(
            "/en/webmention/", {"source": "https://carnet.example/a", "target": TARGET}, headers=BROWSER
        )
        self.assertContains(response, "Your page will be looked at within minutes", status_code=201)
        self.assertFalse(response.cookies)

    def test_what_can_be_seen_without_asking_is_refused_at_once_in_words(self):
        for source, target, words in (
            ("", TARGET, "required"),
            ("https://carnet.example/a", "", "required"),
            ("carnet.example/a", TARGET, "https://"),
            ("ftp://carnet.example/a", TARGET, "https://"),
            ("https://carnet.example/a", "ftp://testserver/", "https://"),
            ("javascript:alert(1)", TARGET, "https://"),
            ("https://carnet.example:22/", TARGET, "port 22"),
            ("https://marthe:secret@carnet.example/", TARGET, "password"),
            ("http://2130706433/", TARGET, "private"),
            ("http://carnet.example/" + "a" * 3000, TARGET, "2000"),
            ("https://carnet.example/\0", TARGET, "Null"),
            (TARGET, TARGET, "same"),
            ("https://carnet.example/a", "https://carnet.example/a", "same"),
            (f"http://testserver{ENGLISH_POST}", TARGET, "one of this site"),
            ("https://carnet.example/a", "https://other.example/blog/2016/06/x/", "No article"),
            ("https://carnet.example/a", "http://testserver/", "No article"),
            ("https://carnet.example/a", "http://testserver/blog/2016/06/missing/", "No article"),
            ("https://carnet.example/a", "http://testserver:8000" + POST, "No article"),
            ("https://carnet.example/a", "http://testserver/admin/", "No article"),
        ):
            with self.subTest(source=source[:60], target=target[:60]):
                sent = {"source": source, "target": target}
                response = self.client.post("/en/webmention/", sent)
                self.assertContains(response, words, status_code=400)
                self.assertContains(
                    self.client.post("/en/webmention/", sent, headers=BROWSER), "<form", status_code=400
                )
        self.assertFalse(Mention.objects.exists())

    def test_anything_else_than_a_form_is_refused(self):
        response = self.client.post("/webmention/", {"source": "x"}, content_type="application/json")
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.client.post("/webmention/", b"\xff\xfe", content_type="text/plain").status_code, 400)
        self.assertEqual(self.client.put("/webmention/").status_code, 405)

    def test_its_address_explains_itself(self):
        self.assertContains(self.client.get("/webmention/"), "Webmention")
        english = self.client.get("/en/webmention/?target=" + TARGET)
        self.assertContains(english, "has to link to the article")
        self.assertContains(english, f'value="{TARGET}"')

    def test_draft_and_withdrawn_take_none(self):
        for status in (Post.Status.DRAFT, Post.Status.WITHDRAWN):
            Post.objects.update(status=status)
            self.assertEqual(self.send("https://carnet.example/a").status_code, 400)
        Post.objects.update(status=Post.Status.PUBLISHED, published_at=timezone.now() + timedelta(days=1))
        self.assertEqual(self.send("https://carnet.example/a").status_code, 400)

    def test_addresses_that_lead_to_a_post_take_mentions_of_it(self):
        self.post.slug = "nouvelle-adresse"
        self.post.save()
        english = make_translation(self.post)
        for target, post in {
            TARGET: self.post,
            "http://testserver/blog/2016/06/nouvelle-adresse/": self.post,
            "http://testserver/blog/2015/01/nouvelle-adresse/": self.post,
            "http://testserver/blog/2016/06/nouvelle-adresse/?utm_source=x#bas": self.post,
            f"http://testserver{ENGLISH_POST}": english,
            f"HTTP://TESTSERVER{ENGLISH_POST}": english,
        }.items():
            with self.subTest(target):
                self.assertEqual(self.send("https://carnet.example/a", target).status_code, 201)
                self.assertEqual(Mention.objects.latest("pk").post, post)

    def test_address_without_its_last_slash_is_that_of_the_post_to_which_readers_are_led(self):
        self.assertRedirects(self.client.get(POST[:-1]), POST, status_code=301)
        target = TARGET[:-1]
        with site(f"<a href='{target}'>un avis</a>") as theirs:
            mention = self.receive(theirs.address, target)
        self.assertEqual((mention.post, mention.state), (self.post, State.VERIFIED))

    def test_page_says_once_who_takes_mentions_in_a_header_and_in_its_html(self):
        make_translation(self.post)
        for address, endpoint in {POST: "/webmention/", ENGLISH_POST: "/en/webmention/"}.items():
            response = self.client.get(address)
            self.assertEqual(response.headers["Link"], f'<{endpoint}>; rel="webmention"')
            self.assertContains(response, f'<link rel="webmention" href="{endpoint}">', count=1)
            self.assertContains(response, 'rel="webmention"', count=1)

    def test_a_form_below_the_post_takes_one_by_hand(self):
        self.assertIn(f'<input name="target" type="hidden" value="{TARGET}">', self.shown())


class LookingTests(MentionsCase):
    def test_link_is_found_wherever_a_page_may_have_one(self):
        for body in (
            LINK,
            f"<img src='{TARGET}'>",
            f"<video src='{TARGET}'></video>",
            f"<audio><source src='{TARGET}'></audio>",
            f"<blockquote cite='{TARGET}'>…</blockquote>",
            f"<a href='//testserver{POST}'>…</a>",
            f"<base href='http://testserver/blog/'><a href='2016/06/{self.post.slug}/'>…</a>",
            f"<a href='{TARGET}#bas'>…</a>",
            f"<a href='  {TARGET} '>…</a>",
        ):
            with self.subTest(body), site(body) as theirs:
                self.assertEqual(self.receive(theirs.address).state, State.VERIFIED)

    def test_what_is_no_link_to_exactly_this_address_is_refused(self):
        for body in (
            "<p>rien</p>",
            f"<p>{TARGET}</p>",
            f"<!-- <a href='{TARGET}'>…</a> -->",
            f"&lt;a href='{TARGET}'&gt;",
            f"<template><a href='{TARGET}'>…</a></template>",
            f"<script>'<a href=\"{TARGET}\">'</script>",
            f"<a href='{TARGET}suite/'>…</a>",
            f"<a href='{TARGET}?page=2'>…</a>",
            "<a href='http://testserver/'>…</a>",
            f"<a href='https://evil.example/?{TARGET}'>…</a>",
            "",
        ):
            with self.subTest(body), site(body) as theirs:
                mention = self.receive(theirs.address)
                self.assertEqual(mention.state, State.REFUSED)
                self.assertEqual(mention.problem_en, "This page does not link to the address that was given.")

    def test_json_and_plain_text_mention_too(self):
        for kind, body, state in (
            ("application/json", f'{{"a": ["{TARGET}"]}}', State.VERIFIED),
            ("application/activity+json", f'{{"a": {{"b": "{TARGET}"}}}}', State.VERIFIED),
            ("application/json", f'{{"a": "lu : {TARGET}"}}', State.REFUSED),
            ("application/json", f'{{"{TARGET}": 1}}', State.REFUSED),
            ("application/json", "{", State.REFUSED),
            ("text/plain; charset=utf-8", f"Lu ({TARGET}).", State.VERIFIED),
            ("text/markdown", f"[Lu]({TARGET}) hier", State.VERIFIED),
            ("text/plain", f"Lu : {TARGET}suite", State.REFUSED),
            ("application/pdf", TARGET, State.REFUSED),
        ):
            with self.subTest(kind, body=body), site(body, Content_Type=kind) as theirs:
                self.assertEqual(self.receive(theirs.address).state, state)

    def test_redirects_of_a_page_are_followed(self):
        with site() as theirs, playing(http(status=302, Location=theirs.address)) as first:
            self.assertEqual(self.receive(first.address + "/").state, State.VERIFIED)

    def test_same_pair_again_is_the_same_mention_brought_up_to_date(self):
        with site(entry(f"<a class='u-in-reply-to' href='{TARGET}'>à</a>")) as theirs:
            first = self.receive(theirs.address)
            theirs.change(entry(f"<a class='u-like-of' href='{TARGET}'>à</a>", content="D’accord."))
            second = self.receive(theirs.address)
        self.assertEqual(first.pk, second.pk)
        self.assertEqual((second.kind, second.text), (Kind.LIKE, "D’accord."))

    def test_what_changed_after_its_approval_is_read_by_a_moderator_again(self):
        with site(entry(LINK)) as theirs:
            self.approve(self.receive(theirs.address))
            self.receive(theirs.address)
            self.assertIn("pas de cet avis", self.shown())
            theirs.change(entry(LINK, content="Achetez mes pilules."))
            self.send(theirs.address)
            # Anybody may ask for a look: what stands goes on standing until it has changed.
            self.assertIn("pas de cet avis", self.shown())
            look()
        self.assertNotIn("pas de cet avis", self.shown())
        self.assertEqual(Mention.objects.awaiting().count(), 1)

    def test_page_that_has_gone_or_links_here_no_more_is_deleted_from_view(self):
        for status, body in ((404, "…"), (410, "…"), (200, "<p>Plus rien.</p>")):
            with self.subTest(status), site(entry(LINK)) as theirs:
                self.approve(self.receive(theirs.address))
                self.assertIn("Jeanne Valmont", self.shown())
                theirs.change(body, status=status)
                mention = self.receive(theirs.address)
                self.assertEqual(mention.state, State.GONE)
                self.assertEqual((mention.author_name, mention.text), ("", ""))
                self.assertNotIn("Jeanne Valmont", self.shown())

    def test_page_that_came_back_is_read_by_a_moderator_again(self):
        with site(entry(LINK)) as theirs:
            self.approve(self.receive(theirs.address))
            theirs.change(status=410)
            self.receive(theirs.address)
            theirs.change(entry(LINK))
            mention = self.receive(theirs.address)
        self.assertEqual((mention.state, mention.status), (State.VERIFIED, Status.PENDING))

    def test_server_in_trouble_is_asked_again_later_and_what_was_seen_stands(self):
        with site(entry(LINK)) as theirs:
            self.approve(self.receive(theirs.address))
            theirs.change(status=503, Retry_After="7200")
            mention = self.receive(theirs.address)
            self.assertEqual(mention.problem_en, "Their server answered 503.")
            self.assertGreater(mention.due_at, timezone.now() + timedelta(minutes=110))
            self.assertIn("Jeanne Valmont", self.shown())

    def test_server_that_stays_in_trouble_is_given_up(self):
        with site(status=503) as theirs:
            mention = self.receive(theirs.address)
            self.assertEqual(mention.state, State.WAITING)
            for _attempt in range(5):
                Mention.objects.update(due_at=timezone.now())
                look()
        mention.refresh_from_db()
        self.assertEqual((mention.state, mention.due_at), (State.REFUSED, None))
        self.assertEqual(len(theirs.server.requests), 6)

    def test_private_address_is_never_asked(self):
        for source in ("http://10.0.0.1/", "http://localhost/", "http://127.0.0.1/"):
            mention = self.receive(source)
            self.assertEqual(mention.state, State.REFUSED)
            self.assertIn("private network", mention.problem_en)
            self.assertIn("réseau privé", mention.problem_fr)

    def test_hostile_pages_do_no_harm(self):
        nested = "<div class='h-entry p-a p-b p-c u-d'>" * 200 + LINK
        for body in (
            nested,
            LINK + "<p>" + "é" * 600_000,
            b"\xff\xfe\x00" + LINK.encode(),
            "<a" * 100_000 + LINK,
            LINK + "<div class='h-entry'>" * 3000,
            LINK + "<span class='p-name e-content'>" * 240,
        ):
            with self.subTest(str(body)[:40]), site(body) as theirs:
                self.assertIn(self.receive(theirs.address).state, {State.VERIFIED, State.REFUSED})

    def test_killed_worker_loses_none_and_asks_twice_at_most(self):
        with site() as theirs:
            self.send(theirs.address)
            with mock.patch.object(mentions, "finish", side_effect=KeyboardInterrupt):
                self.assertRaises(KeyboardInterrupt, look)
            look()
            self.assertEqual(len(theirs.server.requests), 1)
            look(timezone.now() + timedelta(minutes=11))
            self.assertEqual(len(theirs.server.requests), 2)
        self.assertEqual(Mention.objects.get().state, State.VERIFIED)

    def test_asked_for_while_it_is_looked_at_it_is_looked_at_once_more(self):
        with site() as theirs:
            self.send(theirs.address)
            first = mentions.take_next(timezone.now())
            self.assertIsNone(mentions.take_next(timezone.now()))
            self.send(theirs.address)
            mentions.look_at(first)
            self.assertIsNotNone(Mention.objects.get().due_at)

    def test_site_whose_mentions_were_spam_is_put_aside(self):
        with site() as theirs:
            decide([self.receive(theirs.address).pk], Status.SPAM, by=None)
            other = self.receive(theirs.address + "/autre")
        self.assertEqual(other.status, Status.SPAM)


class MicroformatTests(MentionsCase):
    def read(self, body):
        with site(body) as theirs:
            return self.receive(theirs.address)

    def test_kind_follows_from_what_the_entry_says(self):
        for name, kind in {
            "u-in-reply-to": Kind.REPLY,
            "u-like-of": Kind.LIKE,
            "u-repost-of": Kind.REPOST,
            "u-bookmark-of": Kind.MENTION,
            "u-url": Kind.MENTION,
        }.items():
            with self.subTest(name):
                self.assertEqual(self.read(entry(f"<a class='{name}' href='{TARGET}'>à</a>")).kind, kind)

    def test_answer_to_another_page_is_a_mention_of_ours(self):
        other = "<a class='u-in-reply-to' href='https://other.example/'>à</a>"
        self.assertEqual(self.read(entry(other + LINK)).kind, Kind.MENTION)

    def test_citation_that_is_answered_counts(self):
        cited = f"<div class='u-in-reply-to h-cite'><a class='u-url' href='{TARGET}'>eux</a></div>"
        self.assertEqual(self.read(entry(cited)).kind, Kind.REPLY)

    def test_author_title_date_language_and_words_are_read(self):
        mention = self.read(entry(LINK))
        self.assertEqual(mention.author_name, "Jeanne Valmont")
        self.assertTrue(mention.author_url.startswith("http://127.0.0.1:"))
        self.assertEqual(mention.title, "Ma réponse")
        self.assertEqual(mention.text, "Je ne suis pas de cet avis.")
        self.assertEqual(mention.language, "fr")
        self.assertEqual(mention.said_at, datetime(2016, 6, 3, 8, 0, tzinfo=UTC))

    def test_author_who_is_named_outside_the_entry_is_found(self):
        bob = "<i class='h-card'>Bob</i>"
        text = f"<article class='h-entry'><div class='e-content'>{LINK}<p>Avec {bob}.</p></div></article>"
        by_address = text.replace("<div", "<a class='u-author' href='/jeanne'></a><div", 1)
        blogroll = (
            "<ul><li><a class='h-card' href='/ami'>Un ami</a><li><a class='h-card' href='/amie'>Une amie</a></ul>"
        )
        card = "<a class='h-card' href='/jeanne'>Jeanne</a>"
        for body in (
            f"<div class='h-feed'><a class='p-author h-card' href='/jeanne'>Jeanne</a>{text}</div>{blogroll}",
            blogroll + card + by_address,
            blogroll + text + "<p>Par <a rel='author' href='/jeanne'>Jeanne</a></p>",
            card + text,
        ):
            with self.subTest(body):
                mention = self.read(page(body))
                self.assertEqual(mention.author_name, "Jeanne")
                self.assertTrue(mention.author_url.endswith("/jeanne"))

    def test_who_is_cited_or_spoken_of_has_not_written_it(self):
        other = "<a class='p-author h-card' href='/autre'>Une autre</a>"
        for inside in (
            f"<div class='u-in-reply-to h-cite'>{other}<a class='u-url' href='{TARGET}'>eux</a></div>",
            f"<div class='e-content'>{LINK}<a class='h-card' href='/autre'>Une autre</a></div>",
            f"<div class='e-content'>{LINK}</div><div class='u-comment h-cite'>{other}<p>Oui</p></div>",
        ):
            with self.subTest(inside):
                mention = self.read(page(f"<article class='h-entry'>{inside}</article>"))
                self.assertEqual((mention.author_name, mention.author_url), ("", ""))

    def test_entry_that_answers_is_found_among_others(self):
        other = "<div class='h-entry'><p class='p-name'>Autre chose</p></div>"
        answer = (
            f"<div class='h-entry'><a class='u-in-reply-to' href='{TARGET}'></a><p class='e-content'>Non.</p></div>"
        )
        mention = self.read(page(f"<div class='h-feed'>{other}{answer}</div>"))
        self.assertEqual((mention.kind, mention.text), (Kind.REPLY, "Non."))

    def test_theme_of_before_microformats2_is_read(self):
        body = (
            "<div class='hentry'><h2 class='entry-title'>Vu ailleurs</h2><span class='author vcard'>"
            f"<a class='url fn' href='/jeanne'>Jeanne</a></span>"
            f"<div class='entry-content'>Lu <a href='{TARGET}'>là</a>.</div></div>"
        )
        mention = self.read(page(body))
        self.assertEqual((mention.author_name, mention.title, mention.text), ("Jeanne", "Vu ailleurs", "Lu là."))

    def test_page_without_microformats_gives_its_title_and_byline(self):
        head = "<title>Ma page</title><meta name='author' content='Jeanne'>"
        mention = self.read(page(f"<h1>Mon avis</h1>{LINK}", head=head, lang="en"))
        self.assertEqual((mention.author_name, mention.title, mention.language), ("Jeanne", "Mon avis", "en"))

    def test_words_are_plain_short_and_without_what_deceives(self):
        content = "<b>Gras</b> <script>alert(1)</script>\u202e&lt;img src=x onerror=alert(1)&gt; " + "mot " * 500
        mention = self.read(entry(LINK, content=content, author="<i>Jeanne</i>\u202e" + "x" * 300))
        self.assertTrue(mention.text.startswith("Gras"))
        self.assertLessEqual(len(mention.text), 500)
        self.assertTrue(mention.text.endswith("…"))
        self.assertNotIn("\u202e", mention.text + mention.author_name)
        self.approve(mention)
        shown = self.shown()
        self.assertNotIn("<img src=x", shown)
        self.assertNotIn("<script>alert", shown)

    def test_address_of_an_author_that_is_none_is_left_out(self):
        body = f"<div class='h-entry'>{LINK}<a class='p-author h-card' href='javascript:alert(1)'>Jeanne</a></div>"
        self.assertEqual(self.read(page(body)).author_url, "")

    def test_page_made_to_exhaust_its_reader_is_not_parsed_and_mentions_all_the_same(self):
        answer = f"<a class='u-in-reply-to' href='{TARGET}'>à</a>"
        for body in (
            "<div class='h-entry p-a p-b p-c'>" * 9 + answer + "mot " * 500,
            "<div class='h-entry'>" * 11 + answer,
            "<div class='hentry'><p class='entry-title'>" * 60 + answer,
            entry(answer) + "<i>x</i>" * 20_000,
        ):
            with self.subTest(body[:40]), mock.patch("mf2py.parse") as parse:
                self.assertEqual(self.read(page(body)).state, State.VERIFIED)
                parse.assert_not_called()

    def test_utility_classes_of_a_theme_are_no_microformats(self):
        wrapped = "<div class='h-full w-full p-4 flex flex-col px-2 e-1'>" * 6 + entry(LINK)
        self.assertEqual(self.read(wrapped).author_name, "Jeanne Valmont")

    def test_date_to_come_is_not_believed(self):
        body = entry(LINK).replace("2016-06-03T10:00:00+02:00", "2199-01-01")
        mention = self.read(body)
        self.assertEqual(mention.said_at, mention.received_at)


class ShowingTests(MentionsCase):
    def make(self, number=0, **fields):
        source = f"https://carnet{number}.example/reponse"
        values = {
            "post": self.post,
            "source": source,
            "target": TARGET,
            "pair": digest_addresses(source, TARGET),
            "host": f"carnet{number}.example",
            "state": State.VERIFIED,
            "due_at": None,
            "author_name": f"Jeanne {number}",
            "text": "Je ne suis pas de cet avis.",
            "kind": Kind.REPLY,
            "said_at": datetime(2016, 6, 3, tzinfo=UTC) + timedelta(minutes=number),
        }
        return Mention.objects.create(**values | fields)

    def test_nothing_is_shown_before_a_moderator_approved_it(self):
        mention = self.make()
        self.assertNotIn("Jeanne", self.shown())
        self.approve(mention)
        shown = self.shown()
        self.assertIn("Jeanne 0", shown)
        self.assertIn('<a href="https://carnet0.example/reponse" rel="nofollow ugc">carnet0.example</a>', shown)
        self.assertNotIn("<img", shown)
        decide([mention.pk], Status.REJECTED, by=None)
        self.assertNotIn("Jeanne", self.shown())

    def test_what_is_shown_can_be_read_by_programs(self):
        for number, kind in enumerate((Kind.REPLY, Kind.MENTION, Kind.LIKE, Kind.REPOST)):
            self.approve(self.make(number, kind=kind))
        items = mf2py.parse(doc=self.shown(), url=f"http://testserver{POST}")["items"]
        cited = [item["properties"] for item in items if item["type"] == ["h-cite"]]
        self.assertEqual([said["url"] for said in cited], [[f"https://carnet{n}.example/reponse"] for n in range(4)])
        names = [said["author"][0]["properties"]["name"] for said in cited]
        self.assertEqual(names, [[f"Jeanne {number}"] for number in range(4)])
        self.assertEqual([len(said.get("published", [])) for said in cited], [1, 1, 0, 0])
        self.assertEqual(cited[0]["in-reply-to"], [f"http://testserver{POST}"])
        self.assertNotIn("in-reply-to", cited[1])

    def test_language_of_the_words_is_said_and_that_of_the_page_is_spoken(self):
        make_translation(self.post)
        self.approve(self.make(language="fr"))
        self.assertIn('lang="fr">Je ne suis', self.shown(ENGLISH_POST))
        self.assertIn("answers on", self.shown(ENGLISH_POST))
        self.assertNotIn('lang="fr">Je ne suis', self.shown())

    def test_mention_of_one_version_stands_below_both(self):
        english = make_translation(self.post)
        self.approve(self.make(post=english))
        self.assertIn("Jeanne 0", self.shown())
        self.assertIn("Jeanne 0", self.shown(ENGLISH_POST))

    def test_likes_and_reposts_are_names_in_a_line(self):
        for number in range(15):
            self.make(number, kind=Kind.LIKE, text="")
        self.make(20, kind=Kind.REPOST, text="", author_name="")
        decide(Mention.objects.values_list("pk", flat=True), Status.APPROVED, by=None)
        shown = self.shown(POST)
        self.assertEqual(shown.count("Jeanne"), 12)
        self.assertIn("carnet20.example</a>", shown)

    def test_page_costs_the_same_with_a_hundred(self):
        self.client.get(POST)
        with CaptureQueriesContext(connection) as few:
            self.client.get(POST)
        for number in range(100):
            self.make(number)
        decide(Mention.objects.values_list("pk", flat=True), Status.APPROVED, by=None)
        with self.assertNumQueries(len(few)):
            response = self.client.get(POST)
        self.assertContains(response, "Je ne suis pas de cet avis.", count=20)
        self.assertContains(response, "Jeanne 99")

    @override_settings(PAGE_CACHE=True)
    def test_kept_page_is_dropped_when_a_mention_changes(self):
        with site(entry(LINK)) as theirs:
            mention = self.receive(theirs.address)
            self.client.get(POST)
            with self.captureOnCommitCallbacks(execute=True):
                self.approve(mention)
            self.assertIn("Jeanne Valmont", self.shown())
            theirs.change(status=410)
            with self.captureOnCommitCallbacks(execute=True):
                self.receive(theirs.address)
            self.assertNotIn("Jeanne Valmont", self.shown())


class TribuneTests(MentionsCase):
    def awaited(self, address, **fields):
        partner = make_partner(site=address.rpartition("/")[0] + "/")
        return make_tribune(
            self.post, partner, **{"state": "accepted", "url": "", "published_at": None, "title": ""} | fields
        )

    def test_mention_from_the_partners_page_is_offered_as_the_tribune_and_taken_by_one_click(self):
        with site(entry(LINK)) as theirs:
            tribune = self.awaited(theirs.address)
            mention = self.receive(theirs.address)
        self.assertEqual(mention.tribune, tribune)
        self.assertEqual(list(Mention.objects.completing()), [mention])
        self.client.force_login(make_alice())
        response = self.client.post(f"/admin/blog/mention/{mention.pk}/tribune/", follow=True)
        self.assertEqual(response.status_code, 200)
        tribune.refresh_from_db()
        self.assertEqual(tribune.state, "published")
        self.assertEqual(tribune.url, theirs.address)
        self.assertEqual(tribune.published_at, datetime(2016, 6, 3, 8, 0, tzinfo=UTC))
        self.assertEqual(tribune.title, "Ma réponse")
        # It has a place of its own on the page.
        self.assertNotIn("Jeanne Valmont", self.shown())
        self.assertContains(self.client.get(POST), theirs.address)
        self.assertFalse(Mention.objects.completing().exists())

    def test_mention_from_elsewhere_is_none(self):
        with site(entry(LINK)) as theirs:
            self.awaited("https://blog.example/tribunes/x")
            self.assertIsNone(self.receive(theirs.address).tribune)

    def test_front_page_of_the_partner_is_none(self):
        with site(entry(LINK)) as theirs:
            make_tribune(self.post, make_partner(site=theirs.address), state="accepted", url="", published_at=None)
            self.assertIsNone(self.receive(theirs.address).tribune)

    def test_tribune_that_the_post_leads_to_already_waits_for_nobody(self):
        with site(entry(LINK)) as theirs:
            self.awaited(theirs.address, state="published", url=theirs.address, published_at=timezone.now())
            self.assertEqual(self.receive(theirs.address).status, Status.TRIBUNE)
