"""A post as readers will see it, for those who may write it."""

from django.conf import settings
from django.test import TestCase

from blog.models import OldAddress, Post
from blog.revising import begin, content_of, keep_apart
from tests.factories import make_alice, make_author, make_carol, make_category, make_post, make_sponsor, make_tag
from tests.forms import FormTestCase

ADD = "/admin/blog/post/add/"
NEW = "/admin/blog/post/add/preview/"


class PreviewTests(FormTestCase, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()
        cls.author = make_author(user=cls.alice)
        cls.category = make_category()
        cls.draft = make_post(
            language="en",
            title="A draft",
            slug="a-draft",
            body="<p>Whole body.</p>",
            status="draft",
            published_at=None,
            disclosure="",
            authors=[cls.author],
        )
        cls.address = f"/admin/blog/post/{cls.draft.pk}/preview/"
        cls.form = f"/admin/blog/post/{cls.draft.pk}/change/"

    def setUp(self):
        self.client.force_login(self.alice)

    def preview(self, address, changes, to):
        return self.fill(address, "post_form", changes, button="", to=to)

    def test_a_draft_is_shown_in_its_own_language(self):
        response = self.client.get(self.address, headers={"accept-language": "fr"})
        self.assertContains(response, '<html lang="en"')
        self.assertContains(response, "Whole body.")
        self.assertEqual(response.headers["Content-Language"], "en")

    def test_nobody_keeps_it_or_finds_it(self):
        response = self.client.get(self.address)
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertIn("private", response.headers["Cache-Control"])
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex, nofollow")

    def test_it_stands_under_the_policy_of_readers_pages(self):
        policy = self.client.get(self.address).headers["Content-Security-Policy"]
        self.assertNotIn("nonce", policy)
        self.assertIn("script-src 'self';", policy)

    def test_a_draft_leads_to_its_preview(self):
        self.assertEqual(self.draft.get_absolute_url(), self.address)

    def test_what_is_typed_is_shown_and_not_saved(self):
        typed = {
            "title": "Typed just now",
            "body": "<p>New body.</p>",
            "disclosure": "client",
            "disclosure_with": make_sponsor("Acme").pk,
        }
        response = self.preview(self.form, typed, self.address)
        for text in ("Typed just now", "New body.", "Acme"):
            self.assertContains(response, text)
        self.draft.refresh_from_db()
        self.assertEqual((self.draft.title, self.draft.revision, self.draft.disclosure), ("A draft", 1, ""))

    def test_what_hangs_on_it_is_shown_and_not_saved(self):
        other = make_author(name="Nadia Benslimane", slug="nadia")
        tag = make_tag()
        changes = {"authorships-0-author": other.pk, "tags": [tag.pk]}
        response = self.preview(self.form, changes, self.address)
        self.assertContains(response, "Nadia Benslimane")
        self.assertContains(response, "Cloud computing")
        self.assertEqual(self.draft.byline, [self.author])
        self.assertFalse(self.draft.tags.exists())

    def test_a_post_that_was_never_saved_is_shown(self):
        response = self.preview(ADD, {"title": "Toute neuve", "body": "<p>Et courte.</p>"}, NEW)
        self.assertContains(response, "Et courte.")
        self.assertFalse(Post.objects.filter(title="Toute neuve").exists())

    def test_a_published_post_keeps_its_page_meanwhile(self):
        post = make_post(authors=[self.author])
        changes = {"title": "Retouché", "slug": "autre-adresse"}
        response = self.preview(f"/admin/blog/post/{post.pk}/change/", changes, f"/admin/blog/post/{post.pk}/preview/")
        self.assertContains(response, "Retouché")
        self.assertNotContains(self.client.get(post.path()), "Retouché")
        self.assertFalse(OldAddress.objects.exists())

    def test_the_working_copy_of_a_published_post_is_shown(self):
        post = make_post(authors=[self.author])
        begin(post)
        keep_apart(post, content_of(post) | {"title": "Retouché"}, by=self.alice)
        self.assertContains(self.client.get(f"/admin/blog/post/{post.pk}/preview/"), "Retouché")
        self.assertNotContains(self.client.get(post.path()), "Retouché")

    def test_it_says_what_is_to_be_mended_first(self):
        response = self.preview(self.form, {"title": "", "comment_policy": "timed"}, self.address)
        self.assertContains(response, "errorlist", status_code=422)
        self.assertEqual(len(response.context_data["complaints"]), 2)

    def test_a_video_may_be_framed_and_nothing_else(self):
        self.draft.body = '<figure data-video="https://www.youtube.com/watch?v=M7lc1UVf-VE"></figure>'
        self.draft.save()
        policy = self.client.get(self.address).headers["Content-Security-Policy"]
        self.assertIn("frame-src 'self' https://www.youtube", policy)
        self.assertNotIn("frame-src", str(settings.SECURE_CSP))

    def test_without_permission_it_is_refused(self):
        self.client.force_login(make_carol())
        for address in (self.address, NEW):
            with self.subTest(address=address):
                self.assertEqual(self.client.get(address).status_code, 403)
                self.assertEqual(self.client.post(address, {"title": "x"}).status_code, 403)

    def test_strangers_are_led_to_the_login(self):
        self.client.logout()
        self.assertRedirects(self.client.get(self.address), f"/admin/login/?next={self.address}")

    def test_a_post_from_elsewhere_is_refused(self):
        self.client.handler.enforce_csrf_checks = True
        self.assertEqual(self.client.post(self.address, {"title": "x"}).status_code, 403)

    def test_nonsense(self):
        self.assertEqual(self.client.get("/admin/blog/post/999999/preview/").status_code, 404)
        self.assertEqual(self.client.get(f"/admin/blog/post/{'9' * 30}/preview/").status_code, 404)
        self.assertEqual(self.client.get(NEW).status_code, 403)
        self.assertEqual(self.client.put(self.address).status_code, 405)


class EmptyFormTests(TestCase):
    def test_a_form_without_its_inlines_is_no_error_500(self):
        self.client.force_login(make_alice())
        for address in (ADD, NEW):
            with self.subTest(address=address):
                self.assertIn(self.client.post(address, {}).status_code, (200, 400, 422))
