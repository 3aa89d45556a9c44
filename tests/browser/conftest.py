"""A real Chromium in front of the real stack, for the tests of this folder."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest

ROOT = Path(__file__).resolve().parents[2]
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
SECONDS_TO_START = 90


@dataclass(frozen=True)
class Site:
    """A running installation with the demo in it."""

    url: str
    username: str
    password: str
    data_dir: Path


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Start `manage.py serve` with the demo; one for all browser tests, so each leaves it as it found it."""
    data_dir = tmp_path_factory.mktemp("site")
    port = free_port()
    names = ("PATH", "HOME", "LANG", "LC_ALL")
    environment = {name: os.environ[name] for name in names if name in os.environ} | {
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "TRIBUNE_ENV_FILE": os.devnull,
    }
    log = data_dir / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_until_it_answers(server, f"http://127.0.0.1:{port}/healthz", log)
        account = json.loads((data_dir / "demo-account.json").read_text())
        yield Site(f"http://localhost:{port}", account["username"], account["password"], data_dir)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()


def wait_until_it_answers(server: subprocess.Popen, address: str, log: Path) -> None:
    deadline = monotonic() + SECONDS_TO_START
    while monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            sleep(0.1)
        else:
            return
    pytest.fail(f"The site did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser():
    """Start Chromium through Playwright; skip where there is none, unless REQUIRE_CHROMIUM says that there must be."""
    executable = find_chromium()
    if executable is None:
        reason = f"there is no Chromium on PATH (looked for {', '.join(CHROMIUM_NAMES)})"
        if os.environ.get("REQUIRE_CHROMIUM"):
            pytest.fail(f"REQUIRE_CHROMIUM is set, and {reason}")
        pytest.skip(f"browser tests: {reason}")
    from playwright.sync_api import sync_playwright

    # Playwright's loop lives in this thread, where Django would see it and refuse every query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
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

    def open_page(path: str = "/", *, quiet: bool = True, **options):
        options = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"} | options
        context = browser.new_context(base_url=site.url, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
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
    page.fill("[name=username]", site.username)
    page.fill("[name=password]", site.password)
    page.click("[type=submit]")
    return page


def is_foreign(address: str, site_url: str) -> bool:
    return not re.match(rf"{re.escape(site_url)}(/|$)|data:|blob:|about:", address)
