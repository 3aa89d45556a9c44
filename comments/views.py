"""Writing a comment, seeing it wait, and finding it again."""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from authors.bilingual import current_language
from blog.models import Post
from blog.views.posts import render_post
from comments.discussion import address_of, news_address
from comments.following.consent import follow, is_followed
from comments.forms import DISCUSSION, CommentForm, digest_stamp, stamp_age
from comments.law.reasons import statement_about
from comments.limits import is_from_here, is_within_limit, may_ask_for_mail, parse_address, sender_address
from comments.models import Comment
from comments.moderation import write_comment
from comments.spam.words import digest_text
from comments.tasks import judge_comment
from comments.text import as_quote, render_comment
from comments.tokens import make_token, read_token, remember

AGENT_LENGTH = Comment._meta.get_field("agent").max_length

CLOSED = _("Comments on this post are closed. Your text is still below.")
GONE = _("The comment that you answer has gone meanwhile. Your text is still below.")
TOO_MANY = _("Many comments have just come from your address. Wait ten minutes, then send again.")
TOO_MANY_WISHES = _("Many answers to be mailed have been asked for from here. Choose “No”, or come back tomorrow.")
USED = _("A comment was already sent with this form. Your text is here: to add it as another comment, send it again.")
FROM_ELSEWHERE = _("The form was sent from another site. Your text is here: send it again.")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_create(request: HttpRequest, post_id: int) -> HttpResponse:
    """Take a comment on a post; give the page back with the text where something is wrong."""
    post = get_post(post_id)
    if request.method != "POST":
        return redirect(f"{post.path()}#comment-form")
    form = CommentForm(request.POST, post_id=post.pk)
    if not post.takes_comments():
        form.add_error(None, CLOSED)
    if form.is_to_be_shown():
        return render_post(request, post, comment_form=with_preview(form))
    comment = save_comment(request, form, post=post, parent=None)
    if comment is None:
        return render_post(request, post, status=status_of(form), comment_form=form)
    return redirect_to_waiting(comment)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for an answer below the comment it answers, and take it."""
    parent = get_object_or_404(Comment.objects.select_related("post"), pk=pk)
    post = get_post(parent.post_id)
    if request.method != "POST":
        if not parent.can_be_replied_to():
            raise Http404("Nobody may answer this comment.")
        form = CommentForm(post_id=post.pk)
        if "quote" in request.GET:
            form.initial["text"] = as_quote(parent.text)
        return render_reply(request, post, parent, form)
    form = CommentForm(request.POST, post_id=post.pk)
    if not post.takes_comments():
        form.add_error(None, CLOSED)
    elif not parent.is_readable():
        form.add_error(None, GONE)
    if form.is_to_be_shown():
        return render_reply(request, post, parent, with_preview(form))
    comment = save_comment(request, form, post=post, parent=parent)
    if comment is None:
        return render_reply(request, post, parent, form, status=status_of(form))
    return redirect_to_waiting(comment)


@never_cache
@require_safe
def comment_waiting(request: HttpRequest, token: str) -> HttpResponse:
    """Show a comment to its writer while nobody else can see it."""
    comment = read_token(token)
    if comment.is_readable():
        return redirect(comment)
    context = {
        "comment": comment,
        "post": get_post(comment.post_id),
        "token": token,
        "is_followed": is_followed(comment),
        "statement": statement_about(comment),
    }
    return render(request, "comments/comment_waiting.html", context)


@require_safe
def comment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to where a comment stands now: its post, its page, its place."""
    comment = get_object_or_404(Comment.objects.standing(), pk=pk)
    response = redirect(address_of(comment, get_post(comment.post_id)))
    response.headers["Cache-Control"] = "public, max-age=0, s-maxage=60"
    return response


