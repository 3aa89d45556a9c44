"""Reading what a mail server sends back when it could not deliver: RFC 3464."""

from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from django.db.models.functions import Lower

from comments.alerts import sending
from comments.following.consent import stop_bounced
from comments.mail.refusals import Outcome, judge_status
from comments.models import Follower, ModeratorMail, normalise_email

# What a server returns holds the whole mail at most; more than this is no bounce.
LARGEST_BOUNCE = 1024 * 1024


def stop_bouncing(raw: bytes) -> list[str]:
    """Stop the addresses that a bounce message says are no mailboxes; return them.

    Reports of delay and of mail refused for other reasons change nothing; nor does anything that is no report.
    """
    addresses = {normalise_email(address) for address in failed_addresses(raw)}
    stopped = []
    for follower in Follower.objects.filter(email__in=addresses, bounced_at=None).order_by("email"):
        stop_bounced(follower)
        stopped.append(follower.email)
    choices = ModeratorMail.objects.alias(address=Lower("user__email")).filter(bounced_at=None, address__in=addresses)
    for choice in choices.select_related("user"):
        sending.stop_bounced(choice)
        stopped.append(choice.user.email)
    return stopped


def failed_addresses(raw: bytes) -> list[str]:
    """Return the addresses for which a delivery status report says that they failed for good."""
    message = message_from_bytes(raw[:LARGEST_BOUNCE], policy=policy.compat32)
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


def report_parts(part: Message | EmailMessage) -> list[Message]:
    """Return the groups of fields of a report: the first is of the message, the others each of a recipient."""
    payload = part.get_payload()
    return payload if isinstance(payload, list) else []


def read_recipient(field: str) -> str:
    """Return the address in a field like ``rfc822; marthe@example.org``; empty for another kind."""
    kind, _, address = field.partition(";")
    return address.strip().strip("<>") if kind.strip().lower() == "rfc822" else ""
