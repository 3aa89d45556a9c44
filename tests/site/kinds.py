"""Every kind of page of the demo publication, in French and in English, and how to get at it."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from tests.site.crawling import Answer, Reader
from tests.stack import ROOT, Site, site_environment

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"
# A long discussion, six comments deep, one of them withdrawn.
THREAD = "/blog/2022/12/lettres-survivent-aux-places-publiques/"
ENGLISH_THREAD = "/en/blog/2022/12/letters-outlive-public-squares/"
# A thread that is folded: it begins with the seventh comment.
FOLDED = "/blog/2018/10/communique-de-presse-echoue-avant-envoi/"
ENGLISH_FOLDED = "/en/blog/2018/10/press-release-failed-before-you-sent-it/"
# Tables, and a passage in another language.
TABLES = "/blog/2016/11/ecrire-des-nombres-pour-des-humains/"
ENGLISH_TABLES = "/en/blog/2016/11/writing-numbers-for-humans/"
# The third part of a series.
PART = "/blog/2024/03/autopsie-d-un-lien-mort/"
ENGLISH_PART = "/en/blog/2024/03/autopsy-of-a-dead-link/"
# Long, with ten headings, two levels of them.
CONTENTS = "/blog/2026/01/texte-genere-redaction-entretien/"
ENGLISH_CONTENTS = "/en/blog/2026/01/generative-text-newsroom-interview/"
# A recording with chapters and a transcript, notes, and boxes beside the text.
RECORDING = "/blog/2025/10/quatre-cents-episodes-dix-ans-de-podcasts/"
ENGLISH_RECORDING = "/en/blog/2025/10/four-hundred-episodes-ten-years-of-podcasts/"
# It checks two claims.
CLAIMS = "/blog/2023/05/le-courriel-et-l-ampoule/"
ENGLISH_CLAIMS = "/en/blog/2023/05/the-e-mail-and-the-light-bulb/"
# Its tribune is gone from the partner's site.
DEAD = "/blog/2026/02/les-formats-ouverts-ou-la-memoire-sans-gardien/"
ENGLISH_DEAD = "/en/blog/2026/02/open-formats-or-memory-without-a-keeper/"
# Not translated, either of them.
ONLY_FRENCH = "/blog/2024/02/une-charte-du-parrainage-et-ce-qu-elle-nous-coute/"
ONLY_ENGLISH = "/en/blog/2019/09/local-newspapers-platform-tax/"

# Pages that are the same for everybody and that search engines may show.
PUBLIC_KINDS = {
    "home": ("/", "/en/"),
    "post": (POST, ENGLISH_POST),
    "post-long-thread": (THREAD, ENGLISH_THREAD),
    "post-folded-thread": (FOLDED, ENGLISH_FOLDED),
    "post-tables": (TABLES, ENGLISH_TABLES),
    "post-recording": (RECORDING, ENGLISH_RECORDING),
    "post-with-claims": (CLAIMS, ENGLISH_CLAIMS),
    "post-dead-tribune": (DEAD, ENGLISH_DEAD),
    "post-one-language": (ONLY_FRENCH, ONLY_ENGLISH),
    "posts": ("/blog/", "/en/blog/"),
    "posts-page-2": ("/blog/?page=2", "/en/blog/?page=2"),
    "year": ("/blog/2016/", "/en/blog/2016/"),
    "month": ("/blog/2016/06/", "/en/blog/2016/06/"),
    "everything": ("/blog/archives/", "/en/blog/archives/"),
    "everything-year": ("/blog/archives/2026/", "/en/blog/archives/2026/"),
    "most-discussed": ("/blog/les-plus-discutes/", "/en/blog/most-discussed/"),
    "series": ("/series/ce-qui-reste-du-web/", "/en/series/ce-qui-reste-du-web/"),
    "post-of-series": (PART, ENGLISH_PART),
    "post-with-contents": (CONTENTS, ENGLISH_CONTENTS),
    "category": ("/categorie/economie-et-numerique/", "/en/category/economie-et-numerique/"),
    "subcategory": ("/categorie/economie-et-numerique/cloud/", "/en/category/economie-et-numerique/cloud/"),
    "tag": ("/sujet/transparence/", "/en/tag/transparence/"),
    "authors": ("/auteurs/", "/en/authors/"),
    "author": ("/auteurs/yann-gourvennec/", "/en/authors/yann-gourvennec/"),
    "author-tribunes": ("/auteurs/yann-gourvennec/tribunes/", "/en/authors/yann-gourvennec/tribunes/"),
    "sponsors": ("/transparence/", "/en/disclosures/"),
    "sponsor": ("/transparence/orange-cloud-for-business/", "/en/disclosures/orange-cloud-for-business/"),
    "partners": ("/partenaires/", "/en/partners/"),
    "partner": ("/partenaires/blog-du-communicant/", "/en/partners/blog-du-communicant/"),
    "tribunes": ("/tribunes/", "/en/tribunes/"),
    "events": ("/evenements/", "/en/events/"),
    "event-past": ("/evenements/webinaire-president-numerique/", "/en/events/webinaire-president-numerique/"),
    "event-coming": ("/evenements/readable-by-everyone/", "/en/events/readable-by-everyone/"),
    "privacy": ("/confidentialite/", "/en/privacy/"),
    "plain-page": ("/mentions-legales/", "/en/legal-notice/"),
}
# Pages of a moment, or of one person: not for search engines.
PASSING_KINDS = (
    "search",
    "search-found",
    "search-nothing",
    "share-by-mail",
    "reply",
    "waiting",
    "own-comment",
    "comments-of-a-browser",
    "report",
    "right-of-reply",
    "own-data",
    "moderate",
    "moderator-mail",
    "own-data-shown",
    "notice",
    "contestation",
    "asked-right-of-reply",
    "confirm-following",
    "following",
    "hand-over",
    "hand-over-gone",
    "review",
    "review-at-passage",
    "review-gone",
    "new-comments",
    "one-thread",
    "mention-form",
    "refused-mention",
    "mention",
    "offer",
    "kept-page",
    "preview",
    "refused-comment",
    "refused-report",
    "refused-right-of-reply",
    "refused-answer",
    "own-data-asked",
    "own-data-expired",
    "missing",
    "gone",
    "bad-request",
)
EDITORS_KINDS = ("admin-login",)
KINDS = (*PUBLIC_KINDS, *PASSING_KINDS, *EDITORS_KINDS)
LANGUAGES = ("fr", "en")

EXPECTED_STATUS = {
    "missing": 404,
    "own-data-expired": 404,
    "gone": 410,
    "hand-over-gone": 410,
    "review-gone": 410,
    "refused-answer": 422,
    "bad-request": 400,
    "refused-mention": 400,
    "refused-comment": 422,
    "refused-report": 422,
    "refused-right-of-reply": 422,
}

GONE = {"fr": "/ce-qui-fut/", "en": "/en/what-was/"}
# On a busy machine; a quiet one needs a few.
SECONDS_TO_SETTLE = 900
# An address whose page has gone. And the worker makes the renditions of the demo's pictures, which the pages then
# show: what is looked at meanwhile is no longer what it was a moment later.
SETTLE = f"""
from time import monotonic, sleep
from django_tasks_db.models import DBTaskResult
from blog.models import OldAddress

