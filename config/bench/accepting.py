"""How many comments a second are accepted, against how many rows a bare view inserts in the same stack.

Each comment comes from an address of its own, with a text of its own, through every check; the judging of those that
came before goes on in the background meanwhile. It runs on a copy of the data, which is thrown away.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from config.bench.load import CONNECTIONS, Load, read_wrk, run
from config.bench.stack import BenchError, Stack
from demo.generating import MEASURED_SLUGS

# wrk says what each request is by a script; the numbers make every sender and every text another one.
SCRIPT = """
local count = 0
function request()
  count = count + 1
  -- In each round an address of its own in a network of its own: no limit is reached, and no form was sent before.
  local sender = string.format("%d.%d.%d.@SENDER@", 10 + count / 65536, count / 256 % 256, count % 256)
  local body = "name=Marthe&email=&site=&website=&follow=&stamp=@STAMP@&text=Je+reviens+sur+le+point+" .. count ..
    "+de+cet+article+que+j%27ai+lu+@TURN@+fois"
  return wrk.format("POST", "@PATH@", {
    ["Content-Type"] = "application/x-www-form-urlencoded", ["X-Forwarded-For"] = sender, ["Host"] = "@HOST@",
  }, body)
end
"""
BARE = "/yardstick-insert/"

# The post that the comments are sent to: that with four, whose form is open.
TAKES_COMMENTS = MEASURED_SLUGS[0]


@dataclass
class Accepting:
    """What was found: the two loads of each round, and how many comments there were afterwards."""

    comments: list[Load] = field(default_factory=list)
    inserts: list[Load] = field(default_factory=list)
    kept: int = 0

    @property
    def sent(self) -> int:
        """How many comments were acknowledged."""
        return sum(load.requests for load in self.comments)

    @property
    def share(self) -> float:
        """The share of the bare view's requests per second, within a round."""
        pairs = zip(self.comments, self.inserts, strict=True)
        return median(comment.requests_per_second / insert.requests_per_second for comment, insert in pairs)

    def as_dict(self) -> dict:
        return {
            "comments_per_second": round(median(load.requests_per_second for load in self.comments), 1),
            "inserts_per_second": round(median(load.requests_per_second for load in self.inserts), 1),
            "share": round(self.share, 3),
            "acknowledged": self.sent,
            "kept": self.kept,
        }


def can_be_measured() -> bool:
    """Say whether there is wrk: hey sends the same body again and again."""
    return shutil.which("wrk") is not None


@contextmanager
def thrown_away(folder: Path) -> Iterator[Path]:
    """Yield a copy of a DATA_DIR with its database."""
    with TemporaryDirectory(prefix="tribune-bench-") as name:
        copy = Path(name) / "data"
        shutil.copytree(folder, copy)
        yield copy


def measure_accepting(stack: Stack, path: str, seconds: int, rounds: int) -> Accepting:
    """Send comments to the post at ``path``, and rows to the bare view, in turn."""
    found = Accepting()
    page = stack.fetch(path).body.decode()
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)
    action = re.search(r'action="([^"#]+/)#comment-form"', page)
    if not stamp or not action:
        raise BenchError(f"{path} has no form for comments.")
    for turn in range(rounds):
        found.inserts.append(send(stack, BARE, seconds, stamp="", turn=turn))
        found.comments.append(send(stack, action[1], seconds, stamp=stamp[1], turn=turn))
    return found


def send(stack: Stack, path: str, seconds: int, *, stamp: str, turn: int) -> Load:
    """Load an address with forms."""
    host = stack.url.partition("//")[2]
    words = {"STAMP": stamp.replace(":", "%3A"), "PATH": path, "HOST": host, "TURN": str(turn), "SENDER": str(turn + 1)}
    script = SCRIPT
    for name, value in words.items():
        script = script.replace(f"@{name}@", value)
    with TemporaryDirectory(prefix="tribune-bench-") as folder:
        place = Path(folder) / "form.lua"
        place.write_text(script)
        shape = ["--threads=1", f"--connections={CONNECTIONS}", f"--duration={seconds}s", "--timeout=30s", "--latency"]
        return read_wrk(stack.url + path, run(["wrk", *shape, "--script", str(place), stack.url]))
