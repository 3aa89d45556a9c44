"""A feed that somebody opens in a browser, and pages that are fetched before they are asked for."""

import pytest

# What a person sees of a feed: what it is for, how many items, and whether anything stands outside the window.
SEEN = """
() => {
    const title = document.querySelector("channel > title, feed > title");
    const hint = getComputedStyle(title, "::after");
    const all = (selector) => [...document.querySelectorAll(selector)];
    const shown = (selector) => all(selector).filter((each) => each.checkVisibility()).length;
    return {
        hint: hint.content,
        items: shown("item > title, entry > title"),
        machines: shown("encoded, content, guid, id, lastBuildDate, pubDate, published"),
        isWithin: document.documentElement.scrollWidth <= innerWidth,
        paper: getComputedStyle(document.documentElement).backgroundColor,
    };
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/blog/feed/", "Ceci est un flux"),
        ("/blog/feed/atom/", "Ceci est un flux"),
        ("/en/blog/feed/", "This is a feed"),
        ("/en/comments/feed/atom/", "This is a feed"),
    ],
)
def test_feed_says_what_it_is_and_shows_what_is_new(open_page, path, words, scheme):
    page = open_page(path, viewport={"width": 360, "height": 740}, color_scheme=scheme)
    seen = page.evaluate(SEEN)
    assert words in seen["hint"]
    assert seen["items"] >= 20
    assert seen["machines"] == 0
    assert seen["isWithin"]
    assert seen["paper"] == ("rgb(252, 252, 254)" if scheme == "light" else "rgb(23, 26, 34)")


def test_page_is_fetched_when_a_reader_points_at_it_and_a_private_one_is_not(open_page):
    page = open_page("/")
    fetched = []
    page.context.on(
        "request", lambda request: "prefetch" in request.headers.get("sec-purpose", "") and fetched.append(request.url)
    )
    link = page.locator("main h2 a").first
    link.hover()
    page.wait_for_timeout(1500)
    assert [url for url in fetched if url.endswith(link.get_attribute("href"))]
    private = page.locator("footer a[href='/droit-de-reponse/']")
    # Where the pointer rests, other links pass below it on the way.
    page.mouse.move(0, 0)
    private.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    fetched.clear()
    private.hover()
    page.wait_for_timeout(1000)
    assert fetched == []
