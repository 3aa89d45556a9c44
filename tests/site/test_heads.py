"""What every page says about itself."""

from collections import defaultdict
from itertools import pairwise

import pytest

from tests.site.kinds import KINDS, LANGUAGES, PUBLIC_KINDS

# What search engines show of a title and a description, with some room.
LONGEST_TITLE = 120
SHORTEST_DESCRIPTION = 25

# Kinds of which the page in one of the languages names a partner's page as its original.
ORIGINAL_ELSEWHERE = ("post", "post-long-thread")


def test_every_page_has_one_heading_of_the_first_level(publication):
    assert_all(publication, lambda page: len(page.tree.xpath("//h1[normalize-space()]")) == 1)


def test_every_page_has_a_title_that_ends_on_the_name_of_the_site(publication):
    assert_all(publication, lambda page: page.tree.xpath("boolean(//title[normalize-space()])"))
    assert_all(publication, lambda page: "La Marge" in page.tree.findtext(".//title"))
    assert_all(publication, lambda page: len(page.tree.findtext(".//title")) <= LONGEST_TITLE)


def test_no_two_pages_have_the_same_title(publication):
    """Pages of one list have; what is read by the minute (answers to comments) too."""
    titles = defaultdict(set)
    for page in indexed(publication):
        titles[page.language, page.tree.findtext(".//title")].add(page.path.partition("?")[0])
    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}


def test_every_page_says_its_language(publication):
    assert_all(publication, lambda page: page.tree.get("lang") == page.language)
    assert_all(publication, lambda page: page.headers["Content-Language"] == page.language)


def test_every_page_can_be_described_in_a_line(publication):
    wrong = {}
    for page in indexed(publication):
        found = [text.strip() for text in page.tree.xpath("//meta[@name='description']/@content")]
        if len(found) != 1 or len(found[0]) < SHORTEST_DESCRIPTION:
            wrong[page.path] = found
    assert wrong == {}


def test_every_page_that_may_be_found_names_its_address(publication):
    """One canonical address each, absolute: its own, or that of the partner’s copy."""
    for page in indexed(publication):
        canonical = page.tree.xpath("//link[@rel='canonical']/@href")
        assert len(canonical) == 1, page.path
        assert canonical[0].startswith(("http://", "https://")), page.path
        if canonical[0].startswith(page.site_url):
            own = page.path.removesuffix("?share=email")
            assert canonical[0] == page.site_url + own, page.path
        else:
            tribunes = page.tree.xpath("//section[contains(@class, 'tribune')]//a/@href")
            assert canonical[0] in tribunes, f"{page.path} calls {canonical[0]} its original"


def test_pages_of_a_moment_are_for_no_search_engine(publication):
    for kind in ("reply", "waiting", "missing", "gone", "bad-request"):
        for language in LANGUAGES:
            page = publication.kinds[kind, language]
            assert not is_indexed(page), f"{page.path} ({kind})"
    assert_all(publication, lambda page: is_indexed(page) or not page.tree.xpath("//link[@rel='canonical']"))


def test_versions_in_two_languages_name_each_other(publication):
    wrong = []
    for page in indexed(publication):
        versions = alternates(page)
        own = page.path.removesuffix("?share=email")
        if versions and versions.get(page.language) != own:
            wrong.append(f"{own} is not among its own versions {versions}")
        for language, path in versions.items():
            there = publication.answers.get(path)
            if there is None or there.status != 200:
                wrong.append(f"{own} → {path}, which does not answer")
            elif alternates(there) != versions:
                wrong.append(f"{own} says {versions}, {path} says {alternates(there)}")
            elif language == "x-default":
                if path != versions["fr"]:
                    wrong.append(f"{own} → {path} is not in French, for who wants neither language")
            elif there.tree.get("lang") != language:
                wrong.append(f"{own} → {path} is not in {language!r}")
    assert wrong == []


def test_most_pages_have_two_versions(publication):
    for kind, (french, english) in PUBLIC_KINDS.items():
        if kind not in (*ORIGINAL_ELSEWHERE, "post-one-language", "posts-page-2"):
            assert alternates(publication[french]) == {"fr": french, "en": english, "x-default": french}, french


def test_what_has_its_original_elsewhere_stands_for_no_language(publication):
    for kind in ORIGINAL_ELSEWHERE:
        for path in PUBLIC_KINDS[kind]:
            assert alternates(publication[path]) == {}, path


def test_what_is_not_translated_names_no_version(publication):
    for path in PUBLIC_KINDS["post-one-language"]:
        assert alternates(publication[path]) == {}, path


def test_the_way_to_the_other_language_leads_there(publication):
    for page in publication.all_pages:
        for link in page.tree.xpath("//a[contains(@class, 'language')]"):
            other = "fr" if page.language == "en" else "en"
            assert link.get("hreflang") == link.get("lang") == other, page.path
            assert (link.get("href").startswith("/en/")) == (other == "en"), page.path


def test_no_id_is_there_twice(publication):
    for page in publication.all_pages:
        ids = page.tree.xpath("//@id")
        assert len(ids) == len(set(ids)), f"{page.path}: {sorted({each for each in ids if ids.count(each) > 1})}"


@pytest.mark.parametrize("kind", KINDS)
def test_headings_leave_out_no_level(publication, kind):
    for language in LANGUAGES:
        page = publication.kinds[kind, language]
        levels = [int(heading.tag[1]) for heading in page.tree.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
        jumps = [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
        assert jumps == [], f"{page.path}: {levels}"


def is_indexed(page) -> bool:
    return not page.tree.xpath("//meta[@name='robots'][contains(@content, 'noindex')]")


def indexed(publication) -> list:
    return [page for page in publication.pages if page.status == 200 and is_indexed(page)]


def alternates(page) -> dict[str, str]:
    links = page.tree.xpath("//head/link[@rel='alternate'][@hreflang]")
    return {link.get("hreflang"): link.get("href").removeprefix(page.site_url) for link in links}


def assert_all(publication, is_right) -> None:
    wrong = [f"{page.path} ({page.status})" for page in publication.all_pages if not is_right(page)]
    assert wrong == []
