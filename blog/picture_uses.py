"""Where pictures of the library are shown.

Whatever names a picture by a foreign key or a many-to-many field uses it, unless it goes with the picture
(``on_delete=CASCADE``): then it only says something about it. A model that is added needs no word here. An author
whose portrait is the same file uses it too.
"""

from collections.abc import Iterator
from functools import cache

from django.db.models import CASCADE, Exists, Field, Model, OuterRef, Q, QuerySet

from authors.models import Author
from blog.models import Image
from pictures.fields import PictureField


@cache
def using_fields() -> tuple[Field, ...]:
    """Return the fields of all models by which their rows show pictures."""
    relations = Image._meta.get_fields(include_hidden=True)
    named = [
        relation.field
        for relation in relations
        if relation.auto_created
        and not relation.concrete
        and (relation.many_to_many or relation.on_delete is not CASCADE)
    ]
    return (*named, Author._meta.get_field("portrait"))


def rows_using(image: Image | OuterRef, file: str | OuterRef, field: Field) -> QuerySet:
    """Return the rows, or those of the table between, by which a field shows a picture."""
    if field.many_to_many:
        return field.remote_field.through._base_manager.filter(**{field.m2m_reverse_field_name(): image})
    shown = file if isinstance(field, PictureField) else image
    return field.model._base_manager.filter(**{field.name: shown})


def is_used(image: Image) -> bool:
    """Say whether anything shows a picture: the twin of ``unused()``."""
    return any(rows_using(image, image.file.name, field).exists() for field in using_fields())


def used_somewhere() -> Q:
    """Return the condition that something shows a picture."""
    condition = Q()
    for field in using_fields():
        condition |= Q(Exists(rows_using(OuterRef("pk"), OuterRef("file"), field)))
    return condition


def unused(pictures: QuerySet[Image]) -> QuerySet[Image]:
    """Return those of ``pictures`` that nothing shows."""
    return pictures.exclude(used_somewhere())


def uses_of(image: Image) -> Iterator[tuple[type[Model], Q]]:
    """Return, for each model whose rows may show a picture, the condition that they do."""
    conditions: dict[type[Model], Q] = {}
    for field in using_fields():
        rows = rows_using(image, image.file.name, field)
        # A join would visit all rows of the table.
        keys = rows.values(field.m2m_field_name() if field.many_to_many else "pk")
        conditions[field.model] = conditions.get(field.model, Q()) | Q(pk__in=keys)
    yield from conditions.items()
