"""Load made by wrk or hey, whichever is installed."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from config.bench.stack import BenchError

# Enough for both workers to be busy however the connections fall to them.
CONNECTIONS = 16
UNITS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}


@dataclass(frozen=True)
class Load:
    """What one run found. Latencies are in milliseconds, and include waiting behind the other connections."""

    requests: int
    requests_per_second: float
    p50: float
    p99: float


def find_generator(*, is_plain: bool) -> Callable[[str, int], Load]:
    """Return what loads an address for so many seconds; raise BenchError where there is nothing to do it with.

    It asks for compressed pages, as every browser does, unless ``is_plain``.
    """
    headers = [] if is_plain else ["-H", "Accept-Encoding: gzip"]
    for name, run in (("wrk", run_wrk), ("hey", run_hey)):
        if shutil.which(name):
            return partial(run, headers)
    raise BenchError("Neither wrk nor hey is on PATH. Install one of them: on Debian, apt-get install wrk.")


def run_wrk(headers: list[str], url: str, seconds: int) -> Load:
    """Load an address by wrk."""
    shape = ["--threads=1", f"--connections={CONNECTIONS}", f"--duration={seconds}s", "--timeout=30s", "--latency"]
    return read_wrk(url, run(["wrk", *shape, *headers, url]))


def read_wrk(url: str, output: str) -> Load:
    """Return what wrk says of a run; raise BenchError where not every answer was one."""
    if found := re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: .*", output):
        raise BenchError(f"{url} did not always answer: {found[0]}.")
    requests = int(search(r"(\d+) requests in", output))
    if not requests:
        raise BenchError(f"{url} did not answer in time: give it more --seconds, or a quieter machine.")
    return Load(
        requests=requests,
        requests_per_second=float(search(r"Requests/sec:\s+([\d.]+)", output)),
        p50=milliseconds(search(r"^\s+50%\s+(\S+)", output)),
        p99=milliseconds(search(r"^\s+99%\s+(\S+)", output)),
    )


def run_hey(headers: list[str], url: str, seconds: int) -> Load:
    """Load an address by hey, which is not to ask for compressed pages by itself, and so does not unpack them."""
    output = run(["hey", "-z", f"{seconds}s", "-c", str(CONNECTIONS), "-disable-compression", *headers, url])
    answers = {int(status): int(count) for status, count in re.findall(r"\[(\d+)\]\s+(\d+) responses", output)}
    if set(answers) != {200} or "Error distribution" in output:
        raise BenchError(f"{url} did not always answer: {answers or output}.")
    return Load(
        requests=answers[200],
        requests_per_second=float(search(r"Requests/sec:\s+([\d.]+)", output)),
        p50=1000 * float(search(r"50%+ in ([\d.]+) secs", output)),
        p99=1000 * float(search(r"99%+ in ([\d.]+) secs", output)),
    )


def run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BenchError(f"{command[0]} failed: {done.stderr or done.stdout}")
    return done.stdout


def search(pattern: str, output: str) -> str:
    found = re.search(pattern, output, re.MULTILINE)
    if not found:
        raise BenchError(f"The load generator said something else than expected:\n{output}")
    return found[1]


def milliseconds(text: str) -> float:
    """Return the milliseconds of wrk's ``1.25ms``, ``890.00us`` or ``1.02s``."""
    number, unit = re.fullmatch(r"([\d.]+)([a-z]+)", text).groups()
    return float(number) * UNITS[unit]
