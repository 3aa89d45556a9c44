"""Addresses of headings, which stay, and the table of contents of a long text."""

import re

from django.test import SimpleTestCase, TestCase

from blog.headings import Heading, contents_of, headings_in, name_headings, with_anchors
from blog.models import Post
from tests.factories import make_page, make_post


def known(*pairs: tuple[str, str]) -> list[Heading]:
    return [Heading(name, text, 2) for name, text in pairs]


class NameTests(SimpleTestCase):
    """What was handed out leads where it led."""

    OLD = known(("section-pourquoi", "Pourquoi"), ("section-comment", "Comment"), ("section-combien", "Combien"))

    def test_names_are_made_of_the_words(self):
        self.assertEqual(name_headings(["L’été à Nîmes", "???"]), ["section-lete-a-nimes", "section-2"])

    def test_same_words_twice_make_two_names(self):
        self.assertEqual(
            name_headings(["Notes", "Notes", "Notes"]), ["section-notes", "section-notes-2", "section-notes-3"]
        )

    def test_heading_that_comes_before_changes_none(self):
        names = name_headings(["Qui", "Pourquoi", "Comment", "Combien"], self.OLD)
        self.assertEqual(names, ["section-qui", "section-pourquoi", "section-comment", "section-combien"])

    def test_same_words_that_come_before_take_no_name(self):
        names = name_headings(["Comment", "Pourquoi", "Comment", "Combien"], self.OLD)
        self.assertEqual(names[1:], ["section-pourquoi", "section-comment", "section-combien"])
        self.assertEqual(names[0], "section-comment-2")

    def test_order_does_not_matter(self):
        names = name_headings(["Combien", "Comment", "Pourquoi"], self.OLD)
        self.assertEqual(names, ["section-combien", "section-comment", "section-pourquoi"])

    def test_edited_heading_keeps_its_name(self):
        for text in ("Comment ça marche", "Comment ?", "De quelle manière"):
            with self.subTest(text):
                self.assertEqual(name_headings(["Pourquoi", text, "Combien"], self.OLD)[1], "section-comment")

    def test_edited_heading_keeps_its_name_where_another_comes_before_it(self):
        names = name_headings(["Pourquoi", "Entracte", "Comment ça se fait", "Combien"], self.OLD)
        self.assertEqual(names, ["section-pourquoi", "section-entracte", "section-comment", "section-combien"])

    def test_name_of_what_was_taken_out_is_given_to_nothing_else(self):
        names = name_headings(["Pourquoi", "Combien", "Tout autre chose, à la fin"], self.OLD)
        self.assertNotIn("section-comment", names)
        self.assertEqual(len(set(names)), 3)

    def test_many_headings_are_named_in_time_and_each_by_itself(self):
        texts = [f"Titre {number}" for number in range(1500)]
        before = known(*[(f"section-{number}", f"Autre {number}") for number in range(1500)])
        self.assertEqual(len(set(name_headings(texts, before))), 1500)


class ContentsTests(SimpleTestCase):
    HTML = (
        '<h2 id="section-a">Un &amp; <em>deux</em><sup><a href="#note-1">1</a></sup></h2><p>x</p>'
        '<h3 lang="en" id="section-b">Two</h3><h2 id="section-c">Voir <a href="/x/">ici</a></h2>'
        '<h2 id="section-d">Fin</h2>'
    )

    def test_words_of_headings_are_plain(self):
        self.assertEqual([each.text for each in headings_in(self.HTML)], ["Un & deux", "Two", "Voir ici", "Fin"])
        self.assertEqual([each.level for each in headings_in(self.HTML)], [2, 3, 2, 2])

    def test_short_text_has_no_table(self):
        self.assertEqual(len(contents_of(self.HTML, 900)), 4)
        self.assertEqual(contents_of(self.HTML, 120), [])
        self.assertEqual(contents_of('<h2 id="section-a">Un</h2>', 900), [])

    def test_each_heading_leads_to_itself(self):
        html = with_anchors(self.HTML)
        self.assertIn('<h3 lang="en" id="section-b"><a class="anchor" href="#section-b">Two</a></h3>', html)
        # No link stands in a link.
        self.assertIn('<a href="/x/">ici</a> <a class="anchor" href="#section-c" aria-label=', html)
        for link in re.findall(r"<a\b.*?</a>", html):
            self.assertEqual(link.count("<a"), 1)


class KeptTests(TestCase):
    """From the database to the page."""

    BODY = "<h2>Pourquoi</h2><p>a</p><h2>Comment</h2><p>b</p>"

    def ids(self, post: Post) -> list[str]:
        return re.findall(r' id="(section-[^"]*)"', self.client.get(post.path()).content.decode())

    def save(self, post: Post, body: str) -> Post:
        post = Post.objects.get(pk=post.pk)
        post.body = body
        post.save()
        return post

    def test_address_of_a_heading_of_a_published_text_stays(self):
        post = make_post(body=self.BODY)
        post = self.save(post, "<h2>Avant</h2><p>a</p><h2>Pour quelle raison</h2><h2>Comment donc ?</h2>")
        self.assertEqual(self.ids(post)[2], "section-comment")
        post.status = Post.Status.WITHDRAWN
        post.save()
        post.status = Post.Status.PUBLISHED
        post.save()
        self.assertEqual(self.ids(post)[2], "section-comment")

    def test_heading_of_a_draft_is_named_by_the_words_it_is_published_with(self):
        post = make_post(body="<h2>À trouver</h2><p>a</p>", status=Post.Status.DRAFT)
        post.status = Post.Status.PUBLISHED
        post.body = "<h2>Trouvé</h2><p>a</p>"
        post.save()
        self.assertEqual(self.ids(post), ["section-trouve"])

    def test_rendering_anew_changes_nothing(self):
        post = make_post(body="<h2>Notes</h2><h2>Notes</h2>")
        post = self.save(post, "<h2>Notes</h2><p>a</p><h2>Autres notes</h2><h2>Notes</h2>")
        before = Post.objects.get(pk=post.pk).body_html
        Post.objects.render_anew(post.pk)
        self.assertEqual(Post.objects.get(pk=post.pk).body_html, before)

    def test_plain_page_keeps_them_too(self):
        page = make_page(body="<h2>Éditeur</h2><p>a</p><h2>Hébergeur</h2><p>b</p>")
        page.body = "<h2>L’éditeur</h2><p>a</p><h2>Hébergeur</h2><p>b</p>"
        page.save()
        self.assertContains(self.client.get("/mentions-legales/"), '<h2 id="section-editeur"><a class="anchor"')

    def test_long_text_has_a_table_of_contents_and_a_short_one_has_none(self):
        self.assertNotContains(self.client.get(make_post(slug="court").path()), "data-open-beside")
        body = "".join(f"<h2>Partie « {n} » & suite</h2><p>{'mot ' * 150}</p>" for n in range(1, 5))
        page = self.client.get(make_post(slug="long", body=body).path()).content.decode()
        contents = page.partition("<details data-open-beside>")[2].partition("</details>")[0]
        self.assertEqual(contents.count("<li"), 4)
        for name in re.findall(r'href="#([^"]+)"', contents):
            self.assertIn(f' id="{name}"', page)
        self.assertIn("«\u00a01\u00a0» &amp; suite", contents)

    def test_feeds_get_the_headings_without_links_to_themselves(self):
        make_post(body=self.BODY)
        self.assertNotContains(self.client.get("/blog/feed/"), "anchor")
