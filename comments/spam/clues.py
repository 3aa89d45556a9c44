"""What can be said of a comment without having learnt anything: each clue gives a reason, or none.

Weights are points; ``judging.HELD_AT`` of them hold a comment. No clue that an honest reader may give holds one alone:
a link, a quick hand, a word of the trade.
"""

import re
from collections.abc import Iterator

from blog.stopwords import STOPWORDS
from comments.lookalikes import disguised_hosts
from comments.spam.reasons import UNPROVED, Reason
from comments.spam.vocabulary import SPAM_ENDINGS, VOCABULARY
from comments.spam.words import (
    FOREIGN,
    LOOKED_AT,
    MARKUP,
    MONEY,
    MOST_TALKED_ABOUT,
    Facts,
    Hints,
    bears_name,
    find_phrases,
    host_of,
    hosts_of,
    shape_of,
    words_of,
)
from comments.text import has_deceptive_signs

# Nobody reads a page, writes and sends in less; a robot that fetches the form and posts it at once does.
QUICK_SECONDS = 3
# A page that was fetched once and posted to for days.
STALE_SECONDS = 3 * 24 * 3600
# A sentence in Greek or Russian is quoted; a comment in it is not for readers of French and English.
FOREIGN_SHARE = 0.3
# One is a reference, two are a pair of them.
LINK_WEIGHTS = (0, 0.5, 1.0, 2.0, 3.0, 4.0)
# With fewer words, nobody can tell in which language they are.
LEAST_WORDS = 5
# Every sentence of French and English has more words that all sentences have.
COMMON_SHARE = 0.2
# What is said in so few words by somebody who leaves an address serves the address.
FEW_WORDS = 6
# A number to call, or the name of an account.
_CONTACT_SIGNS = re.compile(r"\d{3}|@|[a-z]+\d\d", re.IGNORECASE)
# Letters that mathematicians write, taken to be overlooked: 𝐁𝐢𝐭𝐜𝐨𝐢𝐧.
_FANCY = re.compile("[\U0001d400-\U0001d7ff\uff21-\uff5a\u24b6-\u24e9]{3}")
# Letters parted so that no word is found: V I A G R A, c.a.s.i.n.o
_PARTED = re.compile(r"(?<!\w)(?:\w[ .·*_-]){4,}\w(?!\w)")
# One word of a trade is talk about it; several are an offer.
OFFER_WEIGHTS = (0, 0, 1.0, 2.0, 3.0)
VOCABULARY_WEIGHTS = (0, 0.5, 1.2, 2.0, 2.5)


def find_clues(facts: Facts) -> Iterator[Reason]:
    """Yield the reasons that a comment gives by itself."""
    for look in (_sending, _repeats, _blocked, _disguises, _links, _name, _alphabet, _language, _site, _offers):
        yield from look(facts)


