"""An article written in the body editor, as an editor does it: keys, buttons, dialogs, the clipboard."""

import re
from itertools import count
from pathlib import Path

import pytest

from blog.body import clean_source
from tests.blog.test_editor import WRITTEN
from tests.browser.waiting import wait_until

CLIPBOARD = Path(__file__).parent / "clipboard"
TEXT = "#id_body_editor"
numbers = count(1)

# What programs put on the clipboard, each beside a file of what it is to become.
SAMPLES = ("google-docs", "libreoffice", "mail", "web-page", "word")


def source(page) -> str:
    return page.input_value("#id_body")


def tool(page, key: str) -> None:
    page.click(f"[data-tool={key}]")


def open_source(page, text: str) -> None:
    """Let the editor show a text as if the page had come with it."""
    page.evaluate(
        """async (text) => {
            const { read } = await import("admin-editor/source");
            document.querySelector("#id_body_editor").editor.commands.setContent(read(text), { emitUpdate: true });
        }""",
        text,
    )


def paste(page, *, html: str = "", text: str = "") -> None:
    page.evaluate(
        """([html, text]) => {
            const clipboardData = new DataTransfer();
            if (html) clipboardData.setData("text/html", html);
            clipboardData.setData("text/plain", text);
            const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
            document.querySelector("#id_body_editor").dispatchEvent(event);
        }""",
        [html, text],
    )


def select_back(page, characters: int) -> None:
    for _ in range(characters):
        page.keyboard.press("Shift+ArrowLeft")
    # The editor hears of a selection only after the browser has made it.
    wait_until(page, f"getSelection().toString().length === {characters}")
    page.wait_for_timeout(50)


def test_a_whole_article_is_written_saved_and_opened_again(editor):
    keys = editor.keyboard
    editor.fill("#id_title", f"Écrit dans l’éditeur {next(numbers)}")
    editor.click(TEXT)
    keys.type("Une phrase ")
    keys.press("Control+b")
    keys.type("importante")
    keys.press("Control+b")
    keys.type(" et un lien")
    select_back(editor, 4)
    keys.press("Control+k")
    editor.fill("dialog [name=href]", "example.org/page")
    keys.press("Enter")
    editor.wait_for_selector("dialog", state="detached")
    keys.press("End")
    keys.press("Enter")
    tool(editor, "heading-2")
    keys.type("Pourquoi")
    keys.press("Enter")
    tool(editor, "quote")
    keys.type("Une citation.")
    tool(editor, "quote-source")
    keys.type("Quelqu’un")
    keys.press("Enter")
    tool(editor, "bullets")
    keys.type("un")
    keys.press("Enter")
    keys.type("deux")
    keys.press("Enter")
    keys.press("Enter")
    choose_first_picture(editor)
    keys.type("La légende")
    keys.press("Enter")
    tool(editor, "video")
    editor.fill("dialog [name=address]", "https://youtu.be/dQw4w9WgXcQ")
    keys.press("Enter")
    editor.wait_for_selector("dialog", state="detached")
    keys.type("La vidéo")
    keys.press("Enter")
    tool(editor, "table")
    keys.type("An")
    keys.press("Tab")
    keys.type("Nombre")
    tool(editor, "table-caption")
    keys.type("Des chiffres")
    keys.press("Enter")
    keys.press("Control+End")
    keys.type("On dit webinar")
    select_back(editor, 7)
    tool(editor, "language-en")

    picture = re.search(r'data-image="(\d+)"><img src="(/media/[^"]+)" alt="([^"]*)"', source(editor))
    empty = "<td></td><td></td><td></td>"
    expected = (
        '<p>Une phrase <strong>importante</strong> et un <a href="https://example.org/page">lien</a></p>\n'
        "<h2>Pourquoi</h2>\n"
        "<blockquote><p>Une citation.</p><footer>Quelqu’un</footer></blockquote>\n"
        "<ul><li>un</li><li>deux</li></ul>\n"
        f"<figure {picture.group(0)}><figcaption>La légende</figcaption></figure>\n"
        '<figure data-video="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><figcaption>La vidéo</figcaption></figure>\n'
        '<table><caption>Des chiffres</caption><thead><tr><th scope="col">An</th><th scope="col">Nombre</th>'
        f'<th scope="col"></th></tr></thead><tbody><tr>{empty}</tr><tr>{empty}</tr></tbody></table>\n'
        '<p>On dit <span lang="en">webinar</span></p>'
    )
    assert source(editor) == expected

    editor.click("[name=_continue]")
    editor.wait_for_url(re.compile(r"/change/"))
    try:
        saved = source(editor)
        # Rows without a word are no rows.
        assert saved == expected.replace(f"<tbody><tr>{empty}</tr><tr>{empty}</tr></tbody>", "")
        editor.click(f"{TEXT} > p:last-child")
        keys.press("End")
        editor.wait_for_timeout(50)
        keys.type("!")
        assert source(editor) == saved.replace("</span></p>", "!</span></p>")
        keys.press("Backspace")
        assert source(editor) == saved
    finally:
        editor.goto(editor.url.replace("/change/", "/delete/"))
        editor.click("#content [type=submit]")


