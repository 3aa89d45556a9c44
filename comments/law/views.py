"""The pages that the law asks for: reporting, contesting, one's own data, privacy, right of reply.

None needs an account, a cookie or JavaScript. Those about one person are kept by no cache.
"""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from authors.bilingual import current_language
from blog.models import Page
from blog.pagecache import tag_page
from blog.paging import get_page, page_number
from blog.views.reading import only_read
from comments import knowing, tokens
from comments.law.forms import AppealForm, ErasureForm, NoticeForm, OwnDataForm, ReplyRequestForm
from comments.law.own_data import (
    SHOWN,
    affairs_of,
    comments_of_address,
    copy_of,
    email_at,
    for_page,
    read_own_data_token,
    trace_of,
)
from comments.law.reasons import statement_about
from comments.law.retention import RULES
from comments.law.tasks import erase_own_data, mail_own_data
from comments.limits import may_be_written_to
from comments.models import Comment, Notice, ReplyRequest
from comments.reporting import NOTICE_SALT, REPLY_SALT, ask_for_reply, contest, notice_path, reply_path, report
from comments.spam import akismet

GONE = _("This comment has gone meanwhile: nobody can read it any longer. Your text is still below.")

A_DAY = 24 * 3600

# Whole texts, which a phone still scrolls through.
OWN_COMMENTS_A_PAGE = 50

takes_forms = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt
@never_cache
@takes_forms
def comment_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a comment with the form to report it, and take the notice."""
    from comments.views import get_post

    comment = get_object_or_404(Comment, pk=pk)
    post = get_post(comment.post_id)
    form = NoticeForm(sent(request), made_for=f"report {pk}")
    if not comment.is_readable():
        if request.method != "POST":
            raise Http404("Nobody can read this comment.")
        form.add_error(None, GONE)
    if request.method == "POST" and form.may_be_taken(request):
        fields = {name: form.cleaned_data[name] for name in ("category", "explanation", "name", "email")}
        return redirect(notice_path(report(comment, **fields)))
    context = {"comment": comment if comment.is_readable() else None, "post": post, "form": form}
    return render_form(request, "comments/law/comment_report.html", context)


@never_cache
@only_read
def notice_detail(request: HttpRequest, token: str) -> HttpResponse:
    """Show whoever reported a comment what became of it."""
    notice = get_object_or_404(Notice, pk=read_token(token, NOTICE_SALT))
    return render(request, "comments/law/notice_detail.html", {"notice": notice})


@csrf_exempt
@never_cache
@takes_forms
def statement_contest(request: HttpRequest, token: str) -> HttpResponse:
    """Take what the writer of a comment says against the decision on it."""
    comment = tokens.read_token(token)
    statement = statement_about(comment)
    waiting = reverse("comments:comment-waiting", args=[token])
    if statement is None or hasattr(statement, "appeal"):
        return redirect(waiting)
    form = AppealForm(sent(request), made_for=f"contest {statement.pk}")
    if request.method == "POST" and form.may_be_taken(request):
        contest(statement, text=form.cleaned_data["text"])
        return redirect(waiting)
    context = {"comment": comment, "statement": statement, "form": form, "waiting": waiting}
    return render_form(request, "comments/law/statement_contest.html", context)


@csrf_exempt
@never_cache
@takes_forms
def own_data_request(request: HttpRequest) -> HttpResponse:
    """Mail the way to one's own comments; the answer is the same whether there are any."""
    form = OwnDataForm(sent(request), made_for="own data")
    is_sent = request.method == "POST" and form.may_be_taken(request)
    if is_sent and may_be_written_to(form.cleaned_data["email"], about="own-data"):
        # In the background, and also where there is nothing, so that the time of the answer gives nothing away either.
        mail_own_data.enqueue(trace=trace_of(form.cleaned_data["email"]), language=current_language())
    return render_form(request, "comments/law/own_data_request.html", {"form": form, "is_sent": is_sent})


@csrf_exempt
@never_cache
@takes_forms
def own_data(request: HttpRequest, token: str) -> HttpResponse:
    """Show all that was written with an address to who holds it; erase it when they say so."""
    trace = read_own_data_token(token)
    email = email_at(trace)
    if not email:
        return render(request, "comments/law/own_data_gone.html", status=404)
    form = ErasureForm(sent(request), made_for=f"erase {token}")
    if request.method == "POST" and form.may_be_taken(request):
        erase_own_data.enqueue(trace=trace)
        return render(request, "comments/law/own_data_gone.html", {"is_erasing": True})
    page = get_page(for_page(comments_of_address(email)), page_number(request), OWN_COMMENTS_A_PAGE)
    for comment in page:
        comment.token = tokens.make_token(comment)
    affairs = {name: list(rows[:SHOWN]) for name, rows in affairs_of(email).items()}
    for notice in affairs["notices"]:
        notice.path = notice_path(notice)
    for asked in affairs["requests"]:
        asked.path = reply_path(asked)
    context = {"form": form, "page": page, "email": email, "token": token, **affairs}
    return render_form(request, "comments/law/own_data.html", context)


@never_cache
@only_read
def own_data_copy(request: HttpRequest, token: str) -> HttpResponse:
    """Give a copy of it as a file."""
    email = email_at(read_own_data_token(token))
    if not email:
        return render(request, "comments/law/own_data_gone.html", status=404)
    response = JsonResponse(copy_of(email), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="comments.json"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@only_read
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept of commenters and for how long, below what the publication itself says of privacy."""
    slug = request.path.rstrip("/").rpartition("/")[2]
    own_page = Page.objects.published().in_language(current_language()).filter(slug=slug).first()
    context = {
        "own_page": own_page,
        "rules": RULES,
        "own_cookie_days": tokens.COOKIE_SECONDS // A_DAY,
        "known_cookie_days": knowing.COOKIE_SECONDS // A_DAY,
        "is_akismet_told": akismet.is_on(),
    }
    return tag_page(render(request, "comments/law/privacy.html", context))


@csrf_exempt
@never_cache
@takes_forms
def reply_request(request: HttpRequest) -> HttpResponse:
    """Take a request for a right of reply to an article."""
    address = request.GET.get("article", "")
    form = ReplyRequestForm(sent(request), made_for="right of reply", initial={"address": address})
    if request.method == "POST" and form.may_be_taken(request):
        fields = {name: form.cleaned_data[name] for name in ("passage", "text", "name", "email")}
        return redirect(reply_path(ask_for_reply(form.post, **fields)))
    return render_form(request, "comments/law/reply_request.html", {"form": form})


@never_cache
@only_read
def reply_request_detail(request: HttpRequest, token: str) -> HttpResponse:
    """Show whoever asked for a right of reply what became of it."""
    asked = get_object_or_404(ReplyRequest.objects.select_related("post"), pk=read_token(token, REPLY_SALT))
    return render(request, "comments/law/reply_request_detail.html", {"asked": asked})


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what a form holds that was sent, which may be nothing at all; None where none was sent."""
    return request.POST if request.method == "POST" else None


def read_token(token: str, salt: str) -> int:
    """Return the key that a signed address stands for."""
    try:
        return signing.loads(token, salt=salt)
    except signing.BadSignature:
        raise Http404("This address was not made here.") from None


def render_form(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    """Render a page with a form: 200, or what the form answers with when something in it is wrong."""
    form = context["form"]
    return render(request, template, context, status=form.status if form.errors else 200)