def _sending(facts: Facts) -> Iterator[Reason]:
    if facts.trap:
        yield Reason("trap", 10)
    if facts.is_unproved:
        yield Reason(UNPROVED, 1)
    if facts.form_age is not None and facts.form_age < QUICK_SECONDS:
        yield Reason("quick", 1.5, {"seconds": facts.form_age})
    elif facts.form_age is not None and facts.form_age > STALE_SECONDS:
        yield Reason("stale", 0.5, {"days": facts.form_age // (24 * 3600)})


def _repeats(facts: Facts) -> Iterator[Reason]:
    if facts.same_spam:
        yield Reason("repeated_spam", 6, {"count": facts.same_spam})
    elif facts.same_text:
        yield Reason("repeated", 2 if facts.same_text == 1 else 4, {"count": facts.same_text})


def _blocked(facts: Facts) -> Iterator[Reason]:
    for term in facts.blocked[:3]:
        yield Reason("blocked", 10, {"term": term})


def _disguises(facts: Facts) -> Iterator[Reason]:
    if facts.resembles:
        yield Reason("lookalike", 0, {"name": facts.resembles[:60]})
    text = facts.text[:LOOKED_AT]
    if has_deceptive_signs(text):
        yield Reason("unseen", 2)
    if _FANCY.search(text) or _PARTED.search(text):
        yield Reason("masked", 4)
    for host in disguised_hosts(f"{facts.site} {facts.text[:LOOKED_AT]}")[:1]:
        yield Reason("disguised_host", 2.5, {"host": host[:60]})


def _links(facts: Facts) -> Iterator[Reason]:
    if facts.links:
        weight = LINK_WEIGHTS[min(len(facts.links), len(LINK_WEIGHTS) - 1)]
        yield Reason("links", weight, {"count": len(facts.links)})
    if MARKUP.search(facts.text):
        yield Reason("markup", 4)
    for host in hosts_of(facts):
        if host.rpartition(".")[2] in SPAM_ENDINGS:
            yield Reason("ending", 3, {"host": host[:60]})
            break


def _name(facts: Facts) -> Iterator[Reason]:
    name = facts.name.casefold()
    if re.search(r"https?:|www\.|\w\.(?:com|net|org|info|shop|xyz|ru|io)\b", name) or find_phrases(VOCABULARY, name):
        yield Reason("link_name", 4, {"name": facts.name[:60]})


def _alphabet(facts: Facts) -> Iterator[Reason]:
    if _is_foreign(facts):
        # A reader from elsewhere who says thank you leads nobody away.
        is_selling = facts.links or facts.site or _CONTACT_SIGNS.search(facts.text)
        yield Reason("alphabet", 9 if is_selling else 3)


def _is_foreign(facts: Facts) -> bool:
    """Say whether readers of French and English could not read it."""
    letters = sum(map(str.isalpha, facts.text[:LOOKED_AT]))
    foreign = sum(len(pattern.findall(facts.text[:LOOKED_AT])) for pattern in FOREIGN.values())
    return bool(letters) and foreign / letters > FOREIGN_SHARE


def _language(facts: Facts) -> Iterator[Reason]:
    hints = Hints.of(facts)
    words = words_of(facts.text)
    if len(words) < LEAST_WORDS or not (hints.leads_away or hints.contacts) or _is_foreign(facts):
        return
    if sum(word in STOPWORDS for word in words) / len(words) < COMMON_SHARE:
        yield Reason("language", 4)


def _site(facts: Facts) -> Iterator[Reason]:
    if facts.site and not facts.links and len(words_of(facts.text)) <= FEW_WORDS and not bears_name(facts):
        yield Reason("few_words", 2)
    if shape_of(facts.site).endswith("-made"):
        yield Reason("made_site", 2.5, {"host": host_of(facts.site)[:60]})


def _offers(facts: Facts) -> Iterator[Reason]:
    hints = Hints.of(facts)
    if hints.trades:
        weight = VOCABULARY_WEIGHTS[min(len(hints.trades), len(VOCABULARY_WEIGHTS) - 1)]
        if not (hints.leads_away or hints.contacts or len(hints.trades) > 2 * MOST_TALKED_ABOUT):
            weight /= 2
        yield Reason("vocabulary", weight, {"words": ", ".join(hints.trades[:6])})
    if len(hints.offers) > 1:
        weight = OFFER_WEIGHTS[min(len(hints.offers), len(OFFER_WEIGHTS) - 1)]
        yield Reason("offers", weight, {"words": ", ".join(hints.offers[:6])})
    if hints.praise and hints.leads_away:
        yield Reason("flattery", 4)
    if hints.contacts:
        # Who gives a number to answer a question speaks of no money.
        is_selling = hints.trades or len(hints.offers) > 1 or MONEY.search(facts.text[:LOOKED_AT])
        yield Reason("contact", 2.5 if is_selling else 1.5, {"words": ", ".join(hints.contacts[:3])})
    is_innocent = not (hints.trades or hints.offers or hints.praise or hints.contacts)
    if is_innocent and facts.links and all(shape_of(link) == "deep" for link in facts.links):
        yield Reason("reference", -1.5)
    if hints.gains_nothing and not _is_foreign(facts):
        yield Reason("nothing", -1)
