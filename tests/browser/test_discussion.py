"""A comment that appears at once, a thread that is locked, and a decision that is taken back: in a browser."""

from playwright.sync_api import expect

from tests.browser.waiting import wait_until

AT_ONCE = "/blog/2026/01/texte-genere-redaction-entretien/"
LOCKED = "/blog/2021/05/linkedin-culture-en-terrain-loue/"


def test_comment_that_appears_at_once_is_what_the_writer_is_led_to(open_page):
    page = open_page(AT_ONCE)
    page.fill("#id_text", "Je relis cet entretien, et la digue me reste en tête.")
    page.fill("#id_name", "Lise Aubry")
    page.click("[data-keep-draft] .button:not(.is-plain)")
    wait_until(page, "/^#comment-\\d+$/.test(location.hash)")
    anchor = page.evaluate("location.hash")
    assert "la digue me reste en tête" in page.inner_text(anchor)
    assert page.input_value("#id_text") == ""
    # It goes again: this site is that of other tests too.
    page.click("text=Les commentaires envoyés depuis ce navigateur")
    page.click("text=Le corriger ou le retirer")
    page.check("[name=sure]")
    page.click("text=Retirer le commentaire")
    expect(page.locator("main")).to_contain_text("Retiré")
    page.goto(AT_ONCE)
    expect(page.locator(anchor)).to_have_count(0)


def test_locked_thread_offers_no_answer(open_page):
    page = open_page(LOCKED)
    top = page.locator(".comment", has=page.locator(".is-locked"))
    assert top.count() == 1
    assert top.locator("[data-answer]").count() == 0


def test_decision_is_taken_back_without_scripts(open_page, site):
    page = open_page("/admin/login/?next=/admin/comments/comment/", java_script_enabled=False)
    page.fill("[name=username]", site.account["username"])
    page.fill("[name=password]", site.account["password"])
    page.click("[type=submit]")
    page.click("#result_list .field-excerpt a >> nth=0")
    address = page.url
    page.click("button[name=decision][value=spam]")
    page.click(".messagelist .undo button")
    expect(page.locator(".messagelist .success")).to_have_count(1)
    assert page.url == address
    expect(page.locator(".field-decided .is-pending")).to_have_count(1)
