"""On their page somebody goes over from the answers to the whole discussion and back."""

from django.conf import settings
from django.core import mail

from comments.following.tokens import choose_address
from comments.models import Following
from tests.comments.test_following import EMAIL, FollowingCase, make_follower, run_tasks
from tests.factories import make_comment, make_post


class ScopeTests(FollowingCase):
    def setUp(self):
        self.follower = make_follower()
        self.mine = make_comment(self.post, email="Marthe@example.org")
        self.following = self.follow(self.follower, comment=self.mine)
        self.address = choose_address(self.follower, self.following.pk).removeprefix(settings.SITE_URL)

    def choose(self, scope, cadence="at_once", following=None, address=None):
        data = {"act": "change", "cadence": cadence, "scope": scope, "following": (following or self.following).pk}
        return self.client.post(address or self.address, data)

    def mailed(self, **overrides) -> bool:
        before = len(mail.outbox)
        self.comment(**overrides)
        run_tasks()
        return len(mail.outbox) > before

    def test_page_shows_one_choice_for_a_discussion_in_both_languages(self):
        self.follow(self.follower)
        page = self.client.get(self.address)
        self.assertContains(page, "<section", count=1)
        self.assertContains(page, '<option value="discussion" selected>Toute la discussion', html=False)
        self.assertContains(page, "Ce qui est envoyé")
        self.follower.language = "en"
        page = self.client.get(choose_address(self.follower).removeprefix(settings.SITE_URL))
        self.assertContains(page, '<option value="answers">Answers to your comment</option>')

    def test_to_the_whole_discussion_and_back(self):
        self.assertFalse(self.mailed())
        self.assertContains(self.choose("discussion", "daily"), "C’est noté")
        self.assertEqual(set(Following.objects.active().values_list("cadence", flat=True)), {"daily"})
        self.choose("discussion", "at_once")
        self.assertTrue(self.mailed(text="À la ronde"))
        self.choose("answers")
        self.assertFalse(self.mailed(text="Encore à la ronde"))
        self.assertTrue(self.mailed(text="À toi", parent=self.mine))

    def test_who_followed_the_whole_goes_over_to_the_answers_to_their_comment(self):
        Following.objects.all().delete()
        whole = self.follow(self.follower)
        self.choose("answers", following=whole)
        self.assertEqual(Following.objects.active().get().comment, self.mine)

    def test_who_wrote_nothing_there_is_offered_no_answers(self):
        other = self.follow(self.follower, post=make_post(slug="autre"))
        address = choose_address(self.follower, other.pk).removeprefix(settings.SITE_URL)
        page = self.client.get(address).content.decode()
        self.assertNotIn(f'id="scope-{other.pk}"', page)
        self.assertIn(f'id="cadence-{other.pk}"', page)
        response = self.choose("answers", following=other, address=address)
        self.assertContains(response, "Rien de vous, dans cette discussion")
        self.assertTrue(Following.objects.active().filter(pk=other.pk).exists())

    def test_button_of_an_old_mail_still_stops_the_discussion(self):
        self.choose("discussion")
        self.client.post(self.address, {"List-Unsubscribe": "One-Click"})
        self.assertFalse(self.mailed(parent=self.mine))
        self.assertContains(self.client.get(self.address), f"Rien n’est envoyé à {EMAIL}")

    def test_stopping_one_leaves_the_others(self):
        self.follow(self.follower, post=make_post(slug="autre"))
        self.client.post(self.address, {"act": "stop", "following": self.following.pk})
        self.assertEqual(Following.objects.active().get().post.slug, "autre")

    def test_unknown_scope_changes_nothing(self):
        self.assertEqual(self.choose("everything").status_code, 400)
        self.assertEqual(Following.objects.active().get(), self.following)
