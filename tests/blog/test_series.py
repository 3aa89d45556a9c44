"""Series: their pages, the box on each part, and how editors make them."""

import json
import re
from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from blog.models import OldAddress, Post, Series, SeriesPart
from blog.models.series import MOST_PARTS
from tests.factories import PUBLISHED_AT, make_alice, make_bob, make_post, make_translation

PAGE, ENGLISH_PAGE = "/series/feuilleton/", "/en/series/feuilleton/"


def make_series(*posts: Post, **overrides) -> Series:
    fields = {"slug": "feuilleton", "title_fr": "Le feuilleton", "title_en": "The serial"}
    series = Series.objects.create(**fields | overrides)
    for position, post in enumerate(posts):
        SeriesPart.objects.create(series=series, post=post, position=position)
    return series


class PartTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        # In another order than that of their dates.
        cls.posts = [
            make_post(
                slug=f"partie-{number}", title=f"Partie {number}", published_at=PUBLISHED_AT - timedelta(days=number)
            )
            for number in range(1, 6)
        ]
        cls.english = [
            make_translation(cls.posts[index], slug=f"part-{index + 1}", title=f"Piece {index + 1}") for index in (0, 2)
        ]
        cls.series = make_series(*cls.posts)

    def box(self, post: Post) -> str:
        page = self.client.get(post.path()).content.decode()
        found = re.search(r'<nav class="row series".*?</nav>', page, re.DOTALL)
        return found[0] if found else ""

    def said(self, post: Post) -> str:
        return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", self.box(post))).strip()

    def hide(self, post: Post, **fields) -> None:
        for name, value in (fields or {"status": Post.Status.WITHDRAWN}).items():
            setattr(post, name, value)
        post.save()

    def test_part_says_which_it_is_of_how_many(self):
        box = self.box(self.posts[1])
        self.assertRegex(self.said(self.posts[1]), r"\b2\b.*\b5\b")
        self.assertIn(PAGE, box)
        self.assertIn("Le feuilleton", box)
        self.assertEqual(re.findall(r"/(partie-[0-9])/", box.partition("<details>")[0]), ["partie-1", "partie-3"])

    def test_all_parts_are_listed_in_order_folded(self):
        folded = self.box(self.posts[1]).partition("<details>")[2]
        self.assertEqual(re.findall(r"/(partie-[0-9])/", folded), ["partie-1", "partie-3", "partie-4", "partie-5"])
        self.assertIn('<strong aria-current="page">Partie 2</strong>', folded)

    def test_first_has_none_before_it_and_last_none_after(self):
        first, last = (self.box(post).partition("<details>")[0] for post in (self.posts[0], self.posts[4]))
        self.assertEqual(re.findall(r"/(partie-[0-9])/", first), ["partie-2"])
        self.assertEqual(re.findall(r"/(partie-[0-9])/", last), ["partie-4"])

    def test_what_readers_do_not_see_is_not_counted(self):
        self.hide(self.posts[0])
        self.hide(self.posts[2], published_at=timezone.now() + timedelta(days=1))
        self.assertRegex(self.said(self.posts[1]), r"\b1\b.*\b3\b")
        self.assertNotIn("partie-3", self.box(self.posts[1]))
        self.assertNotContains(self.client.get(PAGE), "partie-1")

    def test_translations_are_the_same_parts_in_their_language(self):
        box = self.box(self.english[1])
        self.assertIn("Part 2 of 2", box)
        self.assertIn("The serial", box)
        self.assertIn(ENGLISH_PAGE, box)
        self.assertNotIn("partie-", box)

    def test_post_in_no_series_has_no_box(self):
        self.assertEqual(self.box(make_post(slug="seul")), "")

    def test_machines_are_told(self):
        page = self.client.get(self.posts[1].path()).content.decode()
        [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
        text = json.loads(data)["@graph"][0]
        blog, series = text["isPartOf"]
        self.assertEqual((blog["@type"], series["@type"]), ("Blog", "CreativeWorkSeries"))
        self.assertEqual((series["name"], text["position"]), ("Le feuilleton", 2))
        self.assertEqual(series["url"], f"http://testserver{PAGE}")

    def test_page_has_the_parts_in_order_with_their_numbers(self):
        page = self.client.get(PAGE).content.decode()
        titles = re.findall(r'class="u-url" href="/blog/2016/0[56]/(partie-[0-9])/"', page)
        self.assertEqual(titles, [f"partie-{number}" for number in range(1, 6)])
        self.assertIn("5", re.search(r'<p class="kicker">(.*?)</p>', page)[1])
        english = self.client.get(ENGLISH_PAGE)
        self.assertContains(english, "Series · 2 parts")
        self.assertContains(english, '<link rel="alternate" hreflang="fr"')

    def test_page_of_a_language_without_parts_is_not_there(self):
        for post in self.english:
            self.hide(post)
        self.assertEqual(self.client.get(ENGLISH_PAGE).status_code, 404)
        self.assertNotContains(self.client.get(PAGE), 'rel="alternate" hreflang')

    def test_bad_addresses(self):
        for address in ("/series/rien/", f"{PAGE}?page=2", f"{PAGE}?page=x", "/series/", "/series/Le%20feuilleton/"):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)

    def test_former_address_leads_on_and_that_of_a_deleted_one_is_gone(self):
        self.series.slug = "saga"
        self.series.save()
        self.assertRedirects(self.client.get(PAGE), "/series/saga/", status_code=301)
        self.assertRedirects(self.client.get(ENGLISH_PAGE), "/en/series/saga/", status_code=301)
        self.series.delete()
        self.assertEqual(self.client.get("/series/saga/").status_code, 410)
        self.assertTrue(Post.objects.filter(slug="partie-1").exists())
        self.assertTrue(OldAddress.objects.filter(path="/series/saga/").exists())

    def test_original_takes_the_place_of_what_became_its_translation(self):
        english = make_post(language="en", slug="alone", title="Alone")
        SeriesPart.objects.create(series=self.series, post=english, position=9)
        original = make_post(slug="original", title="Original")
        english.translation_of = original
        english.save()
        self.assertEqual(SeriesPart.objects.get(position=9).post, original)
        self.assertIn("Part 3 of 3", self.box(english))

    def test_search_engines_are_told_of_the_pages(self):
        sitemap = self.client.get("/sitemap-series.xml").content.decode()
        self.assertIn(f"<loc>http://testserver{PAGE}</loc>", sitemap)
        self.assertIn(f"<loc>http://testserver{ENGLISH_PAGE}</loc>", sitemap)


class AdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.first, cls.second = make_post(slug="un"), make_post(slug="deux")
        cls.english = make_translation(cls.second)

    def setUp(self):
        self.client.force_login(make_alice())

    def form(self, *posts, existing: Series | None = None, **overrides) -> dict:
        rows = list(existing.parts.all()) if existing else []
        data = {
            "title_fr": "Le feuilleton",
            "title_en": "The serial",
            "slug": "",
            "description_fr": "",
            "description_en": "",
            "parts-TOTAL_FORMS": len(posts),
            "parts-INITIAL_FORMS": len(rows),
            "parts-MIN_NUM_FORMS": 0,
            "parts-MAX_NUM_FORMS": MOST_PARTS,
        }
        for number, post in enumerate(posts):
            data |= {f"parts-{number}-post": getattr(post, "pk", post), f"parts-{number}-position": number}
            if number < len(rows):
                data |= {f"parts-{number}-id": rows[number].pk, f"parts-{number}-series": existing.pk}
        return data | overrides

    def test_series_is_made_and_its_address_from_its_title(self):
        response = self.client.post("/admin/blog/series/add/", self.form(self.first, self.second))
        self.assertEqual(response.status_code, 302, response.content.decode()[:2000])
        series = Series.objects.get()
        self.assertEqual(series.slug, "le-feuilleton")
        self.assertEqual([part.post for part in series.parts.all()], [self.first, self.second])

    def test_translation_that_is_chosen_stands_for_its_original(self):
        self.client.post("/admin/blog/series/add/", self.form(self.english))
        self.assertEqual(SeriesPart.objects.get().post, self.second)

    def test_order_is_that_of_the_positions(self):
        series = make_series(self.first, self.second)
        data = self.form(self.first, self.second, existing=series, slug="feuilleton")
        data |= {"parts-0-position": 5}
        self.client.post(f"/admin/blog/series/{series.pk}/change/", data)
        self.assertEqual([part.post for part in series.parts.all()], [self.second, self.first])

    def test_post_stands_in_one_series_once(self):
        make_series(self.first)
        for posts in ((self.first,), (self.second, self.english)):
            with self.subTest(posts=posts):
                response = self.client.post("/admin/blog/series/add/", self.form(*posts))
                self.assertEqual(response.status_code, 200)
                self.assertContains(response, "errorlist")
        self.assertEqual(SeriesPart.objects.count(), 1)

    def test_posts_are_suggested_and_not_listed(self):
        make_post(slug="jamais-liste", title="Jamais dans une liste")
        page = self.client.get("/admin/blog/series/add/")
        self.assertContains(page, "admin-autocomplete")
        self.assertNotContains(page, "Jamais dans une liste")

    def test_nonsense_is_refused_kindly(self):
        for data in (self.form("99999999"), self.form("x"), self.form(self.first, title_en=""), self.form(slug="É ?")):
            response = self.client.post("/admin/blog/series/add/", data)
            self.assertEqual(response.status_code, 200)
        self.assertEqual(Series.objects.count(), 0)

    def test_form_of_a_part_and_of_its_translation_says_which_it_is(self):
        series = make_series(self.first, self.second)
        for post in (self.second, self.english):
            page = self.client.get(f"/admin/blog/post/{post.pk}/change/")
            self.assertContains(
                page,
                f'<a href="/admin/blog/series/{series.pk}/change/">{series.title}</a> <small>Partie 2 sur 2</small>',
            )
        self.assertNotContains(self.client.get("/admin/blog/post/add/"), "Partie ")

    def test_contributors_make_none(self):
        self.client.force_login(make_bob())
        self.assertEqual(self.client.get("/admin/blog/series/add/").status_code, 403)
