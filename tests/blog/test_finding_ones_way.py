"""Neighbours, breadcrumbs, counts of the archive, all titles, what is discussed most, and the way between languages."""

import json
import re
from datetime import UTC, datetime, timedelta

from django.test import TestCase, override_settings
from django.utils import timezone
from lxml.html import document_fromstring

from blog.models import Post
from blog.views import everything, lists
from tests.factories import (
    PUBLISHED_AT,
    make_author,
    make_category,
    make_comment,
    make_event,
    make_page,
    make_partner,
    make_post,
    make_sponsor,
    make_tag,
    make_translation,
    make_tribune,
)


def numbered(number: int, **fields) -> Post:
    moment = fields.pop("published_at", PUBLISHED_AT + timedelta(days=number))
    return make_post(**{"slug": f"post-{number}", "title": f"Titre {number}", "published_at": moment} | fields)


class NeighbourTests(TestCase):
    def neighbours(self, post: Post) -> tuple[list[str], list[str]]:
        page = document_fromstring(self.client.get(post.path()).content.decode())
        links = {rel: page.xpath(f"//nav//a[@rel='{rel}']/@href") for rel in ("prev", "next")}
        return tuple([href.rstrip("/").rpartition("/")[2] for href in links[rel]] for rel in ("prev", "next"))

    def test_posts_before_and_after_in_the_language(self):
        first, second, third = (numbered(number) for number in range(3))
        numbered(10, language="en", published_at=PUBLISHED_AT + timedelta(hours=30))
        self.assertEqual(self.neighbours(first), ([], ["post-1"]))
        self.assertEqual(self.neighbours(second), (["post-0"], ["post-2"]))
        self.assertEqual(self.neighbours(third), (["post-1"], []))

    def test_those_of_one_moment_form_one_chain(self):
        posts = [numbered(number, published_at=PUBLISHED_AT) for number in range(4)]
        found = [self.neighbours(post) for post in posts]
        self.assertEqual([after for _, after in found], [["post-1"], ["post-2"], ["post-3"], []])
        self.assertEqual([before for before, _ in found], [[], ["post-0"], ["post-1"], ["post-2"]])

    def test_what_readers_do_not_see_is_passed_over(self):
        first, _hidden, third = numbered(0), numbered(1, status=Post.Status.WITHDRAWN), numbered(2)
        numbered(3, published_at=timezone.now() + timedelta(days=1))
        self.assertEqual(self.neighbours(first), ([], ["post-2"]))
        self.assertEqual(self.neighbours(third), (["post-0"], []))


class BreadcrumbTests(TestCase):
    """What a person sees and what machines are told are the same steps."""

    @classmethod
    def setUpTestData(cls):
        parent = make_category()
        child = make_category(slug="cloud", name_fr="Nuage", name_en="Cloud", parent=parent)
        author = make_author()
        post = make_post(
            category=child, authors=[author], tags=[make_tag()], disclosure="client", disclosure_with=make_sponsor()
        )
        make_translation(post)
        make_tribune(post, make_partner())
        make_event()
        make_page()

    def test_on_every_kind_of_page(self):
        for address in (
            "/blog/2016/06/president-numerique-bonne-idee-webinaire/",
            "/en/blog/2016/06/digital-president-good-idea-webinar/",
            "/blog/",
            "/blog/2016/",
            "/en/blog/2016/06/",
            "/blog/archives/",
            "/en/blog/archives/2016/",
            "/blog/les-plus-discutes/",
            "/categorie/economie-et-numerique/cloud/",
            "/sujet/cloud/",
            "/en/authors/",
            "/auteurs/yann-gourvennec/",
            "/auteurs/yann-gourvennec/tribunes/",
            "/transparence/",
            "/transparence/amarre-hebergement/",
            "/partenaires/",
            "/en/partners/blog-du-communicant/",
            "/tribunes/",
            "/evenements/",
            "/evenements/webinaire-president-numerique/",
            "/mentions-legales/",
            "/confidentialite/",
        ):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertEqual(response.status_code, 200)
                page = document_fromstring(response.content.decode())
                [trail] = page.xpath("//nav[contains(@class, 'trail')]")
                seen = [(link.text_content(), f"http://testserver{link.get('href')}") for link in trail.iter("a")]
                graph = json.loads(page.xpath("//script[@type='application/ld+json']/text()")[0])["@graph"]
                [told] = [node for node in graph if node["@type"] == "BreadcrumbList"]
                steps = [(step["name"], step["item"]) for step in told["itemListElement"]]
                self.assertEqual(seen, steps[:-1], "the last is the page itself")
                self.assertEqual(steps[-1][1], f"http://testserver{address}")
                self.assertTrue(trail.get("aria-label"))


