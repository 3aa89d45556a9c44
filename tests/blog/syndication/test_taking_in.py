"""A partner's tribune is taken in: their text becomes a draft here, whatever their server answers."""

from datetime import UTC, datetime
from io import BytesIO

from django.core.exceptions import ValidationError
from django.test import TestCase
from PIL import Image as Pillow

from authors.models import Author
from blog.models import Image, Post, TakenIn, Tribune
from blog.syndication.intakes import TheirPiece
from blog.syndication.taking_in import take_in
from blog.syndication.their_html import read_text
from tests.blog.syndication.servers import http, playing
from tests.factories import make_author, make_partner, make_post, make_tag, make_tribune

APPEARED = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
WORDS = "Le papier garde ce que l’écran oublie, et personne ne le lui demande. " * 12


def picture(colour=(20, 90, 70), size=(640, 400), kind="PNG"):
    buffer = BytesIO()
    Pillow.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


class Blog:
    """Plays a partner's blog; ``pages`` maps a path to an answer, or to nothing where there is none."""

    def __init__(self):
        self.pages = {
            "/une.png": http(picture(), Content_Type="image/png"),
            "/deux.png": http(picture((178, 58, 46)), Content_Type="image/png"),
        }

    def answer(self, request, _connection):
        path = request.split(" ")[1].partition("?")[0]
        page = self.pages.get(path, http("nothing", status=404))
        return page(request) if callable(page) else page


class BlogTestCase(TestCase):
    def setUp(self):
        self.blog = Blog()
        self.server = self.enterContext(playing(self.blog.answer))
        self.base = self.server.address
        self.partner = make_partner(
            name="L’Atelier", slug="l-atelier", keeper="Nadia Khelil", site=f"{self.base}/", language="fr"
        )

    def asked(self):
        return [request.split(" ")[1] for request in self.server.requests]

    def piece(self, html=f"<p>{WORDS}</p>", **said):
        facts = {
            "address": f"{self.base}/2026/10/papier/",
            "title": "Le papier",
            "language": "fr-FR",
            "authors": ["Nadia Khelil"],
            "published_at": APPEARED,
        }
        return TheirPiece(html=html, **facts | said)


