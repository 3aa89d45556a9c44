"""What can be read from the HTML of every page of what the RGAA 4.1 asks for; docs/accessibility.md has the rest."""

import re
from collections import defaultdict

import pytest

from tests.site.kinds import LANGUAGES

# Elements and attributes that say how something looks (10.1); of a size, only pictures may say so.
PRESENTATIONAL = (
    "//*[self::basefont or self::big or self::blink or self::center or self::font or self::marquee or self::s"
    " or self::strike or self::tt]"
    " | //@align | //@bgcolor | //@border | //@cellpadding | //@cellspacing | //@frameborder | //@valign"
    " | //*[not(self::img)]/@width | //*[not(self::img)]/@height | //*[not(self::select)]/@size"
)
# Blocks of text that hold nothing (8.9).
EMPTY = (
    "//*[self::p or self::li or self::h1 or self::h2 or self::h3 or self::h4 or self::caption][not(normalize-space())]"
)
EMPTY += "[not(.//img or .//input or @role='status')]"
# What takes people somewhere, or the clock runs, without their doing (13.1, 13.2), keys (12.8, 12.10), sound (4.10).
UNASKED = "//@target | //@accesskey | //meta[@http-equiv='refresh'] | //@autoplay | //*[@tabindex > 0]"

FIELDS = ".//*[self::input[not(@type='hidden')] or self::select or self::textarea][not(@tabindex='-1')]"
# Of whoever fills in the form (11.13).
OWN_FIELDS = {"name": "name", "email": "email", "site": "url"}

MONTHS = (
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|January|February|March|April|May"
    "|June|July|August|September|October|November|December"
)
REFUSED = ("refused-comment", "refused-report", "refused-right-of-reply", "refused-mention")
NUMBER = re.compile(r"\b(?:page|comments)=\d+")
LOOSE_DAY = re.compile(rf"\b(?:\d\d?|1er) (?:{MONTHS}) \d{{4}}")


def test_no_page_says_how_something_looks(publication):
    assert_none(publication, PRESENTATIONAL)


def test_no_page_has_blocks_without_words(publication):
    assert_none(publication, EMPTY)


def test_nothing_happens_that_nobody_asked_for(publication):
    assert_none(publication, UNASKED)


def test_direction_is_said_outright(publication):
    assert_none(publication, "//@dir[. != 'ltr' and . != 'rtl']")


def test_frames_say_what_they_hold(publication):
    assert_none(publication, "//iframe[not(normalize-space(@title))]")


def test_tables_have_a_title_and_headers_that_say_what_they_head(publication):
    assert_none(publication, "//table[not(caption[normalize-space()]) or not(.//th)] | //th[not(@scope)]")


def test_groups_of_links_are_lists(publication):
    """Of two links or more, in a navigation of any kind."""
    assert_none(publication, "//nav[count(.//a[not(ancestor::li)]) > 1]")


def test_page_of_a_list_says_its_number_in_its_title(publication):
    titles = {publication.kinds["posts-page-2", language].tree.findtext(".//title") for language in LANGUAGES}
    assert titles == {"Tous les articles – La Marge – page 2", "All articles – La Marge – page 2"}
    # Pages of one list have one path, and its order if it has several; their number tells them apart.
    known = defaultdict(set)
    for page in publication.pages:
        if page.status == 200 and NUMBER.search(page.path):
            known[NUMBER.sub("", page.path), page.tree.findtext(".//title")].add(page.path)
    assert {title: paths for title, paths in known.items() if len(paths) > 1} == {}


def test_day_and_month_stay_on_one_line(publication):
    """In what the interface says; a text has them as its editor typed them."""
    found = {}
    for page in publication.all_pages:
        for place in page.tree.xpath("//time | //header//p | //*[contains(@class, 'meta')] | //*[@class='help']"):
            if match := LOOSE_DAY.search(place.text_content()):
                found[page.path] = match[0]
    assert found == {}


