"""Partners' programs hand texts over to us by Micropub: the cases of the standard, and what must not be."""

import json
from datetime import timedelta
from unittest import mock

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.test import Client, TestCase, override_settings
from django.utils import timezone

from blog.models import Image, MicropubToken, Offer, OfferedPicture, Post, Tribune
from blog.syndication.offers import PICTURE_KEPT, forget_pictures, make_token, process, revoke_token, take_in_forgotten
from blog.visitors import Limit
from tests.blog.syndication.test_watching import QUEUED
from tests.factories import make_alice, make_carol, make_category, make_partner, make_tag, make_upload

ENDPOINT, MEDIA = "/micropub/", "/micropub/media/"
TEXT = {
    "name": ["Le papier"],
    "summary": ["Pourquoi il reste."],
    "content": [{"html": "<p>Un <em>début</em>.</p><script>alert(1)</script><p>Une fin.</p>", "lang": "fr"}],
    "category": ["cloud"],
    "author": [{"type": ["h-card"], "properties": {"name": ["Nadia Khelil"]}}],
    "mp-slug": ["papier"],
}


class EndpointCase(TestCase):
    """A partner with a token; Alice edits."""

    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()
        cls.partner = make_partner(name="L’Atelier", slug="l-atelier", site="https://atelier.example/")
        cls.token = make_token(cls.partner, by=cls.alice)

    def setUp(self):
        cache.clear()

    def headers(self, language="en", token=None):
        return {"Authorization": f"Bearer {token or self.token}", "Accept-Language": language}

    def send(self, data, **headers):
        return self.client.post(
            ENDPOINT, json.dumps(data), content_type="application/json", headers=self.headers(**headers)
        )

    def create(self, **properties):
        answer = self.send({"type": ["h-entry"], "properties": TEXT | properties})
        self.assertEqual(answer.status_code, 202, answer.content)
        return answer.headers["Location"]

    def form(self, data, **headers):
        return self.client.post(ENDPOINT, data, headers=self.headers(**headers))

    def ask(self, **query):
        return self.client.get(ENDPOINT, query, headers=self.headers())

    def source(self, location, **query):
        return self.ask(q="source", url=location, **query).json()["properties"]

    def visit(self, location):
        return self.client.get(location.removeprefix("http://testserver"))

    def assertRefused(self, answer, status, error, words=""):
        self.assertEqual((answer.status_code, answer.json()["error"]), (status, error), answer.content)
        self.assertIn(words, answer.json()["error_description"])

    def publish(self):
        post = Post.objects.get()
        post.status, post.disclosure, post.category = Post.Status.PUBLISHED, "none", make_category()
        post.published_at = timezone.now() - timedelta(minutes=1)
        post.save()
        return post