for path in {list(GONE.values())}:
    OldAddress.objects.get_or_create(path=path)
tasks = DBTaskResult.objects
deadline = monotonic() + {SECONDS_TO_SETTLE}
while tasks.ready().exists() or tasks.running().exists():
    assert monotonic() < deadline, "the worker does not come to an end"
    sleep(0.2)
"""

# The pages that mails to moderators lead to, as paths by language: the newest comment waits.
MODERATORS_PAGES = """
import json
from urllib.parse import urlsplit
from comments.alerts.tokens import choose_address, decide_address
from comments.models import Comment, ModeratorMail
from comments.moderators import moderators

choice, _ = ModeratorMail.objects.get_or_create(user=moderators().first())
comment = Comment.objects.filter(status="pending").latest("pk")
pages = {}
for choice.language in ("fr", "en"):
    addresses = {"moderate": decide_address(comment, choice, "approved"), "moderator-mail": choose_address(choice)}
    pages[choice.language] = {kind: urlsplit(address).path for kind, address in addresses.items()}
print(json.dumps(pages))
"""


# Somebody who follows two discussions, one who has not confirmed that yet, and who was refused a comment and reported
# another, in each language. It may be asked for again.
PEOPLE = """
import json
from django.utils import timezone
from django.utils.translation import override
from blog.models import Post
from comments.following.consent import follow
from comments.following.tokens import choose_address, confirm_address
from comments.law.own_data import own_data_path, trace_of
from comments.law.reasons import Because
from comments.models import Comment, Follower, Following
from comments.moderation import decide, write_comment
from comments.reporting import ask_for_reply, notice_path, reply_path, report
from comments.tokens import make_token
from django.urls import reverse

TEXTS = {"fr": "Une remarque qui n’est pas publiée.", "en": "A remark that is not published."}

def comment_by(name, **fields):
    return Comment.objects.filter(name=name).first() or write_comment(
        post=thread, parent=None, name=name, text=TEXTS[fields["language"]], **fields
    )

