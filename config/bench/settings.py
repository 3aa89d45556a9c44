"""The settings of the site while it is measured: those of production, one more address, and a count of queries."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "config.bench.urls"
MIDDLEWARE = ["config.bench.yardstick.QueryCountMiddleware", *MIDDLEWARE]  # noqa: F405
