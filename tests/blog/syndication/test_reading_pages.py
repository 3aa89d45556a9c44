"""What a page of another site says of itself: for partners, for the watch, and for webmentions."""

from time import monotonic

import httpx2
from django.test import SimpleTestCase

from blog.syndication.answers import Answer
from blog.syndication.pages import LONGEST_TEXT, Page

ADDRESS = "https://blog.example/2016/06/marges/"
PARAGRAPH = "Un paragraphe de l’article, assez long pour que l’on voie que c’en est un, et non un titre seul. " * 3

WORDPRESS = f"""<!DOCTYPE html>
<html lang="fr-FR">
<head>
<meta charset="UTF-8">
<title>Les marges &#8211; Carnet de Jeanne</title>
<link rel="alternate" type="application/rss+xml" title="Carnet de Jeanne » Flux" href="/feed/">
<link rel="alternate" type="application/rss+xml" title="Commentaires" href="/comments/feed/">
<link rel="alternate" type="application/json" href="https://blog.example/wp-json/wp/v2/posts/7">
<link rel="https://api.w.org/" href="https://blog.example/wp-json/">
<link rel="canonical" href="https://blog.example/2016/06/marges/">
<link rel="micropub" href="/micropub">
<link rel="icon" href="/icon.png" sizes="32x32">
<meta property="og:title" content="Les marges">
<meta property="og:site_name" content="Carnet de Jeanne">
<meta name="robots" content="max-image-preview:large">
</head>
<body class="single has-sidebar comments-open">
<header class="site-header"><nav><a href="/">Accueil</a></nav></header>
<main><article class="h-entry post">
<header><h1>Les marges</h1> par <a rel="author" href="/author/jeanne/">Jeanne Valmont</a></header>
<div class="entry-content"><p>{PARAGRAPH}</p><p>Suite sur <a href="https://la-marge.example/blog/marges/#bas">La
Marge</a>.</p><script>var x = "rien";</script><div class="sharedaddy"><p>Partager</p></div></div>
</article></main>
<div id="comments"><p>Un commentaire, bien plus long que l’article. {PARAGRAPH * 5}</p></div>
<aside class="widget-area"><p>{PARAGRAPH}</p></aside>
</body></html>"""


def read(html, address=ADDRESS, headers=()):
    headers = httpx2.Headers([("Content-Type", "text/html; charset=utf-8"), *headers])
    return Page(Answer(address, address, 200, headers, html.encode("utf-8", "surrogatepass")))


class PartnerPageTests(SimpleTestCase):
    def test_what_a_wordpress_says_of_itself(self):
        page = read(WORDPRESS)
        self.assertEqual(page.title, "Les marges – Carnet de Jeanne")
        self.assertEqual(page.headline, "Les marges")
        self.assertEqual(page.site_name, "Carnet de Jeanne")
        self.assertEqual(page.language, "fr-FR")
        self.assertEqual(page.byline, "Jeanne Valmont")
        self.assertEqual(page.canonical, ADDRESS)
        self.assertEqual(page.wordpress_api, "https://blog.example/wp-json/")
        self.assertEqual(page.micropub, "https://blog.example/micropub")
        self.assertEqual(page.icon, "https://blog.example/icon.png")
        self.assertFalse(page.is_noindex)

    def test_feeds_come_in_the_order_of_the_page_and_the_api_is_none(self):
        feeds = [(feed.address, feed.title) for feed in read(WORDPRESS).feeds]
        self.assertEqual(
            feeds,
            [
                ("https://blog.example/feed/", "Carnet de Jeanne » Flux"),
                ("https://blog.example/comments/feed/", "Commentaires"),
            ],
        )

    def test_text_is_that_of_the_article(self):
        self.assertEqual(read(WORDPRESS).text, f"{PARAGRAPH.strip()}\nSuite sur La Marge.")

    def test_text_is_found_on_pages_that_do_not_say_where_it_is(self):
        beside = "<div class='sidebar'><p>" + PARAGRAPH * 3 + "</p></div>"
        for name, html in {
            "main": f"<nav>Accueil</nav><main><p>{PARAGRAPH}</p></main>{beside}",
            "article": f"<article>Une carte</article><article><p>{PARAGRAPH}</p></article>{beside}",
            "largest block": f"<div><p>Accueil</p></div><div><div><p>{PARAGRAPH}</p></div></div>{beside}",
        }.items():
            with self.subTest(name):
                self.assertEqual(read(html).text, PARAGRAPH.strip())

    def test_name_is_found_in_what_is_read_only(self):
        page = read(WORDPRESS)
        self.assertTrue(page.mentions("jeanne  VALMONT"))
        self.assertFalse(page.mentions("var x"))
        self.assertFalse(page.mentions(""))

    def test_empty_and_foreign_answers_say_nothing(self):
        headers = httpx2.Headers({"Content-Type": "application/pdf"})
        for page in (read(""), read("\x00"), Page(Answer(ADDRESS, ADDRESS, 200, headers, WORDPRESS.encode()))):
            said = (page.title, page.headline, page.text, page.canonical, page.byline, page.language, page.icon)
            self.assertEqual(set(said), {""})
            self.assertEqual((page.feeds, page.links, page.is_noindex), ([], [], False))


