"""The walk over the whole site: a small one that contradicts itself in every way, and one that does not."""

import json

import httpx2
from django.test import SimpleTestCase

from config.crawl.contradictions import Kind
from config.crawl.walking import Walk
from config.management.commands.crawl import look_over

SITE = "https://blog.example.org"
ROBOTS = f"User-agent: *\nDisallow: /secret/\n\nSitemap: {SITE}/sitemap.xml\n"


def page(path="/", *, canonical=None, lang="fr", head="", body="", versions=None, title="Titre"):
    versions = {"fr": path, "x-default": path} if versions is None else versions
    links = "".join(f'<link rel="alternate" hreflang="{name}" href="{SITE}{to}">' for name, to in versions.items())
    stands = f'<link rel="canonical" href="{SITE}{canonical or path}">' if canonical != "" else ""
    head = f"<head>{stands}{links}{head}</head>"
    return f'<!DOCTYPE html><html lang="{lang}">{head}<body><h1>{title}</h1>{body}</body></html>'


def article(path, **said):
    node = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "mainEntityOfPage": SITE + path,
        "headline": "Titre",
    }
    return f'<script type="application/ld+json">{json.dumps(node | {"inLanguage": "fr"} | said)}</script>'


def sitemap(*paths, versions=None):
    links = versions or (lambda path: {"fr": path, "x-default": path})
    urls = "".join(
        f"<url><loc>{SITE}{path}</loc>"
        + "".join(f'<x:link rel="alternate" hreflang="{n}" href="{SITE}{to}"/>' for n, to in links(path).items())
        + "</url>"
        for path in paths
    )
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:x="http://www.w3.org/1999/xhtml"'
    return f"<urlset {spaces}>{urls}</urlset>"


