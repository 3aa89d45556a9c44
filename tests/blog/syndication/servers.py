"""Servers of this machine that play other sites, as well and as badly as the tests want."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import SHUT_RDWR, create_server, socket
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from threading import Thread

from django.conf import settings
from django.test import override_settings


class Server:
    """One that plays a site at ``address``; ``requests`` holds what it was asked, head and body as they came."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.requests: list[str] = []


def http(body: bytes | str = b"", *, status: int = 200, **headers: str) -> bytes:
    """Return a whole answer; names of headers have '_' where they mean '-'."""
    body = body.encode() if isinstance(body, str) else body
    headers = {"Content_Type": "text/html; charset=utf-8", "Content_Length": str(len(body))} | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"HTTP/1.1 {status} So", *lines, "", ""]).encode("utf-8") + body


@contextmanager
def playing(
    answer: bytes | Callable[[str, socket], bytes | None], *, name: str = "127.0.0.1", tls: SSLContext | None = None
) -> Iterator[Server]:
    """Answer every request so: with bytes, or what a function of the request and its connection returns.

    It may be asked by ``name``, and nothing else of this machine may.
    """
    listening = create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = Server(f"{'https' if tls else 'http'}://{name}:{port}")

    def serve() -> None:
        while True:
            try:
                connection, _peer = listening.accept()
            except OSError:
                return
            Thread(target=talk, args=(connection,), daemon=True).start()

    def talk(connection: socket) -> None:
        with suppress(OSError, ValueError), connection:
            connection.settimeout(30)
            protected = tls.wrap_socket(connection, server_side=True) if tls else connection
            with protected:
                request = _request(protected)
                server.requests.append(request)
                said = answer(request, protected) if callable(answer) else answer
                protected.sendall(said or b"")

    Thread(target=serve, daemon=True).start()
    try:
        with override_settings(LOOPBACK_SERVERS=settings.LOOPBACK_SERVERS | {f"{name}:{port}"}):
            yield server
    finally:
        # It wakes who waits in accept(), and with that the port is free.
        listening.shutdown(SHUT_RDWR)
        listening.close()


def _request(connection: socket) -> str:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536) or b"\r\n\r\n"
        if not received[:1].isalpha():
            # TLS, which a server that knows none takes for a broken request.
            return ""
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]):
        body += connection.recv(65536)
    return (head + b"\r\n\r\n" + body).decode("utf-8", "replace")


def make_certificate(folder: Path, name: str) -> tuple[Path, SSLContext]:
    """Return the file of a certificate that signs itself, and what a server of that name needs to show it."""
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run(
        [*command, *subject, "-days", "2", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
        timeout=60,
    )
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context
