"""What a new user sees of a new installation."""


def test_home_in_both_languages(open_page):
    for path, language in {"/": "fr", "/en/": "en"}.items():
        page = open_page(path)
        assert page.get_attribute("html", "lang") == language
        assert page.locator("h1").count() == 1


def test_home_without_javascript_in_the_dark(open_page):
    page = open_page("/", java_script_enabled=False, color_scheme="dark")
    assert page.locator("main article").count() > 0


def test_editor_enters_the_admin_with_the_printed_password(admin_page):
    assert admin_page.locator("#user-tools").is_visible()
    assert admin_page.context.cookies()[0]["path"] == "/admin/"
