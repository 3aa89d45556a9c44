"""Where partners' programs hand texts over to us: Micropub, https://www.w3.org/TR/micropub/.

Whoever asks bears a token that an editor made for a partner. There is no cookie, and so nothing that another site could
abuse; each answer is JSON, its sentences in the language that is asked for, or English.
"""

import json
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from authors.addresses import absolute_address
from authors.bilingual import LANGUAGES
from authors.written_numbers import read_number
from blog.models import Offer, Partner
from blog.models.posts import long_texts
from blog.syndication.answers import storable
from blog.syndication.offers import (
    InvalidOfferError,
    TooManyOffersError,
    change,
    find_offer,
    find_partner,
    location_of,
    offer_again,
    properties_now,
    receive,
    take_picture,
    updated,
    withdraw,
)
from blog.views.reading import only_read
from blog.visitors import Limit, sender_address, sender_network

# Of one partner in an hour: a publication that hands its month over writes some dozens, with their pictures.
WRITTEN = Limit("micropub", most=300, of_network=300, seconds=3600)
# Another Tribune looks at each text that waits every three hours.
READ = Limit("micropub-read", most=2000, of_network=2000, seconds=3600)
# Wrong tokens from one network: nobody guesses 256 bits, but each try costs a look.
REFUSED = Limit("micropub-refused", most=60, of_network=200, seconds=3600)

LISTED, MOST_LISTED = 20, 50
FORM, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
QUERIES = ["config", "source", "syndicate-to"]


class RefusalError(Exception):
    """A request is answered by an error of the standard (section 3.8), with a sentence for whoever reads it."""

    def __init__(self, status: int, error: str, words: object, *, wait: int = 0) -> None:
        super().__init__(words)
        self.status, self.error, self.wait = status, error, wait


