"""Many posts filed otherwise: under other categories, tags, authors, another event.

What is asked for names rows as a revision does, ``{"id": …, "name": …}``.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop

from blog.revising import BYLINE, keys

# What is added to, and taken out of.
ADDED = {"add_categories": "categories", "add_tags": "tags", "add_authors": BYLINE}
REMOVED = {"remove_categories": "categories", "remove_tags": "tags", "remove_authors": BYLINE}
ROWS = {"main": "category", "event": "event"}

NO_MAIN = gettext_noop("It would be left without its main category, “%(name)s”: give it another.")
NO_AUTHOR = gettext_noop("It would be left without an author.")


def alter(content: dict, asked: dict) -> dict:
    """Return a content filed as it was asked for; raise ValidationError where that leaves something out it needs."""
    after = dict(content)
    for name, target in ROWS.items():
        if asked.get(name):
            after[target] = asked[name]
    if asked.get("clear_event"):
        after["event"] = None
    for name, target in REMOVED.items():
        gone = set(keys(asked.get(name, ())))
        after[target] = [row for row in after[target] if row["id"] not in gone]
    for name, target in ADDED.items():
        present = set(keys(after[target]))
        after[target] = [*after[target], *[row for row in asked.get(name, ()) if row["id"] not in present]]
    main = after["category"]
    if main and main["id"] in keys(asked.get("remove_categories", ())):
        raise ValidationError(NO_MAIN, params={"name": main["name"]})
    if content[BYLINE] and not after[BYLINE]:
        raise ValidationError(NO_AUTHOR)
    # The main one is not said twice.
    after["categories"] = [row for row in after["categories"] if not main or row["id"] != main["id"]]
    for target in ("categories", "tags"):
        # In the order in which a content is read.
        after[target] = sorted(after[target], key=lambda row: row["id"])
    return after
