"""What a comment is made of: its words, the addresses in it, and what strikes the eye."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blog.stopwords import STOPWORDS
from comments.lookalikes import without_accents
from comments.spam.vocabulary import CONTACT, FLATTERY, OFFERS, REFERENCES, VOCABULARY
from comments.text import tidied

if TYPE_CHECKING:
    from comments.models import Comment

# More tell nothing new, and a text made to be long would fill the table.
MOST_TOKENS = 400
LONGEST_TOKEN = 40
# What is looked at of a text: the rest of ten thousand characters is more of the same.
LOOKED_AT = 6000

# Inflected forms of a word share its beginning, in French as in English: ‘remboursé’, ‘remboursement’.
STEM = 6
# A comment of so few words may stand for the address that comes with it.
SHORT = 25
# The path of a page that is one of many: a section of a shop is shorter.
LONG_PATH = 8

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
LINK = re.compile(
    r"""(?:https?://|hxxps?://|www\.)[^\s<>"'\]\[)]+"""
    r"|(?<![@\w.-])(?:[a-z0-9-]{2,63}\.)+"
    r"(?:com|net|org|info|biz|shop|store|online|site|xyz|top|club|icu|click|win|bet|casino|loan|vip|ru|cn|io|example"
    r"|fr|eu|be|ch|ca|co|cc|ai|app|dev|pro|tech|agency|land|link|space|live|world|digital)"
    r"\b(?:/[^\s<>]*)?",
    re.IGNORECASE,
)
MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
# An elision is not part of the word: l’argent and d’argent are one.
ELISION = re.compile(r"^(?:qu|jusqu|lorsqu|puisqu|[cdjlmnst])['’](?=\w)", re.IGNORECASE)
MONEY = re.compile(r"[$€£]\s?\d|\d\s?(?:[$€£]|euros?\b|usd\b|eur\b|dollars?\b|k€)", re.IGNORECASE)
PERCENT = re.compile(r"\d\s?%")
PHONE = re.compile(r"(?:\+\d[\d .()-]{8,}\d|\b0[1-9](?:[ .-]?\d\d){4}\b|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b)")
MARKUP = re.compile(r"\[/?url\b|<a\s|\[link", re.IGNORECASE)
SHOUTED = re.compile(r"\b[A-ZÀ-Þ]{4,}\b")
FOREIGN = {
    "cyrillic": re.compile("[\u0400-\u04ff]"),
    "han": re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"),
    "arabic": re.compile("[\u0600-\u06ff]"),
}
# Who writes about a trade, and leads nowhere, names it in two ways.
MOST_TALKED_ABOUT = 2
# Domains that say nothing of who wrote: half the world has one.
PLAIN_DOMAINS = {"com", "net", "org", "fr", "eu", "example", "www"}
# Letters of other alphabets that pass for ours, and figures that stand for letters inside a word.
DISGUISES = str.maketrans("аеорсухіѕ", "aeopcyxis")
FIGURES = str.maketrans("013457@$", "oieastas")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a comment when it is judged; ``form_age`` in seconds.

    ``same_text`` counts other comments of the same text, ``same_spam`` those among them that were spam; ``blocked``
    names the blocked terms that it meets, ``resembles`` the author of ours for whom its writer may be taken;
    ``is_unproved`` where the form asked for a calculation that was not made. ``trap`` is what stood in the field that
    people do not see.
    """

    text: str
    name: str = ""
    email: str = ""
    site: str = ""
    form_age: int | None = None
    same_text: int = 0
    same_spam: int = 0
    blocked: tuple[str, ...] = ()
    resembles: str = ""
    is_unproved: bool = False
    trap: str = ""
    links: list[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = LINK.findall(MAIL.sub(" ", readable(self.text)))
        object.__setattr__(self, "links", [link for link in found if not is_reference(host_of(link))])

    @classmethod
    def of(cls, comment: "Comment", **more) -> "Facts":
        """Return what a comment says itself."""
        return cls(
            text=comment.text,
            name=comment.name,
            email=comment.email,
            site=comment.site,
            form_age=comment.form_age,
            **more,
        )


def readable(text: str) -> str:
    """Return what is looked at of a text: without signs that nobody sees, and in plain letters."""
    return unicodedata.normalize("NFKC", tidied(text[:LOOKED_AT]))


def normalise(text: str) -> str:
    """Return a text as its words alone, in small letters, so that a comma more makes no other text."""
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", tidied(text)).casefold()))


def digest_text(text: str) -> str:
    """Return the short digest by which the same text is found again."""
    return blake2b(normalise(text).encode(errors="replace"), digest_size=16).hexdigest()


def host_of(address: str) -> str:
    """Return the host of an address as somebody may have typed it, or ''."""
    address = re.sub(r"^hxxp", "http", address, flags=re.IGNORECASE)
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").rstrip(".")


def is_reference(host: str) -> bool:
    """Say whether a host is one that readers name as a source."""
    parts = host.casefold().split(".")
    return any(".".join(parts[start:]) in REFERENCES for start in range(len(parts)))


def shape_of(address: str) -> str:
    """Return what an address looks like: ‘bare’ leads to the front door, as advertisements do, ‘deep’ to one page.

    With ‘-made’ where the host is words put together with hyphens, as is done to be found by them.
    """
    made = "-made" if max((label.count("-") for label in host_of(address).split(".")), default=0) > 1 else ""
    path = re.sub(r"^(?:\w+://)?[^/]*", "", address).rstrip("/.,;!?")
    return ("deep" if len(path) > LONG_PATH else "bare") + made


def bears_name(facts: Facts) -> bool:
    """Say whether a writer's site has a part of the writer's name."""
    host = without_accents(host_of(facts.site)).casefold()
    return any(len(word) > 3 and word in host for word in without_accents(facts.name).casefold().split())


def hosts_of(facts: Facts) -> list[str]:
    """Return the hosts that a comment leads to, its writer's site among them, each once."""
    hosts = [host_of(address) for address in (*facts.links, facts.site) if address]
    return list(dict.fromkeys(host for host in hosts if host))


