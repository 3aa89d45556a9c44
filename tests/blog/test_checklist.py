"""What stops a publication and what is warned of, in the form and in the list, in both languages."""

from blog.checklist import musts_of, points_of
from blog.models import Post
from tests.blog.test_admin_posts import LIST, PostAdminTestCase, change
from tests.factories import make_image, make_post, make_translation


class ChecklistTestCase(PostAdminTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.draft = make_post(
            title="À paraître", slug="a-paraitre", status="draft", published_at=None, authors=[cls.alices]
        )

    def publish(self, **changes):
        return self.send(self.draft, changes, button="step=published")

    def errors_of(self, response) -> dict:
        form = response.context["adminform"].form
        return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


class PublishingTests(ChecklistTestCase):
    def test_what_lacks_nothing_appears(self):
        self.publish()
        self.assertEqual(self.draft.status, "published")

    def test_what_stops_it_stands_at_its_field_and_nothing_typed_is_lost(self):
        hidden = self.bobs_draft
        image = make_image(title="Urne", alt_fr="")
        bodies = {
            "<p> </p>": "Il n’y a pas encore de texte.",
            f'<p>Un texte.</p><figure data-image="{image.pk}"></figure>': "n’a pas de texte de remplacement",
            "<p>Un texte.</p><h2>Un</h2><h4>Deux</h4><p>Fin.</p>": "saute un niveau",
            "<p>Un texte.</p><h3>Un</h3><p>Fin.</p>": "saute un niveau",
            f'<p>Un <a href="/blog/" data-post="{hidden.pk}">texte</a>.</p>': "que les lecteurs ne voient pas",
            '<p>Un <a href="/blog/" data-post="999999">texte</a>.</p>': "mène à un article qui n’existe plus",
        }
        for body, words in bodies.items():
            with self.subTest(body=body):
                response = self.publish(body=body, title="Tapé longtemps")
                self.assertIn(words, " ".join(self.errors_of(response)["body"]))
                self.assertContains(response, 'value="Tapé longtemps"')
                self.assertEqual(self.draft.status, "draft")

    def test_a_summary_is_needed(self):
        response = self.publish(standfirst=" ")
        self.assertIn("chapeau", self.errors_of(response)["standfirst"][0])

    def test_a_cover_says_what_it_shows_in_the_language_of_the_post(self):
        cover = make_image(alt_fr="", alt_en="A ballot box")
        response = self.publish(cover=cover.pk)
        self.assertIn("Urne", self.errors_of(response)["body"][0])
        cover.is_decorative, cover.alt_en = True, ""
        cover.save()
        self.publish(cover=cover.pk)
        self.assertEqual(self.draft.status, "published")

    def test_a_translation_that_nobody_began(self):
        draft = make_translation(self.post, status="draft", published_at=None, body=self.post.body)
        response = self.send(draft, {"title": "Translated title"}, button="step=published")
        self.assertIn("encore le texte de l’original", self.errors_of(response)["body"][0])

    def test_it_is_saved_as_a_draft_all_the_same(self):
        self.send(self.draft, {"standfirst": "", "body": "<h4>Un</h4>"}, button="_save")
        self.assertEqual(self.draft.standfirst, "")

    def test_nor_does_it_appear_from_the_list(self):
        Post.objects.filter(pk=self.draft.pk).update(standfirst="")
        data = {"action": "publish", "_selected_action": [self.draft.pk], "index": 0}
        response = self.client.post(LIST, data, follow=True)
        self.assertContains(response, "reste comme il est")
        self.assertContains(response, "chapeau")
        self.draft.refresh_from_db()
        self.assertEqual(self.draft.status, "draft")

    def test_what_should_be_mended_is_said_and_stops_nothing(self):
        response = self.publish(title="x" * 90, body='<p>Lisez <a href="/blog/">ici</a>.</p>')
        self.assertEqual(self.draft.status, "published")
        response = self.client.get(change(self.draft))
        self.assertContains(response, "90 caractères")
        self.assertContains(response, "«\xa0ici\xa0»")
        self.assertContains(response, "pas d’image de couverture")


class PointsTests(ChecklistTestCase):
    def test_a_link_without_words(self):
        self.draft.body = '<p>Un <a href="https://example.org/"> </a> texte.</p>'
        self.assertEqual([point.field for point in musts_of(self.draft)], ["body"])

    def test_what_must_be_mended_comes_first(self):
        self.draft.standfirst = ""
        points = points_of(self.draft)
        self.assertTrue(points[0].is_must)
        self.assertFalse(points[-1].is_must)

    def test_the_form_shows_it_before_anybody_presses(self):
        Post.objects.filter(pk=self.draft.pk).update(standfirst="")
        self.assertContains(self.client.get(change(self.draft)), "Écrivez un chapeau")
        response = self.client.get(change(self.draft), headers={"accept-language": "en"})
        self.assertContains(response, "Must be mended:")
        self.assertContains(response, "Write a standfirst")

    def test_a_text_of_another_language_needs_its_own_words(self):
        image = make_image(alt_fr="Une urne", alt_en="")
        source = f'<p>Words.</p><figure data-image="{image.pk}"></figure>'
        draft = make_translation(self.post, status="draft", published_at=None, body=source)
        self.assertIn("Urne", musts_of(draft)[0].words)

    def test_hostile_and_empty_texts_are_no_error(self):
        for body in ("", "<", "<h4>", "<a href='javascript:x'>", "<p>" * 50):
            self.draft.body = body
            points_of(self.draft)
