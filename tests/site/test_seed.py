"""The article that the product was asked for by: every row of its table stands on the demo’s page, in both languages.

The rows are those of “The page that started it”; each test is one of them.
"""

import re

import pytest

from tests.site.kinds import ENGLISH_POST, POST
from tests.site.text import text_of

NBSP, NARROW_NBSP = "\u00a0", "\u202f"

in_both_languages = pytest.mark.parametrize("path", [POST, ENGLISH_POST], ids=["fr", "en"])


def choose(path: str, french: str, english: str) -> str:
    return french if path == POST else english


@pytest.fixture
def page(publication, path):
    return publication[path]


def words(page, xpath: str = "//body") -> str:
    return " ".join(text_of(element) for element in page.tree.xpath(xpath))


@in_both_languages
def test_address_is_dated_and_sharing_by_mail_shows_the_same_page(publication, page, path):
    assert page.status == 200
    shared = publication[f"{path}?share=email"]
    assert text_of(shared.tree.xpath("//h1")[0]) == text_of(page.tree.xpath("//h1")[0])
    [letter] = shared.tree.xpath("//a[starts-with(@href, 'mailto:?subject=')]/@href")
    assert path.rstrip("/").rpartition("/")[2] in letter
    assert page.tree.xpath("//a[@href='?share=email']")


@in_both_languages
def test_category_line_stands_above_the_title_and_leads_on(publication, page, path):
    [line] = page.tree.xpath("//h1/preceding-sibling::*[contains(@class, 'kicker')]")
    assert choose(path, "économie et numérique", "digital economy") in text_of(line).lower()
    [address] = line.xpath(".//a/@href")[:1]
    assert publication[address].status == 200


@in_both_languages
def test_title_is_typeset_by_the_program(page, path):
    title = page.tree.xpath("//h1")[0].text_content().strip()
    french = f"Président numérique{NBSP}: une bonne idée{NARROW_NBSP}?"
    assert title == choose(path, french, "A digital president: a good idea?")


@in_both_languages
def test_date_is_in_the_language_of_the_reader(page, path):
    [date] = page.tree.xpath("//time[contains(@class, 'dt-published')]")[:1]
    assert date.get("datetime").startswith("2016-06-")
    assert re.fullmatch(choose(path, r"\d{1,2} juin 2016", r"\d{1,2} June 2016"), text_of(date))


@in_both_languages
def test_body_is_rich_text_with_headings_between_paragraphs(page, path):
    [body] = page.tree.xpath("//*[contains(@class, 'prose')][contains(@class, 'e-content')]")
    assert 3000 < len(text_of(body)) < 6000
    assert len(body.findall("p")) >= 5
    assert len(body.findall("h2")) >= 2
    assert body.xpath(".//h2/preceding-sibling::p")
    assert body.xpath(".//h2/following-sibling::p")


@in_both_languages
def test_video_has_a_caption_and_waits_for_a_click(page, path):
    [figure] = page.tree.xpath("//figure[.//iframe]")
    caption = text_of(figure.find(".//figcaption"))
    assert "Pierre-José Billotte" in caption
    assert "EuroCloud" in caption
    [frame] = figure.iter("iframe")
    assert frame.get("src") is None, "a frame with an address is loaded at once"
    assert "https://www.youtube-nocookie.com/embed/" in frame.get("srcdoc")
    assert 'src="/media/' in frame.get("srcdoc"), "the poster is ours"


@in_both_languages
def test_commercial_relation_is_disclosed_before_the_text(page, path):
    [disclosure] = page.tree.xpath("//*[@aria-labelledby='disclosure']")
    assert "Orange Cloud for Business" in text_of(disclosure)
    assert choose(path, "client", "client") in text_of(disclosure).lower()
    assert disclosure.xpath("./following::*[contains(@class, 'e-content')]")
    assert disclosure.xpath("./preceding::h1")


@in_both_languages
def test_webinar_has_date_speakers_host_and_is_over(page, path):
    [event] = page.tree.xpath("//section[contains(@class, 'event')]")
    assert choose(path, "9 juin 2016", "9 June 2016") in text_of(event)
    for name in ("Jean-Michel Billaut", "Alain Garnier", "Pierre-José Billotte", "Orange Cloud for Business"):
        assert name in text_of(event)
    assert choose(path, "Cet événement est terminé", "This event is over") in text_of(event)
    assert choose(path, "Webinaire", "Webinar") in text_of(event)


