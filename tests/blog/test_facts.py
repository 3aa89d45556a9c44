from datetime import UTC, datetime, timedelta

from django.test import SimpleTestCase
from django.utils import translation

from blog.facts import as_comments, as_minutes, day, day_and_time, iso, when, when_in_list
from blog.models import Event

# Past midnight in Paris already.
MOMENT = datetime(2016, 6, 8, 22, 30, 15, 999, tzinfo=UTC)


class FactTests(SimpleTestCase):
    def test_day_is_that_of_the_site_in_the_language_of_the_page(self):
        with translation.override("fr"):
            self.assertEqual(day(MOMENT), "9\u00a0juin 2016")
            self.assertEqual(day_and_time(MOMENT), "9\u00a0juin 2016, 00:30")
        with translation.override("en"):
            self.assertEqual(day(MOMENT), "9\u00a0June 2016")
            self.assertEqual(day_and_time(MOMENT), "9\u00a0June 2016, 00:30")

    def test_first_of_a_month_is_an_ordinal_in_french(self):
        first = datetime(2016, 5, 1, 12, tzinfo=UTC)
        with translation.override("fr"):
            self.assertEqual([day(first), day(first.replace(day=21))], ["1er\u00a0mai 2016", "21\u00a0mai 2016"])
        with translation.override("en"):
            self.assertEqual(day(first), "1\u00a0May 2016")

    def test_event_of_a_day_says_from_when_to_when_by_the_clocks_of_its_place(self):
        event = Event(time_zone="Europe/London", starts_at=MOMENT, ends_at=MOMENT + timedelta(minutes=20))
        with translation.override("fr"):
            self.assertEqual(
                when(event),
                '<time datetime="2016-06-08T23:30:15+01:00">mercredi 8\u00a0juin 2016</time>, de 23:30 à 23:50',
            )
        with translation.override("en"):
            self.assertIn(">Wednesday 8\u00a0June 2016</time>, 23:30 to 23:50", when(event))

    def test_event_of_several_days_says_the_first_and_the_last(self):
        event = Event(time_zone="Europe/Paris", starts_at=MOMENT, ends_at=MOMENT + timedelta(days=2))
        with translation.override("fr"):
            self.assertRegex(
                when(event), "<time .*>jeudi 9\u00a0juin 2016</time> – <time .*>samedi 11\u00a0juin 2016</time>"
            )

    def test_list_says_by_which_clocks_where_they_are_not_those_of_the_site(self):
        hour = timedelta(hours=1)
        there, here, same = (
            Event(time_zone=zone, starts_at=MOMENT - 12 * hour, ends_at=MOMENT - 11 * hour)
            for zone in ("America/Toronto", "Europe/Paris", "Europe/Brussels")
        )
        days = Event(time_zone="America/Toronto", starts_at=MOMENT, ends_at=MOMENT + timedelta(days=2))
        with translation.override("fr"):
            self.assertEqual(when_in_list(there), f"{when(there)} (America/Toronto)")
            for event in (here, same, days):
                self.assertEqual(when_in_list(event), when(event))

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
