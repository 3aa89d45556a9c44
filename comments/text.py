"""What a reader typed, as plain text, becomes HTML: paragraphs, links, typography, and nothing else."""

import re

from django.utils.html import Urlizer, escape

from blog.typography import typeset

# Longer addresses are cut for the eye; the link has them whole.
SHOWN_ADDRESS = 60

# Beyond this a text did not come through the form; what lies behind is not rendered, so that rendering is never slow.
RENDERED_LENGTH = 20_000

# Longer than any word or address that somebody wants to have linked; on longer ones Urlizer's trimming is slow.
LONGEST_WORD = 2_000

# Control characters but tab and newline, and those that turn the direction of writing, with which a text can be
# made to read otherwise than it is (Unicode Technical Report 36).
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


class ReaderUrlizer(Urlizer):
    """Links the web addresses that readers type, marked as theirs; e-mail addresses are left to no harvester."""

    trailing_punctuation_chars = ".,:;!?…»”’\u00a0\u202f"
    wrapping_punctuation = [("(", ")"), ("[", "]"), ("«", "»"), ("“", "”"), ("‘", "’")]
    url_template = '<a href="{href}" rel="nofollow ugc noopener"{attrs}>{url}</a>'

    def handle_word(self, word: str, **options) -> str:
        return escape(word) if len(word) > LONGEST_WORD else super().handle_word(word, **options)

    @staticmethod
    def is_email_simple(value: str) -> bool:
        """Say that nothing is an e-mail address, so that none is linked."""
        return False


link_addresses = ReaderUrlizer()


def render_comment(text: str, *, language: str) -> str:
    """Return the HTML of a comment written in ``language``.

    Blank lines part paragraphs, single ones become ``<br>``. Everything is escaped; the only elements are those put in
    here. A ``#`` at the start of a line stays what it is.
    """
    text = UNSEEN.sub("", text[:RENDERED_LENGTH].replace("\r\n", "\n").replace("\r", "\n")).strip()
    paragraphs = (render_paragraph(each, language) for each in BLANK_LINES.split(text) if each)
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def render_paragraph(text: str, language: str) -> str:
    """Return one paragraph, set and linked line by line."""
    lines = (typeset(line.strip(), language) for line in text.split("\n"))
    return "<br>".join(link_addresses(line, trim_url_limit=SHOWN_ADDRESS, autoescape=True) for line in lines)
