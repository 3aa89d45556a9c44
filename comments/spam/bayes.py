"""How much the words of a comment are those of spam: naive Bayes.

After Gary Robinson, 'A statistical approach to the spam problem' (Linux Journal, March 2003): a word that was met
rarely counts little, one that was never met counts nothing. What is assumed of a word before moderators of this site
have met it is what the starter set says. The log odds of the words are added up; since words of one sentence are not
independent of each other, as naive Bayes takes them to be, the sum is divided by the square root of their number.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# How many sightings a word needs to speak for itself; below, it is drawn to what was assumed.
STRENGTH = 0.6
# As many sightings on this site weigh as much as what the starter set says.
STARTER_STRENGTH = 2
NEUTRAL = 0.5
# Words nearer to the middle than this are noise.
LEAST_TELLING = 0.1
# The most telling words decide; the others of a long text would only blur it.
MOST_INTERESTING = 80


@dataclass(kw_only=True)
class Counts:
    """In how many comments each token was met, and how many comments there were."""

    spam: Mapping[str, int] = field(default_factory=Counter)
    ham: Mapping[str, int] = field(default_factory=Counter)
    spam_total: int = 0
    ham_total: int = 0

    def add(self, tokens: Iterable[str], *, is_spam: bool) -> None:
        """Count one more comment."""
        (self.spam if is_spam else self.ham).update(tokens)
        if is_spam:
            self.spam_total += 1
        else:
            self.ham_total += 1

    def probability(self, token: str, *, assumed: float = NEUTRAL, strength: float = STRENGTH) -> float:
        """Return how likely a comment with this token is spam, were both kinds as frequent.

        ``assumed`` is what it is before the token was met, and what it is still drawn to by ``strength`` sightings.
        """
        spam, ham = self.spam.get(token, 0), self.ham.get(token, 0)
        if not spam + ham:
            return assumed
        spam_share = spam / max(self.spam_total, 1)
        ham_share = ham / max(self.ham_total, 1)
        seen = spam + ham
        raw = spam_share / (spam_share + ham_share)
        return (strength * assumed + seen * raw) / (strength + seen)


def token_probability(token: str, learnt: Counts, starter: Counts) -> float:
    """Return how likely a comment with this token is spam by what the site has learnt, and by the starter set."""
    return learnt.probability(token, assumed=starter.probability(token), strength=STARTER_STRENGTH)


def log_odds(tokens: Iterable[str], learnt: Counts, starter: Counts) -> float:
    """Return what these tokens say together: above 0 for spam, below for a real comment, 0 where nothing is known."""
    chances = (token_probability(token, learnt, starter) for token in tokens)
    telling = sorted((abs(chance - NEUTRAL), chance) for chance in chances)
    odds = [math.log(chance / (1 - chance)) for far, chance in telling[-MOST_INTERESTING:] if far >= LEAST_TELLING]
    return sum(odds) / math.sqrt(len(odds)) if odds else 0.0


def as_probability(odds: float) -> float:
    """Return log odds as a probability."""
    return 1 / (1 + math.exp(-odds))