class SearchEngineTests(SimpleTestCase):
    def test_noindex_is_seen_wherever_it_is_said(self):
        for html, headers, is_noindex in (
            ('<meta name="robots" content="NOINDEX, follow">', [], True),
            ('<meta name="ROBOTS" content="none">', [], True),
            ('<meta name="googlebot" content="noindex">', [], True),
            ('<meta name="otherbot" content="noindex">', [], False),
            ('<meta name="description" content="noindex">', [], False),
            ("", [("X-Robots-Tag", "nofollow, NoIndex")], True),
            ("", [("X-Robots-Tag", "nofollow"), ("X-Robots-Tag", "googlebot: noindex")], True),
            ("", [("X-Robots-Tag", "otherbot: nofollow, noindex")], False),
            ("", [("X-Robots-Tag", "unavailable_after: 25 Jun 2030 15:00:00 GMT, noindex")], True),
            ("", [("X-Robots-Tag", "unavailable_after: Friday, 25-Jun-30 15:00:00 GMT, noindex")], True),
        ):
            with self.subTest(f"{html}{headers}"):
                self.assertIs(read(html, headers=headers).is_noindex, is_noindex)

    def test_canonical_of_the_header_goes_first_and_is_absolute(self):
        html = '<base href="https://cdn.example/"><link rel="canonical" href="../x">'
        self.assertEqual(read(html).canonical, "https://cdn.example/x")
        self.assertEqual(read(html, headers=[("Link", '</y>; rel="canonical"')]).canonical, "https://blog.example/y")
        self.assertEqual(read('<link rel=canonical href="javascript:x"><link rel=canonical>').canonical, "")


class EndpointTests(SimpleTestCase):
    """Webmention, section 3.1.2, and the cases of https://webmention.rocks."""

    def assertEndpoint(self, expected, html="", *links):
        page = read(html, headers=[("Link", link) for link in links])
        self.assertEqual(page.webmention, expected)

    def test_header_in_every_spelling(self):
        for link in (
            "</wm>; rel=webmention",
            '</wm>; rel="webmention"',
            '</wm>; rel="somethingelse webmention"',
            "</wm> ; REL = WebMention",
            '</other>; rel="other"; title="a, b; rel=webmention", </wm>; rel=webmention; type="x"',
            '</other,x>; rel="not-webmention", </wm>; rel="webmention"',
            '</elsewhere>; rel=webmention; anchor="https://other.example/", </wm>; rel=webmention',
        ):
            with self.subTest(link):
                self.assertEndpoint("https://blog.example/wm", "", link)

    def test_several_headers_are_read(self):
        self.assertEndpoint("https://blog.example/wm", "", "</x>; rel=other", "</wm>; rel=webmention")

    def test_elements_in_the_order_of_the_page(self):
        for html in (
            '<link rel="webmention" href="/wm"><a rel="webmention" href="/a">',
            '<body><a rel="webmention" href="/wm">x</a><link rel="webmention" href="/link">',
            '<link rel="x WEBMENTION y" href="https://blog.example/wm">',
            '<!-- <link rel="webmention" href="/c"> --><a rel="webmention" href="/wm">x</a>',
            '<p>&lt;link rel="webmention" href="/e"&gt;</p><a rel="webmention" href="/wm">x</a>',
            '<link rel="webmention"><link rel="webmention" href="/wm">',
            '<link rel="not-webmention" href="/n"><a href="/wm" rel="webmention">x</a>',
            '<template><a rel="webmention" href="/t">t</a></template><a rel="webmention" href="/wm">x</a>',
            '<a href="/n">x</a><a rel="webmention">x</a><a rel="a webmention b" href="/wm">x</a>',
            '<textarea><a rel="webmention" href="/t"></textarea><a rel="webmention" href="/wm">x</a>',
            '<a title=\'rel="webmention"\' href="/t">t</a><a rel="webmention" href="/wm">x</a>',
            '<div rel="webmention" href="/d"></div><area rel="webmention" href="/r"><a rel="webmention" href="/wm">',
        ):
            with self.subTest(html):
                self.assertEndpoint("https://blog.example/wm", html)

    def test_header_goes_before_elements(self):
        self.assertEndpoint("https://blog.example/wm", '<link rel=webmention href="/x">', "</wm>; rel=webmention")

    def test_empty_address_is_the_page_and_a_query_is_kept(self):
        self.assertEndpoint(ADDRESS, '<link rel="webmention" href="">')
        self.assertEndpoint(ADDRESS, '<a rel="webmention" href="">x</a>')
        self.assertEndpoint(ADDRESS, "", "<>; rel=webmention")
        self.assertEndpoint("https://blog.example/wm?a=b&c=d", '<link rel="webmention" href="/wm?a=b&amp;c=d">')

    def test_nonsense_is_no_endpoint(self):
        for link in (
            "",
            "<",
            "</wm>",
            "</wm>; rel=",
            '</wm>; rel="webmention',
            "; rel=webmention",
            "<" * 5000,
            "<a>;" * 9999,
        ):
            with self.subTest(link[:20]):
                self.assertEndpoint("", "", link)


