"""Accepting a comment: the checks that the form alone cannot make, and saving it once."""

from django.db import IntegrityError, transaction
from django.db.models import CharField, Q, TextField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from authors.bilingual import current_language
from blog.limits import parse_address, sender_address
from blog.models import Moderation, Post
from blog.prepared import Prepared
from comments.following.consent import follow
from comments.forms import DISCUSSION, CommentForm, digest_stamp, stamp_age
from comments.knowing import is_known
from comments.limits import is_from_here, is_within_limit, may_ask_for_mail
from comments.locking import GoneError, LockedError
from comments.models import Comment
from comments.moderation import draft_comment, place_comment
from comments.policy import judge_at_once, judge_soon
from comments.spam.reasons import UNPROVED, Reason
from comments.spam.words import digest_text

AGENT_LENGTH = Comment._meta.get_field("agent").max_length

CLOSED = _("Comments on this post are closed. Your text is still below.")
GONE = _("The comment that you answer has gone meanwhile. Your text is still below.")
TOO_MANY = _("Many comments have just come from your address. Wait ten minutes, then send again.")
TOO_MANY_WISHES = _("Many answers to be mailed have been asked for from here. Choose “No”, or come back tomorrow.")
LOCKED = _("This thread was locked meanwhile: it takes no more answers. Your text is still below.")
USED = _("A comment was already sent with this form. Your text is here: to add it as another comment, send it again.")
FROM_ELSEWHERE = _("The form was sent from another site. Your text is here: send it again.")

# What waits, or was sent with one stamp, of one content: a handful, wherever it stands. The digest has an index; were
# the discussion named too, SQLite would rather read all of that, and it may be long.
SENT_BEFORE = Prepared(
    lambda digest, stamp, **data: Comment.objects.filter(
        Q(status=Comment.Status.PENDING) | Q(stamp=stamp), text_digest=digest, **data
    ),
    digest=CharField(),
    stamp=CharField(),
    name=CharField(),
    email=CharField(),
    site=CharField(),
    text=TextField(),
)


def save_comment(request: HttpRequest, form: CommentForm, *, post: Post, parent: Comment | None) -> Comment | None:
    """Save what a form holds and return it; None where the form says what is wrong.

    A comment that is there already, word for word, was sent by a second click: it is one. Where the rules let it appear
    at once it is judged here, and stands when this returns; everywhere else judging has time, in the background.
    """
    if not form.is_valid():
        return None
    if not is_from_here(request):
        form.add_error(None, FROM_ELSEWHERE)
        return None
    data = {name: form.cleaned_data[name] for name in ("name", "email", "site", "text")}
    sending = describe_sending(request, form.cleaned_data["stamp"])
    if not form.has_worked():
        sending["spam_reasons"] = [Reason(UNPROVED).as_json()]
    twin = find_twin(post, parent, data, sending["stamp"])
    if twin or not is_admitted(request, form):
        return twin
    if post.moderation == Moderation.FIRST:
        sending["is_known"] = is_known(request, name=data["name"], email=data["email"])
    comment = write_once(form, post=post, parent=parent, data=data, sending=sending)
    if comment:
        comment.post = post.original
        judge_at_once(comment)
        judge_soon()
    return comment


def is_admitted(request: HttpRequest, form: CommentForm) -> bool:
    """Count what comes from an address; where that is too much, let the form say so."""
    if not is_within_limit(request):
        form.add_error(None, TOO_MANY)
        form.is_limited = True
    elif form.cleaned_data["follow"] and not may_ask_for_mail(request):
        form.add_error("follow", TOO_MANY_WISHES)
        form.is_limited = True
    return not form.errors


def write_once(form: CommentForm, *, post: Post, parent: Comment | None, data: dict, sending: dict) -> Comment | None:
    """Write a comment, with the wish to be mailed; return the one of the other click where there is one."""
    wish = form.cleaned_data["follow"]
    comment = draft_comment(language=current_language(), **data, **sending)
    try:
        with transaction.atomic():
            place_comment(comment, post=post, parent=parent)
            if wish:
                scope, cadence = wish.split(":")
                follow(comment, whole_discussion=scope == DISCUSSION, cadence=cadence)
    except (GoneError, LockedError) as refusal:
        form.add_error(None, GONE if isinstance(refusal, GoneError) else LOCKED)
        # The page with the form shows of it what can still be read.
        parent.refresh_from_db(fields=["status"])
        return None
    except IntegrityError:
        # The stamp was used before, or at this very moment by the other click.
        if not Comment.objects.filter(stamp=sending["stamp"]).exists():
            raise
        comment = find_twin(post, parent, data, sending["stamp"])
        if comment is None:
            form.restamp()
            form.add_error(None, USED)
    return comment


def describe_sending(request: HttpRequest, stamp: str) -> dict:
    """Return the columns of a comment that tell how it was sent."""
    sender = sender_address(request)
    address = parse_address(sender)
    return {
        "network": str(address) if address else None,
        "agent": request.headers.get("User-Agent", "").replace("\x00", "")[:AGENT_LENGTH],
        "form_age": stamp_age(stamp),
        # Where nobody can tell senders apart, one reader's comment would use up the stamp of all the others.
        "stamp": digest_stamp(stamp, sender) if sender else None,
    }


def find_twin(post: Post, parent: Comment | None, data: dict, stamp: str | None) -> Comment | None:
    """Return the comment that was sent before with the same content: one that waits, or one of the same stamp."""
    place = (post.discussion_id, parent and parent.pk)
    same = SENT_BEFORE(digest=digest_text(data["text"]), stamp=stamp or "", **data)
    return next((comment for comment in same if (comment.post_id, comment.parent_id) == place), None)
