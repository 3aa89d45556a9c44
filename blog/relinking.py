"""Replacing an address in the links of a post, as a version of it that can be gone back to."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from blog.markup import is_address
from blog.models import Post, Revision
from blog.revising import begin, keep_apart, record
from blog.text_links import replace_in


@transaction.atomic
def replace_link(post: Post, old: str, new: str, *, by=None) -> bool:
    """Let the links of a post, and of its working copy, lead to ``new``; say whether there were any to ``old``.

    Readers of a published post have it at once: where both lead is the same, and what else waits in the working copy
    goes on waiting.
    """
    if not is_address(new):
        return False
    post = Post.objects.select_for_update().get(pk=post.pk)
    waiting = Revision.objects.waiting_for(post)
    note = str(_("a link leads to its new address"))
    body = replace_in(post.body, old, new)
    copied = replace_in(waiting.content["body"], old, new) if waiting else ""
    is_in_copy = waiting is not None and copied != waiting.content["body"]
    if body == post.body and not is_in_copy:
        return False
    begin(post)
    if body != post.body:
        post.body = body
        post.save(update_fields=["body", "modified_at"])
        record(post, by=by, note=note)
    if waiting:
        # After the other, so that it stays the newest.
        keep_apart(post, waiting.content | {"body": copied}, by=by, note=note)
    return True