def choose_first_picture(page) -> None:
    tool(page, "picture")
    page.click(".body-editor-tile >> nth=0")
    page.click("dialog .default")
    page.wait_for_selector("dialog", state="detached")


def test_all_that_a_body_can_hold_passes_through_the_editor(editor):
    editor.route(re.compile(r"/media/pictures/[ab].jpg$"), lambda route: route.fulfill(body=b""))
    open_source(editor, WRITTEN)
    assert source(editor) == WRITTEN


def test_a_text_that_is_only_opened_is_sent_back_as_it_came(editor):
    assert editor.locator("#id_body").is_hidden()
    assert source(editor) == ""
    editor.keyboard.type("a")
    assert source(editor) == "<p>a</p>"
    editor.keyboard.press("Backspace")
    assert source(editor) == ""


@pytest.mark.parametrize("name", SAMPLES)
def test_pasted_text_is_cleaned(editor, name):
    paste(editor, html=(CLIPBOARD / f"{name}.html").read_text())
    assert source(editor) == (CLIPBOARD / f"{name}.cleaned.html").read_text().rstrip()
    assert clean_source(source(editor)) == source(editor)


def test_pictures_that_are_not_pasted_are_told(editor):
    paste(editor, html=(CLIPBOARD / "web-page.html").read_text())
    assert "1" in editor.text_content(".body-editor-message")


def test_plain_text_is_pasted_as_paragraphs(editor):
    paste(editor, text="Un.\n\nDeux <b>mots</b>.\nTrois.")
    assert source(editor) == "<p>Un.</p>\n<p>Deux &lt;b&gt;mots&lt;/b&gt;.</p>\n<p>Trois.</p>"


def test_hostile_html_is_pasted_without_its_teeth(editor):
    paste(
        editor,
        html='<p style="background:url(https://example.org/x)" onclick="alert(1)">a<img src=x onerror=alert(1)>'
        '<a href="javascript:alert(1)">b</a></p><svg onload=alert(1)></svg><style>*{display:none}</style>'
        '<figure data-image="1"><img src="https://example.org/spy.png"></figure>'
        '<div data-pm-slice="0 0 []"><p style="color:red">c</p></div>',
    )
    assert "example.org" not in source(editor)
    assert "javascript" not in source(editor)
    editor.wait_for_timeout(200)  # for what would be asked of another host


def test_an_address_pasted_over_words_makes_a_link_of_them(editor):
    editor.keyboard.type("un lien")
    select_back(editor, 4)
    paste(editor, text="https://example.org/page")
    assert source(editor) == '<p>un <a href="https://example.org/page">lien</a></p>'


