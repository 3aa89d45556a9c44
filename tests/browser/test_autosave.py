"""What is typed is there afterwards: server killed, session ended, tab closed, somebody else at the post."""

import json
import os
import re
import signal
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from tests.browser.axe import COLOUR_RULES, find_barriers
from tests.site.kinds import run_inside
from tests.stack import free_port, running_site

ADD = "/admin/blog/post/add/"
STATE = "[data-autosave]"
PEOPLE = "[data-autosave-people]"
TEXT = "#id_body_editor"

MAKE = """
from django.contrib.auth.models import User
from authors.models import Author
from blog.models import Post
for name, shown in (("camille", "Camille Rivière"), ("anne", "Anne Morvan")):
    user = User.objects.create_superuser(name, password="un mot de passe")
    Author.objects.create(name=shown, slug=name, user=user)
"""
MAKE_POST = """
from blog.models import Post
import uuid
post = Post.objects.create(language="fr", title="Un article", slug=uuid.uuid4().hex, body="<p>Un début.</p>")
print(post.pk)
"""
END_SESSIONS = "from django.contrib.sessions.models import Session; Session.objects.all().delete()"
BODY = "from blog.models import Post; print(Post.objects.get(pk={}).body)"
UNSAVED = "from blog.models import Autosave; print(Autosave.objects.unsaved().count())"
FORGET = "from blog.models import Autosave, Presence; Autosave.objects.all().delete(); Presence.objects.all().delete()"


class Server:
    """A site of this file's own, which can be killed and started again at its address, with its data."""

    def __init__(self, data_dir, **settings):
        self.data_dir, self.settings = data_dir, {"PORT": str(free_port()), "DEMO": "no"} | settings
        self.running = None
        self.start()

    def start(self):
        self.running = ExitStack()
        self.site = self.running.enter_context(running_site(self.data_dir, **self.settings))

    def end(self):
        self.running.close()

    def kill(self):
        os.killpg(self.site.process.pid, signal.SIGKILL)
        self.site.process.wait()
        self.running.close()

    def __getattr__(self, name):
        return getattr(self.site, name)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("autosave"))
    run_inside(server, MAKE)
    yield server
    server.end()


@pytest.fixture(autouse=True)
def _nothing_left(request):
    yield
    run_inside(request.getfixturevalue("site"), FORGET)


@pytest.fixture
def post(site):
    """Return the address of the form of a post."""
    return f"/admin/blog/post/{run_inside(site, MAKE_POST).strip()}/change/"


def log_in(page, name="camille"):
    page.fill("[name=username]", name)
    page.fill("[name=password]", "un mot de passe")
    page.click("#login-form [type=submit]")
    page.wait_for_url(re.compile(r"/admin/(?!login)"))


@pytest.fixture
def desk(open_page):
    """Return a function that opens a page of the admin for somebody."""

    def desk(address, name="camille", *, quiet=True, **options):
        page = open_page(f"/admin/login/?next={address}", quiet=quiet, locale="en-GB", **options)
        log_in(page, name)
        return page

    return desk


def type_text(page, words):
    page.click(TEXT)
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def wait_until_kept(page):
    expect(page.locator(STATE)).to_contain_text(re.compile(r"(Kept at|Gardé à) \d\d:\d\d"), timeout=30_000)


def saved_body(site, address):
    return run_inside(site, BODY.format(re.search(r"\d+", address)[0]))


def kept_here(page):
    return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('tribune-unsaved:')).length")


def save(page):
    page.click("[name=_save]")
    page.wait_for_selector(".messagelist .success")


def test_server_that_is_killed_while_somebody_types_loses_nothing(desk, site, post):
    page = desk(post, quiet=False)
    type_text(page, " Une phrase.")
    wait_until_kept(page)
    site.kill()
    page.keyboard.type(" Une autre, sans serveur.")
    expect(page.locator(STATE)).to_contain_text("No connection: kept in this browser", timeout=30_000)
    assert kept_here(page) == 1
    page.click("[name=_save]")
    expect(page.locator(STATE)).to_contain_text("Nothing was saved yet, and nothing is lost")
    assert page.url.endswith(post)
    site.start()
    wait_until_kept(page)
    assert kept_here(page) == 0
    save(page)
    assert saved_body(site, post).strip() == "<p>Un début. Une phrase. Une autre, sans serveur.</p>"
    assert run_inside(site, UNSAVED).strip() == "0"


