"""What came back from elsewhere, kept so that each editor reads it in their own language."""

from django.utils.translation import gettext, override

from blog.syndication.errors import FetchError


def keep(words: object, **facts: object) -> dict:
    """Return a text (lazily translated) and its facts as JSON holds them: the text as the catalogue names it.

    A fact may itself be what this returns.
    """
    with override(None):
        return {
            "words": str(words),
            "facts": {name: fact if isinstance(fact, int | dict) else str(fact) for name, fact in facts.items()},
        }


def keep_error(error: FetchError) -> dict:
    """Return what went wrong with a request, as ``keep()`` does."""
    return keep(error.words, **error.facts)


def say(kept: dict) -> str:
    """Return what was kept in the active language; '' where nothing was."""
    if not kept.get("words"):
        return ""
    facts = {name: say(fact) if isinstance(fact, dict) else fact for name, fact in (kept.get("facts") or {}).items()}
    return gettext(kept["words"]) % facts if facts else gettext(kept["words"])
