"""A translation published with its original or later, and what an empty link to a translation stops."""

from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.utils import timezone

from blog.binning import put_in_bin
from blog.checklist import points_of
from blog.models import Authorship, Post, Revision
from blog.publishing import move
from blog.translating import start_translation
from tests.blog.test_admin_posts import PostAdminTestCase, change
from tests.factories import make_author, make_post, make_translation, make_user

SOON = {"published_at_0": "02/01/2099", "published_at_1": "08:30"}
LATER = {"published_at_0": "05/01/2099", "published_at_1": "10:00"}


class TogetherTestCase(PostAdminTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.original = make_post(
            title="À deux voix", slug="a-deux-voix", status="draft", published_at=None, authors=[cls.alices]
        )
        cls.translation = make_translation(
            cls.original, title="Two voices", slug="two-voices", status="draft", published_at=None
        )
        Authorship.objects.create(post=cls.translation, author=cls.alices)

    def together(self, changes=None, **kwargs):
        changes = {"publishes_both": "on"} | (changes or {})
        response = self.send(self.original, changes, **{"button": "step=published"} | kwargs)
        self.translation.refresh_from_db()
        return response


class TogetherTests(TogetherTestCase):
    def test_both_appear_at_the_same_moment(self):
        self.together()
        self.assertTrue(self.original.is_published())
        self.assertTrue(self.translation.is_published())
        self.assertEqual(self.original.published_at, self.translation.published_at)
        self.assertEqual(self.translation.translation_state, "done")
        self.assertEqual(Revision.objects.of(self.translation).first().made_by, self.alice)
        self.assertTrue(LogEntry.objects.filter(object_id=str(self.translation.pk)).exists())

    def test_without_the_tick_the_translation_waits(self):
        self.together({"publishes_both": ""})
        self.assertEqual((self.original.status, self.translation.status), ("published", "draft"))

    def test_what_the_translation_lacks_stops_both(self):
        Post.objects.filter(pk=self.translation.pk).update(standfirst="", category=None)
        response = self.together({"title": "Tapé longtemps"})
        errors = response.context["adminform"].form.errors["publishes_both"]
        self.assertIn("Two voices", errors[0])
        self.assertContains(response, "Tapé longtemps")
        self.assertEqual((self.original.status, self.translation.status), ("draft", "draft"))

    def test_it_is_offered_only_where_there_is_something_to_publish(self):
        self.assertContains(self.client.get(change(self.original)), 'name="publishes_both"')
        self.assertNotContains(self.client.get(change(self.post)), 'name="publishes_both"')
        self.assertNotContains(self.client.get(change(self.translation)), 'name="publishes_both"')

    def test_a_scheduled_translation_follows_its_original(self):
        self.together(SOON)
        self.assertTrue(self.translation.is_scheduled())
        self.assertTrue(self.translation.appears_with_original)
        self.send(self.original, LATER, button="_save")
        self.translation.refresh_from_db()
        self.assertEqual(self.original.published_at, self.translation.published_at)
        moved = timezone.localtime(self.original.published_at) + timedelta(days=1)
        self.client.post("/admin/blog/post/calendar/move/", {"post": self.original.pk, "day": f"{moved:%Y-%m-%d}"})
        self.original.refresh_from_db()
        self.translation.refresh_from_db()
        self.assertEqual(self.translation.published_at, self.original.published_at)
        self.assertEqual(timezone.localtime(self.translation.published_at).day, 6)

    def test_it_goes_back_to_a_draft_with_it(self):
        self.together(SOON)
        self.send(self.original, button="step=draft")
        self.translation.refresh_from_db()
        self.assertEqual(self.translation.status, "draft")

    def test_without_the_box_it_stays_where_it_is(self):
        self.together(SOON)
        before = self.translation.published_at
        self.send(self.translation, {"appears_with_original": ""}, button="_save")
        self.send(self.original, LATER, button="_save")
        self.translation.refresh_from_db()
        self.assertEqual(self.translation.published_at, before)

    def test_with_the_box_a_translation_takes_the_moment_of_a_scheduled_original(self):
        self.together(SOON | {"publishes_both": ""})
        self.send(self.translation, {"appears_with_original": "on"}, button="step=published")
        self.assertEqual(self.translation.published_at, self.original.published_at)

    def test_it_cannot_wait_for_an_original_without_a_moment(self):
        response = self.send(self.translation, {"appears_with_original": "on"}, button="step=published")
        self.assertIn("appears_with_original", response.context["adminform"].form.errors)
        self.assertEqual(self.translation.status, "draft")


class RoleTests(TogetherTestCase):
    def test_a_contributor_cannot_by_a_forged_request(self):
        draft = start_translation(self.bobs_draft)
        self.client.force_login(self.bob)
        self.assertNotContains(self.client.get(change(self.bobs_draft)), 'name="publishes_both"')
        self.send(self.bobs_draft, {"step": "published", "publishes_both": "on", "disclosure": "none"})
        draft.refresh_from_db()
        self.assertEqual((self.bobs_draft.status, draft.status), ("draft", "draft"))
        self.send(draft, {"appears_with_original": "on"})
        self.assertFalse(draft.appears_with_original)

    def test_an_author_publishes_no_translation_that_is_somebody_elses(self):
        dan = make_user("dan", group="author")
        profile = make_author(name="Dan", slug="dan", user=dan)
        Authorship.objects.create(post=self.original, author=profile, position=1)
        self.client.force_login(dan)
        response = self.together()
        self.assertIn("publishes_both", response.context["adminform"].form.errors)
        self.assertEqual((self.original.status, self.translation.status), ("draft", "draft"))
        Authorship.objects.create(post=self.translation, author=profile, position=1)
        self.together()
        self.assertEqual((self.original.status, self.translation.status), ("published", "published"))


class EmptyLinkTests(TogetherTestCase):
    def fields_of(self, post: Post, *, is_must: bool) -> list[str]:
        points = points_of(Post.objects.get(pk=post.pk))
        return [point.field for point in points if point.is_must == is_must]

    def test_an_original_in_the_bin_stops_its_translation(self):
        put_in_bin(self.original)
        self.assertIn("translation_of", self.fields_of(self.translation, is_must=True))
        response = self.send(self.translation, button="step=published")
        self.assertIn("translation_of", response.context["adminform"].form.errors)
        self.assertEqual(self.translation.status, "draft")

    def test_an_original_that_was_withdrawn_is_warned_of(self):
        Post.objects.filter(pk=self.original.pk).update(status="withdrawn", published_at=timezone.now())
        self.assertIn("translation_of", self.fields_of(self.translation, is_must=False))

    def test_a_version_without_a_text_stops_the_other(self):
        Post.objects.filter(pk=self.original.pk).update(body="")
        self.assertIn("translation_of", self.fields_of(self.translation, is_must=True))
        move(Post.objects.get(pk=self.translation.pk), "draft")
        published = make_translation(self.post, slug="empty")
        Post.objects.filter(pk=published.pk).update(body="<p> </p>")
        self.assertIn("translation_of", self.fields_of(self.post, is_must=True))
        with self.assertNumQueries(2):
            points_of(self.post)

    def test_a_translation_that_is_behind_is_warned_of(self):
        Post.objects.filter(pk=self.translation.pk).update(translation_state="outdated")
        self.assertIn("translation_of", self.fields_of(self.translation, is_must=False))

    def test_a_post_alone_has_no_such_point(self):
        self.assertNotIn("translation_of", [point.field for point in points_of(self.post)])
