"""What a partner gets of a text, as it can be put up anywhere."""

from datetime import UTC, datetime

from django.test import TestCase

from blog.models import Post, Tribune
from blog.syndication.packaging import Package, find_obstacles, make_package, make_portable
from tests.factories import make_author, make_image, make_partner, make_post, make_translation, make_tribune

DRAFT = {"state": Tribune.State.DRAFT, "url": "", "published_at": None}
WHOLE = {"content": Tribune.Content.WHOLE, "canonical": Tribune.Canonical.HERE}


def make_draft(post, partner=None, **overrides):
    return make_tribune(post, partner, **DRAFT | overrides)


class PortableHtmlTests(TestCase):
    def portable(self, html):
        return make_portable(html, base="https://blog.example.org/blog/2016/06/texte/")

    def test_nothing_of_our_page_is_left(self):
        html = self.portable(
            '<h2 id="section-x">Titre</h2><div class="table-scroll" tabindex="0" role="region" aria-label="T">'
            '<table><thead><tr><th scope="col">A</th></tr></thead></table></div>'
        )
        self.assertEqual(html, '<h2>Titre</h2><table><thead><tr><th scope="col">A</th></tr></thead></table>')

    def test_addresses_are_whole_and_anchors_are_words(self):
        html = self.portable(
            '<p><a href="/auteurs/x/" rel="noopener">x</a> <a href="#section-y">y</a> '
            '<a href="https://example.org/z" rel="noopener">z</a> <a href="mailto:a@example.org">m</a></p>'
        )
        self.assertEqual(
            html,
            '<p><a href="https://blog.example.org/auteurs/x/">x</a> y <a href="https://example.org/z">z</a> '
            '<a href="mailto:a@example.org">m</a></p>',
        )

    def test_a_picture_is_a_plain_figure_with_its_credit(self):
        html = self.portable(
            '<figure class="picture"><picture><source type="image/avif" srcset="/media/a-320.avif 320w" sizes="100vw">'
            '<img src="/media/a.jpg" width="800" height="450" loading="lazy" decoding="async" alt="Une urne"></picture>'
            '<figcaption>Au bureau. <small class="credit">Photo X</small></figcaption></figure>'
        )
        self.assertEqual(
            html,
            '<figure><img src="https://blog.example.org/media/a.jpg" width="800" height="450" alt="Une urne">'
            "<figcaption>Au bureau. (Photo X)</figcaption></figure>",
        )

    def test_a_video_is_the_link_to_it(self):
        html = self.portable(
            '<figure class="video"><iframe srcdoc="&lt;p&gt;" title="t"></iframe><figcaption>Le débat '
            '<a href="https://www.youtube.com/watch?v=x" class="watch">Voir</a></figcaption></figure><p>Fin</p>'
        )
        self.assertEqual(html, '<p>Le débat <a href="https://www.youtube.com/watch?v=x">Voir</a></p><p>Fin</p>')

    def test_paragraph_is_one_line_which_a_wordpress_would_break_else(self):
        html = self.portable("<p>Un\ndébut,\r\n <em>une</em>\n<b>fin</b>.</p>\n<ul>\n<li>a\nb</li></ul><pre>x\ny</pre>")
        self.assertEqual(html, "<p>Un début, <em>une</em> <b>fin</b>.</p>\n<ul>\n<li>a b</li></ul><pre>x\ny</pre>")

    def test_another_language_within_the_text_stays_marked(self):
        self.assertEqual(self.portable('<p>Un <em lang="en">call</em></p>'), '<p>Un <em lang="en">call</em></p>')


