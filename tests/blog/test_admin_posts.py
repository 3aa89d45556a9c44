"""Writing a post in the admin: from nothing to readers, by each role."""

import json
from datetime import UTC, datetime, timedelta

from django.contrib.admin.models import LogEntry
from django.test import TestCase
from django.utils import timezone

from authors.models import Author
from blog.models import Post
from tests.factories import (
    make_alice,
    make_author,
    make_bob,
    make_carol,
    make_category,
    make_comment,
    make_dora,
    make_event,
    make_image,
    make_partner,
    make_post,
    make_sponsor,
    make_tag,
    make_translation,
    make_tribune,
    make_user,
)
from tests.forms import FormTestCase, read_form

ADD = "/admin/blog/post/add/"
LIST = "/admin/blog/post/"


def change(post: Post) -> str:
    return f"/admin/blog/post/{post.pk}/change/"


class PostAdminTestCase(FormTestCase, TestCase):
    """Alice edits and Bob contributes, both with a profile."""

    @classmethod
    def setUpTestData(cls):
        cls.alice, cls.bob, cls.carol = make_alice(), make_bob(), make_carol()
        cls.alices = make_author(user=cls.alice)
        cls.bobs = make_author(name="Bob Lenoir", slug="bob-lenoir", user=cls.bob)
        cls.category = make_category()
        cls.post = make_post(authors=[cls.alices])
        cls.bobs_draft = make_post(
            title="Brouillon", slug="brouillon", status="draft", published_at=None, disclosure="", authors=[cls.bobs]
        )

    def setUp(self):
        self.client.force_login(self.alice)

    def write(self, changes, **kwargs):
        return self.fill(ADD, "post_form", {"title": "L’œuvre, à Nîmes : un bilan ?"} | changes, **kwargs)

    def send(self, post, changes=None, **kwargs):
        """Fill the form of a post and press a button; where none is named, one whose result readers see."""
        kwargs.setdefault("button", "step=published" if post.is_published() else "_save")
        response = self.fill(change(post), "post_form", changes or {}, **kwargs)
        post.refresh_from_db()
        return response


