"""The small comforts of a long page, and that nothing needs them."""

from playwright.sync_api import expect

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"

SELECT_FIVE_LETTERS = """comment => {
  const text = comment.querySelector("p").firstChild;
  getSelection().setBaseAndExtent(text, 0, text, 5);
  return getSelection().toString().trim();
}"""


def test_way_to_the_top_floats_far_down_only(open_page):
    page = open_page(POST)
    link = page.locator("[data-back-to-top]")
    assert "is-afloat" not in link.get_attribute("class")
    page.evaluate("scrollTo(0, 4000)")
    page.wait_for_selector(".is-afloat")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_selector(".is-afloat", state="detached")


def test_without_scripts_no_button_is_there_that_needs_one(open_page):
    page = open_page(POST, java_script_enabled=False)
    assert not page.is_visible("[data-copy-address]")
    assert page.is_visible("#id_text")


def test_no_page_is_wider_than_the_smallest_phone(open_page):
    page = open_page(POST, viewport={"width": 320, "height": 640})
    for path in (POST, "/", "/blog/", "/evenements/", "/tribunes/", "/auteurs/", "/partenaires/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def test_form_for_an_answer_comes_to_the_comment(open_page):
    page = open_page(POST)
    page.click("a[data-answer] >> nth=1")
    page.wait_for_selector(".comment #answer-id_text")
    assert page.evaluate("document.activeElement.id") == "answer-id_text"
    page.keyboard.type("Une réponse")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))
    first, second = (page.locator(".comment", has=page.locator("a[data-answer]")).nth(place) for place in range(2))
    first.locator("a[data-answer]").click()
    first.locator("#answer-id_text").wait_for()
    assert page.locator("#answer-id_text").count() == 1
    second.locator("a[data-answer]").click()
    second.locator("#answer-id_text").wait_for()
    assert page.input_value("#answer-id_text") == "Une réponse"


def test_answering_without_scripts(open_page):
    page = open_page(POST, java_script_enabled=False)
    page.click("a[data-answer] >> nth=0")
    assert page.url.endswith("/repondre/")
    page.click("text=Citer ce passage")
    assert page.input_value("#id_text").startswith("> ")
    page.fill("#id_name", "Marthe")
    page.click("text=Aperçu")
    assert page.is_visible("#preview-title")
    assert page.input_value("#id_name") == "Marthe"


def test_selected_passage_is_quoted(open_page):
    page = open_page(POST)
    page.goto(page.get_attribute("a[data-answer]", "href"))
    page.fill("#id_text", "Déjà écrit")
    quoted = page.locator(".quoted .comment-text").evaluate(SELECT_FIVE_LETTERS)
    page.click("[data-quote]")
    assert page.input_value("#id_text") == f"Déjà écrit\n\n> {quoted}\n\n"


def test_selected_passage_is_quoted_in_the_form_that_comes_to_a_comment(open_page):
    page = open_page(POST)
    comment = page.locator(".comment", has=page.locator("a[data-answer]")).nth(1)
    quoted = comment.locator(".comment-text").evaluate(SELECT_FIVE_LETTERS)
    # The form takes the focus, and with it the selection.
    comment.locator("a[data-answer]").press("Enter")
    page.wait_for_selector(".comment #answer-id_text:focus")
    page.keyboard.type("Déjà écrit")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.matches('[data-quote]')")
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer-id_text:focus")
    assert page.input_value("#answer-id_text") == f"Déjà écrit\n\n> {quoted}\n\n"
    assert page.input_value("#id_text") == ""


def test_whole_comment_is_quoted_as_it_was_typed_where_nothing_of_it_is_selected(open_page):
    page = open_page(POST)
    first, second = (page.locator(".comment", has=page.locator("a[data-answer]")).nth(place) for place in range(2))
    first.locator(".comment-text").evaluate(SELECT_FIVE_LETTERS)
    second.locator("a[data-answer]").click()
    page.click("[data-quote]")
    expect(page.locator("#answer-id_text")).not_to_have_value("")
    quote = page.input_value("#answer-id_text")
    page.goto(page.get_attribute("[data-quote]", "href"))
    assert page.input_value("#id_text") == quote
