"""The calendar of all events, and that of one, read by the icalendar library as a program reads them."""

from datetime import UTC, date, datetime, timedelta

import time_machine
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar
from lxml.html import document_fromstring

from blog.models import Event, Speaker
from tests.factories import make_event, make_post

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
BOTH = ("/evenements.ics", "/en/events.ics")


@time_machine.travel(NOW, tick=False)
class CalendarTests(TestCase):
    def add(self, slug, starts_at, hours=2, **fields):
        hours = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=hours)}
        return make_event(**hours | {"slug": slug} | fields)

    def calendar(self, address="/evenements.ics"):
        response = self.client.get(address)
        self.assertEqual((response.status_code, response["Content-Type"]), (200, "text/calendar; charset=utf-8"))
        self.assertFalse(response.cookies)
        return Calendar.from_ical(response.content)

    def entries(self, address="/evenements.ics"):
        return {str(entry["uid"]): entry for entry in self.calendar(address).walk("VEVENT")}

    def test_it_has_what_is_to_come_and_what_was_within_a_year(self):
        coming = self.add("a-venir", NOW + timedelta(days=40))
        past = self.add("passe", NOW - timedelta(days=300), recording_url="https://example.org/replay")
        self.add("ancien", NOW - timedelta(days=400))
        self.add("cache", NOW + timedelta(days=3), is_public=False)
        for address in BOTH:
            entries = self.entries(address)
            self.assertEqual(set(entries), {f"event-{event.pk}@testserver" for event in (coming, past)})
            entry = entries[f"event-{coming.pk}@testserver"]
            self.assertEqual(entry["dtstart"].dt, coming.local_start)
            self.assertEqual(str(entry["url"]), "http://testserver/evenements/a-venir/")
        self.assertIn("https://example.org/replay", entries[f"event-{past.pk}@testserver"]["description"])

    def test_it_says_in_the_language_of_its_address_what_it_is(self):
        for address, name in zip(BOTH, ("Événements – La Marge", "Events – La Marge"), strict=True):
            calendar = self.calendar(address)
            self.assertEqual((str(calendar["x-wr-calname"]), str(calendar["name"])), (name, name))
            self.assertEqual(calendar["refresh-interval"].dt, timedelta(hours=6))
            self.assertEqual(str(calendar["version"]), "2.0")

    def test_hours_are_right_on_both_sides_of_a_change_of_the_clocks(self):
        """In Paris they go back on 25 October 2026, in New York a week later; in Tokyo never."""
        for number, (zone, day, offset) in enumerate(
            (
                ("Europe/Paris", datetime(2026, 10, 24, 16, tzinfo=UTC), 2),
                ("Europe/Paris", datetime(2026, 10, 26, 17, tzinfo=UTC), 1),
                ("America/New_York", datetime(2026, 10, 26, 22, tzinfo=UTC), -4),
                ("Asia/Tokyo", datetime(2026, 11, 2, 9, tzinfo=UTC), 9),
            )
        ):
            event = self.add(f"heure-{number}", day, time_zone=zone)
            calendar = self.calendar()
            [entry] = [each for each in calendar.walk("VEVENT") if str(each["uid"]).startswith(f"event-{event.pk}@")]
            self.assertEqual(entry["dtstart"].params["TZID"], zone)
            # What a program makes of the hour with the rules in the file alone.
            [rules] = [each for each in calendar.walk("VTIMEZONE") if str(each["tzid"]) == zone]
            wall_clock = entry["dtstart"].dt.replace(tzinfo=None)
            self.assertEqual(rules.to_tz(lookup_tzid=False).utcoffset(wall_clock), timedelta(hours=offset))
            self.assertEqual(entry["dtstart"].dt, day)

    def test_whole_days_are_days_wherever_somebody_reads_them(self):
        """The clocks go back on one of them: midnight in Paris is two hours before that of UTC, and then one."""
        first = datetime(2026, 10, 24, 22, tzinfo=UTC)
        for slug, end, last, shown in (
            ("un-jour", datetime(2026, 10, 25, 23, tzinfo=UTC), "2026-10-25", "25 octobre 2026"),
            ("jusqu-a-la-fin", datetime(2026, 10, 25, 22, 59, tzinfo=UTC), "2026-10-25", "25 octobre 2026"),
            ("trois-jours", datetime(2026, 10, 27, 23, tzinfo=UTC), "2026-10-27", "27 octobre 2026"),
        ):
            with self.subTest(slug):
                event = self.add(slug, first, ends_at=end)
                entry = self.entries(f"/evenements/{slug}.ics")[f"event-{event.pk}@testserver"]
                self.assertEqual(entry["dtstart"].dt, date(2026, 10, 25))
                self.assertEqual(entry["dtend"].dt, date.fromisoformat(last) + timedelta(days=1))
                page = self.client.get(event.get_absolute_url())
                self.assertContains(page, f'"startDate":"2026-10-25","endDate":"{last}"')
                times = document_fromstring(page.content.decode()).xpath("//main//dd[1]//time")
                self.assertIn(shown, times[-1].text_content().replace("\u00a0", " "))
                self.assertEqual(len(times), 1 if last == "2026-10-25" else 2)

    def test_evening_until_midnight_is_on_one_day(self):
        event = self.add(
            "soiree", datetime(2026, 10, 20, 18, tzinfo=UTC), ends_at=datetime(2026, 10, 20, 22, tzinfo=UTC)
        )
        self.assertTrue(event.is_on_one_day())
        [entry] = self.entries().values()
        self.assertEqual(entry["dtend"].dt, event.ends_at)

    def test_signs_that_no_reader_sees_are_in_no_calendar_and_on_no_page(self):
        texts = {"title_fr": "Un\x07 titre", "description_fr": "Une\x0b annonce", "place": "Brest\x08"}
        event = self.add("colle", NOW + timedelta(days=1), **texts)
        make_post(title=event.title_fr, standfirst=event.description_fr, event=event)
        for address in ("/evenements.ics", "/evenements/colle.ics", event.get_absolute_url(), "/", "/blog/"):
            with self.subTest(address):
                self.assertNotRegex(self.client.get(address).content.decode(), "[\x07\x0b]")
        self.assertEqual(self.entries()[f"event-{event.pk}@testserver"]["location"], "Brest")

    def test_moment_has_no_end(self):
        """An end that is not later than the start is refused by programs (RFC 5545, section 3.8.2.2)."""
        event = self.add("mise-en-ligne", NOW + timedelta(days=1), hours=0)
        [entry] = self.entries().values()
        self.assertEqual(entry["dtstart"].dt, event.starts_at)
        self.assertNotIn("dtend", entry)

    def test_change_is_a_new_version_of_the_same_entry(self):
        event = self.add("atelier", NOW + timedelta(days=4))
        [first] = self.entries().values()
        self.assertEqual((first["sequence"], first["last-modified"].dt, first["dtstamp"].dt), (0, NOW, NOW))
        with time_machine.travel(NOW + timedelta(hours=1), tick=False):
            event.starts_at += timedelta(minutes=30)
            event.save()
            [second] = self.entries().values()
            event.description_fr = "Mieux dit."
            event.save()
        self.assertEqual((second["sequence"], second["uid"]), (1, first["uid"]))
        self.assertEqual(second["last-modified"].dt, NOW + timedelta(hours=1))
        self.assertEqual(Event.objects.get().sequence, 1)

    def test_cancelled_event_says_so_to_readers_and_programs(self):
        event = self.add("annule", NOW + timedelta(days=4), join_url="https://example.org/join")
        self.assertEqual(str(self.entries().popitem()[1]["status"]), "CONFIRMED")
        event.is_cancelled = True
        event.save()
        entry = self.entries().popitem()[1]
        self.assertEqual((str(entry["status"]), entry["sequence"]), ("CANCELLED", 1))
        page = self.client.get("/en/events/annule/")
        self.assertContains(page, "This event is cancelled")
        self.assertNotContains(page, "Take part")
        self.assertContains(self.client.get("/en/events/"), "Cancelled")
        self.assertNotContains(self.client.get("/en/"), "/en/events/annule/")

    def test_withdrawn_event_is_there_no_more(self):
        event = self.add("retire", NOW + timedelta(days=4))
        event.is_public = False
        event.save()
        self.assertEqual(self.entries(), {})
        self.assertEqual(self.client.get("/evenements/retire.ics").status_code, 404)

    def test_recording_takes_the_place_of_the_sign_up(self):
        event = self.add(
            "replay", NOW + timedelta(days=1), join_url="https://example.org/join", recording_url="https://a.example/r"
        )
        coming = self.client.get(event.get_absolute_url())
        self.assertContains(coming, "https://example.org/join")
        with time_machine.travel(NOW + timedelta(days=2)):
            over = document_fromstring(self.client.get(event.get_absolute_url()).content.decode())
        self.assertEqual(over.xpath("//p[@class='acts']/a/@href")[0], "https://a.example/r")
        self.assertFalse(over.xpath("//main//a[@href='https://example.org/join']"))

    def test_list_leads_to_it(self):
        for address, path in (("/evenements/", BOTH[0]), ("/en/events/", BOTH[1])):
            page = document_fromstring(self.client.get(address).content.decode())
            self.assertEqual(
                page.xpath("//main//a[contains(@href, '.ics')]/@href"), [f"webcal://testserver{path}", path]
            )
            self.assertEqual(page.xpath("//head/link[@type='text/calendar']/@href"), [path])

    def test_it_is_sent_once_and_costs_the_same_however_many_there_are(self):
        self.add("un", NOW + timedelta(days=4))
        first = self.client.get("/evenements.ics")
        with time_machine.travel(NOW + timedelta(minutes=5)):
            for headers in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
                self.assertEqual(self.client.get("/evenements.ics", headers=headers).status_code, 304)
        few = self.count()
        for number in range(20):
            event = self.add(f"n-{number}", NOW + timedelta(days=number))
            Speaker.objects.create(event=event, name=f"Ana {number}")
        self.assertEqual(self.count(), few)

    def count(self):
        with CaptureQueriesContext(connection) as queries:
            self.client.get("/evenements.ics")
        return len(queries)

    def test_empty_calendar_is_one(self):
        self.assertEqual(self.entries(), {})
