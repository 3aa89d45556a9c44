"""The pages that a follower's mails lead to: confirming, and stopping or changing what is mailed."""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from comments.following import consent
from comments.following.forms import ChoiceForm, ConfirmForm
from comments.following.mails import describe, version_of
from comments.following.tokens import EVERYTHING, choose_address, read_choose_token, read_confirm_token
from comments.mail.pages import NOT_MADE_HERE, for_one_person
from comments.models import Follower, Following


@for_one_person
def following_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether an address wants to be mailed, and take the answer."""
    try:
        follower = get_object_or_404(Follower, pk=read_confirm_token(token))
    except signing.SignatureExpired:
        return render(request, "comments/following_expired.html", status=410)
    except (signing.BadSignature, ValueError):
        raise Http404(NOT_MADE_HERE) from None
    form = ConfirmForm(request.POST)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["act"] == ConfirmForm.REFUSE:
            consent.refuse(follower)
            return render(request, "comments/following_refused.html", {"follower": follower})
        consent.confirm(follower)
        return redirect(choose_address(follower))
    following = follower.followings.active().select_related("post").order_by("-pk").first()
    context = {"follower": follower, "rows": rows_of([following] if following else [], follower)}
    return render(request, "comments/following_confirm.html", context)


@for_one_person
def following_detail(request: HttpRequest, token: str) -> HttpResponse:
    """Show what somebody follows; stop it or change how often it is mailed."""
    try:
        follower_id, following_id = read_choose_token(token)
    except (signing.BadSignature, ValueError):
        raise Http404(NOT_MADE_HERE) from None
    follower = get_object_or_404(Follower, pk=follower_id)
    notice, status = "", 200
    if request.method == "POST":
        form = ChoiceForm(request.POST)
        notice = act_on(form, follower, following_id) if form.is_valid() else ""
        status = 200 if notice else 400
    followings = follower.followings.active().select_related("post", "comment").order_by("-pk")
    context = {
        "follower": follower,
        "rows": rows_of(followings, follower),
        "named": following_id,
        "notice": notice,
        "cadences": Following.Cadence.choices,
    }
    return render(request, "comments/following_detail.html", context, status=status)


def act_on(form: ChoiceForm, follower: Follower, following_id: int) -> str:
    """Do what a button says, or the one click of a mail program; return what to tell, empty for nonsense."""
    act, cadence = form.cleaned_data["act"], form.cleaned_data["cadence"]
    chosen = form.cleaned_data["following"] or following_id
    if act == ChoiceForm.STOP_EVERYTHING or (not act and following_id == EVERYTHING):
        consent.stop_everything(follower)
        return _("You get no more mail from here.")
    following = follower.followings.filter(pk=chosen).first()
    if following is None:
        # It has gone with its discussion: nothing is mailed of it, as was asked for.
        return "" if act == ChoiceForm.CHANGE else _("You get no more mail about this discussion.")
    if act == ChoiceForm.CHANGE:
        if not cadence:
            return ""
        following.cadence = cadence
        following.save(update_fields=["cadence"])
        return _("Noted.")
    consent.stop(following)
    return _("You get no more mail about this discussion.")


def rows_of(followings: list[Following], follower: Follower) -> list[dict]:
    """Return what a page shows of followings."""
    rows = []
    for following in followings:
        post = version_of(following.post, follower.language)
        rows.append({"following": following, "post": post, "what": describe(following)})
    return rows
