"""Settings of the tests: those of the site, away from this machine's data and environment, and quick."""

import atexit
import os
import shutil
import tempfile

# What the shell that runs the tests has set for a site of its own means nothing here; a database is meant.
_SETTINGS = """
AI_CRAWLERS ALLOWED_HOSTS COMMENT_EMAIL_DAYS COMMENT_GONE_DAYS COMMENT_NETWORK_DAYS COMMENT_REFUSED_DAYS
COMMENT_WITHDRAWN_DAYS CREDENTIALS_KEYS DATABASE_PREPARES DEBUG DEFAULT_FROM_EMAIL DEMO EMAIL_URL HOST HSTS_PRELOAD
HSTS_SUBDOMAINS INDEXNOW_KEY INDEXNOW_URL LINKS_PER_HOUR NOTICE_DAYS PAGE_CACHE PORT REDIS_URL SECRET_KEY SERVER_EMAIL
SITE_NAME SITE_URL SYNDICATION_LOOPBACK TIME_ZONE TRUST_PROXY WEBSUB_HUB WEB_CONCURRENCY
"""
for _name in _SETTINGS.split():
    os.environ.pop(_name, None)

_data_dir = tempfile.mkdtemp(prefix="tribune-test-")
atexit.register(shutil.rmtree, _data_dir, ignore_errors=True)
os.environ |= {
    "DATA_DIR": _data_dir,
    "DATABASE_URL": os.environ.get("DATABASE_URL") or "sqlite://:memory:",
    "EMAIL_URL": "memorymail://",
    "SECRET_KEY": "a-key-that-only-tests-know-" * 2,
    "SITE_URL": "http://testserver",
    "TRIBUNE_ENV_FILE": os.devnull,
    "PAGE_CACHE": "no",
}

from config.settings import *  # noqa: E402, F403

STATIC_ROOT.mkdir()  # noqa: F405 (whitenoise warns of a folder that is not there)

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
# A task runs where it is enqueued.
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default"]}}
