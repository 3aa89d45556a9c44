"""What a stranger typed as a comment -> HTML: light mark-up, links, typography; nothing else.

The mark-up is the part of CommonMark that people type without having learnt it: *emphasis*, **strong**, > quotes,
lists, `code`. There are no headings, so that #GetCovered at the start of a line stays what it is, and no HTML. Every
tag of the result is written here; what was typed only ever gets there escaped.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri
from django.utils.html import MAX_URL_LENGTH, Urlizer, escape, format_html
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from blog.typography import Passage, typeset, typeset_passages
from comments.lookalikes import undisguised

# Some four pages: longer than any comment that was ever answered. The form refuses what is longer; the cost of what is
# here grows with the length and no faster.
MAX_LENGTH = 10_000
# What fits in a line on a phone, twice.
SHOWN_ADDRESS_LENGTH = 60
# Quotes in quotes and lists in lists: deeper, a line of a phone holds no word. The parser leaves out what is nested
# further than it is told to go, so such a text is taken as typed, without mark-up.
DEEPEST_NESTING = 12

# Control characters, halves of characters, and the marks that turn the direction of the text around, with which an
# address can be made to look like another one. Tabulators and new lines are kept.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff]"
)
# Signs that nobody sees, between which a word is not found: but not those that join pictograms, Persian and Indian
# letters, nor those that make the flag of a country in a country.
_FLAG = "\U0001f3f4[\U000e0061-\U000e007a]{4,6}\U000e007f"
_UNSEEN = re.compile(
    f"({_FLAG})"
    "|[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\uffa0]"
    "|[\U000e0000-\U000e01ef]"
    "|[\u200c\u200d](?:(?<![^\x00-\u058f\u2000-\u206f].)|(?![^\x00-\u058f\u2000-\u206f]))"
)
_NEW_LINE = re.compile("\r\n?|\u2028")
_NEW_PARAGRAPH = re.compile("\u2029")
_SPACES_AT_END = re.compile(r"(?<![ \t\u00a0])[ \t\u00a0]++$", re.MULTILINE)
# More accents on one letter than any language has: they run over the lines above and below.
_PILED_ACCENTS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f]{4})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f]++"
)
# No name has more than two on a letter: Vietnamese ones have two.
_MORE_ACCENTS = re.compile(_PILED_ACCENTS.pattern.replace("{4}", "{2}"))
_SPACES_AT_START = re.compile("^[ \t]+", re.MULTILINE)
_BLANK_LINES = re.compile("\n\n+")
_FENCE = re.compile(r" {0,3}```")
_QUOTE = re.compile(r" {0,3}>")
# Most comments have nothing that could be mark-up, and need not be parsed.
_MAY_BE_MARKED = re.compile(r"[*_`~>\\]|^[ \t]*(?:[-+]|[0-9]{1,9}[.)])", re.MULTILINE)
# A sign that is more than white space or mark-up.
_SEEN = re.compile(r"[^\s>*_`\\]")
_ADDRESS = re.compile(r"://[^\s<>\"«»“”]*+")


def render_comment(text: str, *, language: str) -> str:
    """Return the HTML of a comment, with the typography of its language."""
    text = tidied(text)
    tokens = parse(text) if _MAY_BE_MARKED.search(text) else None
    if tokens is None:
        return "\n".join(plain_paragraphs(text, language))
    return "".join(pieces(tokens, language)).strip()


def parse(text: str) -> list[Token] | None:
    """Return the mark-up of a tidied text; None where it is left as it was typed."""
    if len(text) > MAX_LENGTH:
        return None
    tokens = MARKUP.parse(part_quotes(text))
    return None if any(token.level >= DEEPEST_NESTING for token in tokens) else tokens


def is_left_as_typed(text: str) -> bool:
    """Say whether the mark-up of a text is shown and not used: it is nested beyond reading."""
    return parse(tidied(text)) is None


def plain_paragraphs(text: str, language: str) -> Iterator[str]:
    """Yield the paragraphs of a text whose mark-up is left alone: what a machine made, or a person to try us."""
    for paragraph in _BLANK_LINES.split(text):
        if paragraph.strip():
            lines = link_addresses(typeset(_SPACES_AT_START.sub("", paragraph.strip()), language))
            yield f"<p>{lines.replace('\n', '<br>')}</p>"


def tidied(text: str) -> str:
    """Return a text without the characters that deceive, and without spaces that nobody sees."""
    text = _NEW_PARAGRAPH.sub("\n\n", _NEW_LINE.sub("\n", text))
    return _SPACES_AT_END.sub("", _PILED_ACCENTS.sub(r"\1", _UNSEEN.sub(r"\1", _UNWANTED.sub("", text))))


def has_something_to_show(text: str) -> bool:
    """Say whether readers would see anything of a text: more than what is taken out of it, and signs of mark-up."""
    return _SEEN.search(tidied(text)) is not None


def tidied_name(name: str) -> str:
    """Return a name on one line, without the characters that deceive."""
    return " ".join(_MORE_ACCENTS.sub(r"\1", unicodedata.normalize("NFC", tidied(name))).split())


def has_deceptive_signs(text: str) -> bool:
    """Say whether a text has characters that are taken out of it: unseen ones, ones that turn it, piled accents.

    What word processors leave behind is no deceit.
    """
    text = re.sub(f"{_FLAG}|[\u00ad\u2060\ufeff]", "", text)
    return any(pattern.search(text) for pattern in (_UNWANTED, _UNSEEN, _PILED_ACCENTS))


def part_quotes(text: str) -> str:
    """Let a quote end where its lines do: CommonMark would take the next line of the answer into it."""
    lines, is_code, was_quote = [], False, False
    for line in text.split("\n"):
        is_code ^= bool(_FENCE.match(line))
        is_quote = not is_code and bool(_QUOTE.match(line))
        if was_quote and not is_quote and line:
            lines.append("")
        lines.append(line)
        was_quote = is_quote
    return "\n".join(lines)


def as_quote(text: str) -> str:
    """Return the text of a comment as somebody quotes it at the beginning of an answer."""
    return "".join(f"> {line}".rstrip() + "\n" for line in tidied(text).strip().split("\n")) + "\n"


def take_address(state: StateInline, silent: bool) -> bool:
    """Take the rest of an address as it is: what stands between two of its underscores is not emphasised."""
    if not state.pending.lower().endswith(("http", "https")):
        return False
    found = _ADDRESS.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        state.pending += found[0]
    state.pos = found.end()
    return True


MARKUP = MarkdownIt("zero", {"maxNesting": DEEPEST_NESTING + 2}).enable(
    ["newline", "blockquote", "list", "fence", "backticks", "emphasis", "escape"]
)
MARKUP.inline.ruler.before("newline", "address", take_address)

TAGS = {
    "paragraph_open": "<p>",
    "paragraph_close": "</p>\n",
    "blockquote_open": "<blockquote>",
    "blockquote_close": "</blockquote>\n",
    "bullet_list_open": "<ul>",
    "bullet_list_close": "</ul>\n",
    "ordered_list_close": "</ol>\n",
    "list_item_open": "<li>",
    "list_item_close": "</li>",
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
}


def pieces(tokens: list[Token], language: str) -> Iterator[str]:
    """Yield the HTML of the blocks of a text, in their order."""
    for token in tokens:
        if token.type == "inline":
            yield from inline_pieces(token.children, language)
        elif token.type == "fence":
            yield format_html("<pre><code>{}</code></pre>\n", token.content.rstrip("\n"))
        elif token.type == "ordered_list_open":
            start = token.attrGet("start")
            yield format_html('<ol start="{}">', start) if start else "<ol>"
        elif not token.hidden:
            yield TAGS[token.type]


def inline_pieces(tokens: list[Token], language: str) -> Iterator[str]:
    """Yield the HTML of one block's text. It is typeset as one, so that a quotation may hold an emphasis."""
    runs = list(joined(token for token in tokens if token.content or token.type != "text"))
    texts = typeset_passages(passage_of(token, language) for token in runs)
    for token, text in zip(runs, texts, strict=True):
        if token.type == "text":
            yield link_addresses(text).replace("\n", "<br>")
        elif token.type == "code_inline":
            yield format_html("<code>{}</code>", text)
        else:
            yield TAGS[token.type]


