"""How static files are collected: a style sheet that imports others becomes one file."""

import re
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT = re.compile(r'^@import url\("([\w-]+\.css)"\);$', re.MULTILINE)


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Put what a style sheet imports from its own folder in the place of the import, before names get their hash.

    So a page asks for a file or two where the source has one for each component, and DEBUG, which collects nothing,
    shows the same through the browser's own imports.
    """

    def post_process(self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **options) -> Iterator[tuple]:
        """Yield (name, name with hash, whether it was processed or the exception) of each file, as Django wants it."""
        joined = InMemoryStorage()
        for name in [name for name in paths if name.endswith(".css")]:
            source = _read(paths, name)
            text = _join(paths, name, source)
            if text != source:
                joined.save(name, ContentFile(text.encode()))
                paths[name] = (joined, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)


def _join(paths: dict[str, tuple[Storage, str]], name: str, source: str) -> str:
    folder = name.rpartition("/")[0]

    def read_part(found: re.Match) -> str:
        part = f"{folder}/{found[1]}".lstrip("/")
        return _join(paths, part, _read(paths, part)) if part in paths else found[0]

    return _IMPORT.sub(read_part, source)


def _read(paths: dict[str, tuple[Storage, str]], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode()