class WritingTests(PostAdminTestCase):
    def test_a_title_is_enough_for_a_draft(self):
        response = self.write({"language": "fr"})
        post = Post.objects.latest("pk")
        self.assertRedirects(response, change(post))
        self.assertEqual((post.status, post.slug), ("draft", "l-oeuvre-a-nimes-un-bilan"))

    def test_who_writes_is_the_author_where_nobody_was_named(self):
        self.write({})
        self.assertEqual([author.pk for author in Post.objects.latest("pk").byline], [self.alices.pk])

    def test_from_nothing_to_published(self):
        body = "<p>Un texte.</p>"
        answers = {"body": body, "standfirst": "Un chapeau.", "disclosure": "none", "category": self.category.pk}
        response = self.write(answers, button="step=published", follow=True)
        post = Post.objects.latest("pk")
        self.assertContains(response, f'href="{post.path()}"')
        self.assertContains(self.client.get(post.path()), "Un texte.")
        self.assertLess(timezone.now() - post.published_at, timedelta(minutes=1))

    def test_the_first_button_publishes_nothing(self):
        html = self.client.get(ADD).content.decode()
        self.assertLess(html.index('name="_save"'), html.index('name="step"'))
        self.write({"disclosure": "none", "category": self.category.pk})
        self.assertEqual(Post.objects.latest("pk").status, "draft")

    def test_each_thing_that_is_lacking_is_said_at_its_field(self):
        response = self.write({}, button="step=published")
        errors = response.context["adminform"].form.errors
        self.assertEqual(set(errors), {"disclosure", "category", "standfirst", "body"})
        self.assertFalse(Post.objects.filter(slug="l-oeuvre-a-nimes-un-bilan").exists())

    def test_after_an_error_it_is_still_a_draft(self):
        response = self.send(self.bobs_draft, button="step=published")
        self.assertContains(response, 'name="step" value="published"')
        self.assertNotContains(response, 'name="step" value="withdrawn"')

    def test_what_was_typed_comes_back_with_an_error(self):
        response = self.write({"standfirst": "Tapé longtemps.", "body": "<p>Le corps.</p>"}, button="step=published")
        self.assertContains(response, "Tapé longtemps.")
        self.assertContains(response, "&lt;p&gt;Le corps.&lt;/p&gt;")

    def test_a_relation_is_named(self):
        response = self.write({"disclosure": "client"})
        self.assertIn("disclosure_with", response.context["adminform"].form.errors)

    def test_whom_it_was_with_goes_with_the_relation(self):
        self.write({"disclosure": "none", "disclosure_with": make_sponsor().pk})
        self.assertIsNone(Post.objects.latest("pk").disclosure_with)

    def test_an_address_that_another_post_has_is_an_error_there(self):
        response = self.write({"language": "fr", "slug": self.post.slug})
        self.assertIn("slug", response.context["adminform"].form.errors)

    def test_an_address_made_of_the_title_gives_way(self):
        self.write({"language": "fr", "title": self.post.title})
        self.assertEqual(Post.objects.latest("pk").slug, "president-numerique-une-bonne-idee")
        self.write({"language": "fr", "title": self.post.title})
        self.assertEqual(Post.objects.latest("pk").slug, "president-numerique-une-bonne-idee-2")

    def test_the_address_follows_the_title_of_a_draft(self):
        self.send(self.bobs_draft, {"title": "Un autre titre"})
        self.assertEqual(self.bobs_draft.slug, "un-autre-titre")

    def test_an_address_that_somebody_chose_stays(self):
        self.send(self.bobs_draft, {"slug": "choisie"})
        self.send(self.bobs_draft, {"title": "Un autre titre"})
        self.assertEqual(self.bobs_draft.slug, "choisie")

    def test_the_address_of_what_readers_know_stays(self):
        self.send(self.post, {"title": "Un autre titre"})
        self.assertEqual(self.post.slug, "president-numerique-bonne-idee-webinaire")

    def test_a_title_without_letters_needs_an_address(self):
        response = self.write({"title": "你好"})
        self.assertIn("slug", response.context["adminform"].form.errors)

    def test_comments_that_close_need_their_days(self):
        response = self.send(self.post, {"comment_policy": "timed"})
        self.assertIn("comment_days", response.context["adminform"].form.errors)

    def test_a_time_to_come_schedules(self):
        response = self.send(
            self.bobs_draft,
            {
                "disclosure": "none",
                "category": self.category.pk,
                "published_at_0": "2099-01-02",
                "published_at_1": "08:30",
            },
            button="step=published",
            follow=True,
        )
        self.assertTrue(self.bobs_draft.is_scheduled())
        self.assertEqual(self.bobs_draft.published_at, datetime(2099, 1, 2, 7, 30, tzinfo=UTC))
        self.assertContains(response, "02/01/2099 08:30")
        self.assertEqual(self.client.get(self.bobs_draft.path()).status_code, 404)

    def test_a_scheduled_post_can_become_a_draft_again(self):
        self.bobs_draft.disclosure, self.bobs_draft.status = "none", "published"
        self.bobs_draft.published_at = timezone.now() + timedelta(days=1)
        self.bobs_draft.save()
        self.send(self.bobs_draft, button="step=draft")
        self.assertEqual(self.bobs_draft.status, "draft")

    def test_withdraw_and_publish_again_keeps_the_date(self):
        published_at = self.post.published_at
        self.send(self.post, button="step=withdrawn")
        self.assertEqual(self.client.get(self.post.path()).status_code, 410)
        self.send(self.post, button="step=published")
        self.assertEqual((self.post.status, self.post.published_at), ("published", published_at))

    def test_what_readers_saw_is_not_made_a_draft_by_a_forged_button(self):
        response = self.send(self.post, {"step": "draft"}, button="")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.post.status, "published")

    def test_two_editors_do_not_overwrite_each_other_unawares(self):
        fields, _buttons = read_form(self.client.get(change(self.post)).content.decode(), "post_form")
        self.send(self.post, {"title": "Du premier"})
        response = self.client.post(change(self.post), fields | {"title": "Du second", "_save": "1"})
        self.assertContains(response, "Du second")
        self.post.refresh_from_db()
        self.assertEqual(self.post.title, "Du premier")
        fields, _buttons = read_form(response.content.decode(), "post_form")
        self.client.post(change(self.post), fields | {"step": "published"})
        self.post.refresh_from_db()
        self.assertEqual(self.post.title, "Du second")

    def test_a_change_is_on_the_site_at_once(self):
        self.send(self.post, {"title": "Retouché"})
        self.assertContains(self.client.get(self.post.path()), "Retouché")

    def test_the_history_says_what_was_done(self):
        self.send(self.post, {"title": "Retouché"}, button="step=withdrawn")
        changed = [part["changed"]["fields"] for part in json.loads(LogEntry.objects.get().change_message)]
        self.assertEqual(changed, [["Title"], ["withdrawn"]])

    def test_the_byline_keeps_its_order(self):
        self.send(
            self.post,
            {
                "authorships-TOTAL_FORMS": 2,
                "authorships-0-position": 1,
                "authorships-1-author": self.bobs.pk,
                "authorships-1-post": self.post.pk,
                "authorships-1-position": 0,
            },
        )
        self.assertEqual(Post.objects.get(pk=self.post.pk).byline, [self.bobs, self.alices])

    def test_a_published_post_is_not_deleted(self):
        self.assertEqual(self.client.post(f"{LIST}{self.post.pk}/delete/", {"post": "yes"}).status_code, 403)
        self.assertTrue(Post.objects.filter(pk=self.post.pk).exists())

    def test_a_draft_is_deleted(self):
        address = f"{LIST}{self.bobs_draft.pk}/delete/"
        self.assertContains(self.client.get(address), "trente jours")
        self.client.post(address, {"post": "yes"})
        self.assertEqual(self.client.get(change(self.bobs_draft)).status_code, 302)
        self.assertNotContains(self.client.get(LIST), change(self.bobs_draft))

    def test_nonsense_is_an_error_at_its_field(self):
        nonsense = {
            "title": "x" * 201,
            "slug": "pas une adresse",
            "language": "de",
            "published_at_0": "le 32 mars",
            "category": "x",
            "tags": ["999999"],
            "cover": "-1",
            "event": "99999999999999999999999",
            "translation_of": "\x00",
            "comment_days": "-5",
            "disclosure": "maybe",
            "body": "\x00",
        }
        response = self.write(nonsense, button="step=published")
        self.assertEqual(response.status_code, 200)
        self.assertLessEqual(set(nonsense) - {"published_at_0"}, set(response.context["adminform"].form.errors))

    def test_a_year_that_no_address_can_hold_is_an_error_at_its_field(self):
        for day in ("0001-01-01", "1899-12-31", "2100-01-01", "9999-12-31"):
            with self.subTest(day=day):
                response = self.write({"published_at_0": day, "published_at_1": "00:05"})
                self.assertContains(response, "entre 1900 et 2099")
                self.assertIn("published_at", response.context["adminform"].form.errors)


