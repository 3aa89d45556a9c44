"""Read what the operator set, and say in one line what is wrong with it."""

import os
import re
import secrets
import socket
import warnings
from base64 import urlsafe_b64decode
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

ENV_LINE = re.compile(r"\A(?:export )?[A-Za-z_][A-Za-z_0-9]*=")
INDEXNOW_KEY = re.compile(r"[A-Za-z0-9-]{8,128}")
SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"
MEBIBYTE = 1024 * 1024


class Environment(environ.Env):
    """An environment in which an empty variable means the same as none."""

    def get_value(self, var, cast=None, default=environ.Env.NOTSET, parse_default=False):
        name = str(var)
        try:
            if default is not self.NOTSET and os.environ.get(name, "").strip() == "":
                return default
            return super().get_value(var, cast, default, parse_default)
        except ValueError as error:
            kind = {int: "a whole number", float: "a number"}.get(cast, "right")
            raise ImproperlyConfigured(f"{name} is not {kind}: “{os.environ.get(name)}”.") from error

    def switch(self, name: str, default: bool) -> bool:
        """Return a yes or no; anything that is neither is refused, where Env.bool() would take it for a no."""
        value = os.environ.get(name, "").strip().lower()
        if value == "":
            return default
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off"}:
            return False
        raise ImproperlyConfigured(f"{name} must be yes or no, not “{value}”.")


def read_env_file(path: Path) -> None:
    """Put the lines of a settings file into the environment, where it does not say otherwise already."""
    if not path.exists():
        return
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {error}.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#") and not ENV_LINE.match(line):
            raise ImproperlyConfigured(f"{path}, line {number}, is not NAME=value: “{line[:60]}”.")
    environ.Env.read_env(path)


def read_number(env: Environment, name: str, *, default: int, lowest: int, highest: int) -> int:
    number = env.int(name, default=default)
    if not lowest <= number <= highest:
        raise ImproperlyConfigured(f"{name} must be between {lowest} and {highest}, not {number}.")
    return number


def read_service_address(env: Environment, name: str, default: str) -> str:
    """Return the address of a service outside, with its path; '' where there is none and none is the default."""
    address = env.str(name, default=default).strip()
    if not address and not default:
        return ""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"[\s<>\"]", address):
        example = default or "https://hub.example.org/"
        raise ImproperlyConfigured(f"{name} must be like {example}, not “{address}”.")
    return address


def read_indexnow_key(env: Environment) -> str:
    """Return the key of https://www.indexnow.org/documentation, or '': it names a file of the site."""
    key = env.str("INDEXNOW_KEY", default="").strip()
    if key and not INDEXNOW_KEY.fullmatch(key):
        raise ImproperlyConfigured("INDEXNOW_KEY must be 8 to 128 letters, digits and hyphens.")
    return key


def read_site_url(env: Environment, port: int) -> SplitResult:
    """Return the public origin of the site: scheme, host and perhaps port, nothing behind them."""
    address = env.str("SITE_URL", default=f"http://localhost:{port}").strip().rstrip("/")
    try:
        parts = urlsplit(address)
        wrong = parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0
    except ValueError:
        wrong = True
    if wrong:
        raise ImproperlyConfigured(f"SITE_URL must be like https://blog.example.org, not “{address}”.")
    if parts.path or parts.query or parts.fragment or parts.username:
        raise ImproperlyConfigured(f"SITE_URL must end after the host and port: “{address}” says more.")
    return parts


def read_loopback(env: Environment, site: SplitResult, host: str) -> bool:
    """Return whether blogs on this machine may be asked; refused where anybody else could have this machine asked."""
    if not env.switch("SYNDICATION_LOOPBACK", default=False):
        return False
    for name, value, where in (("SITE_URL", site.geturl(), site.hostname), ("HOST", host, host)):
        if not is_loopback(where):
            raise ImproperlyConfigured(
                f"SYNDICATION_LOOPBACK=yes is for trying Tribune on one’s own machine, and {name} is “{value}”: a site "
                "that others can reach could be told to ask the services of its own machine. Take one of them out."
            )
    return True


