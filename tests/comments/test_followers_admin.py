"""Those whom answers are mailed to, as moderators find, stop and erase them."""

from django.core import mail
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Follower, Following, Notification
from tests.comments.test_following import make_follower
from tests.factories import make_alice, make_bob, make_carol, make_comment, make_post

FOLLOWERS = "/admin/comments/follower/"
FOLLOWINGS = "/admin/comments/following/"


class FollowersAdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.carol = make_carol()
        cls.comment = make_comment(cls.post)
        now = timezone.now()
        cls.marthe = make_follower()
        make_follower("waits@example.org", confirmed_at=None)
        make_follower("bounced@example.org", bounced_at=now)
        make_follower("refused@example.org", refused_at=now)
        make_follower("idle@example.org")
        cls.following = Following.objects.create(follower=cls.marthe, post=cls.post, cadence="daily")

    def setUp(self):
        self.client.force_login(self.carol)

    def listed(self, query: str) -> set[str]:
        response = self.client.get(f"{FOLLOWERS}?{query}", headers={"accept-language": "en"})
        return {follower.email.partition("@")[0] for follower in response.context["cl"].result_list}

    def act(self, address: str, action: str, row, **more):
        data = {"action": action, "_selected_action": [row.pk]} | more
        return self.client.post(address, data, headers={"accept-language": "fr"}, follow=True)

    def test_each_is_in_one_state(self):
        for state, names in (
            ("confirmed", {"marthe"}),
            ("unconfirmed", {"waits"}),
            ("bounced", {"bounced"}),
            ("refused", {"refused"}),
            ("stopped", {"idle"}),
        ):
            with self.subTest(state):
                self.assertEqual(self.listed(f"state={state}"), names)
        self.assertContains(self.client.get(FOLLOWERS, headers={"accept-language": "fr"}), "ne suit plus rien")

    def test_they_are_found_by_address_and_cadence(self):
        self.assertEqual(self.listed("q=Marthe@Example.org"), {"marthe"})
        self.assertEqual(self.listed("q=nobody"), set())
        self.assertEqual(self.listed("followings__cadence__exact=daily"), {"marthe"})

    def test_discussions_are_found_by_address_post_and_state(self):
        for query, count in (("q=marthe@", 1), ("q=numérique", 1), ("q=autre", 0), ("state=stopped", 0)):
            with self.subTest(query):
                self.assertEqual(len(self.client.get(f"{FOLLOWINGS}?{query}").context["cl"].result_list), count)
        page = self.client.get(FOLLOWINGS, headers={"accept-language": "fr"})
        self.assertContains(page, "toute la discussion")
        self.assertContains(page, "une fois par jour")

    def test_page_shows_what_is_followed_and_takes_nothing(self):
        page = self.client.get(f"{FOLLOWERS}{self.marthe.pk}/change/", headers={"accept-language": "fr"})
        self.assertContains(page, "Président numérique")
        self.assertNotContains(page, 'name="_save"')
        address = f"{FOLLOWERS}{Follower.objects.get(confirmed_at=None).pk}/change/"
        self.assertEqual(self.client.post(address, {"confirmed_at_0": "2026-01-01"}).status_code, 403)
        self.assertEqual(Follower.objects.filter(confirmed_at=None).count(), 1)
        for address in (FOLLOWERS, FOLLOWINGS):
            self.assertEqual(self.client.get(f"{address}add/").status_code, 403)

    def test_mail_is_stopped_on_request(self):
        self.assertContains(self.act(FOLLOWERS, "stop_mailing", self.marthe), "Plus rien n’est envoyé à 1 adresse.")
        self.assertFalse(Following.objects.active().exists())
        self.marthe.refresh_from_db()
        self.assertFalse(self.marthe.is_reachable())
        self.assertEqual(mail.outbox, [])

    def test_one_discussion_is_stopped_on_request(self):
        other = Following.objects.create(follower=self.marthe, post=make_post(slug="autre"))
        self.act(FOLLOWINGS, "stop_mailing", self.following)
        self.assertEqual(Following.objects.active().get(), other)

    def test_address_is_erased_with_all_that_hangs_on_it(self):
        Notification.objects.create(follower=self.marthe, following=self.following, comment=self.comment)
        page = self.act(FOLLOWERS, "delete_selected", self.marthe)
        self.assertContains(page, "marthe@example.org")
        self.act(FOLLOWERS, "delete_selected", self.marthe, post="yes")
        self.assertFalse(Follower.objects.filter(pk=self.marthe.pk).exists())
        self.assertFalse(Following.objects.exists())
        self.assertFalse(Notification.objects.exists())

    def test_followings_are_deleted_with_the_address_alone(self):
        self.act(FOLLOWINGS, "delete_selected", self.following, post="yes")
        self.assertTrue(Following.objects.exists())

    def test_it_is_for_those_who_moderate(self):
        for user, status in ((make_alice(), 200), (make_bob(), 403)):
            self.client.force_login(user)
            for address in (FOLLOWERS, FOLLOWINGS, f"{FOLLOWERS}{self.marthe.pk}/change/"):
                self.assertEqual(self.client.get(address).status_code, status)

    def test_lists_cost_the_same_however_many_there_are(self):
        for address in (FOLLOWERS, FOLLOWINGS):
            counts = set()
            for number in range(3):
                follower = make_follower(f"n{number}{len(address)}@example.org")
                Following.objects.create(follower=follower, post=self.post)
                self.client.get(address)
                with CaptureQueriesContext(connection) as queries:
                    self.client.get(address)
                counts.add(len(queries))
            self.assertEqual(len(counts), 1, address)
