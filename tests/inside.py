"""A shell within a running installation: code that a test has run there, by the settings of that site."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stack import ROOT, site_environment

# It answers each line of code, in base64, with a line of JSON: what the code put into "answer", or how it failed.
_LOOP = """
import base64, json, sys, traceback
for line in sys.stdin:
    names = {}
    try:
        exec(base64.b64decode(line).decode(), names)
        said = {"answer": names.get("answer")}
    except Exception:
        said = {"error": traceback.format_exc()}
    print(json.dumps(said, default=str), flush=True)
"""


class Shell:
    """Runs code within an installation, one piece after the other, in one process."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process

    def run(self, code: str) -> object:
        """Run code and return what it calls ``answer``; raise AssertionError where it fails."""
        self.process.stdin.write(base64.b64encode(code.encode()) + b"\n")
        self.process.stdin.flush()
        said = json.loads(self.process.stdout.readline() or '{"error": "The shell has ended."}')
        if "error" in said:
            raise AssertionError(said["error"])
        return said["answer"]


@contextmanager
def shell_inside(data_dir: Path, **settings: str) -> Iterator[Shell]:
    """Start a shell with the settings of an installation, and end it afterwards."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "-v0", "-c", _LOOP],
        cwd=ROOT,
        env=site_environment(data_dir, **settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield Shell(process)
    finally:
        process.stdin.close()
        process.wait(timeout=20)
        process.stdout.close()


def worker_of(data_dir: Path) -> int:
    """Return the number of the process that runs the tasks of an installation; 0 while none does."""
    inode = (data_dir / "worker.lock").stat().st_ino
    for line in Path("/proc/locks").read_text().splitlines():
        fields = line.split()
        if "->" not in fields and "FLOCK" in fields and fields[5].rpartition(":")[2] == str(inode):
            return int(fields[4])
    return 0


def children_of(pid: int) -> set[int]:
    """Return the processes that a process has started and that are alive."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return found
