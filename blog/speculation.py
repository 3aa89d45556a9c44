"""Which pages a browser may fetch before a reader has clicked on the link to them (speculation rules).

They are fetched, never run, and only once a reader points at a link; a page that is the same for everybody and answers
from the kept pages costs next to nothing. What is private, holds a form, or is a file is left out.
"""

from posixpath import dirname

from django.conf import settings

from authors.addresses import address
from authors.bilingual import LANGUAGES

MEDIA_TYPE = "application/speculationrules+json"

# Files, and what is made anew for who asks.
NO_PAGES = (
    "/admin/*",
    "/oembed",
    "/healthz",
    "/*.ics",
    "/*.opml",
    "/*.xml",
    "/*.txt",
    "/*.json",
    "/*/feed/*",
    "/feed/*",
)
# Below the addresses of both languages: private pages, and what programs send things to.
NOT_FOR_ALL = ("tribunes/p/", "review/p/", "micropub/", "webmention/")
# Links that say themselves that they lead to no page of a reader's: files, forms, the page as a mail.
SAYS_ITSELF = "[rel~=nofollow], [download], [type], [target]"


def speculation_rules() -> dict:
    """Return the rules: https://html.spec.whatwg.org/multipage/speculative-loading.html."""
    left_out = [*NO_PAGES, f"{settings.MEDIA_URL}*", f"{settings.STATIC_URL}*"]
    for language in LANGUAGES:
        left_out += [f"{address('blog:home', language=language)}{path}*" for path in NOT_FOR_ALL]
        comments = dirname(address("comments:comment-mine", language=language).rstrip("/"))
        left_out += [f"{comments}/*", f"{address('comments:reply-request', language=language)}*"]
    rule = {
        "where": {
            "and": [
                {"href_matches": "/*"},
                {"not": {"href_matches": left_out}},
                {"not": {"selector_matches": SAYS_ITSELF}},
            ]
        },
        "eagerness": "moderate",
    }
    return {"prefetch": [rule]}
