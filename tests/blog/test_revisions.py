"""Nothing that was saved is lost: versions, the working copy of what is published, two editors on one post."""

from django.test import TestCase, override_settings
from django.utils import timezone, translation

from blog.binning import empty_bin
from blog.differences import mark_changes
from blog.merging import merge_bodies, merge_sets
from blog.models import BinnedPost, Post, Revision
from tests.blog.test_admin_posts import LIST, PostAdminTestCase, change
from tests.factories import make_image, make_post, make_tag, make_translation, make_upload
from tests.forms import read_form


def versions(post: Post) -> str:
    return f"{LIST}{post.pk}/versions/"


def compare(post: Post, a, b) -> str:
    return f"{versions(post)}compare/?a={a}&b={b}"


class WorkingCopyTests(PostAdminTestCase):
    def keep(self, changes):
        return self.send(self.post, changes, button="_save", follow=True)

    def test_readers_see_nothing_of_it(self):
        self.keep({"title": "Retouché", "body": "<p>Tout autre chose.</p>"})
        response = self.client.get(self.post.path())
        self.assertNotContains(response, "Retouché")
        self.assertNotContains(response, "Tout autre chose")
        self.assertContains(response, "Une question revient.")
        self.assertEqual(self.post.title, "Président numérique : une bonne idée ?")

    def test_it_is_what_the_form_opens_with(self):
        tag = make_tag()
        self.keep({"title": "Retouché", "tags": [tag.pk], "published_at_0": "02/06/2016", "published_at_1": "09:15:00"})
        fields, _buttons = read_form(self.client.get(change(self.post)).content.decode(), "post_form")
        self.assertEqual(fields["title"], ["Retouché"])
        self.assertEqual(fields["tags"], [str(tag.pk)])
        self.assertEqual(fields["published_at_1"], ["09:15:00"])

    def test_its_byline_too(self):
        self.keep(
            {
                "authorships-TOTAL_FORMS": 2,
                "authorships-0-DELETE": "on",
                "authorships-1-author": self.bobs.pk,
                "authorships-1-post": self.post.pk,
                "authorships-1-position": 0,
            }
        )
        self.assertEqual(Post.objects.get(pk=self.post.pk).byline, [self.alices])
        fields, _buttons = read_form(self.client.get(change(self.post)).content.decode(), "post_form")
        self.assertEqual(fields["authorships-0-DELETE"], ["on"])
        self.assertEqual(fields["authorships-1-author"], [str(self.bobs.pk)])
        self.send(self.post, button="step=published")
        self.assertEqual(Post.objects.get(pk=self.post.pk).byline, [self.bobs])

    def test_published_again_readers_see_it(self):
        self.keep({"title": "Retouché"})
        self.send(self.post, button="step=published")
        self.assertContains(self.client.get(self.post.path()), "Retouché")
        self.assertNotContains(self.client.get(change(self.post)), "Vous êtes dans la copie de travail")

    def test_words_for_search_results_are_among_it_and_in_what_is_compared(self):
        self.keep({"search_title": "Vote en ligne", "search_description": "En bref."})
        self.assertNotContains(self.client.get(self.post.path()), "Vote en ligne")
        fields, _buttons = read_form(self.client.get(change(self.post)).content.decode(), "post_form")
        self.assertEqual(fields["search_title"], ["Vote en ligne"])
        numbers = list(Revision.objects.filter(post=self.post).order_by("number").values_list("number", flat=True))
        compared = self.client.get(f"{versions(self.post)}compare/", {"a": numbers[0], "b": numbers[-1]})
        self.assertContains(compared, "Vote en ligne")
        self.send(self.post, button="step=published")
        self.assertContains(self.client.get(self.post.path()), "<title>Vote en ligne – La Marge</title>", html=True)

    def test_it_can_be_set_aside_and_is_among_the_versions(self):
        self.keep({"title": "Retouché"})
        response = self.client.post(f"{versions(self.post)}set-aside/", follow=True)
        self.assertNotContains(response, 'value="Retouché"')
        kept = Revision.objects.get(post=self.post, content__title="Retouché")
        self.client.post(f"{versions(self.post)}restore/", {"number": kept.number})
        self.assertContains(self.client.get(change(self.post)), 'value="Retouché"')
        self.post.refresh_from_db()
        self.assertNotEqual(self.post.title, "Retouché")

    def test_saving_what_readers_see_makes_none(self):
        response = self.keep({})
        self.assertNotContains(response, "copie de travail est enregistrée")
        self.assertIsNone(Revision.objects.waiting_for(self.post))

    def test_a_scheduled_post_has_none_since_it_appears_by_itself(self):
        Post.objects.filter(pk=self.post.pk).update(published_at=timezone.now() + timezone.timedelta(days=1))
        self.post.refresh_from_db()
        self.send(self.post, {"title": "Retouché"}, button="_save")
        self.assertEqual(self.post.title, "Retouché")

    def test_the_translation_is_made_of_what_was_written(self):
        self.send(self.post, {"title": "Retouché"}, button="_translate=1")
        translated = Post.objects.get(translation_of=self.post)
        self.assertEqual(translated.title, "Retouché")
        self.send(self.post, button="step=published")
        translated = Post.objects.get(pk=translated.pk)
        self.assertFalse(translated.is_translation_outdated())


