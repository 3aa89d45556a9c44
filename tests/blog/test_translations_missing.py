"""What has no words in a language: listed on one page, narrowed to in the lists; events in both languages."""

from django.test import TestCase

from blog.models import Event
from tests.blog.test_admin_posts import PostAdminTestCase
from tests.factories import (
    make_alice,
    make_author,
    make_category,
    make_event,
    make_image,
    make_tag,
    make_translation,
    make_upload,
)
from tests.forms import FormTestCase

MISSING = "/admin/blog/post/missing/"


class MissingPageTests(PostAdminTestCase):
    def setUp(self):
        super().setUp()
        make_image(title="Sans mots", alt_en="")
        make_image(title="Décor", alt_en="", alt_fr="", is_decorative=True, file=make_upload(size=(500, 300)))
        make_author(name="Nora", slug="nora", biography_en="")
        make_category(slug="moitie", name_fr="Moitié", name_en="Half", description_fr="Décrite.")
        make_event(slug="soiree", title_fr="Soirée")
        make_tag()

    def rows(self, query: str) -> list[tuple[str, str]]:
        return [(name, address) for name, address, _fields in self.client.get(f"{MISSING}?{query}").context["rows"]]

    def test_each_kind_is_counted_and_leads_to_the_field(self):
        response = self.client.get(f"{MISSING}?language=en")
        self.assertEqual([count for _kind, count, _chosen in response.context["kinds"]], ["1", "1", "1", "1", "0", "0"])
        [(name, address)] = self.rows("language=en&kind=images")
        self.assertEqual(name, "Sans mots")
        self.assertTrue(address.endswith("/change/#id_alt_en"))
        self.assertIn(f'id="{address.partition("#")[2]}"', self.client.get(address.partition("#")[0]).content.decode())
        for kind, field in (("authors", "biography_en"), ("events", "title_en"), ("categories", "description_en")):
            [(_name, address)] = self.rows(f"language=en&kind={kind}")
            self.assertTrue(address.endswith(f"#id_{field}"))
        self.assertEqual(self.rows("language=fr&kind=authors"), [])

    def test_nonsense_is_the_first_of_each(self):
        response = self.client.get(f"{MISSING}?language=de&kind=x&page=x")
        self.assertEqual((response.context["language"], response.context["kind"].key), ("en", "images"))

    def test_it_is_for_who_publishes_and_stands_on_their_first_page(self):
        self.assertContains(self.client.get("/admin/"), f'href="{MISSING}?language=en"')
        for user in (self.bob, self.carol):
            self.client.force_login(user)
            self.assertEqual(self.client.get(MISSING).status_code, 403)
            self.assertNotContains(self.client.get("/admin/"), MISSING)

    def test_it_is_paged_and_costs_the_same(self):
        self.client.get(MISSING)
        with self.assertNumQueries(12):
            self.client.get(f"{MISSING}?kind=events")
        one = Event.objects.get()
        shared = {"kind": "meetup", "language": "fr", "starts_at": one.starts_at, "ends_at": one.ends_at}
        Event.objects.bulk_create([Event(title_fr=f"E{n}", slug=f"e{n}", **shared) for n in range(60)])
        with self.assertNumQueries(12):
            self.assertEqual(len(self.rows("kind=events")), 50)
        self.assertEqual(len(self.rows("kind=events&page=2")), 11)

    def test_the_lists_narrow_to_it(self):
        for path, there, other in (
            ("authors/author", "Nora", "Bob Lenoir"),
            ("blog/category", "Moitié", "Économie et numérique"),
            ("blog/event", "Soirée", None),
        ):
            response = self.client.get(f"/admin/{path}/?missing=en")
            names = {str(row) for row in response.context["cl"].result_list}
            self.assertIn(there, names)
            self.assertNotIn(other, names)
            self.assertEqual(self.client.get(f"/admin/{path}/?missing=x").status_code, 200)
        self.assertEqual(self.client.get("/admin/blog/tag/?missing=fr").context["cl"].result_count, 0)

    def test_it_speaks_english(self):
        response = self.client.get(f"{MISSING}?language=fr", headers={"accept-language": "en"})
        self.assertContains(response, "Missing in French")


class TranslationListTests(PostAdminTestCase):
    def found(self, state: str) -> set[int]:
        response = self.client.get(f"/admin/blog/post/?translation={state}")
        return {post.pk for post in response.context["cl"].result_list}

    def test_posts_are_narrowed_to_the_state_of_their_translation(self):
        done = make_translation(self.post)
        work = make_translation(self.bobs_draft, slug="draft", status="draft", published_at=None)
        self.assertEqual((self.found("done"), self.found("work")), ({done.pk}, {work.pk}))
        self.assertEqual(self.found("open"), {work.pk})
        self.assertEqual(self.found("none"), set())
        self.assertEqual(self.client.get("/admin/blog/post/?translation=x").status_code, 200)
        work.delete()
        self.assertEqual(self.found("none"), {self.bobs_draft.pk})

    def test_the_list_says_it_and_leads_to_both_side_by_side(self):
        translation = make_translation(self.post)
        response = self.client.get("/admin/blog/post/")
        for post in (self.post, translation):
            self.assertContains(response, f'href="/admin/blog/post/{post.pk}/translation/"')

    def test_the_first_page_names_what_is_to_be_seen_to(self):
        work = make_translation(self.post, title="In work", status="draft", published_at=None)
        parts = {part.key: part for part in self.client.get("/admin/").context["parts"]}
        [line] = parts["translations"].lines
        self.assertEqual((line.post.pk, line.address), (work.pk, f"/admin/blog/post/{work.pk}/translation/"))
        self.client.force_login(self.bob)
        self.assertNotIn("translations", {part.key for part in self.client.get("/admin/").context["parts"]})


class EventTests(FormTestCase, TestCase):
    def test_readers_get_it_in_their_language_and_else_in_the_other(self):
        make_event(title_en="A digital president?", description_fr="Une heure.")
        self.assertContains(self.client.get("/evenements/webinaire-president-numerique/"), "Un président numérique")
        english = self.client.get("/en/events/webinaire-president-numerique/")
        self.assertContains(english, '<h1 class="p-name">A digital president?</h1>')
        self.assertContains(english, '<div class="intro p-summary" lang="fr">')
        self.assertContains(self.client.get("/en/events/"), "A digital president?")

    def test_an_event_has_a_title_in_one_language_at_least(self):
        self.client.force_login(make_alice())
        hours = {"starts_at_0": "01/02/2027", "starts_at_1": "10:00", "ends_at_0": "01/02/2027", "ends_at_1": "11:00"}
        fields = hours | {"kind": "meetup", "language": "en"}
        response = self.fill("/admin/blog/event/add/", "event_form", fields)
        self.assertIn("title_fr", response.context["adminform"].form.errors)
        self.fill("/admin/blog/event/add/", "event_form", fields | {"title_en": "An evening"})
        self.assertEqual(Event.objects.get().slug, "an-evening")
