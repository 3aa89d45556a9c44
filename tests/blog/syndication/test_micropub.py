"""A tribune is handed over by Micropub, to servers that do it well, do less, or do it badly."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from django.test import TestCase
from django.utils import timezone
from django.utils.translation import override

from blog.models import Credentials, HandOver, Partner, PartnerCopy, Tribune
from blog.syndication.copies import BETWEEN_LOOKS
from blog.syndication.credentials import keep_credentials
from blog.syndication.handing_over import deliver, deliver_forgotten, hand_over, send_again
from blog.syndication.micropub import uid_of
from blog.syndication.packaging import make_package
from blog.tasks import look_at_copies
from tests.blog.syndication.servers import http, playing
from tests.blog.syndication.test_packaging import WHOLE, make_draft
from tests.factories import make_alice, make_author, make_image, make_partner, make_post, make_upload

State, Status = HandOver.State, PartnerCopy.Status
JSON = "application/json"


class Site:
    """A site with a Micropub endpoint, as well or as badly behaved as a test wants."""

    def __init__(self):
        self.posts: dict[str, dict] = {}
        self.files: list[str] = []
        self.requests: list[tuple[str, str, dict]] = []
        self.config: dict = {}
        self.tells = True
        self.lists = False
        self.keeps_uid = True
        self.public: set[str] = set()
        self.refusals: dict[str, bytes] = {}
        self.loses_answers = False

    def __call__(self, request, _connection):
        head, _, body = request.partition("\r\n\r\n")
        method, target, _ = head.split(" ", 2)
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.requests.append((method, target, head))
        if parts.path not in {"/micropub", "/media"}:
            return self.page(parts.path)
        if "authorization: bearer token-of-ours" not in head.lower():
            return self.say({"error": "unauthorized", "error_description": "No such token"}, 401)
        if parts.path == "/media":
            self.files.append(body)
            return http(b"", status=201, Location=f"/media/{len(self.files)}.jpg")
        return self.write(body) if method == "POST" else self.tell(query)

    def say(self, data, status=200):
        return http(json.dumps(data), status=status, Content_Type=JSON)

    def page(self, path):
        title = next((post["name"][0] for post in self.posts.values() if path in self.public), "")
        if not title:
            return http("<h1>Rien</h1>", status=404)
        return http(f"<title>{title} - Le blog</title><h1>{title}</h1><p>Un texte.</p>")

    def tell(self, query):
        if refused := self.refusals.get(query["q"]):
            return refused
        if query["q"] == "config":
            return self.say(self.config)
        if not self.tells:
            return self.say({"error": "invalid_request"}, 400)
        if "url" in query:
            post = self.posts.get(urlsplit(query["url"]).path)
            return self.say({"type": ["h-entry"], "properties": post}) if post else self.say({"error": "gone"}, 404)
        if not self.lists:
            return self.say({"error": "invalid_request"}, 400)
        items = [{"type": ["h-entry"], "properties": post | {"url": [path]}} for path, post in self.posts.items()]
        return self.say({"items": items})

    def write(self, body):
        data = json.loads(body)
        if refused := self.refusals.get(data.get("action", "create")):
            return refused
        if data.get("action") == "update":
            post = self.posts[urlsplit(data["url"]).path]
            post |= data["replace"]
            for name in data.get("delete", []):
                post.pop(name)
            return http(b"", status=204)
        path = f"/posts/{len(self.posts) + 1}"
        properties = dict(data["properties"])
        if not self.keeps_uid:
            del properties["uid"]
        self.posts[path] = properties
        return b"" if self.loses_answers else http(b"", status=201, Location=path)


class MicropubCase(TestCase):
    """A French text of Yann's with a cover and a picture, for a partner who takes tribunes by Micropub; Alice edits."""

    status_there = "draft"

    def setUp(self):
        self.site = Site()
        self.server = self.enterContext(playing(self.site))
        self.alice = make_alice()
        self.picture = make_image(caption_fr="Au bureau de vote", file=make_upload(size=(640, 360)))
        self.post = make_post(
            title="L’état du numérique",
            slug="etat-du-numerique",
            standfirst="Où en est-on ?",
            authors=[make_author()],
            cover=make_image(alt_fr="Une mairie", alt_en="A town hall"),
            body=f'<p>Un <em>début</em>.</p><figure data-image="{self.picture.pk}"></figure><p>Une fin.</p>',
        )
        self.partner = make_partner(
            takes=Partner.Takes.MICROPUB,
            micropub=f"{self.server.address}/micropub",
            site=self.server.address,
            status_there=self.status_there,
        )
        self.enter("token-of-ours")
        self.tribune = make_draft(self.post, self.partner, title="", **WHOLE)

    def enter(self, token):
        keep_credentials(self.partner, Credentials.Kind.MICROPUB, user="", secret=token, by=self.alice)

    def hand(self) -> HandOver:
        tribune = Tribune.objects.get(pk=self.tribune.pk)
        with self.captureOnCommitCallbacks(execute=True):
            record, _ = hand_over(tribune, by=self.alice, seen=make_package(tribune).digest, language="fr")
        return HandOver.objects.get(pk=record.pk)

    def again(self, record) -> HandOver:
        self.assertTrue(send_again(record, seen=record.version))
        return HandOver.objects.get(pk=record.pk)

    def add(self, html="<p>Un ajout.</p>"):
        self.post.body += html
        self.post.save()

    def there(self) -> dict:
        (post,) = self.site.posts.values()
        return post

    def refuse(self, what, status, **said):
        self.site.refusals[what] = http(json.dumps(said), status=status, Content_Type=JSON)

    def assertFailed(self, record, words):
        with override("en"):
            self.assertEqual(record.state, State.FAILED, record.in_words())
            self.assertIn(words, record.in_words())

    def page(self):
        self.client.force_login(self.alice)
        self.client.cookies["django_language"] = "en"
        return self.client.get(f"/admin/blog/tribune/{self.tribune.pk}/change/")