class DraftTests(BlogTestCase):
    def test_it_is_a_draft_with_byline_origin_and_no_disclosure(self):
        tribune = take_in(self.partner, self.piece(summary="Pourquoi écrire encore à la main."))
        post = tribune.post
        self.assertEqual((post.status, post.disclosure, post.language), ("draft", "", "fr"))
        self.assertEqual((post.title, post.standfirst), ("Le papier", "Pourquoi écrire encore à la main."))
        self.assertEqual([author.name for author in post.byline], ["Nadia Khelil"])
        self.assertEqual((tribune.direction, tribune.content, tribune.canonical), ("theirs_here", "whole", "there"))
        self.assertEqual((tribune.state, tribune.url), ("published", f"{self.base}/2026/10/papier/"))
        self.assertEqual((tribune.published_at, tribune.words), (APPEARED, post.words))
        self.assertEqual(self.asked(), [])

    def test_who_signs_is_not_listed_and_leads_to_the_blog(self):
        take_in(self.partner, self.piece())
        author = Author.objects.get()
        self.assertFalse(author.is_listed)
        self.assertEqual([link.address for link in author.links.all()], [f"{self.base}/"])

    def test_same_author_of_a_partner_is_one_and_ours_of_that_name_is_another(self):
        make_author(name="Nadia Khelil", slug="nadia")
        for number in range(2):
            take_in(self.partner, self.piece(address=f"{self.base}/{number}/"))
        self.assertEqual(Author.objects.filter(name="Nadia Khelil").count(), 2)
        self.assertFalse(Post.objects.filter(authors__slug="nadia").exists())

    def test_without_a_name_its_keeper_signs_and_the_editor_is_told(self):
        tribune = take_in(self.partner, self.piece(authors=["admin"]))
        self.assertEqual([author.name for author in tribune.post.byline], ["Nadia Khelil"])
        self.assertIn("Nadia Khelil", " ".join(tribune.taken_in.sentences()))

    def test_pictures_come_along_with_their_words_and_whose_they_are(self):
        tribune = take_in(
            self.partner,
            self.piece(
                f'<p>{WORDS}</p><figure><img src="/une.png" alt="Une presse"><figcaption>À l’imprimerie</figcaption>'
                f'</figure><p><a href="../suite/">Suite</a><img src="/deux.png" srcset="/une.png 640w"></p>',
                cover="/deux.png",
            ),
        )
        image = Image.objects.get(alt_fr="Une presse")
        self.assertEqual((image.caption_fr, image.credit), ("À l’imprimerie", "L’Atelier (127.0.0.1)"))
        self.assertEqual((image.source, image.licence), (f"{self.base}/une.png", ""))
        body = tribune.post.body
        self.assertEqual(body.count(f'data-image="{image.pk}"'), 2)
        self.assertIn(f'href="{self.base}/2026/10/suite/"', body)
        html = tribune.post.body_html
        self.assertIn(image.file.url, html)
        self.assertIn("À l’imprimerie <small", html)
        self.assertNotIn(f'src="{self.base}', html)
        self.assertEqual(tribune.post.cover.source, f"{self.base}/deux.png")
        self.assertEqual(Image.objects.count(), 2)

    def test_taken_in_twice_it_is_the_same_tribune(self):
        tribune = take_in(self.partner, self.piece('<p>Un.</p><img src="/une.png">'))
        same = take_in(self.partner, self.piece('<p>Deux.</p><img src="/deux.png">', address=tribune.url.rstrip("/")))
        self.assertEqual((same, Post.objects.count(), self.asked()), (tribune, 1, ["/une.png"]))
        bare = self.piece(address="")
        self.assertEqual(take_in(self.partner, bare), take_in(self.partner, bare))

    def test_one_that_was_entered_by_hand_or_is_ours_is_found(self):
        ours = make_tribune(make_post(), self.partner, url=f"{self.base}/2026/10/papier")
        self.assertEqual(take_in(self.partner, self.piece()), ours)
        self.assertEqual(TakenIn.objects.count(), 0)

    def test_same_picture_is_one_in_the_library(self):
        for number in range(2):
            take_in(self.partner, self.piece('<p>Un.</p><img src="/une.png">', address=f"{self.base}/{number}/"))
        self.assertEqual(Image.objects.count(), 1)

    def test_picture_that_cannot_be_had_leaves_its_words_and_a_line(self):
        tribune = take_in(self.partner, self.piece('<p>Un.</p><img src="/rien.png" alt="Une presse"><p>Deux.</p>'))
        self.assertIn("<p><em>Une presse</em></p>", tribune.post.body)
        self.assertNotIn("figure", tribune.post.body)
        (line,) = tribune.taken_in.sentences()
        self.assertIn(f"{self.base}/rien.png", line)
        self.assertIn("404", line)

    def test_nothing_that_acts_comes_along(self):
        tribune = take_in(
            self.partner,
            self.piece(
                '<p onclick="alert(1)" style="color:red">Un <a href="javascript:alert(1)">lien</a>.</p>'
                "<script>alert(1)</script><form action=x><input name=a><button>Go</button></form>"
                '<iframe src="https://maps.example.org/x"></iframe><figure data-image="1"></figure>'
            ),
        )
        post = tribune.post
        for part in ("alert", "onclick", "style", "<form", "<input", "<iframe", "data-image"):
            self.assertNotIn(part, post.body)
        self.assertIn('<a href="https://maps.example.org/x">', post.body)
        said = " ".join(tribune.taken_in.sentences())
        self.assertIn("https://maps.example.org/x", said)

    def test_footnotes_keep_their_numbers_and_lose_the_way_back(self):
        html = (
            '<p>Un mot.<sup><a href="#n1" id="r1">1</a></sup></p><ol><li id="n1">La note. <a href="#r1">↩</a></li></ol>'
        )
        source = read_text(html, base=f"{self.base}/a/").source
        self.assertIn("<sup>1</sup>", source)
        self.assertIn("La note.", source)
        self.assertNotIn("↩", source)

    def test_lazy_pictures_and_passages_in_another_language_come_along(self):
        html = (
            '<p lang="en">He said <i lang="fr">le papier</i>.</p><figure><img src="data:image/gif;base64,R0lGOD"'
            ' data-src="/une.png" alt="Une presse"><figcaption>A press. <i>Photo: Ana Ruiz</i></figcaption></figure>'
            '<noscript><img src="/une.png"></noscript>'
        )
        text = read_text(html, base=f"{self.base}/a/")
        self.assertIn('<em lang="fr">le papier</em>', text.source)
        self.assertEqual([each.address for each in text.pictures], [f"{self.base}/une.png"])
        self.assertEqual(text.pictures[0].caption, "A press. Photo: Ana Ruiz")

    def test_known_video_stays_one(self):
        post = take_in(
            self.partner, self.piece('<p>Un.</p><iframe src="//www.youtube.com/embed/abcdefghijk"></iframe>')
        ).post
        self.assertEqual(post.frame_hosts, ["https://www.youtube-nocookie.com"])

    def test_tags_that_we_have_are_set_and_none_is_made(self):
        tag = make_tag()
        post = take_in(self.partner, self.piece(tags=["Cloud", "Encre"])).post
        self.assertEqual(list(post.tags.all()), [tag])

    def test_other_language_and_missing_ones_are_told(self):
        for language in ("de", ""):
            tribune = take_in(self.partner, self.piece(language=language, address=f"{self.base}/{language}/"))
            self.assertEqual(tribune.post.language, "fr")
            self.assertEqual(len(tribune.taken_in.sentences()), 1)

    def test_it_is_not_said_to_be_out_where_nobody_said_so(self):
        tribune = take_in(self.partner, self.piece(published_at=None))
        self.assertEqual((tribune.state, tribune.published_at), ("draft", None))

    def test_note_without_a_title_has_its_beginning(self):
        post = take_in(self.partner, self.piece(title="")).post
        self.assertTrue(post.title.startswith("Le papier garde ce que l’écran oublie"))
        self.assertTrue(post.title.endswith("…"))