def joined(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the tokens with the lines of a text made one: the typographer must see where a line ends."""
    run = None
    for token in tokens:
        if token.type in ("text", "softbreak", "hardbreak"):
            run = run or Token("text", "", 0)
            run.content += token.content if token.type == "text" else "\n"
        else:
            if run:
                yield run
                run = None
            yield token
    if run:
        yield run


def passage_of(token: Token, language: str) -> Passage:
    """Return what the typographer reads of a token: code is not touched."""
    return Passage(token.content, language if token.type == "text" else None)


class AddressLinker(Urlizer):
    """Django’s finder of addresses, for plain text of readers.

    Linked are http:// and https://, www., and names in lower case below a few domains: 'node.js' or an 'etc.Mais'
    without its space is none. E-mail addresses are left alone, so that nobody gathers them here.
    """

    # With those that French needs; the question mark, an ellipsis and quotes also end a sentence.
    trailing_punctuation_chars = ".,:;!?…»”’'"
    # An address may follow an elision, as in d’https://example.org.
    word_split_re = re.compile(r"""([\s<>"«»“”]+|(?<=['’])(?=https?://|www\.))""", re.IGNORECASE)
    simple_url_re = re.compile(r"https?://", re.IGNORECASE)
    simple_url_2_re = re.compile(
        r"(?i:www\.)[^\s@]|(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}(?:com|org|net|edu|gov|fr|eu)(?:[/?#]|$)"
    )
    host_re = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{1,63}\.?(?::\d{1,5})?")

    def handle_word(self, word: str, **_options) -> str:
        """Return one word as HTML: a link when it is an address."""
        if "." not in word:
            return escape(word)
        lead, middle, trail = self.trim_punctuation(word)
        address = self.find_address(middle)
        if not address:
            return escape(word)
        return format_html(
            '{}<a href="{}" rel="nofollow ugc noopener">{}</a>{}',
            lead,
            address,
            self.shorten(undisguised(middle)),
            trail,
        )

    def find_address(self, word: str) -> str:
        """Return the whole address that a word stands for, or ''."""
        if len(word) > MAX_URL_LENGTH:
            return ""
        if self.simple_url_2_re.match(word):
            word = f"https://{word}"
        elif not self.simple_url_re.match(word):
            return ""
        try:
            # A name before the host is there to deceive: https://bank.example@elsewhere.example
            host = urlsplit(word).netloc
        except ValueError:
            return ""
        return iri_to_uri(undisguised(word)) if self.host_re.fullmatch(host) else ""

    def shorten(self, address: str) -> str:
        """Return what to show of an address: the whole, or its beginning without what they all share."""
        if len(address) <= SHOWN_ADDRESS_LENGTH:
            return address
        return re.sub(r"^https?://(?:www\.)?", "", address, flags=re.IGNORECASE)[: SHOWN_ADDRESS_LENGTH - 1] + "…"


link_addresses = AddressLinker()