class TribuneInlineTests(PostAdminTestCase):
    def tribune(self, **changes):
        fields = {
            "partner": make_partner().pk,
            "direction": "ours_there",
            "state": "draft",
            "content": "teaser",
            "content_there": "whole",
            "canonical": "there",
        } | changes
        return {"tribunes-TOTAL_FORMS": 1} | {f"tribunes-0-{name}": value for name, value in fields.items()}

    def test_a_tribune_is_kept_with_its_post(self):
        self.send(self.post, self.tribune())
        self.assertEqual(self.post.tribunes.get().state, "draft")

    def test_a_published_one_needs_its_address(self):
        response = self.send(self.post, self.tribune(state="published"))
        formset = response.context["inline_admin_formsets"][-1].formset
        self.assertIn("url", formset.forms[0].errors)

    def test_a_teaser_is_not_canonical(self):
        response = self.send(self.post, self.tribune(canonical="here"))
        formset = response.context["inline_admin_formsets"][-1].formset
        self.assertIn("canonical", formset.forms[0].errors)

    def test_a_teaser_there_leads_to_the_original_here(self):
        agreed = self.tribune(content="whole", content_there="teaser")
        response = self.send(self.post, agreed)
        formset = response.context["inline_admin_formsets"][-1].formset
        self.assertIn("content_there", formset.forms[0].errors)
        self.send(self.post, agreed | {"tribunes-0-canonical": "here"})
        self.assertEqual(self.post.tribunes.get().content_there, "teaser")


