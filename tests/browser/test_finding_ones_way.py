"""How a reader finds their way: contents, headings, series, notes, the other language; what they hand on."""

import re

import pytest

from tests.browser.waiting import wait_until
from tests.site.kinds import CONTENTS, ENGLISH_CONTENTS, ENGLISH_POST, ONLY_FRENCH, PART, POST

NOTES = "/blog/2025/10/quatre-cents-episodes-dix-ans-de-podcasts/"
ENGLISH_NOTES = "/en/blog/2025/10/four-hundred-episodes-ten-years-of-podcasts/"
PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}

WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


# Contents and headings


def test_contents_stand_beside_the_text_where_there_is_room_and_are_folded_on_a_phone(open_page):
    wide = open_page(CONTENTS, viewport=DESK)
    wide.wait_for_selector(".contents details[open]")
    text, contents = (wide.locator(name).bounding_box() for name in (".post-body .prose", ".contents"))
    assert contents["x"] + contents["width"] <= text["x"]
    phone = open_page(CONTENTS, viewport=PHONE)
    assert not phone.locator(".contents ol").is_visible()
    assert phone.locator(".contents summary").is_visible()


@pytest.mark.parametrize("path", [CONTENTS, ENGLISH_CONTENTS], ids=["fr", "en"])
def test_contents_by_keyboard_without_scripts(open_page, path):
    page = open_page(path, viewport=PHONE, java_script_enabled=False)
    page.locator(".contents summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("#section-"))
    heading = page.locator(f"#{page.url.partition('#')[2]}")
    top = heading.bounding_box()["y"]
    assert 0 < top < 200, "the heading is in sight, with room above it"


def test_address_of_a_heading_is_had_by_mouse_and_keyboard(open_page):
    page = open_page(CONTENTS)
    anchors = page.locator(".prose .anchor")
    assert anchors.count() == 10
    first = anchors.first
    assert "#" in first.evaluate("link => getComputedStyle(link, '::after').content"), "one sees that it is a link"
    first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{first.get_attribute('href')}")
    heading = page.get_by_role("heading", name=first.inner_text(), exact=True)
    assert heading.count() == 1, "the sign is not heard"
    anchors.last.click()
    page.wait_for_url(f"**{anchors.last.get_attribute('href')}")


# Series and notes


def test_parts_of_a_series_unfold_by_keyboard_without_scripts(open_page):
    page = open_page(PART, java_script_enabled=False)
    box = page.locator(".series")
    assert re.search(r"\b3\b.*\b4\b", box.locator("p").inner_text())
    assert not box.locator("ol").is_visible()
    box.locator("summary").focus()
    page.keyboard.press("Enter")
    assert box.locator("ol li").count() == 4
    assert box.locator("[aria-current=page]").count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/linkedin-culture-en-terrain-loue/")
    assert re.search(r"\b1\b.*\b4\b", page.locator(".series p").inner_text())


@pytest.mark.parametrize(("path", "language"), [(NOTES, "fr"), (ENGLISH_NOTES, "en")])
def test_notes_by_keyboard_there_and_back(open_page, path, language):
    page = open_page(path, java_script_enabled=False)
    reference = page.locator("[role=doc-noteref]").first
    reference.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#note-1")
    page.keyboard.press("Tab")
    label = page.evaluate(
        "document.activeElement.getAttribute('aria-label') || document.activeElement.closest('li').id"
    )
    while "note-1" in label or not page.evaluate("document.activeElement.matches('[role=doc-backlink]')"):
        page.keyboard.press("Tab")
        label = page.evaluate("document.activeElement.getAttribute('aria-label') || ''")
    assert ("Retour" if language == "fr" else "Back") in label
    page.keyboard.press("Enter")
    page.wait_for_url("**#note-ref-1")
    assert 0 <= reference.bounding_box()["y"] < 720


# The other language


def test_language_of_the_browser_is_offered_and_never_forced(open_page):
    page = open_page(POST, locale="en-GB", viewport=PHONE)
    offer = page.locator("[data-offer]")
    assert offer.is_visible()
    assert page.url.endswith(POST)
    assert "English" in offer.inner_text()
    assert page.evaluate(WIDER_THAN_THE_WINDOW) <= 0
    offer.locator("button").click()
    assert not offer.is_visible()
    page.reload()
    assert not offer.is_visible(), "it was answered"
    page.goto("/blog/")
    assert not offer.is_visible()
    assert page.context.cookies() == []


def test_offer_leads_to_the_translation(open_page):
    page = open_page(POST, locale="en-US")
    page.locator("[data-offer] a").click()
    page.wait_for_url(f"**{ENGLISH_POST}")
    assert not page.locator("[data-offer]").is_visible()
    page.locator("[data-other-language]").click()
    page.wait_for_url(f"**{POST}")
    assert not page.locator("[data-offer]").is_visible(), "who goes back has chosen"


def test_language_is_offered_to_nobody_else(open_page):
    assert not open_page(POST, locale="fr-CA").locator("[data-offer]").is_visible()
    assert not open_page(POST, locale="de-DE").locator("[data-offer]").is_visible()
    assert not open_page(ENGLISH_POST, locale="en-GB").locator("[data-offer]").is_visible()
    assert open_page(ENGLISH_POST, locale="fr-FR").locator("[data-offer]").is_visible()
    assert not open_page(POST, locale="en-GB", java_script_enabled=False).locator("[data-offer]").is_visible()


def test_article_without_translation_offers_the_other_home_page(open_page):
    page = open_page(ONLY_FRENCH, locale="en-GB")
    assert page.locator("[data-offer] a").get_attribute("href") == "/en/"
    assert "This page" not in page.locator("[data-offer]").inner_text()


# Handing on


def test_address_is_copied_and_that_is_said(open_page):
    page = open_page(POST, permissions=["clipboard-read", "clipboard-write"])
    button = page.locator("[data-copy-address]")
    button.focus()
    page.keyboard.press("Enter")
    wait_until(page, "document.querySelector('[data-share-said]').textContent !== ''")
    assert page.get_by_role("status").inner_text() == "Adresse copiée"
    assert page.evaluate("navigator.clipboard.readText()").endswith(POST)
    assert page.evaluate("document.activeElement.matches('[data-copy-address]')")


def test_browser_that_shares_is_asked_to(open_page):
    page = open_page("/")
    page.add_init_script("navigator.share = async (what) => { window.shared = what; };")
    page.goto(POST)
    page.locator("[data-share-address]").click()
    shared = page.evaluate("window.shared")
    assert shared["url"].endswith(POST)
    assert shared["title"].startswith("Président numérique")


def test_browser_that_cannot_share_shows_no_button(open_page):
    page = open_page("/")
    page.add_init_script("delete Navigator.prototype.share; delete Navigator.prototype.clipboard;")
    page.goto(POST)
    assert not page.locator("[data-share-address]").is_visible()
    assert not page.locator("[data-copy-address]").is_visible()
    assert page.locator(".share a").first.is_visible()


# Paper, large letters, few colours


def test_paper_says_its_own_address_and_where_links_lead(open_page):
    page = open_page(CONTENTS)
    page.emulate_media(media="print")
    for gone in (".trail", ".contents", ".next", ".neighbours", "[data-offer]", ".language"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator(".on-paper").inner_text().endswith(CONTENTS)
    assert page.locator(".anchor").first.evaluate("link => getComputedStyle(link, '::after').content") == "none"
    said = "link => [link.getAttribute('href'), getComputedStyle(link, '::after').content]"
    links = page.locator(".prose a[href^='/'], .prose a[href^='http']")
    for link in links.all():
        address, content = link.evaluate(said)
        assert address in content
    assert page.pdf(format="A4").startswith(b"%PDF-")


@pytest.mark.parametrize("path", [CONTENTS, PART, "/blog/archives/2026/", "/series/ce-qui-reste-du-web/"])
def test_letters_twice_as_large_and_a_window_of_320_pixels(open_page, path):
    page = open_page(path, viewport={"width": 320, "height": 640})
    assert page.evaluate(WIDER_THAN_THE_WINDOW) <= 0
    size = "parseFloat(getComputedStyle(document.querySelector('main a')).fontSize)"
    before = page.evaluate(size)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(size) >= 1.9 * before, "letters grow with those of the browser"
    assert page.evaluate(WIDER_THAN_THE_WINDOW) <= 0


def test_forced_colours_leave_every_mark_visible(open_page):
    page = open_page(CONTENTS, forced_colors="active", viewport=PHONE, locale="en-GB")
    border = "element => getComputedStyle(element).borderBlockStartStyle"
    for marked in ("[data-offer]", ".button >> nth=0"):
        assert page.locator(marked).first.evaluate(border) == "solid", marked
    page.goto("/blog/")
    current = page.locator(".sections [aria-current]")
    assert "underline" in current.evaluate("link => getComputedStyle(link).textDecorationLine")
