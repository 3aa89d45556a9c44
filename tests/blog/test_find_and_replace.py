"""Words replaced over all posts: looked at first, one version each, and taken back."""

from unittest.mock import patch

from django.test import SimpleTestCase

from blog import bulk_changing, replacing
from blog.models import BulkChange, Post, Revision
from tests.blog.test_admin_posts import change
from tests.blog.test_refiling import BulkTestCase, page_of
from tests.factories import make_post, make_user

REPLACE = "/admin/blog/bulkchange/replace/"


def asking(find, replace="", **others):
    asked = {
        "find": find, "replace": replace, "match_case": False, "whole_words": False, "skip_code": True,
        "where": list(replacing.WHERE), "language": "", "status": "", "category": None, "note": "note", "in": "fr",
    }  # fmt: skip
    return asked | others


class BodyTests(SimpleTestCase):
    """What of the source of a body is words, and what is not."""

    def check(self, source, expected, find, replace, **others):
        self.assertEqual(replacing.alter_body(source, asking(find, replace, **others)), expected)

    def test_words_alone(self):
        self.check("<p>Un strong <strong>p</strong>.</p>", "<p>Un gras <strong>p</strong>.</p>", "strong", "gras")

    def test_every_kind_of_place(self):
        body = (
            "<h2>mot</h2>\n<ul><li>mot</li></ul>\n<blockquote><p>mot</p><footer>mot</footer></blockquote>\n"
            '<aside data-kind="note"><header>mot</header><p>mot</p></aside>\n'
            '<p>a<foot-note>mot</foot-note></p>\n<figure data-image="1"><figcaption>mot</figcaption></figure>'
        )
        self.check(body, body.replace("mot", "terme"), "mot", "terme")

    def test_code_is_left_unless_it_is_meant(self):
        body = "<p>mot <code>mot</code></p>\n<pre><code>mot</code></pre>"
        self.check(body, "<p>x <code>mot</code></p>\n<pre><code>mot</code></pre>", "mot", "x")
        self.check(body, "<p>x <code>x</code></p>\n<pre><code>x</code></pre>", "mot", "x", skip_code=False)

    def test_words_that_markup_divides(self):
        self.check("<p>réseau <em>social</em> ici</p>", "<p>média ici</p>", "réseau social", "média")

    def test_around_a_footnote(self):
        body = "<p>mot<foot-note>Note</foot-note> dit</p>"
        self.check(body, "<p>x<foot-note>Note</foot-note> dit</p>", "mot", "x", whole_words=True)

    def test_spaces_and_apostrophes_of_either_kind(self):
        self.check("<p>l’été\u00a0?</p>", "<p>hiver</p>", "l'été ?", "hiver")

    def test_characters_of_html_and_of_patterns(self):
        self.check("<p>R&amp;D (a.b)*</p>", "<p>&lt;i&gt; \\1</p>", "R&D (a.b)*", "<i> \\1")

    def test_whole_words_and_case(self):
        body = "<p>Mot mots été</p>"
        self.check(body, "<p>x mots été</p>", "mot", "x", whole_words=True)
        self.check(body, body, "mot", "x", whole_words=True, match_case=True)
        self.check(body, "<p>Mot mots x</p>", "ÉTÉ", "x")

    def test_addresses_of_links(self):
        body = '<p><a href="https://vieux.example/a?b=1&amp;c=2">vieux.example</a></p>'
        new = body.replace('"https://vieux', '"https://neuf')
        self.check(body, new, "https://vieux.example/", "https://neuf.example/", where=["links"])
        # One that would be none stays as it is.
        self.check(body, body, "https://vieux.example/", "pas une adresse ", where=["links"])

    def test_link_to_a_post_of_ours_follows_by_itself(self):
        body = '<p><a href="/blog/vieux/" data-post="3">vieux</a></p>'
        self.check(body, body, "vieux", "neuf", where=["links"])

    def test_nothing_left_of_a_paragraph(self):
        self.check("<p>mot</p>\n<p>autre</p>", "<p>autre</p>", "mot", "")


