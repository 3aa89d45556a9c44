from functools import cache

from django import template
from django.template import Context

from blog.models import Post
from blog.paging import page_number
from comments.discussion import address_of_new_comment, comments_of
from comments.forms import CommentForm, make_stamp

register = template.Library()


@register.inclusion_tag("comments/_discussion.html", takes_context=True)
def discussion(context: Context, post: Post) -> dict:
    """Show the discussion of a post, and the form to take part in it.

    The page of the discussion is that of ``?comments=``. A form that was refused, as
    ``comment_form`` in the context, is shown with what was typed and what is wrong.
    """
    request = context["request"]
    takes_comments = post.takes_comments()
    form = context.get("comment_form")
    if form is None and takes_comments:
        form = empty_form()
    return {
        "post": post,
        "page": comments_of(post, page_number(request, "comments")),
        "takes_comments": takes_comments,
        "form": form,
        "action": address_of_new_comment(post),
        "stamp": form["stamp"].value() if form and form.is_bound else make_stamp(post.pk),
    }


@cache
def empty_form() -> CommentForm:
    """Return the form of a page on which nobody has typed anything: but for its stamp, always the same."""
    return CommentForm(post_id=0)
