"""Which pages are measured, how, and what they may cost."""

import platform
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from statistics import median
from urllib.parse import urlencode

import django
from django.conf import settings

from config.bench.accepting import Accepting
from config.bench.desk import DeskPage
from config.bench.load import CONNECTIONS, Load
from config.bench.stack import BenchError, Stack
from config.bench.yardstick import COUNT_HEADER, yardstick_file
from demo.generating import MEASURED_ON, MEASURED_SLUGS

# Each page takes its turn so often, since a machine is never quiet for long; the median counts.
ROUNDS = 3
SECONDS_TO_WARM_UP = 1
# How often each page is fetched to count its queries.
FETCHES = 5

MEASURED_POSTS = [f"/blog/{MEASURED_ON:%Y/%m}/{slug}/" for slug in MEASURED_SLUGS]


@dataclass(frozen=True)
class Page:
    """A page that is measured, and the least share of its yardstick's requests per second that it must reach.

    The page of a long discussion has no share of its own: it is held against that of a short one.
    """

    name: str
    title: str
    path: str
    share: float | None


PAGES = (
    Page("home", "Home", "/", 1 / 5),
    Page("article", "The article of June 2016", "/blog/2016/06/president-numerique-bonne-idee-webinaire/", 1 / 4),
    Page("few", "Post with 4 comments", MEASURED_POSTS[0], 1 / 4),
    Page("many", "Post with 1,000 comments", MEASURED_POSTS[1], None),
    Page("list", "List, page 1", "/blog/", 1 / 5),
    Page("deep", "List, page 1,000", "/blog/?page=1000", 1 / 5),
    Page("category", "Category", "/categorie/economie-et-numerique/", 1 / 5),
    Page("tag", "Subject", "/sujet/cloud-computing/", 1 / 5),
    Page("author", "Author", "/auteurs/yann-gourvennec/", 1 / 5),
    Page("month", "Month", "/blog/2016/06/", 1 / 5),
    Page("discussed", "Most discussed", "/blog/les-plus-discutes/", 1 / 5),
    Page("series", "Series", "/series/ce-qui-reste-du-web/", 1 / 5),
    Page("everything", "Everything, by year", "/blog/archives/", 1 / 5),
    Page("year", "Everything of a year", "/blog/archives/2016/", 1 / 5),
    Page("tribunes", "Tribunes", "/tribunes/", 1 / 5),
    # Neither of them is what a person waits for.
    Page("feed", "Feed", "/blog/feed/", None),
    Page("feed-part", "Feed, a part of the archive", "/blog/feed/2016/06/1/", None),
    Page("sitemap", "Sitemap of a year", "/sitemap-posts-2016.xml", None),
)

# What readers type. The first word stands in nine of ten articles, and few have both of the two.
SEARCHES = tuple(
    Page(name, f"Search: {title}", f"/recherche/?{urlencode(asked)}", None)
    for name, title, asked in (
        ("search", "a common word", {"q": "question"}),
        ("search-two", "two words", {"q": "question souverain"}),
        ("search-rare", "a rare word", {"q": "autopsie"}),
        ("search-phrase", "a phrase of small words", {"q": "« de la »"}),
        ("search-without", "a phrase, without a word", {"q": "« de la » -question"}),
        ("search-name", "a name", {"q": "Yann Gourvennec"}),
        ("search-mistyped", "a mistyped word", {"q": "questoin"}),
        ("search-nothing", "nothing found", {"q": "xylophone introuvable"}),
        ("search-deep", "page 20", {"q": "question", "page": 20}),
        ("search-narrowed", "narrowed", {"q": "question", "year": 2020, "category": "carnets"}),
    )
)

# Pages of a discussion of 40,000: where it begins, on the page of its longest thread where that is 10,000 wide and
# where it is 10,000 deep, far down the discussion without what is folded, and as far as can be on the other ways.
ENDLESS = (
    Page("endless", "40,000 comments, page 1", MEASURED_POSTS[2], None),
    Page("wide", "… in a thread 10,000 wide", f"{MEASURED_POSTS[2]}?thread=1&comments=200", None),
    Page("chain", "… in a thread 10,000 deep", f"{MEASURED_POSTS[2]}?thread=1&comments=400", None),
    Page("end", "… page 400", f"{MEASURED_POSTS[2]}?comments=400", None),
    Page("newest", "… newest first, page 1,000", f"{MEASURED_POSTS[2]}?order=newest&comments=1000", None),
    Page("french", "… in French, page 800", f"{MEASURED_POSTS[2]}?language=fr&comments=800", None),
)

