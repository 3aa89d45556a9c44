"""What a reader's browser has to fetch, against the budgets of the design."""

import gzip
import re

from django.contrib.staticfiles import finders
from django.test import TestCase

from tests.factories import make_comment, make_post

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
KIB = 1024


class WeightTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_comment(make_post())

    def linked(self, pattern: str) -> list[str]:
        page = self.client.get(POST).content.decode()
        return re.findall(rf'/static/({pattern})"', page)

    def test_style_sheets_of_a_post_stay_within_their_budget(self):
        names = with_imports(self.linked(r"css/[^\"]+\.css"))
        self.assertGreater(len(names), 8)
        self.assertLessEqual(zipped(names), 14 * KIB)

    def test_scripts_of_a_post_stay_within_their_budget(self):
        self.assertLessEqual(zipped(self.linked(r"js/[^\"]+\.js")), 8 * KIB)

    def test_typefaces_stay_within_150_kilobytes(self):
        names = ["newsreader", "newsreader-italic", "bricolage"]
        sizes = [len(read(f"fonts/{name}.woff2")) for name in names]
        self.assertLessEqual(sum(sizes), 150_000)

    def test_two_typefaces_at_most_are_asked_for_beforehand(self):
        self.assertLessEqual(len(self.linked(r"fonts/[^\"]+\.woff2")), 2)


def read(name: str) -> bytes:
    with open(finders.find(name), "rb") as file:  # noqa: PTH123 (the finder gives a name)
        return file.read()


def with_imports(names: list[str]) -> list[str]:
    """Return style sheets, and those that they import, which stand in their place once they are collected."""
    names = [*names]
    for name in names:
        names += [f"css/{part}" for part in re.findall(r'@import url\("([^"]+)"\)', read(name).decode())]
    return names


def zipped(names: list[str]) -> int:
    return sum(len(gzip.compress(read(name))) for name in names)
