"""Write many rows at the speed of the database rather than of its models."""

from collections.abc import Iterable

from django.core.management.color import no_style
from django.db import connection, models

# Enough rows for the cost of a statement not to count, few enough for the memory not to grow.
BATCH = 2000


class Table:
    """Takes the rows of one model, and writes them a batch at a time.

    A column that is not given takes the default of its field. No ``save()`` runs and no signal is sent: what they keep
    in order is the caller's.
    """

    def __init__(self, model: type[models.Model], *, has_keys: bool = False) -> None:
        fields = [field for field in model._meta.concrete_fields if has_keys or not field.primary_key]
        self.model = model
        self.defaults = {field.attname: field.get_default() for field in fields}
        # What the drivers do not take as it is.
        self.converted = [field for field in fields if isinstance(field, models.DateTimeField | models.JSONField)]
        self.next_key = (model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1 if has_keys else None
        quote = connection.ops.quote_name
        columns = ", ".join(quote(field.column) for field in fields)
        places = ", ".join(["%s"] * len(fields))
        self.insert = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608
        self.copy = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
        self.rows: list[tuple] = []

    def take_key(self) -> int:
        """Return a key that no row has."""
        self.next_key += 1
        return self.next_key - 1

    def add(self, **values: object) -> None:
        """Take a row, by the names of its columns."""
        row = self.defaults | values
        if len(row) != len(self.defaults):
            raise TypeError(f"{self.model.__name__} has no {', '.join(set(row) - set(self.defaults))}.")
        for field in self.converted:
            row[field.attname] = field.get_db_prep_save(row[field.attname], connection)
        self.rows.append(tuple(row.values()))
        if len(self.rows) >= BATCH:
            self.write()

    def write(self) -> None:
        """Write the rows that were taken."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(self.copy) as copy:
                    for row in self.rows:
                        copy.write_row(row)
            elif self.rows:
                cursor.executemany(self.insert, self.rows)
        self.rows = []


def finish(tables: Iterable[Table]) -> None:
    """Write what is left; let PostgreSQL count on from the keys that were given, and look at what it now holds."""
    tables = list(tables)
    for table in tables:
        table.write()
    with connection.cursor() as cursor:
        models_with_keys = [table.model for table in tables if table.next_key is not None]
        for statement in connection.ops.sequence_reset_sql(no_style(), models_with_keys):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
