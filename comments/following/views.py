"""The pages that a follower's mails lead to: confirming, and stopping or changing what is mailed."""

from collections.abc import Collection, Container

from django.core import signing
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from blog.models import Post
from blog.models.posts import long_texts
from blog.paging import ListPage, get_page, page_number
from blog.private_pages import NOT_MADE_HERE, for_one_person
from comments.discussion import news_address
from comments.following import consent
from comments.following.forms import ChoiceForm, ConfirmForm
from comments.following.mails import version_of, versions_of
from comments.following.tokens import EVERYTHING, choose_address, read_choose_token, read_confirm_token
from comments.forms import ANSWERS, DISCUSSION
from comments.models import Comment, Follower, Following

# A form each: what somebody looks through for the one that they want to stop.
DISCUSSIONS_A_PAGE = 20

SCOPES = {ANSWERS: _("answers to your comment"), DISCUSSION: _("the whole discussion")}


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
    context = {"follower": follower, "rows": rows_of(follower, list(discussions_of(follower)[:1]))}
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
        if form.is_valid() and form.cleaned_data["act"] == ChoiceForm.READ:
            return lead_to_news(follower, form.cleaned_data["following"] or following_id)
        notice = act_on(form, follower, following_id) if form.is_valid() else ""
        status = 200 if notice else 400
    page = get_page(
        discussions_of(follower), page_number(request) if request.method != "POST" else 1, DISCUSSIONS_A_PAGE
    )
    context = {
        "follower": follower,
        "page": page,
        "rows": rows_of(follower, with_named(page, follower, following_id)),
        "named": following_id,
        "stopped": stopped_by(follower, following_id),
        "notice": notice,
        "cadences": Following.Cadence.choices,
        "scopes": SCOPES.items(),
    }
    return render(request, "comments/following_detail.html", context, status=status)


def stopped_by(follower: Follower, following_id: int) -> dict | None:
    """Return what a page shows of a discussion that is no longer mailed, where a mail was about it; else None."""
    followings = follower.followings.filter(stopped_at__isnull=False).defer(*long_texts("post"))
    following = followings.filter(pk=following_id).select_related("post").first()
    if following is None or follower.followings.active().filter(post=following.post_id).exists():
        return None
    return {"following": following, "post": version_of(following.post, follower.language)}


def discussions_of(follower: Follower) -> QuerySet[Following]:
    """Return the keys of the discussions that somebody follows, the last that was followed first."""
    by_post = follower.followings.active().order_by().values("post").annotate(last=Max("pk"))
    return by_post.order_by("-last").values_list("post", flat=True)


def with_named(page: ListPage, follower: Follower, following_id: int) -> list[int]:
    """Return the discussions of a page; on the first, that which the mail was about stands above the others."""
    if following_id == EVERYTHING or page.has_previous:
        return page.items
    named = follower.followings.active().filter(pk=following_id).values_list("post", flat=True)
    return list(dict.fromkeys([*named, *page]))


def act_on(form: ChoiceForm, follower: Follower, following_id: int) -> str:
    """Do what a button says, or the one click of a mail program; return what to tell, empty for nonsense."""
    act = form.cleaned_data["act"]
    chosen = form.cleaned_data["following"] or following_id
    if act == ChoiceForm.STOP_EVERYTHING or (not act and following_id == EVERYTHING):
        consent.stop_everything(follower)
        return _("You get no more mail from here.")
    following = follower.followings.select_related("follower").filter(pk=chosen).first()
    if following is None:
        # It has gone with its discussion: nothing is mailed of it, as was asked for.
        return "" if act == ChoiceForm.CHANGE else _("You get no more mail about this discussion.")
    if act == ChoiceForm.RESUME:
        consent.resume(following)
        return _("What is said in this discussion is mailed to you again.")
    if act == ChoiceForm.CHANGE:
        return change(following, form.cleaned_data["cadence"], form.cleaned_data["scope"])
    consent.stop(following)
    return _("You get no more mail about this discussion.")


def change(following: Following, cadence: str, scope: str) -> str:
    """Mail a discussion in another way; return what to tell, empty for nonsense."""
    if not cadence:
        return ""
    whole = scope == DISCUSSION if scope else None
    if not consent.change(following, cadence=cadence, whole_discussion=whole):
        return _("Nothing of yours stands in this discussion that could be answered.")
    return _("Noted.")


def lead_to_news(follower: Follower, following_id: int) -> HttpResponse:
    """Lead to the first comment that a follower has not seen, and note that they have seen all there are now.

    By a button, not by a link: what is new to somebody does not change because a program opened their page.
    """
    following = get_object_or_404(follower.followings.select_related("post"), pk=following_id)
    post = version_of(following.post, follower.language)
    if not post.is_published():
        raise Http404("No version of this post is on the site.")
    seen = consent.of_discussion(following).aggregate(number=Max("seen_number"))["number"] or 0
    comments = Comment.objects.of(post).standing().approved()
    first = comments.filter(number__gt=seen).order_by("number").only("number").first()
    if first is None:
        return redirect(f"{post.path()}#comments")
    last = comments.order_by("-number").only("number").first()
    consent.see([follower.pk], following.post_id, last.number)
    return redirect(news_address(first, post))


def rows_of(follower: Follower, post_ids: Collection[int]) -> list[dict]:
    """Return what a page shows of discussions that somebody follows, in this order: three queries."""
    by_post: dict[int, list[Following]] = {post_id: [] for post_id in post_ids}
    for following in follower.followings.active().filter(post__in=post_ids).with_news().order_by("-pk"):
        by_post[following.post_id].append(following)
    answerable = consent.answerable(follower, by_post)
    versions = versions_of(by_post, follower.language)
    return [row_of(group, versions[post_id], answerable) for post_id, group in by_post.items() if group]


def row_of(group: list[Following], post: Post, answerable: Container[int]) -> dict:
    """Return what a page shows of all that somebody follows in one discussion."""
    post_id = group[0].post_id
    scope = DISCUSSION if any(following.comment_id is None for following in group) else ANSWERS
    newest = max(group, key=lambda following: following.seen_number or 0)
    is_at_once = any(following.cadence == Following.Cadence.AT_ONCE for following in group)
    return {
        "following": group[0],
        "keys": [following.pk for following in group],
        "post": post,
        "scope": scope,
        "what": SCOPES[scope],
        # Without a comment of theirs there is nothing to go back to.
        "has_answers": post_id in answerable or any(following.comment_id for following in group),
        "cadence": Following.Cadence.AT_ONCE if is_at_once else Following.Cadence.DAILY,
        "news": getattr(newest, "news", None) or 0,
        "seen_at": newest.seen_at,
    }
