"""Pictures, categories, tags, events, partners, pages and old addresses in the admin."""

from datetime import UTC, datetime

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase

from blog.models import Category, Event, Image, OldAddress, Page, Partner, Tag
from tests.factories import (
    make_alice,
    make_author,
    make_bob,
    make_category,
    make_event,
    make_image,
    make_page,
    make_partner,
    make_post,
    make_tag,
    make_tribune,
    make_upload,
)
from tests.forms import FormTestCase
from tests.pictures.hostile import png_bomb


class EditorTestCase(FormTestCase, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()

    def setUp(self):
        self.client.force_login(self.alice)

    def assertErrors(self, response, *fields):
        self.assertEqual(response.status_code, 200)
        self.assertEqual(set(response.context["adminform"].form.errors), set(fields))


class ImageTests(EditorTestCase):
    ADD = "/admin/blog/image/add/"

    def test_a_picture_is_added(self):
        self.fill(self.ADD, "image_form", {"title": "Urne", "file": make_upload(), "alt_fr": "Une urne"})
        image = Image.objects.get()
        self.assertEqual((image.width, image.height), (800, 450))

    def test_what_is_no_picture_is_an_error_there_and_the_rest_stays(self):
        for name, content in {
            "page.jpg": b"<html><script>alert(1)</script>",
            "empty.png": b"",
            "bomb.png": png_bomb(12_000, 12_000),
        }.items():
            with self.subTest(name=name):
                upload = SimpleUploadedFile(name, content, content_type="image/png")
                response = self.fill(self.ADD, "image_form", {"title": "Titre tapé", "file": upload})
                self.assertErrors(response, "file")
                self.assertContains(response, "Titre tapé")

    def test_a_focal_point_outside_is_an_error(self):
        image = make_image()
        response = self.fill(f"/admin/blog/image/{image.pk}/change/", "image_form", {"focal_x": "101"})
        self.assertErrors(response, "focal_x")

    def test_pictures_of_a_partner_whose_rights_nobody_knows_are_found(self):
        there = {"source": "https://example.org/une.jpg"}
        unknown = make_image(title="Inconnue", credit="Le carnet (example.org)", **there)
        noted = make_image(title="Notée", credit="Le carnet (example.org)", licence="CC BY 4.0", **there)
        nobody = make_image(title="De personne", licence="CC0", **there)
        own = make_image(title="La nôtre", credit="La rédaction")
        for query, found in {
            "to_check": {unknown, nobody},
            "noted": {noted, nobody},
            "no_credit": {nobody},
            "nonsense": {unknown, noted, nobody, own},
        }.items():
            answer = self.client.get(f"/admin/blog/image/?rights={query}")
            self.assertEqual(set(answer.context["cl"].queryset), found)
        self.client.cookies["django_language"] = "en"
        self.assertContains(self.client.get("/admin/blog/image/"), "to be checked")

    def test_pictures_without_a_text_for_the_blind_are_found(self):
        mute, described = make_image(title="Muette", alt_fr=""), make_image(title="Décrite")
        for query, found in {"alt=no_fr": {mute}, "alt=no_en": set(), "alt=both": {described}}.items():
            with self.subTest(query=query):
                response = self.client.get(f"/admin/blog/image/?{query}")
                self.assertEqual(set(response.context["cl"].result_list), found)

    def test_where_it_is_used(self):
        image = make_image()
        make_post(cover=image, title="La couverture")
        make_post(slug="b", title="Le texte", body=f'<figure data-image="{image.pk}"><img src="x" alt=""></figure>')
        make_page(title="La page", body=f'<figure data-image="{image.pk}"><img src="x" alt=""></figure>')
        make_partner(logo=image, name="Le pair")
        response = self.client.get(f"/admin/blog/image/{image.pk}/change/")
        for place in ("La couverture", "Le texte", "La page", "Le pair"):
            self.assertContains(response, place)

    def test_a_picture_that_is_used_stays(self):
        image = make_image()
        make_post(cover=image)
        address = f"/admin/blog/image/{image.pk}/delete/"
        self.assertEqual(self.client.post(address, {"post": "yes"}).status_code, 403)

    def test_a_deleted_picture_leaves_no_file(self):
        image = make_image(file=make_upload(size=(640, 200)))
        name = image.file.name
        self.client.post(f"/admin/blog/image/{image.pk}/delete/", {"post": "yes"})
        self.assertFalse(Image.objects.exists())
        self.assertFalse(default_storage.exists(name))

    def test_a_contributor_adds_and_changes_nothing(self):
        image = make_image()
        self.client.force_login(make_bob())
        self.fill(self.ADD, "image_form", {"title": "De Bob", "file": make_upload(size=(640, 300))})
        self.assertTrue(Image.objects.filter(title="De Bob").exists())
        self.assertEqual(self.client.post(f"/admin/blog/image/{image.pk}/change/", {"title": "x"}).status_code, 403)

    def test_the_cost_of_the_list(self):
        for number in range(6):
            make_image(title=f"Image {number}")
        with self.assertNumQueries(6):
            self.client.get("/admin/blog/image/")


class CategoryTests(EditorTestCase):
    ADD = "/admin/blog/category/add/"

    def test_the_address_is_made_from_the_french_name(self):
        parent = make_category()
        names = {"name_fr": "Médias & réseaux", "name_en": "Media", "parent": parent.pk}
        self.fill(self.ADD, "category_form", names)
        self.assertEqual(Category.objects.get(name_en="Media").path, "economie-et-numerique/medias-reseaux")

    def test_two_of_one_name_in_two_places_have_one_address_each(self):
        names = {"name_fr": "Cloud", "name_en": "Cloud"}
        self.fill(self.ADD, "category_form", names)
        self.fill(self.ADD, "category_form", names)
        self.fill(self.ADD, "category_form", names | {"parent": make_category().pk})
        paths = set(Category.objects.filter(name_fr="Cloud").values_list("path", flat=True))
        self.assertEqual(paths, {"cloud", "cloud-2", "economie-et-numerique/cloud"})

    def test_it_does_not_stand_in_itself(self):
        parent = make_category()
        child = make_category(slug="cloud", name_fr="Nuage", name_en="Cloud", parent=parent)
        for inside in (parent, child):
            with self.subTest(inside=inside):
                response = self.fill(
                    f"/admin/blog/category/{parent.pk}/change/", "category_form", {"parent": inside.pk}
                )
                self.assertErrors(response, "parent")

    def test_moving_it_keeps_its_old_address(self):
        category, other = make_category(), make_category(slug="medias", name_fr="Médias", name_en="Media")
        self.fill(f"/admin/blog/category/{category.pk}/change/", "category_form", {"parent": other.pk})
        self.assertEqual(OldAddress.objects.get(path="/categorie/economie-et-numerique/").target, category)

    def test_one_with_posts_is_not_deleted(self):
        category = make_category()
        make_post(category=category)
        self.client.post(f"/admin/blog/category/{category.pk}/delete/", {"post": "yes"})
        self.assertTrue(Category.objects.filter(pk=category.pk).exists())


class TagTests(EditorTestCase):
    def test_the_address_is_made_from_the_french_name(self):
        self.fill("/admin/blog/tag/add/", "tag_form", {"name_fr": "Œuvre d’été", "name_en": "Summer work"})
        self.assertEqual(Tag.objects.get().slug, "oeuvre-d-ete")

    def test_an_address_that_is_taken_is_an_error_there(self):
        make_tag()
        data = {"name_fr": "Nuage", "name_en": "Cloud", "slug": "cloud"}
        self.assertErrors(self.fill("/admin/blog/tag/add/", "tag_form", data), "slug")


class EventTests(EditorTestCase):
    ADD = "/admin/blog/event/add/"
    TYPED = {
        "title_fr": "À New York",
        "kind": "webinar",
        "language": "fr",
        "time_zone": "America/New_York",
        "starts_at_0": "2026-03-10",
        "starts_at_1": "09:00",
        "ends_at_0": "2026-03-10",
        "ends_at_1": "10:30",
    }

    def test_hours_are_those_of_the_place(self):
        self.fill(self.ADD, "event_form", self.TYPED)
        event = Event.objects.get()
        self.assertEqual(event.starts_at, datetime(2026, 3, 10, 13, 0, tzinfo=UTC))
        self.assertEqual(event.slug, "a-new-york")

    def test_saving_it_again_moves_nothing(self):
        self.fill(self.ADD, "event_form", self.TYPED)
        event = Event.objects.get()
        self.fill(f"/admin/blog/event/{event.pk}/change/", "event_form", {})
        self.assertEqual(Event.objects.get().starts_at, event.starts_at)

    def test_what_is_wrong_is_said_at_its_field(self):
        for changes, field in (
            ({"ends_at_1": "08:00"}, "ends_at"),
            ({"time_zone": "Europe/Pariss"}, "time_zone"),
            ({"starts_at_1": "25:00"}, "starts_at"),
            ({"starts_at_0": "2026-03-08", "starts_at_1": "02:30"}, "starts_at"),
            ({"starts_at_0": "0001-01-01", "starts_at_1": "00:05"}, "starts_at"),
            ({"ends_at_0": "9999-12-31", "ends_at_1": "23:55"}, "ends_at"),
        ):
            with self.subTest(changes=changes):
                self.assertErrors(self.fill(self.ADD, "event_form", self.TYPED | changes), field)

    def test_an_hour_that_paris_skips_exists_elsewhere(self):
        self.fill(self.ADD, "event_form", self.TYPED | {"starts_at_0": "2026-03-29", "ends_at_0": "2026-03-29"})
        changes = {"starts_at_0": "2026-03-29", "starts_at_1": "02:30"}
        event = Event.objects.get()
        self.fill(f"/admin/blog/event/{event.pk}/change/", "event_form", changes)
        self.assertEqual(Event.objects.get().starts_at, datetime(2026, 3, 29, 6, 30, tzinfo=UTC))

    def test_speakers_are_kept_in_their_order(self):
        speakers = {"speakers-TOTAL_FORMS": 2, "speakers-0-name": "Deux", "speakers-0-position": 2}
        speakers |= {"speakers-1-name": "Un", "speakers-1-position": 1}
        self.fill(self.ADD, "event_form", self.TYPED | speakers)
        self.assertEqual([speaker.name for speaker in Event.objects.get().speakers.all()], ["Un", "Deux"])

    def test_the_list_tells_what_comes_from_what_is_over(self):
        make_event()
        self.assertEqual(len(self.client.get("/admin/blog/event/?when=past").context["cl"].result_list), 1)
        self.assertEqual(len(self.client.get("/admin/blog/event/?when=coming").context["cl"].result_list), 0)


class PartnerTests(EditorTestCase):
    def test_it_shows_its_tribunes(self):
        partner = make_partner()
        make_tribune(make_post(), partner, title="Là-bas")
        self.assertContains(self.client.get(f"/admin/blog/partner/{partner.pk}/change/"), "Là-bas")

    def test_it_is_added_without_an_address(self):
        fields = {"name": "L’Atelier", "keeper": "X", "language": "fr", "site": "https://example.org/", "takes": "page"}
        self.fill("/admin/blog/partner/add/?by_hand=1", "partner_form", fields)
        self.assertEqual(Partner.objects.get().slug, "l-atelier")

    def test_a_published_tribune_is_not_deleted(self):
        tribune = make_tribune(make_post())
        address = f"/admin/blog/tribune/{tribune.pk}/delete/"
        self.assertEqual(self.client.post(address, {"post": "yes"}).status_code, 403)


class PageTests(EditorTestCase):
    def test_it_is_written_and_seen(self):
        data = {"title": "À propos", "language": "fr", "body": "<p>Qui écrit ici.</p>"}
        self.fill("/admin/blog/page/add/", "page_form", data)
        self.assertEqual(Page.objects.get().slug, "a-propos")
        self.assertContains(self.client.get("/a-propos/"), "Qui écrit ici.")

    def test_a_taken_address_is_an_error_there(self):
        make_page()
        data = {"title": "Mentions légales", "language": "fr", "slug": "mentions-legales"}
        self.assertErrors(self.fill("/admin/blog/page/add/", "page_form", data), "slug")


class OldAddressTests(EditorTestCase):
    ADD = "/admin/blog/oldaddress/add/"

    def test_a_whole_address_is_cut_to_its_path(self):
        post = make_post()
        address = "https://old.example.org/?p=123"
        self.fill(self.ADD, "oldaddress_form", {"path": address, "post": post.pk})
        self.assertRedirects(self.client.get("/?p=123"), post.path(), 301)

    def test_without_a_target_it_is_gone(self):
        self.fill(self.ADD, "oldaddress_form", {"path": "/vieux/"})
        self.assertEqual(self.client.get("/vieux/").status_code, 410)

    def test_it_leads_to_one_thing(self):
        data = {"path": "/vieux/", "post": make_post().pk, "tag": make_tag().pk}
        self.assertErrors(self.fill(self.ADD, "oldaddress_form", data), "__all__")

    def test_what_is_no_path_is_an_error_there(self):
        for path in ("vieux", "http://[", "x" * 401):
            with self.subTest(path=path):
                self.assertErrors(self.fill(self.ADD, "oldaddress_form", {"path": path}), "path")

    def test_the_list_names_targets_at_a_fixed_cost(self):
        for number in range(5):
            post = make_post(slug=f"post-{number}", authors=[])
            OldAddress.objects.create(path=f"/vieux-{number}/", post=post)
            OldAddress.objects.create(path=f"/vieil-auteur-{number}/", author=make_author(slug=f"auteur-{number}"))
        with self.assertNumQueries(6):
            self.client.get("/admin/blog/oldaddress/")
        self.assertEqual(len(self.client.get("/admin/blog/oldaddress/?leads_to=gone").context["cl"].result_list), 0)
