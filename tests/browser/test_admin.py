"""The admin as an editor's browser shows it: nothing refused by the policy, nothing lost, nothing too wide."""

import re

import pytest
from playwright.sync_api import expect

MODELS = (
    "blog/post",
    "blog/page",
    "blog/image",
    "blog/event",
    "blog/tribune",
    "blog/partner",
    "blog/category",
    "blog/tag",
    "blog/oldaddress",
    "authors/author",
    "comments/comment",
)


def press(page, name):
    page.get_by_role("button", name=re.compile(name)).first.click()


@pytest.mark.parametrize("model", MODELS)
def test_the_policy_refuses_nothing(admin_page, model):
    """The fixture asserts that the console holds no error: a refused style or script would be one."""
    start = f"/admin/{model}/"
    admin_page.goto(f"{start}?status=all" if model == "comments/comment" else start)
    admin_page.wait_for_load_state("networkidle")
    row = admin_page.locator("#result_list tbody th a, #result_list tbody td a").first
    change = row.get_attribute("href") if row.count() else None
    pages = [f"{start}add/"] if model != "comments/comment" else []
    if change:
        change = change.split("?")[0]
        pages += [change, change.replace("change/", "history/")]
    for address in pages:
        admin_page.goto(address)
        admin_page.wait_for_load_state("networkidle")
    if change:
        admin_page.goto(change)
        delete = admin_page.locator(".deletelink")
        if delete.count():
            delete.click()
            expect(admin_page.locator("form [type=submit]").last).to_be_visible()


@pytest.mark.parametrize("width", (390, 1440))
def test_nothing_is_wider_than_the_window(admin_page, width):
    admin_page.set_viewport_size({"width": width, "height": 900})
    for model in MODELS:
        for address in (f"/admin/{model}/", f"/admin/{model}/add/"):
            if address == "/admin/comments/comment/add/":
                continue
            admin_page.goto(address)
            excess = admin_page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert excess <= 0, address


def test_versions_are_not_wider_than_a_phone(admin_page):
    admin_page.set_viewport_size({"width": 390, "height": 900})
    admin_page.goto("/admin/blog/post/?status=published")
    change = admin_page.locator("#result_list tbody th a").first.get_attribute("href").split("?")[0]
    admin_page.goto(change.replace("change/", "versions/"))
    assert admin_page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


@pytest.mark.parametrize("with_script", (True, False))
def test_from_nothing_to_scheduled_with_a_look_before(open_page, site, with_script):
    page = open_page("/admin/", java_script_enabled=with_script)
    page.fill("[name=username]", site.account["username"])
    page.fill("[name=password]", site.account["password"])
    page.click("#login-form [type=submit]")
    page.goto("/admin/blog/post/add/")
    page.fill("#id_title", "L’œuvre à Nîmes : un essai ?")
    if with_script:
        expect(page.locator("#id_slug")).to_have_value("l-oeuvre-a-nimes-un-essai")
        page.locator("[contenteditable=true]").first.click()
        page.keyboard.type("Un texte écrit au clavier.")
    else:
        page.fill("#id_body", "<p>Un texte écrit au clavier.</p>")

    with page.context.expect_page() as opened:
        page.locator("button[formtarget=_blank]").click()
    preview = opened.value
    expect(preview.locator("article")).to_contain_text("Un texte écrit au clavier.")
    preview.close()
    expect(page.locator("#id_title")).to_have_value("L’œuvre à Nîmes : un essai ?")

    page.locator("[name=step][value=published]").click()
    expect(page.locator(".field-disclosure .errorlist")).to_be_visible()
    expect(page.locator(".field-category .errorlist")).to_be_visible()
    expect(page.locator(".field-standfirst .errorlist")).to_be_visible()

    page.fill("#id_standfirst", "Ce que l’essai montre.")
    page.locator("[name=disclosure][value=none]").check()
    page.select_option("#id_category", index=1)
    page.fill("[name=published_at_0]", "02/01/2099")
    page.fill("[name=published_at_1]", "08:30")
    page.locator("[name=step][value=published]").click()
    expect(page.locator(".field-state .is-scheduled")).to_contain_text("02/01/2099 08:30")

    page.locator("[name=step][value=draft]").click()
    page.locator(".deletelink").click()
    page.locator("#content form [type=submit]").click()
    expect(page.locator(".messagelist")).to_be_visible()


def test_who_leaves_what_is_not_saved_is_asked(admin_page):
    admin_page.goto("/admin/blog/tag/add/")
    admin_page.locator("#id_name_fr").press_sequentially("Un sujet")
    asked = []
    admin_page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    admin_page.locator(".language-switch button[value=en]").click()
    admin_page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(admin_page.locator("#id_name_fr")).to_have_value("Un sujet")


def test_who_leaves_what_they_did_not_touch_is_not_asked(admin_page):
    admin_page.goto("/admin/blog/post/")
    admin_page.locator("#result_list tbody th a").first.click()
    admin_page.locator("#id_title").click()
    admin_page.locator("#site-name a").click()
    expect(admin_page.locator(".dashboard, #content-main.app-list").first).to_be_visible()


def test_the_switch_changes_the_language(admin_page):
    expect(admin_page.locator("html")).to_have_attribute("lang", "fr")
    admin_page.locator(".language-switch button[value=en]").click()
    expect(admin_page.locator("html")).to_have_attribute("lang", "en")


def test_the_script_makes_the_addresses_that_the_server_makes(admin_page):
    admin_page.goto("/admin/blog/tag/add/")
    for name, slug in {
        "L’été à Nîmes : une œuvre ?": "l-ete-a-nimes-une-oeuvre",
        "Ægypt, Straße, Łódź": "aegypt-strasse-lodz",
        "  50 % de plus_que  ": "50-de-plus-que",
        "你好": "",
    }.items():
        admin_page.fill("#id_name_fr", name)
        expect(admin_page.locator("#id_slug")).to_have_value(slug)
    admin_page.fill("#id_slug", "choisie")
    admin_page.fill("#id_name_fr", "Autre")
    expect(admin_page.locator("#id_slug")).to_have_value("choisie")
