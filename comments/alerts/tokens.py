"""Signed addresses in the mails to moderators: one decides on a comment, the other stops the mails."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from authors.addresses import absolute_address
from comments.models import Comment, ModeratorMail

DECIDE_SALT = "comments.alerts.decide"
CHOOSE_SALT = "comments.alerts.choose"

# Long enough for a holiday; what waits longer is decided on in the admin.
DECIDE_SECONDS = 14 * 24 * 3600


@dataclass(frozen=True)
class Question:
    """What an address asks: whether this moderator gives this comment that status, in place of the one it had."""

    comment_id: int
    user_id: int
    expected: str
    decision: str
    account: str

    def is_of(self, user: AbstractBaseUser) -> bool:
        """Say whether the account is still what it was: with another password or address, old mails open nothing."""
        return constant_time_compare(self.account, describe_account(user))


def decide_address(comment: Comment, choice: ModeratorMail, decision: str) -> str:
    """Return where a moderator gives a comment a status, for two weeks."""
    user = choice.user
    question = f"{comment.pk}.{user.pk}.{comment.status}.{decision}.{describe_account(user)}"
    token = signing.TimestampSigner(salt=DECIDE_SALT).sign(question)
    return absolute_address("comments:comment-decide", token, language=choice.language)


def read_decide_token(token: str) -> Question:
    """Return what an address asks; raise ``signing.BadSignature`` or ``SignatureExpired``."""
    question = signing.TimestampSigner(salt=DECIDE_SALT).unsign(token, max_age=DECIDE_SECONDS)
    comment_id, user_id, expected, decision, account = question.split(".")
    return Question(int(comment_id), int(user_id), expected, decision, account)


def choose_address(choice: ModeratorMail) -> str:
    """Return where a moderator stops or changes the mails; for good."""
    token = signing.Signer(salt=CHOOSE_SALT).sign(str(choice.pk))
    return absolute_address("comments:moderator-mail", token, language=choice.language)


def read_choose_token(token: str) -> int:
    """Return the key of the choice that a token is for; raise ``signing.BadSignature``."""
    return int(signing.Signer(salt=CHOOSE_SALT).unsign(token))


def describe_account(user: AbstractBaseUser) -> str:
    """Return a few letters that follow from the password and the address of an account, and tell nothing of them."""
    return salted_hmac(DECIDE_SALT, f"{user.password}\n{user.email}", algorithm="sha256").hexdigest()[:12]
