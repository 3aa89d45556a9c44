"""Any page of the admin takes at most 30 queries, and as many with much in the database as with little."""

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from config.bench.admin_pages import model_pages, own_pages, unknown_names
from tests.admin_pages import fill, narrowed

MOST_QUERIES = 30
# Rows of each kind at first, and then: more than are shown on one page of a form, less than on one of a list.
FEW, MANY = 3, 15


class AdminBudgetTests(TestCase):
    maxDiff = None

    @classmethod
    def setUpTestData(cls):
        cls.user = User.objects.create_superuser("eve", email="eve@example.org", password="x")

    def setUp(self):
        self.client.force_login(self.user)

    def test_each_address_is_known(self):
        self.assertEqual(unknown_names(), set(), "Say in config/bench/admin_pages.py what they are.")

    def count(self, page: str) -> tuple[int, int]:
        """Return the status of a page and the number of its queries, once what is kept in the process is known."""
        self.client.get(page)
        with CaptureQueriesContext(connection) as queries:
            response = self.client.get(page)
        return response.status_code, len(queries)

    def test_queries_are_few_and_constant(self):
        fill(1, FEW, self.user)
        pages = [*own_pages(self.user.username), *model_pages()]
        for page in model_pages():
            if page.count("/") == 4 and "?" not in page:
                response = self.client.get(page)
                changelist = (response.context or {}).get("cl")
                pages += [page + query for query in narrowed(changelist)] if changelist else []
        few = {page: self.count(page) for page in pages}
        fill(FEW, MANY, self.user)
        cache.clear()
        many = {page: self.count(page) for page in pages}
        failing = {page: status for page, (status, _count) in many.items() if status not in {200, 302, 403}}
        too_many = {page: count for page, (_status, count) in many.items() if count > MOST_QUERIES}
        growing = {
            page: (few[page][1], many[page][1]) for page in pages if many[page][1] > few[page][1] + ALLOWED.get(page, 0)
        }
        self.assertEqual((failing, too_many, growing), ({}, {}, {}))


# Where a part of the page is only asked for once there is something to show in it.
ALLOWED: dict[str, int] = {}
