"""Bring an installation to the state in which it can be served: database, static files, demo and its editor."""

import fcntl
import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.staticfiles.finders import get_finders
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError, OperationalError

from authors.models import Author
from blog.models import Post
from config.roles import Role
from config.supervisor import say

# The demo publication's editor-in-chief, an author whose address ends so.
DEMO_EDITOR = "camille"
DEMO_EDITOR_SLUG = "camille-ferrand"


@dataclass(frozen=True)
class Account:
    username: str
    password: str


def prepare() -> None:
    """Make ready what is not; a setting that prevents it ends the process with one line."""
    try:
        with only_one_at_a_time():
            migrate()
            refresh_cache()
            collect_static_files()
            if settings.LOADS_DEMO and not Post.objects.exists():
                say("Loading the demo …")
                with transaction.atomic():
                    call_command("demo")
                    make_demo_editor()
    except ImproperlyConfigured as error:
        sys.exit(f"Wrong setting: {error}")
    except OperationalError as error:
        sys.exit(f"The database cannot be prepared: {' '.join(str(error).split())}")
    except OSError as error:
        sys.exit(f"{settings.DATA_DIR} cannot be prepared: {error}")


@contextmanager
def only_one_at_a_time() -> Iterator[None]:
    with (settings.DATA_DIR / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrate() -> None:
    """Apply migrations, if any is missing."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise ImproperlyConfigured(f"the database does not answer: {' '.join(str(error).split())}") from error
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database …")
        call_command("migrate", interactive=False, verbosity=0)


def refresh_cache() -> None:
    """Drop the pages that another version may have made; a cache that others share is only asked for its answer."""
    if not settings.REDIS_URL:
        cache.clear()
        return
    from redis import RedisError

    try:
        cache.get("anybody-there")
    except RedisError as error:
        raise ImproperlyConfigured(f"the cache does not answer: {error}") from error


def collect_static_files() -> None:
    """Collect, hash and compress static files, if one of them is not what it was the last time."""
    if settings.DEBUG:
        return
    stamp = settings.STATIC_ROOT / ".collected"
    found = describe_static_files()
    if stamp.exists() and stamp.read_text() == found:
        return
    say("Preparing style sheets, scripts and fonts …")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(found)


def describe_static_files() -> str:
    """Return a digest of names, sizes and dates of all static files, and of what processes them."""
    digest = sha256(f"{django.VERSION} {version('whitenoise')} {settings.STORAGES['staticfiles']}".encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def make_demo_editor() -> None:
    """Give the demo an editor with a password of this installation's own, kept in DATA_DIR for who runs it."""
    account = Account(DEMO_EDITOR, secrets.token_urlsafe(12))
    user, _ = get_user_model().objects.get_or_create(
        username=account.username, defaults={"is_staff": True, "first_name": "Camille", "last_name": "Ferrand"}
    )
    user.set_password(account.password)
    user.is_staff = True
    user.save(update_fields=["password", "is_staff"])
    user.groups.set(Group.objects.filter(name__in=[Role.EDITOR, Role.MODERATOR]))
    Author.objects.filter(slug=DEMO_EDITOR_SLUG, user=None).update(user=user)
    place = account_file()
    place.unlink(missing_ok=True)
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(account), file)


def find_demo_editor() -> Account | None:
    """Return the demo's editor, unless removed, locked out, or with a password of their own by now."""
    try:
        account = Account(**json.loads(account_file().read_text()))
    except (OSError, ValueError, TypeError):
        return None
    user = get_user_model().objects.filter(username=account.username, is_active=True).first()
    return account if user and user.check_password(account.password) else None


def account_file() -> Path:
    return settings.DATA_DIR / "demo-account.json"