class VersionTests(PostAdminTestCase):
    def test_the_state_before_the_first_change_is_kept(self):
        self.send(self.bobs_draft, {"title": "Autre titre"})
        titles = list(
            Revision.objects.filter(post=self.bobs_draft).order_by("number").values_list("content__title", flat=True)
        )
        self.assertEqual(titles, ["Brouillon", "Autre titre"])

    def test_each_is_there_with_who_and_when(self):
        self.send(self.bobs_draft, {"title": "Autre titre"})
        response = self.client.get(versions(self.bobs_draft))
        self.assertContains(response, self.alices.name)
        self.assertContains(response, timezone.localtime().strftime("%d/%m/%Y"))

    def test_saving_the_same_again_makes_no_version(self):
        self.send(self.bobs_draft, {"title": "Autre titre"})
        count = Revision.objects.count()
        self.send(self.bobs_draft)
        self.assertEqual(Revision.objects.count(), count)

    def test_any_two_are_compared_as_readers_see_them(self):
        one, other = make_image(), make_image(file=make_upload(size=(640, 400), name="other.jpg"))
        self.send(self.bobs_draft, {"body": f'<p>Un texte ici.</p><figure data-image="{one.pk}"></figure>'})
        self.send(self.bobs_draft, {"body": f'<p>Un texte là.</p><figure data-image="{other.pk}"></figure>'})
        for address in (compare(self.bobs_draft, 2, 3), compare(self.bobs_draft, 3, 2)):
            response = self.client.get(address)
            self.assertContains(response, "<p>Un texte <del>ici.</del><ins>là.</ins></p>", html=True)
            html = response.content.decode()
            gone, come = html.index('<del class="whole">'), html.index('<ins class="whole">')
            self.assertIn(one.file.url, html[gone:come])
            self.assertIn(other.file.url, html[come:])

    def test_what_is_said_beside_the_text_is_compared_too(self):
        tag = make_tag(name_fr="Élections")
        self.send(self.bobs_draft, {"disclosure": "none", "tags": [tag.pk]})
        response = self.client.get(compare(self.bobs_draft, 1, 2))
        self.assertContains(response, "<ins>rien à déclarer</ins>", html=True)
        self.assertContains(response, "<ins>Élections</ins>", html=True)

    def test_any_one_is_restored_and_the_rest_stays(self):
        first, second = make_tag(name_fr="Un", slug="un"), make_tag(name_fr="Deux", slug="deux")
        self.send(self.bobs_draft, {"title": "Premier", "body": "<p>Un.</p>", "tags": [first.pk]})
        self.send(self.bobs_draft, {"title": "Second", "body": "<p>Deux.</p>", "tags": [second.pk]})
        response = self.client.post(f"{versions(self.bobs_draft)}restore/", {"number": 2}, follow=True)
        self.assertContains(response, 'value="Premier"')
        self.bobs_draft.refresh_from_db()
        self.assertEqual((self.bobs_draft.title, self.bobs_draft.body.strip()), ("Premier", "<p>Un.</p>"))
        self.assertEqual(list(self.bobs_draft.tags.all()), [first])
        self.assertEqual(Revision.objects.of(self.bobs_draft).count(), 4)

    def test_what_a_version_names_and_is_gone_is_left_out(self):
        tag = make_tag()
        self.send(self.bobs_draft, {"tags": [tag.pk]})
        self.send(self.bobs_draft, {"tags": []})
        tag.delete()
        self.client.post(f"{versions(self.bobs_draft)}restore/", {"number": 2})
        self.assertEqual(self.bobs_draft.tags.count(), 0)

    def test_there_are_pages_of_them(self):
        Revision.objects.bulk_create(
            Revision(post=self.post, number=number, status="published", content={}) for number in range(1, 121)
        )
        response = self.client.get(versions(self.post))
        self.assertContains(response, "?before=71")
        self.assertContains(self.client.get(f"{versions(self.post)}?before=71"), "Version 70")
        with self.assertNumQueries(6):
            self.client.get(versions(self.post))

    def test_nonsense_is_no_version(self):
        for address in (compare(self.post, "x", "now"), compare(self.post, 99, 1), compare(self.post, "9" * 30, 1)):
            self.assertEqual(self.client.get(address).status_code, 404)
        for number in ("", "x", "99", "9" * 30):
            self.assertEqual(self.client.post(f"{versions(self.post)}restore/", {"number": number}).status_code, 404)
        self.assertEqual(self.client.get(f"{versions(self.post)}?before=x").status_code, 200)

    def test_who_may_not_see_a_post_sees_none_of_its_versions(self):
        self.send(self.bobs_draft, {"title": "Autre titre"})
        for user in (self.carol, self.bob):
            self.client.force_login(user)
            for address in (versions(self.post), compare(self.post, "now", "now")):
                self.assertIn(self.client.get(address).status_code, (403, 404))
            for verb in ("restore", "set-aside"):
                response = self.client.post(f"{versions(self.post)}{verb}/", {"number": 1})
                self.assertIn(response.status_code, (403, 404))
        self.client.force_login(self.bob)
        self.assertEqual(self.client.get(versions(self.bobs_draft)).status_code, 200)


