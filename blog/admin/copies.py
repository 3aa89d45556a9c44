"""What a partner's WordPress holds of a tribune, on its page: how it stands there, and what somebody made of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from blog.body import plain_text
from blog.models import Tribune, WordPressCopy
from blog.syndication.comparing import Piece, differences, mark_words
from blog.syndication.handing_over import send_again
from blog.syndication.wordpress import write_over


class CopyMixin:
    """Gives the admin of tribunes the button that writes over what somebody at the partner's made of a text.

    For ``HandOverMixin``, whose ``wrap()`` and ``back()`` it calls.
    """

    def get_urls(self) -> list:
        view = self.wrap(self.write_over_view, require_POST)
        return [path("<int:pk>/hand-over/write-over/", view, name="blog_tribune_write_over"), *super().get_urls()]

    def write_over_view(self, request: HttpRequest, tribune: Tribune) -> HttpResponse:
        """Let the text there be written over, as the editor saw it, and send ours again."""
        copy = WordPressCopy.objects.filter(tribune=tribune).first()
        newest = tribune.hand_overs.newest_first().first()
        is_ours = bool(copy and newest and write_over(copy, seen=request.POST.get("seen", "")))
        if is_ours:
            send_again(newest, seen=newest.version)
            words = _("Their text is written over with what you handed over last.")
        else:
            words = _("Their text has changed once more since you looked at it. Nothing was written over it.")
        self.message_user(request, words, messages.SUCCESS if is_ours else messages.WARNING)
        return self.back(tribune)


def describe_copy(tribune: Tribune) -> dict | None:
    """Return what the page of a tribune shows of the post at the partner's; None where there is none."""
    copy = WordPressCopy.objects.filter(tribune=tribune).first()
    if copy is None:
        return None
    return {
        "copy": copy,
        "title_difference": title_difference(copy),
        "text_difference": text_difference(copy),
    }


def title_difference(copy: WordPressCopy) -> list[Piece]:
    """Return how the title there differs from ours, in pieces; nothing where it does not."""
    if not copy.is_changed_there() or copy.their_title == copy.title:
        return []
    return list(mark_words(copy.title, copy.their_title))


def text_difference(copy: WordPressCopy) -> list[list[Piece]]:
    """Return how the text there differs from ours, paragraph by paragraph; nothing where its words do not."""
    if not copy.is_changed_there():
        return []
    ours, theirs = plain_text(copy.content), plain_text(copy.their_content)
    return differences(ours, theirs) if ours != theirs else []