class TranslatingTests(PostAdminTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        image = make_image()
        cls.post.cover, cls.post.event = image, make_event()
        cls.post.body = f'<p>Texte.</p><figure data-image="{image.pk}"><img src="x" alt=""></figure>'
        cls.post.disclosure, cls.post.disclosure_with = "client", make_sponsor("Orange")
        cls.post.save()
        cls.post.tags.add(make_tag())
        cls.post.categories.add(make_category(slug="medias", name_fr="Médias", name_en="Media"))

    def start(self):
        response = self.send(self.post, button="_translate=1")
        draft = Post.objects.get(translation_of=self.post)
        self.assertRedirects(response, f"{LIST}{draft.pk}/translation/")
        return draft

    def test_the_draft_has_what_goes_with_the_original(self):
        draft = self.start()
        self.assertEqual((draft.language, draft.status, draft.published_at), ("en", "draft", None))
        for name in ("cover", "event", "category", "disclosure", "disclosure_with", "body"):
            self.assertEqual(getattr(draft, name), getattr(self.post, name))
        for name in ("tags", "categories", "pictures", "authors"):
            self.assertEqual(set(getattr(draft, name).all()), set(getattr(self.post, name).all()))
        self.assertEqual(draft.translated_revision, self.post.revision)

    def test_what_was_typed_is_saved_first(self):
        self.send(self.post, {"title": "Retouché"}, button="_translate=1")
        self.assertEqual(Post.objects.get(translation_of=self.post).title, "Retouché")

    def test_the_address_follows_the_translated_title(self):
        draft = self.start()
        self.send(draft, {"title": "A digital president?"})
        self.assertEqual(draft.slug, "a-digital-president")

    def test_there_is_one_translation(self):
        self.start()
        self.assertNotContains(self.client.get(change(self.post)), 'name="_translate"')
        self.client.post(change(self.post), {"_translate": "1"})
        self.assertEqual(self.post.translations.count(), 1)

    def test_a_change_of_the_original_is_told_until_it_is_followed(self):
        draft = self.start()
        self.send(self.post, {"title": "Retouché"})
        self.assertContains(self.client.get(change(draft)), 'name="is_up_to_date"')
        self.assertContains(self.client.get(change(self.post)), "is-outdated")
        draft.refresh_from_db()
        self.assertTrue(draft.is_translation_outdated())
        self.send(draft, {"is_up_to_date": "on"})
        self.assertFalse(Post.objects.get(pk=draft.pk).is_translation_outdated())

    def test_an_original_chosen_by_hand_is_taken_as_it_is(self):
        other = make_post(language="en", title="By hand", slug="by-hand", authors=[self.alices])
        self.send(other, {"translation_of": self.post.pk})
        self.assertEqual(other.translated_revision, self.post.revision)

    def test_an_original_in_the_same_language_is_refused(self):
        response = self.send(self.bobs_draft, {"translation_of": self.post.pk})
        self.assertIn("translation_of", response.context["adminform"].form.errors)

    def test_the_versions_of_a_post_are_named(self):
        translation = make_translation(self.post)
        self.assertContains(self.client.get(change(self.post)), f'href="{change(translation)}"')
        self.assertContains(self.client.get(change(translation)), f'href="{change(self.post)}"')

    def test_a_form_that_is_shown_again_has_the_fields_that_it_had(self):
        draft = {"status": "draft", "published_at": None}
        translation = make_translation(self.post, **draft)
        by_itself = make_post(title="Alone", slug="alone", language="en", **draft)
        hidden = make_post(title="Inédit", slug="inedit", **draft)
        for post, original in ((translation, ""), (translation, hidden.pk), (by_itself, self.post.pk)):
            with self.subTest(post=post.title, original=original):
                refused = self.send(post, {"title": "", "translation_of": original})
                self.assertIn("title", refused.context["adminform"].form.errors)
                fields, _buttons = read_form(refused.content.decode(), "post_form")
                self.client.post(change(post), fields | {"title": "Mended"})
                post.refresh_from_db()
                self.assertEqual((post.title, post.translation_of_id), ("Mended", original or None))


class ContributorTests(PostAdminTestCase):
    def setUp(self):
        self.client.force_login(self.bob)

    def test_they_write_and_put_in_review(self):
        self.write({}, button="step=in_review")
        post = Post.objects.latest("pk")
        self.assertEqual((post.status, post.byline), ("in_review", [self.bobs]))

    def test_they_stay_on_the_byline_of_what_they_write(self):
        self.send(self.bobs_draft, {"authorships-0-author": self.alices.pk})
        self.assertEqual({author.pk for author in self.bobs_draft.authors.all()}, {self.alices.pk, self.bobs.pk})

    def test_there_is_no_button_to_publish(self):
        self.assertNotContains(self.client.get(change(self.bobs_draft)), 'name="step" value="published"')

    def test_a_forged_button_does_not_publish(self):
        complete = {"disclosure": "none", "category": self.category.pk, "step": "published"}
        response = self.send(self.bobs_draft, complete, button="")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.bobs_draft.status, "draft")

    def test_a_forged_action_does_not_publish(self):
        data = {"action": "publish", "_selected_action": [self.bobs_draft.pk], "index": 0}
        self.client.post(LIST, data)
        self.bobs_draft.refresh_from_db()
        self.assertEqual(self.bobs_draft.status, "draft")

    def test_a_forged_date_is_not_taken(self):
        self.send(self.bobs_draft, {"published_at_0": "2016-01-01", "published_at_1": "08:00"})
        self.assertIsNone(self.bobs_draft.published_at)

    def test_posts_of_others_are_not_theirs(self):
        draft = make_post(title="D’Alice", slug="d-alice", status="draft", published_at=None, authors=[self.alices])
        for post in (self.post, draft):
            with self.subTest(post=post.title):
                self.assertNotContains(self.client.get(LIST), post.title)
                self.assertEqual(self.client.get(change(post)).status_code, 302)
                self.assertEqual(self.client.get(f"{LIST}{post.pk}/preview/").status_code, 404)

    def test_their_own_is_read_only_once_it_is_out(self):
        Post.objects.filter(pk=self.bobs_draft.pk).update(
            status="published", published_at=timezone.now(), disclosure="none"
        )
        self.assertNotContains(self.client.get(change(self.bobs_draft)), 'name="title"')
        self.assertEqual(self.client.post(change(self.bobs_draft), {"title": "Changé"}).status_code, 403)
        self.assertEqual(self.client.post(f"{LIST}{self.bobs_draft.pk}/delete/", {"post": "yes"}).status_code, 403)

    def test_without_a_profile_they_cannot_begin(self):
        Author.objects.filter(user=self.bob).update(user=None)
        self.assertEqual(self.client.get(ADD).status_code, 403)

    def test_put_in_review_by_the_list(self):
        self.client.post(LIST, {"action": "put_in_review", "_selected_action": [self.bobs_draft.pk], "index": 0})
        self.bobs_draft.refresh_from_db()
        self.assertEqual(self.bobs_draft.status, "in_review")


