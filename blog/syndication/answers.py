"""What another site answered, and how it is read without trusting it."""

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from time import time

import httpx2
from django.utils.http import parse_http_date_safe

from blog.syndication.errors import BadAnswerError, BadStatusError

# A server that asks for more patience is asked again all the same.
LONGEST_WAIT = 7 * 24 * 3600
# HTML wants it in the first 1,024 bytes; browsers look further, and so do those who write pages.
BYTES_OF_META = 8 * 1024
# Deeper data of another site serve no purpose but to exhaust somebody.
DEPTH_OF_JSON = 60

HTML_TYPES = {"text/html", "application/xhtml+xml"}
# Those of https://encoding.spec.whatwg.org/ that Python has. Others are no text (base64), or made to hide one (UTF-7).
_CHARSETS = {
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "tis-620"),
    *("gbk", "gb18030", "big5", "big5hkscs", "shift_jis", "cp932", "euc_jp", "iso2022_jp", "euc_kr", "cp949", "cp874"),
    *(f"iso8859-{number}" for number in range(2, 17)),
    *(f"cp125{number}" for number in range(9)),
}
# What browsers take these for, because that is what is meant.
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "gb2312": "gbk",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_META = re.compile(rb"""<meta\b[^>]{0,1000}?\bcharset\s{0,10}=\s{0,10}["']?\s{0,10}([\w.:-]{1,40})""", re.IGNORECASE)
_XML = re.compile(rb"""\A\s{0,100}<\?xml\b[^>]{0,200}?\bencoding\s{0,10}=\s{0,10}["']([\w.:-]{1,40})""")
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_SECONDS = re.compile(r"[0-9]{1,9}")
# What PostgreSQL does not keep, and what UTF-8 has no place for.
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Answer:
    """What was answered at ``address``, where the redirects ended.

    ``moved_to`` is where those lead that are permanent and come before any other: the address to keep from now on, or
    '' where the one that was asked is still right. ``is_cut`` says that ``body`` is but the beginning.
    """

    asked: str
    address: str
    status: int
    headers: httpx2.Headers = field(repr=False)
    body: bytes = field(repr=False)
    moved_to: str = ""
    is_cut: bool = False

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_unchanged(self) -> bool:
        """Say whether it is still what the conditions of the request describe."""
        return self.status == 304

    @property
    def conditions(self) -> dict[str, str]:
        """Return headers for a later request that need not repeat what is known."""
        return make_conditions(self.headers.get("ETag", ""), self.headers.get("Last-Modified", ""))

    @property
    def content_type(self) -> str:
        return self._declared.get_content_type()

    @property
    def is_html(self) -> bool:
        return self.content_type in HTML_TYPES

    @property
    def retry_after(self) -> int | None:
        """Return the seconds that the other side wants to be left alone (RFC 9110, section 10.2.3)."""
        said = self.headers.get("Retry-After", "").strip()
        if _SECONDS.fullmatch(said):
            return min(int(said), LONGEST_WAIT)
        moment = parse_http_date_safe(said) if said else None
        return None if moment is None else max(0, min(int(moment - time()), LONGEST_WAIT))

    def expect_success(self) -> "Answer":
        """Return the answer, or raise BadStatusError when it says that nothing came of it."""
        if not self.is_success:
            raise BadStatusError(self.status, self.retry_after)
        return self

    @property
    def charset(self) -> str:
        """Return the name of Python's codec for the body: by its mark, the header, its first lines, or by trying."""
        for mark, name in _MARKS.items():
            if self.body.startswith(mark):
                return name
        named = charset_of(str(self._declared.get_param("charset") or ""))
        return named or self._charset_within() or ("utf-8" if self._is_utf_8() else "cp1252")

    @cached_property
    def text(self) -> str:
        """Return the body as text, whatever it is; what cannot be read becomes U+FFFD."""
        return self.body.decode(self.charset, errors="replace").removeprefix("\ufeff")

    def json(self) -> object:
        """Return the data of the body, or raise BadAnswerError; characters that no database keeps are U+FFFD.

        Always UTF-8 (RFC 8259), whatever the headers say.
        """
        try:
            return storable(json.loads(self.body.decode("utf-8-sig")))
        except (ValueError, RecursionError) as error:
            is_page = self.is_html or self.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
            raise BadAnswerError(BadAnswerError.HTML if is_page else BadAnswerError.NOT_JSON) from error

    @cached_property
    def _declared(self) -> Message:
        """The type that was declared, as browsers read several: the last one, with the charset of another like it.

        A server and a program behind it often declare the same type both (Fetch standard, 'extract a MIME type').
        """
        declared = Message()
        declared["Content-Type"] = "application/octet-stream"
        for said in self.headers.get_list("Content-Type", split_commas=True):
            message = Message()
            message["Content-Type"] = said
            is_same = message.get_content_type() == declared.get_content_type()
            if "/" in said.partition(";")[0] and not (is_same and message.get_param("charset") is None):
                declared = message
        return declared

    def _charset_within(self) -> str:
        """Return what the body says of itself; a text that can be read as such is not UTF-16."""
        start = self.body[:BYTES_OF_META]
        found = _META.search(_COMMENT.sub(b"", start)) if self.is_html else None
        found = found or _XML.match(start)
        name = charset_of(found[1].decode("ascii", errors="replace")) if found else ""
        return "utf-8" if name.startswith("utf-16") else name

    def _is_utf_8(self) -> bool:
        try:
            # The last character may be cut in two.
            codecs.getincrementaldecoder("utf-8")().decode(self.body, final=not self.is_cut)
        except UnicodeDecodeError:
            return False
        return True


def charset_of(label: str) -> str:
    """Return the name of Python's codec for a charset as pages name it, or '' where it is not one of the web."""
    try:
        name = codecs.lookup(label.strip(" \"'")).name
    except (LookupError, ValueError):
        return ""
    name = _MEANT.get(name, name)
    return name if name in _CHARSETS else ""


def make_conditions(etag: str, last_modified: str) -> dict[str, str]:
    """Return headers that ask for a page only if it is no longer the one with this ETag and date (RFC 9110, 13.1)."""
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in conditions.items() if value}


def storable(data: object, depth: int = 0) -> object:
    """Return data of JSON with U+FFFD for characters that no database keeps; raise RecursionError where it is deep."""
    if depth > DEPTH_OF_JSON:
        raise RecursionError
    match data:
        case str():
            return _UNKEPT.sub("\ufffd", data)
        case list():
            return [storable(item, depth + 1) for item in data]
        case Mapping():
            return {storable(name): storable(value, depth + 1) for name, value in data.items()}
    return data