class CreateTests(EndpointCase):
    """https://www.w3.org/TR/micropub/#create"""

    def test_json_becomes_a_draft_and_its_tribune(self):
        make_tag()
        location = self.create()
        post, tribune = Post.objects.get(), Tribune.objects.get()
        self.assertEqual((post.title, post.status, post.language), ("Le papier", "draft", "fr"))
        self.assertEqual(post.standfirst, "Pourquoi il reste.")
        self.assertIn("<em>début</em>", post.body)
        self.assertNotIn("alert", post.body)
        self.assertEqual(post.disclosure, "", "an editor chooses it")
        self.assertEqual([author.name for author in post.byline], ["Nadia Khelil"])
        self.assertEqual([tag.slug for tag in post.tags.all()], ["cloud"])
        self.assertEqual((tribune.direction, tribune.state), ("theirs_here", "draft"))
        self.assertEqual(location, f"http://testserver/micropub/{Offer.objects.get().key}/")

    def test_forms_of_the_standard(self):
        cases = {
            "one category": ({"h": "entry", "content": "Un texte.", "category": "cloud"}, "<p>Un texte.</p>"),
            "several": ({"h": "entry", "content": "A < B", "category[]": ["a", "b"]}, "<p>A &lt; B</p>"),
            "no type is an entry": ({"content": "Un texte.\n\nUn autre."}, "<p>Un texte.</p><p>Un autre.</p>"),
            "html": ({"h": "entry", "content[html]": "<p>Du <em>HTML</em></p>"}, "<p>Du <em>HTML</em></p>"),
            "unknown properties": ({"h": "entry", "content": "C", "x-moon": "full"}, "<p>C</p>"),
        }
        for name, (data, body) in cases.items():
            with self.subTest(name):
                answer = self.client.post(
                    ENDPOINT,
                    "&".join(
                        f"{key}={value.replace(' ', '+').replace(chr(10), '%0A').replace('<', '%3C')}"
                        for key, values in data.items()
                        for value in (values if isinstance(values, list) else [values])
                    ),
                    content_type="application/x-www-form-urlencoded",
                    headers=self.headers(),
                )
                self.assertEqual(answer.status_code, 202, answer.content)
                self.assertEqual(Post.objects.latest("pk").body.replace("\n", ""), body)

    def test_token_in_the_form(self):
        sent = f"h=entry&content=Un+texte.&access_token={self.token}"
        kind = "application/x-www-form-urlencoded"
        self.assertEqual(self.client.post(ENDPOINT, sent, content_type=kind).status_code, 202)
        self.assertNotIn(self.token, json.dumps(Offer.objects.get().sent))
        twice = self.client.post(ENDPOINT, sent, content_type=kind, headers=self.headers())
        self.assertRefused(twice, 400, "invalid_request")

    def test_photo_of_a_multipart_form_is_the_cover(self):
        answer = self.form({"h": "entry", "content": "Un texte.", "photo": make_upload()})
        self.assertEqual(answer.status_code, 202, answer.content)
        self.assertEqual((Post.objects.get().cover.width, OfferedPicture.objects.count()), (800, 1))

    def test_several_photos_stand_in_the_text(self):
        photos = [make_upload(size=size) for size in ((800, 450), (640, 480), (500, 500))]
        self.form({"h": "entry", "content": "Un texte.", "photo[]": photos})
        self.assertEqual(Post.objects.get().body.count("<figure"), 2)
        self.assertEqual(Image.objects.count(), 3)

    def test_photo_by_its_address_with_alternative_text(self):
        address = self.client.post(MEDIA, {"file": make_upload()}, headers=self.headers()).headers["Location"]
        self.create(photo=[{"value": address, "alt": "Une presse"}])
        cover = Post.objects.get().cover
        self.assertEqual((cover.alt_fr, cover.credit), ("Une presse", "L’Atelier (atelier.example)"))

    def test_picture_that_nobody_can_fetch_leaves_the_text(self):
        self.create(photo=["http://10.0.0.1/secret.png"])
        self.assertIsNone(Post.objects.get().cover)
        self.assertIn("10.0.0.1", str(Tribune.objects.get().taken_in.left_out))

    def test_origin_is_one_of_the_partners_own_addresses(self):
        self.create(syndication=["https://elsewhere.example/x", "https://atelier.example/papier/"])
        tribune = Tribune.objects.get()
        self.assertEqual((tribune.url, tribune.state), ("https://atelier.example/papier/", "published"))

    def test_same_piece_twice_is_one(self):
        self.assertEqual(self.create(), self.create())
        self.assertEqual(Post.objects.count(), 1)

    def test_same_uid_is_the_same_piece_in_a_later_text(self):
        first = self.create(uid=["urn:uuid:1"])
        self.assertEqual(self.create(uid=["urn:uuid:1"], name=["Le papier, encore"]), first)
        self.assertEqual(Post.objects.get().title, "Le papier, encore")

    def test_two_partners_with_the_same_uid_are_two(self):
        self.create(uid=["urn:uuid:1"])
        self.token = make_token(make_partner(slug="autre", name="Un autre"), by=self.alice)
        self.create(uid=["urn:uuid:1"])
        self.assertEqual(Offer.objects.count(), 2)

    def test_nobody_but_an_editor_publishes(self):
        self.create(**{"post-status": ["published"], "published": ["2016-07-01T10:00:00Z"]})
        self.assertEqual(Post.objects.get().status, "draft")


