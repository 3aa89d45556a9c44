"""What a new site knows of spam: comments of both kinds that were written for this, read when first needed."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from functools import cache
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings

from comments.models.spam import TOTALS
from comments.spam.bayes import Counts
from comments.spam.words import Facts, tokenise

STARTER_SET = Path(__file__).parent / "starter.jsonl"
# Another one, never learnt from: by it anybody can see how a new site judges.
KEPT_APART = Path(__file__).parent / "kept-apart.jsonl"


def read_labelled(path: Path) -> list[tuple[Facts, bool]]:
    """Read comments and whether each is spam, from a JSON object a line: text, name, email, site, label.

    The label is ‘spam’ or ‘ham’. Raises ValueError that names the line which is something else.
    """
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            label, text = row["label"], row["text"]
            if label not in ("spam", "ham") or not isinstance(text, str):
                raise ValueError(label)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}, line {number}: not a labelled comment ({error!r}).") from error
        columns = {name: str(row.get(name) or "") for name in ("name", "email", "site")}
        rows.append((Facts(text=text, **columns), label == "spam"))
    return rows


def count_words(rows: Collection[tuple[Facts, bool]]) -> Counts:
    """Return the counts of labelled comments."""
    counts = Counts()
    for facts, is_spam in rows:
        counts.add(tokenise(facts), is_spam=is_spam)
    return counts


def starter_rows() -> list[tuple[Facts, bool]]:
    """Read the starter set; it is part of the program."""
    return read_labelled(STARTER_SET)


def starter_counts(tokens: Collection[str]) -> Counts:
    """Return what the starter set says about these tokens.

    It stands counted in a file, since counting takes seconds, for which somebody may wait who sends a comment, and
    holding all of it takes memory in each process.
    """
    places = ",".join("?" * len(tokens))
    with closing(sqlite3.connect(f"{counted_starter().as_uri()}?mode=ro", uri=True)) as kept:
        rows = kept.execute(f"SELECT token, spam, ham FROM counts WHERE token IN ({places})", list(tokens))  # noqa: S608
        by_token = {token: (spam, ham) for token, spam, ham in rows}
        spam_total, ham_total = kept.execute("SELECT spam, ham FROM counts WHERE token = ?", [TOTALS]).fetchone()
    return Counts(
        spam={token: spam for token, (spam, _) in by_token.items()},
        ham={token: ham for token, (_, ham) in by_token.items()},
        spam_total=spam_total,
        ham_total=ham_total,
    )


def counted_starter() -> Path:
    """Return the file with the counts of the starter set, made if it is not there.

    Two processes may make it at the same time; the last one's takes the place of the other's, which is the same.
    """
    file = settings.DATA_DIR / "cache" / f"spam-starter-{edition()}.sqlite3"
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        counts = count_starter(starter_rows())
        with NamedTemporaryFile(dir=file.parent, prefix="spam-starter-", delete=False) as new:
            write_counts(counts, Path(new.name))
        for former in file.parent.glob("spam-starter-*.sqlite3"):
            former.unlink(missing_ok=True)
        Path(new.name).replace(file)
    return file


def write_counts(counts: Counts, file: Path) -> None:
    """Write counts where ``starter_counts()`` looks them up."""
    rows = {token: (counts.spam.get(token, 0), counts.ham.get(token, 0)) for token in {*counts.spam, *counts.ham}}
    rows[TOTALS] = (counts.spam_total, counts.ham_total)
    with closing(sqlite3.connect(file)) as made, made:
        made.execute("CREATE TABLE counts (token TEXT PRIMARY KEY, spam INTEGER, ham INTEGER) WITHOUT ROWID")
        made.executemany("INSERT INTO counts VALUES (?, ?, ?)", ((token, *pair) for token, pair in rows.items()))


def count_starter(rows: Collection[tuple[Facts, bool]]) -> Counts:
    """Return the counts of a starter set, less the pairs of words that were met once: most of them, and by chance."""
    counts = count_words(rows)
    counts.spam, counts.ham = without_rare_pairs(counts.spam, counts), without_rare_pairs(counts.ham, counts)
    return counts


def without_rare_pairs(tokens: Mapping[str, int], counts: Counts) -> dict[str, int]:
    """Return the counts of one kind that are kept."""
    return {
        token: count
        for token, count in tokens.items()
        if " " not in token or counts.spam.get(token, 0) + counts.ham.get(token, 0) > 1
    }


@cache
def edition() -> str:
    """Return what is another with another starter set, or where its comments are read in another way."""
    files = [STARTER_SET, *sorted(STARTER_SET.parent.glob("*.py"))]
    return blake2b(b"".join(path.read_bytes() for path in files), digest_size=8).hexdigest()
