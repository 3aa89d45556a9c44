"""The demo publication as it is served, walked over once for all tests of this folder."""

from dataclasses import dataclass

import pytest

from tests.site.crawling import Answer, Reader
from tests.site.kinds import fetch_kind, find_requests


@dataclass(frozen=True)
class Publication:
    """What the running site answered: everything that links lead to, and one page of each kind."""

    reader: Reader
    answers: dict[str, Answer]
    kinds: dict[tuple[str, str], Answer]

    def __getitem__(self, path: str) -> Answer:
        return self.answers[path]

    @property
    def pages(self) -> list[Answer]:
        """Every page that can be reached by links, error pages included."""
        return [answer for answer in self.answers.values() if answer.is_html]

    @property
    def all_pages(self) -> list[Answer]:
        """Those, and the pages that no link leads to; not the admin's, which Django wrote."""
        others = [answer for (kind, _), answer in self.kinds.items() if kind != "admin-login"]
        return self.pages + [answer for answer in others if answer.path not in self.answers]


@pytest.fixture(scope="session")
def publication(site):
    with Reader(site.url) as reader:
        requests = find_requests(site, reader)
        answers = reader.crawl("/", "/en/")
        kinds = {key: fetch_kind(reader, request, key[1]) for key, request in requests.items()}
        yield Publication(reader, answers, kinds)
