"""What is to come is moved in the calendar: dragged to another day, or by the form in each entry."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

CALENDAR = "/admin/blog/post/calendar/"
MOVABLE = ".calendar-post[data-post]"


def find_planned(page):
    """Go on in the calendar until something can be moved; return its key and its day."""
    page.goto(CALENDAR)
    for _ in range(12):
        entries = page.locator(f"li.calendar-day:not(.is-outside) {MOVABLE}")
        if entries.count():
            key = entries.first.get_attribute("data-post")
            return key, day_of(page, key)
        page.click(".calendar-head [rel=next]")
    pytest.fail("nothing is planned within a year")


def entry(page, key: str):
    return page.locator(f"{MOVABLE}[data-post='{key}']")


def day_of(page, key: str) -> date:
    return date.fromisoformat(entry(page, key).evaluate("(entry) => entry.closest('[data-day]').dataset.day"))


def day(page, when: date):
    return page.locator(f"[data-day='{when}']")


def test_a_post_is_dragged_to_another_day_and_keeps_its_hour(admin_page):
    key, before = find_planned(admin_page)
    hour = entry(admin_page, key).get_attribute("data-hour")
    after = before + timedelta(days=1)
    entry(admin_page, key).drag_to(day(admin_page, after))
    expect(day(admin_page, after).locator(f"[data-post='{key}']")).to_be_visible()
    assert entry(admin_page, key).get_attribute("data-hour") == hour
    entry(admin_page, key).drag_to(day(admin_page, before))
    expect(day(admin_page, before).locator(f"[data-post='{key}']")).to_be_visible()


def test_a_post_that_is_dropped_on_its_own_day_stays(admin_page):
    key, before = find_planned(admin_page)
    entry(admin_page, key).drag_to(day(admin_page, before))
    expect(day(admin_page, before).locator(f"[data-post='{key}']")).to_be_visible()
    assert admin_page.locator(".messagelist").count() == 0


@pytest.mark.parametrize("width", (360, 1280))
def test_the_form_in_an_entry_does_the_same_without_scripts(open_page, site, width):
    page = open_page("/admin/", java_script_enabled=False, viewport={"width": width, "height": 800})
    page.fill("[name=username]", site.account["username"])
    page.fill("[name=password]", site.account["password"])
    page.click("#login-form [type=submit]")
    key, before = find_planned(page)
    hour = entry(page, key).get_attribute("data-hour")
    shown = before
    for when, at in ((before + timedelta(days=1), "06:05"), (before, hour)):
        page.goto(f"{CALENDAR}?week={shown:%G-W%V}")
        entry(page, key).locator("summary").press("Enter")
        entry(page, key).locator("[name=day]").fill(str(when))
        entry(page, key).locator("[name=hour]").fill(at)
        entry(page, key).get_by_role("button").press("Enter")
        expect(page.locator(".messagelist .success")).to_be_visible()
        assert f"week={shown:%G-W%V}" in page.url
        shown = when
    page.goto(f"{CALENDAR}?week={before:%G-W%V}")
    assert entry(page, key).get_attribute("data-hour") == hour
