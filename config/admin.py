from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User
from django.db.models import ManyToManyField
from django.forms import Field
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from authors.editing import CheckedKeys
from config.roles import display_name

admin.site.unregister([Group, User])


@admin.register(User)
class UserAdmin(CheckedKeys, auth_admin.UserAdmin):
    """Accounts, with the roles under the names that people know them by."""

    list_display = ("username", "first_name", "last_name", "email", "roles", "is_active", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active")

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs) -> Field:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups":
            field.label_from_instance = display_name
        return field

    @admin.display(description=_("roles"))
    def roles(self, obj: User) -> str:
        return ", ".join(sorted(display_name(group) for group in obj.groups.all()))


@admin.register(Group)
class GroupAdmin(CheckedKeys, auth_admin.GroupAdmin):
    """Groups; the program keeps three of them, see config/roles.py."""

    list_display = ("display_name", "name")

    @admin.display(description=_("role"))
    def display_name(self, obj: Group) -> str:
        return display_name(obj)
