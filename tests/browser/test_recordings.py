"""A recording of the library in a page, and what is said in a video, with a keyboard, without scripts, and in print."""

import re

import pytest

from tests.browser.axe import find_barriers
from tests.browser.waiting import wait_until

PAGES = {
    "fr": "/blog/2025/10/quatre-cents-episodes-dix-ans-de-podcasts/",
    "en": "/en/blog/2025/10/four-hundred-episodes-ten-years-of-podcasts/",
}


@pytest.mark.parametrize("language", PAGES)
def test_keyboard_plays_a_chapter_and_nothing_is_asked_before(open_page, language):
    page = open_page(PAGES[language])
    asked = []
    page.on("response", lambda response: "/media/recordings/" in response.url and asked.append(response.status))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("performance.getEntriesByType('resource').filter((e) => e.name.includes('recordings'))") == []

    chapter = page.locator(".chapters a").nth(1)
    chapter.focus()
    page.keyboard.press("Enter")

    wait_until(page, "() => document.querySelector('.recording audio').currentTime > 3")
    page.wait_for_selector(".chapters li:nth-child(2) [aria-current=true]")
    assert set(asked) == {206}
    assert page.url.endswith(PAGES[language])
    assert page.evaluate("document.activeElement.closest('.chapters') !== null")


def test_times_of_the_transcript_lead_into_the_recording(open_page):
    page = open_page(PAGES["fr"])
    page.click(".transcript summary")
    page.click(".transcript a >> nth=2")
    wait_until(page, "() => document.querySelector('.recording audio').currentTime >= 14")


def test_without_scripts_a_chapter_opens_the_file_at_its_moment(open_page):
    page = open_page(PAGES["fr"], java_script_enabled=False)
    page.click(".transcript summary")
    assert page.is_visible(".transcript p")
    with page.expect_response("**/media/recordings/**"):
        page.click(".chapters a >> nth=2")
    page.wait_for_url("**.mp3#t=14")


def test_browsers_own_page_plays_the_file(open_page):
    page = open_page(PAGES["fr"])
    page.goto(page.get_attribute(".chapters a >> nth=2", "href"))
    wait_until(page, "() => document.querySelector('video, audio').currentTime === 14")


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_player_chapters_and_transcript_have_no_barriers(open_page, language, scheme):
    page = open_page(PAGES[language], color_scheme=scheme, viewport={"width": 360, "height": 800})
    page.click(".transcript summary")
    assert find_barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_paper_shows_the_address_and_what_was_said(open_page):
    page = open_page(PAGES["fr"])
    page.emulate_media(media="print")
    assert page.is_hidden(".recording audio")
    address = page.evaluate("getComputedStyle(document.querySelector('.recording .watch'), '::after').content")
    assert ".mp3" in address and "http" in address
    assert page.locator(".transcript p").first.bounding_box()["height"] > 0


def test_editor_puts_a_recording_in_and_writes_down_what_is_said(editor):
    keys = editor.keyboard
    editor.fill("#id_title", "Un son et ses mots")
    editor.click("#id_body_editor")
    editor.click("[data-tool=recording]")
    editor.check("dialog [name=recording] >> nth=0")
    keys.press("Enter")
    editor.wait_for_selector("dialog", state="detached")
    keys.type("Ma légende")
    keys.press("Enter")
    editor.click("[data-tool=video]")
    editor.fill("dialog [name=address]", "https://vimeo.com/76979871")
    keys.press("Enter")
    editor.wait_for_selector("dialog", state="detached")
    keys.type("La scène")
    editor.click("[data-tool=transcript]:visible")
    keys.type("Elle : bonjour.")
    keys.press("Enter")
    keys.type("Good evening.")

    source = editor.input_value("#id_body")
    assert '<figure data-recording="' in source
    assert "<figcaption>Ma légende</figcaption>" in source
    assert "<details><p>Elle : bonjour.</p><p>Good evening.</p></details></figure>" in source

    editor.click("[name=_continue]")
    editor.wait_for_url(re.compile(r"/change/"))
    try:
        assert editor.input_value("#id_body") == source
        editor.click(".body-editor-video figcaption")
        editor.click("[data-tool=transcript]:visible")
        assert "<details>" not in editor.input_value("#id_body")
    finally:
        editor.goto(editor.url.replace("/change/", "/delete/"))
        editor.click("#content [type=submit]")


def test_typing_over_a_selected_video_goes_to_its_caption(editor):
    keys = editor.keyboard
    editor.click("[data-tool=video]")
    editor.fill("dialog [name=address]", "https://vimeo.com/76979871")
    keys.press("Enter")
    editor.wait_for_selector("dialog", state="detached")
    editor.click("[data-tool=transcript]:visible")
    keys.type("Dit.")
    editor.click(".body-editor-face")
    keys.type("Vu")
    assert "<figcaption>Vu</figcaption><details><p>Dit.</p></details>" in editor.input_value("#id_body")