class DeliveryTests(MicropubCase):
    def test_it_is_a_draft_there_with_all_that_belongs_to_it(self):
        record = self.hand()
        self.assertEqual(record.state, State.SENT, record.in_words())
        there = self.there()
        self.assertEqual(there["name"], ["L’état du numérique"])
        self.assertEqual(there["summary"], ["Où en est-on\u202f?"])
        self.assertEqual(there["post-status"], ["draft"])
        self.assertEqual(there["mp-slug"], ["etat-du-numerique"])
        self.assertEqual(there["category"], ["Économie et numérique"])
        self.assertEqual(there["uid"], [uid_of(self.tribune)])
        self.assertEqual(there["syndication"], ["http://testserver/blog/2016/06/etat-du-numerique/"])
        self.assertEqual(there["author"][0]["properties"], {"name": ["Yann Gourvennec"]})
        self.assertEqual(there["photo"][0]["alt"], "Une mairie")
        (content,) = there["content"]
        self.assertEqual(content["lang"], "fr")
        for part in ("Par Yann Gourvennec", "<em>début</em>", "http://testserver/blog/2016/06/", "Au bureau de vote"):
            self.assertIn(part, content["html"])
        self.assertNotIn("Une mairie", content["html"], "the cover goes as the photo alone")
        self.assertEqual(Tribune.objects.get().state, Tribune.State.PROPOSED)

    def test_pictures_go_to_the_media_endpoint_once(self):
        self.site.config = {"media-endpoint": "/media"}
        self.hand()
        self.assertEqual(len(self.site.files), 2)
        self.assertIn('filename="', self.site.files[0])
        self.assertEqual(self.there()["photo"][0]["value"], f"{self.server.address}/media/1.jpg")
        self.assertIn(f'src="{self.server.address}/media/2.jpg"', self.there()["content"][0]["html"])
        self.add()
        self.hand()
        self.assertEqual(len(self.site.files), 2)

    def test_token_goes_to_no_other_site(self):
        with playing(http(b"", status=201, Location="/x.jpg"), name="localhost") as other:
            self.site.config = {"media-endpoint": f"{other.address}/media"}
            self.assertEqual(self.hand().state, State.SENT)
            self.assertEqual(other.requests, [])
        self.assertTrue(self.there()["photo"][0]["value"].startswith("http://testserver/media/"))

    def test_later_text_is_written_into_the_same_post(self):
        self.hand()
        self.post.standfirst = ""
        self.add()
        record = self.hand()
        self.assertEqual(record.state, State.SENT, record.in_words())
        self.assertIn("Un ajout.", self.there()["content"][0]["html"])
        self.assertNotIn("summary", self.there())

    def test_server_that_tells_and_keeps_nothing_more_is_served_too(self):
        self.site.tells = False
        self.hand()
        self.add()
        self.assertEqual(self.hand().state, State.SENT)
        self.assertIn("Un ajout.", self.there()["content"][0]["html"])
        self.assertContains(self.page(), "Their server does not tell what it holds")

    def test_text_in_another_language_than_the_blog_says_so(self):
        self.partner.language = "en"
        self.partner.save()
        self.hand()
        self.assertTrue(self.there()["content"][0]["html"].startswith('<div lang="fr">'))