class CountTests(TestCase):
    """Numbers beside years and months are those of the pages they lead to."""

    def test_counts_of_months_and_years_by_the_clocks_of_the_publication(self):
        numbered(1)
        # Half past ten in the evening in London is July already in Paris.
        numbered(2, published_at=datetime(2016, 6, 30, 22, 30, tzinfo=UTC))
        numbered(3, published_at=datetime(2016, 12, 31, 23, 30, tzinfo=UTC))
        numbered(4, status=Post.Status.DRAFT)
        numbered(5, published_at=timezone.now() + timedelta(minutes=5))
        page = document_fromstring(self.client.get("/blog/archives/").content.decode())
        self.assertEqual(self.counts(page), {"/blog/2016/06/": "1", "/blog/2016/07/": "1", "/blog/2017/01/": "1"})
        self.assertEqual(page.xpath("string(//p[@class='intro'])"), "3 articles")
        for address, count in self.counts(page).items():
            self.assertEqual(self.client.get(address).content.decode().count('class="row entry h-entry"'), int(count))
        with override_settings(TIME_ZONE="America/New_York"):
            page = document_fromstring(self.client.get("/blog/archives/").content.decode())
            self.assertEqual(self.counts(page), {"/blog/2016/06/": "2", "/blog/2016/12/": "1"})

    def counts(self, page) -> dict[str, str]:
        items = page.xpath("//ul[contains(@class, 'months')]/li")
        return {item.xpath("string(a/@href)"): item.xpath("string(span)") for item in items}

    def test_year_has_its_months_with_counts(self):
        numbered(1)
        numbered(2)
        numbered(40)
        page = document_fromstring(self.client.get("/blog/2016/").content.decode())
        self.assertEqual(self.counts(page), {"/blog/2016/06/": "2", "/blog/2016/07/": "1"})

    def test_costs_the_same_however_much_there_is(self):
        numbered(1)
        addresses = ("/blog/archives/", "/blog/archives/2016/", "/blog/2016/")
        for address in addresses:
            self.client.get(address)
        for number in range(2, 40):
            numbered(number, published_at=PUBLISHED_AT + timedelta(days=9 * number))
        for address, most in zip(addresses, (2, 4, 6), strict=True):
            with self.subTest(address), self.assertNumQueries(most):
                self.client.get(address)


class EverythingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        for number in range(7):
            numbered(number, published_at=PUBLISHED_AT + timedelta(days=20 * number))
        numbered(9, published_at=PUBLISHED_AT - timedelta(days=400))
        numbered(10, language="en")
        numbered(11, status=Post.Status.WITHDRAWN)

    def titles(self, address: str) -> list[str]:
        page = document_fromstring(self.client.get(address).content.decode())
        return [link.text_content() for link in page.xpath("//ol[@class='titles']//a")]

    def test_all_titles_of_a_year_in_a_language(self):
        self.assertEqual(self.titles("/blog/archives/2016/"), [f"Titre {number}" for number in range(6, -1, -1)])
        self.assertEqual(self.titles("/blog/archives/2015/"), ["Titre 9"])
        self.assertEqual(self.titles("/en/blog/archives/2016/"), ["Titre 10"])

    def test_pages_of_a_year_hold_each_title_once(self):
        kept, everything.TITLES_A_PAGE = everything.TITLES_A_PAGE, 3
        self.addCleanup(setattr, everything, "TITLES_A_PAGE", kept)
        found = [title for number in (1, 2, 3) for title in self.titles(f"/blog/archives/2016/?page={number}")]
        self.assertEqual(found, [f"Titre {number}" for number in range(6, -1, -1)])
        self.assertEqual(self.client.get("/blog/archives/2016/?page=4").status_code, 404)

    def test_years_lead_on(self):
        page = self.client.get("/blog/archives/2016/")
        self.assertContains(page, 'href="/blog/archives/2015/"')
        self.assertNotContains(page, 'href="/blog/archives/2017/"')
        self.assertContains(self.client.get("/blog/"), 'href="/blog/archives/"')

    def test_year_in_one_language_says_so(self):
        page = self.client.get("/blog/archives/2015/")
        self.assertNotContains(page, 'rel="alternate" hreflang')
        self.assertContains(page, 'href="/en/" hreflang="en"')

    def test_bad_addresses(self):
        for address in (
            "/blog/archives/1999/",
            "/blog/archives/99999/",
            "/blog/archives/2016/06/",
            "/blog/archives/x/",
        ):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)
        for page in ("0", "-1", "x", "99999999999999999999", "2", "1000000"):
            self.assertEqual(self.client.get("/blog/archives/2016/", {"page": page}).status_code, 404, page)

    def test_nothing_yet(self):
        Post.objects.all().delete()
        self.assertEqual(self.client.get("/blog/archives/").status_code, 200)
        self.assertEqual(self.client.get("/blog/archives/2016/").status_code, 404)


class DiscussedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.posts = [numbered(number) for number in range(4)]
        for post, count in zip(cls.posts, (1, 3, 0, 2), strict=True):
            for _ in range(count):
                make_comment(post)

    def order(self, address: str) -> list[str]:
        page = document_fromstring(self.client.get(address).content.decode())
        return [link.get("href").rstrip("/")[-1] for link in page.xpath("//h2//a[@class='u-url']")]

    def test_most_discussed_come_first_and_the_silent_are_left_out(self):
        self.assertEqual(self.order("/blog/les-plus-discutes/"), ["1", "3", "0"])

    def test_each_language_has_its_own(self):
        make_translation(self.posts[3], slug="post-7")
        make_comment(self.posts[3])
        self.assertEqual(self.order("/en/blog/most-discussed/"), ["7"])

    def test_what_readers_do_not_see_is_left_out(self):
        self.posts[1].status = Post.Status.WITHDRAWN
        self.posts[1].save()
        self.assertEqual(self.order("/blog/les-plus-discutes/"), ["3", "0"])

    def test_home_names_them(self):
        page = document_fromstring(self.client.get("/").content.decode())
        titles = [link.text_content() for link in page.xpath("//section[@aria-labelledby='discussed']//ol//a")]
        self.assertEqual(titles, ["Titre 1", "Titre 3", "Titre 0"])
        Post.objects.update(comment_count=0)
        self.assertNotContains(self.client.get("/"), 'id="discussed"')

    def test_no_more_pages_than_that(self):
        kept, lists.PAGES_DISCUSSED = lists.PAGES_DISCUSSED, 1
        self.addCleanup(setattr, lists, "PAGES_DISCUSSED", kept)
        for number in range(20, 40):
            make_comment(numbered(number))
        self.assertNotContains(self.client.get("/blog/les-plus-discutes/"), "?page=2")
        self.assertEqual(self.client.get("/blog/les-plus-discutes/?page=2").status_code, 404)


class LanguageTests(TestCase):
    def switch(self, address: str) -> tuple[str, str]:
        page = document_fromstring(self.client.get(address).content.decode())
        [place] = page.xpath("//nav[@class='sections']//li[@class='language']")
        return re.sub("[ \n]+", " ", place.text_content()).strip(" "), place.xpath("string(a/@href)")

    def offer(self, address: str):
        return document_fromstring(self.client.get(address).content.decode()).xpath("//aside[@data-offer]")

    def test_switch_leads_to_the_translation(self):
        post = make_post()
        english = make_translation(post)
        self.assertEqual(self.switch(post.path()), ("English", english.path()))
        self.assertEqual(self.switch(english.path()), ("Français", post.path()))

    def test_switch_says_in_the_words_of_the_page_that_there_is_none(self):
        words, address = self.switch(make_post().path())
        self.assertTrue(words.startswith("Pas en anglais\u00a0:"), words)
        self.assertEqual(address, "/en/")
        words, address = self.switch(make_post(language="en", slug="alone").path())
        self.assertTrue(words.startswith("Not in French:"), words)
        self.assertEqual(address, "/")

    def test_offer_is_there_for_a_script_alone_and_in_the_words_of_who_takes_it(self):
        post = make_post()
        make_translation(post)
        [offer] = self.offer(post.path())
        self.assertEqual((offer.get("lang"), offer.get("hidden")), ("en", ""))
        self.assertEqual(offer.xpath("string(.//a/@href)"), "/en/blog/2016/06/digital-president-good-idea-webinar/")
        [offer] = self.offer("/en/")
        self.assertEqual((offer.get("lang"), offer.xpath("string(.//a/@href)")), ("fr", "/"))

    def test_page_is_the_same_whatever_the_browser_asks_for(self):
        make_post()
        bodies = set()
        for languages in ("fr", "en", "de,en;q=0.5", ""):
            response = self.client.get("/blog/", headers={"accept-language": languages})
            self.assertNotIn("Accept-Language", response.headers.get("Vary", ""))
            bodies.add(response.content)
        self.assertEqual(len(bodies), 1)

    def test_mail_has_title_and_address_encoded(self):
        post = make_post(title="Cent % d’idées & « plus » ?", slug="cent")
        page = document_fromstring(self.client.get(f"{post.path()}?share=email").content.decode())
        [letter] = page.xpath("//a[starts-with(@href, 'mailto:')]/@href")
        subject, body = re.fullmatch(r"mailto:\?subject=([^&]*)&body=(.*)", letter).groups()
        self.assertEqual(subject, "Cent%20%25%20d%E2%80%99id%C3%A9es%20%26%20%C2%AB%20plus%20%C2%BB%20%3F")
        self.assertTrue(body.endswith("%0D%0Ahttp%3A%2F%2Ftestserver%2Fblog%2F2016%2F06%2Fcent%2F"), body)
