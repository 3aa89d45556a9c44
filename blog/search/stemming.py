"""The stems of words: what is left of a word without its endings, so that ‘lois’ finds ‘loi’.

For words in lower case without accents, which is how the index has them. Neither database has a stemmer for both
languages that takes them so: SQLite knows none for French, and PostgreSQL’s parts ‘député’ from ‘députée’ once the
accents are gone. These go less far than Snowball’s, since a reader misses less what a plural finds than what a noun
finds of a verb.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

# What is shorter is left alone: ‘bus’, ‘fer’, ‘mer’.
SHORTEST = 4

# The first that fits is put into the place of an ending, if at least so many letters stand before it.
FRENCH_ENDINGS = (
    ("trice", "teu", 2),
    ("teur", "teu", 2),
    ("euse", "eu", 2),
    ("eur", "eu", 3),
    ("issement", "i", 3),
    ("ement", "", 4),
    ("eraient", "", 3),
    ("erait", "", 3),
    ("eront", "", 3),
    ("erez", "", 3),
    ("era", "", 4),
    ("aient", "", 3),
    ("iere", "i", 2),
    ("ier", "i", 2),
    ("ive", "if", 2),
    ("ante", "", 4),
    ("ant", "", 4),
    ("ment", "ment", 2),
    ("ente", "", 5),
    ("ent", "", 5),
    ("ait", "", 4),
    ("er", "", 3),
    ("ez", "", 3),
)
ENGLISH_ENDINGS = (
    ("ies", "y", 2),
    ("sses", "ss", 1),
    ("news", "news", 0),
    ("xes", "x", 2),
    ("ches", "ch", 2),
    ("shes", "sh", 2),
)
_VOWEL = re.compile("[aeiouy]")
_DOUBLE = re.compile(r"([bdglmnprstz])\1$")
# What only an ‘e’ asks for: ‘public’, ‘publique’; ‘grec’, ‘grecque’; ‘long’, ‘longue’. ‘pic’ and ‘pique’ are two.
_QU_FOR_C = re.compile(r"(?<=[a-z]{4}i)qu$")
_FOR_THE_E = re.compile(r"(?<=c)qu$|(?<=[a-z]{2}g)u$")
# ‘used’ and ‘using’ are short for ‘use’; ‘being’ and ‘feed’ are no ‘bee’ and ‘fee’.
_OF_A_SHORT_VERB = re.compile(r"([aeiou][^aeiouy])(?:ing|ed)")


@lru_cache(maxsize=20_000)
def stem_french(word: str) -> str:
    """Return the stem of a French word."""
    if len(word) < SHORTEST or not word.isalpha():
        return word
    word = _singular(word)
    for ending, instead, before in FRENCH_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= before:
            word = word.removesuffix(ending) + instead
            break
    # ‘député’, ‘députée’.
    while word.endswith("e") and len(word) > SHORTEST - 1:
        word = word[:-1]
    return _FOR_THE_E.sub("", _QU_FOR_C.sub("c", _DOUBLE.sub(r"\1", word)))


def _singular(word: str) -> str:
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux"):
        return word[:-3] + "al"
    if word.endswith(("s", "x")) and not word.endswith("ss"):
        return word[:-1]
    return word


@lru_cache(maxsize=20_000)
def stem_english(word: str) -> str:
    """Return the stem of an English word."""
    if len(word) < SHORTEST or not word.isalpha():
        return word
    if short := _OF_A_SHORT_VERB.fullmatch(word):
        return f"{short[1]}e"
    word = _without_plural(word)
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        # ‘blogging’, not ‘bring’; ‘hop’ is that of ‘hope’ as well.
        if stem != word and len(stem) > 2 and _VOWEL.search(stem):
            word = stem
            break
    if word.endswith("ly") and len(word) > 5:
        word = word[:-2]
    while word.endswith("e") and len(word) > SHORTEST - 1:
        word = word[:-1]
    if word.endswith("y") and len(word) > SHORTEST - 1:
        word = word[:-1] + "i"
    return _DOUBLE.sub(r"\1", word)


def _without_plural(word: str) -> str:
    for ending, instead, before in ENGLISH_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= before:
            return word.removesuffix(ending) + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


STEMMERS = {"fr": stem_french, "en": stem_english}


def stems_of(word: str, languages: Iterable[str] = tuple(STEMMERS)) -> set[str]:
    """Return the stems of a word in some languages, each with its language: a French one is none of English."""
    return {f"{language}:{STEMMERS[language](word)}" for language in languages}
