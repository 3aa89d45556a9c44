"""Wait for what an expression says of a page, as long as a slow machine may take."""

import time

from playwright.sync_api import Page

from tests.browser.conftest import LONGEST_WAIT

MILLISECONDS_BETWEEN_LOOKS = 50


def wait_until(page: Page, expression: str, argument=None) -> None:
    """Wait until the expression, or a function called with the argument, is true in the page; else TimeoutError.

    Playwright's own wait_for_function evaluates a string within the page whenever it looks a second time, which our
    Content-Security-Policy refuses, rightly: it holds only where the first look is already true.
    """
    until = time.monotonic() + LONGEST_WAIT / 1000
    while not page.evaluate(expression, argument):
        if time.monotonic() > until:
            raise TimeoutError(f"never true on {page.url}: {expression}")
        page.wait_for_timeout(MILLISECONDS_BETWEEN_LOOKS)
