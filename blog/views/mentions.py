"""Where other sites say that they link to an article: Webmention, https://www.w3.org/TR/webmention/."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from authors.addresses import address
from blog.forms import MentionForm
from blog.models import Mention
from blog.models.posts import long_texts
from blog.syndication.mention_limits import FROM_YOU, SENT, BusyError
from blog.syndication.mentions import receive
from blog.views.reading import only_read


# Who sends is a server of another site, or a person with the form below an article; neither has a cookie.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webmention(request: HttpRequest) -> HttpResponse:
    """Explain what this address is for, and take what is sent to it."""
    if request.method != "POST":
        form = MentionForm(initial={name: request.GET.get(name, "") for name in ("source", "target")})
        return answer_with_form(request, form, status=200)
    form = MentionForm(request.POST)
    try:
        if not SENT.allows(request):
            raise BusyError(FROM_YOU, seconds=SENT.seconds)
        if not form.is_valid():
            return answer_with_form(request, form, status=400)
        mention = receive(form.cleaned_data["source"], form.cleaned_data["target"], form.cleaned_data["post"])
    except BusyError as error:
        response = refuse_for_now(request, form, error)
        response.headers["Retry-After"] = str(error.seconds)
        return response
    # 201 rather than 202, since its sender can look what becomes of it (section 3.2).
    response = show_mention(request, mention, status=201)
    response.headers["Location"] = settings.SITE_URL + address("blog:mention-detail", mention.key)
    return response


@never_cache
@only_read
def mention_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """What has become of a mention, for who sent it."""
    mentions = Mention.objects.select_related("post").defer(*long_texts("post"))
    return show_mention(request, get_object_or_404(mentions, key=key), status=200)


def refuse_for_now(request: HttpRequest, form: MentionForm, error: BusyError) -> HttpResponse:
    """Say that more has come than is looked at; to a program, of which there may be thousands, without a look at it."""
    if not is_browser(request):
        return plain(str(error), error.status)
    form.is_valid()
    form.add_error(None, str(error))
    return answer_with_form(request, form, status=error.status)


def answer_with_form(request: HttpRequest, form: MentionForm, *, status: int) -> HttpResponse:
    """Show the form, with what is wrong; to a program only that."""
    if status != 200 and not is_browser(request):
        errors = [text for texts in form.errors.values() for text in texts]
        return plain("\n".join(errors), status)
    return render(request, "blog/mention_form.html", {"form": form}, status=status)


def show_mention(request: HttpRequest, mention: Mention, *, status: int) -> HttpResponse:
    """Say what has become of a mention."""
    words = say_state(mention)
    if not is_browser(request):
        return plain(words, status)
    post = mention.post if mention.post.is_published() else None
    return render(
        request, "blog/mention_detail.html", {"mention": mention, "post": post, "words": words}, status=status
    )


WORDS = {
    Mention.Status.APPROVED: gettext_lazy("Your page is shown below the article."),
    Mention.Status.TRIBUNE: gettext_lazy("The article leads to your page."),
    Mention.Status.PENDING: gettext_lazy(
        "Your page links to the article. It is shown below it once a moderator has approved it."
    ),
    Mention.Status.REJECTED: gettext_lazy("Your page is not shown."),
    Mention.Status.SPAM: gettext_lazy("Your page is not shown."),
}


def say_state(mention: Mention) -> str:
    """Return what has become of a mention, in words for who sent it."""
    if mention.state == Mention.State.VERIFIED:
        return str(WORDS[mention.status])
    if mention.state != Mention.State.WAITING:
        return mention.problem
    if mention.problem:
        words = _("Your page could not be read, and is tried again later: %(problem)s")
        return words % {"problem": mention.problem}
    return _("Thank you. Your page will be looked at within minutes.")


def is_browser(request: HttpRequest) -> bool:
    """Say whether a person asks; programs take anything, and say so."""
    return "text/html" in request.headers.get("Accept", "")


def plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=status)
