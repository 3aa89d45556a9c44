"""A real WordPress as a partner: Debian's package with PHP and MariaDB, started on loopback and thrown away.

Debian has what it needs: wordpress, wordpress-theme-twentytwentythree, php-cli, php-mysql, php-gd, php-mbstring,
php-xml, mariadb-server, and wordpress-l10n for one in French. As a command, python -m tests.wordpress, it stays until
Ctrl-C and says how to get in.
"""

import getpass
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest

from tests.stack import free_port

PACKAGE = Path("/usr/share/wordpress")
SECONDS_TO_START = 120
SECONDS_FOR_A_COMMAND = 60
# PHP's own server answers one request at a time, unless it is told otherwise; WordPress asks itself for some pages.
WORKERS = "4"

CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', %(user)s);
define('DB_PASSWORD', '');
define('DB_HOST', %(host)s);
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('AUTH_KEY', %(secret)s);
define('SECURE_AUTH_KEY', %(secret)s);
define('LOGGED_IN_KEY', %(secret)s);
define('NONCE_KEY', %(secret)s);
define('WP_HOME', %(url)s);
define('WP_SITEURL', %(url)s);
// Application passwords are for https, and for a site on one's own machine.
define('WP_ENVIRONMENT_TYPE', 'local');
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_DEBUG', false);
$table_prefix = %(prefix)s;
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

# Files as they are; everything else is WordPress's to answer.
ROUTER = """<?php
$at = %(at)s;
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && file_exists(__DIR__ . $path) && !is_dir(__DIR__ . $path)) return false;
if (is_dir(__DIR__ . $path) && file_exists(__DIR__ . $path . '/index.php') && rtrim($path, '/') !== $at) {
    require __DIR__ . $path . '/index.php';
    return true;
}
$_SERVER['SCRIPT_NAME'] = $at . '/index.php';
$_SERVER['SCRIPT_FILENAME'] = __DIR__ . $at . '/index.php';
$_SERVER['PHP_SELF'] = $at . '/index.php';
require __DIR__ . $at . '/index.php';
"""

INSTALL = """
define('WP_INSTALLING', true);
require 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
$made = wp_install('Le Carnet de Brest', 'keeper', 'keeper@carnet.example', true, '', wp_generate_password());
update_option('permalink_structure', PERMALINKS);
update_option('WPLANG', LOCALE);
update_option('blogdescription', 'Le port, la langue, la ville');
update_option('timezone_string', 'Europe/Paris');
switch_theme('twentytwentythree');
flush_rewrite_rules();
wp_insert_term('Numérique', 'category', ['slug' => 'numerique']);
[$password, $item] = WP_Application_Passwords::create_new_application_password($made['user_id'], ['name' => 'Tribune']);
echo json_encode(['user' => 'keeper', 'password' => WP_Application_Passwords::chunk_password($password)]);
"""


PRETTY = "/%year%/%monthnum%/%postname%/"


class NoWordPressError(Exception):
    """There is no WordPress on this machine that runs; the text says what is missing."""


@dataclass(frozen=True)
class WordPress:
    """A running blog, and the account of its keeper."""

    url: str
    folder: Path
    user: str
    # As the admin shows it: in groups of four.
    password: str
    permalinks: str
    # What its API stands at, which a plug-in may change.
    rest: str = "wp-json"

    @property
    def api(self) -> str:
        """The address of its API as its pages name it."""
        return f"{self.url}/{self.rest}/" if self.permalinks else f"{self.url}/index.php?rest_route=/"

    @property
    def server(self) -> str:
        return urlsplit(self.url).netloc

    def run(self, code: str) -> str:
        """Run PHP inside of it, as its keeper: to edit, move or delete what was handed over."""
        return run_php(f"require 'wp-load.php'; wp_set_current_user(1); {code}", self.folder)

    def ask(self, code: str) -> object:
        """Return the value of a PHP expression, by way of JSON."""
        return json.loads(self.run(f"echo json_encode({code});"))

    def make_account(self, role: str) -> str:
        """Make an account with a role, once; return a new application password of it. It is named like the role."""
        return self.run(
            f"$id = username_exists('{role}') ?: wp_insert_user(['user_login' => '{role}', 'user_pass' => 'x', "
            f"'role' => '{role}']); echo WP_Application_Passwords::create_new_application_password($id, "
            "['name' => uniqid()])[0];"
        )

    @contextmanager
    def plugin(self, code: str) -> Iterator[None]:
        """Have it run PHP of a plug-in in each request."""
        # A name of its own, since PHP keeps what a file held for some seconds.
        file = self.folder / "wp-content" / "mu-plugins" / f"{secrets.token_hex(8)}.php"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"<?php {code}")
        try:
            yield
        finally:
            file.unlink()


def find_missing() -> list[str]:
    """Return the names of what has to be installed before it runs."""
    programs = [name for name in ("php", "mariadbd", "mariadb-install-db") if not find_program(name)]
    return [*programs, *([] if (PACKAGE / "wp-load.php").exists() else ["wordpress"])]


def find_program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def wordpress_for_tests(**options: str) -> Iterator[WordPress]:
    """Start WordPress; skip where there is none, unless REQUIRE_WORDPRESS says that there must be."""
    with ExitStack() as stack:
        try:
            blog = stack.enter_context(running_wordpress(**options))
        except NoWordPressError as error:
            if os.environ.get("REQUIRE_WORDPRESS"):
                pytest.fail(f"REQUIRE_WORDPRESS is set, and {error}")
            pytest.skip(f"tests with a WordPress: {error}")
        yield blog