class ChangeTests(EndpointCase):
    """https://www.w3.org/TR/micropub/#update and #delete"""

    def change(self, location, **said):
        return self.send({"action": "update", "url": location} | said)

    def test_updates_of_a_draft_that_nobody_touched(self):
        for tag in ("a", "b", "c"):
            make_tag(slug=tag)
        location = self.create(category=["a", "b"])
        cases = (
            ({"replace": {"content": [{"html": "<p>Autre.</p>"}]}}, "<p>Autre.</p>", "ab"),
            ({"add": {"category": ["c"]}}, "<p>Autre.</p>", "abc"),
            ({"delete": {"category": ["a"]}}, "<p>Autre.</p>", "bc"),
            ({"delete": ["category", "summary"]}, "<p>Autre.</p>", ""),
            ({"add": {"category": ["b"]}, "replace": {"content": ["Plat."]}}, "<p>Plat.</p>", "b"),
        )
        for said, body, tags in cases:
            with self.subTest(said=said):
                self.assertEqual(self.change(location, **said).status_code, 204)
                post = Post.objects.get()
                self.assertEqual(post.body, body)
                self.assertEqual("".join(sorted(tag.slug for tag in post.tags.all())), tags)
        self.assertEqual(post.standfirst, "")

    def edit(self, body="<p>Un début relu.</p>"):
        post = Post.objects.get()
        post.body = body
        post.save()

    def keep_apart(self):
        """Have a later text come after an editor changed the draft; return its address and Alice's page of it."""
        location = self.create()
        self.edit()
        self.change(location, replace={"content": [{"html": "<p>Un <em>début</em>.</p><p>Une suite.</p>"}]})
        self.client.force_login(self.alice)
        self.client.cookies["django_language"] = "en"
        return location, f"/admin/blog/offer/{Offer.objects.get().pk}/"

    def decide(self, page, act, **seen):
        data = {"act": act, "edition": Offer.objects.get().edition, "revision": Post.objects.get().revision} | seen
        return self.client.post(f"{page}decide/", data, follow=True)

    def assertCounted(self, is_counted):
        self.assertIs("text from a partner" in self.client.get("/admin/").content.decode(), is_counted)

    def test_editor_s_change_is_not_written_over(self):
        _location, page = self.keep_apart()
        self.assertEqual((Offer.objects.get().state, Post.objects.get().body), ("apart", "<p>Un début relu.</p>"))
        shown = self.client.get(f"{page}change/")
        self.assertContains(shown, "<del>fin.</del><ins>suite.</ins>")
        self.assertContains(shown, "What would change in your text")
        self.assertContains(shown, "Take their text over")
        self.assertCounted(True)

    def test_difference_that_was_seen_is_not_counted_until_the_text_changes_again(self):
        location, page = self.keep_apart()
        self.decide(page, "seen", edition=1)
        self.assertTrue(Offer.objects.get().is_news(), "it is no longer what they saw")
        shown = self.decide(page, "seen")
        self.assertContains(shown, "Take their text over")
        self.assertNotContains(shown, "I have seen it")
        self.assertCounted(False)
        self.change(location, replace={"content": [{"html": "<p>Un <em>début</em>.</p><p>Une suite.</p>"}]})
        self.assertCounted(False)
        self.change(location, replace={"name": ["Encore"]})
        self.assertCounted(True)

    def test_their_text_is_taken_over_by_one_click(self):
        location, page = self.keep_apart()
        Post.objects.get().tags.add(make_tag())
        self.assertContains(self.decide(page, "over"), "it stands in the place of your text")
        post = Post.objects.get()
        self.assertEqual(post.body, "<p>Un <em>début</em>.</p>\n<p>Une suite.</p>")
        self.assertEqual(post.tags.count(), 1, "an editor chose it")
        self.assertEqual(Offer.objects.get().state, "over")
        self.assertCounted(False)
        self.assertContains(self.client.get(f"/admin/blog/post/{post.pk}/history/"), "Took over the text")
        # The draft is as they sent it, so what comes later takes its place.
        self.change(location, replace={"name": ["Encore"]})
        self.assertEqual(Post.objects.get().title, "Encore")

    def test_ours_is_kept_by_one_click_and_theirs_can_still_be_taken_over(self):
        location, page = self.keep_apart()
        self.assertContains(self.decide(page, "keep"), "Your text was kept on")
        self.assertEqual((Offer.objects.get().state, Post.objects.get().body), ("kept", "<p>Un début relu.</p>"))
        self.assertCounted(False)
        self.change(location, replace={"content": [{"html": "<p>Un début.</p><p>Une suite et fin.</p>"}]})
        self.assertCounted(True)
        self.assertContains(self.client.get(f"{page}change/"), "<ins>suite et fin.</ins>")
        self.decide(page, "keep")
        self.decide(page, "over")
        self.assertIn("et fin", Post.objects.get().body)

    def test_published_text_is_replaced_only_by_a_click(self):
        location = self.create()
        post = self.publish()
        self.change(location, replace={"content": [{"html": "<p>Un erratum.</p>"}]})
        self.assertNotContains(self.client.get(post.path()), "erratum")
        self.client.force_login(self.alice)
        self.decide(f"/admin/blog/offer/{Offer.objects.get().pk}/", "over")
        self.assertContains(self.client.get(post.path()), "erratum")
        self.assertEqual(Post.objects.get().status, "published")

    def test_text_that_was_changed_since_the_editor_looked_is_not_written_over(self):
        _location, page = self.keep_apart()
        revision = Post.objects.get().revision
        self.edit("<p>Relu une fois de plus.</p>")
        self.assertContains(self.decide(page, "over", revision=revision), "Nothing was done.")
        self.assertEqual(Post.objects.get().body, "<p>Relu une fois de plus.</p>")

    def test_text_that_is_changed_before_the_task_runs_is_not_written_over(self):
        _location, page = self.keep_apart()
        with override_settings(TASKS=QUEUED):
            self.decide(page, "over")
        self.edit("<p>Relu une fois de plus.</p>")
        process(Offer.objects.get().pk)
        offer = Offer.objects.get()
        self.assertEqual((offer.state, offer.is_news()), ("apart", True))
        self.assertEqual(Post.objects.get().body, "<p>Relu une fois de plus.</p>")

    def test_later_text_that_nobody_saw_is_not_taken_over(self):
        location, page = self.keep_apart()
        with override_settings(TASKS=QUEUED):
            self.decide(page, "over")
            self.change(location, replace={"content": ["Tout autre chose."]})
        process(Offer.objects.get().pk)
        self.assertEqual((Offer.objects.get().state, Post.objects.get().body), ("apart", "<p>Un début relu.</p>"))

    def test_who_may_not_edit_decides_nothing(self):
        _location, page = self.keep_apart()
        self.client.force_login(make_carol())
        for act in ("over", "keep", "seen"):
            self.assertEqual(self.decide(page, act).status_code, 403)
        self.client.force_login(self.alice)
        self.assertEqual(self.client.get(f"{page}decide/").status_code, 405)
        self.decide(page, "explode")
        self.decide(page, "over", revision="x")
        self.assertEqual(Offer.objects.get().state, "apart")
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.alice)
        self.assertEqual(strict.post(f"{page}decide/", {"act": "keep", "edition": 2}).status_code, 403)

    def test_their_copy_learns_what_an_editor_changed(self):
        location = self.create()
        self.assertEqual(self.source(location)["content"], TEXT["content"])
        post = Post.objects.get()
        post.title, post.body = "Le papier, relu", "<p>Un début relu.</p>"
        post.save()
        kept = self.source(location)
        self.assertEqual((kept["name"], kept["post-status"]), (["Le papier, relu"], ["draft"]))
        self.assertEqual(kept["content"], [{"html": "<p>Un début relu.</p>", "lang": "fr"}])

    def test_who_sends_the_same_again_asks_for_it_in_the_place_of_an_editor_s(self):
        location = self.create(uid=["urn:uuid:1"])
        self.edit()
        self.assertNotIn("later-text", self.source(location))
        self.create(uid=["urn:uuid:1"])
        self.assertEqual(Offer.objects.get().state, "taken", "it is the request of before, repeated")
        self.change(location, replace={"content": TEXT["content"]})
        self.assertEqual((Offer.objects.get().state, Post.objects.get().body), ("apart", "<p>Un début relu.</p>"))
        self.assertEqual(self.source(location)["later-text"], ["waits"])
        self.client.force_login(self.alice)
        self.decide(f"/admin/blog/offer/{Offer.objects.get().pk}/", "keep")
        self.assertNotIn("later-text", self.source(location))
        self.change(location, replace={"content": TEXT["content"]})
        self.assertEqual(Offer.objects.get().state, "kept", "they were answered")

    def test_what_we_add_to_their_pictures_is_no_change_of_theirs(self):
        address = self.client.post(MEDIA, {"file": make_upload()}, headers=self.headers()).headers["Location"]
        figure = '<figure><img src="{}" alt="Une presse"><figcaption>Une presse à bras{}</figcaption></figure>'
        location = self.create(content=[{"html": "<p>Un début.</p>" + figure.format(address, " (Nadia)")}])
        self.assertEqual(Image.objects.get().credit, "L’Atelier (atelier.example)")
        post = Post.objects.get()
        post.title = "Relu"
        post.save()
        post.refresh_from_db()
        self.assertIn("atelier.example", post.body_html)
        html = self.source(location)["content"][0]["html"]
        self.assertIn("<figcaption>Une presse à bras (Nadia)", html)
        self.assertNotIn("(atelier.example)", html)

    def test_caption_that_says_whose_the_picture_is_is_not_credited_once_more(self):
        address = self.client.post(MEDIA, {"file": make_upload()}, headers=self.headers()).headers["Location"]
        figure = f'<figure><img src="{address}"><figcaption>Une presse (L’Atelier)</figcaption></figure>'
        self.create(content=[{"html": "<p>Un début.</p>" + figure}])
        self.assertEqual(Image.objects.get().credit, "")

    def test_delete_takes_the_offer_back_and_leaves_the_draft_to_an_editor(self):
        location = self.create()
        Offer.objects.update(seen_at=timezone.now())
        self.assertEqual(self.form({"action": "delete", "url": location}).status_code, 204)
        self.assertEqual(Post.objects.count(), 1)
        self.assertTrue(Offer.objects.get().is_news())
        self.assertEqual(self.visit(location).status_code, 410)
        self.assertEqual(self.ask(q="source", url=location).status_code, 410)
        self.assertEqual(self.send({"action": "undelete", "url": location}).status_code, 204)
        self.assertEqual(self.visit(location).status_code, 200)

    def test_what_was_declined_is_not_taken_again(self):
        location = self.create(uid=["urn:uuid:1"])
        Tribune.objects.update(state=Tribune.State.DECLINED)
        again = self.send({"type": ["h-entry"], "properties": TEXT | {"uid": ["urn:uuid:1"], "name": ["Encore"]}})
        self.assertRefused(again, 400, "invalid_request", "declined")
        self.assertEqual(self.visit(location).status_code, 410)

    def test_nonsense_is_refused(self):
        location = self.create()
        for said in (
            {"replace": "x"},
            {"replace": {"content": "not a list"}},
            {"add": ["x"]},
            {"delete": {"category": "x"}},
            {"replace": {"content": []}},
        ):
            with self.subTest(said=said):
                self.assertRefused(self.change(location, **said), 400, "invalid_request")
        self.assertRefused(self.send({"action": "explode", "url": location}), 400, "invalid_request")

    def test_text_of_another_partner_is_not_found(self):
        location = self.create()
        self.token = make_token(make_partner(slug="autre", name="Un autre"), by=self.alice)
        self.assertRefused(self.change(location, replace={"name": ["X"]}), 400, "invalid_request", "no text of yours")
        self.assertRefused(self.ask(q="source", url=location), 400, "invalid_request")
        self.assertEqual(self.ask(q="source").json(), {"items": []})


