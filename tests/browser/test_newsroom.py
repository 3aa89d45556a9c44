"""An article from nothing to its readers in two languages, while all goes wrong: every sentence is there."""

import re
import signal
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import expect

from tests.browser.test_autosave import END_SESSIONS, STATE, Server, log_in, save, type_text, wait_until_kept
from tests.browser.test_editor import CLIPBOARD, TEXT, paste, tool
from tests.browser.test_pictures import picture
from tests.browser.test_review import SELECT
from tests.postgres import temporary_server
from tests.site.kinds import run_inside

MAKE = """
from django.contrib.auth.models import Group, User
from authors.models import Author
from blog.models import Category
for name, shown, role in (("camille", "Camille Rivière", "author"), ("anne", "Anne Morvan", "editor")):
    user = User.objects.create_user(name, f"{name}@example.org", "un mot de passe", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    Author.objects.create(name=shown, slug=name, user=user)
Category.objects.create(name_fr="Méthodes", name_en="Methods", slug="methodes")
"""
# The hour has come.
LET_TIME_GO_BY = """
from datetime import timedelta
from django.utils import timezone
from blog.models import Post
assert Post.objects.scheduled().count() == 2, [(post.title, post.status) for post in Post.objects.all()]
for post in Post.objects.scheduled():
    post.published_at = timezone.now() - timedelta(minutes=1)
    post.save()
print(*(post.path() for post in Post.objects.order_by("pk")))
"""


@dataclass(frozen=True)
class Version:
    """What an article says in one language."""

    language: str
    title: str
    standfirst: str
    category: str
    alternatives: tuple[str, str]


@dataclass(frozen=True)
class Desk:
    """Where the people of a newsroom sit: the language of their browsers, and the database of their site."""

    locale: str
    database: str
    written: Version
    translated: Version
    # By whom and in what circumstances each is written, test_every_sentence_is_there_afterwards says.
    typed: tuple[str, str, str, str, str]
    passage: str
    caption: str
    remark: str
    # The first paragraph, in the other language.
    translation: str

    def said(self, message: str) -> str:
        """Return a text of the program as these people read it."""
        with translation.override(self.written.language):
            return gettext(message)


FRENCH = Version(
    "fr",
    "Ce que dit le port",
    "Six semaines sur un quai, un carnet à la main.",
    "Méthodes",
    ("La jetée à marée basse", "Le phare, de face"),
)
ENGLISH = Version(
    "en",
    "What the harbour says",
    "Six weeks on a quay, notebook in hand.",
    "Methods",
    ("The jetty at low tide", "The lighthouse"),
)
DESKS = (
    Desk(
        "fr-FR",
        "sqlite",
        FRENCH,
        ENGLISH,
        (
            "Un port se lit à l’œil nu.",
            "Cette phrase est écrite pendant que le serveur est éteint.",
            "Celle-ci, après la fin de la session.",
            "Celle-ci est d’Anne, qui a enregistré entre-temps.",
            "Et la dernière, de Camille.",
        ),
        "à l’œil nu",
        "Une manœuvre filmée du quai",
        "Et par temps de brume ?",
        "A harbour is read with the naked eye.",
    ),
    Desk(
        "en-GB",
        "postgresql",
        ENGLISH,
        FRENCH,
        (
            "A harbour is read with the naked eye.",
            "This sentence is written while the server is down.",
            "This one, after the session has ended.",
            "This one is Anne’s, who has saved meanwhile.",
            "And the last, by Camille.",
        ),
        "the naked eye",
        "A manoeuvre filmed from the quay",
        "What about fog?",
        "Un port se lit à l’œil nu.",
    ),
)
# What a word processor had on the clipboard.
PASTED = ("On n’achète pas un nuage.", "Mesurer", "Puis", "Postes")


@pytest.fixture(scope="module", params=DESKS, ids=lambda desk: f"{desk.written.language}-{desk.database}")
def desk(request):
    return request.param


@pytest.fixture(scope="module")
def site(desk, tmp_path_factory):
    with ExitStack() as running:
        settings = {}
        if desk.database == "postgresql":
            settings["DATABASE_URL"] = running.enter_context(temporary_server())
        server = Server(tmp_path_factory.mktemp("newsroom"), **settings)
        running.callback(server.end)
        run_inside(server, MAKE)
        yield server


def drop_on_text(page, files):
    """Drop files on the end of the first paragraph, as the browser gets them from a folder."""
    first = page.locator(f"{TEXT} > p").first
    # Away from the bars, which stay in sight.
    first.evaluate("paragraph => paragraph.scrollIntoView({ block: 'center' })")
    box = first.bounding_box()
    place = {"x": box["x"] + box["width"] - 4, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
    devtools = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})
    devtools.detach()


