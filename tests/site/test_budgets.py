"""What a reader's browser has to fetch of the demo publication, as it is sent; and that all get the same."""

import gzip
import re

import pytest
from lxml.html import document_fromstring

from tests.site.crawling import Answer
from tests.site.kinds import ENGLISH_POST, KINDS, LANGUAGES, POST, PUBLIC_KINDS

KIB = 1024
HTML_BUDGET = CSS_BUDGET = 14 * KIB
SCRIPT_BUDGET = 8 * KIB
MOST_PRELOADED_FONTS = 2
# What waits for a style sheet waits for each; the source has one for each component.
MOST_STYLE_SHEETS = 3

# Whoever asks, the same page comes.
VISITORS = {
    "a phone": {"User_Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 Safari/604.1"},
    "a robot": {"User_Agent": "Googlebot/2.1", "From": "robot@example.org"},
    "a German": {"Accept_Language": "de-DE,de;q=0.9,en;q=0.5"},
    "an editor": {"Cookie": f"sessionid={'a' * 32}; csrftoken={'b' * 32}; django_language=en"},
    "somebody who comes from elsewhere": {"Referer": "https://example.org/", "Sec_Fetch_Site": "cross-site"},
    "somebody who wants no tracking": {"DNT": "1", "Sec_GPC": "1", "Save_Data": "on"},
}
STAMP = re.compile(rb'name="stamp" value="[^"]+"')


@pytest.mark.parametrize("path", [POST, ENGLISH_POST])
def test_article_stays_within_its_budget(publication, path):
    answer = publication.reader.fetch(path, Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body).startswith(b"<!doctype html>")
    assert len(answer.body) <= HTML_BUDGET


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "admin-login"])
def test_style_sheets_and_scripts_of_a_page_stay_within_their_budgets(publication, kind):
    page = publication.kinds[kind, "fr"]
    sheets = {path for path, link in page.inner_links() if link.attributes.get("rel") == "stylesheet"}
    scripts = {path for path, link in page.inner_links() if link.tag == "script"}
    # Those within the frame of a video are among them.
    assert 0 < len(page.tree.xpath("//link[@rel='stylesheet']")) <= MOST_STYLE_SHEETS
    assert sent_bytes(publication, sheets) <= CSS_BUDGET, sheets
    assert sent_bytes(publication, scripts) <= SCRIPT_BUDGET, scripts
    fonts = page.tree.xpath("//link[@rel='preload'][@as='font']")
    assert len(fonts) <= MOST_PRELOADED_FONTS


def test_files_that_never_change_may_be_kept_for_ever(publication):
    for path, answer in publication.answers.items():
        if path.startswith("/static/") and re.search(r"\.[0-9a-f]{12}\.", path):
            assert "immutable" in answer.headers["Cache-Control"], path


def test_pictures_say_their_size_and_wait_until_they_are_near(publication):
    for page in publication.pages:
        for picture in page.tree.iter("img"):
            assert picture.get("width"), f"{page.path}: {picture.get('src')}"
            assert picture.get("height"), f"{page.path}: {picture.get('src')}"
            assert picture.get("alt") is not None, f"{page.path}: {picture.get('src')}"
        eager = page.tree.xpath("//img[not(@loading='lazy')][not(contains(@class, 'portrait'))]")
        assert len(eager) <= 1 or "/partenaires/" in page.path or "/partners/" in page.path, page.path


def test_no_page_holds_inline_styles_scripts_or_handlers(publication):
    found = []
    for page in publication.all_pages:
        documents = [page.tree, *(document_fromstring(text) for text in page.tree.xpath("//iframe/@srcdoc"))]
        for element in (element for document in documents for element in document.iter() if is_element(element)):
            bad = [name for name in element.attrib if name == "style" or name.startswith("on")]
            is_inline = element.tag == "script" and not element.get("src") and "json" not in element.get("type", "")
            has_script_address = element.get("href", "").strip().lower().startswith(("javascript:", "data:"))
            if bad or is_inline or has_script_address or element.tag == "style":
                found.append(f"{page.path}: <{element.tag}> {bad}")
    assert found == []


@pytest.mark.parametrize("kind", PUBLIC_KINDS)
def test_a_page_is_the_same_for_everybody(publication, kind):
    """Byte for byte, from the kept page and made anew; only the form's stamp says when it was made."""
    for language in LANGUAGES:
        path = publication.kinds[kind, language].path
        made = without_stamp(publication.reader.fetch(path))
        made_again = path + ("&" if "?" in path else "?") + "share="
        for who, headers in VISITORS.items():
            assert without_stamp(publication.reader.fetch(path, **headers)) == made, f"{who} gets another {path}"
        assert without_stamp(publication.reader.fetch(made_again, **headers | VISITORS["an editor"])) == made, path


def test_a_kept_page_is_the_same_to_the_byte(publication):
    first, second = (publication.reader.fetch(POST, **VISITORS[who]).body for who in ("a phone", "an editor"))
    # The minute for which it is kept may just have ended.
    assert first == second or publication.reader.fetch(POST).body == second


def sent_bytes(publication, paths: set[str]) -> int:
    answers = [publication.reader.fetch(path, Accept_Encoding="gzip") for path in paths]
    assert all(answer.status == 200 for answer in answers), paths
    return sum(len(answer.body) for answer in answers)


def without_stamp(answer: Answer) -> bytes:
    return STAMP.sub(b"", answer.body)


def is_element(node) -> bool:
    return isinstance(node.tag, str)