def test_a_pasted_picture_is_added_to_the_library_first(editor):
    editor.evaluate(
        """async () => {
            const canvas = new OffscreenCanvas(64, 48);
            canvas.getContext("2d").fillRect(0, 0, 64, 48);
            const file = new File([await canvas.convertToBlob()], "Vue-du-port.png", { type: "image/png" });
            const clipboardData = new DataTransfer();
            clipboardData.items.add(file);
            const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
            document.querySelector("#id_body_editor").dispatchEvent(event);
        }"""
    )
    assert editor.input_value("dialog [name=title]") == "Vue du port"
    editor.click("dialog .default")
    editor.wait_for_selector("dialog .body-editor-complaint:not(:empty)")  # no alternative text
    editor.fill("dialog [name=alt_fr]", "Le port, vu de la jetée")
    editor.click("dialog .default")
    editor.wait_for_selector("dialog", state="detached")
    found = re.search(r'data-image="(\d+)"><img src="/media/[^"]+" alt="Le port, vu de la jetée"', source(editor))
    editor.evaluate("document.querySelector('#id_body_editor').editor.commands.clearContent(true)")
    editor.goto(f"/admin/blog/image/{found.group(1)}/delete/")
    editor.click("#content [type=submit]")


def test_what_is_no_video_is_said_in_the_dialog(editor):
    tool(editor, "video")
    editor.fill("dialog [name=address]", "https://example.org/")
    editor.keyboard.press("Enter")
    editor.wait_for_selector("dialog .body-editor-complaint:not(:empty)")
    editor.keyboard.press("Escape")
    assert source(editor) == ""


def test_a_video_gets_a_still_picture_of_the_library(editor):
    tool(editor, "video")
    editor.fill("dialog [name=address]", "https://vimeo.com/76979871")
    editor.keyboard.press("Enter")
    editor.wait_for_selector("dialog", state="detached")
    tool(editor, "choose-poster")
    editor.click(".body-editor-tile >> nth=0")
    editor.click("dialog .default")
    editor.wait_for_selector("dialog", state="detached")
    assert re.fullmatch(r'<figure data-video="https://vimeo.com/76979871" data-poster="\d+"></figure>', source(editor))
    assert editor.locator(f"{TEXT} iframe").count() == 0
    tool(editor, "remove-poster")
    assert source(editor) == '<figure data-video="https://vimeo.com/76979871"></figure>'


def test_what_is_copied_in_the_editor_is_pasted_whole(editor):
    editor.route(re.compile(r"/media/pictures/[ab].jpg$"), lambda route: route.fulfill(body=b""))
    editor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_source(editor, WRITTEN)
    before = source(editor)
    editor.focus(TEXT)
    for keys in ("Control+a", "Control+c", "Delete"):
        editor.keyboard.press(keys)
        editor.wait_for_timeout(100)
    assert source(editor) == ""
    editor.keyboard.press("Control+v")
    wait_until(editor, "document.querySelector('#id_body').value.length > 100")
    assert source(editor) == before


def test_headings_have_keys_on_every_keyboard(editor):
    open_source(editor, "<h2>Un</h2><h3>Deux</h3><p>Titre</p>")
    editor.click(f"{TEXT} > p")
    for key, tag in (("Control+Shift+Digit3", "h3"), ("Control+Alt+Digit4", "h4")):
        editor.keyboard.press(key)
        assert source(editor).endswith(f"<{tag}>Titre</{tag}>")


def test_the_language_of_a_whole_block_is_its_attribute(editor):
    editor.keyboard.type("A paragraph.")
    tool(editor, "language-en")
    assert source(editor) == '<p lang="en">A paragraph.</p>'
    tool(editor, "language")
    editor.fill("dialog [name=code]", "pt-BR")
    editor.keyboard.press("Enter")
    editor.wait_for_selector("dialog", state="detached")
    assert source(editor) == '<p lang="pt-BR">A paragraph.</p>'
    tool(editor, "plain")
    assert source(editor) == "<p>A paragraph.</p>"


def test_a_caption_cannot_become_a_heading(editor):
    choose_first_picture(editor)
    editor.keyboard.type("## Légende")
    editor.keyboard.press("Control+Shift+Digit2")
    assert "<h2>" not in source(editor)
    assert "<figcaption>## Légende</figcaption>" in source(editor)