thread, other = Post.objects.filter(comment_count__gt=0, translation_of=None).order_by("-comment_count")[:2]
found = {}
for language in ("fr", "en"):
    with override(language):
        email = f"suit-{language}@example.org"
        written = comment_by(f"Suit {language}", language=language, email=email)
        follow(written, whole_discussion=False, cadence="daily")
        follower = Follower.objects.get(email=email)
        Follower.objects.filter(pk=follower.pk).update(confirmed_at=timezone.now())
        Following.objects.update_or_create(follower=follower, post=other, comment=None)
        Following.objects.filter(follower=follower).update(seen_number=1, seen_at=timezone.now())
        asked = comment_by(f"Attend {language}", language=language, email=f"attend-{language}@example.org")
        follow(asked, whole_discussion=True, cadence="at_once")
        refused = comment_by(f"Refus {language}", language=language)
        decide(refused, "rejected", by=None, because=Because(facts="Hors sujet."))
        standing = Comment.objects.approved().filter(post=thread).order_by("pk").first()
        notice = report(standing, category="hate", explanation="Ceci.", name="", email="")
        asked_for = ask_for_reply(thread, passage="On dit.", text="Non.", name="", email=f"eve-{language}@example.org")
        unconfirmed = Follower.objects.get(email=f"attend-{language}@example.org")
        found[language] = {
            "own-data-shown": own_data_path(trace_of(email)),
            "notice": notice_path(notice),
            "contestation": reverse("comments:statement-contest", args=[make_token(refused)]),
            "asked-right-of-reply": reply_path(asked_for),
            "confirm-following": confirm_address(unconfirmed),
            "following": choose_address(follower),
        }
print(json.dumps(found))
"""

# The private page of the tribune that the demo proposes to somebody, and one that is over.
PARTNERS_PAGES = """
import json
from django.utils import timezone
from blog.models import PrivateAddress
from blog.syndication.private_addresses import path_of, renew_address

tribune = PrivateAddress.objects.first().tribune
if not tribune.private_addresses.exclude(revoked_at=None).exists():
    renew_address(tribune)
over, good = tribune.private_addresses.order_by("revoked_at")
over, good = (over, good) if over.revoked_at else (good, over)
pages = {"hand-over": good, "hand-over-gone": over}
print(json.dumps({
    language: {kind: path_of(address, language) for kind, address in pages.items()} for language in ("fr", "en")
}))
"""

# The private page of a preview, in the language of who reads it, with something said; and one that is over.
REVIEW_PAGES = """
import json
from datetime import timedelta
from django.utils import timezone
from blog.models import Post
from blog.passages import passages_of
from blog.reviewing import Reader, open_address, path_of, revoke, say, state_of

found = {}
for language, slug in (("fr", "cookies-consentement-et-fatigue"), ("en", "cookies-consent-and-fatigue")):
    post = Post.objects.get(slug=slug)
    until = timezone.now() + timedelta(days=14)
    good, over = (
        open_address(post, Reader("Ana", language), expires_at=until, by=None, language="fr") for _ in range(2)
    )
    revoke(over)
    passage = passages_of(post)[4]
    say(good, "remark", text="?", once="1", state=state_of(post), passage=passage)
    say(good, "approved", text="", once="2", state=state_of(post))
    found[language] = {
        "review": path_of(good),
        "review-at-passage": f"{path_of(good)}?passage={passage.key}",
        "review-gone": path_of(over),
    }
print(json.dumps(found))
"""

# What became of a page that mentions an article, and of a text that a partner's program handed over; what was kept of a
# partner's page that is gone.
SENDERS_PAGES = """
import json
from authors.addresses import address
from blog.models import Mention, Offer, Tribune

