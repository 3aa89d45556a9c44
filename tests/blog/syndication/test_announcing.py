"""Hubs (WebSub) and search engines (IndexNow) are told what has changed; servers of this machine play them."""

import json
from datetime import timedelta
from unittest import mock
from urllib.parse import parse_qs

from django.core.cache import cache
from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog.models import Announced, Announcement, Page, Post
from blog.publishing import move
from blog.syndication import announcing
from blog.syndication.announcing import announce, note_changes, send_due
from blog.tasks import announce_news
from tests.blog.syndication.servers import http, playing
from tests.factories import (
    make_author,
    make_category,
    make_event,
    make_page,
    make_partner,
    make_post,
    make_tag,
    make_tribune,
)

SITE = "https://marge.example"
KEY = "a1b2c3d4e5f6"
QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
# Those that each post of the factory stands in.
LISTS = ("/blog/", "/categorie/economie-et-numerique/")
KINDS = ("feed/", "feed/atom/", "feed/json/")


def feeds(*lists):
    return {f"{SITE}{path}{kind}" for path in lists for kind in KINDS}


@override_settings(TASKS=QUEUED, SITE_URL=SITE)
class AnnouncingCase(TestCase):
    def setUp(self):
        cache.clear()
        self.said = http(status=204)
        self.requests = []
        server = self.enterContext(playing(self.answer))
        self.address = server.address
        self.enterContext(override_settings(**self.wanted()))

    def wanted(self):
        return {"WEBSUB_HUB": f"{self.address}/hub"}

    def answer(self, request, _connection):
        self.requests.append(request)
        return self.said

    def topics(self):
        """Return what the hub was told, a set for each request."""
        forms = [parse_qs(request.rpartition("\r\n\r\n")[2]) for request in self.requests]
        self.assertTrue(all(form["hub.mode"] == ["publish"] for form in forms))
        return [set(form["hub.url"]) for form in forms]

    def publish(self, **fields):
        return make_post(**{"published_at": timezone.now() - timedelta(minutes=1)} | fields)

    def tell(self):
        self.requests.clear()
        note_changes()
        send_due(timezone.now() + announcing.DELAY)


