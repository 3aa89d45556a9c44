"""An article from nothing to its readers in two languages, while all goes wrong: every sentence is there."""

import re
import signal

import pytest
from playwright.sync_api import expect

from tests.browser.test_autosave import END_SESSIONS, STATE, Server, log_in, save, type_text, wait_until_kept
from tests.browser.test_editor import CLIPBOARD, TEXT, paste, tool
from tests.browser.test_pictures import picture
from tests.browser.test_review import SELECT
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

TYPED = (
    "Un port se lit à l’œil nu.",
    "Cette phrase est écrite pendant que le serveur est éteint.",
    "Celle-ci, après la fin de la session.",
    "Celle-ci est d’Anne, qui a enregistré entre-temps.",
    "Et la dernière, de Camille.",
)
# What a word processor had on the clipboard.
PASTED = ("On n’achète pas un nuage.", "Mesurer", "Puis", "Postes")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("newsroom"))
    run_inside(server, MAKE)
    yield server
    server.running.close()


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


def test_every_sentence_is_there_afterwards(open_page, site, tmp_path):
    page = open_page("/admin/login/?next=/admin/blog/post/add/", quiet=False)
    log_in(page)

    # Typed, pasted, dropped.
    page.fill("#id_title", "Ce que dit le port")
    page.fill("#id_standfirst", "Six semaines sur un quai, un carnet à la main.")
    type_text(page, TYPED[0])
    page.keyboard.press("Enter")
    paste(page, html=(CLIPBOARD / "word.html").read_text(), text="")
    expect(page.locator(TEXT)).to_contain_text(PASTED[0])
    files = [tmp_path / "La jetée.png", tmp_path / "Le phare.png"]
    for file, colour in zip(files, ("#24506b", "#b5532a"), strict=True):
        file.write_bytes(picture(colour))
    drop_on_text(page, files)
    page.fill("dialog [name=alt_fr-0]", "La jetée à marée basse")
    page.fill("dialog [name=alt_fr-1]", "Le phare, de face")
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
    page.keyboard.type("Une manœuvre filmée du quai")
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.check("[name=disclosure][value=none]")
    page.select_option("#id_category", label="Méthodes")
    save(page)
    address = re.search(r"/admin/blog/post/\d+/change/", page.url)[0]

    # The server is stopped.
    site.kill()
    type_text(page, TYPED[1])
    page.keyboard.press("Enter")
    expect(page.locator(STATE)).to_contain_text("Pas de connexion", timeout=30_000)
    page.click("[name=_save]")
    expect(page.locator("#id_title")).to_have_value("Ce que dit le port")
    site.start()
    wait_until_kept(page)

    # The session is ended.
    run_inside(site, END_SESSIONS)
    type_text(page, TYPED[2])
    page.keyboard.press("Enter")
    expect(page.locator(f"{STATE} a")).to_be_visible(timeout=30_000)
    with page.context.expect_page() as opened:
        page.click(f"{STATE} a")
    log_in(opened.value)
    opened.value.close()
    page.bring_to_front()
    wait_until_kept(page)

    # Somebody else saves the same post.
    anne = open_page(f"/admin/login/?next={address}", quiet=False)
    log_in(anne, "anne")
    anne.locator(f"{TEXT} > p").first.click()
    anne.keyboard.press("End")
    anne.keyboard.type(f" {TYPED[3]}")
    anne.click("[name=_save]")
    expect(anne.locator(".messagelist .success")).to_be_visible()
    type_text(page, TYPED[4])
    page.click("[name=_save]")
    expect(page.locator(".errornote")).to_be_visible()
    page.click("[name=_merge]")
    for sentence in (*TYPED, *PASTED):
        expect(page.locator(TEXT)).to_contain_text(sentence)
    save(page)

    # Read by somebody without an account.
    page.goto(address.replace("/change/", "/review/"))
    page.fill("#id_name", "Maître Le Goff")
    page.locator("#id_name").press("Enter")
    lawyer = open_page(page.get_attribute(".review-address", "href"))
    for sentence in (*TYPED, *PASTED):
        expect(lawyer.locator(".e-content")).to_contain_text(sentence)
    assert lawyer.evaluate(SELECT, "à l’œil nu")
    lawyer.locator(".review-pick").click()
    lawyer.get_by_label("Votre remarque", exact=True).fill("Et par temps de brume ?")
    lawyer.get_by_role("button", name="Envoyer cette remarque").click()
    lawyer.get_by_role("button", name="J’approuve ce texte").click()
    page.reload()
    expect(page.locator(".remark", has_text="Et par temps de brume")).to_contain_text("à l’œil nu")

    # Translated beside it, and both published at one moment.
    page.goto(address.replace("/change/", "/translation/"))
    page.locator("#translate_form [type=submit]").click()
    page.fill("#id_title", "What the harbour says")
    page.fill("#id_standfirst", "Six weeks on a quay, notebook in hand.")
    page.locator(".side-words").first.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("A harbour is read with the naked eye.")
    page.locator("#id_is_up_to_date").check()
    page.locator("[name=_save]").click()
    expect(page.locator(".sides-head .translation-state.is-done")).to_be_visible()
    page.goto(address)
    page.fill("[name=published_at_0]", "02/01/2098")
    page.fill("[name=published_at_1]", "08:30")
    page.check("[name=publishes_both]")
    page.locator("[name=step][value=published]").click()
    # Both or neither: the pictures have no words in English yet.
    complaint = page.locator(".field-publishes_both .errorlist")
    expect(complaint).to_contain_text("texte de remplacement")
    with page.context.expect_page() as opened:
        complaint.locator("a").click(modifiers=["ControlOrMeta"])
    for number, words in enumerate(("The jetty at low tide", "The lighthouse")):
        opened.value.fill(f"[name=picture-{number}-alt_en]", words)
    opened.value.click("[name=_save]")
    expect(opened.value.locator(".messagelist .success")).to_be_visible()
    opened.value.close()
    page.locator("[name=step][value=published]").click()
    expect(page.locator(".field-state .is-scheduled")).to_contain_text("02/01/2098 08:30")
    page.goto("/admin/blog/post/calendar/?month=2098-01")
    expect(page.locator("#content")).to_contain_text("Ce que dit le port")

    # Its readers.
    french, english = run_inside(site, LET_TIME_GO_BY).split()
    site.stop(signal.SIGTERM)
    site.start()
    reader = open_page(french)
    for sentence in (*TYPED, *PASTED):
        expect(reader.locator(".e-content")).to_contain_text(sentence)
    for alternative in ("La jetée à marée basse", "Le phare, de face"):
        expect(reader.get_by_alt_text(alternative)).to_have_count(1)
    expect(reader.locator("figure", has_text="Une manœuvre filmée du quai")).to_be_visible()
    reader.goto(english)
    expect(reader.locator(".e-content")).to_contain_text("A harbour is read with the naked eye.")
    expect(reader.locator("html")).to_have_attribute("lang", "en")