@in_both_languages
def test_webinar_has_a_calendar_file(publication, page, path):
    [address] = page.tree.xpath("//a[@type='text/calendar']/@href")
    calendar = publication[address]
    assert calendar.headers["Content-Type"].startswith("text/calendar")
    assert "DTSTART;TZID=Europe/Paris:20160609T110000" in calendar.text


@in_both_languages
def test_tribune_says_why_and_leads_to_the_partner(page, path):
    [tribune] = page.tree.xpath("//section[contains(@class, 'tribune')]")
    assert "Blog du communicant" in text_of(tribune)
    assert "Olivier Cimelière" in text_of(tribune)
    [link] = tribune.xpath(".//a[contains(@class, 'u-syndication')]")
    assert link.get("href").startswith("https://")
    assert choose(path, "Lire la suite", "Read on") in text_of(link)
    assert choose(path, "tribune libre", "tribune libre") in words(page, "//*[contains(@class, 'e-content')]")


@in_both_languages
def test_canonical_copy_of_the_tribune_is_the_partners(page, path):
    """The text in French stands at the partner’s; a search engine is sent there from the page that says so."""
    [canonical] = page.tree.xpath("//link[@rel='canonical']/@href")
    assert canonical in page.tree.xpath("//a[contains(@class, 'u-syndication')]/@href") or canonical.endswith(path)


@in_both_languages
def test_author_has_two_biographies_and_a_follow_me_line(page, path):
    [author] = page.tree.xpath("//section[contains(@class, 'author')]")
    assert "Yann Gourvennec" in text_of(author)
    biographies = author.xpath(".//*[contains(@class, 'biography')]")
    assert len(biographies) == 2
    assert [each.get("lang") for each in biographies] == [None, choose(path, "en", "fr")]
    assert choose(path, "Me suivre", "Follow me") in text_of(author)
    assert len(author.xpath(".//a[@rel='me']")) >= 2


@in_both_languages
def test_more_by_the_author_leads_to_all_they_wrote(publication, page, path):
    address = page.tree.xpath("//section[contains(@class, 'author')]//*[contains(@class, 'more')]//a/@href")[0]
    posts = publication[address].tree.xpath("//*[contains(@class, 'entry')]//a[contains(@class, 'u-url')]/@href")
    assert path in posts


@in_both_languages
def test_comments_are_counted_in_words(page, path):
    heading = text_of(page.tree.xpath("//*[@id='comments-title']")[0])
    assert heading == choose(path, "4 commentaires", "4 comments")


@in_both_languages
def test_first_comment_holds_a_linked_address_and_a_hashtag(page, path):
    first = page.tree.xpath("//*[contains(@class, 'comment-text')]")[0]
    [link] = first.iter("a")
    assert link.get("href").startswith("https://")
    assert set(link.get("rel").split()) >= {"nofollow", "ugc"}
    assert re.search(r"#\w+", text_of(first))


@in_both_languages
def test_answers_stand_below_what_they_answer_and_the_authors_stand_out(page, path):
    comments = page.tree.xpath("//li/div[contains(@class, 'comment')][@id]")
    indents = [re.search(r"indent-(\d)", each.get("class"))[1] for each in comments]
    assert indents == ["0", "1", "0", "1"]
    by_author = [index for index, each in enumerate(comments) if "is-author" in each.get("class")]
    assert by_author == [1, 3]
    for index in by_author:
        assert choose(path, "Auteur", "Author") in words_of_head(comments[index])


@in_both_languages
def test_answer_asks_for_colours_to_be_shown(page, path):
    """What a reader asks of transparency stands there, in the language in which it was asked."""
    answer = page.tree.xpath("//*[contains(@class, 'comment-text')]")[3]
    assert "transparence" in text_of(answer)
    assert answer.get("lang") == choose(path, None, "fr")


@in_both_languages
def test_page_leads_back_to_its_top(page, path):
    [link] = page.tree.xpath("//a[@href='#top']")
    assert text_of(link) == choose(path, "Haut de page", "Back to top")
    assert page.tree.xpath("//*[@id='top']")


@in_both_languages
def test_the_two_versions_lead_to_each_other(page, path):
    other = choose(path, ENGLISH_POST, POST)
    language = choose(path, "en", "fr")
    assert page.tree.xpath(f"//article//a[@href='{other}'][@hreflang='{language}']")


def words_of_head(comment) -> str:
    return text_of(comment.xpath(".//*[contains(@class, 'comment-head')]")[0])
