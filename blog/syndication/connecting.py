"""The connection to another site: to the address that was checked, and with a deadline in each read.

A time-out of the usual kind begins anew with each byte, so that a server which sends one a second is waited for as long
as it likes. Here what is left of the whole is given to each operation.
"""

import socket
import ssl
from collections.abc import Iterable
from functools import cache
from time import monotonic

import httpcore2
import httpx2

from blog.syndication.addresses import resolve
from blog.syndication.errors import BadCertificateError, TooLargeError, TooSlowError, UnreachableError

# A server that exists answers in less, from anywhere; the rest of the time is for what it has to say.
SECONDS_TO_CONNECT = 8
# A name with more addresses than these is unlikely to be reached at the next one.
MOST_ADDRESSES = 4
# Browsers send and take 8 to 16 kB of headers; cookies and policies of large sites are within it.
LARGEST_HEAD = 64 * 1024

# OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED, _HOSTNAME_MISMATCH and _IP_ADDRESS_MISMATCH
_EXPIRED, _OTHER_NAME = {10}, {62, 64}


class Patience:
    """How much is still waited for in one fetch, with all its redirects."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.began = monotonic()
        self.begin_head()

    def begin_head(self) -> None:
        """Count from here on what the headers of the next answer weigh, until ``is_in_head`` is set to False."""
        self.is_in_head = True
        self.left_for_head = LARGEST_HEAD

    def left(self) -> float:
        """Return the seconds that are left, or raise TooSlowError."""
        left = self.began + self.seconds - monotonic()
        if left <= 0:
            raise TooSlowError(self.seconds)
        return left


class Stream(httpcore2.NetworkStream):
    """A connected socket that is not waited for beyond the deadline."""

    def __init__(self, connected: socket.socket, host: str, patience: Patience) -> None:
        self.socket = connected
        self.host = host
        self.patience = patience

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self.patience.is_in_head and self.patience.left_for_head <= 0:
            raise TooLargeError(LARGEST_HEAD)
        self.socket.settimeout(self.patience.left())
        try:
            data = self.socket.recv(max_bytes)
        except TimeoutError as error:
            raise TooSlowError(self.patience.seconds) from error
        except OSError as error:
            raise UnreachableError(UnreachableError.BROKEN_OFF) from error
        if self.patience.is_in_head:
            self.patience.left_for_head -= len(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        unsent = memoryview(buffer)
        while unsent:
            self.socket.settimeout(self.patience.left())
            try:
                unsent = unsent[self.socket.send(unsent) :]
            except TimeoutError as error:
                raise TooSlowError(self.patience.seconds) from error
            except OSError as error:
                # After this one httpcore2 reads the answer of a server that did not want to hear the end.
                raise httpcore2.WriteError(error) from error

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "Stream":
        self.socket.settimeout(self.patience.left())
        try:
            protected = ssl_context.wrap_socket(self.socket, server_hostname=server_hostname)
        except TimeoutError as error:
            raise TooSlowError(self.patience.seconds) from error
        except ssl.SSLCertVerificationError as error:
            raise BadCertificateError(_verdict(error.verify_code), host=self.host) from error
        except OSError as error:
            raise UnreachableError(UnreachableError.NO_PROTECTION) from error
        return Stream(protected, self.host, self.patience)

    def close(self) -> None:
        self.socket.close()

    def get_extra_info(self, info: str) -> object:
        return self.socket if info == "ssl_object" and isinstance(self.socket, ssl.SSLSocket) else None


def _verdict(code: int):
    if code in _EXPIRED:
        return BadCertificateError.EXPIRED
    return BadCertificateError.OTHER_NAME if code in _OTHER_NAME else BadCertificateError.words


class Backend(httpcore2.NetworkBackend):
    """Connects to where ``resolve()`` lets it, and to no other place."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> Stream:
        for number in resolve(host, port, self.patience.left())[:MOST_ADDRESSES]:
            seconds = min(SECONDS_TO_CONNECT, self.patience.left())
            # Not socket.create_connection(), which would ask the resolver again.
            connected = socket.socket(socket.AF_INET6 if ":" in number else socket.AF_INET)
            connected.settimeout(seconds)
            try:
                connected.connect((number, port))
            except OSError as error:
                connected.close()
                failure = error
                continue
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return Stream(connected, host, self.patience)
        if isinstance(failure, TimeoutError):
            raise TooSlowError(seconds) from failure
        raise UnreachableError from failure

    def connect_unix_socket(self, *_args, **_options) -> Stream:
        raise NotImplementedError


@cache
def tls_context() -> ssl.SSLContext:
    """Return what checks certificates and names, with the authorities that the system trusts."""
    return httpx2.create_ssl_context(trust_env=False)
