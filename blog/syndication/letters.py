"""The mails about a hand-over, in the language that is active: the partner's, or the editor's."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.facts import day
from blog.mail.letters import Letter
from blog.mail.lines import one_line, plain_text
from blog.models import HandOver, HandOverNote, Tribune
from blog.syndication.private_addresses import path_in_force

NO_EMAIL_OF_PARTNER = gettext_lazy(
    "Nobody was mailed: the partner has no e-mail here. Give them the private address yourself."
)
NO_EMAIL_OF_EDITOR = gettext_lazy("Nobody was mailed: whoever handed the text over has no e-mail here.")

Kind = HandOverNote.Kind


def to_partner(record: HandOver, tribune: Tribune) -> Letter:
    """Write to a partner that a text is proposed to them, with the address of its page."""
    address, path = path_in_force(tribune)
    return propose(record.package, tribune, until=address.expires_at, path=path)


def propose(package: dict, tribune: Tribune, *, until: datetime, path: str) -> Letter:
    """Write that letter; the preview of a hand-over shows it without the address, which is a key."""
    facts = {
        "title": one_line(package["title"]),
        "partner": tribune.partner.name,
        "site": settings.SITE_NAME,
        "byline": package["byline"],
        "day": day(until),
    }
    paragraphs = [
        _("%(site)s proposes a text for %(partner)s: “%(title)s”.") % facts,
        *([package["byline"]] if package["byline"] else []),
        _(
            "The page at the address below shows it, with clean HTML to copy and its pictures in one file. There "
            "you accept or decline it, leave a note for its editors, and say where it has appeared. You need no "
            "account."
        ),
        _("The address is good until %(day)s. Keep it to yourself: whoever has it can answer in your name.") % facts,
    ]
    return Letter(
        to=tribune.partner.email,
        subject=_("“%(title)s”, a text for %(partner)s") % facts,
        paragraphs=paragraphs,
        quoted=plain_text(package["standfirst"]),
        path=path,
    )


def note_to_partner(note: HandOverNote, tribune: Tribune) -> Letter:
    """Write to a partner that the editors left a note."""
    _address, path = path_in_force(tribune)
    facts = {"title": one_line(note.hand_over.package["title"]), "site": settings.SITE_NAME}
    return Letter(
        to=tribune.partner.email,
        subject=_("A note about “%(title)s”") % facts,
        paragraphs=[
            _("%(site)s left a note about “%(title)s”. You can answer on the page at the address below.") % facts
        ],
        quoted=plain_text(note.text),
        path=path,
    )


def to_editor(note: HandOverNote, tribune: Tribune, email: str) -> Letter:
    """Write to whoever handed a text over what the partner did."""
    record = note.hand_over
    facts = {"title": one_line(record.package["title"]), "partner": tribune.partner.name}
    subject, said = (
        {
            Kind.NOTE: (
                _("A note of %(partner)s about “%(title)s”"),
                _("%(partner)s left a note about “%(title)s”."),
            ),
            Kind.ACCEPTED: (
                _("%(partner)s accepts “%(title)s”"),
                _("%(partner)s accepts “%(title)s”."),
            ),
            Kind.DECLINED: (
                _("%(partner)s declines “%(title)s”"),
                _("%(partner)s declines “%(title)s”."),
            ),
            Kind.APPEARED: (
                _("“%(title)s” has appeared at %(partner)s"),
                _(
                    "%(partner)s says that “%(title)s” has appeared there. Look at it, then confirm on the page of "
                    "the tribune: only then readers are led there."
                ),
            ),
        }
    )[note.kind]
    return Letter(
        to=email,
        subject=subject % facts,
        paragraphs=[said % facts],
        quoted=plain_text(note.text),
        path=f"{reverse('admin:blog_tribune_change', args=[tribune.pk])}#hand-overs",
    )