def test_browser_that_dies_without_a_server_offers_the_text_at_the_next_opening(desk, site, post):
    page = desk(post, quiet=False)
    type_text(page, " Avant.")
    site.kill()
    page.keyboard.type(" Pendant.")
    expect(page.locator(STATE)).to_contain_text("No connection: kept in this browser", timeout=30_000)
    context = page.context
    page.close()
    site.start()
    page = context.new_page()
    page.goto(post)
    page.click("text=Look at it")
    page.click("text=Take it up")
    expect(page.locator(TEXT)).to_contain_text("Un début. Avant. Pendant.")
    assert kept_here(page) == 0
    save(page)
    assert "Pendant." in saved_body(site, post)


def test_session_that_ends_while_somebody_types_is_begun_in_another_tab(desk, site, post):
    page = desk(post, quiet=False)
    type_text(page, " Une phrase.")
    wait_until_kept(page)
    run_inside(site, END_SESSIONS)
    page.keyboard.type(" Une autre.")
    expect(page.locator(STATE)).to_contain_text("You are logged out: nothing is lost", timeout=30_000)
    page.click("[name=_save]")
    expect(page.locator(STATE)).to_contain_text("Nothing was saved yet")
    with page.context.expect_page() as opened:
        page.click(f"{STATE} a")
    log_in(opened.value)
    opened.value.close()
    page.bring_to_front()
    wait_until_kept(page)
    page.click(TEXT)
    page.keyboard.press("Control+End")
    page.keyboard.type(" Une troisième.")
    save(page)
    assert saved_body(site, post).strip() == "<p>Un début. Une phrase. Une autre. Une troisième.</p>"
    assert kept_here(page) == 0


def test_somebody_else_who_logs_in_in_this_browser_gets_nothing_of_it(desk, site, post):
    page = desk(post, quiet=False)
    type_text(page, " Secret.")
    wait_until_kept(page)
    run_inside(site, END_SESSIONS)
    tab = page.context.new_page()
    tab.goto("/admin/login/")
    log_in(tab, "anne")
    page.bring_to_front()
    type_text(page, " Plus secret.")
    expect(page.locator(STATE)).to_contain_text("Somebody else has logged in", timeout=30_000)
    tab.goto(post)
    expect(tab.locator("#content")).not_to_contain_text("ecret")
    assert "ecret" not in saved_body(site, post)


def test_new_article_whose_tab_was_closed_is_found_again(desk, site):
    page = desk(ADD)
    page.fill("#id_title", "Jamais enregistré")
    type_text(page, "Une phrase que personne n’a enregistrée.")
    page.check("[name=disclosure][value=none]")
    page.wait_for_timeout(2500)
    wait_until_kept(page)
    context = page.context
    page.close()
    page = context.new_page()
    page.goto("/admin/")
    page.click(".unsaved a")
    expect(page.locator(".difference")).to_contain_text("Une phrase que personne")
    page.click("text=Make a new post of it")
    assert page.input_value("#id_title") == "Jamais enregistré"
    assert page.is_checked("[name=disclosure][value=none]")
    assert page.locator(".errorlist, .errornote").count() == 0
    save(page)
    assert "Une phrase que personne" in saved_body(site, page.url.split("/admin/")[1])
    page.goto(ADD)
    assert page.locator(".unsaved").count() == 0


def test_tab_that_is_left_at_once_loses_nothing(desk, site, post):
    page = desk(post)
    page.on("dialog", lambda dialog: dialog.accept())
    type_text(page, " Un instant avant de partir.")
    page.goto("/admin/")
    page.goto(post)
    page.click("text=Take it up")
    expect(page.locator(TEXT)).to_contain_text("Un instant avant de partir.")
    assert kept_here(page) == 0


