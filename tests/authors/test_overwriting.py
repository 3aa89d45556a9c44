"""Two editors at one form: pages, authors, categories and whatever else has no versions."""

from django.test import TestCase

from blog.models import Page
from tests.factories import make_author, make_category, make_event, make_tag, make_user
from tests.forms import read_form


class OverwritingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice = make_user("alice", is_superuser=True, is_staff=True)
        cls.page = Page.objects.create(language="fr", title="Mentions", slug="mentions", body="<p>Avant.</p>")

    def setUp(self):
        self.client.force_login(self.alice)

    def open(self, address: str) -> dict:
        return read_form(self.client.get(address).content.decode(), self.form_of(address))[0]

    def form_of(self, address: str) -> str:
        return f"{address.split('/')[3]}_form"

    def save(self, address: str, fields: dict, **changes):
        return self.client.post(address, fields | changes | {"_save": "1"}, headers={"accept-language": "en"})

    def test_the_second_of_two_is_told_and_loses_nothing(self):
        address = f"/admin/blog/page/{self.page.pk}/change/"
        first, second = self.open(address), self.open(address)
        self.save(address, first, body="<p>De la première.</p>")
        response = self.save(address, second, body="<p>Du second.</p>")
        self.assertContains(response, "Somebody has changed this since you opened the form.")
        self.assertContains(response, "De la première.")
        self.assertContains(response, "Du second.")
        self.page.refresh_from_db()
        self.assertEqual(self.page.body, "<p>De la première.</p>")
        again = read_form(response.content.decode(), "page_form")[0]
        self.assertEqual(self.save(address, again).status_code, 302)
        self.page.refresh_from_db()
        self.assertEqual(self.page.body, "<p>Du second.</p>")

    def test_what_only_the_first_changed_stays_also_after_a_conflict(self):
        address = f"/admin/blog/page/{self.page.pk}/change/"
        first, second = self.open(address), self.open(address)
        self.save(address, first, title="Mentions légales", body="<p>Une.</p>")
        response = self.save(address, second, body="<p>Deux.</p>", position="7")
        again = read_form(response.content.decode(), "page_form")[0]
        response = self.save(address, again)
        self.page.refresh_from_db()
        self.assertEqual((self.page.title, self.page.body, self.page.position), ("Mentions légales", "<p>Deux.</p>", 7))
        self.assertContains(self.client.get(response.url, headers={"accept-language": "en"}), "and that stays: Title")

    def test_every_kind_of_row(self):
        author = make_author(biography_fr="Avant.")
        rows = {
            f"/admin/authors/author/{author.pk}/change/": ("biography_fr", "biography_en"),
            f"/admin/blog/category/{make_category().pk}/change/": ("description_fr", "description_en"),
            f"/admin/blog/tag/{make_tag().pk}/change/": ("name_fr", "name_en"),
        }
        for address, (name, other) in rows.items():
            with self.subTest(address=address):
                first, second = self.open(address), self.open(address)
                self.assertEqual(self.save(address, first, **{name: "De l’une\r\net encore"[:60]}).status_code, 302)
                self.assertEqual(self.save(address, second, **{other: "Of the other"}).status_code, 302)
                third = self.open(address)
                self.assertIn("De l’une", third[name][0])
                self.assertEqual(third[other], ["Of the other"])
                self.assertContains(self.save(address, second, **{name: "Autre"}), "Somebody has changed this")

    def test_the_hours_of_an_event_are_those_of_its_place(self):
        event = make_event()
        address = f"/admin/blog/event/{event.pk}/change/"
        first, second = self.open(address), self.open(address)
        self.save(address, first, starts_at_1="10:30", ends_at_1="12:00")
        self.assertEqual(self.save(address, second, title_fr="Autre titre").status_code, 302)
        event.refresh_from_db()
        self.assertEqual((event.title_fr, event.starts_at.hour), ("Autre titre", 8))
        response = self.save(address, second, starts_at_1="11:30")
        self.assertContains(response, "10:30")
        self.assertContains(response, "Somebody has changed this")

    def test_alone_nobody_is_told_anything_and_nonsense_is_no_error(self):
        address = f"/admin/blog/page/{self.page.pk}/change/"
        for seen in ("{", "[1]", "null", '{"body": 1}', '{"x": "y"}'):
            with self.subTest(seen=seen):
                self.assertLess(self.save(address, self.open(address), seen=seen).status_code, 400)
        fields = self.open(address)
        self.assertEqual(self.save(address, fields, body="<p>Un.</p>").status_code, 302)
        self.page.refresh_from_db()
        self.assertEqual(self.page.body, "<p>Un.</p>")
