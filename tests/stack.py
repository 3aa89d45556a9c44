"""Start the production stack as `make serve` does, on a free port, and end it."""

import atexit
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep

ROOT = Path(__file__).resolve().parents[1]
DATABASE = "tribune.sqlite3"
# A few, but on a machine that has much else to do.
SECONDS_TO_START = 300
SECONDS_TO_END = 15


class NotStartedError(Exception):
    """The site ended, or did not answer in time; the text is what it said."""


@dataclass(frozen=True)
class Site:
    """A running installation."""

    url: str
    data_dir: Path
    process: subprocess.Popen
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def account(self) -> dict:
        """The name and password of the demo's editor."""
        return json.loads((self.data_dir / "demo-account.json").read_text())

    def said(self) -> str:
        return (self.data_dir / "log").read_text()

    def fetch(self, path: str = "/healthz") -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=SECONDS_TO_END)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def site_environment(data_dir: Path, **settings: str) -> dict:
    """Return an environment with nothing of this shell's settings in it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    return kept | {"DATA_DIR": str(data_dir), "TRIBUNE_ENV_FILE": os.devnull} | settings


@cache
def migrated_database() -> Path:
    """Return an SQLite database with all tables and no rows of a publication; migrating takes most of a first start."""
    folder = Path(mkdtemp(prefix="tribune-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=site_environment(folder), check=True)
    # All of it in one file.
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    return folder / DATABASE


def give_database(data_dir: Path) -> None:
    """Put a migrated database into a folder that has none."""
    if not (data_dir / DATABASE).exists():
        shutil.copy(migrated_database(), data_dir / DATABASE)


@contextmanager
def running_site(data_dir: Path, *, from_nothing: bool = False, **settings: str) -> Iterator[Site]:
    """Start a site, wait until it answers, and end it afterwards if it still runs.

    A new one on SQLite begins with an empty database that is migrated already, unless it is to begin ``from_nothing``.
    """
    if not from_nothing and "DATABASE_URL" not in settings:
        give_database(data_dir)
    port = settings.setdefault("PORT", str(free_port()))
    with (data_dir / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=site_environment(data_dir, **settings),
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    site = Site(f"http://localhost:{port}", data_dir, process, settings)
    try:
        wait_until_it_answers(site)
        yield site
    finally:
        if process.poll() is None:
            try:
                site.stop()
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_it_answers(site: Site) -> None:
    deadline = monotonic() + SECONDS_TO_START
    while monotonic() < deadline and site.process.poll() is None:
        try:
            site.fetch()
        except OSError:
            sleep(0.05)
        else:
            return
    raise NotStartedError(site.said())
