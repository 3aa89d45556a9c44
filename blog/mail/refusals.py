"""What it means when a mail is not taken: to be tried again and when, given up, or no mailbox at all."""

import re
from datetime import timedelta
from enum import Enum
from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected

# After how long a mail is tried again. A server that refuses newcomers at first wants minutes, one that is down hours;
# after two days an answer is no news, and it is given up.
DELAYS = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=36),
)
MOST_ATTEMPTS = len(DELAYS) + 1

# The enhanced status of RFC 3463: class, subject, detail.
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")

# Subject 7 is policy: the server does not want mail from here. That says nothing about the mailbox, and one wrong
# setting of ours would otherwise stop every follower.
_POLICY = "7"


class Outcome(Enum):
    LATER = "later"
    NEVER = "never"
    BOUNCED = "bounced"


def judge(error: Exception) -> Outcome:
    """Say what to do with a mail whose sending raised ``error``."""
    if isinstance(error, SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()), (450, b""))
        return judge_reply(code, text)
    if isinstance(error, SMTPResponseException):
        outcome = judge_reply(error.smtp_code, error.smtp_error)
        # The sender or the text was refused, or the connection: no word of the mailbox.
        return Outcome.NEVER if outcome is Outcome.BOUNCED and not _names_mailbox(error.smtp_error) else outcome
    if isinstance(error, ValueError):
        # No header or address can be made of it, today or tomorrow.
        return Outcome.NEVER
    return Outcome.LATER


def judge_reply(code: int, text: bytes | str) -> Outcome:
    """Say what a reply of a mail server means for the address that it was about."""
    if not 500 <= code < 600:
        return Outcome.LATER
    status = _STATUS.search(_as_text(text))
    return Outcome.NEVER if status and status[2] == _POLICY else Outcome.BOUNCED


def judge_status(status: str) -> Outcome:
    """Say what the status field of a bounce message means (RFC 3464)."""
    found = _STATUS.search(status)
    if found is None or found[1] != "5":
        return Outcome.LATER
    return Outcome.NEVER if found[2] == _POLICY else Outcome.BOUNCED


def describe(error: Exception) -> str:
    """Return what is kept of an error: which it was, and its codes.

    What a server says names the address as a rule, which has no business in logs, nor in what is kept of a task.
    """
    kind = type(error).__name__
    if isinstance(error, SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()), (450, b""))
        return f"{kind} {describe_reply(code, text)}"
    if isinstance(error, SMTPResponseException):
        return f"{kind} {describe_reply(error.smtp_code, error.smtp_error)}"
    # Of the connection, where no address was named yet.
    return f"{kind}: {error}" if isinstance(error, OSError) else kind


def describe_reply(code: int, text: bytes | str) -> str:
    status = _STATUS.search(_as_text(text))
    return f"{code} {status[0]}" if status else str(code)


def breaks_connection(error: Exception) -> bool:
    """Say whether nothing more can be sent the same way."""
    return isinstance(error, SMTPServerDisconnected) or (
        isinstance(error, OSError) and not isinstance(error, SMTPRecipientsRefused | SMTPResponseException)
    )


def _names_mailbox(text: bytes | str) -> bool:
    """Say whether a refusal after the text of the mail is about the mailbox: subjects 1 and 2."""
    status = _STATUS.search(_as_text(text))
    return bool(status) and status[2] in ("1", "2")


def _as_text(text: bytes | str) -> str:
    return text.decode("ascii", "replace") if isinstance(text, bytes) else text
