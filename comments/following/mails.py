"""The mails that followers get, as messages that any mail program threads and can unsubscribe from."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from authors.addresses import absolute_address
from blog.mail.lines import one_line, plain_text
from blog.models import Post
from blog.models.languages import Language
from blog.typography import typeset
from comments.following.tokens import choose_address, confirm_address
from comments.mail.marks import make_mark
from comments.mail.messages import ListMail, host, unsubscribe_headers, write_mail
from comments.models import Comment, Follower, Notification

SHOWN_OF_POST = ("title", "slug", "language", "status", "published_at", "translation_of")

# What a digest shows of a busy day; the rest is a click away.
SHOWN_IN_DIGEST = 40


def invitation(follower: Follower, post: Post) -> ListMail:
    """Return the mail that asks whether an address wants to be mailed.

    Nothing that a stranger typed stands in it: it may go to somebody who knows nothing of it.
    """
    with override(follower.language):
        version = version_of(post, follower.language)
        shown = {"title": typeset(one_line(version.title), version.language), "address": confirm_address(follower)}
        message = write_mail(follower, "confirm", _("Confirm your address"), shown)
        message.extra_headers["Message-ID"] = f"<confirm-{follower.asked_at:%Y%m%d}-{make_mark(follower)}@{host()}>"
    return message


def answer(notification: Notification, titles: dict[tuple[int, str], str]) -> ListMail:
    """Return the mail of one comment."""
    follower, comment = notification.follower, notification.comment
    with override(follower.language):
        title, title_language = title_of(comment.post, follower.language, titles)
        shown = {
            "entry": entry_of(comment, follower.language),
            "title": typeset(title, title_language),
            "is_answer": notification.following.comment_id is not None,
            "news_address": absolute_address("comments:comment-news", comment.pk, language=follower.language),
            "choose": choose_address(follower, notification.following_id),
            "choose_all": choose_address(follower),
        }
        # The same subject for a whole discussion: mail programs thread by it too.
        message = write_mail(follower, "answer", title, shown)
        message.extra_headers |= {
            "Message-ID": message_id(comment.pk, follower),
            "List-Id": f"<discussion-{comment.post_id}.{host()}>",
            **thread_headers(comment, follower),
            **unsubscribe_headers(shown["choose"]),
        }
    return message


def digest(notifications: list[Notification], titles: dict[tuple[int, str], str]) -> ListMail:
    """Return the mail of what was answered in a day, by discussion; notifications come in that order."""
    follower = notifications[0].follower
    shown_notifications = notifications[:SHOWN_IN_DIGEST]
    with override(follower.language):
        discussions: dict[int, dict] = {}
        for notification in shown_notifications:
            comment = notification.comment
            discussion = discussions.setdefault(
                comment.post_id,
                {
                    "title": typeset(*title_of(comment.post, follower.language, titles)),
                    "entries": [],
                    **news_of(notifications, comment.post_id, follower.language),
                    "choose": choose_address(follower, notification.following_id),
                },
            )
            discussion["entries"].append(entry_of(comment, follower.language))
        count = len(notifications)
        subject = ngettext("%(count)s new answer", "%(count)s new answers", count) % {"count": count}
        shown = {
            "discussions": list(discussions.values()),
            "count": count,
            "more": count - len(shown_notifications),
            "choose_all": choose_address(follower),
        }
        message = write_mail(follower, "digest", subject, shown)
        newest = max(notification.pk for notification in notifications)
        message.extra_headers |= {
            "Message-ID": f"<digest-{newest}-{make_mark(follower)}@{host()}>",
            "List-Id": f"<discussions.{host()}>",
            **unsubscribe_headers(shown["choose_all"]),
        }
    return message


def entry_of(comment: Comment, language: str) -> dict:
    """Return what a mail shows of a comment."""
    return {
        "name": one_line(comment.name),
        "answered": one_line(comment.parent.name) if comment.parent else "",
        "text": plain_text(comment.text),
        "html": comment.html,
        "language": comment.language,
        "created_at": comment.created_at,
        # It leads to where the comment stands, whatever page that is by then.
        "address": absolute_address("comments:comment-detail", comment.pk, language=language),
        "answer_address": absolute_address("comments:comment-reply", comment.pk, language=language),
    }


def news_of(notifications: list[Notification], post_id: int, language: str) -> dict:
    """Return what a digest says of all that is new in one discussion: how much, since when, and where it stands."""
    comments = [notification.comment for notification in notifications if notification.comment.post_id == post_id]
    # The lowest number: a comment that waited for its approval comes after others that were written later.
    first = min(comments, key=lambda comment: comment.number)
    return {
        "count": len(comments),
        "since": first.created_at,
        "news_address": absolute_address("comments:comment-news", first.pk, language=language),
    }


def thread_headers(comment: Comment, follower: Follower) -> dict[str, str]:
    """Return what puts a mail below that of the comment it answers, in a thread of the whole discussion."""
    root = f"<discussion-{comment.post_id}-{follower.pk}@{host()}>"
    if comment.parent_id is None:
        return {"In-Reply-To": root, "References": root}
    parent = message_id(comment.parent_id, follower)
    return {"In-Reply-To": parent, "References": f"{root} {parent}"}


def message_id(comment_id: int, follower: Follower) -> str:
    """Return the name of the mail of a comment: always the same, so that a second one would be known as such."""
    return f"<comment-{comment_id}-{make_mark(follower)}@{host()}>"


def title_of(post: Post, language: str, titles: dict[tuple[int, str], str]) -> tuple[str, str]:
    """Return the title of a discussion, and its language: the one that is asked for, the original's, or any other."""
    for each in (language, post.language, *Language.values):
        if (post.pk, each) in titles:
            return one_line(titles[post.pk, each]), each
    return one_line(post.title), post.language


def version_of(post: Post, language: str) -> Post:
    """Return the version of a post to show in a language: see ``versions_of()``."""
    return versions_of([post.pk], language)[post.pk]


def versions_of(post_ids: Collection[int], language: str) -> dict[int, Post]:
    """Return the version of each of these originals to show in a language, by the key of the original. One query.

    It is one that readers may see, if any is, the original rather than one in yet another language. What is not shown
    of it beside its title and its address is not fetched.
    """
    found: dict[int, list[Post]] = {}
    for post in Post.objects.filter(Q(pk__in=post_ids) | Q(translation_of__in=post_ids)).only(*SHOWN_OF_POST):
        found.setdefault(post.discussion_id, []).append(post)

    def fitness(post: Post) -> tuple[bool, bool, bool]:
        return post.is_published(), post.language == language, post.translation_of_id is None

    return {key: max(versions, key=fitness) for key, versions in found.items()}
