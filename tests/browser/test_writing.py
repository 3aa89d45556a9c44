"""What a journalist does in the body editor besides: notes, boxes, Markdown, find and replace, links to our posts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import find_barriers
from tests.browser.test_editor import TEXT, choose_first_picture, open_source, paste, select_back, source, tool
from tests.browser.waiting import wait_until

MARKDOWN = "# Titre\n\nUn **mot**[^1] et `a_b`.\n\n- un\n- deux\n\n[^1]: La *note*."
READ = (
    "<h2>Titre</h2>\n<p>Un <strong>mot</strong><foot-note>La <em>note</em>.</foot-note> et <code>a_b</code>.</p>\n"
    "<ul><li>un</li><li>deux</li></ul>"
)


def wait_for_source(page, wanted: str) -> None:
    wait_until(page, "(wanted) => document.querySelector('#id_body').value === wanted", wanted)


def test_a_footnote_is_written_where_it_stands(editor):
    keys = editor.keyboard
    keys.type("Une phrase")
    tool(editor, "footnote")
    keys.type("La note ")
    keys.press("Control+b")
    keys.type("grasse")
    keys.press("Enter")
    keys.type(", et la suite.")
    note = "<foot-note>La note <strong>grasse</strong></foot-note>"
    assert source(editor) == f"<p>Une phrase{note}, et la suite.</p>"
    assert editor.text_content(".body-editor-words").startswith("8 ")
    # With the keyboard alone: the arrows lead to it, Enter into it.
    for _ in range(14):
        keys.press("ArrowLeft")
    # The editor hears of a cursor that the browser moved a moment later.
    editor.wait_for_timeout(100)
    keys.press("ArrowLeft")
    editor.wait_for_selector(".body-editor-panel:not([hidden])")
    keys.press("Enter")
    keys.type("!")
    keys.press("Escape")
    assert source(editor) == f"<p>Une phrase{note.replace('</strong>', '!</strong>')}, et la suite.</p>"
    keys.press("Control+z")
    assert source(editor) == f"<p>Une phrase{note}, et la suite.</p>"


def test_a_footnote_without_a_word_is_none(editor):
    editor.keyboard.type("Une phrase")
    tool(editor, "footnote")
    editor.keyboard.press("Escape")
    wait_for_source(editor, "<p>Une phrase</p>")


def test_a_footnote_has_links_and_stands_in_cells(editor):
    open_source(editor, "<table><tr><td>a</td><td>b</td></tr></table>")
    editor.click(f"{TEXT} td >> nth=0")
    editor.keyboard.press("End")
    tool(editor, "footnote")
    editor.keyboard.press("Control+k")
    editor.fill("dialog [name=href]", "example.org")
    editor.fill("dialog [name=words]", "site")
    editor.keyboard.press("Enter")
    editor.wait_for_selector("dialog", state="detached")
    assert '<td>a<foot-note><a href="https://example.org">site</a></foot-note></td>' in source(editor)


def test_a_box_has_a_kind_and_a_title(editor):
    keys = editor.keyboard
    tool(editor, "callout")
    keys.type("Un prix")
    tool(editor, "callout-title")
    keys.type("Titre")
    tool(editor, "callout-warning")
    assert source(editor) == '<aside data-kind="warning"><header>Titre</header><p>Un prix</p></aside>'
    keys.press("Enter")
    keys.press("End")
    # The editor hears of a cursor that the browser moved a moment later.
    wait_until(editor, "getSelection().anchorOffset === 7 && document.activeElement.isContentEditable")
    editor.wait_for_timeout(100)
    keys.press("Enter")
    keys.press("Enter")
    keys.type("Après")
    assert source(editor).endswith("</aside>\n<p>Après</p>")
    keys.press("ArrowUp")
    tool(editor, "remove-callout")
    assert source(editor) == "<p>Titre</p>\n<p>Un prix</p>\n<p>Après</p>"


@pytest.mark.parametrize(
    ("typed", "written"),
    {
        "## a": "<h2>a</h2>",
        "#### a": "<h2>a</h2>",
        "- a": "<ul><li>a</li></ul>",
        "1. a": "<ol><li>a</li></ol>",
        "> a": "<blockquote><p>a</p></blockquote>",
        "``` **a**": "<pre><code>**a**</code></pre>",
        "**a** b": "<p><strong>a</strong> b</p>",
        "`**a**` b": "<p><code>**a**</code> b</p>",
        "[a](example.org/b) c": '<p><a href="https://example.org/b">a</a> c</p>',
        "[a](javascript:x) c": "<p>[a](javascript:x) c</p>",
        "a^[b] c": "<p>a<foot-note>b</foot-note> c</p>",
        "---a": "<hr>\n<p>a</p>",
    }.items(),
)
def test_markdown_that_is_typed_is_what_it_means(editor, typed, written):
    editor.keyboard.type(typed)
    assert source(editor) == written


def test_markdown_that_is_pasted_is_read_and_given_back_by_undo(editor):
    editor.keyboard.type("Avant.")
    editor.keyboard.press("Enter")
    paste(editor, text=MARKDOWN)
    wait_for_source(editor, f"<p>Avant.</p>\n{READ}")
    assert "Markdown" in editor.text_content(".body-editor-message")
    editor.keyboard.press("Control+z")
    assert "<p># Titre</p>\n<p>Un **mot**[^1] et `a_b`.</p>" in source(editor)


def test_what_only_looks_like_markdown_is_pasted_as_it_is(editor):
    for text in ("Un prix : 3 * 4 * 5", "- un seul tiret", "#rien", "a_b_c [1] (2)"):
        open_source(editor, "")
        editor.click(TEXT)
        paste(editor, text=text)
        editor.wait_for_timeout(200)
        assert source(editor) == f"<p>{text}</p>"


def test_words_are_found_whatever_their_case_and_accents_and_replaced(editor):
    open_source(
        editor, "<p>Un été, l’Été d’étés. Ete<foot-note>un été</foot-note></p><h2>Etc. <strong>été</strong></h2>"
    )
    editor.click(TEXT)
    editor.keyboard.press("Control+Home")
    editor.keyboard.press("Control+f")
    editor.keyboard.type("ete")
    state = editor.locator(".body-editor-found-state")
    expect(state).to_contain_text("6")
    editor.check("[name=whole]")
    expect(state).to_contain_text("5")
    editor.fill("[name=find]", "été")
    editor.check("[name=accented]")
    expect(state).to_contain_text("4")
    editor.check("[name=cased]")
    expect(state).to_contain_text("3")
    editor.fill("[name=replace]", "hiver")
    editor.focus("[name=replace]")
    editor.keyboard.press("Enter")
    assert source(editor).startswith("<p>Un hiver, l’Été")
    editor.click(".body-editor-find button >> nth=3")
    assert "<foot-note>un hiver</foot-note>" in source(editor)
    assert "<strong>hiver</strong>" in source(editor)
    editor.keyboard.press("Escape")
    wait_until(editor, "document.activeElement.id === 'id_body_editor'")
    editor.keyboard.press("Control+z")
    assert "<foot-note>un été</foot-note>" in source(editor)
    assert "<strong>été</strong>" in source(editor)


def test_what_is_looked_for_is_not_written_into_the_text_while_frames_are_slow(open_page, site):
    page = open_page("/admin/login/?next=/admin/blog/page/add/")
    page.add_init_script("window.requestAnimationFrame = (run) => setTimeout(() => run(performance.now()), 1500);")
    page.fill("[name=username]", site.account["username"])
    page.fill("[name=password]", site.account["password"])
    page.click("[type=submit]")
    page.click(TEXT)
    page.keyboard.type("Un mot")
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+f")
    page.wait_for_timeout(2000)
    page.keyboard.type("mot")
    expect(page.locator(".body-editor-found-state")).to_contain_text("1")
    assert source(page) == "<p>Un mot</p>"


def test_typography_is_shown_where_nobody_writes_and_changes_nothing(editor):
    text = '<p>Il dit "oui" : l\'ami ?</p>\n<p>Fin</p>'
    open_source(editor, text)
    editor.click(f"{TEXT} p:last-child")
    sign = f"{TEXT} p:first-child [aria-hidden]"
    editor.wait_for_selector(f"{sign}:has-text('«')")
    assert source(editor) == text
    editor.click(f"{TEXT} p:first-child")
    editor.wait_for_selector(sign, state="detached")
    editor.click(f"{TEXT} p:last-child")
    editor.wait_for_selector(sign)
    tool(editor, "typography")
    editor.wait_for_selector(sign, state="detached")


def test_a_link_to_a_post_of_ours_is_found_by_its_title_and_follows_it(editor):
    editor.keyboard.type("un article")
    select_back(editor, 7)
    editor.keyboard.press("Control+k")
    editor.fill("dialog [name=q]", "president numerique")
    editor.click(".body-editor-found button >> nth=0")
    editor.click("dialog .default")
    editor.wait_for_selector("dialog", state="detached")
    assert re.fullmatch(r'<p>un <a href="/(en/)?blog/2016/06/[^"]+/" data-post="\d+">article</a></p>', source(editor))


def test_only_the_right_levels_of_headings_are_offered(editor):
    def offered() -> list[str]:
        levels = ("2", "3", "4")
        return [n for n in levels if editor.get_attribute(f"[data-tool=heading-{n}]", "aria-disabled") == "false"]

    assert offered() == ["2"]
    editor.keyboard.press("Control+Shift+Digit3")
    assert source(editor) == ""
    editor.keyboard.type("## a")
    editor.keyboard.press("Enter")
    assert offered() == ["2", "3"]


def test_several_pictures_are_pasted_at_once(editor):
    editor.evaluate(
        """async () => {
            const clipboardData = new DataTransfer();
            for (const [name, width] of [["Vue-un.png", 64], ["Vue-deux.png", 48]]) {
                const canvas = new OffscreenCanvas(width, 48);
                canvas.getContext("2d").fillRect(0, 0, 64, 48);
                clipboardData.items.add(new File([await canvas.convertToBlob()], name, { type: "image/png" }));
            }
            const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
            document.querySelector("#id_body_editor").dispatchEvent(event);
        }"""
    )
    editor.fill("dialog [name=alt_fr-0]", "La première vue")
    editor.click("dialog .default")
    editor.wait_for_selector("dialog fieldset:nth-of-type(2) .body-editor-complaint:not(:empty)")
    editor.fill("dialog [name=alt_fr-1]", "La seconde vue")
    editor.click("dialog .default")
    editor.wait_for_selector("dialog", state="detached")
    found = re.findall(r'data-image="(\d+)"><img src="/media/[^"]+" alt="La (première|seconde) vue"', source(editor))
    assert [word for _key, word in found] == ["première", "seconde"]
    editor.evaluate("document.querySelector('#id_body_editor').editor.commands.clearContent(true)")
    for key, _word in found:
        editor.goto(f"/admin/blog/image/{key}/delete/")
        editor.click("#content [type=submit]")


def test_a_picture_has_a_size_and_keeps_it_when_it_is_another(editor):
    choose_first_picture(editor)
    editor.click(".body-editor-picture .body-editor-face")
    tool(editor, "size-small")
    assert 'data-size="small"' in source(editor)
    tool(editor, "change-picture")
    editor.click(".body-editor-tile >> nth=1")
    editor.click("dialog .default")
    editor.wait_for_selector("dialog", state="detached")
    assert 'data-size="small"' in source(editor)
    tool(editor, "size-column")
    assert "data-size" not in source(editor)


def test_a_recording_is_put_in_by_its_address(editor):
    tool(editor, "audio")
    editor.fill("dialog [name=address]", "https://example.org/entretien.mp3")
    editor.keyboard.press("Enter")
    editor.wait_for_selector("dialog", state="detached")
    editor.keyboard.type("Un entretien")
    assert source(editor) == (
        '<figure data-audio="https://example.org/entretien.mp3"><figcaption>Un entretien</figcaption></figure>'
    )


def test_it_works_on_a_phone_by_touch_and_in_the_dark(open_page, site):
    options = {"viewport": {"width": 360, "height": 700}, "has_touch": True, "color_scheme": "dark"}
    page = open_page("/admin/login/?next=/admin/blog/page/add/", **options)
    page.fill("[name=username]", site.account["username"])
    page.fill("[name=password]", site.account["password"])
    page.click("[type=submit]")
    page.tap(TEXT)
    page.keyboard.type("Un mot")
    page.tap("[data-tool=footnote]")
    page.keyboard.type("note")
    page.tap(".body-editor-panel button >> nth=4")
    page.tap("[data-tool=find]")
    page.fill("[name=find]", "mot")
    assert source(page) == "<p>Un mot<foot-note>note</foot-note></p>"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # The fields with a search of the admin itself are not the editor's.
    assert [barrier for barrier in find_barriers(page) if "select2" not in barrier] == []
