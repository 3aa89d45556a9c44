"""Texts that exist in French and in English, as one column per language.

Two languages are fixed by the design, so a column each (``name_fr``, ``name_en``) is indexed,
searched and edited in the admin like any other, and costs a page no join. Everything written
about *one* article is not bilingual in this sense: a translation is a post of its own.
"""

from django.db.models import Q
from django.utils.translation import get_language

LANGUAGES = ("fr", "en")


def other_language(language: str) -> str:
    """Return the language of the publication that ``language`` is not."""
    return "en" if language == "fr" else "fr"


def current_language() -> str:
    """Return the language of the page being made: ``fr`` unless English is active."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def lacking_words(language: str, *, needed: tuple[str, ...] = (), paired: tuple[str, ...] = ()) -> Q:
    """Return the condition of rows that have yet to say something in ``language``.

    ``needed`` are looked for in each language, ``paired`` only where the other language has them.
    """
    found = Q(*[(f"{name}_{language}", "") for name in needed], _connector=Q.OR)
    for name in paired:
        found |= Q(**{f"{name}_{language}": ""}) & ~Q(**{f"{name}_{other_language(language)}": ""})
    return found


class Bilingual:
    """Read ``x_fr`` or ``x_en`` as ``x``: the active language, or the other where that is empty.

    >>> class Category(Model):
    ...     name_fr = CharField(); name_en = CharField()
    ...     name = Bilingual()
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.columns = {
            "fr": (f"{name}_fr", f"{name}_en"),
            "en": (f"{name}_en", f"{name}_fr"),
        }

    def __get__(self, instance: object | None, owner: type | None = None) -> "Bilingual | str":
        if instance is None:
            return self
        first, second = self.columns[current_language()]
        return getattr(instance, first) or getattr(instance, second)
