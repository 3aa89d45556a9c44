"""The counts of months, and the pages and years that are found by them."""

import re
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.archive import months_out, years_out
from blog.models import Month, Post
from blog.paging import PAGE_SIZE
from tests.factories import PUBLISHED_AT, make_post, make_translation


def counts() -> dict[tuple, int]:
    rows = Month.objects.filter(posts__gt=0)
    return {(row.language, row.year, row.month): row.posts for row in rows}


class CountTests(TestCase):
    """However a post comes, changes and goes, its month knows."""

    def test_post_and_its_translation_are_counted_each_in_its_language(self):
        make_translation(make_post())
        self.assertEqual(counts(), {("fr", 2016, 6): 1, ("en", 2016, 6): 1})

    def test_what_readers_do_not_see_is_not_counted(self):
        make_post(status=Post.Status.DRAFT)
        make_post(slug="relu", status=Post.Status.IN_REVIEW, published_at=None)
        self.assertEqual(counts(), {})

    def test_post_that_moves_is_counted_where_it_is(self):
        post, _stays = make_post(), make_post(slug="reste")
        post.published_at = datetime(2017, 12, 31, 23, 30, tzinfo=UTC)
        post.save()
        self.assertEqual(counts(), {("fr", 2016, 6): 1, ("fr", 2017, 12): 1})
        post.language = "en"
        post.save()
        self.assertEqual(counts(), {("fr", 2016, 6): 1, ("en", 2017, 12): 1})

    def test_withdrawn_and_deleted_posts_are_not_counted_any_more(self):
        withdrawn, deleted = make_post(), make_post(slug="efface")
        make_post(slug="efface-avec-d-autres")
        withdrawn.status = Post.Status.WITHDRAWN
        withdrawn.save(update_fields=["status"])
        self.assertEqual(counts(), {("fr", 2016, 6): 2})
        deleted.delete()
        self.assertEqual(counts(), {("fr", 2016, 6): 1})
        Post.objects.all().delete()
        self.assertEqual(counts(), {})

    def test_change_of_the_text_counts_nothing(self):
        post = make_post()
        post.title = "Autre titre"
        with CaptureQueriesContext(connection) as queries:
            post.save()
        self.assertFalse([query for query in queries if "blog_month" in query["sql"]])

    def test_counting_all_anew_finds_the_same(self):
        make_translation(make_post())
        make_post(slug="minuit", published_at=datetime(2016, 6, 30, 22, 30, tzinfo=UTC))
        make_post(slug="juillet", published_at=datetime(2016, 7, 1, 0, 0, tzinfo=UTC))
        make_post(slug="brouillon", status=Post.Status.DRAFT)
        kept = counts()
        Month.objects.recount_all()
        self.assertEqual(counts(), kept)
        self.assertEqual(kept, {("fr", 2016, 6): 2, ("fr", 2016, 7): 1, ("en", 2016, 6): 1})


class PlaceTests(TestCase):
    """Each page of all posts holds what it would if the list were walked from its beginning."""

    @classmethod
    def setUpTestData(cls):
        now = timezone.now()
        # Over several months, and some that are still to come, this month or the next.
        for number in range(-6, 4 * PAGE_SIZE):
            make_post(slug=f"post-{number}", published_at=now - timedelta(days=2.3 * number, minutes=1))
        make_post(slug="english", language="en", published_at=now - timedelta(days=40))

    def shown(self, page: int) -> list[str]:
        page = self.client.get("/blog/", {"page": page}).content.decode()
        return list(dict.fromkeys(re.findall(r"/(post-[0-9]+)/", page)))

    def test_every_page(self):
        expected = [f"post-{number}" for number in range(4 * PAGE_SIZE)]
        self.assertGreater(len(months_out("fr")), 4)
        for page in range(1, 5):
            with self.subTest(page=page):
                self.assertEqual(self.shown(page), expected[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])

    def test_beyond_the_last_page_there_is_nothing(self):
        self.assertContains(self.client.get("/blog/?page=3"), "?page=4")
        self.assertNotContains(self.client.get("/blog/?page=4"), "?page=5")
        for page in (5, 999, 1_000_000):
            self.assertEqual(self.client.get("/blog/", {"page": page}).status_code, 404)

    @override_settings(DATABASE_PREPARES=False)  # the numbers stand in the SQL then
    def test_only_posts_of_one_month_are_passed_over(self):
        busiest = max(Month.objects.values_list("posts", flat=True))
        for page in range(1, 5):
            with CaptureQueriesContext(connection) as queries:
                self.shown(page)
            offsets = [query["sql"].rsplit("OFFSET ", 1)[1] for query in queries if "OFFSET" in query["sql"]]
            self.assertLess(int(offsets[0]), busiest)


class YearTests(TestCase):
    def years(self, language: str = "fr") -> list[int]:
        return [year.year for year in years_out(months_out(language), language)]

    def test_years_are_those_of_the_language(self):
        make_translation(make_post(), published_at=PUBLISHED_AT + timedelta(days=365))
        make_post(slug="tard", published_at=PUBLISHED_AT + timedelta(days=4 * 365))
        self.assertEqual(self.years("fr"), [2020, 2016])
        self.assertEqual(self.years("en"), [2017])

    def test_what_is_scheduled_makes_no_year(self):
        make_post(published_at=timezone.now() + timedelta(days=800))
        make_post(slug="bientot", published_at=timezone.now() + timedelta(minutes=1))
        self.assertEqual(self.years(), [])

    def test_year_begins_where_the_publication_is(self):
        # Half past eleven in the evening in London is the next year already in Paris, and the same in New York.
        make_post(published_at=datetime(2016, 12, 31, 23, 30, tzinfo=UTC))
        self.assertEqual(self.years(), [2017])
        with override_settings(TIME_ZONE="America/New_York"):
            self.assertEqual(self.years(), [2016])

    def test_year_of_one_post_at_its_very_beginning(self):
        make_post(published_at=datetime(2017, 1, 1, 3, 0, tzinfo=UTC))
        self.assertEqual(self.years(), [2017])
        with override_settings(TIME_ZONE="America/New_York"):
            self.assertEqual(self.years(), [2016])

    def test_years_take_two_queries_however_many_there_are(self):
        for year in range(2010, 2020):
            make_post(slug=f"janvier-{year}", published_at=datetime(year, 1, 1, tzinfo=UTC))
        with self.assertNumQueries(2):
            self.assertEqual(self.years(), list(range(2019, 2009, -1)))
