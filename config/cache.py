"""The cache that processes share where there is no Redis."""

import random

from django.core.cache.backends import filebased

# Django lists the folder before each page is put in; with thousands there, that takes longer than making the page.
SETS_BETWEEN_LOOKS = 50


class FileCache(filebased.FileBasedCache):
    """Django's cache in files, which looks now and then, not each time, whether it has become too large."""

    def _cull(self) -> None:
        if random.randrange(SETS_BETWEEN_LOOKS) == 0:  # noqa: S311 (nothing secret depends on it)
            super()._cull()