def test_a_figure_is_selected_changed_and_removed(editor):
    choose_first_picture(editor)
    first = source(editor)
    editor.click(".body-editor-picture .body-editor-face")
    tool(editor, "change-picture")
    editor.click(".body-editor-tile >> nth=1")
    editor.click("dialog .default")
    editor.wait_for_selector("dialog", state="detached")
    assert "data-image" in source(editor)
    assert source(editor) != first
    editor.wait_for_timeout(600)  # what is done within half a second is undone at once
    tool(editor, "remove-figure")
    assert source(editor) == ""
    editor.keyboard.press("Control+z")
    assert "data-image" in source(editor)


def test_what_is_typed_over_a_selected_figure_is_its_caption(editor):
    choose_first_picture(editor)
    editor.click(".body-editor-picture .body-editor-face")
    editor.keyboard.type("Légende")
    assert "<figcaption>Légende</figcaption>" in source(editor)


def test_a_table_grows_shrinks_and_goes(editor):
    tool(editor, "table")
    editor.keyboard.type("A")
    for key, shape in (
        ("row-after", (4, 3)),
        ("column-before", (4, 4)),
        ("delete-row", (3, 4)),
        ("delete-column", (3, 3)),
    ):
        tool(editor, key)
        assert (editor.locator(f"{TEXT} tr").count(), editor.locator(f"{TEXT} tr:first-child > *").count()) == shape
    tool(editor, "table-caption")
    tool(editor, "delete-table")
    assert source(editor) == ""


def test_the_bar_is_one_stop_and_the_arrows_go_through_it(editor):
    editor.keyboard.press("Alt+F10")
    assert editor.evaluate("document.activeElement.dataset.tool") == "heading-2"
    editor.keyboard.press("ArrowRight")
    assert editor.evaluate("document.activeElement.dataset.tool") == "heading-3"
    editor.keyboard.press("End")
    assert editor.evaluate("document.activeElement.dataset.tool") == "full-screen"
    assert editor.locator(".body-editor-tools button[tabindex='0']").count() == 1
    editor.keyboard.press("Escape")
    wait_until(editor, "document.activeElement.id === 'id_body_editor'")


def test_escape_lets_the_tab_key_out_of_a_table(editor):
    tool(editor, "table")
    editor.keyboard.press("Tab")
    assert editor.evaluate("document.activeElement.id") == "id_body_editor"
    editor.keyboard.press("Escape")
    editor.keyboard.press("Tab")
    assert editor.evaluate("document.activeElement.id") != "id_body_editor"
    assert editor.locator(f"{TEXT} tr").count() == 3


def test_full_screen_is_left_by_escape(editor):
    tool(editor, "full-screen")
    assert editor.locator(".body-editor.is-full-screen").count() == 1
    editor.keyboard.press("Escape")
    assert editor.locator(".body-editor.is-full-screen").count() == 0


def test_the_area_says_what_it_is(editor):
    area = editor.locator(TEXT)
    assert area.get_attribute("role") == "textbox"
    assert area.get_attribute("aria-multiline") == "true"
    assert area.get_attribute("spellcheck") == "true"
    assert area.get_attribute("lang") == "fr"
    editor.select_option("#id_language", "en")
    assert area.get_attribute("lang") == "en"
    assert editor.locator(f"#{area.get_attribute('aria-labelledby')}").text_content().strip()
    assert area.bounding_box()["height"] >= 300
    unnamed = editor.locator(".body-editor button:not([aria-label], :has(span:not([aria-hidden])))")
    assert unnamed.count() == 0


def test_the_bars_stay_in_sight_on_a_phone(editor):
    editor.set_viewport_size({"width": 390, "height": 800})
    open_source(editor, "<p>Un paragraphe.</p>" * 60)
    editor.evaluate("document.querySelector('#id_body_editor p:nth-child(40)').scrollIntoView({ block: 'center' })")
    assert abs(editor.locator(".body-editor-bars").bounding_box()["y"]) <= 1
    assert editor.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_javascript_the_source_is_in_a_textarea(open_page, site):
    page = open_page("/admin/login/?next=/admin/blog/page/add/", java_script_enabled=False)
    page.fill("[name=username]", site.account["username"])
    page.fill("[name=password]", site.account["password"])
    page.click("[type=submit]")
    assert page.locator("#id_body").is_visible()