class PackageTests(TestCase):
    def test_the_whole_text_says_who_wrote_it_for_whom_it_was_paid_and_where_it_stands_first(self):
        authors = [make_author(), make_author(name="Camille Ferrand", slug="camille")]
        post = make_post(authors=authors, disclosure=Post.Disclosure.PAID, disclosure_with="Acme & fils")
        package = make_package(make_draft(post, **WHOLE))
        address = "http://testserver/blog/2016/06/president-numerique-bonne-idee-webinaire/"
        self.assertIn(address, package.origin)
        self.assertEqual(package.canonical, address)
        self.assertIn("Acme & fils", package.disclosure)
        for part in ("Yann Gourvennec", "Camille Ferrand", "Acme &amp; fils", address, "<p>Une réponse vient.</p>"):
            self.assertIn(part, package.article_html)
        self.assertNotIn("class=", package.article_html)

    def test_words_are_in_the_language_of_the_text(self):
        original = make_post(authors=[make_author()], disclosure=Post.Disclosure.PAID, disclosure_with="Acme")
        english = make_translation(
            original, authors=[make_author(name="A B", slug="a")], disclosure="paid", disclosure_with="Acme"
        )
        package = make_package(make_draft(english, make_partner(language="fr"), **WHOLE))
        self.assertEqual(package.byline, "By A B")
        self.assertEqual(package.disclosure, "This article was paid for by Acme.")
        self.assertTrue(package.origin.startswith("First published at La Marge: http://testserver/en/blog/"))
        french = make_package(make_draft(original, make_partner(slug="p2", language="en"), **WHOLE))
        self.assertIn("Cet article a été payé par", french.disclosure)

    def test_a_teaser_here_leaves_the_canonical_to_the_partner(self):
        package = make_package(make_draft(make_post()))
        self.assertEqual(package.canonical, "")

    def test_a_teaser_there_is_the_standfirst_and_the_way_here(self):
        image = make_image()
        post = make_post(
            authors=[make_author()],
            cover=image,
            body=f'<p>Tout le texte.</p><figure data-image="{make_image().pk}"></figure>',
            disclosure="paid",
            disclosure_with="Acme",
        )
        package = make_package(make_draft(post, content_there="teaser", **WHOLE))
        address = "http://testserver/blog/2016/06/president-numerique-bonne-idee-webinaire/"
        for text in (package.article_html, package.text):
            self.assertNotIn("Tout le texte", text)
            for part in ("Un avis, et pourquoi il est ailleurs.", "Yann Gourvennec", "Acme", address):
                self.assertIn(part, text)
        self.assertIn(f'<a href="{address}">', package.article_html)
        self.assertEqual((package.body_html, package.canonical), ("", address))
        self.assertEqual([picture.is_cover for picture in package.pictures], [True])
        self.assertEqual(package.words, 7)

    def test_a_teaser_there_needs_a_standfirst_and_an_address_here(self):
        teaser = {"content_there": "teaser", **WHOLE}
        self.assertEqual(find_obstacles(make_draft(make_post(), **teaser)), [])
        post = make_post(slug="b", status=Post.Status.DRAFT, published_at=None, standfirst=" ")
        self.assertEqual(len(find_obstacles(make_draft(post, make_partner(slug="b"), **teaser))), 2)

    def test_the_text_for_the_partner_may_be_another_than_the_teaser(self):
        piece = make_post(
            slug="texte", title="Le texte", body="<p>Tout.</p>", status=Post.Status.DRAFT, published_at=None
        )
        tribune = make_draft(make_post(), piece=piece, title="")
        package = make_package(tribune)
        self.assertEqual((package.title, package.body_html), ("Le texte", "<p>Tout.</p>"))
        self.assertIn("http://testserver/blog/2016/06/", package.origin)

    def test_a_draft_names_no_address_that_leads_nowhere(self):
        post = make_post(status=Post.Status.DRAFT, published_at=None)
        package = make_package(make_draft(post, **WHOLE))
        self.assertEqual(package.canonical, "")
        self.assertNotIn("/admin/", package.article_html)

    def test_pictures_come_with_their_words(self):
        image = make_image(caption_fr="Au bureau", credit="Photo X", licence="CC BY 4.0")
        post = make_post(body=f'<p>A</p><figure data-image="{image.pk}"></figure>', cover=image)
        cover, picture = make_package(make_draft(post)).pictures
        self.assertTrue(cover.is_cover)
        self.assertEqual(
            (picture.alt, picture.caption, picture.credit, picture.licence),
            ("Une urne", "Au bureau", "Photo X", "CC BY 4.0"),
        )
        self.assertTrue(picture.address.startswith("http://testserver/media/pictures/"))

    def test_a_package_is_the_same_after_it_was_kept(self):
        package = make_package(make_draft(make_post(cover=make_image())))
        again = Package.from_data(package.as_data())
        self.assertEqual((again, again.digest), (package, package.digest))

    def test_what_keeps_a_tribune_from_being_handed_over(self):
        post = make_post(status=Post.Status.IN_REVIEW, published_at=None, disclosure="", body="", category=None)
        tribune = make_draft(post, make_partner(takes="wordpress"))
        self.assertEqual(len(find_obstacles(tribune)), 3)
        theirs = make_tribune(make_post(slug="b"), make_partner(slug="b"), direction="theirs_here")
        self.assertEqual(len(find_obstacles(theirs)), 2)
        self.assertEqual(find_obstacles(make_draft(make_post(slug="c"), make_partner(slug="c"))), [])

    def test_a_post_to_come_names_the_address_that_it_will_have(self):
        post = make_post(published_at=datetime(2090, 1, 1, tzinfo=UTC))
        self.assertIn("/blog/2090/01/", make_package(make_draft(post, **WHOLE)).canonical)