@require_safe
def comment_news(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to a comment and all that was said after it: what a follower's mail links to, for good."""
    comment = get_object_or_404(Comment.objects.standing(), pk=pk)
    response = redirect(news_address(comment, get_post(comment.post_id)))
    response.headers["Cache-Control"] = "public, max-age=0, s-maxage=60"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def get_post(post_id: int) -> Post:
    """Return a post that readers may see, in the language of the page where it exists."""
    posts = Post.objects.published().for_page()
    post = get_object_or_404(posts, pk=post_id)
    if post.language != current_language():
        versions = posts.filter(language=current_language())
        others = versions.filter(translation_of=post.discussion_id) | versions.filter(pk=post.discussion_id)
        return others.first() or post
    return post


def save_comment(request: HttpRequest, form: CommentForm, *, post: Post, parent: Comment | None) -> Comment | None:
    """Save what a form holds and return it; None where the form says what is wrong.

    A comment that is there already, word for word, was sent by a second click: it is one.
    """
    if not form.is_valid():
        return None
    if not is_from_here(request):
        form.add_error(None, FROM_ELSEWHERE)
        return None
    data = {name: form.cleaned_data[name] for name in ("name", "email", "site", "text")}
    sending = describe_sending(request, form.cleaned_data["stamp"])
    twin = find_twin(post, parent, data, sending["stamp"])
    if twin:
        return twin
    if not is_within_limit(request):
        form.add_error(None, TOO_MANY)
        form.is_limited = True
        return None
    wish = form.cleaned_data["follow"]
    if wish and not may_ask_for_mail(request):
        form.add_error("follow", TOO_MANY_WISHES)
        form.is_limited = True
        return None
    try:
        with transaction.atomic():
            comment = write_comment(post=post, parent=parent, language=current_language(), **data, **sending)
            judge_comment.enqueue(comment_id=comment.pk)
            if wish:
                scope, cadence = wish.split(":")
                follow(comment, whole_discussion=scope == DISCUSSION, cadence=cadence)
    except IntegrityError:
        # The stamp was used before, or at this very moment by the other click.
        if not Comment.objects.filter(stamp=sending["stamp"]).exists():
            raise
        comment = find_twin(post, parent, data, sending["stamp"])
        if comment is None:
            form.restamp()
            form.add_error(None, USED)
    return comment


def describe_sending(request: HttpRequest, stamp: str) -> dict:
    """Return the columns of a comment that tell how it was sent."""
    sender = sender_address(request)
    address = parse_address(sender)
    return {
        "network": str(address) if address else None,
        "agent": request.headers.get("User-Agent", "").replace("\x00", "")[:AGENT_LENGTH],
        "form_age": stamp_age(stamp),
        # Where nobody can tell senders apart, one reader's comment would use up the stamp of all the others.
        "stamp": digest_stamp(stamp, sender) if sender else None,
    }


def find_twin(post: Post, parent: Comment | None, data: dict, stamp: str | None) -> Comment | None:
    """Return the comment that was sent before with the same content: one that waits, or one of the same stamp."""
    # The digest has an index; a discussion may be long.
    same = Comment.objects.of(post).filter(text_digest=digest_text(data["text"]), parent=parent, **data)
    is_sent_again = Q(status=Comment.Status.PENDING)
    if stamp:
        is_sent_again |= Q(stamp=stamp)
    return same.filter(is_sent_again).first()


def redirect_to_waiting(comment: Comment) -> HttpResponse:
    """Lead the writer to where their comment waits, and let their browser remember it."""
    response = redirect("comments:comment-waiting", make_token(comment))
    remember(comment, response)
    return response


def with_preview(form: CommentForm) -> CommentForm:
    """Give a form that is valid the text as readers would see it."""
    form.preview_html = render_comment(form.cleaned_data["text"], language=current_language())
    return form


def status_of(form: CommentForm) -> int:
    """Return the HTTP status of a page that gives a form back."""
    return 429 if getattr(form, "is_limited", False) else 422


def render_reply(
    request: HttpRequest, post: Post, parent: Comment, form: CommentForm, status: int = 200
) -> HttpResponse:
    """Render the page on which an answer is written."""
    context = {"post": post, "parent": parent, "form": form}
    return render(request, "comments/comment_reply.html", context, status=status)
