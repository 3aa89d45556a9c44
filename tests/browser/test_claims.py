"""Checked claims as editors write them: in the form of a post, and beside those of the original."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import find_barriers
from tests.browser.test_translations import log_in, write_original

WIDER = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.mark.parametrize(("width", "scheme"), ((1280, "light"), (360, "dark")))
def test_a_claim_is_added_saved_and_translated(open_page, site, width, scheme):
    page = open_page("/admin/", java_script_enabled=False)
    log_in(page, site)
    original = write_original(page, f"Une phrase vérifiée {width}")

    page = open_page("/admin/", color_scheme=scheme, viewport={"width": width, "height": 900})
    log_in(page, site)
    page.goto(original)
    page.locator("#claims-group .add-row a, #claims-group .add-row button").click()
    page.fill("[name=claims-0-claim_reviewed]", "La lune est plate.")
    page.fill("[name=claims-0-claimant]", "Club des lunes plates")
    page.select_option("[name=claims-0-claimant_kind]", "organization")
    page.fill("[name=claims-0-claimed_on]", "03/04/2023")
    page.select_option("[name=claims-0-verdict]", "false")
    assert find_barriers(page) == []
    assert page.evaluate(WIDER) <= 0
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator("[name=claims-0-claimed_on]")).to_have_value("03/04/2023")

    page.goto(original.replace("/change/", "/translation/"))
    page.locator("#translate_form [type=submit]").click()
    row = page.locator("#row-claim-0")
    expect(row.locator(".side-original")).to_contain_text("La lune est plate.")
    page.fill("[name=claims-0-claim_reviewed]", "The moon is flat.")
    assert find_barriers(page) == []
    assert page.evaluate(WIDER) <= 0
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator("[name=claims-0-claim_reviewed]")).to_have_value("The moon is flat.")
