"""Speed, weight and validity of each page of each engine."""

import json
import subprocess
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from statistics import median
from types import SimpleNamespace

import httpx2

from config.bench.load import read_wrk
from config.bench.stack import Stack
from tests.site.test_validity import JAR
from tests.stack import ROOT
from tests.versus.engines import Engine
from tests.wordpress import find_program

ROUNDS = 3
CONNECTIONS = 4
SECONDS_TO_WARM_UP = 1
FETCHES = 3
GZIP = {"Accept-Encoding": "gzip"}


@dataclass
class Speed:
    """What the rounds found of one page; a number a round."""

    per_second: list[float] = field(default_factory=list)
    median_ms: list[float] = field(default_factory=list)
    processor_ms: list[float] = field(default_factory=list)

    def as_dict(self) -> dict:
        return {name: round(median(numbers), 2) for name, numbers in vars(self).items()} | {"rounds": vars(self)}


def processor_seconds(engine: Engine) -> float:
    """Return the processor time of an engine with its database so far; nginx is not in it."""
    return sum(Stack(engine.url, SimpleNamespace(pid=each.pid)).processor_seconds() for each in engine.processes)


def measure_speed(engines: list[Engine], seconds: int, say) -> dict[str, dict[str, dict]]:
    """Load each page of each engine, one after the other, round after round."""
    names = list(engines[0].pages)
    found = {engine.name: {name: Speed() for name in names if name in engine.pages} for engine in engines}
    for engine in engines:
        for path in engine.pages.values():
            load(engine.url + path, SECONDS_TO_WARM_UP)
    for turn in range(ROUNDS):
        say(f"Round {turn + 1} of {ROUNDS} …")
        for name, engine in product(names, engines):
            if name not in engine.pages:
                continue
            before = processor_seconds(engine)
            result = load(engine.url + engine.pages[name], seconds)
            taken = processor_seconds(engine) - before
            speed = found[engine.name][name]
            speed.per_second.append(result.requests_per_second)
            speed.median_ms.append(result.p50)
            speed.processor_ms.append(1000 * taken / max(1, result.requests))
    return {engine: {name: speed.as_dict() for name, speed in pages.items()} for engine, pages in found.items()}


def load(url: str, seconds: int):
    shape = ["--threads=1", f"--connections={CONNECTIONS}", f"--duration={seconds}s", "--timeout=30s", "--latency"]
    command = ["wrk", *shape, "-H", "Accept-Encoding: gzip", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return read_wrk(url, done.stdout)


def look_at(engines: list[Engine], folder: Path) -> dict[str, dict[str, dict]]:
    """Weigh each page, count its queries, and have its HTML checked."""
    found = {}
    for engine in engines:
        found[engine.name] = {}
        for name, path in engine.pages.items():
            with httpx2.Client(timeout=60) as client:
                plain = client.get(engine.url + path, headers={"Accept-Encoding": "identity"})
                plain.raise_for_status()
                with client.stream("GET", engine.url + path, headers=GZIP) as answer:
                    squeezed = sum(map(len, answer.iter_raw()))
            place = folder / "pages" / engine.slug / f"{name}.html"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(plain.content)
            (place.parent / f"{name}.headers").write_text(str(plain.headers.multi_items()))
            found[engine.name][name] = {
                "path": path,
                "bytes": len(plain.content),
                "gzip": squeezed,
                "queries": count_queries(engine, path),
            }
    faults = find_faults(folder / "pages")
    for engine, name in product(engines, engines[0].pages):
        if faults is not None and name in engine.pages and name != "feed":
            found[engine.name][name]["vnu"] = faults[f"{engine.slug}/{name}.html"]
    return found


def count_queries(engine: Engine, path: str) -> int | None:
    """Return the queries of a page: the least of some fetches, since others may have a background."""
    counts = []
    for _ in range(FETCHES):
        if engine.database:
            before = selects(engine.database)
            httpx2.get(engine.url + path, timeout=60)
            counts.append(selects(engine.database) - before)
        elif engine.count_header:
            answer = httpx2.get(engine.url + path, headers={engine.count_header: "1"}, timeout=60)
            counts.append(int(answer.headers[engine.count_header]))
    return min(counts) if counts else None


def selects(socket: Path) -> int:
    """Return how many SELECTs a MariaDB has answered so far."""
    statement = "SHOW GLOBAL STATUS LIKE 'Com_select'"
    command = [find_program("mariadb"), "--no-defaults", f"--socket={socket}", "--batch", "-N", "-e", statement]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1])


def find_faults(folder: Path) -> dict[str, Counter] | None:
    """Return what the Nu HTML checker calls an error in each page, and how often; None where it is not installed."""
    if not JAR.exists():
        return None
    pages = [str(path) for path in sorted(folder.glob("*/*.html")) if path.stem != "feed"]
    options = ["--format", "json", "--stdout", "--exit-zero-always", "--errors-only"]
    command = ["java", "-jar", str(JAR), *options, *pages]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    faults = defaultdict(Counter)
    for each in json.loads(done.stdout)["messages"]:
        faults["/".join(each["url"].rsplit("/", 2)[1:])][each["message"]] += 1
    return faults