class TwoEditorsTests(PostAdminTestCase):
    body = "<p>Un.</p>\n<p>Deux mots ici.</p>\n<p>Trois.</p>"

    def open(self):
        fields, _buttons = read_form(self.client.get(change(self.bobs_draft)).content.decode(), "post_form")
        return fields

    def save_second(self, theirs, ours, button="_save"):
        """Have Alice and Bob open the post, Alice save, then Bob; return the answer to Bob."""
        self.send(self.bobs_draft, {"body": self.body})
        fields = self.open()
        self.send(self.bobs_draft, theirs)
        self.client.force_login(self.bob)
        return self.client.post(change(self.bobs_draft), fields | ours | {button: "1"})

    def test_the_second_is_shown_what_the_first_did(self):
        response = self.save_second({"body": self.body.replace("Deux", "Deux bis")}, {"title": "De Bob"})
        self.assertContains(response, f"Modifié par {self.alices.name}")
        self.assertContains(response, "<p>Deux <ins>bis </ins>mots ici.</p>", html=True)
        self.assertContains(response, 'value="De Bob"')
        self.assertContains(response, 'name="_merge"')

    def test_both_are_put_together_and_not_saved_before_they_are_looked_at(self):
        response = self.save_second(
            {"body": self.body.replace("Trois", "Trois bis"), "standfirst": "D’Alice."},
            {"body": self.body.replace("Un", "Un bis"), "title": "De Bob"},
        )
        fields, buttons = read_form(response.content.decode(), "post_form")
        merge = next(value for name, value in buttons if name == "_merge")
        response = self.client.post(change(self.bobs_draft), fields | {"_merge": merge})
        fields, _buttons = read_form(response.content.decode(), "post_form")
        self.assertEqual(
            "".join(fields["body"]).replace("\n", ""), "<p>Un bis.</p><p>Deux mots ici.</p><p>Trois bis.</p>"
        )
        self.assertEqual((fields["title"], fields["standfirst"]), (["De Bob"], ["D’Alice."]))
        self.bobs_draft.refresh_from_db()
        self.assertNotEqual(self.bobs_draft.title, "De Bob")
        self.client.post(change(self.bobs_draft), fields | {"_save": "1"})
        self.bobs_draft.refresh_from_db()
        self.assertEqual((self.bobs_draft.title, self.bobs_draft.standfirst), ("De Bob", "D’Alice."))
        self.assertIn("Un bis", self.bobs_draft.body)

    def test_what_both_changed_stands_there_twice(self):
        response = self.save_second(
            {"body": self.body.replace("Deux", "Deux d’Alice"), "title": "D’Alice"},
            {"body": self.body.replace("Deux", "Deux de Bob"), "title": "De Bob"},
        )
        fields, buttons = read_form(response.content.decode(), "post_form")
        merge = next(value for name, value in buttons if name == "_merge")
        response = self.client.post(change(self.bobs_draft), fields | {"_merge": merge})
        fields, _buttons = read_form(response.content.decode(), "post_form")
        body = "".join(fields["body"])
        self.assertIn("Deux de Bob", body)
        self.assertIn("Deux d’Alice", body)
        self.assertEqual(fields["title"], ["De Bob"])
        self.assertContains(response, "D’Alice")

    def test_who_saves_once_more_has_been_told_and_the_first_version_is_kept(self):
        response = self.save_second({"title": "D’Alice"}, {"title": "De Bob"})
        fields, _buttons = read_form(response.content.decode(), "post_form")
        self.client.post(change(self.bobs_draft), fields | {"_save": "1"})
        titles = set(Revision.objects.filter(post=self.bobs_draft).values_list("content__title", flat=True))
        self.assertLessEqual({"D’Alice", "De Bob"}, titles)

    def test_a_working_copy_is_not_overwritten_either(self):
        fields, _buttons = read_form(self.client.get(change(self.post)).content.decode(), "post_form")
        self.send(self.post, {"title": "D’Alice"}, button="_save")
        response = self.client.post(change(self.post), fields | {"title": "D’une autre", "step": "published"})
        self.assertContains(response, "D’une autre")
        self.post.refresh_from_db()
        self.assertEqual(self.post.title, "Président numérique : une bonne idée ?")

    def test_nonsense_for_a_state_is_a_conflict_and_no_error(self):
        fields = self.open()
        for nonsense in ("", "x", "9" * 40, "3/", "-1/x"):
            response = self.client.post(change(self.bobs_draft), fields | {"seen": nonsense, "_save": "1"})
            self.assertEqual(response.status_code, 200)
            response = self.client.post(change(self.bobs_draft), fields | {"_merge": nonsense})
            self.assertIn(response.status_code, (200, 302))


