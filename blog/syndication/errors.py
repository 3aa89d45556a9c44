"""What goes wrong when another site is asked for something, in words for an editor."""

from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

size_in_words = lazy(filesizeformat, str)

# Of what another server says of itself, in characters.
LONGEST_MESSAGE = 200


class FetchError(Exception):
    """An address gave nothing of use.

    ``str()`` says so to an editor, in the language active then. ``may_pass`` says whether asking again later makes
    sense, ``retry_after`` how many seconds the other side wants that to wait, or None where it does not say.
    """

    words = _("Their server did not give what was asked for.")
    may_pass = False

    def __init__(self, words=None, *, may_pass: bool | None = None, retry_after: int | None = None, **facts) -> None:
        super().__init__()
        self.words = words or self.words
        self.may_pass = self.may_pass if may_pass is None else may_pass
        self.retry_after = retry_after
        self.facts = facts

    def __str__(self) -> str:
        return str(self.words) % self.facts if self.facts else str(self.words)


class ForbiddenAddressError(FetchError):
    """Nobody may be sent there: a private network, an unusual port, or not an address of the web at all."""

    words = _("This address leads into a private network, where nothing is asked for.")
    NOT_WEB = _("This is not an address of the web: it must begin with https:// or http:// and name a site.")
    UNREADABLE = _("This address cannot be read: check how it is written.")
    USER_INFO = _("This address holds a user name or a password: write it without them.")
    PORT = _("This address names port %(port)s: only the usual ports of the web are asked.")


class UnprotectedError(FetchError):
    """A password would go over the wire for anybody to read."""

    words = _("A password is only sent to an address that begins with https://, and this one does not.")


class TooLargeError(FetchError):
    """More came than was asked for."""

    words = _("The answer is larger than %(limit)s and was not read to its end.")

    def __init__(self, limit: int) -> None:
        super().__init__(limit=size_in_words(limit))


class TooSlowError(FetchError):
    """The whole took longer than it may, from the look-up of the name to the last byte."""

    words = _("Their server took longer than %(seconds)s s and was not waited for.")
    may_pass = True

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds=f"{seconds:g}")


class TooManyRedirectsError(FetchError):
    """Each address leads to one more."""

    words = _("This address leads to another one, and so on: after %(limit)d of them the search was given up.")

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class BadRedirectError(FetchError):
    """An address leads where it must not."""

    words = _("Their server leads to an address that cannot be read.")
    UNPROTECTED = _("Their server leads to an address that does not begin with https://, where no password is taken.")


class UnreachableError(FetchError):
    """There is no such name, or nobody listens there."""

    words = _("Their server cannot be reached.")
    may_pass = True
    NO_NAME = _("There is no site of the name %(host)s.")
    NO_PROTECTION = _("Their server does not manage a protected connection (https).")
    BROKEN_OFF = _("Their server broke off the connection.")


class BadCertificateError(FetchError):
    """Whoever answers does not prove to be that site; only its keeper can mend it."""

    words = _("The certificate of %(host)s was issued by nobody who is trusted: another site may be answering.")
    EXPIRED = _("The certificate of %(host)s has expired.")
    OTHER_NAME = _("The certificate of %(host)s was issued for another site.")


class BadAnswerError(FetchError):
    """What came is not what the protocol says."""

    words = _("Their server did not answer as a web server does.")
    CUT_SHORT = _("The answer of their server ended too early.")
    COMPRESSED = _("The answer of their server is compressed in a way that cannot be read.")
    HTML = _("Their server answered with a web page where data were expected.")
    NOT_JSON = _("Their server answered with data that cannot be read.")


class BadStatusError(BadAnswerError):
    """The server says itself that it did not do it; ``status`` is its number."""

    words = _("Their server answered %(status)d.")
    # Of the others a repetition makes nothing better. 408 and 425 say themselves that it would, 429 that it was early.
    PASSING = {408, 425, 429, 500, 502, 503, 504}

    def __init__(self, status: int, retry_after: int | None = None) -> None:
        # CDNs have numbers of their own from 520 on, for a server behind them that is down.
        may_pass = status in self.PASSING or status >= 520
        super().__init__(status=status, may_pass=may_pass, retry_after=retry_after)
        self.status = status


class RefusedError(BadStatusError):
    """Their server took the request and said no to it; ``message`` says why, ``code`` is its name for that."""

    words = _("Their server answered %(status)d: %(message)s")

    def __init__(self, status: int, message: str, retry_after: int | None = None, code: str = "") -> None:
        super().__init__(status, retry_after)
        self.facts["message"] = message[:LONGEST_MESSAGE]
        self.code = code
