"""What a new site knows of spam: comments of both kinds that were written for this, read when first needed."""

import json
from collections.abc import Collection
from functools import cache
from pathlib import Path

from comments.spam.bayes import Counts
from comments.spam.words import Facts, digest_text, tokenise

STARTER_SET = Path(__file__).parent / "starter.jsonl"

# A decision of the site's own moderators says twice as much about the site as a comment of the starter set.
STARTER_WEIGHT = 0.5


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


def count_words(rows: Collection[tuple[Facts, bool]], *, without: Collection[str] = ()) -> Counts:
    """Return the counts of labelled comments, leaving out those whose text has one of these digests."""
    counts = Counts()
    for facts, is_spam in rows:
        if not without or digest_text(facts.text) not in without:
            counts.add(tokenise(facts), is_spam=is_spam)
    return counts


@cache
def starter_rows() -> list[tuple[Facts, bool]]:
    """Return the starter set; it is part of the program."""
    return read_labelled(STARTER_SET)


@cache
def starter_counts() -> Counts:
    """Return the counts of the starter set; a process makes them once."""
    return count_words(starter_rows())
