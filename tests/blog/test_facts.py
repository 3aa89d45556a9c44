from datetime import UTC, datetime

from django.test import SimpleTestCase
from django.utils import translation

from blog.templatetags.facts import as_comments, as_minutes, day, day_and_time, iso

# Past midnight in Paris already.
MOMENT = datetime(2016, 6, 8, 22, 30, 15, 999, tzinfo=UTC)


class FactTests(SimpleTestCase):
    def test_day_is_that_of_the_site_in_the_language_of_the_page(self):
        with translation.override("fr"):
            self.assertEqual(day(MOMENT), "9 juin 2016")
            self.assertEqual(day_and_time(MOMENT), "9 juin 2016, 00:30")
        with translation.override("en"):
            self.assertEqual(day(MOMENT), "June 9, 2016")

    def test_missing_moment_is_empty(self):
        self.assertEqual(day(None) + iso(None), "")

    def test_attribute_has_no_microseconds(self):
        self.assertEqual(iso(MOMENT), "2016-06-08T22:30:15+00:00")

    def test_numbers_have_their_plural(self):
        with translation.override("en"):
            self.assertEqual([as_comments(n) for n in (0, 1, 2)], ["0 comments", "1 comment", "2 comments"])
            self.assertEqual([as_minutes(n) for n in (1, 2)], ["1 minute to read", "2 minutes to read"])
        with translation.override("fr"):
            self.assertEqual([as_comments(n) for n in (0, 1, 2)], ["0 commentaire", "1 commentaire", "2 commentaires"])
