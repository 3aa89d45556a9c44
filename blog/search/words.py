"""How a text becomes the words that are searched: without accents, case and apostrophes, ‘œ’ as two letters.

The same on both sides, and in both databases, so that each finds what the other finds.
"""

import re
import unicodedata

from authors.slugs import LIGATURES
from blog.models.search import WORD_LENGTH

WORD = re.compile(r"[^\W_]+")
# Accents, and what a browser breaks a word at, which nobody sees.
_COMBINING = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060]+")

# Words that stand in every text, and say nothing of what it is about; they count within « … ».
SMALL_WORDS = frozenset(
    """
    a au aux avec ce ces cet cette d dans de des du elle elles en est et eu il ils j je l la le les leur leurs lui m ma
    mais me mes moi mon n ne nos notre nous on ou par pas pour qu que qui s sa se ses si son sont sur t ta te tes toi
    ton tu un une vos votre vous y c jusqu lorsqu puisqu quoiqu quand comme donc or ni car
    an and are as at be been but by did do does for from had has have he her his how i in is it its my not of off our
    she so than that the their them then there these they this those to too us was we were what when which who why will
    with you your don ll re ve
    """.split()
)


def fold(text: str) -> str:
    """Return a text in lower case, without accents and ligatures."""
    return _COMBINING.sub("", unicodedata.normalize("NFKD", text.casefold().translate(LIGATURES)))


def words_in(text: str) -> list[str]:
    """Return the words of a text, in their order: ‘L’œuvre, déjà’ has ‘l’, ‘oeuvre’ and ‘deja’."""
    return [word[:WORD_LENGTH] for word in WORD.findall(fold(text))]