class QueryTests(EndpointCase):
    """https://www.w3.org/TR/micropub/#querying"""

    def test_configuration(self):
        said = self.ask(q="config").json()
        self.assertEqual((said["media-endpoint"], said["syndicate-to"]), ("http://testserver/micropub/media/", []))
        self.assertEqual(self.ask(q="syndicate-to").json(), {"syndicate-to": []})
        self.assertRefused(self.ask(q="moon"), 400, "invalid_request")

    def test_source(self):
        location = self.create(uid=["urn:uuid:1"])
        whole = self.ask(q="source", url=location).json()
        self.assertEqual(whole["type"], ["h-entry"])
        self.assertEqual(whole["properties"]["name"], ["Le papier"])
        self.assertNotIn("mp-slug", whole["properties"])
        some = self.client.get(
            f"{ENDPOINT}?q=source&properties[]=name&properties[]=category&url={location}", headers=self.headers()
        )
        self.assertEqual(some.json(), {"properties": {"name": ["Le papier"], "category": ["cloud"]}})
        one = self.source(location, properties="content")
        self.assertEqual(set(one), {"content"})
        (item,) = self.ask(q="source").json()["items"]
        self.assertEqual((item["properties"]["uid"], item["properties"]["url"]), (["urn:uuid:1"], [location]))

    def test_address_leads_to_the_post_once_it_is_public(self):
        location = self.create()
        waiting = self.visit(location)
        self.assertContains(waiting, "noindex")
        self.assertNotContains(waiting, "Le papier")
        post = self.publish()
        self.assertRedirects(self.visit(location), f"http://testserver{post.path()}", fetch_redirect_response=False)
        kept = self.source(f"http://testserver{post.path()}")
        self.assertEqual((kept["post-status"], kept["url"]), (["published"], [f"http://testserver{post.path()}"]))

    def test_home_names_the_endpoint(self):
        for home in ("/", "/en/"):
            self.assertContains(self.client.get(home), '<link rel="micropub" href="/micropub/">')