def tokenise(facts: Facts) -> list[str]:
    """Return what a comment is known by, each once, ``MOST_TOKENS`` at most."""
    kinds = (_shapes, _signs, _intentions, _addresses, _manner, _words)
    tokens = dict.fromkeys(chain.from_iterable(tokens_of(facts) for tokens_of in kinds))
    return [token[:LONGEST_TOKEN] for token in tokens][:MOST_TOKENS]


@dataclass(frozen=True)
class Hints:
    """The phrases that a comment has of those that spam lives on, each once, in the order of the text."""

    trades: list[str]
    offers: list[str]
    praise: list[str]
    contacts: list[str]
    leads_away: bool

    @classmethod
    def of(cls, facts: Facts) -> "Hints":
        """Look for them, in the words of the text and in those of the addresses."""
        text = " ".join(words_of(facts.text))
        # A word may stand in the address alone: best-casino-bonus.example.
        addresses = " ".join(re.split(r"[.\d_-]", " ".join(hosts_of(facts))))
        reached = MAIL.findall(facts.text[:LOOKED_AT]) + PHONE.findall(facts.text[:LOOKED_AT])
        return cls(
            trades=find_phrases(VOCABULARY, f"{text} {addresses}"),
            offers=find_phrases(OFFERS, text),
            praise=find_phrases(FLATTERY, text),
            contacts=find_phrases(CONTACT, text) + reached,
            leads_away=bool(facts.links or facts.site),
        )

    @property
    def gains_nothing(self) -> bool:
        """Whether nobody would gain by it: it leads nowhere and offers nothing."""
        return not (self.leads_away or self.contacts or len(self.trades) > MOST_TALKED_ABOUT or len(self.offers) > 1)


def find_phrases(pattern: re.Pattern, text: str) -> list[str]:
    """Return which phrases of a list a text has, each once, in the order in which they come."""
    return list(dict.fromkeys(pattern.findall(text)))


