"""Names and addresses that are made to look like others.

After Unicode Technical Standard 39, ‘Unicode Security Mechanisms’: two texts that have the same skeleton look alike.
Of its table of confusable letters only those that pass for the letters of French and English are here.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import cache

from django.conf import settings

from authors.models import Author

# From the table ‘confusables.txt’ of that standard, as far as NFKC leaves them as they are: letters of Cyrillic, Greek
# and Armenian, and the letters of phonetics, below each the one it looks like. Of capitals only those that look like
# another letter than their small ones do.
_LIKE_OURS = (
    str.maketrans("авсԁеһіјкӏмноԛрѕтѵԝхуү", "abcdehijkimhoqpstvwxyy")
    | str.maketrans("αικνορτυχΒΗΖΜΝΥ", "aikvoptuxbhzmny")
    | str.maketrans("ոսօհցզեւ", "nuohgqeu")
    | str.maketrans("ɑɡɩıᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "agiiabcdefghijklmnoprstuvwyz")
)
# Figures and signs that stand for letters, and letters that a font hardly tells apart. Both sides of a comparison are
# folded, so what they become does not matter.
_LIKE_OTHERS = str.maketrans("l1|!034@5$7", "iiiioeaasst")
_PAIRS = (("rn", "m"), ("vv", "w"), ("ci", "d"))
_WORD = re.compile(r"[^\W_]+")
_HOST = re.compile(r"(?:://|\bwww\.)([^\s/?#:<>\"'«»“”()]+)", re.IGNORECASE)

# A name of one short word is that of many.
SHORTEST_NAME = 4
# In a long name, a letter more or less, or another one, is overlooked.
LONG_NAME = 8
ALIKE = 0.92


def skeleton(text: str) -> str:
    """Return what a text looks like: two that look alike have the same."""
    text = without_accents(unicodedata.normalize("NFKC", text).translate(_LIKE_OURS)).casefold()
    text = text.translate(_LIKE_OURS).translate(_LIKE_OTHERS)
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text


def without_accents(text: str) -> str:
    """Return a text without the marks on its letters."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def resembles(name: str, known: str) -> bool:
    """Say whether a name may be taken for one that is known here: the same letters, or the same words with others."""
    words, known_words = (_WORD.findall(skeleton(each)) for each in (name, known))
    letters = "".join(known_words)
    if len(letters) < SHORTEST_NAME:
        return False
    if len(known_words) > 1 and set(known_words) <= set(words):
        return True
    return SequenceMatcher(None, "".join(words), letters).ratio() >= (ALIKE if len(letters) >= LONG_NAME else 1)


def name_resembled(name: str) -> str:
    """Return the name of an author of ours, or of the site, for which a name may be taken, or ''."""
    known = [*Author.objects.order_by("name").values_list("name", flat=True), settings.SITE_NAME]
    return next((each for each in known if resembles(name, each)), "")


@cache
def script_of(letter: str) -> str:
    """Return the script of a letter as the first word of its Unicode name: LATIN, CYRILLIC; '' for other signs."""
    if not letter.isalpha():
        return ""
    script = unicodedata.name(letter, "UNKNOWN").partition(" ")[0]
    # Japanese is written with all of them.
    return "CJK" if script in ("CJK", "HIRAGANA", "KATAKANA") else script


def is_disguised_host(host: str) -> bool:
    """Say whether a host can be taken for another one: letters of several scripts, or all of them like ours.

    What browsers do of it: such a host is shown as it is asked for, ‘xn--…’.
    """
    return any(_is_disguised_label(label) for label in unicodedata.normalize("NFKC", host).casefold().split("."))


def _is_disguised_label(label: str) -> bool:
    if label.isascii():
        return False
    scripts = {script_of(letter) for letter in label} - {""}
    if len(scripts) > 1:
        return True
    # Letters of ours with accents are no disguise: without them they are the plain ones.
    return not without_accents(label).isascii() and skeleton(label).isascii()


def asked_host(host: str) -> str:
    """Return a host in the letters in which it is asked for, ‘xn--…’ where it has others than ASCII."""
    try:
        return unicodedata.normalize("NFKC", host).casefold().encode("idna").decode("ascii")
    except UnicodeError:
        return host


def shown_host(host: str) -> str:
    """Return a host with the letters that ‘xn--…’ stands for in it."""
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def disguised_hosts(text: str) -> list[str]:
    """Return the hosts in a text that can be taken for others, as they are asked for, each once."""
    if text.isascii() and "xn--" not in text.casefold():
        return []
    hosts = dict.fromkeys(asked_host(host.rstrip(".,;!…")) for host in _HOST.findall(text))
    return [host for host in hosts if is_disguised_host(shown_host(host))]


def undisguised(address: str) -> str:
    """Return an address with its host as it is asked for, where that host can be taken for another one."""
    if address.isascii():
        return address
    head, slashes, rest = address.partition("//")
    if not slashes:
        head, rest = "", address
    end = next((place for place, sign in enumerate(rest) if sign in "/?#:"), len(rest))
    host = rest[:end]
    if not is_disguised_host(host):
        return address
    return f"{head}{slashes}{asked_host(host)}{rest[end:]}"