class ReplacingTests(BulkTestCase):
    def look(self, find, replace="", follow=True, **others):
        return self.fill(
            REPLACE, "replace_form", {"find": find, "replace": replace, **others}, button="", follow=follow
        )

    def test_looked_at_done_and_taken_back(self):
        response = self.look("réponse", "solution")
        self.assertContains(response, "<del>réponse</del><ins>solution</ins>")
        self.post.refresh_from_db()
        self.assertIn("réponse", self.post.body)
        self.start()
        self.post.refresh_from_db()
        self.assertIn("Une solution vient.", self.post.body)
        self.assertContains(self.client.get(self.post.path()), "Une solution vient.")
        revision = Revision.objects.of(self.post).first()
        self.assertIn("réponse → solution", revision.note)
        self.assertEqual(Revision.objects.of(self.post).count(), 2)
        self.undo()
        self.post.refresh_from_db()
        self.assertIn("Une réponse vient.", self.post.body)

    def test_titles_and_standfirsts(self):
        self.look("Deuxième", "Second", where=["title"])
        self.start()
        self.second.refresh_from_db()
        self.assertEqual(self.second.title, "Second")

    def test_title_that_would_be_empty_or_too_long(self):
        self.look("Deuxième", "", where=["title"])
        self.start()
        self.assertEqual(self.states(), {self.second.pk: "skipped"})
        self.look("Deuxième", "x" * 200, where=["title"])
        self.start()
        self.assertEqual(self.states(), {self.second.pk: "done"})

    def test_narrowed_to_a_language(self):
        self.look("réponse", "x", language="en")
        self.assertEqual(set(self.states()), {self.third.pk})

    def test_narrowed_to_a_category(self):
        from tests.factories import make_category

        inside = make_category(slug="web", name_fr="Web", name_en="The web", parent=self.category)
        Post.objects.filter(pk=self.second.pk).update(category=inside)
        self.look("réponse", "x", category=inside.pk)
        self.assertEqual(set(self.states()), {self.second.pk})

    def test_a_post_changed_meanwhile_is_skipped_and_told(self):
        self.look("réponse", "solution")
        self.send(self.post, {"title": "Retouché"})
        response = self.start()
        self.assertEqual(self.states()[self.post.pk], "skipped")
        self.assertEqual(self.states()[self.second.pk], "done")
        self.assertContains(response, "bulk-note")

    def test_public_text_and_working_copy(self):
        self.send(self.post, {"title": "Retouché"}, button="_save")
        response = self.look("réponse", "solution")
        self.assertContains(response, "bulk-note")
        self.start()
        self.post.refresh_from_db()
        waiting = Revision.objects.waiting_for(self.post)
        self.assertIn("solution", self.post.body)
        self.assertIn("solution", waiting.content["body"])
        self.assertEqual(waiting.content["title"], "Retouché")
        self.assertNotContains(self.client.get(self.post.path()), "Retouché")
        self.undo()
        self.post.refresh_from_db()
        waiting = Revision.objects.waiting_for(self.post)
        self.assertIn("réponse", self.post.body)
        self.assertIn("réponse", waiting.content["body"])

    def test_only_in_the_working_copy(self):
        self.send(self.post, {"body": "<p>Inédit.</p>"}, button="_save")
        self.look("Inédit", "Neuf")
        self.start()
        self.assertEqual(self.states(), {self.post.pk: "done"})
        self.assertEqual(Revision.objects.waiting_for(self.post).content["body"], "<p>Neuf.</p>")
        self.post.refresh_from_db()
        self.assertIn("réponse", self.post.body)
        self.undo()
        self.assertEqual(Revision.objects.waiting_for(self.post).content["body"], "<p>Inédit.</p>")

    def test_taking_back_leaves_a_text_that_was_changed_since(self):
        self.look("réponse", "solution")
        self.start()
        self.send(self.post, {"body": "<p>Tout autre.</p>"})
        self.undo()
        self.post.refresh_from_db()
        self.assertEqual((self.post.body, self.states()[self.post.pk]), ("<p>Tout autre.</p>", "kept"))
        self.second.refresh_from_db()
        self.assertIn("réponse", self.second.body)

    def test_open_form_is_told(self):
        fields = self.client.get(change(self.post))
        self.look("réponse", "solution")
        self.start()
        from tests.forms import read_form

        typed, _buttons = read_form(fields.content.decode(), "post_form")
        response = self.client.post(change(self.post), typed | {"title": "Autre", "_save": "1"})
        self.assertContains(response, "conflict")

    def test_drafts_too_but_nothing_in_the_bin(self):
        from blog.binning import put_in_bin

        draft = make_post(slug="b", status="draft", body="<p>Une réponse.</p>")
        binned = make_post(slug="c", status="draft", body="<p>Une réponse.</p>")
        put_in_bin(binned)
        self.look("réponse", "x")
        self.assertIn(draft.pk, self.states())
        self.assertNotIn(binned.pk, self.states())

    def test_what_is_wrong_is_said(self):
        for find, replace in (("", "x"), (" ", "x"), ("a", "a")):
            self.assertContains(self.look(find, replace), "errorlist")
        self.assertContains(self.look("a", "b", where=[]), "errorlist")
        self.assertFalse(BulkChange.objects.exists())

    def test_nothing_found(self):
        self.assertEqual(self.look("introuvable", "x").status_code, 200)
        self.assertEqual(BulkChange.objects.get().state, "found")

    def test_many_posts_are_looked_at_in_parts(self):
        with patch.object(bulk_changing, "LOOKED_AT_ONCE", 2):
            self.look("réponse", "x")
            found = BulkChange.objects.get()
            while bulk_changing.work(found.pk, 1):
                pass
        found.refresh_from_db()
        self.assertEqual((found.state, found.posts.count()), ("found", 4))

    def test_case_of_letters_with_accents_is_found_in_any_database(self):
        post = make_post(slug="ecole", body="<p>École à l’ÉTÉ</p>")
        self.look("école à l'été", "x", match_case="", whole_words="on")
        fields = {"match_case": False}
        asked = asking("école à l'été", "x", **fields)
        self.assertIn(post, replacing.candidates(asked))
        self.assertEqual(replacing.count({"title": "", "standfirst": "", "body": post.body}, asked), 1)

    def test_others_may_not(self):
        for user in (self.bob, self.carol, make_user("ada", group="author")):
            self.client.force_login(user)
            self.assertEqual(self.client.get(REPLACE).status_code, 403)
            self.assertEqual(
                self.client.post(REPLACE, {"find": "réponse", "replace": "x", "where": ["body"]}).status_code, 403
            )
        self.assertFalse(BulkChange.objects.exists())

    def test_its_page_says_so_in_the_list_and_the_log(self):
        self.look("réponse", "solution")
        self.start()
        self.assertContains(self.client.get("/admin/blog/bulkchange/"), "réponse → solution")
        self.assertEqual(self.client.get(page_of(BulkChange.objects.get())).status_code, 200)
