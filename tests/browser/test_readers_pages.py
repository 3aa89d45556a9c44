"""Every kind of page in both languages, as somebody sees it: on a phone, a desk and paper, by day and by night, with
letters and colours of their own.

One visit serves all checks of a page, since a visit is what takes time.
"""

import pytest
from django.template.loader import get_template

from tests.browser.axe import COLOUR_RULES, find_barriers
from tests.browser.conftest import LONGEST_WAIT, is_foreign
from tests.browser.layout import EDGELESS, FAINT, NOT_FOR_PAPER, PALE, SHIFT, find_cut_off, set_spacing
from tests.site.crawling import Reader
from tests.site.kinds import KINDS, LANGUAGES, PUBLIC_KINDS, find_requests

WIDTHS = (320, 390, 768, 1440)
# A window of 1280 pixels at a zoom of 400 % has 320.
AXE_WIDTHS = (320, 1440)
HEIGHT = 900
PHONE = {"width": 390, "height": HEIGHT}
# Half of what is called good.
MOST_SHIFT = 0.05
# Of A4, in pixels of CSS, without margins.
PAPER = {"width": 680, "height": HEIGHT}
# A window of 1280 pixels, zoomed to 200 %: half the width, and each letter twice as large where only text grows.
ZOOMED_WIDTH = 640

# Chromium reports the status of a page that is an error as an error of the page.
STATUS_REPORTS = ("400 (Bad Request)", "404 (Not Found)", "410 (Gone)", "422 (Unprocessable")

WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

FORM = "main form[method=post]"
FILL_AND_SEND = """(form, values) => {
  form.noValidate = true;
  let button = null;
  for (const [name, value] of Object.entries(values)) {
    if (form.elements[name].localName === "button") button = form.elements[name];
    else form.elements[name].value = value;
  }
  form.requestSubmit(button);
}"""


class Visitor:
    """Somebody who reads with one browser, and keeps count of what is asked of whom."""

    def __init__(self, browser, site_url: str, **options) -> None:
        self.site_url = site_url
        self.context = browser.new_context(base_url=site_url, reduced_motion="reduce", **options)
        self.context.set_default_timeout(LONGEST_WAIT)
        self.foreign, self.complaints = [], []
        self.context.on(
            "request", lambda request: is_foreign(request.url, site_url) and self.foreign.append(request.url)
        )
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self.hear)

    def hear(self, message) -> None:
        if message.type in ("error", "warning") and not any(status in message.text for status in STATUS_REPORTS):
            self.complaints.append(message.text)

    def visit(self, request) -> None:
        """Get a page; where it answers a form, send the form."""
        self.foreign.clear()
        self.complaints.clear()
        # Whatever the page before was looked at with.
        self.page.emulate_media(media="screen", color_scheme="light", forced_colors="none")
        self.page.goto(request.path)
        if request.form is not None:
            with self.page.expect_navigation():
                self.page.eval_on_selector(FORM, FILL_AND_SEND, request.form)


@pytest.fixture(scope="module")
def requests(site):
    with Reader(site.url) as reader:
        return find_requests(site, reader)


@pytest.fixture(scope="module", params=LANGUAGES)
def visitor(request, browser, site):
    visitor = Visitor(browser, site.url, locale=request.param)
    visitor.language = request.param
    # With the typefaces at hand: how well something stands in for them until they come differs from system to system.
    visitor.page.goto("/")
    visitor.page.evaluate("document.fonts.ready")
    yield visitor
    visitor.context.close()


@pytest.fixture(scope="module")
def visitor_without_scripts(browser, site):
    visitor = Visitor(browser, site.url, java_script_enabled=False, viewport={"width": 390, "height": HEIGHT})
    yield visitor
    visitor.context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_page_keeps_nobody_out(visitor, requests, kind):
    visitor.page.set_viewport_size(PHONE)
    visitor.visit(requests[kind, visitor.language])
    assert visitor.page.evaluate(SHIFT) <= MOST_SHIFT, "something moved by itself"
    look_at(visitor.page)
    if kind != "admin-login":
        look_at_what_readers_set(visitor.page)
        look_at_paper(visitor.page)
    if kind != "admin-login":
        assert visitor.context.cookies() == []
    assert visitor.foreign == []
    assert visitor.complaints == []


def test_page_of_a_failure_keeps_nobody_out(visitor):
    body = get_template("500.html").render()
    visitor.page.route("**/failure", lambda route: route.fulfill(body=body, content_type="text/html"))
    visitor.page.goto("/failure")
    look_at(visitor.page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_ask_nobody_else_and_set_no_cookie_without_scripts(visitor_without_scripts, requests, language):
    for kind in PUBLIC_KINDS:
        visitor_without_scripts.visit(requests[kind, language])
        assert visitor_without_scripts.foreign == [], kind
        assert visitor_without_scripts.complaints == [], kind
        assert visitor_without_scripts.page.evaluate(WIDER_THAN_THE_WINDOW) <= 0, kind
    assert visitor_without_scripts.context.cookies() == []


def look_at(page) -> None:
    """Look at a page in all widths and both colour schemes."""
    for frame in page.locator("iframe").all():
        # It waits until it is near, and cannot be looked at before.
        frame.scroll_into_view_if_needed()
        frame.content_frame.locator("a").wait_for()
    for scheme, rules in (("light", ()), ("dark", COLOUR_RULES)):
        page.emulate_media(color_scheme=scheme)
        for width in AXE_WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            assert find_barriers(page, rules=rules) == [], f"{scheme}, {width} px"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert page.evaluate(WIDER_THAN_THE_WINDOW) <= 0, f"wider than {width} px"
    page.set_viewport_size({"width": ZOOMED_WIDTH, "height": HEIGHT})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(WIDER_THAN_THE_WINDOW) <= 0, "wider than the window at 200 %"


def look_at_what_readers_set(page) -> None:
    """Look at a page with the text of 200 %, with the spacing of WCAG 1.4.12, and with the colours of a system."""
    assert find_cut_off(page) == [], f"cut off at 200 %, {ZOOMED_WIDTH} px"
    page.set_viewport_size({"width": WIDTHS[-1], "height": HEIGHT})
    assert find_cut_off(page) == [], f"cut off at 200 %, {WIDTHS[-1]} px"
    page.evaluate("document.documentElement.style.fontSize = ''")
    set_spacing(page)
    for width in (WIDTHS[0], WIDTHS[-1]):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert find_cut_off(page) == [], f"cut off with more space, {width} px"
    set_spacing(page, "")
    assert find_cut_off(page) == []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(FAINT) == [], f"{scheme}: fields without an edge that can be seen"
    page.emulate_media(forced_colors="active")
    assert page.evaluate(EDGELESS) == [], "no edge in forced colours"
    page.emulate_media(forced_colors="none")


def look_at_paper(page) -> None:
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(NOT_FOR_PAPER) == []
    assert page.evaluate(PALE) == [], "white on white"
    assert find_cut_off(page) == [], "cut off on paper"
    page.emulate_media(media="screen", color_scheme="light")