def _signs(facts: Facts) -> Iterator[str]:
    """Yield what strikes the eye before a word is read."""
    text = facts.text[:LOOKED_AT]
    for name, pattern in (("money", MONEY), ("percent", PERCENT), ("phone", PHONE), ("mail", MAIL), ("markup", MARKUP)):
        if pattern.search(text):
            yield f"has:{name}"
    for name, pattern in FOREIGN.items():
        if pattern.search(text) or pattern.search(facts.name):
            yield f"has:{name}"
    if len(SHOUTED.findall(text)) > 2:
        yield "has:capitals"
    if "!!" in text:
        yield "has:exclamations"
    if any(unicodedata.category(character) == "So" for character in text):
        yield "has:pictograms"


def _shapes(facts: Facts) -> Iterator[str]:
    """Yield how many links there are, and what they look like."""
    if facts.links:
        yield f"has:links:{min(len(facts.links), 3)}"
    for link in facts.links[:3]:
        yield f"link:{shape_of(link)}"
    if facts.site:
        yield f"site:{shape_of(facts.site)}"


def _intentions(facts: Facts) -> Iterator[str]:
    """Yield what it is after; praise and ways to get in touch are weighed as clues, and would count twice."""
    hints = Hints.of(facts)
    yield f"has:trades:{min(len(hints.trades), 3)}"
    yield f"has:offers:{min(len(hints.offers), 4)}"
    if VOCABULARY.search(facts.name.casefold()):
        yield "has:trade-name"
    if hints.gains_nothing:
        yield "has:nothing-to-gain"


def _addresses(facts: Facts) -> Iterator[str]:
    """Yield the hosts, the words they are made of, and the domain of the writer's e-mail."""
    for host in hosts_of(facts)[:10]:
        yield f"host:{host}"
        *names, last = host.split(".")
        if last not in PLAIN_DOMAINS:
            yield f"end:{last}"
        for name in names:
            yield from (
                f"url:{part}" for part in re.split(r"[-_\d]+", name) if len(part) > 2 and part not in PLAIN_DOMAINS
            )
    domain = facts.email.rpartition("@")[2].casefold()
    if domain:
        yield f"mail:{domain}"


# A comment is looked at from several sides, one after the other.
@lru_cache(maxsize=16)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in small letters, accents kept, disguises off, addresses left out."""
    text = LINK.sub(" ", MAIL.sub(" ", readable(text)))
    words = []
    for found in WORD.findall(text):
        word = ELISION.sub("", found.casefold().replace("’", "'"))
        if re.search("[a-z]", word):
            word = word.translate(DISGUISES)
            if re.search("[a-z][013457@$][a-z]", word):
                word = word.translate(FIGURES)
        words.append(word)
    return tuple(words)


def _manner(facts: Facts) -> Iterator[str]:
    """Yield how a writer appears: a name of one word or of several, an address for a few words, how much is said."""
    names = facts.name.split()
    yield f"name:words:{min(len(names), 4)}"
    if len(names) > 1 and facts.name == facts.name.lower():
        yield "name:lower"
    length = len(words_of(facts.text))
    yield f"words:{min(length // 20, 4)}"
    if facts.site:
        yield "site:own" if bears_name(facts) else "site:other"
    if facts.site and not facts.links:
        yield "site:only"
    if facts.site and length < SHORT:
        yield "site:short"
    if not facts.site and not facts.links:
        yield "no:link"


def _words(facts: Facts) -> Iterator[str]:
    """Yield the words of the name, words, their beginnings, and pairs of words."""
    for word in words_of(facts.name):
        yield f"name:{word}"
    words = words_of(facts.text)
    for word in words:
        if len(word) > 1 and not word.isdigit() and word not in STOPWORDS:
            yield word
            if len(word) > STEM:
                yield f"{word[:STEM]}…"
    for pair in pairwise(words):
        yield " ".join(pair)
