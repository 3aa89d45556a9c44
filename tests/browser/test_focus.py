"""Where the keyboard and the voice of a screen reader go on after each step of writing, with and without scripts."""

import re

import pytest
from playwright.sync_api import expect

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
AT_ONCE = "/blog/2026/01/texte-genere-redaction-entretien/"
PREVIEW = "section[aria-labelledby=preview-title]"

with_and_without_scripts = pytest.mark.parametrize("with_scripts", [True, False])


def write(page, text: str, *, name: str = "Lise Aubry", prefix: str = "") -> None:
    """Type a comment with the keys alone, from its text to the button that sends it."""
    page.focus(f"#{prefix}id_text")
    page.keyboard.insert_text(text)
    page.keyboard.press("Tab")
    page.keyboard.insert_text(name)
    # Address, what is mailed, site.
    for _field in range(4):
        page.keyboard.press("Tab")
    expect(page.locator(".acts .button:focus:not(.is-plain)")).to_have_count(1)


def withdraw(page) -> None:
    """Take the comment that was sent last out of the discussion, with the keys: the site is that of other tests too."""
    page.goto("/commentaires/les-miens/")
    page.locator(".comment-foot a").first.press("Enter")
    page.check("[name=sure]")
    page.locator("form[action*='/retirer/'] button").press("Enter")


@with_and_without_scripts
def test_refused_comment_leads_to_what_is_wrong_and_on_to_its_field(open_page, with_scripts):
    page = open_page(POST, java_script_enabled=with_scripts, quiet=False)
    write(page, "Une phrase", name=" ")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_be_focused()


@with_and_without_scripts
def test_preview_is_led_to_and_sent_from(open_page, with_scripts):
    page = open_page(POST, java_script_enabled=with_scripts)
    write(page, "Une phrase")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(PREVIEW)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#sent")).to_be_focused()
    expect(page.locator("#sent h1")).to_be_visible()
    withdraw(page)


@with_and_without_scripts
def test_comment_that_appears_at_once_is_led_to(open_page, with_scripts):
    page = open_page(AT_ONCE, java_script_enabled=with_scripts)
    write(page, f"Je relis cet entretien, et la digue me reste en tête : {with_scripts}.")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"#comment-\d+$"))
    comment = page.locator(f"#{page.url.partition('#')[2]}")
    expect(comment).to_be_focused()
    expect(comment).to_contain_text(f"en tête : {with_scripts}".replace(" :", "\u00a0:"))
    withdraw(page)


@with_and_without_scripts
def test_answer_that_is_refused_leads_to_what_is_wrong(open_page, with_scripts):
    """With scripts, the form has come to the comment; its answer is a page of its own in either case."""
    page = open_page(POST, java_script_enabled=with_scripts, quiet=False)
    page.locator("a[data-answer]").first.press("Enter")
    prefix = "answer-" if with_scripts else ""
    if with_scripts:
        expect(page.locator("#answer-id_text")).to_be_focused()
    else:
        page.wait_for_url("**/repondre/")
    write(page, "Une phrase", name=" ", prefix=prefix)
    page.keyboard.press("Enter")
    page.wait_for_url("**/commentaires/sur/**")
    expect(page.locator("[role=alert]")).to_be_focused()
    page.fill("#id_name", "Lise Aubry")
    page.locator("[name=preview]").press("Enter")
    expect(page.locator(PREVIEW)).to_be_focused()


@with_and_without_scripts
def test_change_of_a_comment_is_led_to_and_so_is_what_keeps_it_from_being_saved(open_page, with_scripts):
    page = open_page(POST, java_script_enabled=with_scripts, quiet=False)
    write(page, f"Une phrase à changer {with_scripts}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en-attente/**")
    page.goto("/commentaires/les-miens/")
    page.locator(".comment-foot a").first.press("Enter")
    save = page.locator("form[action*='/les-miens/'] .button:not(.is-plain)")
    page.fill("#id_text", "  ")
    save.press("Enter")
    expect(page.locator("[role=alert]")).to_be_focused()
    page.fill("#id_text", "Une phrase changée")
    save.press("Enter")
    expect(page.locator(".comment.is-pending")).to_be_focused()
    expect(page.locator(".comment.is-pending")).to_contain_text("Une phrase changée")
    withdraw(page)


@with_and_without_scripts
def test_report_that_is_refused_leads_to_what_is_wrong(open_page, with_scripts):
    page = open_page(POST, java_script_enabled=with_scripts, quiet=False)
    page.locator(".report").first.press("Enter")
    page.wait_for_url("**/signaler/")
    page.select_option("#id_category", "hate")
    page.fill("#id_explanation", "Une raison, de la part de personne")
    page.check("#id_good_faith")
    page.locator("#law-form .button").press("Enter")
    expect(page.locator("[role=alert]")).to_be_focused()
