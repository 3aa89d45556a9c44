"""Run the whole of Tribune: web server and background worker, in production or in development."""

import gc
import os
import sys
from functools import partial
from importlib import import_module
from socket import socket

from django.conf import settings
from django.core.management.base import BaseCommand
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.template import engines
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation

from config import installation
from config.background import run_worker
from config.supervisor import Role, Supervisor, run_apart, say
from config.web import WebServer, reserve_address


class Command(BaseCommand):
    help = "Prepare the installation, then run the web server and the background worker until told to stop."
    # A page that cannot be made is told by the tests; starting is to be quick.
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("--dev", action="store_true", help="reload on changes, with DEBUG (“make dev”)")

    def handle(self, *, dev: bool, **options) -> None:
        reservation = reserve_address(settings.HOST, settings.PORT)
        # The demo's texts and pictures would otherwise stay in the memory of every process to come.
        run_apart(installation.prepare)
        announce = partial(self.announce, installation.find_demo_editor())
        if dev:
            reservation.close()
            announce()
            roles = development_roles()
        else:
            application = load_everything()
            server = WebServer(application, reservation, settings.WEB_CONCURRENCY, announce)
            roles = [
                Role("The web server", server.run, is_vital=True),
                Role("The background worker", partial(work_beside, reservation), is_vital=False),
            ]
        connections.close_all()
        gc.collect()
        gc.freeze()
        sys.exit(Supervisor(roles).run())

    def announce(self, account: installation.Account | None) -> None:
        """Tell where the site is, and how to enter the admin."""
        lines = [
            "",
            f"  The site      {settings.SITE_URL}/",
            f"  In English    {settings.SITE_URL}/en/",
            f"  The admin     {settings.SITE_URL}/admin/",
        ]
        if account:
            lines += [f"  Demo editor   {account.username}", f"  Password      {account.password}"]
        say("\n".join([*lines, "", "Ctrl-C stops it."]))


def work_beside(reservation: socket) -> None:
    """Run the worker, without the web server's address: it must be free when the web server has ended."""
    reservation.close()
    run_worker()


def load_everything():
    """Load what a page needs before the processes part, so that they share its memory and none is slow at first."""
    application = get_wsgi_application()
    import_module(settings.ROOT_URLCONF)
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            get_resolver().reverse_dict  # noqa: B018 (filled at first use)
            translation.gettext("")
    for name in engines["readers"].env.list_templates():
        get_template(name)
    folder = settings.BASE_DIR / "templates"
    for path in (folder / "admin").rglob("*.html"):
        get_template(str(path.relative_to(folder)))
    return application


def development_roles() -> list[Role]:
    """Return Django's own server and a worker, each in a process that begins again when code changes."""
    address = f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"
    environment = os.environ | {"DEBUG": "1"}

    def command(*arguments: str) -> None:
        os.execve(sys.executable, [sys.executable, "manage.py", *arguments], environment)  # noqa: S606

    return [
        Role("The web server", partial(command, "runserver", "--skip-checks", address), is_vital=True),
        Role("The background worker", partial(command, "background", "--reload"), is_vital=False),
    ]
