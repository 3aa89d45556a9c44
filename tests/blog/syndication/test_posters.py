"""Still pictures of videos: fetched by this site, kept here with their credit."""

import json
from datetime import timedelta
from unittest import mock

from django.test import TestCase
from django.utils import timezone
from django.utils.translation import override

from blog.admin.editor import BodyWidget
from blog.models import Image, Post, VideoPoster
from blog.syndication import posters
from tests.blog.syndication.servers import http, playing
from tests.factories import make_page, make_post, make_upload

WATCH = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
BODY = '<figure data-video="https://youtu.be/dQw4w9WgXcQ"><figcaption>Un mot</figcaption></figure>'
ARTE = "https://www.arte.tv/fr/videos/012345-000-A/"


def provider(*, facts: dict | None = None, status: int = 200, has_larger: bool = False, picture: bytes | None = None):
    """Return what a provider answers: facts as JSON, and its picture at /still.jpg and perhaps /larger.jpg."""
    picture = make_upload(size=(640, 360)).read() if picture is None else picture

    def answer(request: str, _connection) -> bytes:
        path = request.split()[1]
        if path == "/still.jpg" or (path == "/larger.jpg" and has_larger):
            return http(picture, Content_Type="image/jpeg")
        if path == "/larger.jpg":
            return http("", status=404)
        host = next(line for line in request.split("\r\n") if line.lower().startswith("host:")).split()[1]
        said = {"title": "Une chanson", "author_name": "Rick", "thumbnail_url": f"http://{host}/still.jpg"}
        said = json.dumps(said if facts is None else facts).replace("HOST", host)
        return http(said, status=status, Content_Type="application/json")

    return playing(answer)


class PosterTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post(body=BODY)

    def fetch(self, site, address: str = WATCH, name: str = "YouTube", kind: str = "post", key: int | None = None):
        with (
            mock.patch.dict(posters.ENDPOINTS, {name: f"{site.address}/oembed"}),
            mock.patch.dict(posters.LARGER, {"YouTube": f"{site.address}/larger.jpg"}),
        ):
            posters.fetch_poster(address, kind, key or self.post.pk)

    def row(self) -> VideoPoster:
        return VideoPoster.objects.get(address=WATCH)

    def html(self) -> str:
        return Post.objects.get(pk=self.post.pk).body_html

    def test_saving_a_text_asks_nobody_and_shows_no_picture_yet(self):
        self.assertTrue(self.row().due_at)
        self.assertNotIn("/media/", self.html())

    def test_picture_is_kept_with_its_credit_and_shown(self):
        with provider() as site:
            self.fetch(site)
        image = Image.objects.get()
        self.assertEqual((image.title, image.credit, image.source), ("Une chanson", "Rick / YouTube", WATCH))
        self.assertTrue(image.alt_fr)
        self.assertIn(image.file.url, self.html())
        self.assertIn(image, self.post.pictures.all())
        self.assertEqual([request.split()[1].partition("?")[0] for request in site.requests][:1], ["/oembed"])
        self.assertIn("watch%3Fv%3DdQw4w9WgXcQ", site.requests[0])

    def test_a_larger_one_is_taken_where_there_is_one(self):
        with provider(has_larger=True) as site:
            self.fetch(site)
        self.assertFalse(any("/still.jpg" in request for request in site.requests))

    def test_it_is_fetched_once_however_often_the_task_runs(self):
        with provider() as site:
            self.fetch(site)
            asked = len(site.requests)
            self.fetch(site)
        self.assertEqual((len(site.requests), Image.objects.count()), (asked, 1))

    def test_what_another_process_has_claimed_is_left_to_it(self):
        VideoPoster.objects.update(due_at=timezone.now() + timedelta(minutes=5))
        with provider() as site:
            self.fetch(site)
        self.assertEqual(site.requests, [])

    def test_a_killed_process_is_made_good_after_its_claim(self):
        VideoPoster.objects.claim(WATCH, timedelta(seconds=-1))
        with provider() as site:
            self.fetch(site)
        self.assertEqual(Image.objects.count(), 1)

    def test_what_may_pass_is_tried_again_and_said_in_words(self):
        with provider(status=503) as site:
            self.fetch(site)
        row = self.row()
        self.assertGreater(row.due_at, timezone.now())
        with override("en"):
            given = BodyWidget().given_to_script(BODY)["posters"]
        self.assertEqual(given, {WATCH: {"src": "", "isWaiting": True, "problem": "Their server answered 503."}})

    def test_what_will_not_pass_is_said_and_not_asked_again(self):
        for answers in ({"status": 404}, {"facts": {}}, {"facts": []}, {"picture": b"<svg onload=alert(1)>"}):
            with self.subTest(answers):
                VideoPoster.objects.update(due_at=timezone.now(), attempts=0, problem={})
                with provider(**answers) as site:
                    self.fetch(site)
                row = self.row()
                self.assertIsNone(row.due_at)
                self.assertTrue(row.problem["words"])
                self.assertFalse(Image.objects.exists())

    def test_picture_in_a_private_network_is_not_asked_for(self):
        with provider(facts={"thumbnail_url": "http://192.168.0.1/x.jpg"}) as site:
            self.fetch(site)
        self.assertFalse(Image.objects.exists())
        self.assertTrue(self.row().problem)

    def test_player_of_arte_says_its_picture_in_its_own_way(self):
        page = make_page(body=f'<figure data-video="{ARTE}"></figure>')
        metadata = {"title": "Un film", "images": [{"url": "http://HOST/still.jpg"}]}
        with provider(facts={"data": {"attributes": {"metadata": metadata}}}) as site:
            self.fetch(site, ARTE, "Arte", "page", page.pk)
        self.assertEqual(Image.objects.get().credit, "Arte")
        page.refresh_from_db()
        self.assertIn("/media/", page.body_html)

    def test_a_picture_chosen_by_hand_needs_none(self):
        VideoPoster.objects.all().delete()
        make_post(slug="x", body='<figure data-video="https://vimeo.com/76979871" data-poster="1"></figure>')
        self.assertFalse(VideoPoster.objects.exists())

    def test_a_picture_that_left_the_library_leaves_none(self):
        with provider() as site:
            self.fetch(site)
        Image.objects.all().delete()
        self.post.save()
        self.assertNotIn("/media/", self.html())