def test_two_people_at_one_post_see_each_other(desk, site, post):
    anne = desk(post, "anne")
    camille = desk(post)
    expect(camille.locator(PEOPLE)).to_contain_text("Anne Morvan has this post open")
    type_text(camille, " De Camille.")
    wait_until_kept(camille)
    expect(anne.locator(PEOPLE)).to_contain_text("Camille Rivière is writing here, since", timeout=40_000)
    save(camille)
    expect(anne.locator(PEOPLE)).to_contain_text("Camille Rivière saved this post at", timeout=40_000)
    type_text(anne, " D’Anne.")
    anne.click("[name=_save]")
    expect(anne.locator(".errornote")).to_be_visible()
    expect(anne.locator(TEXT)).to_contain_text("D’Anne.")
    assert "De Camille." in saved_body(site, post)


def test_text_is_discarded(desk, site, post):
    page = desk(post)
    type_text(page, " De trop.")
    wait_until_kept(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(post)
    page.get_by_role("button", name="Discard").click()
    expect(page.locator(".messagelist")).to_contain_text("discarded")
    assert page.locator("[data-autosave-offers]").count() == 0


def test_without_a_script_a_session_that_ended_costs_no_text(desk, site):
    page = desk(ADD, java_script_enabled=False, quiet=False)
    page.fill("#id_title", "Sans script")
    page.fill("#id_body", "<p>Deux lignes,\ndont une.</p>")
    run_inside(site, END_SESSIONS)
    page.click("[name=_save]")
    expect(page.locator("#content")).to_contain_text("You are logged out")
    tab = page.context.new_page()
    tab.goto(page.get_attribute("#content a.button", "href"))
    log_in(tab)
    page.click("#resending_form [type=submit]")
    expect(page.locator("#content")).to_contain_text("You have logged in anew")
    page.click("#resending_form [type=submit]")
    expect(page.locator(".messagelist .success")).to_contain_text("Sans script")
    assert "Deux lignes," in saved_body(site, page.url.split("/admin/")[1])


def test_with_a_script_the_form_that_came_too_late_is_sent_with_one_press(desk, site):
    page = desk("/admin/blog/tag/add/", quiet=False)
    page.fill("#id_name_fr", "Un sujet tardif")
    page.fill("#id_name_en", "A late tag")
    run_inside(site, END_SESSIONS)
    page.click("[name=_continue]")
    button = page.locator("#resending_form [type=submit]")
    button.click()
    expect(page.locator("#resending_form [role=status]")).to_contain_text("still logged out")
    with page.context.expect_page() as opened:
        page.click("#content a.button")
    log_in(opened.value)
    button.click()
    expect(page.locator("#id_name_fr")).to_have_value("Un sujet tardif")


@pytest.mark.parametrize(("scheme", "width"), (("light", 1280), ("dark", 360)))
def test_nobody_is_kept_out(desk, site, post, scheme, width):
    anne = desk(post, "anne")
    type_text(anne, " D’Anne.")
    wait_until_kept(anne)
    page = desk(post, color_scheme=scheme, viewport={"width": width, "height": 800})
    type_text(page, " De Camille.")
    wait_until_kept(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(post)
    expect(page.locator(PEOPLE)).to_contain_text("Anne Morvan")
    own = ".presence, .unsaved, .autosave"
    assert [line for line in find_barriers(page) if re.search(r"unsaved|presence|autosave", line)] == []
    assert page.locator(own).count() >= 3
    page.evaluate("document.querySelector('[data-autosave]').dataset.state = 'trouble'")
    assert find_barriers(page, rules=COLOUR_RULES) == []
    page.click("text=Look at what would change")
    expect(page.locator(".difference ins")).to_contain_text("De Camille.")
    assert find_barriers(page) == []
    page.goto("/admin/")
    assert [line for line in find_barriers(page) if "unsaved" in line] == []
    for address in (post, "/admin/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_of_a_form_that_came_too_late_keeps_nobody_out(desk, site, post):
    page = desk(
        post, quiet=False, color_scheme="dark", viewport={"width": 360, "height": 800}, java_script_enabled=True
    )
    run_inside(site, END_SESSIONS)
    page.evaluate("HTMLFormElement.prototype.submit.call(document.querySelector('#post_form'))")
    page.wait_for_selector("#resending_form")
    assert find_barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_kept_is_said_in_french_too(site, open_page, post):
    page = open_page(f"/admin/login/?next={post}")
    log_in(page)
    assert json.loads(page.get_attribute(STATE, "data-autosave"))["texts"]["offline"]
    assert page.get_attribute("html", "lang") == "fr"