class MergingTests(TestCase):
    before = "<p>un</p><p>deux</p><p>trois</p>"

    def test_each_changed_another_paragraph(self):
        merged = merge_bodies(
            self.before, "<p>UN</p><p>deux</p><p>trois</p>", "<p>un</p><p>deux</p><p>trois</p><p>4</p>"
        )
        self.assertEqual(merged, ("<p>UN</p><p>deux</p><p>trois</p><p>4</p>", 0))

    def test_both_did_the_same(self):
        ours = "<p>UN</p><p>deux</p><p>trois</p>"
        self.assertEqual(merge_bodies(self.before, ours, ours), (ours, 0))

    def test_no_sentence_of_either_is_lost(self):
        merged = merge_bodies(self.before, "<p>un</p><p>2</p><p>trois</p>", "<p>un</p><p>II</p><p>trois</p>")
        self.assertEqual(merged, ("<p>un</p><p>2</p><p>II</p><p>trois</p>", 1))

    def test_one_took_out_what_the_other_left(self):
        self.assertEqual(merge_bodies(self.before, "<p>un</p><p>trois</p>", self.before).text, "<p>un</p><p>trois</p>")

    def test_sets(self):
        self.assertEqual(merge_sets([1, 2], [1, 3], [1, 2, 4]), [1, 3, 4])


class DifferenceTests(TestCase):
    def test_words(self):
        html = mark_changes("<p>Le marketing change.</p>", "<p>Le marketing a changé.</p>")
        self.assertEqual(html, "<p>Le marketing <del>change.</del><ins>a changé.</ins></p>")

    def test_a_link_that_leads_elsewhere(self):
        html = mark_changes('<p>un <a href="/a">lien</a></p>', '<p>un <a href="/b">lien</a></p>')
        self.assertEqual(html, '<p>un <del><a href="/a">lien</a></del><ins><a href="/b">lien</a></ins></p>')

    def test_a_list_and_a_table_are_looked_into(self):
        html = mark_changes("<ul><li>un</li><li>deux</li></ul>", "<ul><li>un</li><li>plus</li><li>deux</li></ul>")
        self.assertEqual(html, "<ul><li>un</li><li><ins>plus</ins></li><li>deux</li></ul>")
        table = "<table><tbody><tr><td>a</td><td>{}</td></tr></tbody></table>"
        self.assertIn("<td><del>b</del><ins>c</ins></td>", mark_changes(table.format("b"), table.format("c")))

    def test_script_is_words(self):
        html = mark_changes("<p>un</p>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")
        self.assertNotIn("<script", html)
        self.assertIn("&lt;script&gt;", html)

    def test_the_same_is_unmarked(self):
        html = "<h2>T</h2><p>un <em>deux</em></p><ul><li>trois</li></ul>"
        self.assertEqual(mark_changes(html, html), html)


