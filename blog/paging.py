"""Lists in pages, at a cost that does not depend on how long the list is."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from blog.prepared import Bound

# Three rows of a wide screen's grid, twice; a phone scrolls through it in half a minute.
PAGE_SIZE = 18

# No list is longer; a larger number would not fit the database's integers.
LAST_PAGE = 1_000_000


@dataclass(frozen=True)
class ListPage:
    """One page of a list: its items, its number (from 1), and whether there are others."""

    items: list
    number: int
    has_next: bool
    # What the next page begins with, where somebody asked the database for it.
    following: object | None = None

    def __iter__(self):
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def previous_number(self) -> int:
        return self.number - 1

    @property
    def next_number(self) -> int:
        return self.number + 1

    @property
    def has_others(self) -> bool:
        """Whether it takes links to other pages."""
        return self.has_previous or self.has_next


def page_number(request: HttpRequest, parameter: str = "page") -> int:
    """Return the number in ``?page=``, 1 without it; raise Http404 where it is nonsense.

    It is noted with the request, whose canonical address has it: of a page that asks for none, a number is no part.
    """
    text = request.GET.get(parameter, "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and 1 <= int(text) <= LAST_PAGE):
        raise Http404("No such page.")
    request.page_numbers = getattr(request, "page_numbers", {}) | {parameter: int(text)}
    return int(text)


def items_before(number: int, size: int = PAGE_SIZE) -> int:
    """Return how many items of a list stand on the pages before page ``number``."""
    return (number - 1) * size


def get_page(queryset: QuerySet | Bound, number: int, size: int = PAGE_SIZE, start: int | None = None) -> ListPage:
    """Return page ``number`` of a queryset; raise Http404 beyond its end.

    ``start`` is where the page begins in the queryset, if that begins later than the list. One row more than shown
    tells whether there is another page; nothing is counted, since a count looks at every row.
    """
    if start is None:
        start = items_before(number, size)
    items = list(queryset[start : start + size + 1])
    if not items and number > 1:
        raise Http404("No such page.")
    return ListPage(items[:size], number, len(items) > size, items[size] if len(items) > size else None)
