"""How long editors wait for the pages of the admin, with all of the large demo in the database."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from lxml import html

from blog.models import Post
from config.bench.admin_pages import first_row, model_pages, own_pages
from config.bench.stack import BenchError, Stack, manage
from config.bench.yardstick import COUNT_HEADER
from demo.generating import MEASURED_SLUGS

NAME = "bench"
# Each page is asked for so often once it is warm; what else the machine does makes a page slower, and none quicker.
FETCHES = 3
# Of each filter of a list.
CHOICES = 2

OPEN = "import json; from config.bench.desk import open_desk; print(json.dumps(open_desk()))"


@dataclass(frozen=True)
class DeskPage:
    """What a page of the admin took: milliseconds from the request to the whole answer, and queries."""

    path: str
    milliseconds: float
    queries: int

    def as_dict(self) -> dict:
        return asdict(self) | {"milliseconds": round(self.milliseconds, 1)}


def measure_desk(stack: Stack, folder: Path, **variables: str) -> list[DeskPage]:
    """Ask for every page of the admin, and for the lists in the orders and with the filters that they offer."""
    desk = json.loads(manage(folder, "shell", "--no-imports", "-v0", "-c", OPEN, **variables))
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={desk['session']}", COUNT_HEADER: "1"}
    waiting, found = list(desk["pages"]), {}
    while waiting:
        path = waiting.pop(0)
        if path in found:
            continue
        answer = stack.fetch(path, **headers)
        if answer.status >= 500:
            raise BenchError(f"{path} answers {answer.status}.")
        seconds = []
        for _ in range(FETCHES):
            start = perf_counter()
            answer = stack.fetch(path, **headers)
            seconds.append(perf_counter() - start)
        found[path] = DeskPage(path, 1000 * min(seconds), int(answer.headers[COUNT_HEADER]))
        if answer.status == 200 and "?" not in path:
            waiting += (path + query for query in offered(answer.body))
    return sorted(found.values(), key=lambda page: -page.milliseconds)


def open_desk() -> dict:
    """Log somebody in who may do everything; return the key of the session and the addresses of all pages."""
    user = User.objects.filter(username=NAME).first() or User.objects.create_superuser(NAME)
    client = Client()
    client.force_login(user)
    pages = [*own_pages(NAME), *model_pages(_rows)]
    return {"session": client.cookies[settings.SESSION_COOKIE_NAME].value, "pages": list(dict.fromkeys(pages))}


def _rows(model: type[Model]) -> Iterable[Model]:
    """Return the first row and the last, and the posts with the longest discussions."""
    yield from first_row(model)
    yield from model._default_manager.order_by("-pk")[:1]
    if model is Post:
        yield from Post.objects.filter(slug__in=MEASURED_SLUGS)


def offered(body: bytes) -> Iterator[str]:
    """Yield queries that a list has links with: each order, some choices of each filter, the last page."""
    page = html.fromstring(body)
    ways = [
        *(heading.xpath(".//a/@href")[:1] for heading in page.xpath("//table[@id='result_list']/thead//th")),
        *(choices.xpath(".//a/@href")[1 : 1 + CHOICES] for choices in page.xpath("//*[@id='changelist-filter']//ul")),
        page.xpath("//*[contains(@class, 'toplinks')]//a/@href")[:1],
        page.xpath("//*[contains(@class, 'paginator')]//a/@href")[-1:],
    ]
    for way in ways:
        yield from (str(address) for address in way if address.startswith("?") and len(address) > 1)
