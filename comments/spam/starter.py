"""What a new site knows of spam: comments of both kinds that were written for this, read when first needed."""

import json
from collections.abc import Collection, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path

from django.core.cache import cache as shared

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


@cache
def starter_counts() -> Counts:
    """Return the counts of the starter set; a process makes them once.

    Counting takes seconds, for which somebody may wait who sends a comment: what was counted is kept for all processes.
    """
    key = f"spam-starter-{edition()}"
    kept = shared.get(key)
    if kept is None:
        kept = vars(count_starter(starter_rows()))
        shared.set(key, kept, None)
    return Counts(**kept)


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


def edition() -> str:
    """Return what is another with another starter set, or where its comments are read in another way."""
    files = [STARTER_SET, *sorted(STARTER_SET.parent.glob("*.py"))]
    return blake2b(b"".join(path.read_bytes() for path in files), digest_size=8).hexdigest()