class HostileTests(BlogTestCase):
    def test_too_much_and_nothing_are_refused_in_words(self):
        for html in ("<div>" * 10_000 + "x", "<p>mot</p>" * 300_000, "<p>" + "x" * 3_000_000, "", "<script>x</script>"):
            with self.subTest(html=html[:20]), self.assertRaises(ValidationError) as caught:
                take_in(self.partner, self.piece(html))
            self.assertTrue(" ".join(caught.exception.messages))
        self.assertEqual((Post.objects.count(), Image.objects.count(), Author.objects.count()), (0, 0, 0))

    def test_of_500_pictures_thirty_are_asked_for(self):
        self.blog.pages |= {
            f"/{number}.png": http(picture((number, 0, 0), size=(8, 8)), Content_Type="image/png")
            for number in range(40)
        }
        html = "".join(f'<p>Un.</p><img src="/{number}.png">' for number in range(500))
        tribune = take_in(self.partner, self.piece(html))
        self.assertEqual(len(self.asked()), 30)
        self.assertIn("470", " ".join(tribune.taken_in.sentences()))

    def test_what_is_no_picture_is_told_and_the_text_stands(self):
        bomb = BytesIO()
        Pillow.new("1", (16_000, 9000)).save(bomb, "PNG")
        self.blog.pages |= {
            "/bomb.png": http(bomb.getvalue(), Content_Type="image/png"),
            "/page.png": http("<p>Bonjour"),
            "/500.png": http(status=500),
            "/huge.png": http(b"x", Content_Length="2000000000"),
            "/round.png": http(status=302, Location="/round.png"),
            "/nothing.png": b"",
        }
        names = [name for name in self.blog.pages if name not in ("/une.png", "/deux.png")]
        html = "".join(f'<p>Un.</p><img src="{name}" alt="{name}">' for name in names)
        tribune = take_in(self.partner, self.piece(html))
        self.assertEqual(len(tribune.taken_in.sentences()), len(names))
        self.assertEqual(Image.objects.count(), 0)
        for name in names:
            self.assertIn(f"<em>{name}</em>", tribune.post.body)

    def test_smaller_file_is_taken_where_the_largest_cannot_be_had(self):
        html = '<p>Un.</p><img src="/une.png" srcset="/rien.png 2000w">'
        tribune = take_in(self.partner, self.piece(html))
        self.assertEqual(tribune.post.pictures.get().source, f"{self.base}/une.png")
        self.assertEqual(Tribune.objects.count(), 1)
