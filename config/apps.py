from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy, gettext_noop
from django_tasks_db.apps import TasksAppConfig


class TribuneConfig(AppConfig):
    """The site as a whole: what needs to know every app."""

    default = True
    name = "config"

    def ready(self) -> None:
        from config import lookups, roles

        lookups.register()
        roles.connect()


class TribuneAdminConfig(admin_apps.AdminConfig):
    """Django's admin, at a site of our own."""

    default = False
    default_site = "config.admin_site.TribuneAdminSite"


class TasksConfig(TasksAppConfig):
    """The background tasks, under names that an operator understands."""

    default = False
    verbose_name = gettext_lazy("Background tasks")
    # The package asks for translations of these and brings none: our catalogue has them.
    names = (
        gettext_noop("Task Result"),
        gettext_noop("Task Results"),
        gettext_noop("enqueued at"),
        gettext_noop("started at"),
        gettext_noop("finished at"),
        gettext_noop("args kwargs"),
        gettext_noop("priority"),
        gettext_noop("task path"),
        gettext_noop("worker id"),
        gettext_noop("queue name"),
        gettext_noop("backend name"),
        gettext_noop("run after"),
        gettext_noop("return value"),
        gettext_noop("exception class path"),
        gettext_noop("traceback"),
    )
