"""The headers of every kind of answer, errors and admin included, with and without TLS."""

import re

import pytest
from django.test import Client, override_settings
from django.urls import path

from tests.site.crawling import Reader
from tests.site.kinds import EXPECTED_STATUS, KINDS, LANGUAGES, POST
from tests.stack import running_site

# Whatever answers, these are said.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ON_PAGES = ALWAYS | {"X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin"}
OTHERS = ("/healthz", "/robots.txt", "/admin/", "/evenements/webinaire-president-numerique.ics", "/blog", "/?p=1")
# A site that stands behind a proxy with TLS.
TLS_HOST = "blog.example.org"
# Their addresses are the right to stop somebody's mail: no other page learns them.
UNTOLD_KINDS = (
    "offer",
    "confirm-following",
    "following",
    "moderate",
    "moderator-mail",
    "hand-over",
    "hand-over-gone",
    "refused-answer",
    "review",
    "review-at-passage",
    "review-gone",
)
UNTOLD = {"Referrer-Policy": "no-referrer"}
# Forms, and what one person alone sees.
OF_ONE_PERSON = re.compile(
    r"/(repondre|reply|en-attente|waiting|signaler|report|les-miens|mine|mes-donnees|my-data|droit-de-reponse"
    r"|right-of-reply|moderer|moderate|courriel|mail|signalements|notices|webmention|micropub|tribunes/p|review/p)/"
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_is_closed(publication, kind):
    for language in LANGUAGES:
        page = publication.kinds[kind, language]
        assert page.status == EXPECTED_STATUS.get(kind, 200), page.path
        assert_headers(page, ON_PAGES | (UNTOLD if kind in UNTOLD_KINDS else {}))
        assert_strict(policy_of(page), page.path)
        assert "camera=()" in page.headers["Permissions-Policy"], page.path


def test_every_other_answer_is_closed_too(publication):
    for address in OTHERS:
        answer = publication.reader.fetch(address)
        assert answer.status < 500
        assert_headers(answer, ON_PAGES)
        assert_strict(policy_of(answer), address)


def test_every_answer_of_the_walk_says_what_it_is(publication):
    for answer in publication.answers.values():
        assert_headers(answer, ALWAYS)


def test_a_page_may_frame_the_players_of_its_videos_and_nobody_else(publication):
    for page in publication.pages:
        if page.status == 200:
            hosts = set(policy_of(page).get("frame-src", [])) - {"'self'"}
            players = page.tree.xpath("//iframe/@srcdoc")
            named = {host for host in hosts if any(f'href="{host}/' in player for player in players)}
            assert hosts == named, page.path
            assert bool(hosts) == bool(players), page.path
    assert policy_of(publication[POST])["frame-src"]


def test_pictures_can_run_nothing(publication):
    pictures = [answer for path, answer in publication.answers.items() if path.startswith("/media/")]
    assert pictures
    for picture in pictures:
        assert "sandbox" in policy_of(picture), picture.path
        assert "immutable" in picture.headers["Cache-Control"], picture.path


def test_no_answer_sets_a_cookie(publication):
    others = [answer for (kind, _), answer in publication.kinds.items() if kind != "admin-login"]
    with_cookies = [
        answer.path for answer in [*publication.answers.values(), *others] if answer.headers.get_all("Set-Cookie")
    ]
    assert with_cookies == []


def test_readers_pages_differ_by_nothing_but_their_packing(publication):
    for page in publication.all_pages:
        vary = {name.strip() for name in page.headers.get("Vary", "").split(",")} - {""}
        assert vary <= {"Accept-Encoding"}, f"{page.path}: Vary: {page.headers['Vary']}"


def test_readers_pages_may_be_kept_and_those_of_one_person_may_not(publication):
    for page in publication.all_pages:
        cache = page.headers.get("Cache-Control", "")
        is_for_all = page.status == 200 and not OF_ONE_PERSON.search(page.path)
        assert ("public" in cache) == is_for_all, f"{page.path} ({page.status}): {cache}"
        assert bool(page.headers["ETag"]) == is_for_all, page.path


def test_what_is_known_already_is_not_sent_again(publication):
    page = publication[POST]
    answer = publication.reader.fetch(POST, If_None_Match=publication.reader.fetch(POST).headers["ETag"])
    assert (answer.status, answer.body) == (304, b"")
    assert_headers(answer, {name: page.headers[name] for name in ("Cache-Control", "Vary", "Content-Security-Policy")})


@override_settings(ROOT_URLCONF=__name__)
def test_a_page_that_fails_is_closed_too():
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    for name, value in ON_PAGES.items():
        assert response.headers[name] == value, name
    assert "'none'" in response.headers["Content-Security-Policy"]


def test_behind_tls_nothing_goes_without(tmp_path):
    with (
        running_site(tmp_path, SITE_URL=f"https://{TLS_HOST}", DEMO="no") as site,
        Reader(site.url) as reader,
    ):
        plain = reader.fetch("/blog/", Host=TLS_HOST)
        assert (plain.status, plain.headers["Location"]) == (301, f"https://{TLS_HOST}/blog/")
        for address in ("/", "/en/", "/nothing/", "/admin/login/", "/robots.txt"):
            answer = reader.fetch(address, Host=TLS_HOST, X_Forwarded_Proto="https")
            assert answer.status in (200, 404), address
            seconds = re.fullmatch(r"max-age=(\d+).*", answer.headers["Strict-Transport-Security"] or "")
            assert seconds, f"{address} has no Strict-Transport-Security"
            assert int(seconds[1]) >= 365 * 24 * 3600
        login = reader.fetch("/admin/login/", Host=TLS_HOST, X_Forwarded_Proto="https")
        cookies = login.headers.get_all("Set-Cookie")
        assert cookies
        for cookie in cookies:
            for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/admin/"):
                assert part in cookie, cookie
        home = reader.fetch("/", Host=TLS_HOST, X_Forwarded_Proto="https")
        assert f'<link rel="canonical" href="https://{TLS_HOST}/">' in home.text


def test_the_session_of_an_editor_stays_in_the_admin(publication, site):
    cookies = publication.kinds["admin-login", "fr"].headers.get_all("Set-Cookie")
    assert cookies
    assert all("Path=/admin/" in cookie and "HttpOnly" in cookie for cookie in cookies)


def fail(request):
    raise RuntimeError("A view that fails.")


urlpatterns = [path("", fail)]
handler500 = "blog.views.pages.server_error"


def policy_of(answer) -> dict[str, list[str]]:
    directives = [directive.split() for directive in answer.headers["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in directives}


def assert_headers(answer, expected: dict[str, str]) -> None:
    said = {name: answer.headers[name] for name in expected}
    assert said == expected, answer.path


def assert_strict(policy: dict[str, list[str]], where: str) -> None:
    assert policy["default-src"] == ["'none'"], where
    assert policy["base-uri"] == policy["frame-ancestors"] == ["'none'"], where
    assert policy["form-action"] == ["'self'"], where
    for name, sources in policy.items():
        loose = [source for source in sources if "unsafe" in source or source in ("*", "http:", "https:", "blob:")]
        assert loose == [], f"{where}: {name}"
        assert name == "img-src" or "data:" not in sources, f"{where}: {name}"
    if not where.startswith("/admin/"):
        assert policy["script-src"] == policy["style-src"] == ["'self'"], where
