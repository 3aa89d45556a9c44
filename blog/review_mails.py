"""The mails about previews: their private address and answers to those who read, and to the editor what they say."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from blog.body import excerpt
from blog.facts import day
from blog.mail.editors import note_refusal
from blog.mail.letters import Letter
from blog.mail.lines import one_line, plain_text
from blog.models import EditorMail, Post, ReviewAddress, ReviewMail, ReviewRemark
from blog.models.posts import long_texts
from blog.syndication.dispatching import dispatch, enqueue_due, gather
from blog.syndication.private_addresses import NoAddressError
from blog.syndication.words import keep
from blog.tasks import deliver_review_mail
from blog.typography import typeset

State = ReviewMail.State
Kind = ReviewRemark.Kind

# Who reads a text says one thing after the other.
SOON = timedelta(minutes=5)
# A mail for each remark is one that nobody reads.
BETWEEN = timedelta(hours=1)
# Quoted in a mail; the others stand beside the text that it leads to.
NAMED = 20
QUOTED = 300
# Nobody looks an older one up.
KEPT = timedelta(days=30)

NO_EMAIL_OF_EDITOR = gettext_lazy("Nobody was mailed: whoever made the address has no e-mail here.")


def tell_editor(editor: int, now: datetime | None = None) -> None:
    """Have an editor mailed that something was said, if they want to know."""
    choice = EditorMail.objects.select_related("user").filter(user=editor).first()
    if choice is None or (choice.remarks_on and choice.is_reached()):
        gather(ReviewMail.objects, deliver_review_mail, soon=SOON, between=BETWEEN, now=now, editor_id=editor)


def tell_reader(address: ReviewAddress, now: datetime | None = None) -> None:
    """Have somebody mailed that there are answers to what they said."""
    gather(ReviewMail.objects, deliver_review_mail, soon=SOON, between=BETWEEN, now=now, answered=address)


def deliver(pk: int, *, run: str = "") -> None:
    """Send a mail, if it is due; ``run`` names the run of a task."""
    dispatch(ReviewMail.objects, pk, send, task=deliver_review_mail, run=run)


def send(row: ReviewMail) -> dict | None:
    if row.address_id:
        return send_invitation(row)
    return send_answers(row) if row.answered_id else send_news(row)


def send_invitation(row: ReviewMail) -> None:
    """Mail somebody their private address; raise NoAddressError where it leads nowhere any more."""
    address = ReviewAddress.objects.select_related("post__binned").get(pk=row.address_id)
    path = way_to(address)
    with override(address.language):
        invite(address, path).send()


def way_to(address: ReviewAddress) -> str:
    """Return where a private address leads; raise NoAddressError where that is nowhere, or nobody can be mailed it."""
    from blog.reviewing import path_of

    path = path_of(address)
    if not address.is_in_force() or not address.email:
        raise NoAddressError
    if not path:
        raise NoAddressError(NoAddressError.OTHER_KEY)
    return path


def title_of(post: Post) -> str:
    """Return the title of a post as a mail has it."""
    return typeset(one_line(post.title), post.language)


def invite(address: ReviewAddress, path: str) -> Letter:
    """Write that letter, in the active language."""
    facts = {
        "title": title_of(address.post),
        "site": settings.SITE_NAME,
        "editor": one_line(address.made_by_name),
        "day": day(address.expires_at),
    }
    asks = (
        _("%(editor)s asks you to read “%(title)s” before it appears on %(site)s.")
        if facts["editor"]
        else _("You are asked to read “%(title)s” before it appears on %(site)s.")
    )
    return Letter(
        to=address.email,
        subject=_("“%(title)s”: please read it before it appears") % facts,
        paragraphs=[
            asks % facts,
            _(
                "The page at the address below shows the text as its readers will see it. There you say what you think "
                "of a passage, and approve of the text or ask for changes. You need no account."
            ),
            _("The address is good until %(day)s. Keep it to yourself: whoever has it speaks in your name.") % facts,
        ],
        quoted=plain_text(address.note),
        path=path,
    )


def send_answers(row: ReviewMail) -> None:
    """Mail somebody the answers since the last mail; forget the mail where those were all taken away."""
    address = ReviewAddress.objects.select_related("post__binned").get(pk=row.answered_id)
    remarks = list(address.remarks.answered().in_order())
    if not remarks:
        ReviewMail.objects.filter(pk=row.pk).delete()
        return
    path = way_to(address)
    with noted_as_told(remarks, "reply_told_at"), override(address.language):
        write_answers(address, remarks, path).send()


@contextmanager
def noted_as_told(remarks: list[ReviewRemark], moment: str) -> Iterator[None]:
    """Note what a mail tells before it leaves, so that a process that is killed then mails nothing twice.

    Of what is not taken the note goes again.
    """
    rows = ReviewRemark.objects.filter(pk__in=[remark.pk for remark in remarks])
    rows.update(**{moment: timezone.now()})
    try:
        yield
    except (OSError, ValueError):
        rows.update(**{moment: None})
        raise


def write_answers(address: ReviewAddress, remarks: list[ReviewRemark], path: str) -> Letter:
    """Write what was answered to somebody, in the active language."""
    count = len(remarks)
    facts = {"title": title_of(address.post), "count": count}
    subject = ngettext("An answer to you on “%(title)s”", "%(count)s answers to you on “%(title)s”", count) % facts
    paragraphs = [say_what_was_answered(remark) for remark in remarks[:NAMED]]
    return Letter(to=address.email, subject=subject, paragraphs=[*paragraphs, *and_more(count)], path=path)


def say_what_was_answered(remark: ReviewRemark) -> str:
    """Name what somebody said, and give the answer."""
    words = excerpt(one_line(remark.text or remark.quote or remark.passage), 80)
    facts = {"name": one_line(remark.replied_by_name) or settings.SITE_NAME, "words": words}
    answers = _("%(name)s answers to “%(words)s”:") if words else _("%(name)s answers:")
    return f"{answers % facts}\n{excerpt(one_line(remark.reply), QUOTED)}"


def and_more(count: int) -> list[str]:
    """Say how many a mail does not name, in a list of one sentence or none."""
    more = count - NAMED
    return [ngettext("And %(count)s more.", "And %(count)s more.", more) % {"count": more}] if more > 0 else []


def send_news(row: ReviewMail) -> dict | None:
    """Mail an editor what was said since the last mail; forget the mail where that was all withdrawn."""
    # Who made addresses before there was a choice begins with what everybody does.
    choice = EditorMail.objects.get_or_create(user_id=row.editor_id)[0]
    remarks = list(untold_to(row.editor_id))
    if not (remarks and choice.remarks_on):
        ReviewMail.objects.filter(pk=row.pk).delete()
        return None
    if not choice.is_reached():
        return keep(NO_EMAIL_OF_EDITOR)
    with noted_as_told(remarks, "told_at"), override(choice.language):
        try:
            write_news(choice.user.email, remarks).send()
        except (OSError, ValueError) as error:
            note_refusal(choice, error)
            raise
    return None


def untold_to(editor: int) -> QuerySet[ReviewRemark]:
    """Return what stood in no mail yet of what was said at the addresses that an editor made, with its post."""
    remarks = ReviewRemark.objects.untold().filter(address__made_by=editor, address__post__binned=None)
    rows = remarks.select_related("address__post").defer(*long_texts("address__post"))
    return rows.order_by("address__post", "written_at", "pk")


def write_news(email: str, remarks: list[ReviewRemark]) -> Letter:
    """Write what was said, in the active language."""
    posts = {remark.address.post for remark in remarks}
    title = title_of(remarks[0].address.post)
    count = len(remarks)
    if len(posts) == 1:
        subject = ngettext("A remark on “%(title)s”", "%(count)s remarks on “%(title)s”", count)
        if count == 1 and remarks[0].kind == Kind.APPROVED:
            subject = _("“%(title)s” is approved")
    else:
        subject = ngettext("%(count)s remark on a preview", "%(count)s remarks on previews", count)
    said = [say_what_was_said(remark) for remark in remarks[:NAMED]] + and_more(count)
    if len(posts) > 1:
        said += [settings.SITE_URL + address_of(post.pk) for post in sorted(posts, key=lambda post: post.pk)]
    choose = settings.SITE_URL + reverse("admin:blog_editormail_changelist")
    said.append(_("Whether you get these mails, you choose here: %(address)s") % {"address": choose})
    first = remarks[0].address.post_id
    path = address_of(first) if len(posts) == 1 else reverse("admin:blog_post_changelist") + "?lacks=remarks"
    return Letter(to=email, subject=subject % {"title": title, "count": count}, paragraphs=said, path=path)


def say_what_was_said(remark: ReviewRemark) -> str:
    """Say in a sentence what somebody did, and quote their words."""
    facts = {
        "name": one_line(remark.address.name) or _("Somebody"),
        "title": title_of(remark.address.post),
        "words": excerpt(one_line(remark.quote or remark.passage), 80),
        "text": excerpt(one_line(remark.text), QUOTED),
    }
    said = {
        Kind.APPROVED: _("%(name)s approves of “%(title)s”."),
        Kind.CHANGES: _("%(name)s asks for changes in “%(title)s”."),
        Kind.REMARK: _("%(name)s on “%(words)s”, in “%(title)s”:") if facts["words"] else _("%(name)s on “%(title)s”:"),
    }[remark.kind]
    return f"{said % facts}\n{facts['text']}".strip()


def address_of(post: int) -> str:
    return reverse("admin:blog_post_review", args=[post])


def deliver_forgotten() -> None:
    """Have sent what is due and has lost its task, and forget what was sent long ago.

    Of a mail whose process was killed nobody knows whether it left: it is not sent twice.
    """
    ReviewMail.objects.uncertain().update(state=State.FAILED)
    enqueue_due(ReviewMail.objects, deliver_review_mail)
    old = ReviewMail.objects.filter(address=None, next_try_at__lt=timezone.now() - KEPT)
    old.exclude(state=State.WAITING).delete()
