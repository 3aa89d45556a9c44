"""A translation written beside its original: wide and on a phone, by day and by night, with and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import find_barriers
from tests.browser.conftest import LONGEST_WAIT

FRENCH = "<p>Un premier paragraphe.</p><p>Un <em>second</em> paragraphe.</p><ul><li>Un</li><li>Deux</li></ul>"


def log_in(page, site) -> None:
    page.fill("[name=username]", site.account["username"])
    page.fill("[name=password]", site.account["password"])
    page.click("#login-form [type=submit]")


def write_original(page, title: str) -> str:
    """Write a draft without scripts, and return the address of its form."""
    page.goto("/admin/blog/post/add/")
    page.fill("#id_title", title)
    page.fill("#id_standfirst", "Un chapeau.")
    page.fill("#id_body", FRENCH)
    page.click("[name=_save]")
    return page.url


@pytest.fixture
def original(open_page, site):
    """Return the address of the form of a new draft."""
    page = open_page("/admin/", java_script_enabled=False)
    log_in(page, site)
    return write_original(page, "À traduire côte à côte")


@pytest.mark.parametrize("with_script", (True, False))
def test_begun_written_marked_and_said_to_be_up_to_date(open_page, site, with_script):
    page = open_page("/admin/", java_script_enabled=False)
    log_in(page, site)
    original = write_original(page, f"Deux langues {with_script}")
    page.goto(original.replace("/change/", "/translation/"))
    page.locator("#translate_form [type=submit]").click()
    sides = page.url
    if with_script:
        page = open_page("/admin/")
        log_in(page, site)
        page.goto(sides)
        first = page.locator(".side-words").first
        first.click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type("A first paragraph.")
        expect(page.locator("[name=words-0]")).to_have_value("A first paragraph.")
        expect(page.locator(".side-words em")).to_have_text("second")
    else:
        page.fill("[name=words-0]", "A first paragraph.")
    page.fill("#id_title", "Two languages")
    page.locator("#id_is_up_to_date").check()
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist")).to_be_visible()
    expect(page.locator(".sides-head .translation-state.is-done")).to_be_visible()
    expect(page.locator("[name=words-0]")).to_have_value("A first paragraph.")

    page.goto(original)
    if with_script:
        page.locator("#id_body_editor p").first.click()
        page.keyboard.press("End")
        page.keyboard.type(" Et davantage.")
    else:
        page.fill("#id_body", FRENCH.replace("premier paragraphe.", "premier paragraphe. Et davantage."))
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist")).to_be_visible()
    page.goto(sides)
    expect(page.locator(".sides-head .translation-state.is-outdated")).to_be_visible()
    expect(page.locator(".side-row.is-changed ins")).to_contain_text("Et davantage.")


@pytest.mark.parametrize("scheme", ("light", "dark"))
@pytest.mark.parametrize("width", (1280, 360))
def test_nobody_is_kept_out(open_page, site, original, width, scheme):
    page = open_page("/admin/", color_scheme=scheme, viewport={"width": width, "height": 900})
    log_in(page, site)
    page.goto(original.replace("/change/", "/translation/"))
    assert find_barriers(page) == []
    page.locator("#translate_form [type=submit]").click()
    page.wait_for_load_state("networkidle")
    assert find_barriers(page) == []
    left, right = page.locator(".side-original").nth(2).bounding_box(), page.locator(".side-words").first.bounding_box()
    assert (left["x"] < right["x"]) == (width > 1000)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.goto("/admin/blog/post/missing/?language=fr&kind=events")
    assert find_barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_what_is_typed_there_is_kept(open_page, site, original):
    page = open_page("/admin/")
    log_in(page, site)
    page.goto(original.replace("/change/", "/translation/"))
    page.locator("#translate_form [type=submit]").click()
    page.locator(".side-words").nth(1).click()
    page.keyboard.type("Half a sentence ")
    expect(page.locator(".autosave")).to_contain_text(re.compile("^(Gard|Kept)"), timeout=LONGEST_WAIT)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(page.url)
    page.locator(".unsaved a.button").first.click()
    expect(page.locator(".side-words").nth(1)).to_contain_text("Half a sentence")