def test_buttons_of_one_name_do_one_thing(publication):
    wrong = {}
    for page in publication.all_pages:
        acts = defaultdict(set)
        for button in page.tree.xpath("//form//button"):
            form = next(button.iterancestors("form"))
            hidden = tuple(
                sorted((each.get("name"), each.get("value")) for each in form.xpath(".//input[@type='hidden']"))
            )
            # What makes each form one of its own says nothing of what it does.
            hidden = tuple(pair for pair in hidden if pair[0] not in ("once", "stamp", "seen"))
            acts[words_of(button)].add((form.get("action"), hidden, button.get("name"), button.get("value")))
        if alike := [name for name, does in acts.items() if len(does) > 1]:
            wrong[page.path] = alike
    assert wrong == {}


def test_links_of_one_name_and_place_lead_to_one_page(publication):
    """A link is understood by its words, with the paragraph, entry or heading that it stands in (6.1)."""
    wrong = {}
    for page in publication.all_pages:
        targets = defaultdict(set)
        for link in page.tree.xpath("//a[@href]"):
            place = next(
                iter(link.xpath("ancestor::*[self::p or self::li or self::h1 or self::h2 or self::h3][1]")), link
            )
            targets[words_of(link), words_of(place)].add(link.get("href"))
        if alike := [names for names, hrefs in targets.items() if len(hrefs) > 1]:
            wrong[page.path] = alike
    assert wrong == {}


def test_what_has_to_be_filled_in_says_so(publication):
    """In its label; or else the others say that they may stay empty, or there are no others (11.10)."""
    wrong = {}
    for page in publication.all_pages:
        for form in page.tree.xpath("//form"):
            fields = form.xpath(FIELDS)
            labels = {
                field: words_of(next(iter(form.xpath(f"//label[@for='{field.get('id')}']")), field)) for field in fields
            }
            if len(fields) < 2 or any(re.search("facultati|optional", label) for label in labels.values()):
                continue
            # A choice has something chosen; nobody leaves it empty.
            needed = [field for field in fields if field.get("required") is not None]
            if silent := [
                labels[field] for field in needed if not re.search(r"\((obligatoire|required)\)", labels[field])
            ]:
                wrong[page.path] = silent
    assert wrong == {}


def test_fields_about_oneself_can_be_filled_in_by_the_browser(publication):
    for page in publication.all_pages:
        for field in page.tree.xpath("//form//input"):
            if field.get("name") in OWN_FIELDS and field.get("type") != "hidden":
                assert field.get("autocomplete") == OWN_FIELDS[field.get("name")], page.path


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_stands_with_its_field(publication, kind, language):
    page = publication.kinds[kind, language]
    fields = page.tree.xpath("//*[@aria-invalid='true']")
    assert fields
    for field in fields:
        said = [page.tree.get_element_by_id(key) for key in field.get("aria-describedby").split()]
        assert any("error" in each.get("class", "") and words_of(each) for each in said), field.get("name")
        if field.get("type") == "email" and field.get("value"):
            assert {"fr": "nom@example.org", "en": "name@example.org"}[language] in " ".join(map(words_of, said))


@pytest.mark.parametrize("kind", [*REFUSED, "refused-answer"])
@pytest.mark.parametrize(("language", "word"), [("fr", "Erreur\u00a0: "), ("en", "Error: ")])
def test_what_is_wrong_is_said_in_the_title(publication, kind, language, word):
    assert publication.kinds[kind, language].tree.findtext(".//title").startswith(word)
    assert not publication.kinds["right-of-reply", language].tree.findtext(".//title").startswith(word)


def words_of(element) -> str:
    return " ".join(element.text_content().split())


def assert_none(publication, expression: str) -> None:
    """Assert that no page has anything that an XPath expression finds."""
    found = {page.path: [str(each)[:80] for each in page.tree.xpath(expression)] for page in publication.all_pages}
    assert {path: each for path, each in found.items() if each} == {}
