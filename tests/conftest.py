"""What every test stands on."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _empty_cache():
    yield
    cache.clear()


def pytest_collection_modifyitems(items):
    """Mark what lies in tests/browser, and let it come last: its event loop stays in the process."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
