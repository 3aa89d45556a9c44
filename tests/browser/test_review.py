"""A text read before it is out by somebody without an account, in a real browser, with scripts and without."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import COLOUR_RULES, find_barriers
from tests.site.kinds import run_inside

MAKE = """
from datetime import timedelta
from django.utils import timezone
from blog.models import Post
from blog.reviewing import Reader, open_address, path_of
post = Post.objects.get(slug="cookies-consentement-et-fatigue")
expires_at = timezone.now() + timedelta(days=14)
address = open_address(post, Reader("Ana", "LANGUAGE"), expires_at=expires_at, by=None, language="fr")
print(address.pk, post.pk, path_of(address))
"""
UNMAKE = """
from blog.models import ReviewAddress
ReviewAddress.objects.filter(pk=PK).delete()
"""
WORDS = "c’est la largeur d’un bouton"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SELECT = """
(words) => {
    const walker = document.createTreeWalker(document.querySelector(".e-content"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const at = walker.currentNode.data.indexOf(words);
        // A link to speak of a passage names it, and cannot be selected.
        if (at < 0 || walker.currentNode.parentElement.closest("[data-passage]")) continue;
        const range = document.createRange();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + words.length);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        return true;
    }
    return false;
}
"""


@pytest.fixture
def address(site):
    """Return a function that makes a private address: address("en") gives its path, and the key of its post."""
    made = []

    def make(language: str = "en") -> tuple[str, str]:
        key, post, path = run_inside(site, MAKE.replace("LANGUAGE", language)).split()
        made.append(key)
        return path, post

    yield make
    for key in made:
        run_inside(site, UNMAKE.replace("PK", key))


def test_words_are_selected_remarked_on_and_approved_of(open_page, address, site):
    path, post = address()
    page = open_page(path)
    pick = page.get_by_role("button", name="Remark on these words")
    expect(pick).to_be_hidden()
    assert page.evaluate(SELECT, WORDS)
    pick.click()
    field = page.get_by_label("Your remark (required)", exact=True)
    expect(field).to_be_focused()
    expect(page.get_by_label("On these words of it")).to_have_value(WORDS)
    # The form stands below the passage.
    assert page.evaluate("document.querySelector('#remark').closest('.e-content') !== null")
    field.fill("Shall we end on this?")
    page.get_by_role("button", name="Send this remark").click()
    said = page.locator(".e-content .review-said")
    expect(said).to_contain_text("Shall we end on this?")
    expect(said.locator("blockquote")).to_have_text(WORDS)
    page.get_by_role("button", name="I approve of this text").click()
    expect(page.locator("#answer + .review-forms")).to_contain_text("You approved of this text")
    assert page.context.cookies() == []

    desk = open_page("/admin/")
    desk.fill("[name=username]", site.account["username"])
    desk.fill("[name=password]", site.account["password"])
    desk.click("[type=submit]")
    desk.goto(f"/admin/blog/post/{post}/review/")
    row = desk.locator(".review-row", has_text="Shall we end on this?")
    # Another remark is on the same words: they are marked once.
    expect(row.locator(".review-passage mark").first).to_have_text(WORDS)
    row.locator("article", has_text="Shall we").locator("button[value=done]").click()
    page.reload()
    expect(page.locator(".e-content .review-said")).to_contain_text("dealt with")


def test_the_mark_beside_a_passage_brings_the_form_without_leaving_the_page(open_page, address):
    path, _post = address()
    page = open_page(path)
    page.locator(".e-content > p .review-link").nth(1).click()
    expect(page.get_by_label("Your remark (required)", exact=True)).to_be_focused()
    assert page.url.endswith(path)
    label = page.get_by_label("On which passage").evaluate("select => select.selectedOptions[0].text")
    assert label.startswith("En moyenne, dix-sept")


def test_without_scripts_everything_can_be_said(open_page, address):
    path, _post = address("fr")
    # What is refused is an error in the console.
    page = open_page(path, quiet=False, java_script_enabled=False)
    page.locator(".e-content > p .review-link").first.click()
    assert "?passage=" in page.url
    page.fill("#remark [name=quote]", "des mots qui n'y sont pas")
    page.fill("#remark [name=text]", "Trente, vraiment ?")
    page.click("#remark [type=submit]")
    expect(page.locator("#remark [role=alert]")).to_be_visible()
    expect(page.locator("#remark [name=text]")).to_have_value("Trente, vraiment ?")
    page.fill("#remark [name=quote]", "Trente volontaires")
    page.click("#remark [type=submit]")
    said = page.locator(".e-content .review-said")
    expect(said).to_contain_text("Trente, vraiment ?")
    said.locator("button").click()
    expect(page.locator(".review-said")).to_have_count(0)
    page.locator("details:has(#changes) summary").click()
    page.fill("#changes [name=text]", "Plus court.")
    page.click("#changes [type=submit]")
    expect(page.locator(".review-panel .review-said")).to_contain_text("Plus court.")


def test_the_page_is_as_long_as_readers_will_see_it(open_page, address):
    path, _post = address("fr")

    def heights(page):
        # A line of a fallback is a pixel higher.
        page.evaluate("document.fonts.ready.then(() => true)")
        return page.locator(".e-content > *").evaluate_all("all => all.map((one) => Math.round(one.offsetHeight))")

    assert heights(open_page(path)) == heights(open_page(f"{path}look/"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nobody_is_kept_out_of_the_private_page(open_page, address, language):
    path, _post = address(language)
    page = open_page(path)
    page.locator(".e-content > p .review-link").first.click()
    page.fill("#remark [name=text]", "Trente ?")
    page.click("#remark [type=submit]")
    page.locator(".review-said").wait_for()
    page.locator(".e-content > p .review-link").nth(1).click()
    look_at(page)


@pytest.mark.parametrize("page_name", ["review", "look", "appearance"])
def test_nobody_is_kept_out_of_the_pages_beside_a_post(admin_page, address, page_name):
    _path, post = address()
    admin_page.goto(f"/admin/blog/post/{post}/{page_name}/")
    look_at(admin_page)


def test_windows_are_as_wide_as_they_say_and_take_the_colours_chosen(admin_page, address):
    _path, post = address()
    # Without a preference of the test's own, which would hold for frames too.
    admin_page.emulate_media(color_scheme="null")
    admin_page.goto(f"/admin/blog/post/{post}/look/?scheme=dark")
    for kind, width in (("phone", 360), ("desktop", 1280)):
        frame = admin_page.frame_locator(f".is-{kind} iframe")
        expect(frame.locator("h1")).to_be_visible()
        assert frame.locator("html").evaluate("() => innerWidth") == width
        assert frame.locator("html").evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches")


def look_at(page) -> None:
    """Look at a page in both widths and both colour schemes."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme, rules in (("light", ()), ("dark", COLOUR_RULES)):
            page.emulate_media(color_scheme=scheme)
            # The same page stands in two frames, each a document of its own.
            barriers = [line for line in find_barriers(page, rules=rules) if not line.startswith("landmark-unique")]
            assert barriers == [], f"{scheme}, {width} px"
        assert page.evaluate(WIDER) <= 0, f"wider than {width} px"
