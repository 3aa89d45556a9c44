"""Feeds of comments, read as a program reads them."""

from django.test import TestCase
from lxml import etree
from lxml.html import document_fromstring

from comments.models import Comment
from tests.factories import make_comment, make_post, make_translation

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ATOM = "{http://www.w3.org/2005/Atom}"


class FeedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.comment = make_comment(cls.post, name="Mar\x08the", text="Un *avis* : oui & non")
        make_comment(cls.post, text="Le suivant", language="en")
        make_comment(cls.post, text="Attend encore", status=Comment.Status.PENDING)

    def feed(self, address: str):
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200)
        self.assertFalse(response.cookies)
        return etree.fromstring(response.content)

    def test_post_s_feed_has_what_stands_the_newest_first(self):
        feed = self.feed(f"{POST}feed/")
        self.assertEqual(feed.findtext("channel/language"), "fr")
        self.assertEqual(
            [item.findtext("description") for item in feed.iter("item")],
            ["<p>Le suivant</p>", "<p>Un <em>avis</em>\u00a0: oui &amp; non</p>"],
        )
        self.assertEqual(
            [item.findtext("link") for item in feed.iter("item")][1],
            f"http://testserver/commentaires/{self.comment.pk}/",
        )

    def test_atom(self):
        entries = self.feed(f"{POST}feed/atom/").findall(f"{ATOM}entry")
        self.assertEqual(entries[1].findtext(f"{ATOM}author/{ATOM}name"), "Marthe")
        self.assertEqual(
            entries[1].findtext(f"{ATOM}title"),
            "Marthe, sur «\u00a0Président numérique\u00a0: une bonne idée\u202f?\u00a0»",
        )

    def test_json(self):
        response = self.client.get(f"{POST}feed/json/")
        self.assertEqual(response["Content-Type"], "application/feed+json")
        feed = response.json()
        items = feed.pop("items")
        self.assertEqual(
            feed,
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "Commentaires sur «\u00a0Président numérique\u00a0: une bonne idée\u202f?\u00a0» – La Marge",
                "home_page_url": f"http://testserver{POST}#comments",
                "feed_url": f"http://testserver{POST}feed/json/",
                "language": "fr",
            },
        )
        address = f"http://testserver/commentaires/{self.comment.pk}/"
        self.assertEqual(
            items[1],
            {
                "id": address,
                "url": address,
                "title": "Marthe, sur «\u00a0Président numérique\u00a0: une bonne idée\u202f?\u00a0»",
                "content_html": "<p>Un <em>avis</em>\u00a0: oui &amp; non</p>",
                "date_published": self.comment.created_at.isoformat(timespec="seconds"),
                "authors": [{"name": "Marthe"}],
                "language": "fr",
            },
        )
        self.assertEqual(items[0]["language"], "en")

    def test_json_is_sent_once_like_the_others(self):
        for address in (f"{POST}feed/", f"{POST}feed/json/", "/en/comments/feed/json/"):
            tag = self.client.get(address)["ETag"]
            self.assertEqual(self.client.get(address, headers={"if-none-match": tag}).status_code, 304)

    def test_comment_that_goes_is_a_later_moment(self):
        before = self.client.get(f"{POST}feed/")["Last-Modified"]
        since = {"if-modified-since": before}
        self.assertEqual(self.client.get(f"{POST}feed/", headers=since).status_code, 304)
        self.comment.delete()
        self.assertEqual(self.client.get(f"{POST}feed/", headers=since).status_code, 200)

    def test_heads_name_the_feeds_of_comments(self):
        for address, feed in ((POST, f"{POST}feed/"), ("/", "/commentaires/feed/"), ("/en/", "/en/comments/feed/")):
            head = document_fromstring(self.client.get(address).content.decode()).find("head")
            self.assertIn(feed, head.xpath("link[@rel='alternate'][@type='application/rss+xml']/@href"))

    def test_translation_has_the_feed_of_the_one_discussion(self):
        make_translation(self.post)
        feed = self.feed("/en/blog/2016/06/digital-president-good-idea-webinar/feed/")
        self.assertEqual(len(list(feed.iter("item"))), 2)
        self.assertIn("/en/comments/", feed.findtext("channel/item/link"))

    def test_site_s_feed_leaves_out_what_is_not_published(self):
        post = make_post(slug="retire")
        make_comment(post, text="Sur un retiré")
        post.status = "withdrawn"
        post.save()
        feed = self.feed("/commentaires/feed/")
        self.assertEqual(feed.findtext("channel/item/description"), "<p>Le suivant</p>")
        self.assertEqual(len(list(self.feed("/en/comments/feed/atom/").iter(f"{ATOM}entry"))), 2)

    def test_wrong_date_leads_to_the_right_one(self):
        response = self.client.get(POST.replace("2016/06", "2015/1") + "feed/atom/")
        self.assertRedirects(response, f"{POST}feed/atom/", 301)

    def test_slug_like_another_part_of_the_address_leads_nowhere_else(self):
        for slug in ("blog", "2016", "06", "feed"):
            with self.subTest(slug=slug):
                make_post(slug=slug)
                address = f"/blog/2016/06/{slug}/feed/atom/"
                self.assertEqual(self.client.get(address).status_code, 200)
                self.assertRedirects(self.client.get(address.replace("2016/06", "2015/1", 1)), address, 301)
        make_post(slug="en", language="en")
        address = "/en/blog/2016/06/en/feed/"
        self.assertRedirects(self.client.get(address.replace("2016/06", "2015/1", 1)), address, 301)

    def test_no_post_no_feed(self):
        self.assertEqual(self.client.get("/blog/2016/06/rien/feed/").status_code, 404)

    def test_page_leads_to_its_feed(self):
        page = self.client.get(POST)
        for kind, name in (("", "rss+xml"), ("atom/", "atom+xml"), ("json/", "feed+json")):
            self.assertContains(page, f'href="{POST}feed/{kind}" type="application/{name}"')
        self.assertNotContains(self.client.get(f"{POST}feed/"), "Attend encore")

    def test_feed_asks_the_same_however_many_there_are(self):
        for number in range(20):
            make_comment(self.post, text=f"Plus {number}")
        for address, queries in ((f"{POST}feed/", 2), (f"{POST}feed/json/", 2), ("/commentaires/feed/", 1)):
            with self.assertNumQueries(queries):
                self.client.get(address)