class DoorTests(EndpointCase):
    def test_who_is_let_in(self):
        self.assertRefused(self.client.get(ENDPOINT, {"q": "config"}), 401, "unauthorized", "missing")
        answer = self.send({}, token="wrong")
        self.assertRefused(answer, 401, "unauthorized", "lets nobody in")
        self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")
        self.assertEqual(self.client.post(MEDIA, {"file": make_upload()}).status_code, 401)
        revoke_token(self.partner)
        self.assertEqual(self.ask(q="config").status_code, 401)

    def test_new_token_takes_the_place_of_the_one_before(self):
        other = make_token(self.partner, by=self.alice)
        self.assertEqual(self.ask(q="config").status_code, 401)
        self.token = other
        self.assertEqual(self.ask(q="config").status_code, 200)
        self.assertEqual(MicropubToken.objects.in_force().count(), 1)
        self.assertFalse(MicropubToken.objects.filter(digest__contains=other).exists())
        self.assertIsNotNone(MicropubToken.objects.in_force().get().used_at)

    def test_refusals_are_in_the_language_that_is_asked_for(self):
        for language, words in (("fr-CA,en;q=0.5", "fr"), ("de", "en"), ("", "en")):
            with self.subTest(language=language):
                self.assertEqual(self.send({}, language=language).headers["Content-Language"], words)

    def test_nothing_that_comes_is_an_error_of_the_server(self):
        nul = "\\u0000"
        deep = "[" * 5000 + "]" * 5000
        bodies = (
            b"",
            b"{",
            b"[]",
            b'"x"',
            b"\xff\xfe",
            b'{"type": ["h-event"], "properties": {}}',
            b'{"type": ["h-entry"]}',
            b'{"type": ["h-entry"], "properties": {"content": "x"}}',
            b'{"type": ["h-entry"], "properties": {"content": [{"html": 1}]}}',
            b'{"type": ["h-entry"], "properties": {"content": [null], "author": [1, {"properties": []}]}}',
            deep.encode(),
            f'{{"type": ["h-entry"], "properties": {{"content": [{deep}]}}}}'.encode(),
            b'{"action": "update", "url": 5}',
            b'{"action": ["update"], "url": "http://testserver/micropub/x/"}',
        )
        for body in bodies:
            with self.subTest(body=body[:80]):
                answer = self.client.post(ENDPOINT, body, content_type="application/json", headers=self.headers())
                self.assertRefused(answer, 400, "invalid_request")
        strange = f'{{"type": ["h-entry"], "properties": {{"content": ["a{nul}b \\ud800"], "name": ["{nul}"]}}}}'
        answer = self.client.post(ENDPOINT, strange, content_type="application/json", headers=self.headers())
        self.assertEqual(answer.status_code, 202)

    def test_forms_that_are_none(self):
        for kind, body in (
            ("multipart/form-data", b"x"),
            ("multipart/form-data; boundary=x", b"--x\r\nnothing"),
            ("text/plain", b"h=entry&content=x"),
            ("application/x-www-form-urlencoded", b"h=event&content=x"),
            ("application/x-www-form-urlencoded", b"action=update&url=http%3A%2F%2Ftestserver%2F"),
            ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(3000))),
        ):
            with self.subTest(kind=kind, body=body[:40]):
                answer = self.client.post(ENDPOINT, body, content_type=kind, headers=self.headers())
                self.assertRefused(answer, 400, "invalid_request")

    def test_other_methods(self):
        for method in ("put", "delete", "patch"):
            answer = getattr(self.client, method)(ENDPOINT, headers=self.headers())
            self.assertEqual(answer.status_code, 405)
        self.assertEqual(self.client.get(MEDIA, headers=self.headers()).status_code, 405)

    def test_too_large(self):
        answer = self.create_large()
        self.assertEqual(answer.status_code, 413)
        self.assertEqual(Offer.objects.count(), 0)

    @override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
    def create_large(self):
        return self.send({"type": ["h-entry"], "properties": {"content": ["x" * 2000]}})

    def test_too_often(self):
        with mock.patch("blog.views.offers.WRITTEN", Limit("micropub", most=1, of_network=1, seconds=600)):
            self.create()
            answer = self.send({"type": ["h-entry"], "properties": TEXT})
        self.assertRefused(answer, 429, "slow_down")
        self.assertEqual(answer.headers["Retry-After"], "600")

    def test_no_cookie_and_nothing_kept(self):
        answer = self.ask(q="config")
        self.assertFalse(answer.cookies)
        self.assertIn("no-store", answer.headers["Cache-Control"])


