"""What happened at the desk of the demo's editors: who read a text before it was out, the bin, a merged tag."""

from datetime import datetime, timedelta

from django.utils import timezone

from blog.binning import put_in_bin
from blog.merging_terms import merge
from blog.models import BinnedPost, Post, ReviewAddress, ReviewRemark, Tag
from blog.models.languages import Language
from blog.models.reviews import GOOD_FOR
from blog.passages import passages_of, readable
from blog.reviewing import Reader, open_address, say, state_of


def load_reader(post: Post, row: dict) -> None:
    """Load who reads an article before it appears, and what they say."""
    reader = Reader(row["name"], row["language"], row.get("note", ""))
    address = open_address(post, reader, expires_at=timezone.now() + GOOD_FOR, by=None, language=Language.FRENCH)
    opened_at = timezone.now() - timedelta(hours=row["opened_ago"]) if "opened_ago" in row else None
    ReviewAddress.objects.filter(pk=address.pk).update(made_by_name=row["by"], opened_at=opened_at)
    load_remarks(address, row["by"], row.get("remark", ()))


def load_remarks(address: ReviewAddress, editor: str, rows: list[dict]) -> None:
    """Have said what is said of a text that its readers do not see yet, and what an editor did about it."""
    post = Post.objects.get(pk=address.post_id)
    passages = passages_of(post)
    for number, row in enumerate(rows):
        begins = readable(row["passage"]) if "passage" in row else ""
        remark, _is_new = say(
            address,
            row.get("kind", ReviewRemark.Kind.REMARK),
            text=row.get("text", ""),
            once=str(number),
            state=state_of(post),
            passage=next(each for each in passages if each.words.startswith(begins)) if begins else None,
            quote=row.get("quote", ""),
        )
        at = hours_ago(row)
        done = {"done_at": at, "done_by_name": editor} if row.get("is_done") else {}
        reply = {"reply": row["reply"], "replied_at": at, "replied_by_name": editor} if "reply" in row else {}
        ReviewRemark.objects.filter(pk=remark.pk).update(written_at=at, told_at=at, **done, **reply)


def hours_ago(row: dict) -> datetime:
    """Return the moment of a case."""
    return timezone.now() - timedelta(hours=row["ago"])


def bin_post(post: Post, editor: str) -> None:
    """Put an article in the bin."""
    put_in_bin(post)
    BinnedPost.objects.filter(post=post).update(binned_by_name=editor)


def merge_tag(into: Tag, posts: list[Post], row: dict) -> None:
    """Merge what was a tag of these articles into another, so that its address leads on."""
    gone = Tag.objects.create(slug=row["key"], name_fr=row["name_fr"], name_en=row["name_en"])
    for post in posts:
        post.tags.add(gone)
    merge(into, [gone])
