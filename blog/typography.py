"""French and English micro-typography, on plain text.

The French rules are those of the Lexique des règles typographiques en usage à l’Imprimerie nationale: a narrow
no-break space before ; ! and ?, a no-break space before : and inside « », before signs of unit and between groups of
digits. The English ones put no space before any mark. Text in another language stays as it was typed.

What is not prose is masked first, so that no rule sees it: addresses, paths, times, declarations, smileys.
Every rule may be applied again to its own result and then changes nothing.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

from blog.markup import without_controls

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"

# Titles, standfirsts and biographies are typeset on every page that shows them; a paragraph of a text once, at save.
CACHED_LENGTH = 1000
KEPT_TEXTS = 1024

# Stand-ins of what the rules must not see: one for anything; one for code, which ends like a word; one for a letter or
# digit and one for a space in another language, so that a rule still finds where its words begin and end. No French or
# English text holds these characters.
_OPAQUE = "\ue000"
_CODE = "\ue001"
_LETTER = "\ua015"
_GAP = "\x1f"

_S = " \t\u00a0\u2000-\u200a\u202f"  # the spaces that may have been typed; the inside of a character class
_UPPER = "A-ZÀ-ÖØ-ÞŒ"
_PICTOGRAMS = "\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
# What a mark may follow without a space although one is wanted there.
_WORD_END = rf"[\w.»)\]”’…%€°{_CODE}{_PICTOGRAMS}]"
_NOT_OPENING = rf"[^{_S}\n«“‘(\[{{]"


class Passage(NamedTuple):
    """A piece of one block of text: its characters, and their language (None: not to be touched)."""

    text: str
    language: str | None


def typeset(text: str, language: str) -> str:
    """Return plain text, unescaped, with the typography of its language ('fr', 'en-GB'…)."""
    text = str.__str__(str(text))  # a translation to come or a safe string becomes an ordinary one
    return typeset_passages([Passage(text, language)])[0]


def typeset_html(text: str, language: str) -> SafeString:
    """Return plain text with the typography of its language, escaped for a page."""
    set_text = _typeset_html if len(text) <= CACHED_LENGTH else _typeset_html.__wrapped__
    return set_text(str(text), language)


def typeset_paragraphs(text: str, language: str) -> SafeString:
    """Return a plain text, whose paragraphs are parted by blank lines, as HTML."""
    paragraphs = [each.strip() for each in text.replace("\r\n", "\n").split("\n\n")]
    return format_html_join("", "<p>{}</p>", ((typeset_html(each, language),) for each in paragraphs if each))


def typeset_passages(passages: Iterable[Passage]) -> list[str]:
    """Typeset the successive pieces of one block, each in its language, and return their texts in the same order.

    The pieces are read as one text: a quotation may begin in one and end in another. A new line within a piece is
    the break of a line.
    """
    passages = list(passages)
    for language in dict.fromkeys(_rules_name(passage.language) for passage in passages):
        if language:
            passages = _typeset_language(passages, language)
    return [passage.text for passage in passages]


@lru_cache(maxsize=KEPT_TEXTS)
def _typeset_html(text: str, language: str) -> SafeString:
    # What is pasted from slides has controls, which HTML may not hold.
    return conditional_escape(without_controls(typeset(text, language)))


def _rules_name(language: str | None) -> str:
    name = (language or "").replace("_", "-").partition("-")[0].lower()
    return name if name in _RULES else ""


def _typeset_language(passages: list[Passage], language: str) -> list[Passage]:
    whole = "".join(passage.text for passage in passages)
    masked = _mask("".join(_mask_passage(passage, language) for passage in passages))
    kept = "".join(whole[found.start() : found.end()] for found in _MASKS.finditer(masked))
    draft = _Draft(masked, _boundaries(passages))
    for rule in _RULES[language]:
        rule(draft)
    draft.sub(_MASKS, _Unmask(kept))
    return [passage._replace(text=text) for passage, text in zip(passages, draft.pieces(), strict=True)]


def _boundaries(passages: list[Passage]) -> list[int]:
    cuts, position = [], 0
    for passage in passages[:-1]:
        position += len(passage.text)
        cuts.append(position)
    return cuts


class _Draft:
    """A text at work, which remembers where its pieces begin whatever is put in or taken out."""

    def __init__(self, text: str, cuts: list[int]):
        self.text = text
        self.cuts = cuts

    def sub(self, pattern: re.Pattern, replacement: "str | Callable[[re.Match], str]") -> None:
        """Replace what matches. What is put in at the beginning of a piece belongs to that piece."""
        if not self.cuts:
            self.text = pattern.sub(replacement, self.text)
            return
        pieces, cuts, end, waiting = [], [], 0, iter([*self.cuts, len(self.text) + 1])
        cut, length = next(waiting), 0
        for found in pattern.finditer(self.text):
            new = found.expand(replacement) if isinstance(replacement, str) else replacement(found)
            pieces += self.text[end : found.start()], new
            length += found.start() - end
            while cut <= found.start():
                cuts.append(length - (found.start() - cut))
                cut = next(waiting)
            while cut < found.end():
                cuts.append(length + min(cut - found.start(), len(new)))
                cut = next(waiting)
            length += len(new)
            end = found.end()
        cuts += (length + cut - end for cut in self.cuts[len(cuts) :])
        self.text, self.cuts = "".join([*pieces, self.text[end:]]), cuts

    def pieces(self) -> list[str]:
        """Return the text of each of the pieces."""
        edges = [0, *self.cuts, len(self.text)]
        return [self.text[start:end] for start, end in itertools.pairwise(edges)]


# What the rules must not see

_MASKS = re.compile(rf"[{_OPAQUE}{_CODE}{_LETTER}{_GAP}]+")
_ADDRESS_END = ".,;:!?…'’)]}*_"
_IN_ADDRESS = rf'[^\s<>"«»“”{_OPAQUE}{_CODE}{_LETTER}]'
_PROTECTED = re.compile(
    rf"""
    [{_OPAQUE}{_CODE}{_LETTER}{_GAP}]
    | (?P<address> (?:(?<![a-z0-9])[a-z][a-z0-9+.-]{{1,20}}:// | \bwww\. | \b(?:mailto|tel|data|javascript):(?=\S))
        {_IN_ADDRESS}*
      | (?<![\w.-])[\w-]{{1,63}}(?:\.[\w-]{{1,63}})+(?:/|[:?\#](?=[\w/])){_IN_ADDRESS}* )  # exemple.fr/x, exemple.fr:80
    | (?<![\w.+-])@?(?!(?:[cdjlmnst]|qu)')[\w.+-][\w.+'-]{{0,63}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}})+  # e-mail, @a@host
    | (?:(?<!\w)[a-z]:|\\)\\{_IN_ADDRESS}*                                              # C:\path, \\server
    | \d+(?<!\b1(?=:\d{{1,3}}[{_S}]\d{{3}}\b))(?::\d+)+                                     # 10:30, 16:9; no scale
    | &(?:\w{{1,30}}|\#\w{{1,8}});                                                       # &nbsp; as text
    | (?<=\w)="[^"\n]{{0,200}}"                                                            # class="x"
    | !important\b | \{{[^{{}}\n]{{0,500}}+\}}
    | (?<![\w-])[a-z-]{{2,30}}:(?:[\w\#.%()-]{{1,60}}|\ (?:\#[0-9a-f]{{3,8}}|[\d.]+[a-z%]{{0,4}}));   # color:red;
    | (?<![\w:;=])(?:[:;=]['’]?[-o^]?[)(DPp/\\|*]+ | :-?[oO] | 8-\) | <3 | \^\^ | xD)(?!\w)  # smileys
    | (?<!\w):[a-z0-9_+-]{{1,40}}:(?!\w)                                                 # :smile:
    | \bYahoo!
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NEAR_DOUBLE_COLON = re.compile(rf'[^\s"«»“”{_OPAQUE}{_CODE}{_LETTER}]+')


def _mask_passage(passage: Passage, language: str) -> str:
    if passage.text == "\n":
        # A sign at the end of a line is one at the end of a text.
        return "\n"
    if passage.language is None:
        return _CODE * len(passage.text)
    if _rules_name(passage.language) == language:
        return passage.text
    return "".join(_stand_in(character) for character in passage.text)


def _stand_in(character: str) -> str:
    if character.isspace():
        return _GAP
    return _LETTER if character.isalnum() else _OPAQUE


def _mask(text: str) -> str:
    text = _PROTECTED.sub(_mask_match, text)
    if "::" in text:
        text = _NEAR_DOUBLE_COLON.sub(lambda found: _OPAQUE * len(found[0]) if "::" in found[0] else found[0], text)
    return text


def _mask_match(found: re.Match) -> str:
    whole = found[0]
    if whole in {_OPAQUE, _CODE, _LETTER, _GAP}:
        return whole
    if whole[0] == "{" and not (":" in whole or ";" in whole):
        return whole
    kept = len(whole)
    if found["address"]:
        kept = len(whole.rstrip(_ADDRESS_END if "(" not in whole else _ADDRESS_END.replace(")", "")))
    return _OPAQUE * kept + whole[kept:]


class _Unmask:
    """Put back what was masked, in its order: the rules moved it, but never touched it."""

    def __init__(self, kept: str):
        self.kept = kept
        self.position = 0

    def __call__(self, found: re.Match) -> str:
        start, self.position = self.position, self.position + len(found[0])
        return self.kept[start : self.position]


# Quotation marks and apostrophes

_DOUBLE_QUOTES = re.compile('["«»“”]')
_SINGLE_QUOTE = re.compile("(?<!')'(?!')")
_OPENS_AFTER = "([{«“‘’'\"—–-/…"
_ENDS_BEFORE = ".,;:!?…)]}»”"
_PAUSES = ",;:"
_ELISION = re.compile(r"'(?:\d\ds?|tis|twas|twere|em|til|cause|bout|round|n)\b", re.IGNORECASE)
_ROCK_N_ROLL = re.compile(r"(?<=\s)'n'(?=\s)", re.IGNORECASE)
_ACUTE_ACCENT = re.compile(r"(?<=[^\W\d_])´(?=[^\W\d_])")


def _around(text: str, position: int) -> tuple[str, str]:
    return text[position - 1 : position], text[position + 1 : position + 2]


def _looks_opening(before: str, after: str) -> bool:
    return bool(after and not after.isspace() and after not in _ENDS_BEFORE) and (
        not before or before.isspace() or before in _OPENS_AFTER
    )


class _Quotations:
    """The reader of the double quotes of one text: which of the straight ones open, which close, which stay."""

    def __init__(self, text: str, nested: dict[bool, str]):
        self.text = text
        self.nested = nested  # the pair of marks of an outer (False) and of an inner (True) quotation
        self.open: list[tuple[str, str]] = []  # of each quotation that is open: the mark typed, the mark that closes it
        self.straight_open = 0
        self.last_straight = text.rfind('"')

    def marks(self) -> Iterator[str]:
        """Return the mark to put for each double quote of the text, in their order."""
        for found in _DOUBLE_QUOTES.finditer(self.text):
            if found[0] == '"':
                yield self.straight(found.start())
            else:
                self.typed(found[0])
                yield found[0]

    def typed(self, mark: str) -> None:
        if mark in "«“":
            self.open.append((mark, "»" if mark == "«" else "”"))
        elif self.open and self.open[-1][1] == mark:
            started, _ = self.open.pop()
            self.straight_open -= started == '"'

    def straight(self, position: int) -> str:
        before, after = _around(self.text, position)
        opens = _looks_opening(before, after)
        closes = bool(before) and not before.isspace() and before not in "([{'’"
        if opens and not (closes and self.straight_open and not after.isalnum()):
            return self.start()
        if self.straight_open:
            return self.end()
        if before in _PAUSES and after.isalnum():  # the space between them was forgotten
            return self.start()
        if closes:
            # Inches and seconds stay. The end of a quotation that began in an earlier paragraph does not.
            return '"' if before.isdigit() else self.nested[False][1]
        return self.start() if position < self.last_straight else '"'

    def start(self) -> str:
        opening, closing = self.nested[len(self.open) % 2 == 1]
        self.open.append(('"', closing))
        self.straight_open += 1
        return opening

    def end(self) -> str:
        self.straight_open -= 1
        while True:
            typed, closing = self.open.pop()
            if typed == '"':
                return closing


def _double_quotes(nested: dict[bool, str]) -> Callable[[_Draft], None]:
    def rule(draft: _Draft) -> None:
        if '"' in draft.text:
            marks = _Quotations(draft.text, nested).marks()
            draft.text = _DOUBLE_QUOTES.sub(lambda _: next(marks), draft.text)

    return rule


def _single_quotes(draft: _Draft) -> None:
    """Make apostrophes of straight single quotes, or ‘ ’ of those around words; feet and minutes stay."""
    if "'" not in draft.text:
        return
    text = draft.text = _ROCK_N_ROLL.sub("’n’", draft.text)
    last_closing = max((found.start() for found in _SINGLE_QUOTE.finditer(text) if _closes(text, found)), default=-1)
    is_open = False

    def mark(found: re.Match) -> str:
        nonlocal is_open
        before, after = _around(text, found.start())
        if _looks_opening(before, after) and before != "’":
            if found.start() < last_closing and not _ELISION.match(text, found.start()):
                is_open = True
                return "‘"
            return "’" if after.isalnum() else "'"
        if before.isdigit() and not after.isalpha():
            was_open, is_open = is_open, False
            return "’" if was_open and not after.isdigit() else "'"
        return "’" if before and not before.isspace() else "'"

    draft.text = _SINGLE_QUOTE.sub(mark, text)


def _closes(text: str, found: re.Match) -> bool:
    before, after = _around(text, found.start())
    return bool(before) and not before.isspace() and before not in "([{«“" and not after.isalnum()


# Dashes

_DASH = re.compile(
    rf"""(?P<end> (?: (?<=\w\w\w)\. | [!?…] ) [»”")\]]*+ (?=[{_S}\n]++[{_UPPER}«“"(]) | \n )
    | (?<={_NOT_OPENING}) [{_S}]++ (?P<dash> -{{1,3}} | [–—] ) [{_S}]++ (?=[^\s»]) """,
    re.VERBOSE,
)
_LINE_DASH = re.compile(rf"^([{_S}]*+)(?:(-{{1,3}}|[–—])[{_S}]++(?=[^\s\d»])|([–—])(?=[^\W\d_]))", re.MULTILINE)
_DASH_SIGNS = {"-": "–", "--": "–", "---": "—"}
_GLUED_DASH = re.compile(r"(?<=\w)-{2,3}(?=\w)")


def _dashes(draft: _Draft) -> None:
    """Turn hyphens between spaces into dashes, whose no-break space is on the side of what they enclose."""
    inside = False

    def dash(found: re.Match) -> str:
        nonlocal inside
        if found["end"]:
            inside = False
            return found[0]
        before, after = found.string[found.start() - 1], found.string[found.end()]
        if before.isdigit() and after.isdigit():  # a score, a subtraction
            return found[0]
        inside = not inside
        sign = _DASH_SIGNS.get(found["dash"], found["dash"])
        return f" {sign}{NBSP}" if inside else f"{NBSP}{sign} "

    draft.sub(_DASH, dash)


def _line_dashes(draft: _Draft) -> None:
    """Turn the hyphen that begins a line of dialogue or of a list into a dash that stays with its words."""
    draft.sub(_LINE_DASH, lambda found: found[1] + _DASH_SIGNS.get(sign := found[2] or found[3], sign) + NBSP)


def _alternatives(words: str) -> str:
    return "|".join(re.escape(word) for word in words.split())


_ENGLISH_MONTHS = _alternatives("January February March April May June July August September October November December")
_RANGE = re.compile(
    rf"""(?<![\w.,/-])(?P<from>1\d\d\d|20\d\d)-(?P<to>1\d\d\d|20\d\d)(?![\w/-])
    | (?<=\bpp\.{NBSP}) \d+-(?=\d)
    | \b(?:[pP]ages|[cC]hapters|(?:{_ENGLISH_MONTHS}))[{_S}]\d+-(?=\d+(?![\w/-]))
    | (?<![\w.,/-])\d+(?:\.\d+)?-(?=\d+(?:\.\d+)?%)""",
    re.VERBOSE,
)


def _ranges(draft: _Draft) -> None:
    """Turn the hyphen between two years, pages, days or rates into a dash; of other numbers, it may be a part."""

    def dash(found: re.Match) -> str:
        if found["from"] and found["from"] >= found["to"]:
            return found[0]
        return found[0].replace("-", "–")

    draft.sub(_RANGE, dash)


# Rules that are one replacement each


def _replace(pattern: str, replacement: "str | Callable[[re.Match], str]", flags: int = 0) -> Callable[[_Draft], None]:
    compiled = re.compile(pattern, flags)
    return lambda draft: draft.sub(compiled, replacement)


_UNITS = _alternatives(
    "km m dm cm mm nm km² m² cm² km2 m2 cm2 ha km³ m³ cm³ km3 m3 cm3 kg/m³ km/h m/s kg g mg t l L cl ml hl h min s ms"
    " ko Ko kB KB Mo MB Go GB To TB Po PB octets Hz kHz MHz GHz bit/s kbit/s Mbit/s Gbit/s dpi px pt"
    " µm μm µg μg µl μl µs μs ppm mol W mW kW MW GW TW Wh kWh MWh GWh TWh V kV mA Ω kΩ MΩ kJ MJ kcal"
    " dB lm lx Pa hPa kPa MPa bar"
    " € k€ K€ M€ Md€ Mds€ $ k$ M$ £ ¥ F CHF EUR USD"
)
_FRENCH_WORDS = _alternatives(
    "% ‰ millier milliers million millions milliard milliards euro euros dollar dollars"
    " hab. hab./km² tr/min bis ter quater"
)
_ENGLISH_WORDS = _alternatives(
    "thousand million billion trillion euros dollars pounds am pm AM PM a.m. p.m. A.M. P.M. mi ft yd lb lbs oz mph"
)
# With a capital too: 'le 1er Mai', 'le 14 Juillet' are the names of holidays.
_FRENCH_MONTHS = (
    "[jJ]anvier|[fF]évrier|[mM]ars|[aA]vril|[mM]ai|[jJ]uin|[jJ]uillet|[aA]oût|[sS]eptembre|[oO]ctobre|[nN]ovembre"
    "|[dD]écembre"
)
_MONARCH = "(?:Ier|II+|IV|VI+|IX|X[IVX]+)"
_PARTICLES = _alternatives("de du des la le d’ von van der of")
_WORD_GOES_ON = r"[\w'’]"
_NUMBER_FOLLOWS = rf"(?=\d|[LRD]\.?[{_S}]*\d|[IVXL]+\b(?!['’]))"
# What follows an ordinal and is not what it counts.
_JOINING_WORDS = _alternatives("à au aux de des dans du en est et mais ou par pour puis que qui sur")

_TELEPHONE = _replace(
    rf"(?<!\w)\+\d{{1,3}}(?:[{_S}]\(0\))?(?:[{_S}]?\d{{1,4}}){{3,5}}(?!\d)",
    lambda found: re.sub(rf"[{_S}]", NBSP, found[0]),
)
_BY = _replace(rf"(?<=\d)[{_S}]++([x×])[{_S}]++(?=\d)", rf"{NBSP}\g<1>{NBSP}")
_ELLIPSIS = _replace(r"(?<![./\\])\.{3}(?![./\\])", "…")
_TIGHT_INSIDE_QUOTES = _replace(rf"(?<=“)[{_S}]++(?=[^\s])|(?<={_NOT_OPENING})[{_S}]++(?=”)", "")
_DIGIT_GROUPS = _replace(
    rf"(?<![\w.,])(?:\d{{1,3}}|\d+,\d{{3}})(?:[{_S}]\d{{3}})+(?!\d)", lambda found: re.sub(rf"[{_S}]", NBSP, found[0])
)


def _units(words: str) -> tuple[Callable[[_Draft], None], ...]:
    return (
        _replace(rf"(?<=\d)[{_S}]++(?=(?:{_UNITS}|{words})(?!{_WORD_GOES_ON}))", NBSP),
        _replace(rf"(?<=\d)[{_S}]*+°[{_S}]*+([CF])\b(?!['’])", rf"{NBSP}°\g<1>"),
        _replace(rf"(?:(?<=\d[{_S}]h)|(?<=\d[{_S}]min))[{_S}]++(?=\d\d?(?!\d))", NBSP),
    )


def _abbreviations(titles: str, before_numbers: str) -> tuple[Callable[[_Draft], None], ...]:
    return (
        # The initials of a name, and the number of a sovereign.
        _replace(
            rf"(?<![\w-])((?:[{_UPPER}]|C[hl]|Chr|Ph|Th)\.(?:-[{_UPPER}]\.)*)[{_S}]++"
            rf"(?=(?:(?:{_PARTICLES})[{_S}]?){{0,2}}[{_UPPER}])",
            rf"\g<1>{NBSP}",
        ),
        _replace(rf"(?<![\w’-])((?:[{_UPPER}][a-zà-ÿœ]+-?)+)(?<!-)[{_S}]++(?={_MONARCH}(?![\w-]))", rf"\g<1>{NBSP}"),
        _replace(rf"(?<!\w)({titles})[{_S}]++(?=[{_UPPER}{_LETTER}])", rf"\g<1>{NBSP}"),
        _replace(rf"(?<!\w)((?:{before_numbers})\.|§)[{_S}]++{_NUMBER_FOLLOWS}", rf"\g<1>{NBSP}"),
    )


_FRENCH: tuple[Callable[[_Draft], None], ...] = (
    _double_quotes({False: "«»", True: "“”"}),
    _TIGHT_INSIDE_QUOTES,
    _single_quotes,
    _replace(_ACUTE_ACCENT.pattern, "’"),
    # What an abbreviation leaves out is said by its point.
    _replace(r"(?<!\w)([eE]tc)(?:\.{2,4}|\.?…)", r"\g<1>."),
    # There are three points, however many were typed.
    _replace(r"(?<=[^\W_])\.{4,}(?![^\s»)\]”])", "…"),
    _ELLIPSIS,
    _line_dashes,
    _dashes,
    # Marks: nothing between two of them, a narrow space before the high ones, a whole one before the colon.
    _replace(rf"(?<=[!?])[{_S}]++(?=[!?](?![\w=]))", ""),
    _replace(rf"(?<={_NOT_OPENING})[{_S}]++(?=[;!?](?![\w=]))", NARROW_NBSP),
    _replace(rf"(?<={_WORD_END})(?=[!?]++(?![\w=&/(@#{_OPAQUE}-])|;(?![^\s»]))", NARROW_NBSP),
    _replace(rf"(?<={_NOT_OPENING})[{_S}]++(?=:(?![^\s«»“”\"'(]))", NBSP),
    # 'C:' is a drive; 'Q:' and 'R:' are a question and its answer, 'A:' and 'B:' the first and second of something.
    _replace(rf"(?<={_WORD_END})(?<!\b[C-PS-Z])(?=:(?![^\s«»]))", NBSP),
    _replace(r"(?<=[;:])(?=«)", " "),
    _replace(rf"«[{_S}]*+(?=[^\s»])", f"«{NBSP}"),
    _replace(rf"(?<=[^\s«])[{_S}]*+(?=»)", NBSP),
    # Numbers
    _TELEPHONE,
    _DIGIT_GROUPS,
    _BY,
    *_units(_FRENCH_WORDS),
    _replace(r"(?<=\d)(?=[%‰€](?![\w%=-]))", NBSP),
    _replace(rf"(?<=\b[nN][°ᵒº])(?:[{_S}]++(?=\w)|(?=\d))", NBSP),
    _replace(r"(?<=§)(?=\d)", NBSP),
    _replace(rf"(?<=\d)((?:er)?)[{_S}]++(?=(?:{_FRENCH_MONTHS})\b)", rf"\g<1>{NBSP}"),
    # Ordinals: 1er, 1re, 2e, and no longer endings; with what they count, as the number of a sovereign with the name.
    _replace(r"(?<![\w-])(1|I)[eè]re(s?)\b", r"\g<1>re\g<2>"),
    _replace(r"(?<![\w-])(\d+|[IVXLC]+)(?:i?[eè]me|è)(s?)\b", r"\g<1>e\g<2>"),
    _replace(
        rf"(?<![\w,.-])(\d+(?:er|re|e)s?|2n?de?s?)[{_S}]++(?!(?:{_JOINING_WORDS})\b)(?=[a-zà-ÿœ])", rf"\g<1>{NBSP}"
    ),
    _replace(
        rf"(?<!\w)([IVXL]+(?:er|re|e))[{_S}]++"
        r"(?=(?:siècles?|s\.|millénaires?|arrondissements?|dynasties?|législatures?|République|Empire|Reich)(?!\w))",
        rf"\g<1>{NBSP}",
    ),
    _replace(rf"(?<![\w.])([LRD]\.)[{_S}]++(?=\d)", rf"\g<1>{NBSP}"),  # an article of a code
    _replace(rf"(?<!\w)(MM?\.|Mmes?)[{_S}]++(?=l(?:e|a|es)\b)", rf"\g<1>{NBSP}"),
    _replace(rf"(?<!\w)(av|apr|ap)\.[{_S}]++(?=J\.-C\.)", rf"\g<1>.{NBSP}"),
    _replace(rf"(?<!\w)([nN]os?)[{_S}]++(?=\d)", rf"\g<1>{NBSP}"),
    # A telephone number of France
    _replace(rf"(?<![\w.,+])0\d(?:[{_S}]\d\d){{4}}(?!\d)", lambda found: re.sub(rf"[{_S}]", NBSP, found[0])),
    *_abbreviations(
        titles=r"(?:MM?|Dr|Pr|Mgr)\.|Mmes?|Mlles?|Me|Drs?|Prs?|Mgr|Mr|Vve",
        before_numbers="pp?|t|al|[vV]ol|[cC]h|[cC]hap|[aA]rt|[fF]ig|[sS]ect|[lL]iv|[cC]ol|[pP]l|[tT]abl|[nvlf]",
    ),
)

_ENGLISH: tuple[Callable[[_Draft], None], ...] = (
    _double_quotes({False: "“”", True: "“”"}),
    _TIGHT_INSIDE_QUOTES,
    _single_quotes,
    _ELLIPSIS,
    _replace(_GLUED_DASH.pattern, "—"),
    _dashes,
    _replace(rf"(?<=[\w»)\]”’…%€°\"'])(?!(?<=\d)[{_S}]++:[{_S}]*+\d)[{_S}]++(?=[;:!?](?![^\s)\]”’»\"'!?.,…]))", ""),
    _TELEPHONE,
    _DIGIT_GROUPS,
    _BY,
    _replace(rf"(?<=\d)[{_S}]++(?=[%‰](?!\w))", ""),
    *_units(_ENGLISH_WORDS),
    _replace(rf"(?<=\d)((?:st|nd|rd|th)?)[{_S}]++(?=(?:{_ENGLISH_MONTHS})\b)", rf"\g<1>{NBSP}"),
    _replace(rf"(?<!\w)({_ENGLISH_MONTHS})[{_S}]++(?=\d\d?(?!\d))", rf"\g<1>{NBSP}"),
    _replace(rf"(?<={_OPAQUE})[{_S}]++(?=(?:[ap]m|[AP]M|[ap]\.m\.)(?!{_WORD_GOES_ON}))", NBSP),
    *_abbreviations(
        titles=r"(?:Mr|Mrs|Ms|Dr|Prof|St)\.?|(?:Messrs|Rev|Hon|Gen|Col|Capt|Lt|Sgt|Sen|Rep|Gov)\.",
        before_numbers="pp?|[vV]ols?|[cC]h|[cC]hap|[aA]rt|[fF]igs?|[sS]ect?|[eE]q",
    ),
    # 'No.' may also be an answer.
    _replace(rf"(?<!\w)([nN]os?\.)[{_S}]++(?=\d)", rf"\g<1>{NBSP}"),
    _ranges,
)

_RULES = {"fr": _FRENCH, "en": _ENGLISH}
