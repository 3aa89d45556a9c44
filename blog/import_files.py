"""Files that texts are imported from: Markdown, HTML, or an archive of either with its pictures.

Nothing of it is trusted: a file may be anything, an archive larger than it looks.
"""

import zipfile
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from posixpath import normpath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from blog.syndication.words import keep

MARKDOWN, HTML = "markdown", "html"
ENDINGS = {
    ".md": MARKDOWN, ".markdown": MARKDOWN, ".mdown": MARKDOWN, ".txt": MARKDOWN, ".html": HTML, ".htm": HTML,
    ".xhtml": HTML,
}  # fmt: skip
PICTURE_ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"}

# The longest article is far shorter; what word processors save as HTML carries its styles along.
LARGEST_TEXT = 4 * 1024 * 1024
# As large as a picture that is uploaded may be.
LARGEST_PICTURE = 20 * 1024 * 1024
# Of an archive, packed, unpacked, and how many files: what one request can carry.
LARGEST_ARCHIVE = 60 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_FILES = 1000
# So many texts at once: each is a post that somebody has to look at.
MOST_TEXTS = 100
# A text is compressed to a tenth; a hundredth is a trap.
MOST_DENSE = 200
# One in a hundred characters may be odd: more, and it is no text.
MOST_ODD = 0.01

TOO_LARGE = _("It is larger than %(limit)d MB.")
NO_TEXT_FILE = _("It is no text: Markdown or HTML is taken here.")
EMPTY = _("There is no text in it.")
BROKEN_ARCHIVE = _("This archive cannot be read: it is broken, or no ZIP.")
LOCKED_ARCHIVE = _("This archive has a password: nothing can be read of it.")
BOMB = _("This archive is larger than it looks: nothing was unpacked.")
NOTHING_IN_ARCHIVE = _("There is neither Markdown nor HTML in this archive.")
TOO_MANY_TEXTS = _("There are more than %(limit)d texts in it: divide it.")

NOT_UTF_8 = _("It is not in UTF-8: look at its accents.")


@dataclass
class Written:
    """A text as it was sent: its name, its words, and the files beside it by their paths."""

    name: str
    text: str
    kind: str
    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    notes: list[dict] = field(default_factory=list)


def read_upload(name: str, content: bytes) -> list[Written]:
    """Return the texts of a file: one, or those of an archive. Raise ValidationError where there is none to be read."""
    if zipfile.is_zipfile(BytesIO(content)) and content[:2] == b"PK":
        return read_archive(content)
    return [read_text_file(name, content)]


def read_text_file(name: str, content: bytes, files: dict[str, bytes] | None = None) -> Written:
    """Return a text of a file; raise ValidationError for what is none."""
    if len(content) > LARGEST_TEXT:
        raise ValidationError(TOO_LARGE, params={"limit": LARGEST_TEXT // 2**20})
    text, notes = decode(content)
    if not text.strip():
        raise ValidationError(EMPTY)
    return Written(name, text, kind_of(name, text), files or {}, notes)


def decode(content: bytes) -> tuple[str, list[dict]]:
    """Return bytes as text, and what is to be said of that; raise ValidationError where they are none."""
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    named = next((name for mark, name in marks if content.startswith(mark)), "utf-8")
    try:
        text, notes = content.decode(named), []
    except UnicodeDecodeError:
        text, notes = content.decode("cp1252", errors="replace"), [keep(NOT_UTF_8)]
    odd = sum(text.count(chr(code)) for code in range(32) if code not in (9, 10, 12, 13)) + text.count("\ufffd")
    if odd > MOST_ODD * len(text):
        raise ValidationError(NO_TEXT_FILE)
    return text, notes


def kind_of(name: str, text: str) -> str:
    """Return whether a text is Markdown or HTML: by the name of its file, or else by how it begins."""
    known = ENDINGS.get(PurePosixPath(name.lower()).suffix)
    if known:
        return known
    beginning = text.lstrip()[:200].lower()
    return HTML if beginning.startswith(("<!doctype html", "<html", "<p>", "<div", "<h1", "<article")) else MARKDOWN


def read_archive(content: bytes) -> list[Written]:
    """Return the texts of an archive, with the pictures in it; nothing is unpacked but what is small enough."""
    if len(content) > LARGEST_ARCHIVE:
        raise ValidationError(TOO_LARGE, params={"limit": LARGEST_ARCHIVE // 2**20})
    files = unpack(content)
    texts = {path: data for path, data in files.items() if PurePosixPath(path.lower()).suffix in ENDINGS}
    pictures = {path: data for path, data in files.items() if path not in texts}
    if not texts:
        raise ValidationError(NOTHING_IN_ARCHIVE)
    if len(texts) > MOST_TEXTS:
        raise ValidationError(TOO_MANY_TEXTS, params={"limit": MOST_TEXTS})
    return [read_text_file(path, data, pictures) for path, data in sorted(texts.items())]


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the texts and pictures of an archive by their paths; raise ValidationError for what is a trap."""
    wanted = ENDINGS.keys() | PICTURE_ENDINGS
    found: dict[str, bytes] = {}
    left = LARGEST_UNPACKED
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES:
                raise ValidationError(BOMB)
            for entry in entries:
                path = normpath("/" + entry.filename.replace("\\", "/")).lstrip("/")
                is_hidden = any(part.startswith((".", "__MACOSX")) for part in path.split("/"))
                if entry.is_dir() or is_hidden or PurePosixPath(path.lower()).suffix not in wanted:
                    continue
                if entry.flag_bits & 0x1:
                    raise ValidationError(LOCKED_ARCHIVE)
                if entry.file_size > min(left, LARGEST_PICTURE) or is_dense(entry):
                    raise ValidationError(BOMB)
                with archive.open(entry) as file:
                    # What it says of its size may not be true.
                    data = file.read(LARGEST_PICTURE + 1)
                left -= len(data)
                if len(data) > LARGEST_PICTURE or left < 0:
                    raise ValidationError(BOMB)
                found[path] = data
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
        zlib.error,
    ) as error:
        raise ValidationError(BROKEN_ARCHIVE) from error
    return found


def is_dense(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > 2**20 and entry.file_size > MOST_DENSE * max(entry.compress_size, 1)