def is_loopback(host: str) -> bool:
    """Say whether a name or number means the machine itself."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def prepare_data_dir(env: Environment, base_dir: Path) -> Path:
    """Return the folder of all that must survive, made when it is missing."""
    folder = Path(env.str("DATA_DIR", default=str(base_dir / "data"))).expanduser()
    folder = folder if folder.is_absolute() else Path.cwd() / folder
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR {folder} cannot be made: {error.strerror}.") from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"DATA_DIR {folder} is not writable by this user.")
    return folder


def read_or_make_secret(path: Path, length: int = 64) -> str:
    """Return the secret kept in a file of mode 600; make it when there is none.

    The file appears whole or not at all, so that processes started together agree on one secret.
    """
    with suppress(FileNotFoundError):
        return _read_secret(path)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(length) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    except OSError as error:
        raise ImproperlyConfigured(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return _read_secret(path)


def read_credentials_keys(env: Environment, path: Path) -> Callable[[], list[str]]:
    """Return what gives the keys that credentials are sealed by, the newest first: of CREDENTIALS_KEYS or of a file.

    A key is 32 random bytes in URL-safe Base64, with commas or white space between several. The file is made when its
    keys are first asked for.
    """
    keys = _complete_keys(env.str("CREDENTIALS_KEYS", default=""), "CREDENTIALS_KEYS")
    return (lambda: keys) if keys else (lambda: _complete_keys(read_or_make_secret(path, length=32), str(path)))


def _complete_keys(text: str, where: str) -> list[str]:
    keys = []
    for number, key in enumerate(re.split(r"[,\s]+", text.strip(", \n\t")) if text.strip() else [], start=1):
        # As some print them, without the sign that fills the last group up.
        whole = key if key.endswith("=") else f"{key}{'=' * (-len(key) % 4)}"
        try:
            is_key = len(urlsafe_b64decode(whole.encode("ascii"))) == 32
        except ValueError:
            is_key = False
        if not is_key:
            # What it is instead may well be a secret, and stays untold.
            raise ImproperlyConfigured(f"{where}: key {number} is not 32 bytes in URL-safe Base64.")
        keys.append(whole)
    return keys


def _read_secret(path: Path) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {error}.") from error
    if not secret:
        raise ImproperlyConfigured(f"{path} is empty: remove it, and a new one is made.")
    return secret


def read_time_zone(env: Environment) -> str:
    name = env.str("TIME_ZONE", default="Europe/Paris")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ImproperlyConfigured(f"TIME_ZONE must be like Europe/Paris, not “{name}”.") from error
    return name


def read_database(env: Environment, data_dir: Path) -> dict:
    """Return Django's description of the database of DATABASE_URL, SQLite in the data folder by default."""
    address = env.str("DATABASE_URL", default=f"sqlite:///{data_dir / 'tribune.sqlite3'}")
    scheme = address.partition(":")[0]
    if scheme not in {"sqlite", "postgres", "postgresql", "psql", "pgsql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with sqlite:/// or postgres://, like postgres://name:password@localhost/tribune."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            database = environ.Env.db_url_config(address)
    except (ValueError, UserWarning) as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be understood: {error}.") from error
    options = database.setdefault("OPTIONS", {})
    # A connection outlives the request: opening one costs more than most pages.
    database["CONN_MAX_AGE"] = None
    if database["ENGINE"] == SQLITE:
        _settle_sqlite(database, options)
    else:
        if not database["NAME"]:
            raise ImproperlyConfigured("DATABASE_URL names no database: it must end like localhost/tribune.")
        database["CONN_HEALTH_CHECKS"] = True
        options.setdefault("connect_timeout", 5)
    return database


def _settle_sqlite(database: dict, options: dict) -> None:
    """Set SQLite up for readers and a writer at once, and for keeping what was confirmed through a power cut."""
    if database["NAME"] != ":memory:" and not Path(database["NAME"]).parent.is_dir():
        raise ImproperlyConfigured(f"DATABASE_URL: there is no folder {Path(database['NAME']).parent}.")
    options.setdefault("timeout", 20)
    # A transaction that begins by reading and then writes cannot wait for its turn; one that says so at once can.
    options.setdefault("transaction_mode", "IMMEDIATE")
    options.setdefault(
        "init_command",
        "PRAGMA journal_mode = WAL;"
        "PRAGMA synchronous = FULL;"  # a comment that was confirmed is on the disk
        "PRAGMA cache_size = -2000;"  # KiB for each connection, of which each thread has one
        "PRAGMA temp_store = MEMORY;"
        "PRAGMA journal_size_limit = 33554432;",
    )


def read_cache(address: str, data_dir: Path) -> dict:
    """Return a cache that all processes share: the Redis of REDIS_URL where there is one, else files."""
    if not address:
        return {
            "BACKEND": "config.cache.FileCache",
            "LOCATION": data_dir / "cache",
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }
    if address.partition("://")[0] not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"REDIS_URL must begin with redis://, rediss:// or unix://, not “{address}”.")
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": address, "KEY_PREFIX": "tribune"}


def read_mailer(env: Environment, default: str) -> dict:
    """Return Django's description of the way out for mail, which EMAIL_URL names."""
    address = env.str("EMAIL_URL", default=default)
    try:
        config = environ.Env.email_url_config(address)
    except (ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(
            "EMAIL_URL must be like smtp+tls://name:password@mail.example.org:587 or consolemail://."
        ) from error
    mailer = {"BACKEND": config["EMAIL_BACKEND"]}
    if mailer["BACKEND"].endswith(".smtp.EmailBackend"):
        mailer["OPTIONS"] = {
            "host": config["EMAIL_HOST"] or "localhost",
            "port": config["EMAIL_PORT"] or 25,
            "username": config["EMAIL_HOST_USER"] or "",
            "password": config["EMAIL_HOST_PASSWORD"] or "",
            "use_tls": config.get("EMAIL_USE_TLS", False),
            "use_ssl": config.get("EMAIL_USE_SSL", False),
            "timeout": 20,
        }
    elif mailer["BACKEND"].endswith(".filebased.EmailBackend"):
        mailer["OPTIONS"] = {"file_path": config["EMAIL_FILE_PATH"]}
    return mailer


def read_hosts(env: Environment, site_host: str, host: str) -> list[str]:
    """Return the names by which the site may be asked: ALLOWED_HOSTS or this machine’s, and the loopback’s."""
    this_machine = [site_host, socket.gethostname().lower()]
    if host not in {"0.0.0.0", "::"}:  # noqa: S104 (compared, not listened at)
        this_machine.append(f"[{host}]" if ":" in host else host)
    names = env.list("ALLOWED_HOSTS", default=this_machine)
    # Who asks by these is on this machine: a health check, a proxy.
    return list(dict.fromkeys([*names, "localhost", "127.0.0.1", "[::1]"]))
