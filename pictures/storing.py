"""Files that are named by what is in them: written once, whole, and never changed."""

from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.crypto import get_random_string


def store(storage: Storage, name: str, content: bytes | File) -> str:
    """Save `content` under `name` unless it is there already; return the name in storage.

    Nobody ever sees half a file: an object store puts a file whole or not at all; on a
    file system it is written beside its place and moved there.
    """
    if storage.exists(name):
        return name
    file = ContentFile(content) if isinstance(content, bytes) else content
    if not isinstance(storage, FileSystemStorage):
        return storage.save(name, file)
    partial = storage.save(f"{name}.{get_random_string(8)}.part", file)
    Path(storage.path(partial)).replace(storage.path(name))
    return name
