"""The mails that followers get, as messages that any mail program threads and can unsubscribe from."""

import email.policy
import re
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from blog.models import Post
from blog.typography import typeset
from comments.following.tokens import absolute, choose_address, confirm_address, make_mark
from comments.models import Comment, Follower, Notification

# The field of a mail that says to whom it was sent, for bounces; see comments.following.bounces.
MARK_FIELD = "Tribune-Follower"

# What a digest shows of a busy day; the rest is a click away.
SHOWN_IN_DIGEST = 40

# New lines and all else that is no character of a line: in a header they would begin another one.
_NOT_IN_A_LINE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\s]+")

# What turns the direction of a text around or is invisible in it; see comments.text.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")

# Where a template has a line that says nothing to the reader.
_EMPTY_LINES = re.compile(r"\n{3,}")


class WholeHeader(UnstructuredHeader):
    """A header of addresses, each on a line of its own and as it is.

    Python folds what is longer than a line into encoded words (RFC 2047), which no mail program undoes in an address
    of List-Unsubscribe; one-click unsubscribing would be lost.
    """

    max_count = 1

    def fold(self, *, policy: email.policy.Policy) -> str:
        parts = f",{policy.linesep} ".join(str(self).split(", "))
        return f"{self.name}: {parts}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("list-unsubscribe", WholeHeader)


class FollowersMail(EmailMultiAlternatives):
    """A mail whose header List-Unsubscribe stays whole."""

    def message(self, *, policy: email.policy.Policy = email.policy.default) -> email.message.EmailMessage:
        return super().message(policy=policy.clone(header_factory=HEADERS))


def invitation(follower: Follower, post: Post) -> FollowersMail:
    """Return the mail that asks whether an address wants to be mailed.

    Nothing that a stranger typed stands in it: it may go to somebody who knows nothing of it.
    """
    with override(follower.language):
        version = version_of(post, follower.language)
        shown = {"title": typeset(one_line(version.title), version.language), "address": confirm_address(follower)}
        message = make(follower, "confirm", _("Confirm your address"), shown)
        message.extra_headers["Message-ID"] = f"<confirm-{follower.asked_at:%Y%m%d}-{make_mark(follower)}@{host()}>"
    return message


def answer(notification: Notification, titles: dict[tuple[int, str], str]) -> FollowersMail:
    """Return the mail of one comment."""
    follower, comment = notification.follower, notification.comment
    with override(follower.language):
        title, title_language = title_of(comment.post, follower.language, titles)
        shown = {
            "entry": entry_of(comment, follower.language),
            "title": typeset(title, title_language),
            "is_answer": notification.following.comment_id is not None,
            "news_address": absolute("comments:comment-news", comment.pk, language=follower.language),
            "choose": choose_address(follower, notification.following_id),
            "choose_all": choose_address(follower),
        }
        # The same subject for a whole discussion: mail programs thread by it too.
        message = make(follower, "answer", title, shown)
        message.extra_headers |= {
            "Message-ID": message_id(comment.pk, follower),
            "List-Id": f"<discussion-{comment.post_id}.{host()}>",
            **thread_headers(comment, follower),
            **unsubscribe_headers(shown["choose"]),
        }
    return message


def digest(notifications: list[Notification], titles: dict[tuple[int, str], str]) -> FollowersMail:
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
        message = make(follower, "digest", subject, shown)
        newest = max(notification.pk for notification in notifications)
        message.extra_headers |= {
            "Message-ID": f"<digest-{newest}-{make_mark(follower)}@{host()}>",
            "List-Id": f"<discussions.{host()}>",
            **unsubscribe_headers(shown["choose_all"]),
        }
    return message


def make(follower: Follower, name: str, subject: str, shown: dict) -> FollowersMail:
    """Return a mail of text and HTML in the active language, made from the templates of that name."""
    shown |= {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL, "LANGUAGE_CODE": follower.language}
    message = FollowersMail(
        subject=one_line(f"[{settings.SITE_NAME}] {subject}"),
        body=_EMPTY_LINES.sub("\n\n", render_to_string(f"comments/mail/{name}.txt", shown)).strip() + "\n",
        to=[follower.email],
        # Answering machines leave it alone (RFC 3834); a report that it could not be delivered quotes the mark. Some
        # servers give a mail another Message-ID, so it stands in a field of its own too.
        headers={"Auto-Submitted": "auto-generated", MARK_FIELD: make_mark(follower)},
    )
    message.attach_alternative(render_to_string(f"comments/mail/{name}.html", shown), "text/html")
    return message


def entry_of(comment: Comment, language: str) -> dict:
    """Return what a mail shows of a comment."""
    return {
        "name": one_line(comment.name),
        "answered": one_line(comment.parent.name) if comment.parent else "",
        "text": _UNWANTED.sub("", comment.text.replace("\r\n", "\n").replace("\r", "\n")).strip(),
        "html": comment.html,
        "language": comment.language,
        "created_at": comment.created_at,
        # It leads to where the comment stands, whatever page that is by then.
        "address": absolute("comments:comment-detail", comment.pk, language=language),
        "answer_address": absolute("comments:comment-reply", comment.pk, language=language),
    }


def news_of(notifications: list[Notification], post_id: int, language: str) -> dict:
    """Return what a digest says of all that is new in one discussion: how much, since when, and where it stands."""
    comments = [notification.comment for notification in notifications if notification.comment.post_id == post_id]
    # The lowest number: a comment that waited for its approval comes after others that were written later.
    first = min(comments, key=lambda comment: comment.number)
    return {
        "count": len(comments),
        "since": first.created_at,
        "news_address": absolute("comments:comment-news", first.pk, language=language),
    }


def thread_headers(comment: Comment, follower: Follower) -> dict[str, str]:
    """Return what puts a mail below that of the comment it answers, in a thread of the whole discussion."""
    root = f"<discussion-{comment.post_id}-{follower.pk}@{host()}>"
    if comment.parent_id is None:
        return {"In-Reply-To": root, "References": root}
    parent = message_id(comment.parent_id, follower)
    return {"In-Reply-To": parent, "References": f"{root} {parent}"}


def unsubscribe_headers(address: str) -> dict[str, str]:
    """Return what a mail program's own button for unsubscribing uses (RFC 2369, RFC 8058)."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def message_id(comment_id: int, follower: Follower) -> str:
    """Return the name of the mail of a comment: always the same, so that a second one would be known as such."""
    return f"<comment-{comment_id}-{make_mark(follower)}@{host()}>"


def host() -> str:
    """Return the name under which messages and lists of this site are known: that of its sender's address."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or urlsplit(settings.SITE_URL).hostname


def one_line(text: str) -> str:
    """Return a text without anything that could end a line."""
    return _NOT_IN_A_LINE.sub(" ", _UNWANTED.sub(" ", text)).strip()


def title_of(post: Post, language: str, titles: dict[tuple[int, str], str]) -> tuple[str, str]:
    """Return the title of a discussion, and its language: the one that is asked for, or the original's."""
    if (post.pk, language) in titles:
        return one_line(titles[post.pk, language]), language
    return one_line(post.title), post.language


def version_of(post: Post, language: str) -> Post:
    """Return the version of a post in a language, or the original."""
    if post.language == language:
        return post
    return post.translations.published().in_language(language).first() or post
