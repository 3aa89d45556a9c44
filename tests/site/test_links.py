"""Where every link of the demo publication leads."""

from urllib.parse import urlsplit

from tests.site.crawling import Answer

# Most answers are pages of the two languages; far fewer would mean that the walk ended at a door.
FEWEST_PAGES = 400


def test_the_walk_reaches_the_whole_publication(publication):
    assert len(publication.pages) > FEWEST_PAGES
    for start in ("/blog/2016/06/", "/en/blog/2016/06/", "/categorie/", "/en/tag/", "/media/", "/static/fonts/"):
        assert any(path.startswith(start) for path in publication.answers), f"nothing below {start} was reached"


# Named for partners' programs, which bring a token.
FOR_PROGRAMS = ("/micropub/", 401)


def test_every_inner_address_answers(publication):
    wrong = [
        f"{answer.status} {path}, linked from {answer.found_on}"
        for path, answer in publication.answers.items()
        if answer.status not in (200, 301, 302) and (path, answer.status) != FOR_PROGRAMS
    ]
    assert wrong == []


def test_no_redirect_leads_to_another(publication):
    chains = [
        f"{path} → {answer.location} → {publication[answer.location].location}"
        for path, answer in publication.answers.items()
        if answer.status in (301, 302) and publication[answer.location].status != 200
    ]
    assert chains == []


def test_only_forms_and_places_of_comments_redirect(publication):
    """Links name the address at which a thing stands; a comment’s says only which it is."""
    others = [
        f"{path} → {answer.location}, linked from {answer.found_on}"
        for path, answer in publication.answers.items()
        if answer.status in (301, 302) and "/comment" not in path
    ]
    assert others == []


def test_every_fragment_names_something_on_its_page(publication):
    missing = set()
    for page in publication.pages:
        for path, link in page.inner_links():
            target = end_of(publication, path)
            if link.fragment and target.is_html and link.fragment not in target.ids:
                missing.add(f"{page.path} links to {path}#{link.fragment}")
    assert sorted(missing) == []


def test_a_comments_address_leads_to_its_place(publication):
    comments = {
        path: answer for path, answer in publication.answers.items() if answer.headers.get("Location", "").count("#")
    }
    assert comments
    for path, answer in comments.items():
        fragment = urlsplit(answer.headers["Location"]).fragment
        assert fragment in publication[answer.location].ids, f"{path} leads to {answer.headers['Location']}"


def test_pictures_and_recordings_are_what_they_say(publication):
    for path, answer in publication.answers.items():
        if path.startswith("/media/"):
            assert answer.headers["Content-Type"].startswith(("image/", "audio/")), path
            assert len(answer.body) > 100, f"{path} is empty"


def test_outer_links_tell_nobody_who_opened_them(publication):
    """No link opens a window of its own; one that did would have to say rel=noopener."""
    opened = [
        f"{page.path}: {link.url}"
        for page in publication.all_pages
        for link in page.links
        if link.attributes.get("target") and "noopener" not in link.attributes.get("rel", "").split()
    ]
    assert opened == []


def test_links_that_readers_wrote_are_marked(publication):
    """What stands in a comment is not vouched for: rel="nofollow ugc", and nothing else is marked so."""
    unmarked = [
        f"{page.path}: {address}"
        for page in publication.all_pages
        for address in page.tree.xpath(
            "//*[contains(@class, 'comment-text') or contains(@class, 'comment-head')]//a[starts-with(@href, 'http')]"
            "[not(contains(@rel, 'nofollow') and contains(@rel, 'ugc'))]/@href"
        )
    ]
    assert unmarked == []
    assert any(page.tree.xpath("//a[contains(@rel, 'ugc')]") for page in publication.pages)


def test_nothing_is_loaded_from_elsewhere(publication):
    """What a browser fetches by itself: style sheets, scripts, pictures, frames. Links wait for a click."""
    loaded = [
        f"{page.path}: <{link.tag}> {link.url}"
        for page in publication.all_pages
        for link in page.outer_links()
        if link.tag not in ("a", "blockquote", "meta")
        and not (link.tag == "link" and link.attributes.get("rel") == "canonical")
    ]
    assert loaded == []


def end_of(publication, path: str) -> Answer:
    answer = publication[path]
    return publication[answer.location] if answer.status in (301, 302) else answer
