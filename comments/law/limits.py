"""How often one address may send the forms that the law asks for."""

from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from comments.limits import sender_address


@dataclass(frozen=True)
class Limit:
    """At most ``most`` times in ``seconds`` from one address, of which a keyed digest is kept for that long."""

    name: str
    most: int
    seconds: int

    def allows(self, request: HttpRequest) -> bool:
        """Count a form that was sent, and say whether it may be taken."""
        digest = salted_hmac(f"comments.law.{self.name}", sender_address(request), algorithm="sha256").hexdigest()
        key = f"{self.name}-from:{digest}"
        cache.add(key, 0, self.seconds)
        try:
            return cache.incr(key) <= self.most
        except ValueError:
            # It ran out between the two calls.
            return True


AN_HOUR = 3600

# Somebody who reads a whole discussion that went wrong reports several comments at once.
REPORTS = Limit("reports", most=10, seconds=AN_HOUR)
APPEALS = Limit("appeals", most=10, seconds=AN_HOUR)
REPLIES = Limit("replies", most=5, seconds=AN_HOUR)
# Each may send a mail to somebody who did not ask for it.
OWN_DATA = Limit("own-data", most=5, seconds=AN_HOUR)
