"""A partner's tribune is found that is to be taken in: in their feed, by the API of their WordPress, or on a page."""

import json
from datetime import UTC, datetime

from blog.models import Partner
from blog.syndication.errors import BadAnswerError, FetchError
from blog.syndication.feeds import NoFeedError
from blog.syndication.pieces import NoArticleError, piece_of_page, pieces_of_feed, pieces_of_wordpress
from tests.blog.syndication.servers import http
from tests.blog.syndication.test_taking_in import WORDS, BlogTestCase

APPEARED = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>L’Atelier</title><link>{base}/</link>
<language>fr-FR</language><description>Des carnets</description>
<item><title>Le papier &amp;#8211; l’encre</title><link>{base}/papier/?utm_source=rss&amp;p=1</link>
<dc:creator><![CDATA[Nadia Khelil]]></dc:creator><category>Encre</category>
<pubDate>Mon, 05 Oct 2026 07:00:00 GMT</pubDate><description><![CDATA[<p>Un résumé.</p>]]></description>
<content:encoded><![CDATA[<p>{text}</p><figure><img src="/une.png"></figure>]]></content:encoded></item>
<item><title>Une suite</title><link>{base}/suite/</link><description>Un début […]</description></item>
<item><title>Coupé</title><link>{base}/coupe/</link>
<content:encoded><![CDATA[<p>{text}</p><p><a href="x">Lire la suite</a></p>]]></content:encoded></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Workshop</title>
<entry><title type="html">Paper &amp;amp; ink</title><link href="{base}/paper/"/><id>1</id>
<author><name>Ann Lee</name></author><published>2026-10-05T07:00:00Z</published>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Some <em>words</em>.</p><script>x</script></div>
</content></entry></feed>"""
PAGE = """<!doctype html><html lang="fr-FR"><head><title>Le papier – L’Atelier</title>
<meta property="og:title" content="Le papier – L’Atelier"><meta name="description" content="Pourquoi écrire.">
<meta property="og:image" content="/une.png"><link rel="canonical" href="/2026/10/papier/">
<script type="application/ld+json">{{"@graph": [{{"@type": "WebSite"}}, {{"@type": ["BlogPosting"],
"author": {{"name": "Nadia Khelil"}}, "datePublished": "2026-10-05T09:00:00+02:00", "articleBody": {body}}}]}}</script>
</head><body><nav><p>Menu</p></nav><article><h1>Le papier</h1><div class="{content}">{text}
<div class="sharedaddy"><p>Partager</p></div></div></article><footer><p>Pied</p></footer></body></html>"""


class FeedTests(BlogTestCase):
    def serve(self, text, content_type="application/rss+xml"):
        self.blog.pages["/feed/"] = http(text, Content_Type=content_type)
        self.partner.feed = f"{self.base}/feed/"
        return pieces_of_feed(self.partner)

    def test_whole_texts_come_with_what_is_said_of_them(self):
        piece, summary, cut = self.serve(RSS.format(base=self.base, text=WORDS))
        self.assertEqual((piece.title, piece.address), ("Le papier – l’encre", f"{self.base}/papier/?p=1"))
        self.assertEqual((piece.authors, piece.published_at), (["Nadia Khelil"], APPEARED))
        self.assertEqual((piece.language, piece.tags, piece.summary), ("fr-FR", ["Encre"], "Un résumé."))
        self.assertIn('<img src="/une.png">', piece.html)
        self.assertEqual((summary.html, cut.html), ("", ""))

    def test_atom_in_xhtml_is_read(self):
        (piece,) = self.serve(ATOM.format(base=self.base), "application/atom+xml")
        self.assertEqual((piece.title, piece.authors, piece.language), ("Paper & ink", ["Ann Lee"], "en"))
        self.assertIn("<p>Some <em>words</em>.</p>", piece.html)

    def test_json_feed_is_read(self):
        item = {"url": "/papier/", "title": "Le papier", "content_html": "<p>Un.</p>", "authors": [{"name": "Nadia"}]}
        data = {"version": "https://jsonfeed.org/version/1.1", "language": "fr", "items": [item, "x", {"url": 3}]}
        (piece,) = self.serve(json.dumps(data), "application/feed+json")
        self.assertEqual((piece.address, piece.html, piece.authors), (f"{self.base}/papier/", "<p>Un.</p>", ["Nadia"]))

    def test_of_10_000_entries_the_newest_are_read(self):
        item = f"<item><title>NN</title><link>{self.base}/NN/</link><description>{'x' * 400}</description></item>"
        items = "".join(item.replace("NN", str(number)) for number in range(10_000))
        pieces = self.serve(f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>")
        self.assertEqual([piece.title for piece in pieces[:2]], ["0", "1"])
        self.assertLessEqual(len(pieces), 20)

    def test_what_is_no_feed_is_said(self):
        with self.assertRaises(NoFeedError):
            self.serve("<p>Bonjour", "text/html")
        with self.assertRaises(FetchError):
            pieces_of_feed(Partner())


class WordPressTests(BlogTestCase):
    POST = {
        "link": "{base}/2026/10/papier/",
        "date_gmt": "2026-10-05T07:00:00",
        "title": {"rendered": "Le papier &#8211; l&rsquo;encre"},
        "excerpt": {"rendered": "<p>Un résumé.</p>"},
        "content": {"rendered": "<p>Un.</p>", "protected": False},
        "_embedded": {
            "author": [{"name": "Nadia Khelil"}],
            "wp:featuredmedia": [{"source_url": "{base}/une.png"}],
            "wp:term": [[{"name": "Encre"}], [{"name": "Cloud"}]],
        },
    }

    def serve(self, data, **headers):
        self.partner.api = f"{self.base}/wp-json/"
        text = data if isinstance(data, str) else json.dumps(data)
        headers = {"Content_Type": "application/json"} | headers
        self.blog.pages["/wp-json/wp/v2/posts"] = http(text.replace("{base}", self.base), **headers)
        return pieces_of_wordpress(self.partner)

    def test_public_posts_come_with_author_and_cover(self):
        (piece,) = self.serve([self.POST])
        self.assertEqual((piece.authors, piece.published_at), (["Nadia Khelil"], APPEARED))
        self.assertEqual((piece.cover, piece.tags), (f"{self.base}/une.png", ["Encre", "Cloud"]))
        self.assertNotIn("authorization", self.server.requests[0].lower())

    def test_author_hidden_from_strangers_is_none(self):
        hidden = {"author": [{"code": "rest_user_invalid_id"}], "wp:term": {"x": 1}}
        (piece,) = self.serve([self.POST | {"_embedded": hidden}])
        self.assertEqual((piece.authors, piece.cover, piece.tags), ([], "", []))

    def test_bad_answers_are_said(self):
        for data, headers in (
            ("<p>Bonjour", {"Content_Type": "text/html"}),
            ({"code": "rest_no_route"}, {}),
            ([{"id": 1}], {}),
            ([None], {}),
            ("[" * 5000, {}),
            ('"\xff"', {}),
        ):
            with self.subTest(data=data), self.assertRaises(BadAnswerError) as caught:
                self.serve(data, **headers)
            self.assertTrue(str(caught.exception))

    def test_fewer_are_asked_for_where_they_weigh_too_much(self):
        self.serve([self.POST])
        page = self.blog.pages["/wp-json/wp/v2/posts"]
        heavy = http(b"", Content_Length="9000000")
        self.blog.pages["/wp-json/wp/v2/posts"] = lambda request: page if "per_page=3&" in request else heavy
        self.assertEqual(len(pieces_of_wordpress(self.partner)), 1)


class PageTests(BlogTestCase):
    def page(self, text=f"<p>{WORDS}</p>", content="entry-content", body="null", **headers):
        self.blog.pages["/a/"] = http(PAGE.format(text=text, content=content, body=body), **headers)
        return piece_of_page(f"{self.base}/a/?utm_source=x")

    def test_article_is_found_with_what_the_page_says_of_it(self):
        piece, elsewhere = self.page()
        self.assertEqual((piece.address, elsewhere), (f"{self.base}/2026/10/papier/", ""))
        self.assertEqual((piece.title, piece.summary), ("Le papier", "Pourquoi écrire."))
        self.assertEqual((piece.authors, piece.published_at), (["Nadia Khelil"], APPEARED))
        self.assertEqual((piece.language, piece.cover), ("fr-FR", f"{self.base}/une.png"))
        self.assertIn("Le papier garde", piece.html)
        for part in ("Menu", "Pied"):
            self.assertNotIn(part, piece.html)

    def test_picture_of_a_wordpress_that_no_plugin_names_is_found(self):
        text = PAGE.format(text=f"<p>{WORDS}</p>", content="entry-content", body="null").replace("og:image", "x")
        other = '<a href="/autre/"><img class="wp-post-image" src="/autre.png"></a>'
        own = '<img class="attachment-post-thumbnail wp-post-image" src="/s.png" srcset="/s.png 300w, /m.png 900w">'
        for shown, cover in ((other, ""), (f"{other}<figure>{own}</figure>", f"{self.base}/m.png")):
            self.blog.pages["/a/"] = http(text.replace("<h1>", f"{shown}<h1>"))
            self.assertEqual(piece_of_page(f"{self.base}/a/")[0].cover, cover)

    def test_text_that_a_script_would_write_is_taken_from_the_data(self):
        piece, _ = self.page(text="<p>Chargement</p>", body=json.dumps(f"Un <début>.\n\n{WORDS}"))
        self.assertIn("<p>Un &lt;début&gt;.</p>", piece.html)

    def test_page_without_an_article_gives_its_largest_text(self):
        self.blog.pages["/a/"] = http(f"<title>T</title><div><p>Menu</p></div><div><p>{WORDS}</p><p>Fin.</p></div>")
        piece, _ = piece_of_page(f"{self.base}/a/")
        self.assertIn("Fin.", piece.html)
        self.assertNotIn("Menu", piece.html)

    def test_original_on_another_site_is_told(self):
        text = PAGE.format(text=f"<p>{WORDS}</p>", content="x", body="null")
        self.blog.pages["/a/"] = http(text.replace('href="/2026/10/papier/"', 'href="https://example.net/first/"'))
        piece, elsewhere = piece_of_page(f"{self.base}/a/")
        self.assertEqual((piece.address, elsewhere), (f"{self.base}/a/", "https://example.net/first/"))

    def test_files_failures_and_nonsense_are_said(self):
        self.blog.pages |= {
            "/pdf/": http(b"%PDF", Content_Type="application/pdf"),
            "/500/": http(status=500),
            "/round/": http(status=302, Location="/round/"),
            "/nothing/": b"",
        }
        for name in ("pdf", "500", "round", "nothing", "missing"):
            with self.subTest(name), self.assertRaises(FetchError) as caught:
                piece_of_page(f"{self.base}/{name}/")
            self.assertTrue(str(caught.exception))
        with self.assertRaises(NoArticleError):
            piece_of_page(f"{self.base}/pdf/")

    def test_invalid_utf_8_and_broken_data_are_borne(self):
        text = PAGE.format(text=f"<p>{WORDS}</p>", content="entry-content", body="{")
        self.blog.pages["/a/"] = http(text.encode() + b"\xff\xfe\x80", Content_Type="text/html; charset=utf-8")
        piece, _ = piece_of_page(f"{self.base}/a/")
        self.assertEqual((piece.title, piece.authors), ("Le papier", []))