def for_programs(view: Callable) -> Callable:
    """Make a view one for a partner's program: it gets the partner, and refuses as the standard has it."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        language = wanted_language(request)
        with override(language):
            try:
                response = view(request, let_in(request))
            except RefusalError as error:
                response = refuse(error)
            except InvalidOfferError as error:
                response = refuse(RefusalError(400, "invalid_request", error))
            except TooManyOffersError as error:
                words = _("So many of your texts wait to be taken in that more are taken later only.")
                response = refuse(RefusalError(429, "slow_down", words, wait=error.seconds))
            except RequestDataTooBig:
                words = _("What was sent is larger than anything that is taken here.")
                response = refuse(RefusalError(413, "invalid_request", words))
            except (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError, UnicodeError):
                words = _("What was sent cannot be read.")
                response = refuse(RefusalError(400, "invalid_request", words))
        response.headers["Content-Language"] = language
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


def wanted_language(request: HttpRequest) -> str:
    """Return the first language of Accept-Language that is ours, or English."""
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return next((tag[:2] for tag, _weight in wanted if tag[:2] in LANGUAGES), "en")


def refuse(error: RefusalError) -> JsonResponse:
    response = JsonResponse({"error": error.error, "error_description": str(error)}, status=error.status)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.wait:
        response.headers["Retry-After"] = str(error.wait)
    return response


def let_in(request: HttpRequest) -> Partner:
    """Return the partner whose token a request bears (RFC 6750, sections 2.1 and 2.2); raise RefusalError."""
    kind, _space, header = request.headers.get("Authorization", "").partition(" ")
    tokens = [header.strip()] if kind.lower() == "bearer" and header.strip() else []
    if request.method == "POST" and request.content_type == FORM and (sent := request.POST.get("access_token")):
        tokens.append(sent)
    if len(tokens) > 1:
        raise RefusalError(400, "invalid_request", _("The token came twice: send it in one way only."))
    partner = find_partner(tokens[0]) if tokens else None
    if partner is None:
        if not REFUSED.allows_one(sender_address(request), network=sender_network(request)):
            words = _("Too many wrong tokens came from your network.")
            raise RefusalError(429, "slow_down", words, wait=REFUSED.seconds)
        words = _("This token lets nobody in: the editors may have revoked it.") if tokens else _("A token is missing.")
        raise RefusalError(401, "unauthorized", words)
    limit = WRITTEN if request.method == "POST" else READ
    if not limit.allows_one(f"partner {partner.pk}"):
        words = _("So much has come from you that more is taken in an hour only.")
        raise RefusalError(429, "slow_down", words, wait=limit.seconds)
    return partner


@for_programs
def micropub(request: HttpRequest, partner: Partner) -> HttpResponse:
    """Take a text, a change of one, or a question."""
    if request.method in {"GET", "HEAD"}:
        return tell(request, partner)
    if request.method != "POST":
        raise RefusalError(405, "invalid_request", _("Only GET and POST are taken here."))
    said = read_json(request) if request.content_type == JSON else read_form(request, partner)
    action = said.get("action", "create")
    if action == "create":
        offer = receive(partner, said["properties"])
        response = HttpResponse(status=202)
        response.headers["Location"] = location_of(offer)
        return response
    offer = find_offer(partner, str(said.get("url") or ""))
    if action == "update":
        change(offer, lambda kept: updated(kept, said))
    elif action == "delete":
        withdraw(offer)
    elif action == "undelete":
        offer_again(offer)
    else:
        raise RefusalError(400, "invalid_request", _("Only update, delete and undelete can be done."))
    return HttpResponse(status=204)


@for_programs
def media(request: HttpRequest, partner: Partner) -> HttpResponse:
    """Take a picture that a text will show (section 3.6)."""
    if request.method != "POST":
        raise RefusalError(405, "invalid_request", _("Only POST is taken here."))
    file = request.FILES.get("file") if request.content_type == MULTIPART else None
    if file is None:
        raise RefusalError(400, "invalid_request", _("A file is missing: a part of multipart/form-data named “file”."))
    response = HttpResponse(status=201)
    response.headers["Location"] = take_picture(partner, file)
    return response


def read_json(request: HttpRequest) -> dict:
    """Return a request in JSON; that of a new text has its properties."""
    try:
        said = storable(json.loads(request.body))
    except (ValueError, RecursionError) as error:
        raise RefusalError(400, "invalid_request", _("What was sent is no JSON.")) from error
    if not isinstance(said, dict):
        raise RefusalError(400, "invalid_request", _("What was sent is no JSON object."))
    if "action" in said:
        return said
    expect_entry(said.get("type") == ["h-entry"])
    return {"properties": said.get("properties")}


def read_form(request: HttpRequest, partner: Partner) -> dict:
    """Return a request of a form; that of a new text has its properties, its pictures with their addresses here."""
    if request.content_type not in {FORM, MULTIPART}:
        raise RefusalError(400, "invalid_request", _("Only forms and JSON are taken here."))
    if "action" in request.POST:
        return {"action": request.POST["action"], "url": request.POST.get("url", "")}
    expect_entry(request.POST.get("h", "entry") == "entry")
    properties: dict[str, list] = {}
    for name, values in request.POST.lists():
        if name in {"h", "access_token"}:
            continue
        if name == "content[html]":
            properties["content"] = [{"html": values[0]}]
        else:
            properties.setdefault(name.removesuffix("[]"), []).extend(filter(None, values))
    for name, files in request.FILES.lists():
        if name.removesuffix("[]") != "photo":
            raise RefusalError(400, "invalid_request", _("Of files only pictures are taken here, named “photo”."))
        addresses = [take_picture(partner, file) for file in files]
        properties.setdefault("photo", []).extend(addresses)
    return {"properties": storable(properties)}


def expect_entry(is_entry: bool) -> None:
    if not is_entry:
        raise RefusalError(400, "invalid_request", _("Only entries (h-entry) are taken here."))


# Questions


def tell(request: HttpRequest, partner: Partner) -> HttpResponse:
    """Answer a question (section 3.7)."""
    question = request.GET.get("q", "")
    if question == "config":
        return JsonResponse(
            {
                "media-endpoint": absolute_address("blog:micropub-media", language=settings.LANGUAGE_CODE),
                "syndicate-to": [],
                "post-types": [{"type": "article", "name": _("Tribune")}],
                "q": QUERIES,
                # No part of the standard: what is sent twice with one uid is one text.
                "unique-by": ["uid"],
            }
        )
    if question == "syndicate-to":
        return JsonResponse({"syndicate-to": []})
    if question != "source":
        words = _("Only the questions config, source and syndicate-to are answered here.")
        raise RefusalError(400, "invalid_request", words)
    if "url" not in request.GET:
        offers = partner.offers.select_related("tribune__post").newest_first()[: wanted_length(request)]
        items = [{"type": ["h-entry"], "properties": properties_now(each)} for each in offers if not each.is_over()]
        return JsonResponse({"items": items})
    offer = find_offer(partner, request.GET["url"])
    if offer.is_over():
        raise RefusalError(410, "invalid_request", say_state(offer))
    kept = properties_now(offer)
    names = request.GET.getlist("properties[]") + request.GET.getlist("properties")
    if names:
        return JsonResponse({"properties": {name: kept[name] for name in names if name in kept}})
    return JsonResponse({"type": ["h-entry"], "properties": kept})


def wanted_length(request: HttpRequest) -> int:
    said = read_number(request.GET.get("limit"))
    return LISTED if said is None else min(said, MOST_LISTED)


# What becomes of it, for whoever has the address


@never_cache
@only_read
def offer_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lead to the post, or say what has become of a text that was handed over."""
    offers = Offer.objects.select_related("tribune__post").defer(*long_texts("tribune__post"))
    offer = get_object_or_404(offers, key=key)
    if not offer.is_over() and offer.post and offer.post.is_published():
        return HttpResponseRedirect(settings.SITE_URL + offer.post.path())
    status = 410 if offer.is_over() else 200
    response = render(request, "blog/offer_detail.html", {"words": say_state(offer)}, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def say_state(offer: Offer) -> str:
    """Return what has become of a text, in words for who sent it."""
    if offer.withdrawn_at:
        return _("This text was taken back by whoever sent it.")
    if offer.is_over():
        return _("This text does not appear here: the editors have declined it, or withdrawn it.")
    if offer.state == Offer.State.FAILED and not offer.tribune:
        return _("This text could not be taken in: %(why)s") % {"why": offer.why}
    if offer.post and offer.post.is_scheduled():
        return _("This text will appear here.")
    if offer.post and not offer.is_untouched():
        return _("An editor is working on this text.")
    return _("This text has arrived. It waits to be read by an editor.")
