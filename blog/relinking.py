"""Replacing an address in the links of a post, as a version of it that can be gone back to."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from blog.markup import is_address
from blog.models import Post, Revision
from blog.revising import CLAIMS, begin, claims_of, keep_apart, record, set_claims
from blog.text_links import replace_in, replace_in_claims


@transaction.atomic
def replace_link(post: Post, old: str, new: str, *, by=None) -> bool:
    """Let the links of a post, of its claims and of its working copy lead to ``new``; say whether any led to ``old``.

    Readers of a published post have it at once: where both lead is the same, and what else waits in the working copy
    goes on waiting.
    """
    if not is_address(new):
        return False
    post = Post.objects.select_for_update().get(pk=post.pk)
    waiting = Revision.objects.waiting_for(post)
    note = str(_("a link leads to its new address"))
    said = {"body": post.body, CLAIMS: claims_of(post)}
    now = _replaced(said, old, new)
    copied = _replaced(waiting.content, old, new) if waiting else None
    if now == said and (waiting is None or copied == waiting.content):
        return False
    begin(post)
    if now["body"] != post.body:
        post.body = now["body"]
        post.save(update_fields=["body", "modified_at"])
    set_claims(post, now[CLAIMS])
    if now != said:
        record(post, by=by, note=note)
    if waiting:
        # After the other, so that it stays the newest.
        keep_apart(post, copied, by=by, note=note)
    return True


def _replaced(content: dict, old: str, new: str) -> dict:
    """Return what a post says, in whole or in part, with its links to ``old`` leading to ``new``."""
    led = content | {"body": replace_in(content["body"], old, new)}
    return led | ({CLAIMS: replace_in_claims(content[CLAIMS], old, new)} if CLAIMS in content else {})