class LostAnswerTests(MicropubCase):
    def lose(self) -> HandOver:
        self.site.loses_answers = True
        record = self.hand()
        self.site.loses_answers = False
        self.assertEqual(record.state, State.WAITING)
        self.assertEqual(PartnerCopy.objects.get().status, Status.UNSURE)
        return record

    def try_again(self, record) -> HandOver:
        HandOver.objects.update(next_try_at=timezone.now())
        deliver(record.pk)
        return HandOver.objects.get(pk=record.pk)

    def test_post_is_found_in_the_list_of_posts(self):
        self.site.lists = True
        record = self.try_again(self.lose())
        self.assertEqual(record.state, State.SENT, record.in_words())
        self.assertEqual(len(self.site.posts), 1)
        self.assertEqual(PartnerCopy.objects.get().status, Status.DRAFT)

    def test_without_a_list_nothing_is_sent_before_an_editor_has_looked(self):
        record = self.try_again(self.lose())
        self.assertFailed(record, "nobody knows whether the text is there")
        self.assertFailed(self.again(record), "nobody knows whether the text is there")
        self.assertEqual(len(self.site.posts), 1)
        self.assertContains(self.page(), "It is there, at this address")

    def found(self, **said):
        self.page()
        seen = PartnerCopy.objects.get().version_there
        address = f"/admin/blog/tribune/{self.tribune.pk}/hand-over/found/"
        return self.client.post(address, {"seen": seen} | said, follow=True)

    def test_editor_says_that_it_is_there(self):
        self.try_again(self.lose())
        self.add()
        self.assertContains(self.found(is_there="1"), "Give the address at which you found it.")
        self.found(is_there="1", address=f"{self.server.address}/posts/1")
        self.assertEqual(HandOver.objects.get().state, State.SENT)
        self.assertEqual(len(self.site.posts), 1)

    def test_editor_says_that_it_is_not_there(self):
        self.try_again(self.lose())
        self.site.posts.clear()
        self.found()
        self.assertEqual(HandOver.objects.get().state, State.SENT)
        self.assertEqual(len(self.site.posts), 1)
        self.assertContains(self.found(), "Nothing was sent")

    def test_list_that_does_not_hold_it_proves_nothing(self):
        self.site.lists, self.site.keeps_uid = True, False
        self.assertFailed(self.try_again(self.lose()), "nobody knows whether the text is there")

    def test_server_that_makes_one_post_of_one_uid_is_asked_once_more(self):
        self.site.config = {"unique-by": ["uid"]}
        record = self.lose()
        self.site.posts.clear()
        self.assertEqual(self.try_again(record).state, State.SENT)
        self.assertEqual(len(self.site.posts), 1)

    def test_process_killed_while_it_wrote_makes_no_second_post(self):
        self.site.lists = True
        record = self.hand()
        PartnerCopy.objects.update(status=Status.UNSURE, key="", title="", content="")
        HandOver.objects.update(state=State.SENDING, claimed_at=timezone.now() - timedelta(hours=2))
        deliver_forgotten()
        record.refresh_from_db()
        self.assertEqual(record.state, State.SENT, record.in_words())
        self.assertEqual(len(self.site.posts), 1)

    def test_server_that_is_busy_is_tried_again(self):
        self.refuse("create", 503)
        record = self.hand()
        self.assertEqual(record.state, State.WAITING)
        self.assertEqual(PartnerCopy.objects.get().status, Status.ABSENT)
        del self.site.refusals["create"]
        self.assertEqual(self.try_again(record).state, State.SENT)


