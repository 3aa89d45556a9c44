"""What partners' blogs let us in by: sealed in the database, opened for a delivery, and told to nobody else.

The seal is that of Fernet (AES-128-CBC with HMAC-SHA-256). Its keys are in CREDENTIALS_KEYS, or in a file of DATA_DIR
that is made when it is first needed; the newest seals, all of them open. What is sealed names the partner and the
origin that it was entered for, so that it opens neither for another partner nor for another host: who may change the
address of an API must not learn by that the password that was meant for the one before.
"""

import json
from base64 import b64encode
from dataclasses import dataclass, field

import httpx2
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from blog.models import Credentials, Partner
from blog.syndication.addresses import origin_of, read_address
from blog.syndication.errors import FetchError

Kind = Credentials.Kind


class CredentialsError(FetchError):
    """There is nothing to be let in by; an editor has to enter it."""

    words = _("No password or token of this partner is kept here: enter it on its page.")
    LOST = _("What was kept of this partner cannot be read any more, because its key is lost: enter it again.")
    MOVED = _("What is kept of this partner was entered for %(origin)s and goes nowhere else: enter it again.")
    NO_KEYS = _("The keys of what is kept cannot be read, which only the operator can mend: %(reason)s")
    NO_ADDRESS = _("The address that it would be sent to is missing: enter that first.")


@dataclass(frozen=True)
class Opened:
    """What a request is let in by: ``headers`` for ``fetch()``, to the origin of ``partner_address()`` alone."""

    kind: str
    user: str = field(repr=False)
    secret: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """Return the header of an application password (RFC 7617), or of a token (RFC 6750)."""
        if self.kind == Kind.MICROPUB:
            return {"Authorization": f"Bearer {self.secret}"}
        return {"Authorization": f"Basic {b64encode(f'{self.user}:{self.secret}'.encode()).decode()}"}


@sensitive_variables()
def keep_credentials(partner: Partner, kind: str, *, user: str, secret: str, by) -> None:
    """Seal what a partner's blog lets us in by, in the place of what was kept before.

    Raise CredentialsError where the partner has no address that it would be sent to, or there are no keys.
    """
    said = {"partner": partner.pk, "kind": kind, "origin": origin_for(partner, kind), "user": user, "secret": secret}
    sealed = _seals().encrypt(json.dumps(said).encode()).decode()
    values = {"kind": kind, "sealed": sealed, "set_at": timezone.now(), "set_by": by}
    Credentials.objects.update_or_create(partner=partner, defaults=values)


@sensitive_variables()
def open_credentials(partner: Partner) -> Opened:
    """Return what a partner's blog lets us in by, or raise CredentialsError, which says what an editor has to do."""
    kept = Credentials.objects.filter(partner=partner).first()
    if kept is None:
        raise CredentialsError
    said = _unseal(kept)
    if said is None or said["partner"] != partner.pk or said["kind"] != kept.kind:
        raise CredentialsError(CredentialsError.LOST)
    if said["origin"] != origin_for(partner, kept.kind):
        raise CredentialsError(CredentialsError.MOVED, origin=said["origin"])
    return Opened(said["kind"], said["user"], said["secret"])


def problem_with(partner: Partner) -> str:
    """Return why what is kept of a partner does not open, in words; '' where it does."""
    try:
        open_credentials(partner)
    except CredentialsError as error:
        return str(error)
    return ""


@sensitive_variables()
def reseal() -> tuple[int, int]:
    """Seal all that is kept with the newest key; return how many were, and how many no key opens any more."""
    from cryptography.fernet import InvalidToken

    seals, done, lost = _seals(), 0, 0
    for kept in Credentials.objects.order_by("pk"):
        try:
            sealed = seals.rotate(kept.sealed.encode()).decode()
        except InvalidToken:
            lost += 1
            continue
        # Not where an editor has entered something else meanwhile.
        done += Credentials.objects.filter(pk=kept.pk, sealed=kept.sealed).update(sealed=sealed)
    return done, lost


def partner_address(partner: Partner, kind: str) -> str:
    """Return where credentials of a kind are sent to; '' where nobody has said."""
    return partner.micropub if kind == Kind.MICROPUB else partner.api


def origin_for(partner: Partner, kind: str) -> str:
    """Return the origin that credentials of a kind are for, like https://blog.example.org:443."""
    address = partner_address(partner, kind)
    if not address:
        raise CredentialsError(CredentialsError.NO_ADDRESS)
    scheme, host, port = origin_of(read_address(address))
    return str(httpx2.URL(scheme=scheme, host=host, port=port))


@sensitive_variables()
def _seals():
    # It takes memory, and most processes never need it.
    from cryptography.fernet import Fernet, MultiFernet

    try:
        keys = settings.CREDENTIALS_KEYS()
    except ImproperlyConfigured as error:
        raise CredentialsError(CredentialsError.NO_KEYS, reason=str(error)) from error
    return MultiFernet([Fernet(key) for key in keys])


@sensitive_variables()
def _unseal(kept: Credentials) -> dict | None:
    from cryptography.fernet import InvalidToken

    try:
        return json.loads(_seals().decrypt(kept.sealed.encode()))
    except InvalidToken:
        return None
