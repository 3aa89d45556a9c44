"""What goes with rows that are deleted in the admin, and what keeps them from it: however much that is, counted.

Django's own ``django.contrib.admin.utils.get_deleted_objects()`` fetches and names every row that hangs on them; a
category has twenty-five thousand.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from django.contrib.admin import AdminSite
from django.contrib.admin.utils import quote
from django.db.models import CASCADE, JSONField, Model, QuerySet, TextField
from django.db.models.deletion import PROTECT, RESTRICT, get_candidate_relations_to_delete
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import ngettext, pgettext

# So many of what stands in the way are named.
EXAMPLES = 10


class CountedDeletion:
    """Mixin for an admin whose pages of deletion cost the same, however much hangs on a row."""

    def get_deleted_objects(self, objs: Iterable[Model], request: HttpRequest) -> tuple[list, dict, set, list]:
        """Return what is named, what is counted, what may not be deleted by this person, and what stands in the way."""
        rows = list(objs)
        if not rows:
            return [], {}, set(), []
        gone = Gone(request, self.admin_site)
        gone.add(type(rows[0])._base_manager.filter(pk__in=[row.pk for row in rows]), len(rows))
        names = [describe(row, self.admin_site) for row in rows]
        counts = {model._meta.verbose_name_plural: count for model, count in gone.counts.items()}
        return names, counts, gone.forbidden, gone.in_the_way


class Gone:
    """All that is deleted with some rows: a query for each relation."""

    def __init__(self, request: HttpRequest, site: AdminSite) -> None:
        self.request, self.site = request, site
        self.counts: Counter[type[Model]] = Counter()
        self.forbidden: set[str] = set()
        self.in_the_way: list[str] = []

    def add(self, rows: QuerySet, count: int) -> None:
        """Add rows, and what is deleted with them."""
        model = rows.model
        self.counts[model] += count
        self.look_for_permission(rows)
        for relation in get_candidate_relations_to_delete(model._meta):
            on_delete = relation.field.remote_field.on_delete
            hanging = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": rows.values("pk")})
            if on_delete in (PROTECT, RESTRICT):
                self.in_the_way += name_some(hanging, self.site)
            elif on_delete is CASCADE and (number := hanging.count()):
                self.add(hanging, number)

    def look_for_permission(self, rows: QuerySet) -> None:
        """Note what this person may not delete: a kind of rows, or one of the first of them."""
        if not self.site.is_registered(rows.model):
            return
        admin = self.site.get_model_admin(rows.model)
        some = (None, *rows[:EXAMPLES])
        if not all(admin.has_delete_permission(self.request, row) for row in some):
            self.forbidden.add(rows.model._meta.verbose_name)


def name_some(rows: QuerySet, site: AdminSite) -> Iterator[str]:
    """Yield the names of some rows, and how many more there are."""
    named = [field for field in rows.model._meta.concrete_fields if field.many_to_one or field.one_to_one]
    # Names are short; what is long in the rows that they are made of is none of them.
    long = [
        f"{field.name}__{other.name}"
        for field in named
        for other in field.related_model._meta.concrete_fields
        if isinstance(other, TextField | JSONField)
    ]
    count = rows.count()
    shown = rows.order_by("-pk").select_related(*(field.name for field in named)).defer(*long)[:EXAMPLES]
    for row in shown if count else ():
        yield describe(row, site)
    if count > EXAMPLES:
        more = count - EXAMPLES
        yield ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}


def describe(row: Model, site: AdminSite) -> SafeString:
    """Return what a row is, with a link to its form where there is one."""
    kind = f"{capfirst(row._meta.verbose_name)}{pgettext('after a label', ':')}"
    if not site.is_registered(type(row)):
        return format_html("{} {}", kind, row)
    name = f"{site.name}:{row._meta.app_label}_{row._meta.model_name}_change"
    try:
        address = reverse(name, args=[quote(row.pk)])
    except NoReverseMatch:
        return format_html("{} {}", kind, row)
    return format_html('{} <a href="{}">{}</a>', kind, address, row)