class OtherRolesTests(PostAdminTestCase):
    def test_a_moderator_sees_no_posts(self):
        self.client.force_login(self.carol)
        for address in (LIST, ADD, change(self.post), f"{LIST}{self.post.pk}/preview/"):
            with self.subTest(address=address):
                self.assertEqual(self.client.get(address).status_code, 403)

    def test_others_are_led_to_the_login(self):
        for user in (None, make_dora()):
            self.client.logout()
            if user:
                self.client.force_login(user)
            for address in (LIST, ADD, change(self.post), f"{LIST}{self.post.pk}/preview/"):
                with self.subTest(user=user, address=address):
                    self.assertRedirects(self.client.get(address), f"/admin/login/?next={address}")


class ActionTests(PostAdminTestCase):
    def act(self, action, *posts):
        data = {"action": action, "_selected_action": [post.pk for post in posts], "index": 0}
        response = self.client.post(LIST, data, follow=True)
        for post in posts:
            post.refresh_from_db()
        return response

    def test_publish_says_what_is_lacking_and_publishes_the_rest(self):
        ready = make_post(title="Prêt", slug="pret", status="in_review", published_at=None)
        response = self.act("publish", self.bobs_draft, ready)
        self.assertEqual((self.bobs_draft.status, ready.status), ("draft", "published"))
        self.assertIsNotNone(ready.published_at)
        self.assertContains(response, f'href="{change(self.bobs_draft)}"')

    def test_withdraw(self):
        self.act("withdraw", self.post, self.bobs_draft)
        self.assertEqual((self.post.status, self.bobs_draft.status), ("withdrawn", "draft"))

    def test_a_published_post_is_not_put_in_review(self):
        self.act("put_in_review", self.post)
        self.assertEqual(self.post.status, "published")

    def test_posts_are_not_deleted_by_the_dozen(self):
        self.act("delete_selected", self.bobs_draft)
        self.assertTrue(Post.objects.filter(pk=self.bobs_draft.pk).exists())


