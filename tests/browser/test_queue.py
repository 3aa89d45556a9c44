"""The moderator's queue in a real browser: by keys, by plain forms, and for everybody."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import find_barriers
from tests.site.kinds import run_inside

QUEUE = "/admin/comments/comment/queue/"

# Behind what waits in the demo, so that the page begins with these; Basile's answers Anaïs's.
MAKE = """
from datetime import timedelta
from django.contrib.auth.models import User
from django.utils import timezone
from authors.models import Author
from blog.models import Post
from comments.models import Comment
from comments.moderation import write_comment
post = Post.objects.published().filter(translation_of=None).order_by("pk").first()
last = Comment.objects.awaiting().last()
start = last.created_at if last else timezone.now()
parent = Comment.objects.filter(post=post, status="approved").first()
texts = {
    "Anaïs": "Le chiffre du deuxième paragraphe date de 2014. Celui de 2016 est *deux fois plus élevé*.",
    "Basile": "> Le chiffre date de 2014.\\n\\nExact, et la source est sur https://example.org/" + "rapport/" * 12,
    "Clémence": "Merci pour cet article.",
    "Désiré": "Achetez vos abonnés ici : https://abonnes.example.com/",
    "Édith": "Je ne suis pas d'accord : personne ne lit ces rapports.",
}
for number, (name, text) in enumerate(texts.items()):
    comment = write_comment(
        post=post, parent=parent if name == "Basile" else None, name=name, text=text, language="fr",
        email=f"{number}@queue.example.org", site="https://abonnes.example.com/" if name == "Désiré" else "",
    )
    reasons = [{"code": "links", "weight": 2.5, "details": {"count": 1}}] if name == "Désiré" else []
    Comment.objects.filter(pk=comment.pk).update(
        created_at=start + timedelta(milliseconds=1 + number), spam_score=2.5 if reasons else 0, spam_reasons=reasons
    )
