"""Deciding on what other sites say of posts."""

from datetime import UTC, datetime

from django.test import TestCase

from blog.models import Mention
from blog.models.mentions import digest_addresses
from tests.factories import make_alice, make_bob, make_carol, make_partner, make_post, make_tribune

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
LIST = "/admin/blog/mention/"

State, Status = Mention.State, Mention.Status


class MentionAdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.mentions = [cls.make(number) for number in range(3)]

    @classmethod
    def make(cls, number, **fields):
        source = f"https://carnet{number}.example/reponse"
        values = {
            "post": cls.post,
            "source": source,
            "target": f"http://testserver{POST}",
            "pair": digest_addresses(source, str(number)),
            "host": f"carnet{number}.example",
            "state": State.VERIFIED,
            "due_at": None,
            "author_name": f"Jeanne {number}",
            "title": "<b>Ma réponse</b>",
            "text": "Je ne suis pas de cet avis.",
            "language": "fr",
            "said_at": datetime(2016, 6, 3, tzinfo=UTC),
        }
        return Mention.objects.create(**values | fields)

    def enter(self, user, language="en"):
        self.client.force_login(user)
        self.client.cookies["django_language"] = language

    def act(self, action, *mentions):
        keys = [each.pk for each in mentions]
        return self.client.post(f"{LIST}?show=all", {"action": action, "_selected_action": keys}, follow=True)

    def statuses(self):
        return list(Mention.objects.order_by("pk").values_list("status", flat=True))

    def test_what_waits_is_read_with_its_words_and_its_post(self):
        for language, words in {"en": "not looked at yet", "fr": "Jeanne 0"}.items():
            self.enter(make_carol() if language == "en" else make_alice(), language)
            page = self.client.get(LIST)
            self.assertContains(page, words)
            self.assertContains(page, "Je ne suis pas de cet avis.", count=3)
            self.assertContains(page, "&lt;b&gt;Ma réponse&lt;/b&gt;")
            self.assertContains(page, f'href="{POST}"')

    def test_moderator_decides_on_many_at_once(self):
        self.enter(make_carol())
        self.assertContains(self.act("approve", *self.mentions[:2]), "2 mentions are now: shown.")
        self.act("mark_as_spam", self.mentions[2])
        self.assertEqual(self.statuses(), [Status.APPROVED, Status.APPROVED, Status.SPAM])
        self.assertEqual(Mention.objects.get(pk=self.mentions[0].pk).decided_by.username, "carol")
        self.assertContains(self.client.get(POST), "Jeanne 1")
        self.act("reject", self.mentions[1])
        self.assertNotContains(self.client.get(POST), "Jeanne 1")

    def test_moderator_erases_what_its_writer_wants_erased(self):
        self.enter(make_carol())
        self.act("approve", *self.mentions[:2])
        self.assertContains(self.act("erase", self.mentions[0]), "1 mention is erased.")
        self.assertFalse(Mention.objects.filter(pk=self.mentions[0].pk).exists())
        page = self.client.get(POST)
        self.assertNotContains(page, "Jeanne 0")
        self.assertContains(page, "Jeanne 1")

    def test_what_does_not_link_here_cannot_be_shown(self):
        gone = self.make(7, state=State.GONE)
        self.enter(make_carol())
        response = self.client.post(
            f"{LIST}?show=all", {"action": "approve", "_selected_action": [gone.pk]}, follow=True
        )
        self.assertContains(response, "nobody has seen a link to the post there")
        gone.refresh_from_db()
        self.assertEqual(gone.status, Status.PENDING)

    def test_contributor_sees_and_decides_nothing(self):
        self.enter(make_bob())
        self.assertEqual(self.client.get(LIST).status_code, 403)
        self.assertEqual(self.act("approve", *self.mentions).status_code, 403)
        self.assertEqual(self.client.post(f"{LIST}{self.mentions[0].pk}/tribune/").status_code, 403)

    def test_list_can_be_narrowed_and_searched(self):
        self.enter(make_carol())
        for show in ("awaiting", "tribunes", "shown", "refused", "unseen", "gone", "all", "nonsense"):
            self.assertEqual(self.client.get(f"{LIST}?show={show}").status_code, 200, show)
        self.assertContains(self.client.get(f"{LIST}?show=all&q=carnet1"), "Jeanne 1")
        self.assertNotContains(self.client.get(f"{LIST}?show=all&q=carnet1"), "Jeanne 0")

    def test_list_costs_the_same_with_fifty(self):
        self.enter(make_carol())
        self.client.get(LIST)
        with self.assertNumQueries(FEW):
            self.client.get(LIST)
        for number in range(10, 50):
            self.make(number)
        with self.assertNumQueries(FEW):
            self.client.get(LIST)

    def test_front_page_of_the_admin_says_what_waits(self):
        tribune = make_tribune(self.post, make_partner(), state="accepted", url="", published_at=None)
        Mention.objects.filter(pk=self.mentions[0].pk).update(tribune=tribune)
        self.enter(make_alice())
        self.assertContains(self.client.get("/admin/"), "3 mentions elsewhere to decide on")
        self.assertContains(self.client.get("/admin/"), "1 tribune may have appeared")
        page = self.client.get(f"{LIST}?show=tribunes")
        self.assertContains(page, "It may be the tribune that is awaited from Blog du communicant.")
        self.assertContains(page, f'formaction="{LIST}{self.mentions[0].pk}/tribune/"')

    def test_tribune_that_somebody_has_completed_meanwhile_stays_as_it_is(self):
        tribune = make_tribune(self.post)
        Mention.objects.filter(pk=self.mentions[0].pk).update(tribune=tribune)
        self.enter(make_alice())
        page = self.client.post(f"{LIST}{self.mentions[0].pk}/tribune/", follow=True)
        self.assertContains(page, "Meanwhile somebody has decided")
        tribune.refresh_from_db()
        self.assertNotEqual(tribune.url, self.mentions[0].source)

    def test_moderator_does_not_complete_tribunes(self):
        self.enter(make_carol())
        self.assertEqual(self.client.post(f"{LIST}{self.mentions[0].pk}/tribune/").status_code, 403)


# Session, account, permissions (two), how many, and the rows.
FEW = 6
