"""Comments that are sent to run scripts in the pages of others, or to ask other hosts: opened in a real browser.

What is tried stands in hostile.txt, a line each: the known ways of hiding a script in HTML, SVG, MathML, Markdown,
BBCode, addresses and attributes, of breaking out of what a text stands in, and of loading something from elsewhere.
"""

import re
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LONGEST_WAIT
from tests.site.kinds import run_inside
from tests.stack import running_site

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
VECTORS = Path(__file__).with_name("hostile.txt").read_text().splitlines()
NAME_LENGTH = 80
SAFE_IN_HEADER = " <>\"'=()/;"
PER_PAGE = 40

MAKE = """
from django.contrib.auth.models import User
from tests.factories import make_post
make_post()
User.objects.create_superuser("moderator", password="for-this-test-alone")
"""
APPROVE = """
from comments.models import Comment
from comments.moderation import decide
for comment in Comment.objects.exclude(status="approved"):
    decide(comment, Comment.Status.APPROVED, by=None)
print(Comment.objects.filter(status="approved").count())
"""
# Elements and attributes that the text of a comment, and what stands around it, may have.
FOUND = """places => {
  const found = new Set();
  for (const place of places) for (const each of place.querySelectorAll("*")) {
    found.add(each.localName);
    for (const {name} of each.attributes) found.add("@" + name);
    if (each.localName === "a") found.add(new URL(each.href).protocol);
  }
  return [...found];
}"""
IN_TEXT = {
    "p",
    "br",
    "em",
    "strong",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "blockquote",
    "a",
    "@href",
    "@rel",
    "http:",
    "https:",
}


class NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


@pytest.fixture(scope="module")
def guarded_site(tmp_path_factory):
    """Run a site of its own that asks browsers for a calculation; senders are told apart by what a proxy says."""
    with running_site(
        tmp_path_factory.mktemp("guarded"), DEMO="no", TRUST_PROXY="yes", COMMENT_PROOF_OF_WORK="12"
    ) as site:
        run_inside(site, MAKE)
        yield site


@pytest.fixture
def open_guarded(browser, guarded_site):
    """Return a function that opens a page; a script that runs, or another host that is asked, fails the test."""
    contexts, complaints = [], []

    def open_guarded(path, *, network="192.0.2.1", **options):
        context = browser.new_context(
            base_url=guarded_site.url, locale="fr-FR", extra_http_headers={"X-Forwarded-For": network}, **options
        )
        contexts.append(context)
        context.set_default_timeout(LONGEST_WAIT)
        page = context.new_page()
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: "Security Policy" in message.text and complaints.append(message.text))
        page.on("request", lambda request: request.url.startswith(guarded_site.url) or complaints.append(request.url))
        page.goto(path)
        return page

    yield open_guarded
    for context in contexts:
        context.close()
    assert complaints == []


def send_all(site):
    """Send each line as a comment by a form, from a network each; return where the answers lead, or None."""
    page = site.fetch(POST)[1].decode()
    action = re.search(r'action="(/commentaires/sur/\d+/)', page)[1]
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)[1]
    opener = build_opener(NoRedirects)
    for number, vector in enumerate(VECTORS):
        data = {"name": vector[:NAME_LENGTH], "text": f"Ligne {number} :\n\n{vector}\n\nfin", "stamp": stamp}
        request = Request(
            site.url + action,
            urlencode(data).encode(),
            {
                "X-Forwarded-For": f"198.51.{number}.7",
                "Sec-Fetch-Site": "same-origin",
                "User-Agent": quote(vector, safe=SAFE_IN_HEADER),
            },
        )
        try:
            opener.open(request, timeout=LONGEST_WAIT // 1000)
        except HTTPError as answer:
            yield vector, answer.headers.get("Location")


def test_what_is_sent_to_do_harm_is_shown_harmless(open_guarded, guarded_site):
    taken = dict(send_all(guarded_site))
    assert [vector for vector in VECTORS if not taken.get(vector)] == []

    page = open_guarded("/admin/login/?next=/admin/comments/comment/queue/")
    page.fill("[name=username]", "moderator")
    page.fill("[name=password]", "for-this-test-alone")
    page.click("#login-form [type=submit]")
    expect(page.locator("article").first).to_be_visible()
    for address in ("queue/", "queue/?status=spam", "?status=all"):
        page.goto(f"/admin/comments/comment/{address}")
        page.wait_for_load_state("networkidle")
    page.goto("/admin/comments/comment/1/change/")

    assert int(run_inside(guarded_site, APPROVE)) >= len(VECTORS)
    page = open_guarded(POST)
    seen = ""
    for number in range(1, len(VECTORS) // PER_PAGE + 2):
        page.goto(f"{POST}?comments={number}")
        page.wait_for_load_state("networkidle")
        found = set(page.eval_on_selector_all(".comment-text", FOUND))
        assert found <= IN_TEXT, found - IN_TEXT
        seen += "\n".join(page.locator(".comment-text").all_inner_texts())
        for link in page.locator(".comment-text a").all():
            assert "nofollow" in link.get_attribute("rel")
    for number in range(len(VECTORS)):
        assert f"Ligne {number}\u00a0:" in seen
    for vector in ("<script>alert(1)</script>", "<svg onload=alert(1)>", "<svg/onload=alert(1)>"):
        assert vector in seen, "what was typed can be read"


def test_form_comes_back_harmless_with_harm_in_every_field(open_guarded):
    page = open_guarded(POST, java_script_enabled=True)
    for number, vector in enumerate(VECTORS[::12]):
        page.goto(POST)
        page.fill("#id_text", vector)
        page.fill("#id_name", vector[:NAME_LENGTH])
        page.fill("#id_email", f'"{vector}"@example.org')
        page.fill("#id_site", f"javascript:{vector}")
        page.set_extra_http_headers({"X-Forwarded-For": f"203.0.{number}.7"})
        page.eval_on_selector(
            "[data-keep-draft]",
            "form => { form.noValidate = true; form.requestSubmit(form.querySelector('[name=preview]')); }",
        )
        page.wait_for_selector("[role=alert]")
        page.wait_for_load_state("networkidle")
        assert page.input_value("#id_text") == vector
        assert page.input_value("#id_site") == f"javascript:{vector}"


@pytest.mark.parametrize("with_scripts", [True, False])
def test_calculation_is_made_before_a_comment_is_sent(open_guarded, guarded_site, with_scripts):
    page = open_guarded(POST, network=f"192.0.2.{10 + with_scripts}", java_script_enabled=with_scripts)
    expect(page.locator("[data-work-without]")).to_be_visible(visible=not with_scripts)
    page.fill("#id_name", f"Lise {with_scripts}")
    page.fill("#id_text", "Une remarque sur ce que dit le deuxième paragraphe.")
    page.click("[data-keep-draft] .button:not(.is-plain)")
    page.wait_for_url(re.compile("/commentaires/en-attente/"))
    reasons = run_inside(
        guarded_site,
        "from comments.models import Comment\n"
        f"print([r['code'] for r in Comment.objects.get(name='Lise {with_scripts}').spam_reasons or ()])",
    )
    assert ("unproved" in reasons) is not with_scripts
    page.reload()
    assert ("sans le calcul" in page.inner_text("main")) is not with_scripts
