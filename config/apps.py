from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


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