class HubTests(AnnouncingCase):
    def test_feeds_name_the_hub_and_themselves(self):
        self.publish(tags=[make_tag()])
        hub = f"{self.address}/hub"
        for kind in KINDS:
            response = self.client.get(f"/sujet/cloud/{kind}")
            own = f"{SITE}/sujet/cloud/{kind}"
            self.assertEqual(response["Link"], f'<{own}>; rel="self", <{hub}>; rel="hub"')
            self.assertContains(response, hub)
        self.assertEqual(response.json()["hubs"], [{"type": "WebSub", "url": hub}])
        # Nobody tells it of comments.
        self.assertNotContains(self.client.get("/commentaires/feed/"), hub)

    def test_all_feeds_of_a_new_post_are_told_in_one_request_and_once(self):
        top = make_category()
        category = make_category(slug="cloud", parent=top)
        self.publish(category=category, tags=[make_tag()], authors=[make_author()])
        self.tell()
        [told] = self.topics()
        lists = ("/blog/", "/categorie/economie-et-numerique/", "/categorie/economie-et-numerique/cloud/")
        self.assertEqual(told, feeds(*lists, "/sujet/cloud/", "/auteurs/yann-gourvennec/"))
        self.assertFalse(Announcement.objects.exists())
        self.tell()
        self.assertEqual(self.requests, [])

    def test_change_and_withdrawal_are_told_and_what_readers_do_not_see_is_not(self):
        post = self.publish()
        self.tell()
        post.comment_policy = "closed"
        post.save()
        self.tell()
        self.assertEqual(self.requests, [])
        post.body = "<p>Autrement.</p>"
        post.save()
        self.tell()
        self.assertEqual(len(self.requests), 1)
        move(post, Post.Status.WITHDRAWN)
        self.tell()
        self.assertIn(f"{SITE}/blog/feed/", self.topics()[0])
        post.title = "Sans lecteurs"
        post.save()
        self.tell()
        self.assertEqual(self.requests, [])

    def test_feeds_that_a_post_has_left_are_told_too(self):
        tag = make_tag()
        post = self.publish(tags=[tag])
        self.tell()
        post.tags.clear()
        self.tell()
        self.assertLessEqual(feeds("/sujet/cloud/"), self.topics()[0])

    def test_tribune_is_told_to_the_feeds_of_both_languages(self):
        post = self.publish()
        self.tell()
        make_tribune(post, make_partner())
        self.tell()
        self.assertLessEqual(
            feeds("/tribunes/", "/en/tribunes/", "/partenaires/blog-du-communicant/"), self.topics()[0]
        )

    def test_scheduled_post_is_told_when_its_hour_has_come(self):
        self.publish(published_at=timezone.now() + timedelta(hours=1))
        self.tell()
        self.assertEqual(self.requests, [])
        later = timezone.now() + timedelta(hours=1, minutes=2)
        note_changes(later)
        send_due(later + announcing.DELAY)
        self.assertEqual(len(self.requests), 1)

    def test_deleted_post_is_told(self):
        post = self.publish()
        self.tell()
        post.delete()
        self.tell()
        self.assertIn(f"{SITE}/blog/feed/atom/", self.topics()[0])

    def test_hub_that_is_down_is_told_later_and_one_that_refuses_is_not(self):
        self.publish()
        self.said = http(status=503)
        with self.assertLogs("tribune.announcing", "WARNING"):
            self.tell()
        [row] = Announcement.objects.filter(address=f"{SITE}/blog/feed/")
        self.assertEqual((row.attempts, row.claim), (1, None))
        self.assertGreater(row.due_at, timezone.now() + timedelta(minutes=4))
        self.said = http(status=204)
        send_due(timezone.now() + timedelta(hours=1))
        self.assertFalse(Announcement.objects.exists())
        self.publish(slug="autre")
        self.said = http(status=403)
        with self.assertLogs("tribune.announcing", "WARNING"):
            self.tell()
        self.assertFalse(Announcement.objects.exists())

    def test_killed_while_telling_tells_again_and_loses_nothing(self):
        self.publish()
        note_changes()
        due = timezone.now() + announcing.DELAY
        with (
            mock.patch.dict(announcing.REQUESTS, {"websub": mock.Mock(side_effect=SystemExit)}),
            self.assertRaises(SystemExit),
        ):
            send_due(due)
        send_due(due)
        self.assertEqual(self.requests, [])
        Announcement.objects.update(claimed_at=timezone.now() - timedelta(hours=1))
        send_due(due)
        self.assertEqual(len(self.requests), 1)

    def test_change_while_it_is_told_is_told_once_more(self):
        post = self.publish()
        note_changes()

        def change(_addresses):
            post.title = "Changé entre-temps"
            post.save()
            note_changes()

        with mock.patch.dict(announcing.REQUESTS, {"websub": change}):
            send_due(timezone.now() + announcing.DELAY)
        self.assertTrue(Announcement.objects.filter(claim=None).exists())

    def test_saving_has_it_told_soon_once_for_many_changes(self):
        with self.captureOnCommitCallbacks(execute=True):
            post = self.publish()
            post.save()
        [task] = DBTaskResult.objects.filter(task_path=announce_news.module_path)
        self.assertGreater(task.run_after, timezone.now() + timedelta(seconds=80))
        announce(timezone.now() + announcing.DELAY)
        self.assertEqual(len(self.requests), 1)

    def test_what_waits_no_longer_has_a_task_of_its_own(self):
        self.publish(published_at=timezone.now())
        announce()
        self.assertEqual(self.requests, [])
        self.assertTrue(DBTaskResult.objects.filter(task_path=announce_news.module_path).exists())

    def test_looking_costs_the_same_with_many_posts_that_are_known(self):
        self.publish()
        note_changes()
        few = self.count()
        for number in range(30):
            self.publish(slug=f"n-{number}")
        note_changes()
        self.assertEqual(self.count(), few)

    def count(self):
        with CaptureQueriesContext(connection) as queries:
            self.assertEqual(note_changes(), 0)
        return len(queries)

    def test_without_a_hub_nothing_is_noted_or_told(self):
        with override_settings(WEBSUB_HUB=""), self.captureOnCommitCallbacks(execute=True):
            post = self.publish(tags=[make_tag()])
            self.tell()
            self.assertNotIn("hub", self.client.get("/blog/feed/")["Link"])
            post.delete()
        self.assertFalse(Announced.objects.exists() or Announcement.objects.exists() or self.requests)
        self.assertFalse(DBTaskResult.objects.filter(task_path=announce_news.module_path).exists())

    def test_site_on_trial_tells_nobody(self):
        with override_settings(SITE_URL="http://localhost:8000"):
            self.publish()
            self.tell()
        self.assertEqual(self.requests, [])


