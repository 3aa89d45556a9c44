"""What a reader does with the demo’s article: watches, goes about by keyboard, prints, answers."""

import re
import time

import pytest

from tests.browser.conftest import is_foreign
from tests.browser.layout import SHIFT
from tests.browser.waiting import wait_until
from tests.site.kinds import ENGLISH_POST, ENGLISH_THREAD, POST, THREAD, run_inside

PLAYER_HOST = "https://www.youtube-nocookie.com"
PLAYER = "<!doctype html><html lang='en'><title>Player</title><p id='player'>Playing</p></html>"

# A page of the demo has fewer; whoever presses more often is caught somewhere.
MOST_STOPS = 200
# What all of the demo's pictures take at most, beside tests.
SECONDS_OF_RENDITIONS = 240

# What the focus is on, inside frames too, with whether a person can see that it is.
FOCUS = """
() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
    return {
        tag: element.localName,
        name: (element.innerText || element.getAttribute("aria-label") || element.name || "").trim().slice(0, 60),
        index: [...document.querySelectorAll("*")].indexOf(element),
        isVisible: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0,
        hasRing: ring || element.localName === "iframe",
    };
}
"""
# What the focus is on, and whether something that floats lies over any of it.
COVERED = """
() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const inside = [[0.1, 0.2], [0.5, 0.5], [0.9, 0.8], [0.1, 0.8], [0.9, 0.2]];
    const points = [...element.getClientRects()].flatMap((box) =>
        inside.map(([x, y]) => [box.left + box.width * x, box.top + box.height * y]));
    const over = (x, y) => document.elementFromPoint(x, y)?.closest(".offer, .to-top");
    return {
        name: (element.innerText || element.name || "").trim().slice(0, 60),
        index: [...document.querySelectorAll("*")].indexOf(element),
        isCovered: points.some(([x, y]) => over(x, y) && !over(x, y).contains(element)),
    };
}
"""
PAINTED = """
() => new Promise((tell) => new PerformanceObserver(tell).observe({type: "paint", buffered: true}))
    .then(() => new Promise(requestAnimationFrame)).then(() => true)
"""
# Files of pictures that are much wider than what is shown of them.
TOO_LARGE = """
() => [...document.images].filter((image) => image.clientWidth).filter((image) => {
    const [, width] = image.currentSrc.match(/-(\\d+)\\.\\w+$/) ?? [null, Infinity];
    return Number(width) > Math.max(320, image.clientWidth * devicePixelRatio * 1.5);
}).map((image) => `${image.currentSrc} for ${image.clientWidth} pixels`)
"""
# What the keyboard has to reach: all that a mouse can.
REACHABLE = """
() => [...document.querySelectorAll("a[href], button, input, select, textarea, iframe, summary, [tabindex='0']")]
    .filter((element) => element.checkVisibility({visibilityProperty: true}) && !element.disabled
        && element.type !== "hidden" && element.tabIndex >= 0)
    .map((element) => [...document.querySelectorAll("*")].indexOf(element))
"""


@pytest.fixture
def asked(browser, site):
    """Return a function that opens the article, and the list of what is asked of other hosts meanwhile."""
    contexts, foreign = [], []

    def open_article(path: str = POST, **options):
        context = browser.new_context(base_url=site.url, locale="fr-FR", **options)
        contexts.append(context)
        context.on("request", lambda request: is_foreign(request.url, site.url) and foreign.append(request.url))
        context.route(
            lambda url: is_foreign(url, site.url), lambda route: route.fulfill(body=PLAYER, content_type="text/html")
        )
        page = context.new_page()
        page.goto(path)
        return page

    yield open_article, foreign
    for context in contexts:
        context.close()


# Videos