def test_every_sentence_is_there_afterwards(open_page, site, desk, tmp_path):
    written, translated = desk.written, desk.translated
    page = open_page("/admin/login/?next=/admin/blog/post/add/", quiet=False, locale=desk.locale)
    log_in(page)

    # Typed, pasted, dropped.
    expect(page.locator("html")).to_have_attribute("lang", desk.locale[:2])
    page.select_option("#id_language", written.language)
    page.fill("#id_title", written.title)
    page.fill("#id_standfirst", written.standfirst)
    type_text(page, desk.typed[0])
    page.keyboard.press("Enter")
    paste(page, html=(CLIPBOARD / "word.html").read_text(), text="")
    expect(page.locator(TEXT)).to_contain_text(PASTED[0])
    files = [tmp_path / "La jetée.png", tmp_path / "Le phare.png"]
    for file, colour in zip(files, ("#24506b", "#b5532a"), strict=True):
        file.write_bytes(picture(colour))
    drop_on_text(page, files)
    page.fill(f"dialog [name=alt_{written.language}-0]", written.alternatives[0])
    page.fill(f"dialog [name=alt_{written.language}-1]", written.alternatives[1])
    page.click("dialog .default")
    page.wait_for_selector("dialog[open]", state="detached")
    # Where they were dropped, and not where somebody was writing.
    expect(page.locator(f"{TEXT} > p:first-child + figure + figure img")).to_have_count(1)
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    tool(page, "video")
    page.fill("dialog [name=address]", "https://youtu.be/dQw4w9WgXcQ")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]", state="detached")
    expect(page.locator(f"{TEXT} figure")).to_have_count(3)
    page.keyboard.type(desk.caption)
    expect(page.locator(f"{TEXT} figure", has_text=desk.caption)).to_be_visible()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.check("[name=disclosure][value=none]")
    page.select_option("#id_category", label=written.category)
    save(page)
    address = re.search(r"/admin/blog/post/\d+/change/", page.url)[0]

    # The server is stopped.
    site.kill()
    type_text(page, desk.typed[1])
    page.keyboard.press("Enter")
    expect(page.locator(STATE)).to_contain_text(
        desk.said("No connection: kept in this browser, and sent as soon as it is back."), timeout=30_000
    )
    page.click("[name=_save]")
    expect(page.locator("#id_title")).to_have_value(written.title)
    site.start()
    wait_until_kept(page)

    # The session is ended.
    run_inside(site, END_SESSIONS)
    type_text(page, desk.typed[2])
    page.keyboard.press("Enter")
    expect(page.locator(f"{STATE} a")).to_be_visible(timeout=30_000)
    with page.context.expect_page() as opened:
        page.click(f"{STATE} a")
    log_in(opened.value)
    opened.value.close()
    page.bring_to_front()
    wait_until_kept(page)

    # Somebody else saves the same post.
    anne = open_page(f"/admin/login/?next={address}", quiet=False, locale=desk.locale)
    log_in(anne, "anne")
    anne.locator(f"{TEXT} > p").first.click()
    anne.keyboard.press("End")
    anne.keyboard.type(f" {desk.typed[3]}")
    anne.click("[name=_save]")
    expect(anne.locator(".messagelist .success")).to_be_visible()
    type_text(page, desk.typed[4])
    page.click("[name=_save]")
    expect(page.locator(".errornote")).to_be_visible()
    page.click("[name=_merge]")
    for sentence in (*desk.typed, *PASTED):
        expect(page.locator(TEXT)).to_contain_text(sentence)
    save(page)

    # Read by somebody without an account.
    page.goto(address.replace("/change/", "/review/"))
    page.fill("#id_name", "Maître Le Goff")
    page.locator("#id_name").press("Enter")
    lawyer = open_page(page.get_attribute(".review-address", "href"), locale=desk.locale)
    for sentence in (*desk.typed, *PASTED):
        expect(lawyer.locator(".e-content")).to_contain_text(sentence)
    assert lawyer.evaluate(SELECT, desk.passage)
    lawyer.locator(".review-pick").click()
    lawyer.get_by_label(f"{desk.said('Your remark')} ({desk.said('required')})", exact=True).fill(desk.remark)
    lawyer.get_by_role("button", name=desk.said("Send this remark")).click()
    lawyer.get_by_role("button", name=desk.said("I approve of this text")).click()
    page.reload()
    expect(page.locator(".remark", has_text=desk.remark)).to_contain_text(desk.passage)

    # Translated beside it, and both published at one moment.
    page.goto(address.replace("/change/", "/translation/"))
    page.locator("#translate_form [type=submit]").click()
    page.fill("#id_title", translated.title)
    page.fill("#id_standfirst", translated.standfirst)
    page.locator(".side-words").first.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(desk.translation)
    page.locator("#id_is_up_to_date").check()
    page.locator("[name=_save]").click()
    expect(page.locator(".sides-head .translation-state.is-done")).to_be_visible()
    page.goto(address)
    page.fill("[name=published_at_0]", "02/01/2098")
    page.fill("[name=published_at_1]", "08:30")
    page.check("[name=publishes_both]")
    page.locator("[name=step][value=published]").click()
    # Both or neither: the pictures have no words in the other language yet.
    complaint = page.locator(".field-publishes_both .errorlist")
    expect(complaint).to_contain_text(desk.said("alternative text"))
    with page.context.expect_page() as opened:
        complaint.locator("a").click(modifiers=["ControlOrMeta"])
    for number, words in enumerate(translated.alternatives):
        opened.value.fill(f"[name=picture-{number}-alt_{translated.language}]", words)
    opened.value.click("[name=_save]")
    expect(opened.value.locator(".messagelist .success")).to_be_visible()
    opened.value.close()
    page.locator("[name=step][value=published]").click()
    expect(page.locator(".field-state .is-scheduled")).to_contain_text("02/01/2098 08:30")
    page.goto("/admin/blog/post/calendar/?month=2098-01")
    expect(page.locator("#content")).to_contain_text(written.title)

    # Its readers.
    original, other = run_inside(site, LET_TIME_GO_BY).split()
    site.stop(signal.SIGTERM)
    site.start()
    reader = open_page(original, locale=desk.locale)
    for sentence in (*desk.typed, *PASTED):
        expect(reader.locator(".e-content")).to_contain_text(sentence)
    for alternative in written.alternatives:
        expect(reader.get_by_alt_text(alternative)).to_have_count(1)
    expect(reader.locator("figure", has_text=desk.caption)).to_be_visible()
    reader.goto(other)
    expect(reader.locator(".e-content")).to_contain_text(desk.translation)
    expect(reader.locator("html")).to_have_attribute("lang", translated.language)
