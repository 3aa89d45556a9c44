"""How much the words of a comment are those of spam: naive Bayes, put together by Fisher's method.

After Gary Robinson, 'A statistical approach to the spam problem' (Linux Journal, March 2003): a word that was met
rarely counts little, one that was never met counts nothing, and evidence for either side is weighed separately, so that
a comment of which nothing is known comes out in the middle.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# How many sightings a word needs to speak for itself; below, it is drawn to the middle.
STRENGTH = 0.6
NEUTRAL = 0.5
# Words nearer to the middle than this are noise.
LEAST_TELLING = 0.1
# The most telling words decide; the others of a long text would only blur it.
MOST_INTERESTING = 40


@dataclass(kw_only=True)
class Counts:
    """In how many comments each token was met, and how many comments there were."""

    spam: Mapping[str, float] = field(default_factory=Counter)
    ham: Mapping[str, float] = field(default_factory=Counter)
    spam_total: float = 0
    ham_total: float = 0

    def add(self, tokens: Iterable[str], *, is_spam: bool) -> None:
        """Count one more comment."""
        (self.spam if is_spam else self.ham).update(tokens)
        if is_spam:
            self.spam_total += 1
        else:
            self.ham_total += 1

    def probability(self, token: str) -> float:
        """Return how likely a comment with this token is spam, were both kinds as frequent; 0.5 for an unknown one."""
        spam, ham = self.spam.get(token, 0), self.ham.get(token, 0)
        if not spam + ham:
            return NEUTRAL
        spam_share = spam / max(self.spam_total, 1)
        ham_share = ham / max(self.ham_total, 1)
        seen = spam + ham
        raw = spam_share / (spam_share + ham_share)
        return (STRENGTH * NEUTRAL + seen * raw) / (STRENGTH + seen)


def merge(own: Counts, other: Counts, *, weight: float, tokens: Iterable[str]) -> Counts:
    """Return counts of these tokens where each comment of ``other`` counts ``weight`` of a comment of one's own."""
    tokens = list(tokens)
    return Counts(
        spam={token: own.spam.get(token, 0) + weight * other.spam.get(token, 0) for token in tokens},
        ham={token: own.ham.get(token, 0) + weight * other.ham.get(token, 0) for token in tokens},
        spam_total=own.spam_total + weight * other.spam_total,
        ham_total=own.ham_total + weight * other.ham_total,
    )


def spam_probability(tokens: Iterable[str], counts: Counts) -> float:
    """Return between 0 (surely a real comment) and 1 (surely spam) what these tokens say together."""
    chances = (counts.probability(token) for token in tokens)
    telling = sorted((abs(chance - 0.5), chance) for chance in chances)
    chances = [chance for distance, chance in telling[-MOST_INTERESTING:] if distance >= LEAST_TELLING]
    if not chances:
        return NEUTRAL
    degrees = 2 * len(chances)
    for_spam = chi_squared_tail(-2 * sum(math.log(1 - chance) for chance in chances), degrees)
    for_ham = chi_squared_tail(-2 * sum(math.log(chance) for chance in chances), degrees)
    return (1 + for_ham - for_spam) / 2


def chi_squared_tail(value: float, degrees: int) -> float:
    """Return the chance of a chi-squared variable of an even number of degrees above ``value``."""
    half = value / 2
    term = total = math.exp(-half)
    for step in range(1, degrees // 2):
        term *= half / step
        total += term
    return min(total, 1.0)
