"""What a publication has not said yet in one of its languages: names, descriptions, biographies, alternative texts."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from authors.bilingual import lacking_words, other_language
from authors.models import NEEDED_WORDS, PAIRED_WORDS, Author
from blog.models import Category, Event, Image, Series, Tag


@dataclass(frozen=True)
class Kind:
    """A kind of rows with words in both languages: which they need, and which they have in both or in none."""

    key: str
    model: type[Model]
    title: str | Promise
    needed: tuple[str, ...] = ()
    paired: tuple[str, ...] = ()

    def lacking(self, language: str) -> QuerySet:
        """Return the rows that lack something in a language."""
        found = lacking_words(language, needed=self.needed, paired=self.paired)
        if self.model is Image:
            # What only decorates says nothing in any language.
            found &= Q(is_decorative=False)
        return self.model.objects.filter(found)

    def fields_lacking(self, row: Model, language: str) -> Iterator[str]:
        """Yield the names of the fields that a row of ``lacking()`` has to get."""
        for name in (*self.needed, *self.paired):
            field = f"{name}_{language}"
            is_wanted = name in self.needed or getattr(row, f"{name}_{other_language(language)}")
            if is_wanted and not getattr(row, field):
                yield field


IMAGES = Kind("images", Image, _("Pictures"), needed=("alt",), paired=("caption",))
AUTHORS = Kind("authors", Author, _("Authors"), needed=NEEDED_WORDS, paired=PAIRED_WORDS)
EVENTS = Kind("events", Event, _("Events"), needed=("title",), paired=("description",))
CATEGORIES = Kind("categories", Category, _("Categories"), needed=("name",), paired=("description",))
TAGS = Kind("tags", Tag, _("Tags"), needed=("name",))
SERIES = Kind("series", Series, _("Series"), needed=("title",), paired=("description",))
KINDS = (IMAGES, AUTHORS, EVENTS, CATEGORIES, TAGS, SERIES)


def kind_named(key: str | None) -> Kind:
    """Return the kind of that key, the first for nonsense."""
    return next((kind for kind in KINDS if kind.key == key), KINDS[0])
