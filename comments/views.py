"""Writing a comment, seeing it wait, and finding it again."""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from authors.bilingual import current_language
from blog.models import Post
from blog.views.posts import render_post
from comments.discussion import address_of
from comments.forms import CommentForm
from comments.law.reasons import WAITING_SALT, statement_about
from comments.limits import is_from_here, is_within_limit
from comments.models import Comment
from comments.moderation import write_comment

CLOSED = _("Comments on this post are closed. Your text is still below.")
GONE = _("The comment that you answer has gone meanwhile. Your text is still below.")
TOO_MANY = _("Many comments have just come from your address. Wait ten minutes, then send again.")
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
    comment = save_comment(request, form, post=post, parent=None)
    if comment is None:
        return render_post(request, post, status=status_of(form), comment_form=form)
    return redirect("comments:comment-waiting", signing.dumps(comment.pk, salt=WAITING_SALT))


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
        return render_reply(request, post, parent, form)
    form = CommentForm(request.POST, post_id=post.pk)
    if not post.takes_comments():
        form.add_error(None, CLOSED)
    elif not parent.is_readable():
        form.add_error(None, GONE)
    comment = save_comment(request, form, post=post, parent=parent)
    if comment is None:
        return render_reply(request, post, parent, form, status=status_of(form))
    return redirect("comments:comment-waiting", signing.dumps(comment.pk, salt=WAITING_SALT))


@never_cache
@require_safe
def comment_waiting(request: HttpRequest, token: str) -> HttpResponse:
    """Show a comment to its writer while nobody else can see it."""
    try:
        pk = signing.loads(token, salt=WAITING_SALT)
    except signing.BadSignature:
        raise Http404("This address was not made here.") from None
    comment = get_object_or_404(Comment.objects.select_related("post", "parent"), pk=pk)
    if comment.is_readable():
        return redirect(comment)
    context = {
        "comment": comment,
        "post": get_post(comment.post_id),
        "statement": statement_about(comment),
        "token": token,
    }
    return render(request, "comments/comment_waiting.html", context)


@require_safe
def comment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to where a comment stands now: its post, its page, its place."""
    comment = get_object_or_404(Comment.objects.standing(), pk=pk)
    response = redirect(address_of(comment, get_post(comment.post_id)))
    response.headers["Cache-Control"] = "public, max-age=0, s-maxage=60"
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
    twin = Comment.objects.of(post).awaiting().filter(parent=parent, **data).first()
    if twin:
        return twin
    if not is_within_limit(request):
        form.add_error(None, TOO_MANY)
        form.is_limited = True
        return None
    return write_comment(post=post, parent=parent, language=current_language(), **data)


def status_of(form: CommentForm) -> int:
    """Return the HTTP status of a page that gives a form back."""
    return 429 if getattr(form, "is_limited", False) else 422


def render_reply(
    request: HttpRequest, post: Post, parent: Comment, form: CommentForm, status: int = 200
) -> HttpResponse:
    """Render the page on which an answer is written."""
    context = {"post": post, "parent": parent, "form": form}
    return render(request, "comments/comment_reply.html", context, status=status)
