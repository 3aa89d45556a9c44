"""The one way to ask another site for something.

An address that somebody gave is dangerous to follow: it may lead into the network behind this machine, at once or after
a redirect, or to a server that never ends. So every request goes through ``fetch()``:

- to public addresses only (``addresses``), looked up once and connected to as they were looked up (``connecting``);
- through redirects one by one, each checked like the first, with nothing secret taken to another origin;
- for so many seconds in all, and so many bytes.

There are no cookies and no proxies, and the environment changes nothing. Each request has a connection of its own.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager

import httpcore2
import httpx2
from django.conf import settings

from blog.syndication.addresses import is_on_this_machine, names_loopback, origin_of, port_of, read_address
from blog.syndication.answers import Answer
from blog.syndication.connecting import Backend, Patience, tls_context
from blog.syndication.errors import (
    BadAnswerError,
    BadRedirectError,
    ForbiddenAddressError,
    TooLargeError,
    TooManyRedirectsError,
    UnprotectedError,
    UnreachableError,
)

# A slow WordPress on a shared host takes ten; a task that waits keeps others waiting.
SECONDS = 20
# Pages of a few hundred kB are usual; feeds that hold all articles of a blog take a few MB.
LARGEST_BODY = 4 * 1024 * 1024
# From http to https, with www or without, to the new address, to its language.
MOST_REDIRECTS = 5
# What is unpacked at a time.
PIECE = 64 * 1024

REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}
# Those that leave what is asked, and with it the body, as they were (RFC 9110, section 15.4).
REPEATING = {307, 308}
READING = {"GET", "HEAD"}

SECRET = {"authorization", "cookie", "proxy-authorization"}
# All that another origin is told of what the caller wants; what else a header holds may be meant for the first alone.
CARRIED = {"accept", "accept-language", "if-none-match", "if-modified-since", "user-agent"}

_LENGTH = re.compile("[0-9]{1,20}")


def user_agent() -> str:
    """Return who asks, so that the keeper of the other site knows and can turn to somebody."""
    return f"Tribune/{settings.VERSION} (+{settings.SITE_URL}/)"


def fetch(
    address: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    limit: int = LARGEST_BODY,
    is_cut: bool = False,
    **body,
) -> Answer:
    """Ask for an address and return what is answered there, whatever its status; raise a FetchError if nothing is.

    ``body`` is one of ``content`` (bytes), ``json``, ``data`` (a form) and ``files``, as httpx2 takes them. ``seconds``
    are for the whole, ``limit`` is in bytes; with ``is_cut`` what is longer is cut there instead of refused.

    GET and HEAD follow redirects. Of the other methods only those are followed that ask for the same again within the
    origin (307 and 308); what else is answered is returned. To another origin no header goes but ``CARRIED``.
    """
    patience = Patience(seconds)
    url = read_address(address)
    headers = httpx2.Headers(headers)
    has_secret = any(name in SECRET for name in headers)
    if has_secret and url.scheme != "https" and not is_on_this_machine(url.raw_host.decode(), port_of(url)):
        raise UnprotectedError
    asked, moved_to, is_moving = str(url), "", True
    for _redirect in range(MOST_REDIRECTS + 1):
        request = httpx2.Request(method, url, headers=_complete(headers), **body)
        with closing(_Exchange(request, patience)) as exchange:
            following = _following(url, method, exchange)
            if following is None:
                content, was_cut = exchange.read(limit, is_cut=is_cut)
                return Answer(asked, str(url), exchange.status, exchange.headers, content, moved_to, was_cut)
        if has_secret and url.scheme == "https" != following.scheme:
            raise BadRedirectError(BadRedirectError.UNPROTECTED)
        if origin_of(following) != origin_of(url):
            headers = httpx2.Headers([pair for pair in headers.items() if pair[0] in CARRIED])
        url = following
        is_moving = is_moving and exchange.status in PERMANENT
        moved_to = str(url) if is_moving else moved_to
    raise TooManyRedirectsError(MOST_REDIRECTS)


def _complete(headers: httpx2.Headers) -> httpx2.Headers:
    usual = {"accept": "*/*", "user-agent": user_agent()}
    # One connection a request. What is not compressed needs no guard against the little that becomes much.
    return httpx2.Headers(usual | dict(headers) | {"accept-encoding": "identity", "connection": "close"})


def _following(url: httpx2.URL, method: str, exchange: "_Exchange") -> httpx2.URL | None:
    """Return where a redirect leads that is to be followed, checked like any address; None where there is none."""
    location = exchange.headers.get("Location", "").strip()
    if exchange.status not in REDIRECTS or not location:
        return None
    if method not in READING and exchange.status not in REPEATING:
        return None
    try:
        # Many servers write spaces as they are.
        following = read_address(str(url.join(location.replace(" ", "%20"))))
    except (httpx2.InvalidURL, ValueError) as error:
        raise BadRedirectError from error
    except ForbiddenAddressError as error:
        # That it is to be mended is no word for who gave the address that leads there.
        if error.words is ForbiddenAddressError.UNREADABLE:
            raise BadRedirectError from error
        raise
    if names_loopback(following.raw_host.decode()) and not is_on_this_machine(url.raw_host.decode(), port_of(url)):
        # Where loopback may be asked at all, a site elsewhere still has no business there.
        raise ForbiddenAddressError
    return following if method in READING or origin_of(following) == origin_of(url) else None


class _Exchange:
    """One request and its answer, of which the head is read at once and the body by ``read()``."""

    def __init__(self, request: httpx2.Request, patience: Patience) -> None:
        url = request.url
        self.request = request
        self.patience = patience
        self.connection = httpcore2.HTTPConnection(
            httpcore2.Origin(url.raw_scheme, url.raw_host, port_of(url)),
            tls_context(),
            network_backend=Backend(patience),
        )
        patience.begin_head()
        with _in_our_words():
            self.response = self.connection.handle_request(
                httpcore2.Request(
                    request.method,
                    httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=port_of(url), target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.read(),
                )
            )
        patience.is_in_head = False
        self.status = self.response.status
        self.headers = httpx2.Headers(self.response.headers)
        if not 200 <= self.status <= 599:
            # 101 speaks another protocol from here on.
            self.close()
            raise BadAnswerError

    def read(self, limit: int, *, is_cut: bool) -> tuple[bytes, bool]:
        """Return the body, and whether it is cut after ``limit`` bytes; raise TooLargeError where it must not be."""
        if not is_cut and self._length_said() > limit:
            raise TooLargeError(limit)
        body = bytearray()
        with _in_our_words():
            for piece in _inflated(self.response.iter_stream(), self.headers.get("Content-Encoding", "")):
                self.patience.left()
                body += piece
                if len(body) > limit and not is_cut:
                    raise TooLargeError(limit)
                if len(body) > limit:
                    return bytes(body[:limit]), True
        return bytes(body), False

    def _length_said(self) -> int:
        """Return what the server says that the body weighs, 0 where it says nothing, or there is no body."""
        has_body = self.request.method != "HEAD" and self.status not in {204, 304}
        length = self.headers.get("Content-Length", "") if has_body else ""
        return int(length) if _LENGTH.fullmatch(length) else 0

    def close(self) -> None:
        self.connection.close()


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except httpcore2.RemoteProtocolError as error:
        raise BadAnswerError(may_pass=True) from error
    except httpcore2.NetworkError as error:
        raise UnreachableError(UnreachableError.BROKEN_OFF) from error


def _inflated(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield what a body holds, in pieces of bounded size: what is compressed though nobody asked for it as well."""
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        yield from pieces
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise BadAnswerError(BadAnswerError.COMPRESSED)
    unpack = None
    try:
        for piece in pieces:
            rest = piece
            while rest:
                unpack = unpack or zlib.decompressobj(_window(encoding, rest))
                yield unpack.decompress(rest, PIECE)
                rest = unpack.unconsumed_tail
                if unpack.eof:
                    # A gzip file may have several parts.
                    rest, unpack = unpack.unused_data, None
        if unpack:
            yield unpack.flush()
    except zlib.error as error:
        raise BadAnswerError(BadAnswerError.COMPRESSED) from error
    if unpack and not unpack.eof:
        raise BadAnswerError(BadAnswerError.CUT_SHORT, may_pass=True)


def _window(encoding: str, start: bytes) -> int:
    """Return how zlib is told the format: 'deflate' means zlib's, but some servers send it bare."""
    if encoding != "deflate":
        return 16 + zlib.MAX_WBITS
    return zlib.MAX_WBITS if start[0] & 0x0F == zlib.DEFLATED else -zlib.MAX_WBITS
