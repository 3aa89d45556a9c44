"""The web server: gunicorn, told in code what its command line would be told."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from gunicorn.app.base import BaseApplication

# Beyond this gunicorn answers 414 by itself; up to it the site does, with a page of its own.
LONGEST_REQUEST_LINE = 8190
SECONDS_FOR_A_PAGE = 30
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 (gunicorn makes an unnamed file there)


def open_listener(host: str, port: int) -> socket.socket:
    """Take the address before anything else is done, so that a taken one is told at once."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ImproperlyConfigured(f"HOST {host} is no address of this machine: {error.strerror}.") from error
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise ImproperlyConfigured(f"{host}, port {port}, cannot be listened at: {error.strerror}.") from error
    return listener


class WebServer(BaseApplication):
    """Gunicorn on a socket that is open already, with an application that is loaded already."""

    def __init__(self, application: Callable, listener: socket.socket, workers: int, announce: Callable[[], None]):
        self.application = application
        self.options = {
            "bind": f"fd://{listener.fileno()}",
            "workers": workers,
            # Threads, so that a browser's idle spare connection does not hold a worker.
            "worker_class": "gthread",
            "threads": 3,
            "preload_app": True,
            "proc_name": "tribune",
            "timeout": SECONDS_FOR_A_PAGE,
            "graceful_timeout": 5,
            "keepalive": 5,
            "limit_request_line": LONGEST_REQUEST_LINE,
            "limit_request_fields": 64,
            "worker_tmp_dir": str(SHARED_MEMORY) if os.access(SHARED_MEMORY, os.W_OK) else None,
            # It would be made in the home folder, which a service need not have.
            "control_socket_disable": True,
            "errorlog": "-",
            "loglevel": "warning",
            # The site reads X-Forwarded-Proto itself, and only behind a trusted proxy.
            "forwarded_allow_ips": "",
            "when_ready": lambda _: announce(),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable:
        return self.application
