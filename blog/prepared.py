"""Querysets that are built and compiled once, and then only run.

Django builds and compiles a query anew each time it is asked. On a reader's page that takes several times as long as
the database takes to answer, and it is most of what the page costs. A prepared queryset is the same queryset, written
with the same methods, but with parameters where a request's values will stand:

    TAGS = Prepared(lambda post: Tag.objects.filter(posts=post).in_order(), post=BigAutoField())

    for tag in TAGS(post=41):
        ...
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import repeat
from typing import NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import BigIntegerField, Expression, Field, IntegerField, Model, QuerySet, Subquery
from django.db.models.base import ModelState
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable
from django.db.models.sql import InsertQuery

# What a column of eight bytes holds: a larger number, from an address that somebody made up, is found nowhere.
LARGEST_INTEGER = BigIntegerField.MAX_BIGINT


class Parameter(Expression):
    """Stands in a queryset for a value that is given when it is run."""

    def __init__(self, name: str, output_field: Field, index: int | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name
        self.index = index

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        # The compiler hands parameters on as it got them, so this one is found again among them.
        return "%s", [self]

    def bind(self, values: dict, connection) -> object:
        """Return the value as the driver of the database takes it; OverflowError where no column can hold it."""
        value = values[self.name] if self.index is None else values[self.name][self.index]
        if value.__class__ is int and not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise OverflowError(value)
        return self.output_field.get_db_prep_value(value, connection)


# psycopg's own default.
ASKED_BEFORE_PREPARING = 5

# No table has more.
EVERY_ROW = 2**31 - 1

# How many rows a slice has, and how many stand before it.
LIMIT = Parameter("limit", IntegerField())
OFFSET = Parameter("offset", IntegerField())


class Slice(Subquery):
    """The rows of a subquery that a slice of the prepared queryset asks for, as a value of ``__in``.

    A database reads all that an offset passes over. Where the subquery has one column, and an index holds it and
    what it is filtered by, it reads that index alone, and of the table only the rows of the slice.
    """

    def as_sql(self, compiler, connection, **options) -> tuple[str, list]:
        sql, parameters = super().as_sql(compiler, connection, **options)
        return f"({sql[1:-1]} LIMIT %s OFFSET %s)", [*parameters, LIMIT, OFFSET]


class Several(NamedTuple):
    """A parameter of ``__in``: as many values of a field as ``most``, or fewer."""

    field: Field
    most: int


class Plan(NamedTuple):
    """What compiling a queryset gives: its SQL, and how a row of the answer is read."""

    sql: str
    parameters: list
    converters: list
    read: Callable[[list], object]
    is_sliced_within: bool


class Prepared:
    """A queryset with parameters, each named together with the field that its values are of.

    ``build`` is called with a ``Parameter`` for each of them, once a process. It may use everything of a queryset but
    ``prefetch_related()`` and a slice that depends on the request; the latter is taken from what a call returns.
    """

    def __init__(self, build: Callable[..., QuerySet], **fields: Field | Several) -> None:
        self.build = build
        self.fields = fields

    def __call__(self, **values: object) -> "Bound":
        """Return the queryset with these values; it is run when it is iterated or sliced.

        Of what takes several values there is one at least. ValueError for more than it takes: those would be left out
        unseen.
        """
        for name, field in self.fields.items():
            if isinstance(field, Several):
                given = values[name]
                if len(given) > field.most:
                    raise ValueError(f"{len(given)} values for {name}, which takes {field.most}.")
                # What is named twice is found once.
                values[name] = [*given, *repeat(given[0], field.most - len(given))]
        return Bound(self, values)

    @cached_property
    def plan(self) -> Plan:
        """The compiled queryset."""
        parameters = {
            name: [Parameter(name, field.field, index) for index in range(field.most)]
            if isinstance(field, Several)
            else Parameter(name, field)
            for name, field in self.fields.items()
        }
        queryset = self.build(**parameters)
        if queryset._prefetch_related_lookups:
            raise TypeError("A prepared queryset cannot prefetch; run a second one.")
        compiler = queryset.query.get_compiler(queryset.db)
        sql, bound = write_truth(*compiler.as_sql(), is_sqlite=connections[queryset.db].vendor == "sqlite")
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        converters = [
            (position, functions, column) for position, (functions, column) in compiler.get_converters(columns).items()
        ]
        read = READERS[queryset._iterable_class](queryset, compiler)
        return Plan(sql, bound, converters, read, any(each is LIMIT for each in bound))

    def run(self, values: dict, limits: tuple[int, int] | None = None) -> list:
        """Run it, and return what it finds."""
        plan = self.plan
        sql = plan.sql
        # The connection itself: what stands for it looks up the thread's own at every step.
        connection = connections[DEFAULT_DB_ALIAS]
        if plan.is_sliced_within:
            limit, offset = limits or (EVERY_ROW, 0)
            values = values | {LIMIT.name: limit, OFFSET.name: offset}
        try:
            parameters = [
                each.bind(values, connection) if isinstance(each, Parameter) else each for each in plan.parameters
            ]
        except OverflowError:
            return []
        if limits is not None and not plan.is_sliced_within:
            sql += " LIMIT %s OFFSET %s"
            parameters += limits
        with open_cursor(connection) as cursor:
            cursor.execute(sql, parameters)
            rows = cursor.fetchall()
        if plan.converters:
            rows = [converted(row, plan.converters, connection) for row in rows]
        return [plan.read(row) for row in rows]


class PreparedInsert:
    """Inserts rows of one model by a statement that is compiled once, a third of the time that ``save()`` takes.

    For a table that takes many rows and whose model has no ``save()`` of its own: no signal tells of them.
    """

    def __init__(self, model: type[Model]) -> None:
        self.model = model

    @cached_property
    def fields(self) -> list[Field]:
        """The fields that are written: all but the key, which the database gives."""
        return [field for field in self.model._meta.local_concrete_fields if field is not self.model._meta.auto_field]

    @cached_property
    def sql(self) -> str:
        """The compiled statement, a placeholder for the value of each field."""
        query = InsertQuery(self.model)
        query.insert_values(
            self.fields, [self.model(**{field.attname: Parameter(field.name, field) for field in self.fields})]
        )
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        compiler.returning_fields = [self.model._meta.pk]
        ((sql, bound),) = compiler.as_sql()
        if [each.name for each in bound] != [field.name for field in self.fields]:
            raise TypeError(f"Rows of {self.model.__name__} take more than one value for each field.")
        return sql

    def __call__(self, row: Model) -> None:
        """Insert a row that is not saved yet, and give it its key."""
        connection = connections[DEFAULT_DB_ALIAS]
        values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in self.fields]
        with open_cursor(connection) as cursor:
            cursor.execute(self.sql, values)
            (row.pk,) = cursor.fetchone()
        row._state.adding = False
        row._state.db = DEFAULT_DB_ALIAS


def open_cursor(connection: BaseDatabaseWrapper) -> CursorWrapper:
    """Return a cursor whose queries the database itself keeps prepared, where it can.

    Django has psycopg write values into the SQL, so that to PostgreSQL each query is a new one: planning the seven
    joins of a post's page takes it several times as long as answering. Here values are sent beside the SQL, and what
    was asked a few times is planned once a connection (https://www.psycopg.org/psycopg3/docs/advanced/prepare.html).
    """
    if connection.vendor != "postgresql" or not settings.DATABASE_PREPARES:
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor, register_tzloader

    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None:
        # Of cursors of this kind alone: Django's own write values into the SQL, and are never prepared.
        raw.prepare_threshold = ASKED_BEFORE_PREPARING
        register_tzloader(connection.timezone, raw)
    return connection._prepare_cursor(ServerBindingCursor(raw))


def write_truth(sql: str, parameters: Iterable, *, is_sqlite: bool) -> tuple[str, list]:
    """Return SQL that says itself what is always true or false, and the parameters that it still has.

    SQLite then knows that each entry of a partial index meets the condition of the index, and looks at the row no more:
    what passes over thousands of entries takes a fifth of the time.
    """
    words = {True: "1", False: "0"} if is_sqlite else {True: "TRUE", False: "FALSE"}
    pieces, left = sql.split("%s"), []
    written = pieces[0]
    for value, piece in zip(parameters, pieces[1:], strict=True):
        if isinstance(value, bool):
            written += words[value] + piece
        else:
            left.append(value)
            written += "%s" + piece
    return written, left


class Bound:
    """A prepared queryset with its values: iterate it, slice it, or ask for its first."""

    def __init__(self, prepared: Prepared, values: dict) -> None:
        self.prepared = prepared
        self.values = values

    def __iter__(self) -> Iterator:
        return iter(self.prepared.run(self.values))

    def __getitem__(self, part: slice) -> list:
        start = part.start or 0
        return self.prepared.run(self.values, (part.stop - start, start))

    def first(self) -> object | None:
        """Return the first that it finds, or None."""
        return next(iter(self.prepared.run(self.values, (1, 0))), None)


def converted(row: tuple, converters: list, connection) -> list:
    """Return a row with the values that Python has for what the database gave."""
    values = list(row)
    for position, functions, column in converters:
        for function in functions:
            values[position] = function(values[position], column, connection)
    return values


def model_reader(queryset: QuerySet, compiler) -> Callable[[list], object]:
    """Return what makes an object of a row, with those that ``select_related()`` asked for."""
    make = maker(compiler.klass_info, compiler.select, queryset.db)
    annotations = list((compiler.annotation_col_map or {}).items())

    def read(row: list) -> object:
        found = make(row)
        for name, position in annotations:
            setattr(found, name, row[position])
        return found

    return read


def maker(part: dict, select: list, database: str) -> Callable[[list], object | None]:
    """Return what makes the object of one model of a row, or None where the row has none, and those it points at.

    ``part`` is what the compiler says of a model: which of the columns are its, and how it is hung on the one before.
    An object gets its columns at once, and no signal tells of it: ``Model.__init__()`` looks at every field that there
    is, which took as long as the database. A field that was not asked for is fetched when it is, as ever.
    """
    model = part["model"]
    places = {select[position][0].target.attname: position for position in part["select_fields"]}
    names = tuple(places)
    first, last = min(places.values()), max(places.values()) + 1
    if list(places.values()) != list(range(first, last)):
        raise TypeError(f"The columns of {model.__name__} do not stand side by side.")
    key = places[model._meta.pk.attname]
    related = [
        (maker(each, select, database), each["local_setter"], each["remote_setter"])
        for each in part.get("related_klass_infos", ())
    ]

    def make(row: list) -> object | None:
        if row[key] is None:
            return None
        found = model.__new__(model)
        found._state = state = ModelState()
        state.adding = False
        state.db = database
        found.__dict__.update(zip(names, row[first:last], strict=True))
        for make_other, hang, hang_back in related:
            other = make_other(row)
            hang(found, other)
            if other is not None:
                hang_back(other, found)
        return found

    return make


READERS = {
    ModelIterable: model_reader,
    ValuesListIterable: lambda queryset, compiler: tuple,
    FlatValuesListIterable: lambda queryset, compiler: lambda row: row[0],
}