def rss(*items):
    found = "".join(f"<item><title>{title}</title><link>{SITE}{path}</link></item>" for path, title in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Flux</title>{found}</channel></rss>'


class CrawlTests(SimpleTestCase):
    def find(self, pages, old=(), *, map_of=None, robots=ROBOTS):
        """Return what is wrong with a site of these pages, as pairs of kind and text."""
        pages = {"/en/": (302, {"Location": "/"}, "")} | pages
        names = [path for path, answer in pages.items() if isinstance(answer, str)]
        pages |= {"/robots.txt": (200, {"Content-Type": "text/plain"}, robots)}
        pages |= {"/sitemap.xml": (200, {"Content-Type": "application/xml"}, map_of or sitemap(*names))}

        def answer(request):
            status, headers, body = 404, {}, page(request.url.path)
            found = pages.get(request.url.raw_path.decode())
            if isinstance(found, str):
                status, body = 200, found
            elif found:
                status, headers, body = found
            return httpx2.Response(status, headers={"Content-Type": "text/html; charset=utf-8"} | headers, text=body)

        with httpx2.Client(base_url=SITE, transport=httpx2.MockTransport(answer)) as client:
            walk = Walk(client, SITE, most=200)
            return [(each.kind, f"{each.path} {each.words}") for each in look_over(walk, old)]

    def assert_finds(self, pages, kind, words, **options):
        found = self.find(pages, **options)
        self.assertTrue(any(each is kind and words in text for each, text in found), found)

    def test_a_site_that_agrees_with_itself(self):
        pages = {
            "/": page(body='<a href="/a/#b">A</a> <a href="https://elsewhere.example/">E</a><a href="/f/">F</a>'),
            "/a/": page("/a/", head=article("/a/"), body='<p id="b">B</p><a href="/">Home</a><a href="/pic.png">P</a>'),
            "/pic.png": (200, {"Content-Type": "image/png"}, ""),
            "/f/": (200, {"Content-Type": "application/rss+xml"}, rss(("/a/", "Titre"))),
        }
        self.assertEqual(self.find(pages), [])

    def test_broken_links(self):
        self.assert_finds({"/": page(body='<a href="/none/">N</a>')}, Kind.BROKEN, "/none/ answers 404; linked from /")
        self.assert_finds({"/": page(body='<img src="/none.png" alt="">')}, Kind.BROKEN, "/none.png answers 404")
        pages = {"/": page(body='<a href="/a/#x">A</a>'), "/a/": page("/a/")}
        self.assert_finds(pages, Kind.BROKEN, "/a/#x there is no such place")

    def test_redirects(self):
        pages = {
            "/": page(body='<a href="/1">1</a>'),
            "/1": (301, {"Location": "/2"}, ""),
            "/2": (301, {"Location": f"{SITE}/"}, ""),
        }
        self.assert_finds(pages, Kind.REDIRECTS, "/1 takes 2 steps: /1 → /2 → /")
        self.assert_finds(pages, Kind.REDIRECTS, "/1 has moved to /2 for ever, and is still linked from /")
        circle = {"/": page(body='<a href="/1">1</a>'), "/1": (302, {"Location": "/1"}, "")}
        self.assert_finds(circle, Kind.REDIRECTS, "/1 leads in a circle")
        nowhere = {"/": page(), "/old/": (301, {"Location": "/none/"}, "")}
        self.assert_finds(nowhere, Kind.REDIRECTS, "/old/ leads to /none/, which answers 404", old=["/old/"])

    def test_canonical_addresses(self):
        pages = {"/": page(body='<a href="/a/">A</a>'), "/a/": page("/a/", canonical="/b/")}
        self.assert_finds(pages, Kind.CANONICAL, "/a/ names /b/ as its canonical address, which answers 404")
        self.assert_finds(pages | {"/b/": page("/b/", canonical="/")}, Kind.CANONICAL, "names another: /")
        self.assert_finds(pages | {"/b/": page("/b/", lang="en")}, Kind.CANONICAL, "is in another language: en")
        self.assert_finds({"/": page(canonical="")}, Kind.PAGE, "it names no canonical address")

    def test_versions(self):
        pages = {"/": page(versions={"fr": "/", "en": "/en/", "x-default": "/"})}
        self.assert_finds(pages, Kind.LANGUAGES, "names /en/ as its version in “en”, which answers 302")
        english = page("/en/", lang="en", versions={"en": "/en/", "x-default": "/en/"})
        self.assert_finds(pages | {"/en/": english}, Kind.LANGUAGES, "“en”, which does not name it in return")
        self.assert_finds(pages | {"/en/": page("/en/")}, Kind.LANGUAGES, "“en”, which is in “fr”")
        self.assert_finds({"/": page(versions={"fr": "/"})}, Kind.LANGUAGES, "names no version for readers of other")
        hidden = {"/": page(head='<meta name="robots" content="noindex">')}
        self.assert_finds(hidden, Kind.LANGUAGES, "is hidden from search engines, and names its versions to them")

    def test_sitemaps_and_robots(self):
        pages = {"/": page(body='<a href="/a/">A</a>'), "/a/": page("/a/", head=article("/a/"))}
        self.assert_finds(
            pages, Kind.SITEMAP, "/a/ is an article for search engines, and stands in no", map_of=sitemap("/")
        )
        self.assert_finds(
            pages, Kind.SITEMAP, "/x/ stands in /sitemap.xml, and answers 404", map_of=sitemap("/", "/x/")
        )
        other = sitemap("/", "/a/", versions=lambda _path: {})
        self.assert_finds(pages, Kind.SITEMAP, "has other versions there than in its head", map_of=other)
        alone = pages | {"/b/": page("/b/")}
        self.assert_finds(alone, Kind.SITEMAP, "/b/ stands in /sitemap.xml, and no page leads there")
        hidden = {"/": page(versions={}), "/a/": (200, {"X-Robots-Tag": "noindex"}, page("/a/", versions={}))}
        self.assert_finds(hidden, Kind.SITEMAP, "is hidden from search engines", map_of=sitemap("/a/"))
        secret = {"/": page(), "/secret/": page("/secret/")}
        self.assert_finds(secret, Kind.ROBOTS, "/secret/ stands in /sitemap.xml, and robots.txt forbids it")
        self.assert_finds({"/": page()}, Kind.SITEMAP, "names no sitemap", robots="User-agent: *\n")
        self.assert_finds({"/": page()}, Kind.SITEMAP, "/sitemap.xml is no XML", map_of="<urlset>")

    def test_feeds(self):
        feed = '<link rel="alternate" type="application/rss+xml" href="/f/">'
        pages = {"/": page(head=feed)}
        self.assert_finds(pages, Kind.FEEDS, "/f/ is named as a feed by /, and answers 404")
        rss_type = {"Content-Type": "application/rss+xml"}
        named = pages | {"/f/": (200, rss_type, rss(("/x/", "X"), ("/", "Autre")))}
        self.assert_finds(named, Kind.FEEDS, "/f/ names /x/, which answers 404")
        self.assert_finds(named, Kind.FEEDS, "/f/ names /, which has another title than “Autre”")
        moved = pages | {"/f/": (200, rss_type, rss(("/a/", "A"))), "/a/": page("/a/", canonical="/")}
        self.assert_finds(moved, Kind.FEEDS, "/f/ names /a/, which says that it stands at /")
        self.assert_finds(pages | {"/f/": (200, rss_type, "no feed")}, Kind.PAGE, "/f/ it is no feed that can be read")

    def test_structured_data_and_cards(self):
        for head, words in (
            (article("/b/"), "say that the article stands at /b/"),
            (article("/", inLanguage="en"), "structured data are in “en”, the page in “fr”"),
            (article("/", headline="Autre"), "structured data call it “Autre”"),
            (article("/", url="/relatif/"), "an address that is not whole"),
            ('<script type="application/ld+json">{,}</script>', "structured data cannot be read"),
            (f'<meta property="og:url" content="{SITE}/b/">', "it is shared as /b/"),
            ('<link rel="canonical" href="/b/">', "it names 2 canonical addresses"),
        ):
            with self.subTest(words):
                self.assert_finds({"/": page(head=head)}, Kind.PAGE, words)

    def test_what_structured_data_and_cards_name_answers(self):
        moved = {"/a/": (301, {"Location": "/"}, ""), "/b/": page("/b/")}
        for head, words in (
            (
                article("/", image={"@type": "ImageObject", "url": f"{SITE}/none.jpg"}),
                "name /none.jpg, which answers 404",
            ),
            (article("/", image=[f"{SITE}/none.jpg"]), "name /none.jpg, which answers 404"),
            (article("/", author={"@type": "Person", "url": f"{SITE}/none/"}), "name /none/, which answers 404"),
            (
                article("/", author={"@type": "Person", "url": f"{SITE}/a/"}),
                "name /a/, which answers 301 and leads to /",
            ),
            (f'<meta property="og:image" content="{SITE}/none.png">', "name /none.png, which answers 404"),
            (article("/", workTranslation=[{"@id": f"{SITE}/b/#article"}]), "name /b/ as its translation, its head"),
        ):
            with self.subTest(words):
                self.assert_finds({"/": page(head=head)} | moved, Kind.DATA, words)

    def test_data_may_name_what_leads_on_for_now_and_a_translation_that_stands_elsewhere(self):
        head = article("/", comment={"@type": "Comment", "url": f"{SITE}/comments/1/"})
        pages = {"/": page(head=head, body='<p id="c"></p>'), "/comments/1/": (302, {"Location": "/#c"}, "")}
        self.assertEqual(self.find(pages, map_of=sitemap("/")), [])
        head = article("/", workTranslation=[{"@id": f"{SITE}/en/a/#article"}])
        there = '<link rel="canonical" href="https://partner.example/a/">'
        pages = {
            "/": page(head=head, body='<a href="/en/a/">A</a>'),
            "/en/a/": page("/en/a/", lang="en", canonical="", head=there, versions={}),
        }
        self.assertEqual(self.find(pages, map_of=sitemap("/")), [])

    def test_recordings_and_posters_are_there(self):
        for body in (
            '<audio src="/none.mp3"></audio>',
            '<audio><source src="/none.mp3"></audio>',
            '<video poster="/none.mp3"></video>',
            '<video><track src="/none.mp3"></video>',
            '<img src="/" srcset="/ 1x, /none.mp3 2x" alt="">',
        ):
            with self.subTest(body):
                self.assert_finds({"/": page(body=body)}, Kind.BROKEN, "/none.mp3 answers 404; linked from /")

    def test_sitemap_tells_the_change_and_the_pictures_that_the_page_has(self):
        pages = {"/": page(head=article("/", dateModified="2016-07-01T10:00:00+02:00"))}
        for said, words in (
            ("<lastmod>2016-07-02T08:00:00+00:00</lastmod>", "changed there at 2016-07-02T08:00:00+00:00, in its"),
            ("<i:image><i:loc>https://blog.example.org/none.jpg</i:loc></i:image>", "/none.jpg, which answers 404"),
        ):
            spaces = 'xmlns:i="http://www.google.com/schemas/sitemap-image/1.1" xmlns='
            map_of = sitemap("/").replace("</url>", f"{said}</url>").replace("xmlns=", spaces, 1)
            self.assert_finds(pages, Kind.SITEMAP, words, map_of=map_of)
        same = sitemap("/").replace("</url>", "<lastmod>2016-07-01T08:00:00Z</lastmod></url>")
        self.assertEqual(self.find(pages, map_of=same), [])

    def test_robots_forbid_nothing_that_others_name(self):
        secret = {"/secret/": page("/secret/", versions={})}
        canonical = {"/": page(body='<a href="/a/">A</a>'), "/a/": page("/a/", canonical="/secret/", versions={})}
        self.assert_finds(canonical | secret, Kind.ROBOTS, "/a/ names /secret/ to search engines", map_of=sitemap("/"))
        versions = {"fr": "/", "en": "/secret/", "x-default": "/"}
        self.assert_finds({"/": page(versions=versions)} | secret, Kind.ROBOTS, "/ names /secret/", map_of=sitemap("/"))
        feed = '<link rel="alternate" type="application/rss+xml" href="/f/">'
        rss_type = {"Content-Type": "application/rss+xml"}
        named = {"/": page(head=feed), "/f/": (200, rss_type, rss(("/secret/", "Titre")))} | secret
        self.assert_finds(named, Kind.ROBOTS, "/secret/ stands in /f/", map_of=sitemap("/"))

    def test_archives_of_feeds_are_followed(self):
        head = '<link rel="alternate" type="application/rss+xml" href="/f/">'
        rss_type = {"Content-Type": "application/rss+xml"}

        def leading_to(path, *items):
            link = f'<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="prev-archive" href="{SITE}{path}"/>'
            return (200, rss_type, rss(*items).replace("</title>", f"</title>{link}", 1))

        pages = {"/": page(head=head), "/f/": leading_to("/f/1/", ("/", "Titre"))}
        self.assert_finds(pages, Kind.FEEDS, "/f/ goes on at /f/1/, which answers 404")
        more = pages | {"/f/1/": (200, rss_type, rss(("/x/", "X")))}
        self.assert_finds(more, Kind.FEEDS, "/f/1/ names /x/, which answers 404")
        json_feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "F",
            "items": [],
            "next_url": f"{SITE}/f/2/",
        }
        pages["/f/"] = (200, {"Content-Type": "application/feed+json"}, json.dumps(json_feed))
        self.assert_finds(pages, Kind.FEEDS, "/f/ goes on at /f/2/, which answers 404")

    def test_there_is_an_end_to_it(self):
        def more(number):
            return page(f"/{number}", body=f'<a href="/{number + 1}">M</a>')

        pages = {f"/{number}": more(number) for number in range(300)} | {"/": page(body='<a href="/0">0</a>')}
        self.assertLess(len({text for _kind, text in self.find(pages, map_of=sitemap("/"))}), 200)
