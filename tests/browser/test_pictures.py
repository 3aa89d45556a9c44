"""The library of pictures as an editor's hands use it: dropped files, the focal point, no script, no barrier."""

import base64
import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.axe import find_barriers
from tests.pictures.hostile import png_bomb

LIST = "/admin/blog/image/"
PAGES = (LIST, f"{LIST}add/", f"{LIST}add-many/", f"{LIST}alike/")

DROP = """
(files) => {
  const transfer = new DataTransfer();
  for (const [name, type, content] of files) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  for (const kind of ["dragover", "drop"]) {
    document.body.dispatchEvent(
      new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }),
    );
  }
}
"""


def picture(colour, size=(640, 400)):
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def drop(page, files):
    page.evaluate(DROP, [[name, kind, base64.b64encode(content).decode()] for name, kind, content in files])


def first_picture(page):
    page.goto(LIST)
    return page.locator("#result_list tbody .field-title a").first.get_attribute("href").split("?")[0]


def forget(page, titles):
    """Leave the library as it was found."""
    page.goto(LIST)
    for title in titles:
        page.get_by_role("row", name=re.compile(title)).locator(".action-select").check()
    page.select_option("select[name=action]", "delete_unused")
    page.locator(".actions button").first.click()
    page.locator(".delete-confirmation [type=submit].deletelink").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_dropped_files_arrive_each_for_itself_and_get_their_words(admin_page):
    page = admin_page
    page.goto(LIST)
    good, other = picture("#123456"), picture("#654321", (500, 500))
    drop(
        page,
        [
            ("phare-bleu.png", "image/png", good),
            ("bombe.png", "image/png", png_bomb(12_000, 12_000)),
            ("encore.png", "image/png", good),
            ("dune.png", "image/png", other),
        ],
    )
    lines = page.locator(".picture-drop-files li")
    expect(page.locator(".picture-drop-state")).to_contain_text("2")
    expect(lines).to_have_count(4)
    expect(lines.nth(1)).to_contain_text("pixels")
    expect(lines.nth(2)).to_contain_text("phare bleu")
    expect(lines.nth(2).get_by_role("button")).to_be_visible()
    assert find_barriers(page) == []
    page.locator(".picture-drop-next").click()
    fields = page.locator(".picture-words > li")
    expect(fields).to_have_count(2)
    fields.nth(0).locator("[name$=alt_fr]").fill("Une dune")
    page.locator("[name=all-credit]").fill("La Marge")
    assert find_barriers(page) == []
    page.locator("[name=_save]").click()
    expect(page.locator("#result_list")).to_contain_text("dune")
    forget(page, ["phare bleu", "dune"])


def test_without_a_script_several_files_are_sent_by_a_form(open_page, site):
    page = open_page("/admin/", java_script_enabled=False)
    page.fill("[name=username]", site.account["username"])
    page.fill("[name=password]", site.account["password"])
    page.click("#login-form [type=submit]")
    page.goto(f"{LIST}add-many/")
    files = [
        {"name": "sable.png", "mimeType": "image/png", "buffer": picture("#998877", (400, 400))},
        {"name": "page.png", "mimeType": "image/png", "buffer": b"<svg onload=alert(1)>"},
    ]
    page.set_input_files("[name=files]", files)
    page.locator("[name=_add]").click()
    expect(page.locator(".picture-outcomes .is-added")).to_contain_text("sable")
    expect(page.locator(".picture-outcomes .is-refused")).to_contain_text("page.png")
    forget(page, ["sable"])


def test_the_focal_point_is_set_by_keys_and_by_a_click_and_seen_in_the_crops(admin_page):
    page = admin_page
    page.goto(first_picture(page))
    ring = page.locator(".focal-ring")
    before = page.locator("#id_focal_x").input_value(), page.locator("#id_focal_y").input_value()
    ring.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator("#id_focal_x")).to_have_value(str(min(100, int(before[0]) + 1)))
    expect(page.locator("#id_focal_y")).to_have_value(str(max(0, int(before[1]) - 10)))
    expect(ring).to_have_attribute("aria-label", re.compile(str(int(before[0]) + 1)))
    picture = page.locator(".focal-picture")
    box = picture.bounding_box()
    # Scrolled to first: the buttons below the form may lie above its lower edge.
    picture.click(position={"x": box["width"] * 0.05, "y": box["height"] * 0.95})
    expect(page.locator("#id_focal_x")).to_have_value(re.compile("^[456]$"))
    expect(page.locator("#id_focal_y")).to_have_value(re.compile("^9[456]$"))
    assert page.locator(".focal-crops .is-card").evaluate("crop => crop.style.objectPosition") == "0% 100%"
    page.locator("#id_focal_x").fill("70")
    assert ring.evaluate("ring => ring.style.insetInlineStart") == "70%"
    # Nothing was saved.
    page.on("dialog", lambda dialog: dialog.accept())


@pytest.mark.parametrize("language", ("fr", "en"))
@pytest.mark.parametrize("scheme", ("light", "dark"))
@pytest.mark.parametrize("width", (360, 1280))
def test_no_page_of_the_library_keeps_anybody_out(open_page, site, language, scheme, width):
    page = open_page("/admin/", color_scheme=scheme, viewport={"width": width, "height": 800})
    page.fill("[name=username]", site.account["username"])
    page.fill("[name=password]", site.account["password"])
    page.click("#login-form [type=submit]")
    page.locator(f".language-switch button[value={language}]").click()
    change = first_picture(page)
    key = re.search(r"/(\d+)/change", change)[1]
    for address in (*PAGES, change, f"{LIST}texts/?key={key}"):
        page.goto(address)
        assert find_barriers(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, address


def test_the_grid_is_still_a_table_to_who_does_not_see_it(admin_page):
    admin_page.goto(LIST)
    assert admin_page.get_by_role("row").count() > 10
    admin_page.locator("#action-toggle").check()
    expect(admin_page.locator(".action-counter")).to_contain_text(re.compile("^4[0-9]"))
