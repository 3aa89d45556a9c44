"""The bin: a deleted post leaves every list at once, and can be taken back for a month."""

import logging

from django.db import transaction
from django.db.models import ProtectedError

from authors.slugs import find_free_slug
from blog.models import BinnedPost, Post
from blog.revising import begin, name_of

logger = logging.getLogger("tribune.bin")

# As many are deleted for good at one time.
MOST_AT_ONCE = 200


@transaction.atomic
def put_in_bin(post: Post, *, by=None) -> BinnedPost:
    """Delete a post that readers do not see, so that it can be taken back; its address is free for another."""
    begin(post)
    binned = BinnedPost.objects.create(
        post=post, binned_by=by, binned_by_name=name_of(by), slug=post.slug, translation_of=post.translation_of
    )
    # No editor can type a tilde there, and no address of ours has one.
    post.slug, post.translation_of, post.status = f"~{post.pk}", None, Post.Status.DRAFT
    post.save(update_fields=["slug", "translation_of", "status", "modified_at"])
    return binned


@transaction.atomic
def take_out_of_bin(binned: BinnedPost) -> Post:
    """Return a post that was deleted, as a draft: under its address, or the next free one, and with its original."""
    post = Post.objects.select_for_update().get(pk=binned.post_id)
    others = Post.objects.in_language(post.language).exclude(pk=post.pk)
    post.slug = find_free_slug(binned.slug, others, Post._meta.get_field("slug").max_length)
    original = binned.translation_of
    if original and original.translation_of_id is None and original.language != post.language:
        is_free = not original.translations.in_language(post.language).exists()
        post.translation_of = original if is_free else None
    post.save(update_fields=["slug", "translation_of", "modified_at"])
    binned.delete()
    return post


def delete_for_good(binned: BinnedPost) -> bool:
    """Delete a post of the bin with its versions; say whether that was possible."""
    try:
        binned.post.delete()
    except ProtectedError:
        # Something was tied to it meanwhile: better kept than torn.
        logger.warning("Post %s of the bin is still needed, and stays there.", binned.post_id)
        return False
    return True


def empty_bin() -> int:
    """Delete for good what has been in the bin for its time; return how many posts that were."""
    return sum(delete_for_good(binned) for binned in BinnedPost.objects.overdue()[:MOST_AT_ONCE])
