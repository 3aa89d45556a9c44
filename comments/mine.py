"""Where writers find their comments again, to mend them or to take them back.

Pages of a discussion are the same for everybody, so what is a reader's own stands at addresses of its own.
"""

from contextlib import suppress
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from authors.addresses import address
from authors.bilingual import current_language, other_language
from blog.views.reading import only_read
from blog.visitors import is_from_here
from comments.accepting import FROM_ELSEWHERE, TOO_MANY
from comments.forms import MendingForm, WithdrawalForm
from comments.limits import is_within_limit, may_ask_for_mail, may_be_written_to
from comments.mail.letters import is_closed
from comments.mending import TooLateError, mend, withdraw
from comments.models import Comment
from comments.notes import notes_on
from comments.policy import waits_when_changed
from comments.tasks import mail_own_address
from comments.text import render_comment
from comments.tokens import read_token, remembered
from comments.views import find_post

# Whoever types in the address of somebody else has few mails sent there.
BETWEEN_MAILS_SECONDS = 3600

TOO_LATE = _("This comment can no longer be changed. Your text is still below.")


@never_cache
@only_read
def comment_mine(request: HttpRequest) -> HttpResponse:
    """List the comments that this browser has sent, the latest first."""
    return render(request, "comments/comment_mine.html", {"comments": remembered(request)})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_own(request: HttpRequest, token: str) -> HttpResponse:
    """Show a comment to its writer, with what they can still do with it; take a change of its text."""
    comment = read_token(token)
    if request.method != "POST":
        return render_own(request, comment, token, MendingForm(initial={"text": comment.text}))
    form = MendingForm(request.POST)
    if not is_from_here(request):
        form.add_error(None, FROM_ELSEWHERE)
    if form.is_to_be_shown():
        form.preview_html = render_comment(form.cleaned_data["text"], language=comment.language)
        form.notes = notes_on(text=form.cleaned_data["text"])
        return render_own(request, comment, token, form)
    if form.is_valid() and not is_within_limit(request):
        form.add_error(None, TOO_MANY)
        return render_own(request, comment, token, form, status=429)
    if form.is_valid():
        try:
            mend(comment, form.cleaned_data["text"])
        except TooLateError:
            form.add_error(None, TOO_LATE)
        else:
            # To the text as it is now.
            return redirect(f"{reverse('comments:comment-own', args=[token])}#{comment.anchor}")
    return render_own(request, comment, token, form, status=422)


@csrf_exempt
@never_cache
@require_POST
def comment_withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take a comment back."""
    comment = read_token(token)
    withdrawal = WithdrawalForm(request.POST)
    if not withdrawal.is_valid():
        form = MendingForm(initial={"text": comment.text})
        return render_own(request, comment, token, form, withdrawal=withdrawal, status=422)
    if is_from_here(request):
        # Where it has gone already, the page that follows says so.
        with suppress(TooLateError):
            withdraw(comment)
    return redirect("comments:comment-own", token)


@csrf_exempt
@never_cache
@require_POST
def comment_mail_address(request: HttpRequest, token: str) -> HttpResponse:
    """Mail the address of a comment's own page to the e-mail that its writer gave, if they like to keep it there."""
    comment = read_token(token)
    is_sent = is_from_here(request) and comment.email and may_ask_for_mail(request) and may_be_mailed(comment)
    if is_sent:
        mail_own_address.enqueue(comment_id=comment.pk)
    answer = urlencode({"mailed": "yes" if is_sent else "no"})
    return redirect(f"{reverse('comments:comment-own', args=[token])}?{answer}")


def may_be_mailed(comment: Comment) -> bool:
    """Say whether the address of a comment may be mailed to its e-mail now, and count that it is: once an hour.

    Asked when all else speaks for it, since it uses up that hour.
    """
    if is_closed(comment.email):
        return False
    is_first = cache.add(f"own-address-of-{comment.pk}", True, BETWEEN_MAILS_SECONDS)
    return is_first and may_be_written_to(comment.email, about="own-address")


def render_own(
    request: HttpRequest,
    comment: Comment,
    token: str,
    form: MendingForm,
    *,
    withdrawal: WithdrawalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page of a comment as its writer sees it."""
    comment.refresh_from_db()
    context = {
        "comment": comment,
        "token": token,
        "form": form,
        "withdrawal": withdrawal or WithdrawalForm(),
        "other_url": address("comments:comment-own", token, language=other_language(current_language())),
        "post": find_post(comment.post_id) or comment.post,
        "waits_when_changed": waits_when_changed(comment),
        "mailed": request.GET.get("mailed", ""),
    }
    return render(request, "comments/comment_own.html", context, status=status)
