"""Reading what a mail server sends back when it could not deliver: RFC 3464.

Anybody can send something that looks like such a report. It counts where it quotes, among the headers of the mail that
it returns (RFC 3462), the mark that we signed and put there: only who got that mail, or carried it, knows it.
"""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from django.db.models.functions import Lower

from blog.mail.refusals import Outcome, judge_status
from comments.alerts import sending
from comments.following.consent import stop_bounced
from comments.mail.marks import MARK_FIELD, find_marked
from comments.models import Follower, ModeratorMail, normalise_email

# What a server returns holds the whole mail at most; more than this is no bounce.
LARGEST_BOUNCE = 1024 * 1024

# As what a report returns the mail that it is about; the second of each is that of RFC 6533.
WHOLE_MAILS = ("message/rfc822", "message/global")
HEADERS_ALONE = ("text/rfc822-headers", "message/global-headers")


def stop_bouncing(raw: bytes) -> list[str]:
    """Stop the addresses that a bounce message says are no mailboxes; return them.

    Reports of delay and of mail refused for other reasons change nothing; nor does anything that is no report, or
    that is about no mail from here.
    """
    message = message_from_bytes(raw[:LARGEST_BOUNCE], policy=policy.compat32)
    addresses = {normalise_email(address) for address in failed_addresses(message)}
    returned = " ".join(returned_names(message))
    stopped = []
    followers = Follower.objects.filter(pk__in=find_marked(Follower, returned), email__in=addresses, bounced_at=None)
    for follower in followers.order_by("email"):
        stop_bounced(follower)
        stopped.append(follower.email)
    choices = ModeratorMail.objects.alias(address=Lower("user__email")).select_related("user")
    marked = find_marked(ModeratorMail, returned)
    for choice in choices.filter(pk__in=marked, bounced_at=None, address__in=addresses):
        sending.stop_bounced(choice)
        stopped.append(choice.user.email)
    return stopped


def failed_addresses(message: Message) -> list[str]:
    """Return the addresses for which a delivery status report says that they failed for good."""
    return [
        address
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status"
        for fields in report_parts(part)
        if str(fields.get("Action", "")).strip().lower() == "failed"
        and judge_status(str(fields.get("Status", ""))) is Outcome.BOUNCED
        for name in ("Original-Recipient", "Final-Recipient")
        if (address := read_recipient(str(fields.get(name, ""))))
    ]


def returned_names(message: Message) -> Iterator[str]:
    """Yield the fields that may bear our mark, of the mails that a report returns, whole or their headers alone."""
    for part in message.walk():
        if part.get_content_type() in HEADERS_ALONE:
            returned = [message_from_bytes(part.get_payload(decode=True) or b"", policy=policy.compat32)]
        elif part.get_content_type() in WHOLE_MAILS:
            returned = report_parts(part)
        else:
            continue
        for mail in returned:
            for name in ("Message-ID", MARK_FIELD):
                yield from map(str, mail.get_all(name, ()))


def report_parts(part: Message | EmailMessage) -> list[Message]:
    """Return the groups of fields of a report: the first is of the message, the others each of a recipient."""
    payload = part.get_payload()
    return payload if isinstance(payload, list) else []


def read_recipient(field: str) -> str:
    """Return the address in a field like ``rfc822; marthe@example.org``; empty for another kind."""
    kind, _, address = field.partition(";")
    return address.strip().strip("<>") if kind.strip().lower() == "rfc822" else ""