class BinTests(PostAdminTestCase):
    def bin(self):
        self.client.post(f"{LIST}{self.bobs_draft.pk}/delete/", {"post": "yes"})
        return BinnedPost.objects.get(post=self.bobs_draft)

    def test_it_is_taken_back_with_all_that_belonged_to_it(self):
        binned = self.bin()
        response = self.client.get("/admin/blog/binnedpost/")
        self.assertContains(response, "Brouillon")
        response = self.client.post(f"/admin/blog/binnedpost/{binned.pk}/take-out/")
        self.assertRedirects(response, change(self.bobs_draft))
        self.bobs_draft.refresh_from_db()
        self.assertEqual((self.bobs_draft.slug, self.bobs_draft.byline), ("brouillon", [self.bobs]))

    def test_its_address_is_free_meanwhile(self):
        binned = self.bin()
        make_post(slug="brouillon")
        self.client.post(f"/admin/blog/binnedpost/{binned.pk}/take-out/")
        self.bobs_draft.refresh_from_db()
        self.assertEqual(self.bobs_draft.slug, "brouillon-2")

    def test_a_translation_goes_back_to_its_original_unless_there_is_another(self):
        draft = make_translation(self.post, status="draft", published_at=None)
        self.client.post(f"{LIST}{draft.pk}/delete/", {"post": "yes"})
        self.client.post(f"/admin/blog/binnedpost/{draft.binned.pk}/take-out/")
        draft = Post.objects.get(pk=draft.pk)
        self.assertEqual(draft.translation_of, self.post)
        self.client.post(f"{LIST}{draft.pk}/delete/", {"post": "yes"})
        make_translation(self.post, slug="another")
        self.client.post(f"/admin/blog/binnedpost/{draft.binned.pk}/take-out/")
        self.assertIsNone(Post.objects.get(pk=draft.pk).translation_of)

    def test_after_a_month_it_is_gone(self):
        self.bin()
        self.assertEqual(empty_bin(), 0)
        BinnedPost.objects.update(binned_at=timezone.now() - timezone.timedelta(days=31))
        self.assertEqual(empty_bin(), 1)
        self.assertFalse(Post.objects.filter(pk=self.bobs_draft.pk).exists())

    def test_others_see_nothing_of_it_and_take_nothing_back(self):
        binned = self.bin()
        self.client.force_login(self.bob)
        self.assertContains(self.client.get("/admin/blog/binnedpost/"), "Brouillon")
        self.client.force_login(self.carol)
        self.assertEqual(self.client.get("/admin/blog/binnedpost/").status_code, 403)
        self.assertEqual(self.client.post(f"/admin/blog/binnedpost/{binned.pk}/take-out/").status_code, 403)

    def test_it_is_offered_nowhere(self):
        self.bin()
        query = "app_label=blog&model_name=post&field_name=translation_of&term=Brouillon"
        self.assertEqual(self.client.get(f"/admin/autocomplete/?{query}").json()["results"], [])

    @override_settings(LANGUAGE_CODE="fr")
    def test_it_speaks_both_languages(self):
        self.bin()
        with translation.override("en"):
            response = self.client.get("/admin/blog/binnedpost/", headers={"accept-language": "en"})
        self.assertContains(response, "Take back")


class OddNumbersTests(PostAdminTestCase):
    def test_signs_that_look_like_digits_are_no_numbers(self):
        fields, _buttons = read_form(self.client.get(change(self.bobs_draft)).content.decode(), "post_form")
        odd = {"tags": ["²"], "authorships-TOTAL_FORMS": 1, "authorships-0-author": "²", "authorships-0-position": "²"}
        for extra in ({"_merge": "²/x"}, {"seen": "²"}, {"_merge": "0/x"} | odd):
            response = self.client.post(change(self.bobs_draft), fields | extra)
            self.assertIn(response.status_code, (200, 302))
        self.assertLess(self.client.post(f"{LIST}²/change/", fields).status_code, 500)