user = User.objects.get(username="NAME")
author = Author.objects.filter(user=user).first()
print(last.pk if last else 0, 1 if author else 0)
"""
UNMAKE = """
from comments.models import Comment
from comments.moderation import count_comments
made = Comment.objects.filter(email__endswith="@queue.example.org")
posts = set(made.values_list("post", flat=True))
Comment.objects.filter(parent__in=made).delete()
made.delete()
count_comments(posts)
"""
STATUS = """
import json
from comments.models import Comment
rows = Comment.objects.filter(email__endswith="@queue.example.org").values_list("name", "status")
answers = Comment.objects.filter(parent__email__endswith="@queue.example.org").values_list("text", "status")
print(json.dumps([dict(rows), dict(answers)]))
"""


@pytest.fixture
def address(site):
    """Return where the queue begins with five comments that were made for one test."""
    last, has_author = run_inside(site, MAKE.replace("NAME", site.account["username"])).split()
    assert has_author == "1"
    yield f"{QUEUE}?after={last}" if last != "0" else QUEUE
    run_inside(site, UNMAKE)


@pytest.fixture
def open_queue(open_page, site, address):
    def open_queue(**options):
        page = open_page(address, **options)
        page.fill("[name=username]", site.account["username"])
        page.fill("[name=password]", site.account["password"])
        page.click("#login-form [type=submit]")
        expect(page.locator("article").first).to_contain_text("Anaïs")
        # The keys work as soon as all of the page is there.
        page.wait_for_load_state()
        return page

    return open_queue


def statuses(site):
    return json.loads(run_inside(site, STATUS))[0]


def answers(site):
    return json.loads(run_inside(site, STATUS))[1]


def card(page, name):
    return page.locator("article", has=page.get_by_role("heading", name=name, exact=True))


def test_keys_lead_through_the_queue_and_decide(open_queue, site):
    page = open_queue()
    page.keyboard.press("j")
    expect(card(page, "Anaïs")).to_be_focused()
    assert card(page, "Anaïs").evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.press("a")
    expect(card(page, "Anaïs")).to_be_hidden()
    expect(card(page, "Basile")).to_be_focused()
    expect(page.locator("[data-queue-live]")).to_contain_text("Commentaire de Anaïs")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(card(page, "Basile")).to_be_focused()
    page.keyboard.press("r")
    expect(card(page, "Clémence")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(card(page, "Désiré")).to_be_hidden()
    assert statuses(site) == {
        "Anaïs": "approved",
        "Basile": "rejected",
        "Clémence": "pending",
        "Désiré": "spam",
        "Édith": "pending",
    }


def test_a_key_decides_nothing_before_somebody_went_to_a_comment(open_queue, site):
    page = open_queue()
    page.keyboard.press("a")
    expect(card(page, "Anaïs")).to_be_focused()
    assert set(statuses(site).values()) == {"pending"}


def test_a_key_means_what_is_pressed_while_the_one_before_is_on_its_way(open_queue, site):
    page = open_queue()
    page.keyboard.press("j")
    for _each in range(3):
        page.keyboard.press("a")
    for name in ("Anaïs", "Basile", "Clémence"):
        expect(card(page, name)).to_be_hidden()
    approved = {name for name, status in statuses(site).items() if status == "approved"}
    assert approved == {"Anaïs", "Basile", "Clémence"}


def test_keys_are_letters_in_a_field(open_queue, site):
    page = open_queue()
    page.keyboard.press("j")
    page.keyboard.press("e")
    field = card(page, "Anaïs").get_by_label("Votre réponse")
    expect(field).to_be_focused()
    page.keyboard.type("A raison, js n’y avais pas pensé ?")
    expect(field).to_have_value("A raison, js n’y avais pas pensé ?")
    page.keyboard.press("Escape")
    expect(card(page, "Anaïs")).to_be_focused()
    page.keyboard.press("x")
    expect(card(page, "Anaïs").get_by_role("checkbox")).to_be_checked()
    assert set(statuses(site).values()) == {"pending"}


def test_an_answer_is_sent_by_a_key(open_queue, site):
    page = open_queue()
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.keyboard.type("Merci, c’est corrigé.")
    page.keyboard.press("Control+Enter")
    expect(card(page, "Anaïs")).to_be_hidden()
    assert statuses(site)["Anaïs"] == "approved"
    assert answers(site) == {"Merci, c’est corrigé.": "approved"}


def test_what_is_typed_below_one_comment_survives_what_is_decided_on_another(open_queue, site):
    page = open_queue()
    card(page, "Basile").locator("summary", has_text="Répondre").click()
    field = card(page, "Basile").get_by_label("Votre réponse")
    field.fill("Une réponse commencée.")
    card(page, "Anaïs").get_by_role("button", name="Approuver", exact=True).click()
    expect(card(page, "Anaïs")).to_be_hidden()
    expect(field).to_have_value("Une réponse commencée.")
    card(page, "Basile").get_by_role("button", name="Approuver", exact=True).click()
    expect(card(page, "Basile").locator(".errorlist")).to_be_visible()
    expect(card(page, "Basile").get_by_label("Votre réponse")).to_have_value("Une réponse commencée.")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/admin/")
    assert asked == ["beforeunload"]
    assert statuses(site)["Basile"] == "pending"


def test_what_could_not_be_sent_is_said_and_stays(open_queue, site):
    page = open_queue(quiet=False)
    page.context.set_offline(True)
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(card(page, "Anaïs").locator(".errornote")).to_be_visible()
    page.context.set_offline(False)
    page.keyboard.press("a")
    expect(card(page, "Anaïs")).to_be_hidden()
    assert statuses(site)["Anaïs"] == "approved"


def test_the_keys_are_shown_by_a_key(open_queue):
    page = open_queue()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(card(page, "Anaïs")).to_be_visible()


@pytest.mark.parametrize("with_script", (True, False))
def test_many_at_once(open_queue, site, with_script):
    page = open_queue(java_script_enabled=with_script)
    page.locator("[data-tick-all]").first.click()
    boxes = page.locator("[name=chosen]")
    assert boxes.count() >= 5
    for number in range(boxes.count()):
        expect(boxes.nth(number)).to_be_checked()
    card(page, "Édith").get_by_role("checkbox").uncheck()
    page.get_by_role("group", name="au-dessous").get_by_role("button", name="indésirable").click()
    expect(page.locator(".messagelist")).to_contain_text("4 commentaires")
    assert [name for name, status in statuses(site).items() if status == "pending"] == ["Édith"]


def test_all_of_it_without_a_script(open_queue, site):
    page = open_queue(java_script_enabled=False)
    expect(page.locator(".queue-help")).to_be_hidden()
    card(page, "Basile").get_by_role("button", name="Rejeter", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Commentaire de Basile")
    assert re.search(r"\?after=\d+#queued-\d+$|queue/#queued-\d+$", page.url)
    expect(page.locator("article:target")).to_contain_text("Clémence")
    expect(page.locator("article:target")).to_be_in_viewport()
    expect(page.locator(".messagelist")).to_be_in_viewport()
    card(page, "Clémence").locator("summary", has_text="Répondre").click()
    card(page, "Clémence").get_by_label("Votre réponse").fill("Merci à vous.")
    card(page, "Clémence").get_by_role("button", name="Rejeter", exact=True).click()
    expect(card(page, "Clémence").get_by_label("Votre réponse")).to_have_value("Merci à vous.")
    card(page, "Clémence").get_by_role("button", name="Approuver et répondre").click()
    expect(page.locator(".messagelist")).to_contain_text("Clémence")
    assert (statuses(site)["Basile"], statuses(site)["Clémence"]) == ("rejected", "approved")
    assert answers(site) == {"Merci à vous.": "approved"}


@pytest.mark.parametrize("width", (390, 1280))
@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_it_keeps_nobody_out_and_fits(open_queue, width, scheme):
    page = open_queue(viewport={"width": width, "height": 900}, color_scheme=scheme)
    card(page, "Basile").locator("summary", has_text="Répondre").click()
    card(page, "Clémence").get_by_role("button", name="Approuver", exact=True).click()
    expect(card(page, "Clémence")).to_be_hidden()
    assert find_barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.keyboard.press("Escape")
    page.locator("article:visible").first.focus()
    page.keyboard.press("?")
    assert find_barriers(page) == []


@pytest.mark.parametrize("by_key", (True, False))
def test_a_decision_is_undone_where_it_was_made(open_queue, site, by_key):
    page = open_queue()
    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(card(page, "Anaïs")).to_be_hidden()
    field = card(page, "Basile").locator("summary", has_text="Répondre")
    field.click()
    card(page, "Basile").get_by_label("Votre réponse").fill("Commencée.")
    if by_key:
        page.keyboard.press("Escape")
        page.keyboard.press("u")
    else:
        page.get_by_role("button", name="Annuler").click()
    expect(card(page, "Anaïs")).to_be_visible()
    expect(card(page, "Anaïs")).to_be_focused()
    expect(card(page, "Basile").get_by_label("Votre réponse")).to_have_value("Commencée.")
    assert statuses(site)["Anaïs"] == "pending"
    page.keyboard.press("a")
    expect(card(page, "Anaïs")).to_be_hidden()
    assert statuses(site)["Anaïs"] == "approved"
    assert find_barriers(page) == []


def test_many_decisions_are_undone_without_a_script(open_queue, site):
    page = open_queue(java_script_enabled=False)
    start = page.url
    card(page, "Anaïs").get_by_role("checkbox").check()
    card(page, "Basile").get_by_role("checkbox").check()
    page.get_by_role("group", name="au-dessus").get_by_role("button", name="Rejeter").click()
    page.get_by_role("button", name="Annuler").click()
    assert page.url == start
    card(page, "Anaïs").get_by_role("button", name="Rejeter", exact=True).click()
    page.get_by_role("button", name="Annuler").click()
    assert page.url.startswith(start)
    assert set(statuses(site).values()) == {"pending"}
