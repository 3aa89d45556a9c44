#!/usr/bin/env python3
"""Run a command of Tribune; a wrong setting is answered with one clear line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db.utils import OperationalError
    except ImportError as error:
        sys.exit(f"Tribune is not installed here: {error}. Run “make serve”, or activate the virtual environment.")
    try:
        settings.INSTALLED_APPS  # noqa: B018 (reads the settings, and so the environment)
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Wrong setting: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"The database does not answer: {' '.join(str(error).split())}")


if __name__ == "__main__":
    main()
