"""Files of the storage as answers: whole, or the part that was asked for (RFC 9110, sections 13 and 14)."""

import re
from collections.abc import Iterator

from django.core.files.base import File
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

# So much of a file is in memory at a time.
PIECE = 64 * 1024

# A player asks for one part; several would need a format of their own, and could name the same bytes a thousand times.
_ONE_RANGE = re.compile(r"bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.IGNORECASE)
# No file has more bytes than this many digits say, and Python refuses to read a few thousand of them.
MOST_DIGITS = 18


class NotInFileError(ValueError):
    """A range that is written well and has no byte in the file."""


def read_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte that ``Range`` asks for of a file; None where it is to be ignored.

    Ignored is what is no range, or several of them; raise NotInFileError for one that lies outside the file.
    """
    found = _ONE_RANGE.fullmatch(header)
    if not found or found.groups() == ("", ""):
        return None
    first, last = (_number(digits) for digits in found.groups())
    if first is None:
        # The last so many bytes.
        first, last = max(0, size - last), size - 1
        if first > last:
            raise NotInFileError
        return first, last
    if last is not None and last < first:
        return None
    if first >= size:
        raise NotInFileError
    return first, size - 1 if last is None else min(last, size - 1)


def _number(digits: str) -> int | None:
    if not digits:
        return None
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= MOST_DIGITS else 10**MOST_DIGITS


class FilePart:
    """Some bytes of a file, read piece by piece as they are sent."""

    def __init__(self, file: File, first: int, length: int) -> None:
        self.file = file
        self.first = first
        self.length = length

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(self.first)
        left = self.length
        while left > 0 and (piece := self.file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece

    def close(self) -> None:
        self.file.close()


def answer_with_file(request: HttpRequest, file: File, *, modified_at: float, content_type: str) -> HttpResponse:
    """Return the answer to a request for a file: 200, 206, 304, 412 or 416; the file is closed with it.

    ``modified_at`` is a moment in seconds since 1970.
    """
    size = file.size
    etag = f'"{int(modified_at * 1000):x}-{size:x}"'
    known = {"ETag": etag, "Last-Modified": http_date(modified_at), "Accept-Ranges": "bytes"}
    conditional = get_conditional_response(request, etag=etag, last_modified=int(modified_at))
    if conditional is not None:
        file.close()
        if isinstance(conditional, HttpResponseNotModified):
            for name, value in known.items():
                conditional.headers[name] = value
        return conditional
    if request.method == "HEAD":
        # No range is defined for it.
        file.close()
        return HttpResponse(content_type=content_type, headers=known | {"Content-Length": str(size)})
    try:
        part = read_range(request.headers.get("range", ""), size) if _holds(request, etag, modified_at) else None
    except NotInFileError:
        file.close()
        return HttpResponse(
            status=416,
            headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"},
            content_type=content_type,
        )
    if part is None:
        return FileResponse(file, content_type=content_type, headers=known)
    first, last = part
    length = last - first + 1
    known |= {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(length)}
    return StreamingHttpResponse(FilePart(file, first, length), status=206, content_type=content_type, headers=known)


def _holds(request: HttpRequest, etag: str, modified_at: float) -> bool:
    """Say whether a range is wanted still: ``If-Range`` names the file of which somebody has the rest."""
    condition = request.headers.get("if-range", "").strip()
    if request.method != "GET":
        return False
    # A weak one (W/"…") never equals it.
    return not condition or condition == etag or parse_http_date_safe(condition) == int(modified_at)
