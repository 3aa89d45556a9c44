"""What every test stands on."""

import signal

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from tests.stack import running_site

# Who runs the tests in the background of a shell or under nohup ignores these, and what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Start `manage.py serve` with the demo, from nothing; one for all tests, so each leaves it as it found it.

    As if behind a proxy, which says from where a request comes: a test that writes comments can be somebody else.
    """
    with running_site(tmp_path_factory.mktemp("site"), from_nothing=True, TRUST_PROXY="yes") as site:
        yield site


@pytest.fixture(autouse=True)
def _same_start():
    """Begin each test in the site's first language, which the pages of the test before may have left, with no cache."""
    translation.activate(settings.LANGUAGE_CODE)
    cache.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what needs the stack or a browser, which comes last: its event loop stays in the process.

    Where tests are shared out, those of a file stay together, and so do those that need the one running site.
    """
    for item in items:
        for folder, mark in (("tests/site/", "stack"), ("tests/browser/", "browser")):
            if folder in item.path.as_posix():
                item.add_marker(mark)
        item.add_marker(
            pytest.mark.xdist_group("site" if "site" in item.fixturenames else item.nodeid.partition("::")[0])
        )
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