# Times a page may take longer than another.
ENDLESS_AGAINST_ARTICLE = 3
ACCEPTING_AGAINST_INSERT = 1 / 3
MANY_AGAINST_FEW = 3
DEEP_AGAINST_FIRST = 1.5
# Milliseconds of processor time, of web server and database together.
SEARCH_MS = 50
# Milliseconds until a page of the admin is there, and its queries.
DESK_MS = 300
DESK_QUERIES = 30
MEBIBYTES = 150


@dataclass
class Measured:
    """What was found out about one page; a list holds one number a round."""

    page: Page
    queries: int
    bytes: int
    bytes_gzip: int
    loads: list[Load] = field(default_factory=list)
    yardsticks: list[Load] = field(default_factory=list)
    processor_ms: list[float] = field(default_factory=list)
    yardstick_processor_ms: list[float] = field(default_factory=list)
    cached: Load | None = None

    @property
    def requests_per_second(self) -> float:
        return median(load.requests_per_second for load in self.loads)

    @property
    def share(self) -> float:
        """The share of the yardstick's requests per second that the page reaches, within a round."""
        return median(
            page.requests_per_second / yardstick.requests_per_second
            for page, yardstick in zip(self.loads, self.yardsticks, strict=True)
        )

    def times_slower_than(self, other: "Measured") -> float:
        """Return how many times as long as another page it takes, within a round."""
        return median(
            theirs.requests_per_second / ours.requests_per_second
            for ours, theirs in zip(self.loads, other.loads, strict=True)
        )

    def as_dict(self) -> dict:
        return {
            "path": self.page.path,
            "requests_per_second": round(self.requests_per_second, 1),
            "p50_ms": round(median(load.p50 for load in self.loads), 2),
            "p99_ms": round(median(load.p99 for load in self.loads), 2),
            "processor_ms": round(median(self.processor_ms), 2),
            "yardstick_processor_ms": round(median(self.yardstick_processor_ms), 2),
            "queries": self.queries,
            "bytes": self.bytes,
            "bytes_gzip": self.bytes_gzip,
            "share_of_yardstick": round(self.share, 3),
            "yardstick_requests_per_second": round(median(y.requests_per_second for y in self.yardsticks), 1),
            "cached_requests_per_second": round(self.cached.requests_per_second, 1) if self.cached else None,
            "rounds": {
                "page": [asdict(load) for load in self.loads],
                "yardstick": [asdict(y) for y in self.yardsticks],
            },
        }


@dataclass(frozen=True)
class Budget:
    """A limit, what was measured, and whether that is within it."""

    name: str
    limit: str
    measured: str
    is_met: bool


def look_at(stack: Stack, folder) -> list[Measured]:
    """Fetch each page once: count its queries, weigh it, and put its bytes where its yardstick finds them."""
    found = []
    for page in (*PAGES, *SEARCHES, *ENDLESS):
        answer = stack.fetch(page.path)
        if answer.status != 200:
            raise BenchError(f"{page.path} answers {answer.status}: is the demo large enough for it?")
        place = yardstick_file(folder, page.name)
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(answer.body)
        # A thread that answers for the first time asks its new connection a few things too.
        counts = [int(stack.fetch(page.path, **{COUNT_HEADER: "1"}).headers[COUNT_HEADER]) for _ in range(FETCHES)]
        squeezed = stack.fetch(page.path, **{"Accept-Encoding": "gzip"})
        found.append(Measured(page, min(counts), len(answer.body), len(squeezed.body)))
    return found


def measure(stack: Stack, found: list[Measured], load: Callable, seconds: int, say: Callable) -> None:
    """Load every page and its yardstick in turn, round after round."""
    for each in found:
        load(stack.url + each.page.path, SECONDS_TO_WARM_UP)
        load(stack.url + yardstick_path(each.page), SECONDS_TO_WARM_UP)
    for turn in range(ROUNDS):
        say(f"Round {turn + 1} of {ROUNDS} …")
        for each in found:
            result, milliseconds = loaded(stack, load, each.page.path, seconds)
            each.loads.append(result)
            each.processor_ms.append(milliseconds)
            result, milliseconds = loaded(stack, load, yardstick_path(each.page), seconds)
            each.yardsticks.append(result)
            each.yardstick_processor_ms.append(milliseconds)