offers = [each for each in Offer.objects.all() if not each.is_over()]
offer = next(each for each in offers if not (each.post and each.post.is_published()))
mention = Mention.objects.first()
kept = next(each for each in Tribune.objects.exclude(gone_since=None) if each.offers_archive())
print(json.dumps({
    language: {
        "mention": address("blog:mention-detail", mention.key, language=language),
        "offer": address("blog:offer", offer.key, language=language),
        "kept-page": address("blog:kept-page", kept.pk, language=language),
    }
    for language in ("fr", "en")
}))
"""


@dataclass(frozen=True)
class Request:
    """How to get a page: by its path, or by sending the form that stands on the page of that path.

    A field that is a button says which one is pressed.
    """

    path: str
    form: dict[str, str] | None = None


def find_requests(site: Site, reader: Reader) -> dict[tuple[str, str], Request]:
    """Return how to get each kind of page in each language, once there is one.

    Two comments are sent, so that somebody waits; they are never approved, and so seen by nobody else.
    """
    run_inside(site, SETTLE)
    people = json.loads(run_inside(site, PEOPLE).splitlines()[-1])
    requests = {}
    for language, post, missing in zip(LANGUAGES, (POST, ENGLISH_POST), ("/rien/", "/en/nothing/"), strict=True):
        page = reader.fetch(post)
        waiting = send_form(
            reader, page, name="Lise", email="lise@example.org", text="Une remarque qui attend."
        ).location
        paths = {kind: pair[LANGUAGES.index(language)] for kind, pair in PUBLIC_KINDS.items()} | {
            "search": ("/recherche/", "/en/search/")[LANGUAGES.index(language)],
            "search-found": ("/recherche/?q=presse", "/en/search/?q=press")[LANGUAGES.index(language)],
            "search-nothing": ("/recherche/?q=webniaire", "/en/search/?q=webniar")[LANGUAGES.index(language)],
            "share-by-mail": f"{post}?share=email",
            "reply": next(path for path, _ in page.inner_links() if re.search(r"/(repondre|reply)/$", path)),
            "waiting": waiting,
            "own-comment": waiting.replace("en-attente", "les-miens").replace("waiting", "mine"),
            "comments-of-a-browser": ("/commentaires/les-miens/", "/en/comments/mine/")[LANGUAGES.index(language)],
            "report": next(path for path, _ in page.inner_links() if re.search(r"/(signaler|report)/$", path)),
            "right-of-reply": ("/droit-de-reponse/", "/en/right-of-reply/")[LANGUAGES.index(language)],
            "own-data": ("/commentaires/mes-donnees/", "/en/comments/my-data/")[LANGUAGES.index(language)],
            "new-comments": (f"{THREAD}?since=3", f"{ENGLISH_THREAD}?since=3")[LANGUAGES.index(language)],
            "one-thread": (f"{FOLDED}?thread=7", f"{ENGLISH_FOLDED}?thread=7")[LANGUAGES.index(language)],
            **{kind: urlsplit(address).path for kind, address in people[language].items()},
            "own-data-expired": ("/commentaires/mes-donnees/x/", "/en/comments/my-data/x/")[LANGUAGES.index(language)],
            "mention-form": ("/webmention/", "/en/webmention/")[LANGUAGES.index(language)],
            "missing": missing,
            "gone": GONE[language],
            "bad-request": f"{missing}?page=%00",
            "admin-login": "/admin/login/?next=/admin/",
        }
        requests |= {(kind, language): Request(path) for kind, path in paths.items()}
        empty = {"name": "", "email": "nobody", "site": "", "text": ""}
        forms = {
            "preview": Request(
                post, {"name": "Lise", "text": "*Lise*\n\n> `1`\n\n- https://example.org/", "preview": "yes"}
            ),
            "refused-comment": Request(post, empty),
            "refused-report": Request(paths["report"], {"explanation": "", "email": "nobody"}),
            "refused-right-of-reply": Request(paths["right-of-reply"], {"address": "?", "text": "", "email": "nobody"}),
            "refused-mention": Request(
                paths["mention-form"], {"source": "https://example/", "target": "https://example.org/"}
            ),
            "own-data-asked": Request(paths["own-data"], {"email": "nobody@example.org"}),
        }
        requests |= {(kind, language): request for kind, request in forms.items()}
    for pages in (MODERATORS_PAGES, PARTNERS_PAGES, REVIEW_PAGES, SENDERS_PAGES):
        for language, paths in json.loads(run_inside(site, pages)).items():
            requests |= {(kind, language): Request(path) for kind, path in paths.items()}
    for language in LANGUAGES:
        requests["refused-answer", language] = Request(requests["hand-over", language].path, {"seen": "none"})
    return requests


def send_form(reader: Reader, page: Answer, **fields: str) -> Answer:
    """Send the form of a page as a browser would, with these fields filled in."""
    form = next(form for form in page.tree.forms if form.method == "POST")
    action = next(path for path, link in page.inner_links() if link.attributes.get("action") == form.get("action"))
    body = urlencode(dict(form.form_values()) | fields)
    headers = {
        "Content_Type": "application/x-www-form-urlencoded",
        "Sec_Fetch_Site": "same-origin",
        "Accept": "text/html",
    }
    return reader.fetch(action, method="POST", body=body, **headers)


def fetch_kind(reader: Reader, request: Request, language: str = "fr") -> Answer:
    """Return the page of one kind; the admin's language is the one that the browser asks for."""
    page = reader.fetch(request.path, Accept_Language=language, Accept="text/html")
    return page if request.form is None else send_form(reader, page, **request.form)


def run_inside(site: Site, code: str, **settings: str) -> str:
    """Run a few lines of Python in the installation, and return what they print."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "--command", code],
        cwd=ROOT,
        env=site_environment(site.data_dir, **(site.settings | settings)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
