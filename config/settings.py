"""Settings of Tribune. What differs from one installation to the next comes from the environment.

Every variable is described in docs/operators.md. A wrong one raises ImproperlyConfigured with one clear line.
"""

import os
from pathlib import Path

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from config import environment
from config.environment import MEBIBYTE, Environment
from config.middleware.headers import add_static_headers

# That of pyproject.toml; what Tribune asks other sites for, it asks under this name.
VERSION = "0.1.0"

BASE_DIR = Path(__file__).resolve().parent.parent
environment.read_env_file(Path(os.environ.get("TRIBUNE_ENV_FILE") or BASE_DIR / ".env"))
env = Environment()

# Where it stands

PORT = environment.read_number(env, "PORT", default=8000, lowest=1, highest=65535)
HOST = env.str("HOST", default="127.0.0.1")
DATA_DIR = environment.prepare_data_dir(env, BASE_DIR)
_site = environment.read_site_url(env, PORT)
SITE_URL = _site.geturl()
SITE_NAME = env.str("SITE_NAME", default="La Marge")
HAS_TLS = _site.scheme == "https"
DEBUG = env.switch("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or environment.read_or_make_secret(DATA_DIR / "secret-key")
ALLOWED_HOSTS = environment.read_hosts(env, _site.hostname, HOST)
# A process fills a processor; on a large machine memory is the limit, and an operator can say more.
WEB_CONCURRENCY = environment.read_number(
    env, "WEB_CONCURRENCY", default=min(8, os.cpu_count() or 1), lowest=1, highest=128
)
PAGE_CACHE = env.switch("PAGE_CACHE", default=not DEBUG)
LOADS_DEMO = env.switch("DEMO", default=True)
# TLS ends in the proxy; without one that says so, every request of an https site would look like plain http.
TRUST_PROXY = env.switch("TRUST_PROXY", default=HAS_TLS)

# What it is made of

INSTALLED_APPS = [
    "config",
    "demo",
    "comments",
    "blog",
    "authors",
    "django_prose_editor",
    "config.apps.TasksConfig",
    "whitenoise.runserver_nostatic",
    "config.apps.TribuneAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.middleware.admin_policy.AdminPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.headers.HeadersMiddleware",
    "config.middleware.language.LanguageMiddleware",
    "config.middleware.hostile_requests.HostileRequestsMiddleware",
    "config.middleware.page_cache.PageCacheMiddleware",
    "config.middleware.old_addresses.OldAddressMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "readers",
        "DIRS": [BASE_DIR / "templates" / "readers"],
        "OPTIONS": {
            "environment": "config.jinja.environment",
            "context_processors": ["blog.context.site"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# What is kept, and where

DATABASES = {"default": environment.read_database(env, DATA_DIR)}
# Whether what is asked again and again is planned once a connection. Not every pooler that lends one to several at a
# time bears that.
DATABASE_PREPARES = env.switch("DATABASE_PREPARES", default=True)
if DATABASES["default"]["ENGINE"] == environment.POSTGRESQL:
    # It loads the driver, thirteen megabytes that a site on SQLite has no use for.
    INSTALLED_APPS.append("django.contrib.postgres")
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {"default": environment.read_cache(REDIS_URL, DATA_DIR)}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.static_files.JoinedStaticFilesStorage"
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = add_static_headers
FILE_UPLOAD_PERMISSIONS = 0o644

# What a request may weigh

# The largest recording that is accepted: by default an hour of speech.
LARGEST_RECORDING = MEBIBYTE * environment.read_number(env, "LARGEST_RECORDING", default=30, lowest=1, highest=2000)
# The largest picture or recording, with the form around it; more is refused unread.
LARGEST_REQUEST = max(32 * MEBIBYTE, LARGEST_RECORDING + 2 * MEBIBYTE)
# The longest article with its inlines is a few hundred kB; a comment of 1 MB has to arrive whole, or its text is lost.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * MEBIBYTE // 2
# A post with all its inlines, or 500 comments ticked in the admin.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = MEBIBYTE

# Languages and time

LANGUAGE_CODE = "fr"
FORMAT_MODULE_PATH = "config.formats"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = environment.read_time_zone(env)
USE_TZ = True

# An address that a reader types without its scheme.
URLIZE_ASSUME_HTTPS = True

# Who may enter

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"

# Mail

# A public site sends by the mail server of its machine, one that is tried shows what it would send.
MAILERS = {"default": environment.read_mailer(env, "smtp://localhost:25" if HAS_TLS else "consolemail://")}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <tribune@{_site.hostname}>")
SERVER_EMAIL = env.str("SERVER_EMAIL", default=DEFAULT_FROM_EMAIL)

# How long what readers entrust is kept, in days: comments.law.retention has the rules

COMMENT_EMAIL_DAYS = environment.read_number(env, "COMMENT_EMAIL_DAYS", default=3 * 365, lowest=1, highest=3650)
COMMENT_NETWORK_DAYS = environment.read_number(env, "COMMENT_NETWORK_DAYS", default=365, lowest=1, highest=3650)
COMMENT_REFUSED_DAYS = environment.read_number(env, "COMMENT_REFUSED_DAYS", default=30, lowest=1, highest=3650)
COMMENT_WITHDRAWN_DAYS = environment.read_number(env, "COMMENT_WITHDRAWN_DAYS", default=30, lowest=1, highest=3650)
COMMENT_GONE_DAYS = environment.read_number(env, "COMMENT_GONE_DAYS", default=365, lowest=1, highest=3650)
NOTICE_DAYS = environment.read_number(env, "NOTICE_DAYS", default=365, lowest=1, highest=3650)

# Against spam: zero bits that a browser has to find before it sends a comment, and the one service outside that may be
# asked; both off unless the operator wants them

COMMENT_PROOF_OF_WORK = environment.read_number(env, "COMMENT_PROOF_OF_WORK", default=0, lowest=0, highest=24)
AKISMET_KEY = env.str("AKISMET_KEY", default="")
AKISMET_URL = environment.read_service_address(env, "AKISMET_URL", "https://rest.akismet.com/1.1/comment-check")

# Other blogs

# Called for the keys that seal what partners' blogs let us in by, the newest first: of the environment, or a file that
# is made when they are first needed.
CREDENTIALS_KEYS = environment.read_credentials_keys(env, DATA_DIR / "credentials-keys")
# Whether blogs on this machine may be asked, for a trial of both on one machine.
SYNDICATION_LOOPBACK = environment.read_loopback(env, _site, HOST)
# How many addresses that texts link to are looked at in an hour; 0 turns that off.
LINKS_PER_HOUR = environment.read_number(env, "LINKS_PER_HOUR", default=300, lowest=0, highest=20_000)
# The servers of this machine, like "127.0.0.1:8080", that tests may ask as if they were partners. It is read from no
# environment and refused outside the tests: who can make a site ask its own machine is in.
LOOPBACK_SERVERS = frozenset()

# Search engines and feed readers

# The hub that is told when a feed changes (WebSub), and the key by which search engines take news of addresses from
# this site (IndexNow); nobody is told anything unless the operator wants it.
WEBSUB_HUB = environment.read_service_address(env, "WEBSUB_HUB", "")
INDEXNOW_KEY = environment.read_indexnow_key(env)
INDEXNOW_URL = environment.read_service_address(env, "INDEXNOW_URL", "https://api.indexnow.org/indexnow")
# Whether programs that gather texts for language models may visit; see blog.robots.
AI_CRAWLERS = env.switch("AI_CRAWLERS", default=True)

# What is said on the console

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # With its own handlers Django would be silent without DEBUG.
        "django": {"handlers": [], "level": "INFO" if DEBUG else "WARNING", "propagate": True},
        "django.server": {"level": "INFO"},
        # Pages that are not found are no news; pages that fail are.
        "django.request": {"level": "ERROR"},
        # Scanners ask for any host and send any nonsense; the answer is 400, and nobody has to know.
        "django.security": {"handlers": ["nowhere"], "propagate": False},
        "django_tasks_db": {"level": "ERROR"},
        "tribune": {"level": "INFO"},
    },
}

# Security

# Cookies are for the admin; a reader's browser has none to send and gets none.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = "/admin/"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HAS_TLS
SECURE_SSL_REDIRECT = HAS_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HAS_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.switch("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.switch("HSTS_PRELOAD", default=False)
# Whether other names below the domain have TLS too is for the operator to say, and hard to take back.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "config.resending.csrf_failure"

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
# The admin's pages are never shared, so they may carry a nonce. The hash is that of the one style element that the
# body editor puts in by itself; it changes with the editor's version, and a test computes it.
ADMIN_CSP = SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE, "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"],
    # Whoever writes down the chapters of a recording hears it there.
    "media-src": [CSP.SELF],
}