def loaded(stack: Stack, load: Callable, path: str, seconds: int) -> tuple[Load, float]:
    """Load one address; return what was found, and the milliseconds of processor time that one request took."""
    before = stack.processor_seconds()
    result = load(stack.url + path, seconds)
    return result, 1000 * (stack.processor_seconds() - before) / max(1, result.requests)


def measure_cached(stack: Stack, found: list[Measured], load: Callable, seconds: int) -> None:
    """Load every page as it comes from the page cache."""
    for each in found:
        load(stack.url + each.page.path, SECONDS_TO_WARM_UP)
        each.cached = load(stack.url + each.page.path, seconds)


def yardstick_path(page: Page) -> str:
    return f"/yardstick/{page.name}/"


def judge(
    found: list[Measured], memory: dict[str, float], accepting: Accepting | None, desk: list[DeskPage]
) -> list[Budget]:
    """Hold what was measured against what it may be."""
    by_name = {each.page.name: each for each in found}
    many = by_name["many"].times_slower_than(by_name["few"])
    deep = by_name["deep"].times_slower_than(by_name["list"])
    total = sum(memory.values())
    article = by_name["article"]
    endless = [by_name[page.name] for page in ENDLESS]
    slowest = max(each.times_slower_than(article) for each in endless)
    queries = max(each.queries for each in endless)
    search = max(median(by_name[page.name].processor_ms) for page in SEARCHES)
    return [
        *(
            Budget(
                f"{each.page.title}, against its yardstick",
                f"≥ {each.page.share:.2f}",
                f"{each.share:.2f}",
                each.share >= each.page.share,
            )
            for each in found
            if each.page.share
        ),
        Budget("1,000 comments, against 4", f"≤ {MANY_AGAINST_FEW} ×", f"{many:.2f} ×", many <= MANY_AGAINST_FEW),
        Budget("Page 1,000, against page 1", f"≤ {DEEP_AGAINST_FIRST} ×", f"{deep:.2f} ×", deep <= DEEP_AGAINST_FIRST),
        Budget(
            "40,000 comments: slowest page, against the article",
            f"≤ {ENDLESS_AGAINST_ARTICLE} ×",
            f"{slowest:.2f} ×",
            slowest <= ENDLESS_AGAINST_ARTICLE,
        ),
        Budget(
            "40,000 comments: queries of a page, against 4",
            f"≤ {by_name['few'].queries}",
            f"{queries}",
            queries <= by_name["few"].queries,
        ),
        Budget("Search: processor time of any", f"≤ {SEARCH_MS} ms", f"{search:.0f} ms", search <= SEARCH_MS),
        *judge_desk(desk),
        *(judge_accepting(accepting) if accepting else ()),
        Budget("Memory of all processes", f"< {MEBIBYTES} MiB", f"{total:.0f} MiB", total < MEBIBYTES),
    ]


def judge_desk(desk: list[DeskPage]) -> list[Budget]:
    """Hold the slowest page of the admin, and that with most queries, against what any may take."""
    slowest = max(page.milliseconds for page in desk)
    queries = max(page.queries for page in desk)
    return [
        Budget("Admin: slowest page", f"≤ {DESK_MS} ms", f"{slowest:.0f} ms", slowest <= DESK_MS),
        Budget("Admin: most queries of a page", f"≤ {DESK_QUERIES}", f"{queries}", queries <= DESK_QUERIES),
    ]


def judge_accepting(accepting: Accepting) -> list[Budget]:
    """Hold the rate of accepting comments against its yardstick, and those that are kept against those sent."""
    # wrk ends its run while a few are under way: those were taken, and nobody waited for the answer.
    most = accepting.sent + ROUNDS * CONNECTIONS
    return [
        Budget(
            "Accepting a comment, against inserting a row",
            f"≥ {ACCEPTING_AGAINST_INSERT:.2f}",
            f"{accepting.share:.2f}",
            accepting.share >= ACCEPTING_AGAINST_INSERT,
        ),
        Budget(
            "Comments kept, of those acknowledged",
            f"≥ {accepting.sent}",
            f"{accepting.kept}",
            accepting.sent <= accepting.kept <= most,
        ),
    ]


def describe_machine(database: str) -> dict:
    """Return what numbers of two runs must have in common to be compared."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processors": settings.WEB_CONCURRENCY,
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": database.partition(":")[0] if database else f"SQLite {sqlite3.sqlite_version}",
    }
