"""The pages that a moderator's mails lead to: deciding on a comment, and stopping the mails."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from blog.private_pages import NOT_MADE_HERE, for_one_person
from comments.alerts import sending
from comments.alerts.deciding import ChangedMeanwhileError, DecidedMeanwhileError, decide_as_seen, digest_seen
from comments.alerts.forms import ChooseForm, DecideForm
from comments.alerts.tokens import Question, read_choose_token, read_decide_token
from comments.models import Comment, ModeratorMail
from comments.moderation import DECISION_LABELS, DECISIONS
from comments.moderators import may_moderate
from comments.spam.judging import describe_verdict


@for_one_person
def comment_decide(request: HttpRequest, token: str) -> HttpResponse:
    """Show a comment in its context with a button for each decision, and take the decision."""
    try:
        question = read_decide_token(token)
    except signing.SignatureExpired:
        return render(request, "comments/decide_expired.html", status=410)
    except (signing.BadSignature, ValueError):
        raise Http404(NOT_MADE_HERE) from None
    user = get_user_model().objects.filter(pk=question.user_id).first()
    if user is None or not may_moderate(user) or not question.is_of(user):
        return render(request, "comments/decide_refused.html", status=403)
    comment = Comment.objects.select_related("post", "parent", "decided_by").filter(pk=question.comment_id).first()
    if comment is None:
        return render(request, "comments/decide_expired.html", status=410)
    if request.method == "POST":
        return settle(request, question, comment, by=user)
    return render_question(request, question, comment)


def settle(request: HttpRequest, question: Question, comment: Comment, *, by: AbstractBaseUser) -> HttpResponse:
    """Decide as the button says that was pressed, or say why nothing was changed."""
    form = DecideForm(request.POST)
    if not form.is_valid():
        return render_question(request, question, comment, status=400)
    data = form.cleaned_data
    try:
        decide_as_seen(comment, data["decision"], expected=question.expected, seen=data["seen"], by=by)
    except DecidedMeanwhileError:
        notice = _("Meanwhile it was decided otherwise: your decision changed nothing.")
    except ChangedMeanwhileError:
        notice = _("Its writer has changed the text meanwhile: here it is as it is now.")
    else:
        return redirect(request.path)
    comment.refresh_from_db()
    return render_question(request, question, comment, notice=notice, status=409)


def render_question(
    request: HttpRequest, question: Question, comment: Comment, *, notice: str = "", status: int = 200
) -> HttpResponse:
    """Render the page of a comment that waits, or of one that has been decided on."""
    is_open = comment.status == question.expected
    score, reasons = describe_verdict(comment)
    # What the address proposes comes first.
    decisions = sorted(DECISIONS[question.expected], key=lambda each: each != question.decision) if is_open else []
    context = {
        "comment": comment,
        "post": comment.post,
        "decisions": [(each, DECISION_LABELS[each]) for each in decisions],
        "seen": digest_seen(comment),
        "score": score,
        "reasons": reasons,
        "notice": notice,
    }
    return render(request, "comments/comment_decide.html", context, status=status)


@for_one_person
def moderator_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Show how often a moderator is mailed, and change it; the one click of a mail program stops it."""
    try:
        choice = get_object_or_404(ModeratorMail.objects.select_related("user"), pk=read_choose_token(token))
    except (signing.BadSignature, ValueError):
        raise Http404(NOT_MADE_HERE) from None
    is_noted, status = False, 200
    if request.method == "POST":
        form = ChooseForm(request.POST)
        is_noted, status = form.is_valid(), 200 if form.is_valid() else 400
        if is_noted:
            sending.choose(choice, form.cleaned_data["cadence"] or ModeratorMail.Cadence.NEVER)
    context = {"choice": choice, "cadences": ModeratorMail.Cadence.choices, "is_noted": is_noted}
    return render(request, "comments/moderator_mail.html", context, status=status)
