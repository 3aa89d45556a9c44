"""Check that every text of the interface is translated: python -m tests.translations

Nothing fuzzy, nothing empty, no sign of French behind a space at which a line may break, and, where gettext is
installed, nothing missing and nothing that is no longer used.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = Path("locale/fr/LC_MESSAGES/django.po")
# Mails, programs and the admin show these texts as they are: no typography is put in afterwards.
BREAKING_SPACE = re.compile(r" [:;!?»](?!\S)|« ")
# The command by which `make messages` collects.
COLLECT = ("makemessages", "--locale", "fr", "--no-obsolete", "--verbosity", "0")


def read_messages(path: Path) -> dict:
    """Return the messages of a catalogue by context and text."""
    with path.open("rb") as file:
        return {(message.context, message.id): message for message in read_po(file) if message.id}


def find_unfinished(messages: dict) -> list[str]:
    complaints = []
    for (_, text), message in messages.items():
        translations = message.string if isinstance(message.string, tuple | list) else [message.string]
        if message.fuzzy:
            complaints.append(f"fuzzy: {text}")
        if not all(translations):
            complaints.append(f"not translated: {text}")
        if any(BREAKING_SPACE.search(translation) for translation in translations):
            complaints.append(f"a sign behind a space that breaks: {text}")
        complaints += [f"{error}: {text}" for error in message.check()]
    return complaints


def find_out_of_date(messages: dict) -> list[str]:
    """Collect the texts anew in a copy of the files that are not ignored, and return what differs."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tribune"
        listing = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout
        for name in names.decode().split("\0"):
            if name.endswith((".py", ".html", ".txt", ".xml", ".po")) and (ROOT / name).exists():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, copy / name)
        environment = os.environ | {"DATA_DIR": str(Path(folder) / "data")}
        subprocess.run([sys.executable, "manage.py", *COLLECT], cwd=copy, env=environment, check=True)
        collected = read_messages(copy / CATALOGUE)
    missing = [f"not in the catalogue: {text}" for context, text in collected.keys() - messages.keys()]
    unused = [f"no longer used: {text}" for context, text in messages.keys() - collected.keys()]
    return missing + unused


def main() -> str | None:
    messages = read_messages(ROOT / CATALOGUE)
    complaints = find_unfinished(messages)
    if shutil.which("xgettext"):
        complaints += find_out_of_date(messages)
    if complaints:
        return "\n".join([f"{CATALOGUE}:", *sorted(complaints), "“make messages” collects them."])
    return None


if __name__ == "__main__":
    sys.exit(main())
