"""A real Chromium in front of the real stack, for the tests of this folder."""

import os
import re
import shutil
from itertools import count

import pytest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
]

NETWORKS = count()

# In milliseconds, for what will come: a machine that does much else at a time may take long over it.
LONGEST_WAIT = 60_000


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@pytest.fixture(scope="session")
def browser():
    """Start Chromium through Playwright; skip where there is none, unless REQUIRE_CHROMIUM says that there must be."""
    executable = find_chromium()
    if executable is None:
        reason = f"there is no Chromium on PATH (looked for {', '.join(CHROMIUM_NAMES)})"
        if os.environ.get("REQUIRE_CHROMIUM"):
            pytest.fail(f"REQUIRE_CHROMIUM is set, and {reason}")
        pytest.skip(f"browser tests: {reason}")
    from playwright.sync_api import expect, sync_playwright

    # Playwright's loop lives in this thread, where Django would see it and refuse every query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=LONGEST_WAIT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, site):
    """Return a function that opens a page: open_page("/en/", java_script_enabled=False, color_scheme="dark").

    After the test, nothing may have been asked of another host, and the console may hold no error.
    """
    contexts, complaints = [], []
    # Nobody writes more than ten comments in ten minutes; all tests do.
    network = {"X-Forwarded-For": f"192.0.{next(NETWORKS)}.1"}

    def open_page(path: str = "/", *, quiet: bool = True, **options):
        options = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"} | options
        context = browser.new_context(base_url=site.url, extra_http_headers=network, **options)
        contexts.append(context)
        context.set_default_timeout(LONGEST_WAIT)
        page = context.new_page()
        if quiet:
            page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", lambda request: is_foreign(request.url, site.url) and complaints.append(request.url))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page):
    """Return the home page in a window of 1280 by 720."""
    return open_page("/")


@pytest.fixture
def admin_page(open_page, site):
    """Return the admin's first page, as the demo's editor."""
    page = open_page("/admin/")
    page.fill("[name=username]", site.account["username"])
    page.fill("[name=password]", site.account["password"])
    page.click("[type=submit]")
    return page


@pytest.fixture
def editor(admin_page):
    """Return the form of a new plain page, with the cursor in its text."""
    admin_page.goto("/admin/blog/page/add/")
    admin_page.select_option("#id_language", "fr")
    admin_page.click("#id_body_editor")
    return admin_page


def is_foreign(address: str, site_url: str) -> bool:
    return not re.match(rf"{re.escape(site_url)}(/|$)|data:|blob:|about:", address)
