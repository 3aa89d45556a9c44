from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import Action, ActionLocation
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User
from django.db.models import ManyToManyField
from django.forms import Field
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from authors.deleting import CountedDeletion
from authors.editing import CheckedKeys, EditorsAdmin
from config.roles import Role, display_name

admin.site.unregister([Group, User])


@admin.register(User)
class UserAdmin(CountedDeletion, CheckedKeys, auth_admin.UserAdmin):
    """Accounts, with the roles under the names that people know them by.

    Whoever gives roles gives no more than roles: what goes beyond them, and accounts that have it, are for superusers.
    An account that has done something is closed, not deleted: the log would go with it.
    """

    list_display = ("username", "first_name", "last_name", "email", "roles", "is_active", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active")

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("groups")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        is_above = obj is not None and not request.user.is_superuser and reaches_beyond_roles(obj)
        return super().has_change_permission(request, obj) and not is_above

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        has_acted = obj is not None and LogEntry.objects.filter(user=obj).exists()
        return super().has_delete_permission(request, obj) and not has_acted

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Action]:
        actions = super().get_actions(request, action_location)
        # One by one only: some of them stay.
        actions.pop("delete_selected", None)
        return actions

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        beyond = () if request.user.is_superuser else ("is_superuser", "user_permissions")
        return (*super().get_readonly_fields(request, obj), *beyond)

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs) -> Field:
        if db_field.name == "groups" and not request.user.is_superuser:
            # A group of an operator's own may do anything.
            kwargs["queryset"] = Group.objects.filter(name__in=Role.values)
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups":
            field.label_from_instance = display_name
        return field

    @admin.display(description=_("roles"))
    def roles(self, obj: User) -> str:
        return ", ".join(sorted(display_name(group) for group in obj.groups.all()))


def reaches_beyond_roles(user: User) -> bool:
    """Say whether an account may do more than its roles say."""
    return user.is_superuser or user.user_permissions.exists() or user.groups.exclude(name__in=Role.values).exists()


@admin.register(Group)
class GroupAdmin(CountedDeletion, CheckedKeys, auth_admin.GroupAdmin):
    """Groups; the program keeps five of them, see config/roles.py."""

    list_display = ("display_name", "name")

    @admin.display(description=_("role"))
    def display_name(self, obj: Group) -> str:
        return display_name(obj)


@admin.register(LogEntry)
class LogEntryAdmin(EditorsAdmin):
    """Who did what in the admin, and when: to be read, and changed by nobody."""

    list_display = ("action_time", "user", "kind", "what", "done")
    list_display_links = None
    list_filter = ("action_flag",)
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "user__username")
    search_help_text = _("What it was done to, or the name of the account")
    ordering = ("-pk",)
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False

    @admin.display(description=_("kind"))
    def kind(self, obj: LogEntry) -> str:
        return obj.content_type.name if obj.content_type else ""

    @admin.display(description=_("what"))
    def what(self, obj: LogEntry) -> SafeString | str:
        address = None if obj.is_deletion() else obj.get_admin_url()
        return format_html('<a href="{}">{}</a>', address, obj.object_repr) if address else obj.object_repr

    @admin.display(description=_("what was done"))
    def done(self, obj: LogEntry) -> str:
        return obj.get_change_message() or obj.get_action_flag_display()
