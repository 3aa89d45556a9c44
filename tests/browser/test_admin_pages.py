"""Every page of the admin, found from its addresses, as people see it who need more than eyes and a mouse."""

import pytest

from tests.browser.axe import find_barriers
from tests.inside import shell_inside

# Each page in one language, scheme and width, and then in the others.
WAYS = (("fr-FR", "light", 1280), ("en-GB", "dark", 320))
# Django's own, which are alike for all models.
ALIKE = ("?q=an", "/history/", "/delete/")
# It shows the same page twice, with all its landmarks.
TWICE = "/look/"


@pytest.fixture(scope="module")
def addresses(site) -> list[str]:
    with shell_inside(site.data_dir) as shell:
        pages = f"[*own_pages({site.account['username']!r}), *model_pages()]"
        every = shell.run(f"from config.bench.admin_pages import *\nanswer = {pages}")
    return [address for address in every if not address.endswith(ALIKE)]


@pytest.mark.parametrize(("language", "scheme", "width"), WAYS)
def test_nobody_is_kept_out_of_a_page(open_page, site, addresses, language, scheme, width):
    # A page that nobody may open says so in the console.
    page = open_page(
        "/admin/", quiet=False, locale=language, color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    page.fill("[name=username]", site.account["username"])
    page.fill("[name=password]", site.account["password"])
    page.click("#login-form [type=submit]")
    wrong = []
    for address in addresses:
        response = page.goto(address)
        if response.status == 403:
            continue
        assert response.status == 200, address
        # The buttons that stay in the window lie over fields elsewhere, which are scrolled from below them.
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        found = [each for each in find_barriers(page) if not (TWICE in address and each.startswith("landmark-"))]
        excess = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if excess > 0:
            found.append(f"{excess} px too wide")
        wrong += [f"{address}: {each}" for each in found]
    assert not wrong, "\n".join(wrong)
