"""The first page of the admin: what somebody is writing, has to review, and will see appear."""

from datetime import datetime
from zoneinfo import ZoneInfo

import time_machine
from django.test import TestCase

from blog.models import Post
from blog.revising import begin, content_of, keep_apart
from tests.blog.test_admin_posts import PostAdminTestCase
from tests.factories import make_image, make_post, make_translation, make_upload

INDEX = "/admin/"
PARIS = ZoneInfo("Europe/Paris")


class FirstPageTests(PostAdminTestCase):
    def part(self, key: str, user=None) -> list[tuple[str, str]]:
        """Return the titles and notes of a part of the first page, as ``user`` sees it."""
        self.client.force_login(user or self.alice)
        parts = {part.key: part for part in self.client.get(INDEX).context["parts"]}
        return [(line.post.title, line.note) for line in parts[key].lines] if key in parts else []

    def test_what_i_am_writing(self):
        self.assertEqual(self.part("mine", self.bob), [("Brouillon", "brouillon")])
        self.assertEqual(self.part("mine"), [])

    def test_a_working_copy_is_being_written(self):
        begin(self.post)
        keep_apart(self.post, content_of(self.post) | {"title": "Retouché"}, by=self.alice)
        self.assertEqual(self.part("mine"), [(self.post.title, "copie de travail")])

    def test_what_waits_for_review_with_whose_it_is(self):
        Post.objects.filter(pk=self.bobs_draft.pk).update(status="in_review")
        self.assertEqual(self.part("review"), [("Brouillon", "Bob Lenoir")])
        self.assertEqual(self.part("review", self.bob), [])

    def test_today_and_tomorrow_by_the_clocks_of_the_publication(self):
        # The night in which clocks go back: tomorrow has 25 hours.
        with time_machine.travel(datetime(2026, 10, 24, 12, tzinfo=PARIS), tick=False):
            for title, moment in (
                ("Ce soir", datetime(2026, 10, 24, 18, 30, tzinfo=PARIS)),
                ("Demain", datetime(2026, 10, 25, 23, 59, tzinfo=PARIS)),
                ("Après-demain", datetime(2026, 10, 26, 0, 0, tzinfo=PARIS)),
            ):
                make_post(title=title, slug=title.lower().replace("è", "e"), published_at=moment)
            self.assertEqual(
                self.part("coming"), [("Ce soir", "aujourd’hui, 18:30 (FR)"), ("Demain", "demain, 23:59 (FR)")]
            )

    def test_what_is_lacking_leads_to_the_list_of_it(self):
        make_translation(self.post, title="Out of date", translated_revision=1)
        self.post.body = "<p>Autre.</p>"
        self.post.save()
        self.client.force_login(self.alice)
        response = self.client.get(INDEX)
        self.assertContains(response, "1 traduction à mettre à jour")
        self.assertContains(response, "1 article sans déclaration d’intérêts")
        found = self.client.get("/admin/blog/post/?lacks=translation")
        self.assertContains(found, "Out of date")
        self.assertNotContains(found, "Brouillon")
        self.assertContains(self.client.get("/admin/blog/post/?lacks=disclosure"), "Brouillon")

    def test_pictures_without_alternative_text_in_the_language_of_their_post(self):
        english = make_image(alt_en="", file=make_upload(size=(640, 400)))
        make_translation(self.post, title="Without words", cover=english)
        Post.objects.filter(pk=self.post.pk).update(cover=english)
        self.client.force_login(self.alice)
        self.assertContains(self.client.get(INDEX), "1 article sans texte de remplacement")
        response = self.client.get("/admin/blog/post/?lacks=alt")
        self.assertContains(response, "Without words")
        self.assertNotContains(response, f"/{self.post.pk}/change/")

    def test_it_speaks_english_too(self):
        self.client.force_login(self.bob)
        response = self.client.get(INDEX, headers={"accept-language": "en"})
        self.assertContains(response, "What I am writing")

    def test_its_cost_does_not_grow(self):
        self.client.force_login(self.alice)
        self.client.get(INDEX)
        with self.assertNumQueries(COST):
            self.client.get(INDEX)
        for number in range(12):
            make_post(
                title=f"P{number}", slug=f"p-{number}", status="in_review", published_at=None, authors=[self.alices]
            )
        with self.assertNumQueries(COST + 2):
            self.client.get(INDEX)


# Two more where there is something to review: its authorships and their authors.
COST = 27


class NarrowingTests(PostAdminTestCase, TestCase):
    def test_mine(self):
        self.client.force_login(self.alice)
        self.assertContains(self.client.get("/admin/blog/post/?mine=all"), self.post.title)
        self.assertNotContains(self.client.get("/admin/blog/post/?mine=open"), self.post.title)
        self.assertEqual(self.client.get("/admin/blog/post/?mine=x&lacks=y").status_code, 200)
