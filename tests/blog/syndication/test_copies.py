"""What became of a text at a partner's site: editors are told, see it, and decide."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.test import TestCase
from django.utils import timezone

from blog.models import HandOver, PartnerCopy, Tribune
from blog.syndication import copies
from blog.syndication.copies import Entry, copies_to_look_at, note_seen, note_written
from blog.syndication.handing_over import tribunes_to_see_to
from blog.syndication.packaging import make_package
from tests.blog.syndication.test_handing_over import hand
from tests.blog.syndication.test_packaging import WHOLE, make_draft
from tests.factories import make_alice, make_author, make_partner, make_post

INDEX = "/admin/"
SEEN_TO = "/admin/blog/tribune/?attention=hand_over"
PUBLIC = "https://blog.example.org/titre/"
DAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def entry(**overrides) -> Entry:
    fields = {"key": "7", "status": "draft", "address": "https://blog.example.org/?p=7", "title": "Titre"}
    return Entry(**fields | {"content": "<p>Un texte.</p>", "published_at": None} | overrides)


class CopyTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()
        cls.partner = make_partner(takes="wordpress", api="https://blog.example.org/wp-json/")
        cls.tribune = make_draft(make_post(authors=[make_author()]), cls.partner, words=None, **WHOLE)
        package = make_package(cls.tribune).as_data()
        sent = {"way": "wordpress", "state": "sent", "language": "fr", "by": cls.alice, "by_name": "alice"}
        HandOver.objects.create(tribune=cls.tribune, package=package, digest="1", **sent)
        note_written(cls.tribune, "wordpress", entry())

    def setUp(self):
        self.client.force_login(self.alice)
        self.page = f"/admin/blog/tribune/{self.tribune.pk}/"

    @property
    def copy(self) -> PartnerCopy:
        return PartnerCopy.objects.select_related("tribune__partner").get()

    def see(self, found):
        note_seen(self.copy, found)

    def press(self, act, **data):
        return self.client.post(f"{self.page}hand-over/{act}/", {"seen": self.copy.version_there} | data)

    def test_as_we_left_it_nobody_is_told(self):
        self.see(entry())
        self.assertFalse(tribunes_to_see_to().exists())
        self.assertNotContains(self.client.get(INDEX), SEEN_TO)

    def test_their_edit_is_told_on_the_first_page_until_somebody_has_seen_it(self):
        self.see(entry(content="<p>Un autre texte.</p>"))
        self.assertContains(self.client.get(INDEX), SEEN_TO)
        self.assertContains(self.client.get(SEEN_TO), self.tribune.title)
        page = self.client.get(f"{self.page}change/").content.decode()
        self.assertIn("<ins>autre ", page)
        self.press("seen")
        self.assertNotContains(self.client.get(INDEX), SEEN_TO)
        self.see(entry(content="<p>Un autre texte.</p>"))
        self.assertFalse(self.copy.is_news, "it was seen")
        self.see(entry(content="<p>Encore un autre texte.</p>"))
        self.assertTrue(self.copy.is_news, "it is another edit")

    def test_what_an_editor_there_writes_in_its_own_way_is_no_change(self):
        self.see(entry(content="<!-- wp:paragraph -->\n<p>Un texte.</p>\n<!-- /wp:paragraph -->"))
        self.assertFalse(self.copy.is_changed_there())

    def test_link_that_they_changed_is_shown(self):
        note_written(self.tribune, "wordpress", entry(content='<p><a href="https://a.example/">Un texte</a>.</p>'))
        self.see(entry(content='<p><a href="https://b.example/">Un texte</a>.</p>'))
        page = self.client.get(f"{self.page}change/").content.decode()
        self.assertIn("<del>(https://a.example/).</del><ins>(https://b.example/).</ins>", page)

    def test_change_of_looks_alone_is_said_to_be_one(self):
        self.see(entry(content="<h2>Un texte.</h2>"))
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        page = self.client.get(f"{self.page}change/")
        self.assertContains(page, "They changed how this text looks")
        self.assertNotContains(page, "<ins>")

    def test_deletion_there_is_told(self):
        self.see(None)
        self.assertContains(self.client.get(INDEX), SEEN_TO)

    def test_public_post_that_they_take_off_is_told_and_the_watch_looks_at_once(self):
        for status in ("draft", "private", None):
            with self.subTest(status):
                note_written(self.tribune, "wordpress", entry(status="publish", published_at=DAY, address=PUBLIC))
                Tribune.objects.update(look_due_at=timezone.now() + timedelta(days=1))
                self.see(entry(status=status, address=PUBLIC) if status else None)
                self.assertContains(self.client.get(INDEX), SEEN_TO)
                self.assertLessEqual(Tribune.objects.get().look_due_at, timezone.now())
                self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
                words = "They took it off" if status else "They deleted it"
                self.assertContains(self.client.get(f"{self.page}change/"), words)
                self.press("seen")
                self.assertNotContains(self.client.get(INDEX), SEEN_TO)
                Tribune.objects.update(look_due_at=timezone.now() + timedelta(days=1))
                self.see(entry(status=status, address=PUBLIC) if status else None)
                self.assertNotContains(self.client.get(INDEX), SEEN_TO)
                self.assertGreater(Tribune.objects.get().look_due_at, timezone.now(), "it was looked at")

    def test_what_they_take_back_is_no_news_any_more(self):
        self.see(entry(content="<p>Un autre texte.</p>"))
        self.see(entry())
        self.assertFalse(self.copy.is_news)

    def test_what_became_something_else_meanwhile_is_not_put_aside(self):
        self.see(entry(content="<p>Un autre texte.</p>"))
        self.press("seen", seen="what it was before")
        self.assertTrue(self.copy.is_news)

    def test_public_post_is_looked_at_once_a_day(self):
        self.see(entry(status="publish", published_at=DAY))
        PartnerCopy.objects.update(looked_at=timezone.now() - copies.BETWEEN_LOOKS)
        self.assertFalse(copies_to_look_at().exists())
        PartnerCopy.objects.update(looked_at=timezone.now() - timedelta(days=1))
        self.assertTrue(copies_to_look_at().exists())
        Tribune.objects.update(state=Tribune.State.WITHDRAWN)
        self.assertFalse(copies_to_look_at().exists())

    def test_public_there_it_has_address_date_and_length(self):
        self.see(entry(status="publish", address="https://blog.example.org/titre/", published_at=DAY))
        tribune = Tribune.objects.get()
        self.assertEqual((tribune.state, tribune.url), ("published", "https://blog.example.org/titre/"))
        self.assertEqual((tribune.published_at, tribune.words), (DAY, tribune.post.words))


class HandOverTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()
        cls.tribune = make_draft(make_post(authors=[make_author()]), make_partner(email="olivier@example.org"))

    def become(self, **values):
        record = hand(self.tribune, self.alice)
        HandOver.objects.filter(pk=record.pk).update(**values)
        return record

    def test_failed_interrupted_or_said_to_have_appeared(self):
        for values in (
            {"state": "failed"},
            {"state": "sending", "claimed_at": timezone.now() - timedelta(hours=2)},
            {"state": "appeared"},
        ):
            with self.subTest(values["state"]):
                self.become(**values)
                self.assertEqual(list(tribunes_to_see_to()), [self.tribune])
                HandOver.objects.all().delete()

    def test_on_its_way_or_answered_it_wants_nobody(self):
        for state in ("waiting", "sent", "accepted", "declined"):
            with self.subTest(state):
                self.become(state=state)
                self.assertFalse(tribunes_to_see_to().exists())
                HandOver.objects.all().delete()

    def test_failure_that_was_followed_by_another_try_wants_nobody(self):
        self.become(state="failed")
        self.become(state="sent")
        self.assertFalse(tribunes_to_see_to().exists())

    def test_what_is_out_wants_nobody(self):
        self.become(state="failed")
        Tribune.objects.update(state="published", url="https://example.org/x", published_at=timezone.now())
        self.assertFalse(tribunes_to_see_to().exists())