class MeanwhileTests(MicropubCase):
    def look(self):
        PartnerCopy.objects.update(looked_at=timezone.now() - BETWEEN_LOOKS)
        look_at_copies.enqueue()
        return Tribune.objects.get()

    def test_what_they_publish_later_is_found(self):
        self.hand()
        self.there()["post-status"] = ["published"]
        self.assertEqual(self.look().state, Tribune.State.PROPOSED, "nobody can read it yet")
        self.there()["published"] = ["2016-07-01T10:00:00+02:00"]
        self.site.public.add("/posts/1")
        tribune = self.look()
        self.assertEqual((tribune.state, tribune.url), (Tribune.State.PUBLISHED, f"{self.server.address}/posts/1"))
        self.assertEqual(tribune.published_at.isoformat(), "2016-07-01T08:00:00+00:00")

    def test_draft_that_whoever_has_its_address_may_see_is_not_published(self):
        self.site.public.add("/posts/1")
        self.hand()
        self.assertEqual(self.look().state, Tribune.State.PROPOSED)

    def test_page_of_a_server_that_tells_nothing_is_found(self):
        self.site.tells = False
        self.hand()
        self.site.public.add("/posts/1")
        self.assertEqual(self.look().state, Tribune.State.PUBLISHED)

    def test_their_edit_is_not_written_over_before_an_editor_has_seen_it(self):
        self.hand()
        content = self.there()["content"][0]
        content["html"] = content["html"].replace("fin", "suite")
        self.add()
        record = self.hand()
        self.assertFailed(record, "Somebody changed this text")
        self.assertIn("Une suite.", self.there()["content"][0]["html"])
        self.assertContains(self.page(), "<del>fin.</del><ins>suite.</ins>")
        write_over = f"/admin/blog/tribune/{self.tribune.pk}/hand-over/write-over/"
        self.client.post(write_over, {"seen": "what was there before"})
        self.assertIn("Une suite.", self.there()["content"][0]["html"])
        self.client.post(write_over, {"seen": PartnerCopy.objects.get().version_there})
        self.assertEqual(HandOver.objects.get(pk=record.pk).state, State.SENT)
        self.assertNotIn("Une suite.", self.there()["content"][0]["html"])
        self.assertIn("Un ajout.", self.there()["content"][0]["html"])

    def test_deleted_there_it_is_made_anew_only_when_somebody_asks_again(self):
        record = self.hand()
        self.site.posts.clear()
        record = self.again(record)
        self.assertFailed(record, "deleted this text from their site")
        self.assertEqual(self.again(record).state, State.SENT)
        self.assertEqual(len(self.site.posts), 1)


class PublishingTests(MicropubCase):
    status_there = "publish"

    def test_public_there_it_is_published_here_with_its_address(self):
        self.site.public.add("/posts/1")
        self.hand()
        tribune = Tribune.objects.get()
        self.assertEqual((tribune.state, tribune.url), (Tribune.State.PUBLISHED, f"{self.server.address}/posts/1"))
        self.add()
        self.assertEqual(self.hand().state, State.SENT, "a later text is taken all the same")


class RefusalTests(MicropubCase):
    def test_wrong_token_is_said_and_never_shown(self):
        self.enter("a-wrong-token")
        record = self.hand()
        self.assertFailed(record, "401: No such token")
        self.assertNotIn("a-wrong-token", str(record.answer))

    def test_what_the_server_says_no_by(self):
        cases = (
            ("create", 403, {"error": "insufficient_scope"}, "scopes “create”"),
            ("create", 403, {}, "scopes “create”"),
            ("create", 400, {"error": "invalid_request", "error_description": "No photo"}, "400: No photo"),
            ("create", 400, {}, "Their server answered 400."),
            ("create", 201, {}, "did not say where it is"),
        )
        for what, status, said, words in cases:
            with self.subTest(status=status, said=said):
                self.refuse(what, status, **said)
                self.assertFailed(self.hand(), words)
                HandOver.objects.all().delete()
                PartnerCopy.objects.all().delete()

    def test_server_that_takes_no_later_text_is_said(self):
        self.hand()
        self.refuse("update", 400, error="invalid_request", error_description="update is not supported")
        self.add()
        self.assertFailed(self.hand(), "Their server does not take a later text")

    def test_nonsense_is_a_clear_state(self):
        for answer in (http("<p>Bonjour</p>"), http("[" * 10_000), http(b"\xff" * 100, Content_Type=JSON)):
            with self.subTest(answer=answer[:200]):
                self.site.refusals |= {"config": answer, "source": answer}
                self.assertEqual(self.hand().state, State.SENT)
                HandOver.objects.all().delete()
                PartnerCopy.objects.all().delete()

    def test_without_an_endpoint_nothing_can_be_handed_over(self):
        self.partner.micropub = ""
        self.partner.save()
        self.client.force_login(self.alice)
        self.client.cookies["django_language"] = "en"
        page = self.client.get(f"/admin/blog/tribune/{self.tribune.pk}/hand-over/")
        self.assertContains(page, "The address of the partner’s Micropub endpoint is missing")
