"""An optional calculation that a browser makes before it sends a comment; nobody outside is asked.

It costs a person nothing and who sends thousands of comments some hours of a processor. The form’s stamp and a number
that the browser finds have, together, a SHA-256 that begins with so many zero bits. A sender can use a stamp once.
Without JavaScript a comment is taken all the same, and a moderator reads it.
"""

import re
from hashlib import sha256

from django.conf import settings

_NUMBER = re.compile(r"[0-9]{1,15}")


def asked_bits() -> int:
    """Return how many zero bits are asked for: 0 where the operator wants no such calculation."""
    return settings.COMMENT_PROOF_OF_WORK


def is_solved(stamp: str, number: str) -> bool:
    """Say whether a number solves what a stamp asks for."""
    bits = asked_bits()
    if not bits:
        return True
    if not _NUMBER.fullmatch(number):
        return False
    digest = sha256(f"{stamp}:{number}".encode(errors="replace")).digest()
    return int.from_bytes(digest) >> (8 * len(digest) - bits) == 0