class PostListTests(PostAdminTestCase):
    def test_it_says_when_a_post_will_appear(self):
        make_post(title="À venir", slug="a-venir", published_at=datetime(2099, 1, 2, 7, 30, tzinfo=UTC))
        self.assertContains(self.client.get(LIST), "02/01/2099 08:30")
        self.assertContains(self.client.get(f"{LIST}?status=scheduled"), "À venir")
        self.assertNotContains(self.client.get(f"{LIST}?status=published"), "À venir")

    def test_its_filters(self):
        child = make_category(slug="cloud", name_fr="Nuage", name_en="Cloud", parent=self.category)
        sponsor = make_sponsor("Amarre")
        relation = {"disclosure": "paid", "disclosure_with": sponsor}
        at = datetime(2020, 3, 1, tzinfo=UTC)
        inside = make_post(title="Dedans", slug="dedans", category=child, published_at=at, **relation)
        for query, posts in {
            f"category={self.category.pk}": {self.post, self.bobs_draft, inside},
            f"category={child.pk}": {inside},
            f"author={self.bobs.pk}": {self.bobs_draft},
            "year=2020": {inside},
            "status=draft": {self.bobs_draft},
            "language__exact=en": set(),
            "q=Dedans": {inside},
            f"sponsor={sponsor.pk}": {inside},
            "q=Amarre": {inside},
            "category=x": set(),
            "author=99999999999999999999": set(),
            "year=0": set(),
            "status=x": set(),
        }.items():
            with self.subTest(query=query):
                response = self.client.get(f"{LIST}?{query}")
                self.assertEqual(set(response.context["cl"].result_list), posts)

    def test_its_cost_does_not_grow_with_its_length(self):
        with self.assertNumQueries(13):
            self.client.get(LIST)
        for number in range(12):
            tag = make_author(name=f"Auteur {number}", slug=f"auteur-{number}")
            post = make_post(title=f"Post {number}", slug=f"post-{number}", authors=[tag, self.alices])
            make_translation(post, slug=f"post-{number}")
        with self.assertNumQueries(13):
            self.client.get(LIST)

    def test_the_form_costs_the_same_with_many_comments(self):
        make_tribune(self.post)
        self.client.get(change(self.post))  # Django looks up once a process what kind of thing a post is
        with self.assertNumQueries(24):
            self.client.get(change(self.post))
        for _number in range(5):
            make_comment(self.post)
        with self.assertNumQueries(24):
            self.client.get(change(self.post))


class DeletingTests(PostAdminTestCase):
    def test_a_draft_that_was_answered_stays(self):
        """Nobody deletes comments in the admin, so nobody deletes what they hang on."""
        make_comment(self.post)
        self.send(self.post, button="step=withdrawn")
        self.client.force_login(make_user("root", is_superuser=True))
        self.client.post(f"{LIST}{self.post.pk}/delete/", {"post": "yes"})
        self.assertTrue(Post.objects.filter(pk=self.post.pk).exists())
