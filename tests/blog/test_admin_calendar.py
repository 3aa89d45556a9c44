"""The calendar of the admin: what stands on which day, moved with and without a mouse, when clocks change too."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import time_machine

from blog.models import Post, Revision
from tests.blog.test_admin_posts import LIST, PostAdminTestCase
from tests.factories import make_post

CALENDAR = f"{LIST}calendar/"
MOVE = f"{CALENDAR}move/"
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 10, 20, 12, tzinfo=PARIS)


@time_machine.travel(NOW, tick=False)
class CalendarTests(PostAdminTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        moment = datetime(2026, 10, 24, 8, 30, tzinfo=PARIS)
        cls.coming = make_post(title="Samedi", slug="samedi", published_at=moment, authors=[cls.alices])

    def day(self, day: str, address: str = f"{CALENDAR}?month=2026-10") -> list[str]:
        """Return the titles that stand on a day of the page at an address."""
        weeks = self.client.get(address).context["weeks"]
        found = [each for week in weeks for each in week if each["day"].isoformat() == day]
        return [entry["post"].title for each in found for entry in each["entries"]]

    def move(self, day: str, hour: str = "08:30", post: Post | None = None):
        data = {"post": (post or self.coming).pk, "day": day, "hour": hour}
        response = self.client.post(f"{MOVE}?month=2026-10", data, follow=True)
        self.coming.refresh_from_db()
        return response

    def test_each_stands_on_its_day_by_the_clocks_of_the_publication(self):
        make_post(title="Minuit", slug="minuit", published_at=datetime(2026, 10, 24, 22, 30, tzinfo=UTC))
        self.assertEqual(self.day("2026-10-24"), ["Samedi"])
        self.assertEqual(self.day("2026-10-25"), ["Minuit"])
        self.assertEqual(self.day("2026-10-24", f"{CALENDAR}?week=2026-W43"), ["Samedi"])
        self.assertContains(self.client.get(f"{CALENDAR}?month=2026-10"), "octobre 2026")

    def test_what_is_to_come_is_moved_and_keeps_a_version(self):
        response = self.move("2026-10-28", "09:15")
        self.assertEqual(self.coming.published_at, datetime(2026, 10, 28, 9, 15, tzinfo=PARIS))
        self.assertContains(response, "28 octobre 2026 09:15")
        self.assertEqual(Revision.objects.of(self.coming).first().made_by, self.alice)

    def test_a_day_alone_keeps_the_hour_on_the_clock_also_when_clocks_change(self):
        self.move("2026-10-26", "")
        self.assertEqual(self.coming.published_at, datetime(2026, 10, 26, 7, 30, tzinfo=UTC))

    def test_an_hour_that_clocks_leave_out_is_refused_in_words(self):
        before = self.coming.published_at
        response = self.move("2027-03-28", "02:30")
        self.assertContains(response, "n’existe pas ce jour-là")
        self.assertEqual(self.coming.published_at, before)

    def test_an_hour_that_comes_twice_is_the_first(self):
        self.move("2026-10-25", "02:30")
        self.assertEqual(self.coming.published_at, datetime(2026, 10, 25, 0, 30, tzinfo=UTC))

    def test_a_post_of_an_hour_that_comes_twice_is_changed_by_its_form_and_keeps_it(self):
        for moment, button in (
            (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), "step=published"),
            (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "_save"),
        ):
            post = make_post(title="Nuit", slug=f"nuit-{moment:%Y}", published_at=moment)
            self.fill(f"{LIST}{post.pk}/change/", "post_form", {"title": "Relu"}, button=button)
            post.refresh_from_db()
            self.assertEqual((post.title, post.published_at), ("Relu", moment))

    def test_the_form_takes_the_hours_that_the_calendar_takes(self):
        address = f"{LIST}{self.coming.pk}/change/"
        for day, expected in (("25/10/2026", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)), ("28/03/2027", None)):
            moment = {"published_at_0": day, "published_at_1": "02:30"}
            response = self.fill(address, "post_form", moment)
            if expected is None:
                self.assertContains(response, "n’existe pas ce jour-là")
            else:
                self.coming.refresh_from_db()
                self.assertEqual(self.coming.published_at, expected)

    def test_what_is_scheduled_does_not_go_into_the_past(self):
        response = self.move("2026-10-01")
        self.assertContains(response, "Ce moment est passé")
        self.assertEqual(self.coming.published_at.day, 24)

    def test_what_is_out_has_its_date_for_good(self):
        self.assertEqual(self.client.post(MOVE, {"post": self.post.pk, "day": "2026-11-01"}).status_code, 403)

    def test_nonsense_is_told_and_changes_nothing(self):
        for data in (
            {},
            {"post": "x"},
            {"post": 10**30, "day": "2026-10-28"},
            {"post": self.coming.pk, "day": "31/02"},
        ):
            response = self.client.post(MOVE, data, follow=True)
            self.assertContains(response, "Donnez un jour qui existe")
        for query in ("month=x", "month=2026-13", "week=2026-W60", "month=0000-01", "month=9999-12", "week=9999-W52"):
            self.assertEqual(self.client.get(f"{CALENDAR}?{query}").status_code, 200)

    def test_who_may_not_publish_moves_nothing(self):
        self.client.force_login(self.bob)
        self.assertNotIn("Samedi", self.day("2026-10-24"))
        data = {"post": self.coming.pk, "day": "2026-10-28"}
        self.client.post(MOVE, data)
        self.assertEqual(Post.objects.get(pk=self.coming.pk).published_at.day, 24)
        self.client.force_login(self.carol)
        self.assertEqual(self.client.get(CALENDAR).status_code, 403)

    def test_its_cost_does_not_grow(self):
        self.client.get(CALENDAR)
        with self.assertNumQueries(5):
            self.client.get(f"{CALENDAR}?month=2026-10")
        for number in range(20):
            make_post(title=f"P{number}", slug=f"p{number}", published_at=datetime(2026, 10, 26, 8, tzinfo=PARIS))
        with self.assertNumQueries(5):
            self.client.get(f"{CALENDAR}?month=2026-10")

    def test_it_speaks_english(self):
        response = self.client.get(f"{CALENDAR}?month=2026-10", headers={"accept-language": "en"})
        self.assertContains(response, "October 2026")
