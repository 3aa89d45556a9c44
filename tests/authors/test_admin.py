"""Profiles in the admin, and what all its forms and lists have in common."""

from django.test import SimpleTestCase, TestCase

from authors.editing import MOST_COUNTED, LongListPaginator
from authors.models import Author
from authors.slugs import find_free_slug, is_made_from, make_slug
from blog.models import Tag
from tests.factories import make_alice, make_author, make_bob, make_carol, make_tag, make_upload
from tests.forms import FormTestCase
from tests.pictures.hostile import png_bomb, upload

ADD = "/admin/authors/author/add/"
LIST = "/admin/authors/author/"


def change(author: Author) -> str:
    return f"{LIST}{author.pk}/change/"


class AuthorTests(FormTestCase, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice, cls.bob = make_alice(), make_bob()
        cls.author = make_author()
        cls.bobs = make_author(name="Bob Lenoir", slug="bob", user=cls.bob)

    def setUp(self):
        self.client.force_login(self.alice)

    def test_a_profile_is_added_with_its_links(self):
        links = {"links-TOTAL_FORMS": 1, "links-0-network": "mastodon", "links-0-address": "https://example.org/@x"}
        links |= {"links-0-position": 1}
        self.fill(ADD, "author_form", {"name": "Solène Kervadec", "portrait": make_upload()} | links)
        author = Author.objects.get(slug="solene-kervadec")
        self.assertEqual((author.sort_name, author.links.get().network), ("Kervadec, Solène", "mastodon"))
        self.assertTrue(author.portrait)

    def test_what_is_no_picture_is_an_error_and_the_rest_stays(self):
        for picture in (upload(b"<svg onload=alert(1)>"), upload(png_bomb(12_000, 12_000))):
            response = self.fill(
                ADD, "author_form", {"name": "Tapé", "biography_fr": "Longuement.", "portrait": picture}
            )
            self.assertEqual(set(response.context["adminform"].form.errors), {"portrait"})
            self.assertContains(response, "Longuement.")

    def test_one_link_stands_once(self):
        links = {"links-TOTAL_FORMS": 2}
        for number in (0, 1):
            links |= {f"links-{number}-network": "x", f"links-{number}-address": "https://example.org/x"}
            links |= {f"links-{number}-position": number}
        response = self.fill(change(self.author), "author_form", links)
        self.assertEqual(response.status_code, 200)
        self.assertFalse(self.author.links.exists())

    def test_a_contributor_writes_their_own_profile_only(self):
        self.client.force_login(self.bob)
        self.fill(change(self.bobs), "author_form", {"biography_fr": "Bob écrit."})
        self.bobs.refresh_from_db()
        self.assertEqual(self.bobs.biography_fr, "Bob écrit.")
        self.assertEqual(self.client.post(change(self.author), {"name": "x"}).status_code, 403)
        self.assertEqual(self.client.get(ADD).status_code, 403)

    def test_a_contributor_decides_neither_on_account_nor_address(self):
        self.client.force_login(self.bob)
        forged = {"slug": "autre", "user": self.alice.pk, "is_listed": "", "sort_name": "Aaa"}
        self.fill(change(self.bobs), "author_form", forged)
        self.bobs.refresh_from_db()
        self.assertEqual((self.bobs.slug, self.bobs.user, self.bobs.is_listed), ("bob", self.bob, True))

    def test_a_moderator_sees_no_profiles(self):
        self.client.force_login(make_carol())
        self.assertEqual(self.client.get(LIST).status_code, 403)

    def test_the_cost_of_the_list(self):
        for number in range(6):
            make_author(name=f"Auteur {number}", slug=f"auteur-{number}")
        with self.assertNumQueries(6):
            self.client.get(LIST)

    def test_nonsense_to_the_autocompletion(self):
        for query in ("", "?app_label=x", "?app_label=blog&model_name=post&field_name=title&term=a"):
            with self.subTest(query=query):
                self.assertEqual(self.client.get(f"/admin/autocomplete/{query}").status_code, 403)

    def test_the_autocompletion_finds_authors(self):
        query = "?app_label=blog&model_name=authorship&field_name=author&term=lenoir"
        results = self.client.get(f"/admin/autocomplete/{query}").json()["results"]
        self.assertEqual([result["text"] for result in results], ["Bob Lenoir"])


class SlugTests(SimpleTestCase):
    def test_french_and_others_become_addresses(self):
        for text, slug in {
            "L’été à Nîmes : une œuvre ?": "l-ete-a-nimes-une-oeuvre",
            "Ça, c’est « très » bien…": "ca-c-est-tres-bien",
            "Ægypt, Straße, Łódź": "aegypt-strasse-lodz",
            "  50 % de plus_que  ": "50-de-plus-que",
            "你好": "",
            "": "",
        }.items():
            with self.subTest(text=text):
                self.assertEqual(make_slug(text, 80), slug)

    def test_a_long_one_is_cut_between_words(self):
        self.assertEqual(make_slug("un deux trois quatre", 12), "un-deux")
        self.assertEqual(make_slug("un deux trois quatre", 13), "un-deux-trois")
        self.assertEqual(make_slug("anticonstitutionnellement", 10), "anticonsti")

    def test_it_knows_what_it_made(self):
        self.assertTrue(is_made_from("un-titre", "Un titre", 80))
        self.assertTrue(is_made_from("un-titre-2", "Un titre", 80))
        self.assertFalse(is_made_from("choisie", "Un titre", 80))
        self.assertFalse(is_made_from("2016", "Un titre", 80))


class FreeSlugTests(TestCase):
    def test_the_first_number_that_is_free_is_added(self):
        make_tag(slug="cloud")
        make_tag(slug="cloud-2")
        self.assertEqual(find_free_slug("cloud", Tag.objects.all(), 80), "cloud-3")
        self.assertEqual(find_free_slug("cloud-2", Tag.objects.all(), 7), "cloud-3")
        self.assertEqual(find_free_slug("nuage", Tag.objects.all(), 80), "nuage")


class LongListPaginatorTests(TestCase):
    def test_it_counts_no_further_than_anybody_turns_pages(self):
        Tag.objects.bulk_create(
            Tag(slug=f"tag-{number}", name_fr="x", name_en="x") for number in range(MOST_COUNTED + 5)
        )
        paginator = LongListPaginator(Tag.objects.order_by("slug"), 50)
        with self.assertNumQueries(1):
            self.assertEqual((paginator.count, paginator.is_cut_short), (MOST_COUNTED, True))

    def test_a_short_list_is_counted(self):
        make_tag()
        paginator = LongListPaginator(Tag.objects.order_by("slug"), 50)
        self.assertEqual((paginator.count, paginator.is_cut_short), (1, False))