@pytest.mark.parametrize("with_scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("path", [POST, ENGLISH_POST], ids=["fr", "en"])
def test_video_asks_its_host_after_a_click_and_no_other(asked, path, with_scripts):
    open_article, foreign = asked
    page = open_article(path, java_script_enabled=with_scripts)
    frame = page.locator("figure.video iframe")
    frame.scroll_into_view_if_needed()
    link = frame.content_frame.locator("a")
    link.wait_for()
    assert foreign == [], "somebody was asked before the click"
    link.click()
    frame.content_frame.locator("#player").wait_for()
    assert foreign
    assert {re.match(r"https://[^/]+", address)[0] for address in foreign} == {PLAYER_HOST}
    assert page.url.endswith(path), "the player stands in the page, not in its place"
    assert page.context.cookies() == []


def test_video_plays_by_keyboard(asked):
    open_article, foreign = asked
    page = open_article()
    frame = page.locator("figure.video iframe")
    frame.scroll_into_view_if_needed()
    frame.content_frame.locator("a").focus()
    assert foreign == []
    page.keyboard.press("Enter")
    frame.content_frame.locator("#player").wait_for()


def test_whole_article_asks_nobody_else(asked):
    """Scrolled to its end, so that everything that waits until it is near has been fetched."""
    open_article, foreign = asked
    for path in (POST, ENGLISH_POST, THREAD):
        page = open_article(path)
        page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
        page.wait_for_load_state("networkidle")
        assert page.context.cookies() == []
    assert foreign == []


# The keyboard


@pytest.mark.parametrize("path", ["/", POST, "/en/blog/", "/evenements/", f"{ENGLISH_POST}?share=email"])
def test_keyboard_reaches_everything_in_its_order_and_shows_where_it_is(open_page, path):
    page = open_page(path, viewport={"width": 1280, "height": 800})
    expected = page.evaluate(REACHABLE)
    stops = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        # In a frame, its document has stops of its own.
        if stop is None or (stops and stop["index"] <= stops[-1]["index"] and stop["tag"] != "iframe"):
            break
        if not stops or stop["index"] != stops[-1]["index"]:
            stops.append(stop)
    assert [stop["index"] for stop in stops] == expected
    assert [stop["name"] for stop in stops if not stop["hasRing"]] == [], "focused, and nobody sees it"
    assert [stop["name"] for stop in stops if not stop["isVisible"]] == [], "focused out of sight"


@pytest.mark.parametrize("size", [{"width": 320, "height": 480}, {"width": 1280, "height": 720}], ids=["phone", "desk"])
@pytest.mark.parametrize("path", ["/", POST])
def test_nothing_that_floats_lies_over_what_has_the_focus(open_page, path, size):
    """The offer of the other language is there, and so is the way to the top once the page is scrolled."""
    page = open_page(path, viewport=size, locale="en-GB")
    assert page.locator(".offer").is_visible()
    covered, reached = [], []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(COVERED)
        if stop is None or (reached and stop["index"] < reached[-1]):
            break
        reached.append(stop["index"])
        covered += [stop["name"]] if stop["isCovered"] else []
    assert len(reached) > 20
    assert covered == []
    page.keyboard.press("Shift+Tab")
    page.mouse.click(2, 2)
    assert page.locator(".offer").evaluate("offer => getComputedStyle(offer).opacity") == "1", "it comes back"


@pytest.mark.parametrize("path", ["/en/", POST])
def test_typefaces_that_come_late_move_nothing(browser, site, path):
    """What stands in for them is as wide and as high, whichever of the usual ones a system has."""
    context = browser.new_context(base_url=site.url, viewport={"width": 390, "height": 900})
    page = context.new_page()
    late = []
    page.route("**/*.woff2", lambda route: late.append(route))  # noqa: PLW0108 - playwright marks its handlers
    page.goto(path, wait_until="domcontentloaded")
    page.evaluate(PAINTED)
    for route in late:
        route.continue_()
    page.evaluate("document.fonts.ready")
    assert page.evaluate(SHIFT) < 0.02
    context.close()


@pytest.mark.parametrize("path", ["/en/", "/en/blog/most-discussed/"])
def test_title_beside_a_picture_fills_its_first_line_on_a_phone(page, path):
    """Lines of two widths are not balanced: the first one would hold one word."""
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(path)
    titles = page.locator(":has(> :is(.entry-picture, .card-picture)) :is(h2, h3)")
    assert titles.count()
    assert titles.evaluate_all("titles => titles.map(each => getComputedStyle(each).textWrapStyle)") == (
        ["auto"] * titles.count()
    )


def list_too_large(page) -> list[str]:
    page.evaluate("[...document.images].forEach((image) => (image.loading = 'eager'))")
    page.evaluate("Promise.all([...document.images].map((image) => image.decode()))")
    return page.evaluate(TOO_LARGE)


@pytest.mark.parametrize("path", ["/", "/blog/", POST, ENGLISH_POST, "/auteurs/", "/partenaires/"])
def test_phone_gets_pictures_of_its_size(open_page, path):
    """No more than half as wide again as it can show; the smallest there are may be larger than that."""
    page = open_page(path, viewport={"width": 412, "height": 823}, device_scale_factor=1.75)
    # They are made in the background, which a site that has just loaded the demo may not have come to.
    until = time.monotonic() + SECONDS_OF_RENDITIONS
    while (too_large := list_too_large(page)) and time.monotonic() < until:
        page.wait_for_timeout(1000)
        page.reload()
    assert too_large == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focus_can_be_seen_on_its_ground(open_page, scheme):
    """The picture of a focused thing differs from that of the same thing without the focus."""
    page = open_page(POST, color_scheme=scheme)
    page.evaluate("document.fonts.ready")
    for selector in (
        ".sections a >> nth=0",
        ".prose a >> nth=0",
        ".tribune .button",
        "#id_text",
        "form .button >> nth=0",
    ):
        element = page.locator(selector)
        element.scroll_into_view_if_needed()
        box = element.bounding_box()
        clip = {"x": box["x"] - 6, "y": box["y"] - 6, "width": box["width"] + 12, "height": box["height"] + 12}
        page.keyboard.press("Shift")  # from now on, the focus is the keyboard's
        before = page.screenshot(clip=clip, caret="hide")
        element.focus()
        assert page.screenshot(clip=clip, caret="hide") != before, f"nothing shows that {selector} has the focus"
        element.blur()


def test_focus_is_seen_in_the_frame_of_a_video(open_page):
    page = open_page(POST)
    frame = page.locator("figure.video iframe")
    frame.scroll_into_view_if_needed()
    link = frame.content_frame.locator("a")
    link.wait_for()
    page.wait_for_load_state("networkidle")
    before = frame.screenshot()
    page.keyboard.press("Shift")
    link.focus()
    assert frame.screenshot() != before


@pytest.mark.parametrize("with_scripts", [True, False], ids=["scripts", "no-scripts"])
def test_first_stop_leads_over_the_masthead(open_page, with_scripts):
    page = open_page(POST, java_script_enabled=with_scripts)
    skip = page.locator(".skip")
    page.keyboard.press("Tab")
    assert skip.evaluate("link => link === document.activeElement")
    box = skip.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0, "it appears when it has the focus"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("with_scripts", [True, False], ids=["scripts", "no-scripts"])
def test_way_back_to_the_top(open_page, with_scripts):
    page = open_page(POST, java_script_enabled=with_scripts)
    page.locator(".to-top").scroll_into_view_if_needed()
    assert page.evaluate("scrollY") > 1000
    page.locator(".to-top").click()
    wait_until(page, "scrollY === 0")


# Paper, and those whom movement makes ill


@pytest.mark.parametrize("path", [POST, ENGLISH_THREAD, "/blog/"])
def test_paper_holds_the_text_and_nothing_to_press(open_page, path):
    page = open_page(path)
    page.emulate_media(media="print")
    shown = [
        selector
        for selector in (".sections", ".skip", ".site-foot", ".to-top", ".share", "form", ".comment-foot", ".pager")
        for element in page.locator(selector).all()
        if element.is_visible()
    ]
    assert shown == []
    assert page.locator("h1").is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF-")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) <= 12


def test_paper_says_where_links_lead(open_page):
    page = open_page(POST)
    page.emulate_media(media="print")
    address = page.get_attribute(".tribune .button", "href")
    said = page.evaluate("getComputedStyle(document.querySelector('.tribune .button'), '::after').content")
    assert address in said
    assert page.locator(".tribune .button").is_visible()


def test_nothing_moves_for_those_who_asked_for_rest(open_page):
    moving = """() => [...document.querySelectorAll("*")].filter((element) => {
        const style = getComputedStyle(element);
        return [style.transitionDuration, style.animationDuration].some((all) => /[1-9]/.test(all))
            || style.scrollBehavior === "smooth";
    }).map((element) => element.className || element.localName)"""
    page = open_page(POST, reduced_motion="reduce")
    assert page.evaluate(moving) == []
    assert open_page(POST, reduced_motion="no-preference").evaluate(moving) != []


# Answers


FORGET = """
from comments.models import Comment
from comments.moderation import count_comments
comment = Comment.objects.get(text__startswith={start!r})
post = comment.post_id
comment.delete()
count_comments([post])
"""
APPROVE = """
from comments.models import Comment
from comments.moderation import decide
decide(Comment.objects.get(text__startswith={start!r}), Comment.Status.APPROVED, by=None)
"""


@pytest.fixture
def forgotten(site):
    """Return the beginning of a comment that is taken out of the demo afterwards."""
    start = "C’est noté au crayon"
    yield start
    run_inside(site, FORGET.format(start=start))


def test_comment_without_scripts_from_the_form_to_its_thread(open_page, site, forgotten):
    page = open_page(POST, java_script_enabled=False)
    count = page.locator("#comments-title").inner_text()
    page.locator(".comment.indent-0 a[data-answer]").last.click()
    page.wait_for_url(re.compile(r"/commentaires/\d+/repondre/"))
    page.fill("#id_text", f"{forgotten} : <b>voir</b> https://example.org/marge/ !")
    page.fill("#id_name", "Odile Marchand")
    page.fill("#id_email", "odile@example.org")
    page.click("form .button >> nth=0")

    page.wait_for_url(re.compile(r"/commentaires/en-attente/"))
    waiting = page.url
    assert forgotten in page.locator(".comment-text").inner_text()
    assert "odile@example.org" not in page.content()
    page.goto(POST)
    assert forgotten not in page.content(), "others see it before anybody approved it"
    # What lets the browser find it again goes to the list of its comments, and to no page that others read.
    assert {cookie["path"] for cookie in page.context.cookies()} == {"/commentaires/les-miens/", "/en/comments/mine/"}

    run_inside(site, APPROVE.format(start=forgotten))
    page.goto(waiting)
    assert page.url.partition("#")[0].endswith(POST)
    comment = page.locator(f"#{page.url.partition('#')[2]}")
    assert "indent-1" in comment.get_attribute("class")
    assert comment.locator("b").all_inner_texts() == ["Odile Marchand"], "what was typed is text, not markup"
    assert "nofollow" in comment.locator(".comment-text a").get_attribute("rel")
    assert page.locator("#comments-title").inner_text() != count
    assert page.context.cookies(page.url) == []


def test_refused_comment_comes_back_with_all_that_was_typed(open_page):
    page = open_page(POST, java_script_enabled=False, quiet=False)
    typed = "Une phrase\n\navec « ses » guillemets, des <chevrons> & un long fil."
    page.fill("#id_text", typed)
    page.fill("#id_name", " ")
    page.fill("#id_site", "https://example.org/")
    page.click("form .button >> nth=0")
    page.wait_for_selector("[role=alert]")
    assert page.input_value("#id_text") == typed
    assert page.input_value("#id_site") == "https://example.org/"
    assert page.get_attribute("#id_name", "aria-invalid") == "true"
    error = page.get_attribute("#id_name", "aria-describedby")
    assert page.locator(f"#{error}").inner_text().strip()
    page.click("[role=alert] a")
    assert page.evaluate("document.activeElement.id") == "id_name"