class MediaTests(EndpointCase):
    def upload(self, **options):
        return self.client.post(MEDIA, {"file": make_upload(**options)}, headers=self.headers())

    def test_picture_is_there_and_the_same_once(self):
        first, second = self.upload(), self.upload()
        self.assertEqual((first.status_code, first.headers["Location"]), (201, second.headers["Location"]))
        self.assertTrue(default_storage.exists(first.headers["Location"].removeprefix("http://testserver/media/")))

    def test_what_is_no_picture_is_refused(self):
        file = make_upload()
        file.file.write(b"GIF89a, or so it says")
        file.file.truncate(21)
        self.assertRefused(self.client.post(MEDIA, {"file": file}, headers=self.headers()), 400, "invalid_request")
        self.assertRefused(self.client.post(MEDIA, {"x": "y"}, headers=self.headers()), 400, "invalid_request")

    def test_unused_ones_are_removed_after_a_week(self):
        used, unused = (self.upload(size=size).headers["Location"] for size in ((800, 450), (300, 200)))
        self.create(photo=[used])
        OfferedPicture.objects.update(made_at=timezone.now() - PICTURE_KEPT - timedelta(hours=1))
        forget_pictures()
        self.assertEqual(OfferedPicture.objects.count(), 0)
        self.assertTrue(default_storage.exists(used.partition("/media/")[2]))
        self.assertFalse(default_storage.exists(unused.partition("/media/")[2]))


