"""The cache that processes share where there is no Redis."""

import os
import random
import time

from django.core.cache.backends import filebased

# Django lists the folder before anything is put in; with thousands there, that takes longer than making a page. So many
# more than there may be are no harm.
SETS_BETWEEN_LOOKS = 500

# What is small and often asked for, such as the footer, a process keeps for a few seconds while its file is the same:
# to look at the file takes a tenth of the time of reading it. Kept pages are larger.
LARGEST_KEPT = 4096
MOST_KEPT = 256
SECONDS_KEPT = 5


class FileCache(filebased.FileBasedCache):
    """Django's cache in files, which lists its folder now and then only, and reads small values less often.

    Nobody may change a value that it gave: somebody else gets the same. One that has expired is given for
    ``SECONDS_KEPT`` longer at most, one that was replaced or deleted never.
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.kept: dict[str, tuple[tuple, float, object]] = {}

    def get(self, key, default=None, version=None) -> object:
        name = self._key_to_file(key, version)
        try:
            file = os.stat(name)  # noqa: PTH116 (a Path takes longer to make than to ask)
        except OSError:
            return default
        # A new value is a new file; touch() writes into the old one.
        state = file.st_ino, file.st_mtime_ns, file.st_size
        kept_state, kept_until, value = self.kept.get(name, (None, 0, None))
        if kept_state == state and time.monotonic() < kept_until:
            return value
        value = super().get(key, default, version)
        if file.st_size <= LARGEST_KEPT and value is not default:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            self.kept[name] = state, time.monotonic() + SECONDS_KEPT, value
        return value

    def _cull(self) -> None:
        if random.randrange(SETS_BETWEEN_LOOKS) == 0:  # noqa: S311 (nothing secret depends on it)
            super()._cull()
