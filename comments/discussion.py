"""One page of a discussion, as it is shown below a post."""

from functools import cache

from django.db.models import BigAutoField, F
from django.utils.safestring import SafeString, mark_safe
from jinja2 import pass_context
from jinja2.runtime import Context

from authors.addresses import address
from blog.models import Post
from blog.paging import ListPage, get_page, page_number
from blog.prepared import Prepared
from comments.forms import CommentForm, make_stamp
from comments.models import Comment

# What a reader scrolls through before a link to more is welcome; it also bounds what a page of
# a long discussion costs.
COMMENTS_A_PAGE = 40

# Where the key stands in an address that is made once for all: forty comments have eighty addresses, and Django takes
# longer to make each of them than to show the comment.
NOBODY = "/0/"

# Deeper answers stay at this indentation, and say whom they answer: a phone's line is short.
DEEPEST_INDENT = 4

DISCUSSION = Prepared(
    lambda post: (
        Comment.objects.filter(post=post)
        .standing()
        .threaded()
        .annotate(answered_name=F("parent__name"))
        .only("author_id", "depth", "name", "site", "language", "html", "status", "created_at")
    ),
    post=BigAutoField(),
)


@pass_context
def discussion(context: Context, post: Post) -> SafeString:
    """Show the discussion of a post, and the form to take part in it: a function of the templates.

    The page of the discussion is that of ``?comments=``. A form that was refused, as ``comment_form`` in the context,
    is shown with what was typed and what is wrong.
    """
    takes_comments = post.takes_comments()
    form = context["comment_form"] or (empty_form() if takes_comments else None)
    shown = {
        "page": comments_of(post, page_number(context["request"], "comments")),
        "takes_comments": takes_comments,
        "form": form,
        "action": address("comments:comment-create", 0).replace(NOBODY, f"/{post.pk}/"),
        "draft": post.discussion_id,
        "stamp": form["stamp"].value() if form and form.is_bound else make_stamp(post.pk),
    }
    # What {% include %} does; render() would gather anew all that templates can call.
    template = context.environment.get_template("comments/_discussion.html")
    parts = template.root_render_func(template.new_context(context.get_all() | shown, shared=True))
    return mark_safe("".join(parts))  # noqa: S308 (a template escapes what it shows)


def comments_of(post: Post, number: int) -> ListPage:
    """Return page ``number`` of a post's discussion, each comment before its answers.

    One query. Each comment knows whom it answers where its indentation does not show it.
    """
    page = get_page(DISCUSSION(post=post.discussion_id), number, COMMENTS_A_PAGE)
    address_of_nobody = address("comments:comment-detail", 0)
    answer_to_nobody = address("comments:comment-reply", 0)
    report_of_nobody = address("comments:comment-report", 0)
    for comment in page:
        place = f"/{comment.pk}/"
        comment.address = address_of_nobody.replace(NOBODY, place)
        comment.answer_address = answer_to_nobody.replace(NOBODY, place)
        comment.report_address = report_of_nobody.replace(NOBODY, place)
        comment.indent = min(comment.depth, DEEPEST_INDENT)
        comment.is_flattened = comment.depth > DEEPEST_INDENT
    return page


@cache
def empty_form() -> CommentForm:
    """Return the form of a page on which nobody has typed anything: but for its stamp, always the same."""
    return CommentForm(post_id=0)


def address_of(comment: Comment, post: Post) -> str:
    """Return where a comment stands now: page and anchor on its post's page."""
    before = Comment.objects.of(post).standing().filter(path__lt=comment.path).count()
    number = before // COMMENTS_A_PAGE + 1
    query = f"?comments={number}" if number > 1 else ""
    return f"{post.path()}{query}#{comment.anchor}"
