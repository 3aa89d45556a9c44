"""Dates that are typed are read as dates that are shown, in both languages."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import forms
from django.test import SimpleTestCase
from django.utils.formats import date_format
from django.utils.translation import override

DAY = date(2098, 1, 2)
MOMENT = datetime(2098, 1, 2, 8, 30, tzinfo=ZoneInfo("Europe/Paris"))


class TypedDateTests(SimpleTestCase):
    def test_what_a_page_shows_is_understood_when_it_is_typed(self):
        for language in ("fr", "en"):
            with self.subTest(language), override(language):
                for shown in (date_format(DAY, "SHORT_DATE_FORMAT"), "2098-01-02"):
                    self.assertEqual(forms.DateField().clean(shown), DAY)
                for shown in (date_format(MOMENT, "SHORT_DATETIME_FORMAT"), "2098-01-02 08:30"):
                    self.assertEqual(forms.DateTimeField().clean(shown), MOMENT)

    def test_what_is_no_date_is_refused(self):
        for language, typed in (("fr", "01/13/2098"), ("en", "01/13/2098"), ("en", "30/02/2098")):
            with self.subTest(language, typed=typed), override(language), self.assertRaises(forms.ValidationError):
                forms.DateField().clean(typed)
