"""What Django's lookups leave to the database, and the database takes badly."""

from django.db.models import IntegerField
from django.db.models.lookups import In


class IntegerIn(In):
    """A number that no column can hold is in none.

    Django sees to it for the other comparisons. Without this one, a forged key in a form of the admin, which asks
    for the rows of what was sent, is an error 500 on SQLite.
    """

    def process_rhs(self, compiler, connection):
        if self.rhs_is_direct_value():
            kind = self.lhs.output_field.get_internal_type()
            lowest, highest = connection.ops.integer_field_range(kind)
            self.rhs = [each for each in self.rhs if not isinstance(each, int) or lowest <= each <= highest]
        return super().process_rhs(compiler, connection)


def register() -> None:
    """Put the lookups in place; called once, by the configuration of the site."""
    IntegerField.register_lookup(IntegerIn)
