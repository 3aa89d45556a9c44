"""The five roles of a publication, each a group with its permissions, in every installation.

They belong to the program: whenever the database is migrated, their permissions are made what is written here.
For another division of work, an operator makes groups of other names.
"""

from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.db import models
from django.db.models import Q
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The names of the groups, in the database and as people see them."""

    CONTRIBUTOR = "contributor", _("Contributor")
    AUTHOR = "author", _("Author")
    EDITOR = "editor", _("Editor")
    MODERATOR = "moderator", _("Moderator")
    PUBLISHER = "publisher", _("Publisher")


# Apps of which an editor may do everything.
EDITED_APPS = ("authors", "blog")

MODERATION = (
    "comments.moderate_comment",
    "comments.view_comment",
    "comments.view_decision",
    "comments.view_threadlock",
    "comments.change_commentrules",
    # Who no longer wants mail, or wants an address erased, writes to whoever answers for the comments.
    "comments.view_follower",
    "comments.delete_follower",
    "comments.view_following",
    # What other sites say of a post is read like comments.
    "blog.moderate_mention",
    "blog.view_mention",
)

# The admin lets contributors change and delete their own drafts only, and their own profile.
CONTRIBUTION = (
    "authors.view_author",
    "authors.change_author",
    "authors.view_authorlink",
    "authors.add_authorlink",
    "authors.change_authorlink",
    "authors.delete_authorlink",
    "blog.view_post",
    "blog.add_post",
    "blog.change_post",
    "blog.delete_post",
    "blog.view_authorship",
    "blog.add_authorship",
    "blog.change_authorship",
    "blog.delete_authorship",
    "blog.view_claim",
    "blog.add_claim",
    "blog.change_claim",
    "blog.delete_claim",
    "blog.view_image",
    "blog.add_image",
    "blog.view_recording",
    "blog.add_recording",
    "blog.view_chapter",
    "blog.add_chapter",
    "blog.view_category",
    "blog.view_tag",
    "blog.view_event",
    # Whom a post is written with is not only an editor's to know.
    "blog.view_sponsor",
    "blog.add_sponsor",
)

# What is set for the whole publication: accounts and their roles, and the log of who did what.
SETTINGS = (
    "auth.view_user",
    "auth.add_user",
    "auth.change_user",
    "auth.view_group",
    "admin.view_logentry",
)


def connect() -> None:
    """Have the groups made whenever the database is migrated; called once, by the configuration of the site.

    Apps have their turn in the order of INSTALLED_APPS: when it is that of the last, all permissions are there.
    """
    last = [each for each in installed_apps.get_app_configs() if each.models_module][-1]
    post_migrate.connect(make_groups, sender=last)


def make_groups(*, using: str, apps: Apps = installed_apps, **kwargs) -> None:
    """Make each role's group, and give it its permissions and no others."""
    try:
        groups = apps.get_model("auth", "Group").objects.using(using)
        permissions = apps.get_model("auth", "Permission").objects.using(using)
    except LookupError:
        # Migrated so far that there are no groups yet.
        return
    for role, wanted in permissions_of_roles().items():
        group, _is_new = groups.get_or_create(name=role.value)
        group.permissions.set(permissions.filter(wanted))


def permissions_of_roles() -> dict[Role, Q]:
    """Return, for each role, what its permissions have in common."""
    moderation = named(MODERATION)
    return {
        Role.CONTRIBUTOR: named(CONTRIBUTION),
        Role.AUTHOR: named((*CONTRIBUTION, "blog.publish_own_post")),
        Role.EDITOR: Q(content_type__app_label__in=EDITED_APPS) | moderation,
        Role.MODERATOR: moderation,
        Role.PUBLISHER: Q(content_type__app_label__in=(*EDITED_APPS, "comments")) | named(SETTINGS),
    }


def named(names: tuple[str, ...]) -> Q:
    """Return the condition of being one of these permissions, such as ‘blog.add_post’."""
    pairs = [name.split(".") for name in names]
    return Q(*[Q(content_type__app_label=label, codename=code) for label, code in pairs], _connector=Q.OR)


def display_name(group) -> str:
    """Return a group's name as people see it: translated where it is a role's."""
    return str(Role(group.name).label) if group.name in Role else group.name
