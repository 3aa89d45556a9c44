"""The passages of a text: what they are called, and where they are once the text has changed."""

from django.test import SimpleTestCase, TestCase

from blog.body import render_body
from blog.markup import contents, make, parse
from blog.models import Post
from blog.passages import find, passages_of, readable, with_link, with_mark
from tests.factories import make_image, make_post

BODY = (
    "<p>Une <strong>question</strong> revient&nbsp;: « oui »&nbsp;?</p><h2>Pourquoi</h2>"
    "<p>Une réponse vient,<br>et elle est longue.</p><ul><li>un</li><li>deux</li></ul><p>Pareil.</p><p>Pareil.</p>"
)


def post_of(body: str, **fields) -> Post:
    html = render_body(body, language="fr", pictures={}).html
    return Post(**{"title": "Titre d’été", "standfirst": "Chapô.", "language": "fr", "body_html": html} | fields)


class PassageTests(SimpleTestCase):
    def setUp(self):
        self.passages = passages_of(post_of(BODY))

    def place(self, words, body, quote=""):
        """Return the words of the passage where a remark on the one with these words belongs in another body."""
        old = next(each for each in self.passages if each.words.startswith(words))
        place = find(passages_of(post_of(body)), place=old.key, words=old.words, quote=readable(quote))
        return (place.passage.words, place.is_changed) if place else None

    def test_title_standfirst_and_each_block_is_one_known_by_its_words(self):
        self.assertEqual(
            [passage.words for passage in self.passages],
            [
                "Titre d’été",
                "Chapô.",
                "Une question revient : « oui » ?",
                "Pourquoi",
                "Une réponse vient, et elle est longue.",
                "un deux",
                "Pareil.",
                "Pareil.",
            ],
        )
        self.assertEqual(len({passage.key for passage in self.passages}), 8)

    def test_typography_hides_nothing(self):
        self.assertTrue(self.passages[2].holds("revient : « oui »\u202f?"))
        self.assertTrue(self.passages[0].holds("d'été"))

    def test_where_nothing_changed_it_is_the_same_of_two_alike_too(self):
        for passage in self.passages:
            place = find(self.passages, place=passage.key, words=passage.words)
            self.assertEqual((place.passage.key, place.is_changed), (passage.key, False))

    def test_it_is_found_where_blocks_before_it_came_and_went(self):
        body = BODY.replace("<h2>Pourquoi</h2>", "<h2>Comment</h2><p>Nouveau.</p>").replace("Une <strong>", "<strong>")
        self.assertEqual(self.place("Une réponse", body), ("Une réponse vient, et elle est longue.", False))

    def test_it_is_found_where_its_other_words_changed(self):
        body = BODY.replace("Une réponse vient,", "Après un an, une réponse arrive,")
        found = ("Après un an, une réponse arrive, et elle est longue.", True)
        self.assertEqual(self.place("Une réponse", body, "elle est longue"), found)
        self.assertEqual(self.place("Une réponse", body), found)

    def test_where_its_words_are_gone_it_is_nowhere(self):
        body = BODY.replace("elle est longue", "elle est courte")
        self.assertIsNone(self.place("Une réponse", body, "elle est longue"))
        self.assertIsNone(self.place("Une réponse", "<p>Tout autre chose, en somme.</p>"))

    def test_a_short_word_is_not_taken_for_one_of_another_passage(self):
        body = BODY.replace("<p>Une réponse vient,<br>et elle est longue.</p>", "<p>Un tout autre sujet, et basta.</p>")
        self.assertIsNone(self.place("Une réponse", body, "et"))

    def test_the_title_is_found_when_it_changes_a_little(self):
        old = self.passages[0]
        passages = passages_of(post_of(BODY, title="Titre d’hiver"))
        self.assertIsNone(find(passages, place="title", words=old.words, quote="d’été"))
        self.assertTrue(find(passages, place="title", words=old.words, quote="Titre").is_changed)

    def test_words_are_marked_through_the_elements_that_they_stand_in(self):
        for html, quote, marked in (
            (
                "<p>Une <em>réponse vient</em>, et.</p>",
                "vient, e",
                "<p>Une <em>réponse <mark>vient</mark></em><mark>, e</mark>t.</p>",
            ),
            ("<p><em>a</em> b c d</p>", "c", "<p><em>a</em> b <mark>c</mark> d</p>"),
            (
                "<ul><li>un</li><li>deux</li></ul>",
                "un deux",
                "<ul><li><mark>un</mark></li><li><mark>deux</mark></li></ul>",
            ),
            ("<p>Rien</p>", "tout", "<p>Rien</p>"),
        ):
            with self.subTest(quote=quote):
                self.assertEqual(with_mark(html, quote), marked)

    def test_a_link_stands_where_html_lets_it(self):
        for html in (
            "<p>Un</p>",
            "<ul><li>un</li><li>deux</li></ul>",
            "<figure><img src='/a.jpg' alt='Un'></figure>",
            "<table><tbody><tr><td>1</td></tr></tbody></table>",
            "<pre><code>x</code></pre>",
        ):
            passage = passages_of(Post(title="", body_html=html))[0]
            linked = contents(parse(with_link(passage, make("a", ["x"], href="#"))))[0]
            parent = next(linked.iter("a")).getparent()
            self.assertIn(parent.tag, ("p", "li", "figure", "td", "pre"))
            self.assertEqual(len(list(linked.iter("a"))), 1)


class RenderedTests(TestCase):
    def test_what_was_rendered_is_put_together_again_as_it_was(self):
        image = make_image()
        post = make_post(
            body=BODY
            + f'<figure data-image="{image.pk}"><figcaption>Une légende</figcaption></figure>'
            + '<figure data-video="https://www.youtube.com/watch?v=M7lc1UVf-VE"></figure>'
            + "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1 &lt; 2</td></tr></tbody></table>"
            + "<pre><code>if a &lt; b:\n    c\n\nd</code></pre><hr>"
            + '<p>Note<foot-note>En bas.</foot-note> <a href="https://example.org/?a=1&amp;b=2">lien</a></p>'
        )
        parts = [passage.html for passage in passages_of(post) if passage.html]
        self.assertEqual("".join(parts), post.body_html.replace(">\n<", "><"))
        blocks = contents(parse(post.body_html))
        self.assertEqual(len(parts), len([block for block in blocks if not isinstance(block, str)]))
