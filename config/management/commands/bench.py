"""Measure the production stack under load; docs/benchmarks.md says how to read the numbers."""

import json
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.bench import accepting, measuring
from config.bench.accepting import Accepting
from config.bench.desk import DeskPage, measure_desk
from config.bench.load import find_generator
from config.bench.stack import BenchError, count_comments, load_demo, prepare_data, running_stack
from config.supervisor import say

# As many pages of the admin are named.
SLOWEST = 8


class Command(BaseCommand):
    help = "Start the production stack on a large demo, load it, and hold what is found against the budgets."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--posts", type=int, default=50_000)
        parser.add_argument("--comments", type=int, default=500_000)
        parser.add_argument("--seconds", type=int, default=3, help="of each run; each page has six")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there as well")
        parser.add_argument("--database", default="", metavar="URL", help="an empty database, instead of SQLite")
        parser.add_argument("--plain", action="store_true", help="ask for pages as no browser does, not compressed")
        parser.add_argument("--strict", action="store_true", help="end with 1 where a budget is not met")

    def handle(self, *, posts, comments, seconds, json, database, plain, strict, **options) -> None:
        try:
            load = find_generator(is_plain=plain)
            with scratch(posts, comments, database) as (folder, variables):
                with running_stack(folder, PAGE_CACHE="no", **variables) as stack:
                    found = measuring.look_at(stack, folder)
                    measuring.measure(stack, found, load, seconds, say)
                    memory = stack.memory()
                    say("And the admin …")
                    desk = measure_desk(stack, folder, **variables)
                say("And once from the page cache …")
                with running_stack(folder, PAGE_CACHE="yes", **variables) as stack:
                    measuring.measure_cached(stack, found, load, seconds)
                accepted = self.measure_accepting(folder, variables, seconds)
        except BenchError as error:
            raise CommandError(str(error)) from error
        budgets = measuring.judge(found, memory, accepted, desk)
        self.show(found, memory, accepted, desk, budgets)
        if json:
            numbers = measuring.describe_machine(database) | {"posts": posts, "comments": comments, "is_plain": plain}
            write(json, numbers, found, memory, accepted, desk, budgets)
        if strict and not all(budget.is_met for budget in budgets):
            sys.exit(1)

    def measure_accepting(self, folder: Path, variables: dict, seconds: int) -> Accepting | None:
        """Measure how comments are accepted, on data that is thrown away; None where there is nothing to do it with."""
        if not accepting.can_be_measured():
            say("Accepting comments is not measured: that takes wrk.")
            return None
        say("And accepting comments …")
        slug, path = accepting.TAKES_COMMENTS, measuring.MEASURED_POSTS[0]
        with accepting.thrown_away(folder) as copy:
            before = count_comments(copy, slug, **variables)
            with running_stack(copy, PAGE_CACHE="yes", TRUST_PROXY="yes", **variables) as stack:
                found = accepting.measure_accepting(stack, path, seconds, measuring.ROUNDS)
            found.kept = count_comments(copy, slug, **variables) - before
        return found

    def show(self, found: list, memory: dict, accepted: Accepting | None, desk: list[DeskPage], budgets: list) -> None:
        """Print what a person wants to know."""
        row = "{:27} {:>7} {:>8} {:>8} {:>9} {:>8} {:>8} {:>8} {:>10} {:>6} {:>9}".format
        titles = (
            "",
            "req/s",
            "p50 ms",
            "p99 ms",
            "proc. ms",
            "queries",
            "bytes",
            "gzip",
            "yardstick",
            "share",
            "cached/s",
        )
        lines = ["", row(*titles)]
        for each in found:
            numbers = each.as_dict()
            lines.append(
                row(
                    each.page.title,
                    f"{numbers['requests_per_second']:.0f}",
                    f"{numbers['p50_ms']:.1f}",
                    f"{numbers['p99_ms']:.1f}",
                    f"{numbers['processor_ms']:.1f}",
                    each.queries,
                    each.bytes,
                    each.bytes_gzip,
                    f"{numbers['yardstick_requests_per_second']:.0f}",
                    f"{each.share:.2f}",
                    f"{each.cached.requests_per_second:.0f}",
                )
            )
        if accepted:
            numbers = accepted.as_dict()
            lines += [
                "",
                f"Comments accepted: {numbers['comments_per_second']:.0f} a second; "
                f"rows inserted by a bare view: {numbers['inserts_per_second']:.0f} a second",
            ]
        lines += ["", f"The slowest of {len(desk)} pages of the admin:"]
        lines += [f"{page.milliseconds:7.0f} ms {page.queries:3} queries  {page.path}" for page in desk[:SLOWEST]]
        lines += ["", f"Proportional memory of {len(memory)} processes: {sum(memory.values()):.0f} MiB", ""]
        for budget in budgets:
            verdict = "pass" if budget.is_met else "FAIL"
            lines.append(f"{verdict}  {budget.name:52} {budget.measured:>9}   {budget.limit}")
        self.stdout.write("\n".join(lines))


@contextmanager
def scratch(posts: int, comments: int, database: str):
    """Yield a DATA_DIR and the variables that lead to a database with the large demo."""
    if not database:
        yield prepare_data(posts, comments, say), {}
        return
    with tempfile.TemporaryDirectory(prefix="tribune-bench-") as name:
        variables = {"DATABASE_URL": database}
        say(f"Making {posts:,} posts and {comments:,} comments …")
        load_demo(Path(name), posts, comments, **variables)
        yield Path(name), variables


def write(
    place: Path,
    numbers: dict,
    found: list,
    memory: dict,
    accepted: Accepting | None,
    desk: list[DeskPage],
    budgets: list,
) -> None:
    """Write everything that was found as JSON."""
    numbers |= {
        "pages": {each.page.name: each.as_dict() for each in found},
        "memory_mib": {"total": round(sum(memory.values()), 1), "processes": memory},
        "accepting": accepted and accepted.as_dict(),
        "desk": [page.as_dict() for page in desk],
        "budgets": [vars(budget) for budget in budgets],
    }
    place.write_text(json.dumps(numbers, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
