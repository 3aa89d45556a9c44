"""Feeds of articles and tribunes, read as feed readers read them."""

import json
from datetime import timedelta
from unittest.mock import patch

import feedparser
from django.core.cache import cache
from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import parse_http_date
from lxml.html import document_fromstring

from blog import feeds
from blog.models import Category, Post, Tribune
from tests.factories import (
    PUBLISHED_AT,
    make_author,
    make_category,
    make_image,
    make_partner,
    make_post,
    make_tag,
    make_translation,
    make_tribune,
)

PATH = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
POST = f"http://testserver{PATH}"
THEIRS = "https://example.org/blog-du-communicant/2016/06/president-numerique/"
LISTS = (
    "/blog/",
    "/en/blog/",
    "/categorie/economie-et-numerique/",
    "/categorie/economie-et-numerique/cloud/",
    "/en/category/economie-et-numerique/",
    "/sujet/cloud/",
    "/en/tag/cloud/",
    "/auteurs/yann-gourvennec/",
    "/en/authors/yann-gourvennec/",
    "/partenaires/blog-du-communicant/",
    "/en/partners/blog-du-communicant/",
    "/tribunes/",
    "/en/tribunes/",
)
XML_KINDS = ("feed/", "feed/atom/")
# Three of them for where the archive begins.
QUERIES = 10


class FeedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.category = make_category(slug="cloud", name_fr="Nuage", name_en="Cloud", parent=make_category())
        cls.authors = [make_author(), make_author(name="Camille Ferrand", slug="camille-ferrand")]
        cls.picture = make_image(caption_fr="Au bureau", credit="Photo X")
        cls.post = make_post(
            category=cls.category,
            authors=cls.authors,
            tags=[make_tag()],
            cover=cls.picture,
            body=f'<p>Une <a href="/auteurs/x/">réponse</a>.</p><figure data-image="{cls.picture.pk}"></figure>',
            disclosure="client",
            disclosure_with="Acme & fils",
        )
        make_translation(cls.post, authors=cls.authors, tags=cls.post.tags.all(), category=cls.category)
        cls.partner = make_partner()

    def parse(self, address):
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200, address)
        self.assertFalse(response.cookies)
        feed = feedparser.parse(response.content, response_headers={"content-type": response["Content-Type"]})
        self.assertFalse(feed.bozo, f"{address}: {feed.get('bozo_exception')}")
        return feed

    def items(self, address="/blog/"):
        return self.client.get(f"{address}feed/json/").json()["items"]

    def test_every_list_has_feeds_that_its_page_names(self):
        make_tribune(self.post, self.partner)
        for address in LISTS:
            with self.subTest(address):
                page = document_fromstring(self.client.get(address).content.decode())
                named = page.xpath("//head/link[@rel='alternate'][@title]/@href")
                self.assertEqual(named, [f"{address}{kind}" for kind in (*XML_KINDS, "feed/json/")])
                self.assertEqual(page.xpath("//main//a[@type]/@href"), named)
                for kind in XML_KINDS:
                    feed = self.parse(f"{address}{kind}")
                    self.assertEqual(len(feed.entries), 1)
                    self.assertEqual(feed.feed.language, "en" if address.startswith("/en/") else "fr")
                    [own] = [link.href for link in feed.feed.links if link.rel == "self"]
                    self.assertEqual(own, f"http://testserver{address}{kind}")
                self.assertEqual(len(self.items(address)), 1)

    def test_an_item_has_the_whole_text_with_pictures_and_links_that_work_anywhere(self):
        for kind in XML_KINDS:
            [entry] = self.parse(f"/blog/{kind}").entries
            [content] = [each.value for each in entry.content if each.value]
            self.assertEqual(entry.id, POST)
            self.assertEqual(entry.title, "Président numérique\u00a0: une bonne idée\u202f?")
            self.assertEqual([author.name for author in entry.authors], ["Yann Gourvennec", "Camille Ferrand"])
            for part in ('href="http://testserver/auteurs/x/"', self.picture.file.url, "Une urne", "(Photo X)"):
                self.assertIn(part, content)
            for part in ("srcset", "class=", 'src="/', 'href="/'):
                self.assertNotIn(part, content)

    def test_an_item_leads_to_its_discussion_and_the_feed_of_it(self):
        [entry] = self.parse("/blog/feed/").entries
        self.assertEqual(entry.comments, f"{POST}#comments")
        self.assertEqual(entry.wfw_commentrss, f"{POST}feed/")
        self.parse(f"{PATH}feed/")
        [entry] = self.parse("/blog/feed/atom/").entries
        replies = {link.type: link.href for link in entry.links if link.rel == "replies"}
        self.assertEqual(replies, {"text/html": f"{POST}#comments", "application/atom+xml": f"{POST}feed/atom/"})
        self.parse(f"{PATH}feed/atom/")
        page = document_fromstring(self.client.get(PATH).content.decode())
        self.assertTrue(page.xpath("//*[@id='comments']"))

    def test_video_is_its_poster_that_leads_to_it(self):
        address = "https://www.youtube.com/watch?v=abcdefghijk"
        self.post.body = (
            f'<figure data-video="{address}" data-poster="{self.picture.pk}"><figcaption>Un <em>"film"</em> &amp; co'
            f'</figcaption></figure><figure data-video="{address}"></figure><p>Mot<foot-note>Une note.</foot-note>.</p>'
        )
        self.post.save()
        [item] = self.items()
        content = document_fromstring(item["content_html"])
        whole = f"http://testserver{self.picture.file.url}"
        [link] = content.xpath("//figure/a[img]")
        self.assertEqual((link.get("href"), link[0].get("src")), (address, whole))
        self.assertEqual(link[0].get("alt"), "Lire la vidéo : Un « film » & co")
        # One without a picture has its link alone.
        self.assertEqual(content.xpath("//figcaption/a/@href"), [address, address])
        for kind in ("iframe", "script", "style", "srcdoc"):
            self.assertNotIn(kind, item["content_html"])
        self.assertIn("Une note.", item["content_html"])
        self.assertEqual(content.xpath("//sup/a/@href"), [f"{POST}#note-1"])

    def test_a_relation_is_told_before_anything_else_and_is_a_label(self):
        words = "Cet article parle d’un client d’au moins une des personnes qui l’ont écrit\u00a0: Acme & fils."
        for kind in XML_KINDS:
            [entry] = self.parse(f"/blog/{kind}").entries
            self.assertIn("un client de qui l’a écrit", [tag.term for tag in entry.tags])
            self.assertTrue(entry.content[0].value.startswith("<p>Cet article parle d’un client"), kind)
            self.assertIn('href="http://testserver/transparence/acme-fils/"', entry.content[0].value)
        [item] = self.items()
        self.assertEqual(item["_disclosure"]["kind"], "client")
        self.assertEqual(item["_disclosure"]["with"], "Acme & fils")
        self.assertEqual(item["_disclosure"]["text"].replace("\u00a0", " "), words.replace("\u00a0", " "))
        self.assertIn("un client de qui l’a écrit", item["tags"])

    def test_json_says_what_there_is_to_say(self):
        [item] = self.items()
        self.assertEqual((item["id"], item["url"], item["language"]), (POST, POST, "fr"))
        self.assertEqual(item["image"], f"http://testserver{self.picture.file.url}")
        self.assertEqual(item["tags"][:2], ["Nuage", "Informatique en nuage"])
        self.assertEqual(item["authors"][0]["url"], "http://testserver/auteurs/yann-gourvennec/")
        self.assertNotIn("external_url", item)
        self.assertNotIn("_tribune", item)

    def test_a_teaser_leads_to_the_whole_and_says_so(self):
        make_tribune(self.post, self.partner)
        for kind in XML_KINDS:
            [entry] = self.parse(f"/blog/{kind}").entries
            self.assertEqual((entry.link, entry.id), (THEIRS, POST))
            self.assertIn(POST, [link.href for link in entry.links if link.rel == "related"])
            last = document_fromstring(entry.content[0].value).xpath("//p")[-1]
            self.assertEqual(last.xpath(".//a/@href"), [THEIRS])
            self.assertIn("Blog du communicant", last.text_content())
        [item] = self.items()
        self.assertEqual((item["url"], item["external_url"], item["id"]), (THEIRS, THEIRS, POST))
        self.assertEqual((item["_tribune"]["page"], item["_tribune"]["canonical"]), (POST, THEIRS))

    def test_a_whole_text_whose_original_is_elsewhere_names_it(self):
        make_tribune(self.post, self.partner, content="whole")
        for kind in XML_KINDS:
            [entry] = self.parse(f"/blog/{kind}").entries
            self.assertEqual(entry.link, POST)
            self.assertIn(THEIRS, [link.href for link in entry.links if link.rel == "canonical"])

    def test_all_tribunes_are_in_one_feed_each_in_its_language(self):
        english = Post.objects.get(language="en")
        make_tribune(self.post, self.partner)
        make_tribune(
            english,
            make_partner(slug="slow", name="Slow", language="en"),
            content="whole",
            canonical="here",
            url="https://example.com/slow/",
            published_at=PUBLISHED_AT + timedelta(days=9),
        )
        make_tribune(make_post(slug="proposee"), make_partner(slug="p3", name="P3"), state="proposed")
        for address in ("/tribunes/", "/en/tribunes/"):
            first, second = self.items(address)
            self.assertEqual((first["language"], second["language"]), ("en", "fr"))
            self.assertEqual((first["url"], second["url"]), (f"http://testserver{english.path()}", THEIRS))
            self.assertTrue(first["date_published"].startswith("2016-06-11"))
            self.assertEqual(first["tags"][0], "Cloud")
            self.assertNotEqual(first["id"], second["id"])
        self.assertEqual([item["url"] for item in self.items("/partenaires/blog-du-communicant/")], [THEIRS])

    def test_two_tribunes_of_a_post_are_two_items(self):
        make_tribune(self.post, self.partner)
        make_tribune(self.post, make_partner(slug="p2", name="P2"), url="https://example.com/p2/")
        first, second = self.items("/tribunes/")
        self.assertNotEqual(first["id"], second["id"])
        self.assertEqual({first["url"], second["url"]}, {THEIRS, "https://example.com/p2/"})

    def test_what_readers_may_not_see_is_in_no_feed(self):
        Post.objects.update(status="withdrawn")
        make_post(slug="a-venir", published_at=timezone.now() + timedelta(days=1))
        for address in ("/blog/", "/sujet/cloud/", "/tribunes/"):
            self.assertEqual(self.items(address), [])

    def test_a_list_that_is_not_there_has_no_feed(self):
        make_partner(slug="cache", name="Caché", is_listed=False)
        for address in (
            "/sujet/rien/",
            "/categorie/rien/",
            "/auteurs/rien/",
            "/partenaires/rien/",
            "/partenaires/cache/",
        ):
            self.assertEqual(self.client.get(f"{address}feed/").status_code, 404, address)
        self.assertEqual(self.client.get("/blog/feed/opml/").status_code, 404)

    def test_an_empty_feed_is_a_feed(self):
        Post.objects.update(status="withdrawn")
        for kind in XML_KINDS:
            self.assertEqual(self.parse(f"/blog/{kind}").entries, [])

    def test_wordpress_addresses_lead_there(self):
        for old, new in {
            "/feed/": "/blog/feed/",
            "/feed/rss2/": "/blog/feed/",
            "/feed/atom/": "/blog/feed/atom/",
            "/?feed=rss2": "/blog/feed/",
            "/?feed=atom": "/blog/feed/atom/",
            "/en/feed/": "/en/blog/feed/",
            "/en/feed/json/": "/en/blog/feed/json/",
            "/category/cloud/feed/": "/categorie/economie-et-numerique/cloud/feed/",
            "/category/economie-et-numerique/cloud/feed/atom/": "/categorie/economie-et-numerique/cloud/feed/atom/",
            "/tag/cloud/feed/": "/sujet/cloud/feed/",
            "/author/yann-gourvennec/feed/rss/": "/auteurs/yann-gourvennec/feed/",
            "/comments/feed/": "/commentaires/feed/",
            "/comments/feed/atom/": "/commentaires/feed/atom/",
            "/feed/rdf/": "/blog/feed/",
            "/feed/rss": "/blog/feed/",
            "/wp-rss2.php": "/blog/feed/",
            "/?feed=comments-rss2": "/commentaires/feed/",
            "/en/?feed=atom": "/en/blog/feed/atom/",
            "/en/feed/rss2/": "/en/blog/feed/",
            "/en/comments/feed/rss2/": "/en/comments/feed/",
            "/en/category/economie-et-numerique/feed/rss2/": "/en/category/economie-et-numerique/feed/",
            "/en/tag/cloud/feed/rdf/": "/en/tag/cloud/feed/",
            "/en/author/yann-gourvennec/": "/en/authors/yann-gourvennec/",
            "/en/author/yann-gourvennec/feed/atom/": "/en/authors/yann-gourvennec/feed/atom/",
            "/category/cloud/?feed=rss2": "/categorie/economie-et-numerique/cloud/feed/",
            "/tag/cloud/?feed=atom": "/sujet/cloud/feed/atom/",
            "/sujet/cloud/?feed=json": "/sujet/cloud/feed/json/",
            f"{PATH}feed/rss2/": f"{PATH}feed/",
            f"{PATH}?feed=rss2": f"{PATH}feed/",
            "/blog/feed/feed/": "/blog/feed/",
        }.items():
            with self.subTest(old):
                self.assertRedirects(self.client.get(old), new, 301)
        self.assertEqual(self.client.get("/admin/login/?feed=rss2").status_code, 200)
        for nowhere in ("/category/rien/feed/", "/mentions/feed/rss2/", "/a/b/c/feed/rdf/"):
            self.assertEqual(self.client.get(nowhere).status_code, 404, nowhere)

    def test_what_has_not_changed_is_not_sent_again(self):
        for kind in (*XML_KINDS, "feed/json/"):
            first = self.client.get(f"/blog/{kind}")
            for headers in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
                again = self.client.get(f"/blog/{kind}", headers=headers)
                self.assertEqual((again.status_code, again.content), (304, b""))
        later = timezone.now() + timedelta(seconds=2)
        Post.objects.filter(pk=self.post.pk).update(title="Autre", modified_at=later)
        again = self.client.get("/blog/feed/json/", headers={"if-modified-since": first["Last-Modified"]})
        self.assertEqual(again.status_code, 200)

    def test_whatever_changes_an_item_is_a_later_moment(self):
        def moment():
            return parse_http_date(self.client.get("/blog/feed/")["Last-Modified"])

        before = moment()
        self.assertEqual(moment(), before)
        for change in (
            lambda: Category.objects.update(name_fr="Ailleurs"),
            self.post.tags.clear,
            lambda: make_tribune(self.post, self.partner),
            lambda: self.post.authorships.all().delete(),
        ):
            change()
            self.assertGreater(moment(), before)
            before = moment()

    @override_settings(PAGE_CACHE=True)
    def test_a_kept_feed_is_the_same_and_costs_nothing(self):
        cache.clear()
        first = self.client.get("/blog/feed/")
        with self.assertNumQueries(0):
            again = self.client.get("/blog/feed/")
            same = self.client.get("/blog/feed/", headers={"if-modified-since": first["Last-Modified"]})
        self.assertEqual((again.content, again["Last-Modified"]), (first.content, first["Last-Modified"]))
        self.assertEqual(same.status_code, 304)

    def test_a_feed_has_the_newest_and_is_of_a_bounded_size(self):
        for number in range(feeds.ITEMS + 3):
            make_post(slug=f"p{number}", published_at=PUBLISHED_AT + timedelta(days=number + 1), body="<p>Texte</p>")
        items = self.items()
        self.assertEqual(len(items), feeds.ITEMS)
        self.assertIn(f"/p{feeds.ITEMS + 2}/", items[0]["url"])
        with patch.object(feeds, "LONGEST_FEED", 40):
            items = self.items()
        self.assertIn("Texte", items[0]["content_html"])
        self.assertNotIn("Texte", items[-1]["content_html"])
        self.assertIn(items[-1]["url"], items[-1]["content_html"])

    def test_feeds_ask_the_same_however_much_there_is(self):
        make_tribune(self.post, self.partner)
        few = {address: self.count(f"{address}feed/") for address in LISTS}
        for number in range(12):
            post = make_post(
                slug=f"p{number}",
                authors=self.authors,
                tags=self.post.tags.all(),
                category=self.category,
                categories=[make_category()],
                cover=self.picture,
            )
            make_tribune(post, self.partner, url=f"https://example.org/{number}/")
        for address, queries in few.items():
            with self.subTest(address):
                self.assertLessEqual(queries, QUERIES)
                self.assertEqual(self.count(f"{address}feed/"), queries)

    def count(self, address):
        with CaptureQueriesContext(connection) as queries:
            self.assertEqual(self.client.get(address).status_code, 200)
        return len(queries)

    def test_gone_there_an_item_leads_here_again(self):
        make_tribune(self.post, self.partner)
        Tribune.objects.update(gone_since=timezone.now())
        [item] = self.items()
        self.assertEqual(item["url"], POST)
        self.assertNotIn(THEIRS, item["content_html"])
        self.assertIn("où elle ne se lit plus", item["content_html"])
        Tribune.objects.update(archive_agreed=True, copied_at=timezone.now())
        [item] = self.items()
        self.assertIn("/archive/", item["content_html"])

    def test_signs_that_no_reader_sees_break_no_feed(self):
        Post.objects.filter(pk=self.post.pk).update(title="a\x08b\ufffe", standfirst="x\x0by")
        for kind in XML_KINDS:
            [entry] = self.parse(f"/blog/{kind}").entries
            self.assertEqual(entry.title, "ab")

    def test_text_that_looks_like_mark_up_stays_text(self):
        Post.objects.filter(pk=self.post.pk).update(title="<b>]]></b> & co", standfirst="</p><script>x</script>")
        for kind in XML_KINDS:
            [entry] = self.parse(f"/blog/{kind}").entries
            self.assertIn("&lt;/p&gt;", entry.content[0].value)
        [item] = json.loads(self.client.get("/blog/feed/json/").content)["items"]
        self.assertEqual(item["title"], "<b>]]></b> & co")
