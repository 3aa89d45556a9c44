"""What the index takes of something that can be found, and what a page shows of it: one shape for all kinds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise

from blog.models import Event, Post


@dataclass(frozen=True)
class Document:
    """Something that can be found, as the index takes it: the title weighs most, the body least.

    ``moment`` is when readers get it, and may be to come; ``year`` that which it is of, where it has no moment.
    ``names`` are words that it is found by and that need not
    stand in it: of its authors, subjects, partner. ``facets`` are words of ``blog.search.facets``. A ``discussion`` is
    named by the key of its original post; what is said in one is found while a version of the post is out.
    """

    kind: str
    key: int
    title: str = ""
    lead: str = ""
    names: str = ""
    body: str = ""
    moment: datetime | None = None
    year: int | None = None
    language: str = ""
    facets: tuple[str, ...] = ()
    discussion: int | None = None


@dataclass
class Found:
    """Something that was found, as a page shows it. Words are marked in ``title`` and in the best of its texts.

    ``texts`` were typeset when they were saved, each passage in its language; ``typed`` ones are still to be.
    """

    kind: str
    label: str | Promise
    url: str
    title: str
    texts: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    language: str = ""
    # That of its texts, where its page is in the reader's language, whichever its title is in.
    text_language: str = ""
    at: datetime | None = None
    writers: list[str] = field(default_factory=list)
    # Whose marks stand beside it (``blog/_marks.html``), and whose category above it.
    post: Post | None = None
    # When and where it is.
    event: Event | None = None
    # The title of what it is said about, and in which language that is.
    about: str = ""
    about_language: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of thing that can be found. An app that has some registers it with ``register()``.

    ``number`` is its own, for good, and below 8. ``documents`` returns what may stand in the index of some keys:
    nothing of what readers may never see. ``show`` returns, by key, what they may see of them now. ``rows`` are all
    that may be indexed; ``said_in``, of what readers say, those of some discussions.
    """

    name: str
    number: int
    is_text: bool
    documents: Callable[[list[int]], Iterable[Document]]
    show: Callable[[list[int]], dict[int, Found]]
    rows: Callable[[], QuerySet]
    said_in: Callable[[Iterable[int]], QuerySet] | None = None


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Have things of a kind found."""
    KINDS[kind.name] = kind