class TaskTests(EndpointCase):
    def test_what_lost_its_task_is_taken_in_later(self):
        with override_settings(TASKS=QUEUED):
            self.create()
            self.assertEqual(Post.objects.count(), 0)
        Offer.objects.update(sent_at=timezone.now() - timedelta(hours=1))
        take_in_forgotten()
        self.assertEqual(Post.objects.count(), 1)

    def test_task_that_runs_twice_makes_one_draft(self):
        self.create()
        Offer.objects.update(state=Offer.State.WAITING)
        process(Offer.objects.get().pk)
        self.assertEqual((Post.objects.count(), Tribune.objects.count()), (1, 1))

    def test_later_text_that_comes_while_the_first_is_taken_in_is_taken_in_too(self):
        with override_settings(TASKS=QUEUED):
            location = self.create()
        with mock.patch("blog.syndication.offers.fetch_pictures", self.while_fetching(location)):
            process(Offer.objects.get().pk)
        process(Offer.objects.get().pk)
        self.assertEqual(Post.objects.get().title, "Plus tard")

    def while_fetching(self, location):
        def change(_intake):
            with override_settings(TASKS=QUEUED):
                self.send({"action": "update", "url": location, "replace": {"name": ["Plus tard"]}})

        return change

    def test_text_that_is_one_of_ours_is_not_taken_in(self):
        from tests.factories import make_post, make_tribune

        make_tribune(make_post(), self.partner, url="https://atelier.example/papier/")
        self.create(syndication=["https://atelier.example/papier/"])
        self.assertEqual(Offer.objects.get().state, "failed")


