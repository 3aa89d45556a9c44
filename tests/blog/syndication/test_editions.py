"""What an editor at a partner's writes in its own way is no edit; what somebody says otherwise is."""

from django.test import SimpleTestCase

from blog.syndication.editions import is_same_html, is_same_title, lines_of, picture_name

OURS = (
    '<p>Un <em>début</em>, <a href="https://example.org/a">un lien</a>.</p><p>Un vers<br>un autre</p>'
    '<figure><img src="https://b.example/2026/mairie-1a2b.jpg" alt="Une mairie" width="800" height="450">'
    "<figcaption>Photo X</figcaption></figure><ul><li>un</li></ul>"
    "<table><tbody><tr><td>1</td></tr></tbody></table><hr>"
)
BLOCKS = (
    '<!-- wp:paragraph --><p>Un <em>début</em>, <a href="https://example.org/a" rel="noreferrer noopener">un lien</a>.'
    "</p><!-- /wp:paragraph -->\n\n<!-- wp:paragraph --><p>Un vers<br>un autre</p><!-- /wp:paragraph -->\n\n"
    '<!-- wp:image {"id":7} --><figure class="wp-block-image size-large">'
    '<img src="https://b.example/2026/mairie-1a2b-1024x576.jpg" alt="Une mairie" class="wp-image-7"/>'
    '<figcaption class="wp-element-caption">Photo X</figcaption></figure><!-- /wp:image -->\n\n'
    '<!-- wp:list --><ul class="wp-block-list"><!-- wp:list-item --><li>un</li><!-- /wp:list-item --></ul>'
    '<!-- wp:table --><figure class="wp-block-table"><table class="has-fixed-layout"><tbody><tr><td>1</td></tr></tbody>'
    '</table></figure><!-- wp:separator --><hr class="wp-block-separator has-alpha-channel-opacity"/>'
)
CLASSIC = (
    'Un <em>début</em>, <a href="https://example.org/a">un lien</a>.\n\nUn vers\nun autre\n<figure>'
    '<img class="alignnone size-full" src="https://b.example/2026/mairie-1a2b.jpg" alt="Une mairie" width="800" '
    'height="450" />\n<figcaption>Photo X</figcaption></figure>\n<ul>\n \t<li>un</li>\n</ul>\n<table>\n<tbody>\n<tr>\n'
    "<td>1</td>\n</tr>\n</tbody>\n</table>\n\n<hr />\n\n"
)


class SavedTests(SimpleTestCase):
    def test_what_editors_write_in_their_own_way_is_the_same(self):
        for name, html in {"blocks": BLOCKS, "classic": CLASSIC}.items():
            with self.subTest(name):
                self.assertTrue(is_same_html(OURS, html))
                self.assertEqual(lines_of(OURS, is_detailed=True), lines_of(html, is_detailed=True))

    def test_what_somebody_changed_is_not(self):
        for old, new in (
            ("début", "commencement"),
            ("example.org/a", "example.org/b"),
            ("Une mairie", "Une école"),
            ("mairie-1a2b", "ecole-1a2b"),
            ("<em>début</em>", "<strong>début</strong>"),
            ("<br>", " "),
            ("<figcaption>Photo X</figcaption>", ""),
            ("<hr>", ""),
        ):
            with self.subTest(new):
                self.assertFalse(is_same_html(OURS, OURS.replace(old, new)))

    def test_picture_is_the_same_in_each_of_its_files(self):
        for name in (
            "a-1a2b.jpg",
            "a-1a2b-scaled.jpg",
            "a-1a2b-300x200.webp",
            "A-1a2b.jpg.webp",
            "a-1a2b-rotated.jpeg",
        ):
            with self.subTest(name):
                self.assertEqual(picture_name(f"https://cdn.example/x/{name}?w=3"), "a-1a2b")
        self.assertEqual(picture_name("http://[x"), "http://[x")

    def test_title_is_the_same_however_its_signs_are_written(self):
        self.assertTrue(is_same_title("L’encre\u00a0&amp; «&nbsp;le papier&#8239;»", "L’encre & « le papier\u202f»"))
        self.assertFalse(is_same_title("L’encre & le papier", "L’encre et le papier"))


class LinesTests(SimpleTestCase):
    def test_each_paragraph_is_a_line_with_its_pictures_and_where_they_and_the_links_lead(self):
        lines = ["Un début, un lien.", "Un vers", "un autre", "[Une mairie]", "Photo X", "un", "1"]
        self.assertEqual(lines_of(CLASSIC).split("\n"), lines)
        lines[0], lines[3] = "Un début, un lien (https://example.org/a).", "[Une mairie] (mairie-1a2b)"
        self.assertEqual(lines_of(BLOCKS, is_detailed=True).split("\n"), lines)
