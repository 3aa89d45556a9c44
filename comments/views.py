"""Writing a comment, seeing it wait, and finding it again."""

from collections.abc import Callable

from django.db.models import BigAutoField, DateTimeField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from authors.bilingual import current_language
from blog.models import Post
from blog.prepared import Prepared
from blog.views.posts import render_post
from blog.views.reading import only_read
from comments.accepting import CLOSED, GONE, LOCKED, save_comment
from comments.discussion import address_of, news_address
from comments.following.consent import is_followed
from comments.forms import CommentForm
from comments.knowing import let_be_known
from comments.law.reasons import statement_about
from comments.models import Comment
from comments.notes import notes_about, notes_on
from comments.policy import promise
from comments.text import as_quote, render_comment
from comments.tokens import make_token, read_token, remember

POST = Prepared(
    lambda post, now: Post.objects.published(now).filter(pk=post).for_page(), post=BigAutoField(), now=DateTimeField()
)
# What of it is needed for a comment that is taken: a page is not made, and PostgreSQL takes longer to plan the query of
# one than to answer this.
DISCUSSED = Prepared(
    lambda post, now: Post.objects.published(now).filter(pk=post).for_discussion(),
    post=BigAutoField(),
    now=DateTimeField(),
)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_create(request: HttpRequest, post_id: int) -> HttpResponse:
    """Take a comment on a post; give the page back with the text where something is wrong."""
    post = get_post(post_id, posts=DISCUSSED)
    if request.method != "POST":
        return redirect(f"{post.path()}#comment-form")
    form = CommentForm(request.POST, post_id=post.pk)
    if not post.takes_comments():
        form.add_error(None, CLOSED)
    if form.is_to_be_shown():
        return render_post(request, get_post(post_id), comment_form=with_preview(form))
    comment = save_comment(request, form, post=post, parent=None)
    if comment is None:
        return render_post(request, get_post(post_id), status=status_of(form), comment_form=form)
    return redirect_to_sent(request, comment, post)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for an answer below the comment it answers, and take it."""
    parent = get_object_or_404(Comment.objects.select_related("post"), pk=pk)
    post = get_post(parent.post_id)
    if request.method != "POST":
        if parent.is_locked and parent.is_standing:
            # Where its thread says so.
            return redirect(parent)
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
    elif parent.is_locked:
        form.add_error(None, LOCKED)
    if form.is_to_be_shown():
        return render_reply(request, post, parent, with_preview(form))
    comment = save_comment(request, form, post=post, parent=parent)
    if comment is None:
        return render_reply(request, post, parent, form, status=status_of(form))
    return redirect_to_sent(request, comment, post)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_answer(request: HttpRequest, post_id: int, pk: int) -> HttpResponse:
    """Take an answer at an address that shares its beginning with that of all forms, and no page's: see knowing.py."""
    return comment_reply(request, pk) if request.method == "POST" else redirect("comments:comment-reply", pk)


@never_cache
@only_read
def comment_waiting(request: HttpRequest, token: str) -> HttpResponse:
    """Show a comment to its writer while nobody else can see it."""
    comment = read_token(token)
    post = find_post(comment.post_id)
    if comment.is_readable():
        # Where the post has been taken off the site, its writer still finds it, and can take it back.
        return redirect(comment) if post else redirect("comments:comment-own", token)
    context = {
        "comment": comment,
        "post": post or comment.post,
        "token": token,
        "is_followed": is_followed(comment),
        "statement": statement_about(comment),
        "notes": notes_about(comment),
    }
    return render(request, "comments/comment_waiting.html", context)


@only_read
def comment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to where a comment stands now: its post, its page, its place."""
    return lead_to(request, pk, address_of)


@only_read
def comment_news(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to a comment and all that was said after it: what a follower's mail links to, for good."""
    response = lead_to(request, pk, news_address)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def lead_to(request: HttpRequest, pk: int, place: Callable[[Comment, Post], str]) -> HttpResponse:
    """Lead to the place of a comment, or say that it has gone; raise Http404 where there was nothing to read."""
    comment = get_object_or_404(Comment, pk=pk)
    post = get_post(comment.post_id)
    if not comment.is_standing:
        if comment.has_gone() and comment.was_public():
            return render(request, "410.html", status=410)
        raise Http404("Nobody could ever read this comment.")
    response = redirect(place(comment, post))
    response.headers["Cache-Control"] = "public, max-age=0, s-maxage=60"
    return response


def get_post(post_id: int, *, posts: Prepared = POST) -> Post:
    """Return a version of a post that readers may see; raise Http404 where there is none.

    ``posts`` says how much of it is fetched.
    """
    post = find_post(post_id, posts=posts)
    if post is None:
        raise Http404("No such post.")
    return post


def find_post(post_id: int, *, posts: Prepared = POST) -> Post | None:
    """Return a version of a post that readers may see, in the language of the page where there is one.

    The discussion is one for all of them: it goes on where any is on the site.
    """
    post = posts(post=post_id, now=timezone.now()).first()
    if post is not None and post.language == current_language():
        return post
    named = post or Post.objects.only("translation_of").filter(pk=post_id).first()
    if named is None:
        return None
    versions = Post.objects.still_published().in_discussion(named.discussion_id).for_page().order_by("pk")
    by_language = {version.language: version for version in versions}
    return by_language.get(current_language()) or post or next(iter(by_language.values()), None)


def redirect_to_sent(request: HttpRequest, comment: Comment, post: Post) -> HttpResponse:
    """Lead the writer to where their comment stands or waits, and let their browser remember it."""
    response = redirect(address_of(comment, post) if comment.is_readable() else waiting_address(comment))
    remember(comment, response)
    let_be_known(request, comment, response, moderation=post.moderation)
    return response


def waiting_address(comment: Comment) -> str:
    """Return the address at which its writer sees a comment that waits, and is told so first."""
    return f"{reverse('comments:comment-waiting', args=[make_token(comment)])}#sent"


def with_preview(form: CommentForm) -> CommentForm:
    """Give a form that is valid the text as readers would see it."""
    form.preview_html = render_comment(form.cleaned_data["text"], language=current_language())
    form.notes = notes_on(**{name: form.cleaned_data[name] for name in ("name", "text", "site")})
    return form


def status_of(form: CommentForm) -> int:
    """Return the HTTP status of a page that gives a form back."""
    return 429 if getattr(form, "is_limited", False) else 422


def render_reply(
    request: HttpRequest, post: Post, parent: Comment, form: CommentForm, status: int = 200
) -> HttpResponse:
    """Render the page on which an answer is written."""
    action = reverse("comments:comment-answer", args=[parent.post_id, parent.pk])
    context = {"post": post, "form": form, "action": action, "draft": parent.anchor, "promise": promise(post)}
    # What nobody may read, or no longer, is not shown to who made up its address either.
    context["parent"] = parent if parent.is_readable() else None
    return render(request, "comments/comment_reply.html", context, status=status)
