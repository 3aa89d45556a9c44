"""What the database holds to, whoever writes into it."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.utils import timezone

from blog.models import Category, Listing, OldAddress, Post, Tribune
from tests.factories import (
    make_author,
    make_category,
    make_event,
    make_image,
    make_partner,
    make_post,
    make_tag,
    make_translation,
    make_tribune,
)


class ConstraintTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def assert_refused(self, **changes):
        with self.assertRaises(IntegrityError), transaction.atomic():
            Post.objects.filter(pk=self.post.pk).update(**changes)

    def test_published_post_needs_a_disclosure(self):
        self.assert_refused(disclosure="")

    def test_published_post_needs_a_date(self):
        self.assert_refused(published_at=None)

    def test_published_post_needs_a_category(self):
        self.assert_refused(category=None)

    def test_relation_names_its_other_side(self):
        self.assert_refused(disclosure="client", disclosure_with="")

    def test_post_is_not_its_own_translation(self):
        self.assert_refused(translation_of=self.post.pk)

    def test_timed_comments_need_days(self):
        self.assert_refused(comment_policy="timed")

    def test_draft_may_lack_all_of_it(self):
        draft = Post.objects.create(language="fr", title="Ébauche", slug="ebauche")
        self.assertEqual(draft.status, Post.Status.DRAFT)

    def test_slug_is_taken_once_a_language(self):
        with self.assertRaises(IntegrityError), transaction.atomic():
            make_post()
        self.assertEqual(make_post(language="en").language, "en")

    def test_original_has_one_translation_a_language(self):
        make_translation(self.post)
        with self.assertRaises(IntegrityError), transaction.atomic():
            make_translation(self.post, slug="another")

    def test_translation_of_a_translation_is_refused(self):
        english = make_translation(self.post)
        third = make_post(slug="troisieme", language="fr")
        third.translation_of = english
        with self.assertRaises(ValidationError):
            third.full_clean()

    def test_published_tribune_needs_its_address(self):
        tribune = make_tribune(self.post)
        with self.assertRaises(IntegrityError), transaction.atomic():
            Tribune.objects.filter(pk=tribune.pk).update(url="")

    def test_teaser_is_not_the_canonical_copy(self):
        tribune = make_tribune(self.post)
        with self.assertRaises(IntegrityError), transaction.atomic():
            Tribune.objects.filter(pk=tribune.pk).update(canonical="here")

    def test_event_does_not_end_before_it_starts(self):
        event = make_event()
        with self.assertRaises(IntegrityError), transaction.atomic():
            type(event).objects.filter(pk=event.pk).update(ends_at=event.starts_at - timedelta(1))

    def test_old_address_leads_to_one_thing(self):
        with self.assertRaises(IntegrityError), transaction.atomic():
            OldAddress.objects.create(path="/x/", post=self.post, category=self.post.category)


class VisibilityTests(TestCase):
    def test_scheduled_post_appears_when_its_hour_has_come(self):
        hour = timezone.now() + timedelta(hours=1)
        post = make_post(published_at=hour)
        self.assertFalse(post.is_published())
        self.assertTrue(post.is_scheduled())
        self.assertNotIn(post, Post.objects.published())
        self.assertIn(post, Post.objects.published(now=hour))
        self.assertTrue(post.is_published(now=hour))

    def test_queryset_and_model_agree(self):
        for status in Post.Status.values:
            post = make_post(slug=f"un-{status}".replace("_", "-"), status=status)
            with self.subTest(status):
                self.assertEqual(post.is_published(), post in Post.objects.published())


class RenderingTests(TestCase):
    def test_source_is_kept_and_typography_is_rendered(self):
        post = make_post(body="<p>Une bonne idée ?</p>")
        self.assertEqual(post.body, "<p>Une bonne idée ?</p>")
        self.assertIn("idée\u202f?", post.body_html)

    def test_script_written_by_code_is_cleaned(self):
        post = make_post(body="<p>Bon<script>alert(1)</script></p>")
        self.assertNotIn("script", post.body + post.body_html)

    def test_change_of_text_makes_a_revision(self):
        post = make_post()
        post.save()
        self.assertEqual(post.revision, 1)
        post.body = "<p>Autre chose.</p>"
        post.save()
        self.assertEqual(Post.objects.get().revision, 2)

    def test_translation_of_an_older_revision_is_outdated(self):
        post = make_post()
        english = make_translation(post)
        self.assertFalse(english.is_translation_outdated())
        post.title = "Autre titre"
        post.save()
        self.assertTrue(Post.objects.get(pk=english.pk).is_translation_outdated())

    def test_picture_in_the_text_is_found_and_rendered(self):
        image = make_image()
        post = make_post(body=f'<figure data-image="{image.pk}"></figure>')
        self.assertEqual(list(post.pictures.all()), [image])
        self.assertIn('alt="Une urne"', post.body_html)
        self.assertIn("srcset", Post.objects.get().body_html)

    def test_mended_alternative_text_reaches_the_stored_page(self):
        image = make_image()
        make_post(body=f'<figure data-image="{image.pk}"></figure>')
        image.alt_fr = "Une urne de verre"
        with self.captureOnCommitCallbacks(execute=True):
            image.save()
        self.assertIn('alt="Une urne de verre"', Post.objects.get().body_html)


class AddressTests(TestCase):
    def test_moved_post_leaves_an_old_address(self):
        post = make_post()
        post.slug = "autre-adresse"
        post.save()
        old = OldAddress.objects.get()
        self.assertEqual(old.path, "/blog/2016/06/president-numerique-bonne-idee-webinaire/")
        self.assertEqual(old.target, post)

    def test_post_that_moves_back_has_no_old_address_for_where_it_is(self):
        post = make_post()
        for slug in ("ailleurs", "president-numerique-bonne-idee-webinaire"):
            post.slug = slug
            post.save()
        self.assertEqual([old.path for old in OldAddress.objects.all()], ["/blog/2016/06/ailleurs/"])

    def test_deleted_post_is_gone(self):
        make_post()
        Post.objects.all().delete()
        self.assertIsNone(OldAddress.objects.get().target)

    def test_draft_leaves_no_address(self):
        Post.objects.create(language="fr", title="Ébauche", slug="ebauche").delete()
        self.assertFalse(OldAddress.objects.exists())

    def test_moved_category_takes_those_below_with_it(self):
        top = make_category()
        child = make_category(slug="cloud", name_fr="Nuage", name_en="Cloud", parent=top)
        top.slug = "numerique"
        top.save()
        child.refresh_from_db()
        self.assertEqual(child.path, "numerique/cloud")
        self.assertEqual(
            {old.path for old in OldAddress.objects.all()},
            {
                "/categorie/economie-et-numerique/",
                "/en/category/economie-et-numerique/",
                "/categorie/economie-et-numerique/cloud/",
                "/en/category/economie-et-numerique/cloud/",
            },
        )

    def test_renamed_author_leaves_an_old_address_a_language(self):
        author = make_author()
        author.slug = "y-gourvennec"
        author.save()
        paths = {old.path for old in OldAddress.objects.filter(author=author)}
        self.assertEqual(paths, {"/auteurs/yann-gourvennec/", "/en/authors/yann-gourvennec/"})


class CategoryTests(TestCase):
    def test_loop_is_refused(self):
        top = make_category()
        child = make_category(slug="cloud", parent=top)
        top.parent = child
        with self.assertRaises(ValidationError):
            top.full_clean()

    def test_own_parent_is_refused(self):
        top = make_category()
        top.parent = top
        with self.assertRaises(ValidationError):
            top.full_clean()

    def test_fourth_level_is_refused(self):
        parent = None
        for slug in ("un", "deux", "trois"):
            parent = make_category(slug=slug, parent=parent)
        with self.assertRaises(ValidationError):
            Category(slug="quatre", name_fr="4", name_en="4", parent=parent).full_clean()


class ListingTests(TestCase):
    def lists_of(self, post):
        return {(row.category or row.tag or row.author) for row in Listing.objects.filter(post=post)}

    def test_post_is_listed_by_category_parents_tags_and_authors(self):
        top = make_category()
        child = make_category(slug="cloud", parent=top)
        tag, author = make_tag(), make_author()
        post = make_post(category=child, tags=[tag], authors=[author])
        self.assertEqual(self.lists_of(post), {top, child, tag, author})

    def test_withdrawn_post_is_in_no_list(self):
        post = make_post(tags=[make_tag()])
        post.status = Post.Status.WITHDRAWN
        post.save()
        self.assertEqual(self.lists_of(post), set())

    def test_removed_tag_and_author_leave_the_list(self):
        post = make_post(tags=[make_tag()], authors=[make_author()])
        post.tags.clear()
        post.authorships.get().delete()
        self.assertEqual(self.lists_of(post), {post.category})

    def test_deleted_post_leaves_its_lists_with_its_authors(self):
        for is_one in (True, False):
            with self.subTest(is_one=is_one):
                post = make_post(slug="a-supprimer", authors=[make_author(slug=f"qui-{is_one}")])
                key = post.pk
                if is_one:
                    post.delete()
                else:
                    Post.objects.filter(pk=key).delete()
                self.assertFalse(Listing.objects.filter(post_id=key).exists())

    def test_moved_category_moves_the_lists(self):
        top, other = make_category(), make_category(slug="medias")
        child = make_category(slug="cloud", parent=top)
        post = make_post(category=child)
        child.parent = other
        child.save()
        self.assertEqual(self.lists_of(post), {other, child})


class PartnerTests(TestCase):
    def test_tribune_shows_only_when_both_copies_are_out(self):
        partner = make_partner()
        post = make_post()
        make_tribune(post, partner)
        draft = make_post(slug="ebauche", status="draft")
        make_tribune(draft, partner)
        make_tribune(make_post(slug="acceptee"), partner, state="accepted")
        self.assertEqual([tribune.post for tribune in Tribune.objects.published()], [post])