class LinkTests(SimpleTestCase):
    def test_link_is_recognised_in_every_spelling(self):
        for href in (
            "https://la-marge.example/blog/%C3%A9t%C3%A9/?a=b",
            "http://la-marge.example/blog/été?a=b#bas",
            "//LA-MARGE.example:443/blog/%c3%a9t%c3%a9/?a=b",
        ):
            page = read(f'<a href="{href}">x</a>')
            self.assertTrue(page.links_to("https://la-marge.example/blog/été/?a=b"), href)
        for href in ("https://la-marge.example/blog/ete/", "https://other.example/blog/été/?a=b", "mailto:x@y.example"):
            self.assertFalse(read(f'<a href="{href}">x</a>').links_to("https://la-marge.example/blog/été/?a=b"), href)

    def test_what_nobody_can_follow_is_no_link(self):
        target = "https://la-marge.example/"
        for html in (
            f"<!-- <a href='{target}'>x</a> -->",
            f"<p>{target}</p>",
            f"<template><a href='{target}'></a></template>",
        ):
            self.assertFalse(read(html).links_to(target), html)
        self.assertTrue(read(f"<img src='{target}'>").links_to(target))

    def test_links_are_absolute_with_their_relations(self):
        [link] = read('<base href="/a/"><a href=" b c?d " rel="NoFollow ugc"> deux <b>mots</b></a><a>x</a>').links
        self.assertEqual((link.address, link.text), ("https://blog.example/a/b%20c?d", "deux mots"))
        self.assertEqual(link.rel, {"nofollow", "ugc"})


class HostilePageTests(SimpleTestCase):
    def test_absurd_pages_are_read_in_a_bearable_time(self):
        attributes = " ".join(f"a{number}=1" for number in range(100_000))
        for name, html in {
            "attributes": f"<div {attributes}>x",
            "depth": "<div>" * 200_000,
            "depth of articles": "<article><p>x" * 20_000,
            "depth of lists": "<ul><li>" * 100_000 + "x",
            "elements": "<p>x" * 300_000,
            "entities": "&amp;&bogus;" * 100_000,
            "ends": "<div>" * 200 + "</b>" * 200_000,
            "one attribute": "<a href='" + "x" * 2_000_000,
            "links": "<a href='https://blog.example/?a=b&c=d'>x</a>" * 40_000,
            "hidden": "<template>" * 200 + "<a href=x>" * 40_000,
        }.items():
            with self.subTest(name):
                began = monotonic()
                page = read(html)
                self.assertLessEqual(len(page.text), LONGEST_TEXT)
                self.assertFalse(page.links_to("https://la-marge.example/") or page.mentions("Jeanne") or page.feeds)
                self.assertLess(monotonic() - began, 60)

    def test_pages_that_are_no_html_are_read_without_an_error(self):
        for html in (
            "<html></html><html><body><p>après",
            "<x:y a:b=1><a!b><é>\x00&#0;&#1;&#xd800;",
            '<?xml version="1.0" encoding="utf-16"?><p>été',
            "<frameset><frame src=x></frameset>",
            "</p></div><![CDATA[x]]><!doctype",
            "<a href='http://['>x</a><a href='http://x:99999999/'>y</a><base href='http://['>",
            "\ud800",
        ):
            with self.subTest(ascii(html)):
                page = read(html)
                self.assertIsInstance(page.text + page.title + page.webmention, str)
                self.assertFalse(page.links_to("http://["))

    def test_what_comes_after_the_end_is_read_too(self):
        page = read(f"<html lang=fr><body><p>{PARAGRAPH}</body></html><a rel=webmention href=/wm>x</a>")
        self.assertEqual((page.language, page.webmention), ("fr", "https://blog.example/wm"))
