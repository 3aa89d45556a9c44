"""What somebody typed, as a mail may hold it: in a header, in its text, or quoted there."""

import re

# New lines and all else that is no character of a line: in a header they would begin another one. The no-break spaces
# of French are none of these.
_NOT_IN_A_LINE = re.compile(r"(?:(?![\xa0\u202f])[\x00-\x20\x7f-\x9f\u2028\u2029\s])+")

# What turns the direction of a text around or is invisible in it; see comments.text.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def one_line(text: str) -> str:
    """Return a text without anything that could end a line."""
    return _NOT_IN_A_LINE.sub(" ", _UNWANTED.sub(" ", text)).strip()


def plain_text(text: str) -> str:
    """Return what somebody typed, as the text part of a mail shows it."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def quote(text: str) -> str:
    """Return what somebody typed as a quotation, in which no line can be taken for one of the mail's own."""
    return "\n".join(f"> {line}".rstrip() for line in plain_text(text).splitlines())
