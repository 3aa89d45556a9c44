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


def reserve_address(host: str, port: int) -> socket.socket:
    """Take the address before anything else is done, so that a taken one is told at once.

    Nobody listens at the socket that this returns. It keeps the address for the workers, who listen each at one of
    their own (SO_REUSEPORT), so that the system shares connections out to them: at one that they had in common, the
    first to wake up takes nearly all and the other processor does nothing.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        probe, reservation = (socket.socket(family, kind, protocol) for _ in range(2))
    except OSError as error:
        raise ImproperlyConfigured(f"HOST {host} is no address of this machine: {error.strerror}.") from error
    try:
        # The first is refused what another program, or another Tribune, listens at; the second would share it.
        for each in (probe, reservation):
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with probe:
            probe.bind(address)
        reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reservation.bind(address)
    except OSError as error:
        reservation.close()
        raise ImproperlyConfigured(f"{host}, port {port}, cannot be listened at: {error.strerror}.") from error
    return reservation


class WebServer(BaseApplication):
    """Gunicorn at an address that is reserved already, with an application that is loaded already."""

    def __init__(self, application: Callable, reservation: socket.socket, workers: int, announce: Callable[[], None]):
        self.application = application
        host, port = reservation.getsockname()[:2]
        self.options = {
            "bind": f"[{host}]:{port}" if reservation.family == socket.AF_INET6 else f"{host}:{port}",
            "reuse_port": True,
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
            # The first worker of all, which listens by now.
            "post_worker_init": lambda worker: announce() if worker.age == 1 else None,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable:
        return self.application
