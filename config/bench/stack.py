"""The production stack, on a scratch database with the large demo."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

from django.conf import settings

# What the rows of the large demo are made by: when one of these changes, it is made anew.
MADE_BY = (
    "demo",
    "authors/migrations",
    "blog/migrations",
    "blog/body.py",
    "blog/search",
    "blog/typography.py",
    "comments/migrations",
    "comments/text.py",
    "pictures",
)
SECONDS_TO_START = 60
SECONDS_TO_END = 15
KIBIBYTE = 1024


class BenchError(Exception):
    """Something without which nothing can be measured; the text says what."""


@dataclass(frozen=True)
class Answer:
    """What the site answered to one request."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Stack:
    """The processes of a running site."""

    url: str
    process: subprocess.Popen
    # The process of the database, where that is a server on this machine.
    database_pid: int = 0

    def fetch(self, path: str, **headers: str) -> Answer:
        """Ask for one page; raise OSError while nobody answers."""
        request = urllib.request.Request(self.url + path, headers=headers)  # noqa: S310 (our own address)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return Answer(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read())

    def pids(self) -> list[int]:
        """Return the process of the site and all that it started."""
        return family_of(self.process.pid)

    def processor_seconds(self) -> float:
        """Return the processor time that all processes, the database's too, have taken so far."""
        ticks = 0
        for pid in [*self.pids(), *(family_of(self.database_pid) if self.database_pid else ())]:
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            # PostgreSQL looks through a large table with several processes, which then are no more.
            ticks += sum(map(int, fields[11:15] if pid == self.database_pid else fields[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> dict[str, float]:
        """Return the proportional memory of each process in MiB; what is shared counts once."""
        found = {}
        for pid in self.pids():
            try:
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            except OSError:
                continue
            kibibytes = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            found[str(pid)] = round(kibibytes / KIBIBYTE, 1)
        return found


def family_of(pid: int) -> list[int]:
    """Return a process and all that it started."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name of the program, in parentheses, may hold anything.
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def find_database(folder: Path, **variables: str) -> int:
    """Return the process that all of the database's were started by; 0 where none of them is on this machine."""
    if "DATABASE_URL" not in variables:
        return 0
    query = "from django.db import connection as c; c.ensure_connection(); pid = c.connection.info.backend_pid; "
    query += "print(open(f'/proc/{pid}/stat').read().rpartition(')')[2].split()[1])"
    try:
        return int(manage(folder, "shell", "--no-imports", "-c", query, **variables).split()[-1])
    except BenchError:
        return 0


def prepare_data(posts: int, comments: int, say) -> Path:
    """Return a DATA_DIR with the large demo: that of an earlier run, unless what makes it has changed."""
    shelf = settings.BASE_DIR / "build" / "bench"
    digest = digest_of_sources()
    folder = shelf / f"{posts}-{comments}-{digest}"
    if (folder / "is-complete").exists():
        return folder
    for old in shelf.glob("*"):
        if old == folder or not old.name.endswith(digest):
            shutil.rmtree(old)
    folder.mkdir(parents=True)
    say(f"Making {posts:,} posts and {comments:,} comments; they are kept in build/bench for the next time …")
    load_demo(folder, posts, comments)
    (folder / "is-complete").touch()
    return folder


def load_demo(folder: Path, posts: int, comments: int, **variables: str) -> None:
    """Fill an empty database, and make the pictures in all their widths."""
    manage(folder, "migrate", "--verbosity=0", **variables)
    manage(folder, "demo", f"--posts={posts}", f"--comments={comments}", **variables)
    manage(folder, "db_worker", "--batch", "--verbosity=0", **variables)


def manage(folder: Path, *arguments: str, **variables: str) -> str:
    """Run a command of the site on the scratch database; return what it says."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment(folder, **variables),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"manage.py {arguments[0]} failed:\n{done.stderr}{done.stdout}")
    return done.stdout


def count_comments(folder: Path, slug: str, **variables: str) -> int:
    """Return how many comments there are on a post."""
    query = f"from comments.models import Comment; print(Comment.objects.filter(post__slug={slug!r}).count())"
    return int(manage(folder, "shell", "--no-imports", "-c", query, **variables).split()[-1])


def digest_of_sources() -> str:
    """Return a digest of all that makes the rows of the large demo."""
    digest = sha256()
    for name in MADE_BY:
        place = settings.BASE_DIR / name
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.suffix in {".py", ".toml"}:
                digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """Return an environment that holds nothing of this shell's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    return kept | {"DATA_DIR": str(folder), "DEMO": "no", "TRIBUNE_ENV_FILE": os.devnull} | variables


@contextmanager
def running_stack(folder: Path, **variables: str) -> Iterator[Stack]:
    """Start the site as `make serve` does, on a free port, and end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables |= {"PORT": str(port), "DJANGO_SETTINGS_MODULE": "config.bench.settings"}
    log = folder / "bench.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=settings.BASE_DIR,
            env=environment(folder, **variables),
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    stack = Stack(f"http://localhost:{port}", process, find_database(folder, **variables))
    try:
        wait_until_it_answers(stack, log)
        yield stack
    finally:
        process.terminate()
        try:
            process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_it_answers(stack: Stack, log: Path) -> None:
    deadline = monotonic() + SECONDS_TO_START
    while monotonic() < deadline and stack.process.poll() is None:
        try:
            stack.fetch("/healthz")
        except OSError:
            sleep(0.05)
        else:
            return
    raise BenchError(f"The site did not start:\n{log.read_text(errors='replace')}")
