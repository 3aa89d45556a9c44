"""A text with its pictures as one file: for a person who puts it up by hand."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _

from authors.slugs import make_slug
from blog.syndication.packaging import Package, Picture, canonical_line
from pictures.renditions import RENDITION_WIDTHS, rendition_name

# As wide as any blog shows a picture, on a screen of twice the points; what is wider is sent as its widest rendition.
WIDEST = 2560
# Read and sent at a time: the whole is never held.
PIECE = 64 * 1024
NAME_LENGTH = 40

# Where the template has a line that says nothing here.
_EMPTY_LINES = re.compile(r"\n{3,}")
_EXTENSION = re.compile(r"\.(jpe?g|png|webp|avif|gif)$", re.IGNORECASE)


class _Sink:
    """Takes what a ZipFile writes, for a generator to hand on. It cannot be gone back in, as no connection can."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def archive_name(package: Package) -> str:
    """Return the name of the file."""
    return f"{make_slug(package.slug, 80) or 'text'}.zip"


def make_archive(package: Package) -> Iterator[bytes]:
    """Return the bytes of the file, a piece at a time; its words are in the language that is active now."""
    pictures = list(_named(package.pictures))
    names = {picture.address: f"pictures/{name}" for picture, name, _stored in pictures}
    texts = {
        _("README.txt"): _readme(package, names),
        "text.html": _page(package, names),
        "text.txt": f"{package.title}\n\n{package.text}\n",
    }
    folder = make_slug(package.slug, 80) or "text"
    made_at = timezone.localtime(timezone.now(), timezone.get_default_timezone())
    return _zipped(folder, texts, pictures, made_at)


def _zipped(
    folder: str, texts: dict[str, str], pictures: list[tuple[Picture, str, str]], made_at: datetime
) -> Iterator[bytes]:
    sink = _Sink()
    with ZipFile(sink, "w") as archive:
        for name, text in texts.items():
            yield from _entry(archive, sink, f"{folder}/{name}", [text.encode()], made_at, ZIP_DEFLATED)
        for _picture, name, stored in pictures:
            # Pictures are as small as they get.
            yield from _entry(archive, sink, f"{folder}/pictures/{name}", _read(stored), made_at, ZIP_STORED)
    yield sink.take()


def _entry(
    archive: ZipFile, sink: _Sink, name: str, content: Iterable[bytes], made_at: datetime, compression: int
) -> Iterator[bytes]:
    info = ZipInfo(name, made_at.timetuple()[:6])
    info.compress_type = compression
    # Readable for everybody, a file of its own for whoever unpacks it.
    info.external_attr = 0o644 << 16
    with archive.open(info, "w") as entry:
        for piece in content:
            entry.write(piece)
            yield sink.take()


def _read(stored: str) -> Iterator[bytes]:
    with default_storage.open(stored) as file:
        yield from iter(lambda: file.read(PIECE), b"")


def _named(pictures: list[Picture]) -> Iterator[tuple[Picture, str, str]]:
    """Yield each picture that is still there, with a name of its own and that of the file to send."""
    seen = set()
    for picture in pictures:
        stored = _stored_name(picture)
        if picture.address in seen or not default_storage.exists(stored):
            continue
        seen.add(picture.address)
        extension = _EXTENSION.search(stored)
        words = make_slug(picture.alt, NAME_LENGTH) or "picture"
        yield picture, f"{len(seen):02}-{words}{extension[0].lower() if extension else ''}", stored


def _stored_name(picture: Picture) -> str:
    rendition = rendition_name(picture.file, RENDITION_WIDTHS[-1], "webp")
    return rendition if picture.width > WIDEST and default_storage.exists(rendition) else picture.file


def _page(package: Package, names: dict[str, str]) -> str:
    """Return the text as a page of its own, which shows the pictures beside it."""
    html = package.article_html
    for address, name in names.items():
        html = html.replace(f'src="{escape(address)}"', f'src="{name}"')
    return (
        f'<!doctype html>\n<html lang="{package.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(package.title)}</title>\n</head>\n<body>\n<h1>{escape(package.title)}</h1>\n"
        f"{html}\n</body>\n</html>\n"
    )


def _readme(package: Package, names: dict[str, str]) -> str:
    pictures = [(names[picture.address], picture) for picture in package.pictures if picture.address in names]
    context = {
        "package": package,
        "canonical": canonical_line(package),
        "pictures": pictures,
        "site": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    return _EMPTY_LINES.sub("\n\n", render_to_string("blog/hand_over/readme.txt", context))
