"""A text that was typed: there until it has been sent, whatever happens on the way, and gone from then on."""

import re

import pytest

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
AT_ONCE = "/blog/2026/01/texte-genere-redaction-entretien/"
SEND = "[data-keep-draft] .button:not(.is-plain)"

# With what the server changes of a text: typography, mark-up, a long address that is shown shortened.
TEXT = f"""Je relis l'"entretien"... et *la digue* me reste en tête !

> 1. Une ligne reprise
1. https://example.org/{"marge/" * 12}?page=2
- sur "example.org" aussi"""


def kept(page) -> list[str]:
    return page.evaluate("Object.values(localStorage)")


def fill(page, text: str) -> None:
    page.fill("#id_text", text)
    page.fill("#id_name", "Lise Aubry")


def fail_to_send(page) -> None:
    """Press Send while the server is down."""
    page.route("**/commentaires/sur/**", lambda route: route.abort())
    page.click(SEND)
    page.wait_for_url("chrome-error://**")
    page.unroute("**/commentaires/sur/**")


def withdraw(page) -> None:
    """Take the comment that was sent last out of the discussion: the site is that of other tests too."""
    page.goto("/commentaires/les-miens/")
    page.click(".comment-foot a >> nth=0")
    page.check("[name=sure]")
    page.click("text=Retirer le commentaire")


def test_unsent_text_is_there_after_a_reload_and_in_a_new_tab(open_page):
    page = open_page(POST)
    page.fill("#id_text", "Une phrase commencée")
    page.reload()
    assert page.input_value("#id_text") == "Une phrase commencée"
    tab = page.context.new_page()
    page.close()
    tab.goto(POST)
    assert tab.input_value("#id_text") == "Une phrase commencée"


def test_text_that_could_not_be_sent_survives_all_other_comments(open_page):
    page = open_page(POST, quiet=False)
    other = re.search(r"\d+", page.get_attribute(".comment[id]", "id"))[0]
    fill(page, "Une phrase")
    fail_to_send(page)
    # Where the mail of a follower leads.
    page.goto(f"/commentaires/{other}/")
    assert page.url.endswith(f"#comment-{other}")
    assert page.input_value("#id_text") == "Une phrase"
    page.reload()
    assert page.input_value("#id_text") == "Une phrase"


def test_words_that_another_said_too_are_not_forgotten(open_page):
    page = open_page(POST, quiet=False)
    comment = page.locator(".comment[id]").first
    fill(page, comment.locator(".comment-text").inner_text())
    fail_to_send(page)
    page.goto(POST)
    page.goto(f"{POST}#{comment.get_attribute('id')}")
    page.reload()
    assert page.input_value("#id_text") == comment.locator(".comment-text").inner_text()


def test_form_that_comes_back_keeps_its_draft(open_page):
    page = open_page(AT_ONCE, quiet=False)
    fill(page, "Une phrase")
    page.fill("#id_email", "personne")
    page.eval_on_selector("[data-keep-draft]", "form => { form.noValidate = true; form.requestSubmit(); }")
    page.wait_for_selector("[role=alert]")
    page.goto(f"{AT_ONCE}#comment-1")
    page.reload()
    assert page.input_value("#id_text") == "Une phrase"


def test_text_that_was_looked_at_is_a_draft_still(open_page):
    page = open_page(POST)
    fill(page, "Une phrase")
    page.click("[name=preview]")
    page.wait_for_selector("#preview-title")
    page.goto(POST)
    assert page.input_value("#id_text") == "Une phrase"


def test_text_that_waits_to_be_read_never_comes_back(open_page):
    page = open_page(POST)
    fill(page, TEXT)
    page.click(SEND)
    page.wait_for_url("**/commentaires/en-attente/**")
    assert kept(page) == []
    page.go_back()
    assert page.input_value("#id_text") == ""
    assert page.input_value("#id_name") == "Lise Aubry"
    withdraw(page)


def test_text_that_appears_at_once_never_comes_back(open_page):
    page = open_page(AT_ONCE)
    # With an address, a moderator would read it first.
    fill(page, TEXT.partition("\n\n")[0])
    page.click(SEND)
    page.wait_for_url(re.compile(r"#comment-\d+$"))
    assert kept(page) == []
    assert page.input_value("#id_text") == ""
    page.go_back()
    assert page.input_value("#id_text") == ""
    withdraw(page)


@pytest.mark.parametrize("path", [POST, AT_ONCE])
def test_next_text_is_kept_where_the_one_before_is_looked_at_again(open_page, path):
    page = open_page(path)
    fill(page, "La première, qui est partie")
    page.click(SEND)
    page.wait_for_url(re.compile(r"#comment-\d+$|/en-attente/"))
    address = page.url
    page.goto(path)
    fill(page, "La seconde")
    page.goto(address)
    page.goto(path)
    assert page.input_value("#id_text") == "La seconde"
    withdraw(page)
