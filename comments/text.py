"""What a stranger typed as a comment -> HTML: paragraphs, links, typography; nothing else."""

import re
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri
from django.utils.html import MAX_URL_LENGTH, Urlizer, escape, format_html

from blog.typography import typeset

# Some four pages: longer than any comment that was ever answered. The form refuses what is longer; the cost of what is
# here grows with the length and no faster.
MAX_LENGTH = 10_000
# What fits in a line on a phone, twice.
SHOWN_ADDRESS_LENGTH = 60

# Control characters, halves of characters, and the marks that turn the direction of the text around, with which an
# address can be made to look like another one. Tabulators and new lines are kept.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_NEW_LINE = re.compile("\r\n?|\u2028")
_SPACES_AT_BREAK = re.compile(r"(?<![ \t\u00a0])[ \t\u00a0]*+\n[ \t\u00a0]*+")
_BLANK_LINES = re.compile("\n\n+|\u2029")


def render_comment(text: str, *, language: str) -> str:
    """Return the HTML of a comment: what was typed, in paragraphs, with the typography of its language."""
    text = _SPACES_AT_BREAK.sub("\n", _UNWANTED.sub("", _NEW_LINE.sub("\n", text)))
    paragraphs = (paragraph.strip() for paragraph in _BLANK_LINES.split(text))
    return "\n".join(f"<p>{_render_paragraph(paragraph, language)}</p>" for paragraph in paragraphs if paragraph)


def _render_paragraph(paragraph: str, language: str) -> str:
    return link_addresses(typeset(paragraph, language)).replace("\n", "<br>")


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
            '{}<a href="{}" rel="nofollow ugc noopener">{}</a>{}', lead, address, self.shorten(middle), trail
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
        return iri_to_uri(word) if self.host_re.fullmatch(host) else ""

    def shorten(self, address: str) -> str:
        """Return what to show of an address: the whole, or its beginning without what they all share."""
        if len(address) <= SHOWN_ADDRESS_LENGTH:
            return address
        return re.sub(r"^https?://(?:www\.)?", "", address, flags=re.IGNORECASE)[: SHOWN_ADDRESS_LENGTH - 1] + "…"


link_addresses = AddressLinker()
