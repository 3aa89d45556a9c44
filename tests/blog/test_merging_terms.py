"""Tags and categories merged, renamed, moved: posts, addresses, feeds, and all of it taken back."""

from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.test import TestCase

from blog.bulk_changing import forget_old
from blog.merging_terms import merge, plan_merge, undo_merge
from blog.models import BulkChange, Category, Listing, OldAddress, PartnerCategory, Post, Revision, Tag
from blog.revising import begin, content_of, keep_apart, record, restore
from tests.blog.test_admin_posts import PostAdminTestCase
from tests.blog.test_admin_posts import change as change_of
from tests.factories import make_category, make_partner, make_post, make_tag, make_user
from tests.forms import read_form

TAGS, CATEGORIES = "/admin/blog/tag/", "/admin/blog/category/"


class Leading:
    def assert_leads(self, address, to):
        response = self.client.get(address)
        self.assertEqual((response.status_code, response.get("Location")), (301, to))


class MergingTagsTests(Leading, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cloud = make_tag()
        cls.clouds = make_tag(slug="nuage", name_fr="Nuage", name_en="The cloud")
        cls.other = make_tag(slug="mobile", name_fr="Mobile", name_en="Mobile")
        cls.both = make_post(tags=[cls.cloud, cls.clouds, cls.other])
        cls.one = make_post(slug="un", tags=[cls.clouds])
        cls.none = make_post(slug="aucun", tags=[cls.other])

    def merge(self, *merged, into=None):
        return merge(into or self.cloud, merged or [self.clouds])

    def slugs_of(self, post):
        return set(post.tags.values_list("slug", flat=True))

    def test_posts_have_what_remains_once(self):
        self.merge()
        self.assertEqual(self.slugs_of(self.both), {"cloud", "mobile"})
        self.assertEqual(self.slugs_of(self.one), {"cloud"})
        self.assertEqual(self.slugs_of(self.none), {"mobile"})
        self.assertEqual(Post.tags.through.objects.filter(post=self.both, tag=self.cloud).count(), 1)

    def test_lists_of_readers_follow(self):
        self.merge()
        self.assertContains(self.client.get("/sujet/cloud/"), self.one.path())
        self.assertEqual(Listing.objects.filter(post=self.both, tag=self.cloud).count(), 1)

    def test_old_addresses_lead_on_in_both_languages_with_feeds_and_pages(self):
        self.merge()
        self.assert_leads("/sujet/nuage/", "/sujet/cloud/")
        self.assert_leads("/en/tag/nuage/", "/en/tag/cloud/")
        self.assert_leads("/sujet/nuage/?page=2", "/sujet/cloud/")
        for end in ("feed/", "feed/atom/", "feed/json/"):
            self.assert_leads(f"/sujet/nuage/{end}", f"/sujet/cloud/{end}")
            self.assert_leads(f"/en/tag/nuage/{end}", f"/en/tag/cloud/{end}")

    def test_chain_of_mergers_and_renamings_takes_one_step(self):
        self.clouds.slug = "nuages"
        self.clouds.save()
        self.merge()
        self.merge(self.cloud, into=self.other)
        self.other.slug = "mobilite"
        self.other.save()
        for slug in ("nuage", "nuages", "cloud", "mobile"):
            self.assert_leads(f"/sujet/{slug}/", "/sujet/mobilite/")

    def test_new_tag_at_an_old_address_is_shown(self):
        self.merge()
        make_tag(slug="nuage", name_fr="Météo", name_en="Weather")
        self.assertContains(self.client.get("/sujet/nuage/"), "Météo")

    def test_working_copy_names_what_remains(self):
        begin(self.one)
        copy = content_of(self.one) | {"title": "Retouché"}
        keep_apart(self.one, copy)
        change = self.merge()
        waiting = Revision.objects.waiting_for(self.one)
        self.assertEqual([row["id"] for row in waiting.content["tags"]], [self.cloud.pk])
        undo_merge(change)
        waiting.refresh_from_db()
        self.assertEqual([row["id"] for row in waiting.content["tags"]], [self.clouds.pk])

    def test_version_of_before_is_restored_with_what_remains(self):
        version = record(self.one)
        self.merge()
        self.one.tags.clear()
        self.one.status = "draft"
        self.one.save()
        restore(version)
        self.assertEqual(self.slugs_of(self.one), {"cloud"})

    def test_taken_back(self):
        key = self.clouds.pk
        undo_merge(self.merge())
        self.assertEqual(Tag.objects.get(slug="nuage").pk, key)
        self.assertEqual(self.slugs_of(self.both), {"cloud", "nuage", "mobile"})
        self.assertEqual(self.slugs_of(self.one), {"nuage"})
        self.assertContains(self.client.get("/sujet/nuage/"), self.one.path())
        self.assertFalse(OldAddress.objects.filter(path="/sujet/nuage/").exists())

    def test_old_addresses_are_given_back(self):
        self.clouds.slug = "nuages"
        self.clouds.save()
        undo_merge(self.merge())
        self.assert_leads("/sujet/nuage/", "/sujet/nuages/")

    def test_what_was_filed_otherwise_since_stays(self):
        change = self.merge()
        self.one.tags.set([self.other])
        undo_merge(change)
        self.assertEqual(self.slugs_of(self.one), {"mobile"})
        change.refresh_from_db()
        self.assertEqual(change.notes[0]["facts"], {"count": 1})

    def test_address_that_another_has_by_now(self):
        change = self.merge()
        make_tag(slug="nuage", name_fr="Météo", name_en="Weather")
        undo_merge(change)
        self.assertEqual(Tag.objects.get(name_fr="Nuage").slug, "nuage-2")

    def test_once_only_and_for_a_month(self):
        change = self.merge()
        undo_merge(change)
        with self.assertRaises(ValidationError):
            undo_merge(change)
        change = merge(self.cloud, [Tag.objects.get(slug="nuage")])
        BulkChange.objects.filter(pk=change.pk).update(made_at=change.made_at - timedelta(days=31))
        with self.assertRaises(ValidationError):
            undo_merge(change)
        forget_old()
        change.refresh_from_db()
        self.assertEqual(change.done, {})

    def test_number_of_queries_is_not_that_of_the_posts(self):
        def cost(into, merged):
            from django.db import connection
            from django.test.utils import CaptureQueriesContext

            with CaptureQueriesContext(connection) as queries:
                merge(into, [merged])
            return len(queries)

        few = cost(self.cloud, self.clouds)
        many = make_tag(slug="beaucoup", name_fr="Beaucoup", name_en="Many")
        for number in range(12):
            make_post(slug=f"texte-{number}", tags=[many])
        self.assertLessEqual(cost(self.cloud, many), few + 1)


class MergingCategoriesTests(Leading, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.kept = make_category()
        cls.gone = make_category(slug="web", name_fr="Web", name_en="The web", description_fr="Tout le web.")
        cls.child = make_category(slug="seo", name_fr="Référencement", name_en="SEO", parent=cls.gone)
        cls.main = make_post(category=cls.gone)
        cls.both = make_post(slug="deux", category=cls.kept, categories=[cls.gone])
        cls.below = make_post(slug="dessous", category=cls.child)

    def test_main_and_other_categories(self):
        merge(self.kept, [self.gone])
        self.main.refresh_from_db()
        self.assertEqual(self.main.category, self.kept)
        self.assertEqual(list(self.both.categories.all()), [])
        self.assertEqual(Listing.objects.filter(post=self.both, category=self.kept).count(), 1)

    def test_children_move_along_and_all_addresses_lead_on(self):
        merge(self.kept, [self.gone])
        self.assert_leads("/categorie/web/", "/categorie/economie-et-numerique/")
        self.assert_leads("/categorie/web/seo/", "/categorie/economie-et-numerique/seo/")
        self.assert_leads("/en/category/web/seo/feed/", "/en/category/economie-et-numerique/seo/feed/")
        self.assertContains(self.client.get("/categorie/economie-et-numerique/"), self.below.path())

    def test_description_fills_a_gap_and_names_are_told(self):
        plan = plan_merge(self.kept, [self.gone])
        fates = {(fate.term.pk, fate.words): fate.is_kept for fate in plan.names}
        self.assertEqual(fates[self.gone.pk, "Web"], False)
        self.assertEqual(fates[self.gone.pk, "Tout le web."], True)
        change = merge(self.kept, [self.gone])
        self.kept.refresh_from_db()
        self.assertEqual(self.kept.description_fr, "Tout le web.")
        undo_merge(change)
        self.kept.refresh_from_db()
        self.assertEqual(self.kept.description_fr, "")

    def test_taken_back(self):
        undo_merge(merge(self.kept, [self.gone]))
        self.main.refresh_from_db()
        self.child.refresh_from_db()
        self.assertEqual(self.main.category_id, self.gone.pk)
        self.assertEqual(self.child.path, "web/seo")
        self.assertEqual(list(self.both.categories.all()), [self.gone])
        self.assertContains(self.client.get("/categorie/web/"), self.below.path())
        self.assert_leads("/categorie/economie-et-numerique/seo/", "/categorie/web/seo/")

    def test_what_partners_call_them(self):
        first, second = make_partner(), make_partner(name="Autre", slug="autre", site="https://autre.example/")
        PartnerCategory.objects.create(partner=first, category=self.kept, name="Éco")
        PartnerCategory.objects.create(partner=first, category=self.gone, name="Internet")
        PartnerCategory.objects.create(partner=second, category=self.gone, name="Toile")
        change = merge(self.kept, [self.gone])
        names = PartnerCategory.objects.order_by("partner").values_list("partner", "category", "name")
        self.assertEqual(list(names), [(first.pk, self.kept.pk, "Éco"), (second.pk, self.kept.pk, "Toile")])
        undo_merge(change)
        self.assertEqual(PartnerCategory.objects.filter(category=self.gone).count(), 2)

    def test_category_below_the_one_that_remains(self):
        merge(self.gone, [self.child])
        self.below.refresh_from_db()
        self.assertEqual(self.below.category, self.gone)
        self.assert_leads("/categorie/web/seo/", "/categorie/web/")

    def test_nothing_is_merged_into_what_stands_below_it(self):
        with self.assertRaises(ValidationError):
            merge(self.child, [self.gone])

    def test_two_children_with_one_address(self):
        make_category(slug="seo", name_fr="Autre", name_en="Other", parent=self.kept)
        with self.assertRaisesMessage(ValidationError, "economie-et-numerique/seo"):
            merge(self.kept, [self.gone])
        self.assertTrue(Category.objects.filter(pk=self.gone.pk).exists())

    def test_parent_and_child_at_once(self):
        change = merge(self.kept, [self.gone, self.child])
        self.assertEqual(list(Category.objects.all()), [self.kept])
        self.assert_leads("/categorie/web/seo/", "/categorie/economie-et-numerique/")
        undo_merge(change)
        self.assertEqual(Category.objects.get(pk=self.child.pk).path, "web/seo")

    def test_all_that_points_at_a_term_is_known_here(self):
        """A new relation to tags or categories has to be merged too."""
        known = {
            Tag: {"OldAddress.tag", "Listing.tag", "Post.tags"},
            Category: {
                "OldAddress.category", "Category.parent", "Listing.category", "Post.category", "Post.categories",
                "PartnerCategory.category",
            },
        }  # fmt: skip
        for model, names in known.items():
            fields = [
                one for one in model._meta.get_fields(include_hidden=True) if one.auto_created and one.is_relation
            ]
            there = {f"{one.related_model.__name__}.{one.field.name}" for one in fields}
            self.assertEqual({name for name in there if not name.startswith("Post_")}, names)


class MovingTests(Leading, PostAdminTestCase):
    def test_renamed_and_moved_categories_lead_on(self):
        other = make_category(slug="web", name_fr="Web", name_en="The web")
        self.fill(f"{CATEGORIES}{other.pk}/change/", "category_form", {"slug": "toile", "parent": self.category.pk})
        self.assert_leads("/categorie/web/", "/categorie/economie-et-numerique/toile/")

    def test_no_loops(self):
        child = make_category(slug="web", name_fr="Web", name_en="The web", parent=self.category)
        response = self.fill(f"{CATEGORIES}{self.category.pk}/change/", "category_form", {"parent": child.pk})
        self.assertContains(response, "errorlist")
        self.category.refresh_from_db()
        self.assertIsNone(self.category.parent)


class OpenFormTests(PostAdminTestCase):
    """What somebody chose in a form that was open while it was merged into another."""

    def save_after(self, change, post, **others):
        fields, _buttons = read_form(self.client.get(change_of(post)).content.decode(), "post_form")
        change()
        return self.client.post(change_of(post), fields | {"_save": ""} | others)

    def test_it_stands_for_what_took_it_in(self):
        gone, kept = make_tag(slug="nuage", name_fr="Nuage", name_en="The cloud"), make_tag()
        old, new = make_category(slug="vieux"), make_category(slug="neuf")
        post = make_post(slug="ouvert", status="draft", published_at=None, category=None)

        def mergers():
            merge(kept, [gone])
            merge(new, [old])

        chosen = {"tags": [gone.pk], "category": old.pk, "categories": [old.pk]}
        response = self.save_after(mergers, post, **chosen)
        self.assertEqual(response.status_code, 302, getattr(response, "context_data", None))
        post.refresh_from_db()
        self.assertEqual((list(post.tags.all()), post.category, list(post.categories.all())), ([kept], new, [new]))

    def test_what_was_deleted_is_told(self):
        gone = make_tag(slug="nuage", name_fr="Nuage", name_en="The cloud")
        post = make_post(slug="ouvert", status="draft", published_at=None)
        key = gone.pk
        response = self.save_after(gone.delete, post, tags=[key])
        self.assertIn("tags", response.context_data["adminform"].form.errors)


class MergingPageTests(PostAdminTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.cloud = make_tag()
        cls.clouds = make_tag(slug="nuage", name_fr="Nuage", name_en="The cloud")
        cls.post.tags.set([cls.clouds])

    def address(self, *terms):
        return f"{TAGS}merge/?" + "&".join(f"terms={term.pk}" for term in terms)

    def test_from_the_list_to_the_merger_and_back(self):
        response = self.client.post(
            TAGS, {"action": "merge", "_selected_action": [self.cloud.pk, self.clouds.pk]}, follow=True
        )
        self.assertContains(response, "/sujet/nuage/")
        self.assertContains(response, "The cloud")
        response = self.fill(self.address(self.cloud, self.clouds), "merge_form", {}, button="_merge", follow=True)
        change = BulkChange.objects.get()
        self.assertContains(response, f"/admin/blog/bulkchange/{change.pk}/change/")
        self.assertEqual(list(self.post.tags.all()), [self.cloud])
        self.fill(
            f"/admin/blog/bulkchange/{change.pk}/change/",
            "undo_form",
            {},
            button="",
            to=f"/admin/blog/bulkchange/{change.pk}/undo/",
        )
        self.assertEqual(list(self.post.tags.values_list("slug", flat=True)), ["nuage"])
        self.assertEqual(LogEntry.objects.filter(object_id=change.pk, user=self.alice).count(), 2)

    def test_which_remains_is_chosen(self):
        page = self.client.get(f"{self.address(self.cloud, self.clouds)}&kept={self.clouds.pk}")
        self.assertEqual(page.context["plan"].kept, self.clouds)

    def test_one_alone_or_nonsense(self):
        for query in ("", "?terms=abc", f"?terms={self.cloud.pk}", "?terms=99999999999999999999"):
            self.assertEqual(self.client.get(f"{TAGS}merge/{query}").status_code, 200)

    def test_others_may_not(self):
        for user in (self.bob, self.carol, make_user("ada", group="author")):
            self.client.force_login(user)
            sent = {"terms": [self.cloud.pk, self.clouds.pk], "kept": self.cloud.pk, "_merge": "1"}
            self.assertEqual(self.client.post(f"{TAGS}merge/", sent).status_code, 403)
            self.client.post(TAGS, {"action": "merge", "_selected_action": [self.cloud.pk, self.clouds.pk]})
        self.assertEqual(Tag.objects.count(), 2)