@contextmanager
def running_wordpress(
    *, at: str = "", permalinks: str = PRETTY, prefix: str = "wp_", locale: str = ""
) -> Iterator[WordPress]:
    """Install a WordPress in a folder of its own and run it; raise NoWordPressError where that cannot be.

    ``at`` is the path that it stands at, like "/blog". The texts of a ``locale`` are Debian's wordpress-l10n; without
    them it speaks English.
    """
    if missing := find_missing():
        raise NoWordPressError(f"missing: {', '.join(missing)}")
    # The path of a socket has at most 107 bytes, so the folder is not below TMPDIR.
    with tempfile.TemporaryDirectory(prefix="wp-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        root = folder / "site"
        site = Path(f"{root}{at}")
        shutil.copytree(PACKAGE, site, ignore=leave_out(locale))
        (site / "wp-content" / "uploads").mkdir(exist_ok=True)
        address = f"http://127.0.0.1:{free_port()}"
        url = f"{address}{at}"
        socket = folder / "db.sock"
        values = {"user": getpass.getuser(), "host": f"localhost:{socket}", "secret": secrets.token_hex(32), "url": url}
        values |= {"prefix": prefix}
        (site / "wp-config.php").write_text(CONFIG % {key: json.dumps(value) for key, value in values.items()})
        (root / "router.php").write_text(ROUTER % {"at": json.dumps(at)})
        with running_mariadb(folder, socket):
            install = INSTALL.replace("PERMALINKS", json.dumps(permalinks)).replace("LOCALE", json.dumps(locale))
            account = json.loads(run_php(install, site))
            server = php_server(address, root)
            with running(server, folder / "php.log", environment={"PHP_CLI_SERVER_WORKERS": WORKERS}):
                blog = WordPress(url, site, account["user"], account["password"], permalinks)
                wait_until_it_answers(blog.api, folder / "php.log")
                yield blog


def leave_out(locale: str) -> Callable[[str, list[str]], set[str]]:
    """Return what copytree() leaves out of the package: its settings, and the texts of all other languages."""

    def ignored(folder: str, names: list[str]) -> set[str]:
        others = {name for name in names if name.endswith(".mo") and not (locale and locale in name)}
        return others | ({"wp-config.php"} & set(names))

    return ignored


def php_server(url: str, root: Path) -> list[str]:
    limits = ["-d", "upload_max_filesize=16M", "-d", "post_max_size=20M", "-d", "display_errors=0"]
    return ["php", *limits, "-S", url.partition("//")[2], "-t", str(root), str(root / "router.php")]


def run_php(code: str, site: Path) -> str:
    """Run PHP in the folder of a WordPress, and return what it prints."""
    port = (site / "wp-config.php").read_text().partition("127.0.0.1:")[2].partition('"')[0].partition("/")[0]
    server = f"$_SERVER['HTTP_HOST'] = '127.0.0.1:{port}'; $_SERVER['REQUEST_METHOD'] = 'GET';"
    done = subprocess.run(
        ["php", "-d", "display_errors=stderr", "-r", f"{server} {code}"],
        cwd=site,
        capture_output=True,
        text=True,
        timeout=SECONDS_FOR_A_COMMAND,
        check=False,
    )
    if done.returncode:
        raise NoWordPressError(f"PHP ended with {done.returncode}: {done.stdout[-800:]} {done.stderr[-800:]}")
    return done.stdout


@contextmanager
def running_mariadb(folder: Path, socket: Path) -> Iterator[None]:
    """Run a database server that listens at a socket alone, with an empty database for WordPress."""
    data, log = folder / "db", folder / "db.log"
    me = f"--user={getpass.getuser()}"
    made = subprocess.run(
        [find_program("mariadb-install-db"), "--no-defaults", me, f"--datadir={data}", "--skip-test-db"],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise NoWordPressError(f"mariadb-install-db failed: {made.stderr[-800:]}")
    options = [f"--datadir={data}", f"--socket={socket}", "--skip-networking", f"--pid-file={folder / 'db.pid'}"]
    # Nothing of it has to survive.
    quick = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--skip-log-bin"]
    with running([find_program("mariadbd"), "--no-defaults", me, *options, *quick], log):
        deadline = monotonic() + SECONDS_TO_START
        while not socket.exists() and monotonic() < deadline:
            sleep(0.1)
        client = ["mariadb", "--no-defaults", f"--socket={socket}", me]
        statement = "CREATE DATABASE wordpress CHARACTER SET utf8mb4"
        while subprocess.run([*client, "-e", statement], capture_output=True, check=False).returncode:
            if monotonic() > deadline:
                raise NoWordPressError(f"MariaDB did not start: {log.read_text(errors='replace')[-800:]}")
            sleep(0.2)
        yield


@contextmanager
def running(command: list[str], log: Path, *, environment: dict | None = None) -> Iterator[None]:
    """Run a server in a process group of its own, and end all of it afterwards."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until_it_answers(api: str, log: Path) -> None:
    deadline = monotonic() + SECONDS_TO_START
    while monotonic() < deadline:
        try:
            with urllib.request.urlopen(api, timeout=SECONDS_FOR_A_COMMAND):
                return
        except urllib.error.HTTPError as error:
            raise NoWordPressError(f"WordPress answers {error.code}: {error.read()[:800]!r}") from error
        except OSError:
            sleep(0.2)
    raise NoWordPressError(f"WordPress did not answer: {log.read_text(errors='replace')[-800:]}")


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    with running_wordpress() as blog:
        sys.stdout.write(f"{blog.url}/\nAPI {blog.api}\naccount {blog.user}\napplication password {blog.password}\n")
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    main()