class IndexNowTests(AnnouncingCase):
    def wanted(self):
        return {"INDEXNOW_KEY": KEY, "INDEXNOW_URL": f"{self.address}/indexnow"}

    def told(self):
        return [json.loads(request.rpartition("\r\n\r\n")[2]) for request in self.requests]

    def test_engines_are_told_of_pages_in_one_request_and_find_the_key(self):
        posts = [self.publish(slug=f"article-{number}") for number in range(3)]
        self.tell()
        [told] = self.told()
        pages = {SITE + path for path in (*(post.path() for post in posts), *LISTS)}
        self.assertEqual(set(told.pop("urlList")), pages)
        self.assertEqual(told, {"host": "marge.example", "key": KEY, "keyLocation": f"{SITE}/{KEY}.txt"})
        self.assertIn("application/json", self.requests[0])
        response = self.client.get(f"/{KEY}.txt")
        self.assertEqual((response.content.decode(), response["Content-Type"]), (KEY, "text/plain; charset=utf-8"))
        for path in ("/another-key-of-old.txt", f"/{KEY.upper()}.txt", f"/en/{KEY}.txt"):
            self.assertEqual(self.client.get(path).status_code, 404)

    def test_change_move_and_withdrawal_are_told(self):
        post = self.publish()
        self.tell()
        first = SITE + post.path()
        post.slug = "ailleurs"
        post.save()
        self.tell()
        self.assertEqual(set(self.told()[0]["urlList"]), {first, SITE + post.path()})
        move(post, Post.Status.WITHDRAWN)
        self.assertEqual(self.pages(), {post.path(), *LISTS})

    def test_page_whose_original_is_a_partner_s_is_no_news_but_the_lists_of_tribunes_are(self):
        post = self.publish()
        make_tribune(post, content="whole")
        lists = {
            "/tribunes/",
            "/en/tribunes/",
            "/partenaires/blog-du-communicant/",
            "/en/partners/blog-du-communicant/",
        }
        self.assertEqual(self.pages(), {*LISTS, *lists})

    def pages(self):
        """Return the addresses that the engines are told, once for each."""
        self.tell()
        found = [address for told in self.told() for address in told["urlList"]]
        self.assertEqual(len(found), len(set(found)))
        return {address.removeprefix(SITE) for address in found}

    def test_plain_page_is_told_when_it_is_new_changes_moves_or_goes(self):
        page = make_page()
        self.assertEqual(self.pages(), {"/mentions-legales/"})
        page.body = "<p>Autrement.</p>"
        page.save()
        self.assertEqual(self.pages(), {"/mentions-legales/"})
        page.position = 3
        page.save()
        Page.objects.render_anew(page.pk)
        self.assertEqual(self.pages(), set())
        page.slug = "mentions"
        page.save()
        self.assertEqual(self.pages(), {"/mentions-legales/", "/mentions/"})
        page.is_published = False
        page.save()
        self.assertEqual(self.pages(), {"/mentions/"})
        self.assertEqual(self.client.get("/mentions/").status_code, 410)
        page.title = "Que personne ne voit"
        page.save()
        self.assertEqual(self.pages(), set())

    def test_event_is_told_in_both_languages_when_it_is_new_changes_or_goes(self):
        both = {"/evenements/webinaire-president-numerique/", "/en/events/webinaire-president-numerique/"}
        event = make_event()
        self.assertEqual(self.pages(), both)
        event.is_cancelled = True
        event.save()
        self.assertEqual(self.pages(), both)
        event.save()
        self.assertEqual(self.pages(), set())
        speaker = event.speakers.create(name="Ana")
        self.assertEqual(self.pages(), both)
        speaker.delete()
        self.assertEqual(self.pages(), both)
        event.delete()
        self.assertEqual(self.pages(), both)
        self.assertEqual({self.client.get(path).status_code for path in both}, {410})

    def test_event_is_told_soon_by_a_task(self):
        with self.captureOnCommitCallbacks(execute=True):
            make_event()
        self.assertEqual(DBTaskResult.objects.filter(task_path=announce_news.module_path).count(), 1)

    def test_nobody_is_told_of_an_event_where_no_key_is(self):
        with override_settings(INDEXNOW_KEY=""):
            make_event()
        self.assertFalse(Announcement.objects.exists())

    def test_key_has_no_file_where_there_is_none(self):
        with override_settings(INDEXNOW_KEY=""):
            self.assertEqual(self.client.get(f"/{KEY}.txt").status_code, 404)