class AdminTests(EndpointCase):
    def setUp(self):
        super().setUp()
        self.client.force_login(self.alice)
        self.client.cookies["django_language"] = "en"
        self.page = f"/admin/blog/partner/{self.partner.pk}/micropub-token/"

    def test_token_is_shown_once(self):
        answer = self.client.post(self.page, {"act": "make"})
        self.assertIn("no-store", answer.headers["Cache-Control"])
        token = answer.context["token"]
        self.assertContains(answer, token)
        self.assertNotContains(self.client.get(self.page), token)
        self.token = token
        self.assertEqual(self.ask(q="config").status_code, 200)
        self.assertContains(self.client.get(f"/admin/blog/partner/{self.partner.pk}/change/"), "last used")

    def test_token_is_revoked(self):
        self.client.post(self.page, {"act": "revoke"})
        self.assertEqual(self.ask(q="config").status_code, 401)

    def test_who_may_not_change_partners_makes_no_token(self):
        self.client.force_login(make_carol())
        self.assertEqual(self.client.post(self.page, {"act": "make"}).status_code, 403)

    def test_first_page_and_list_say_that_it_came(self):
        self.create()
        self.assertContains(self.client.get("/admin/"), "1 text from a partner")
        self.assertContains(self.client.get("/admin/blog/offer/"), "Le papier")
        offer = Offer.objects.get()
        page = self.client.get(f"/admin/blog/offer/{offer.pk}/change/")
        self.assertContains(page, f"/admin/blog/post/{offer.post.pk}/change/")
        self.assertContains(self.client.get(f"/admin/blog/tribune/{offer.tribune.pk}/change/"), "by Micropub")
        self.client.post(f"/admin/blog/offer/{offer.pk}/decide/", {"act": "seen", "edition": offer.edition})
        self.assertNotContains(self.client.get("/admin/"), "text from a partner")
