"""Each engine with the same articles, started as its makers say that it is run in production."""

import getpass
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote, urlencode, urlsplit

import httpx2

from tests.stack import ROOT, free_port, site_environment
from tests.versus.articles import ARTICLES, PICTURES
from tests.wordpress import CONFIG, INSTALL, PACKAGE, PRETTY, find_program, leave_out, run_php, running_mariadb

HERE = Path(__file__).parent
SECONDS_TO_START = 300
# As many as there are processors: what Tribune and Debian's PHP start with, and the least that gunicorn advises.
WORKERS = 2
# As config/bench/yardstick.py and wagtail/blog/counting.py have it.
COUNT_HEADER = "X-Count-Queries"
COMMON_WORD = "question"
# The one that has most of them.
CATEGORY = "medias"


@dataclass(frozen=True)
class Article:
    """Where an article stands, in each."""

    slug: str
    year: str
    month: str


@dataclass
class Engine:
    """A running site behind nginx."""

    name: str
    url: str
    # What nginx does with a request for it.
    locations: str
    pages: dict[str, str]
    processes: list[subprocess.Popen]
    version: str = ""
    # Who knows the queries of a page: itself, which tells them in this header, or the database before and after.
    count_header: str = ""
    database: Path | None = None
    # Where files of other hosts stand that its pages ask for.
    foreign: dict[str, Path] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """Its name in names of files."""
        return self.name.lower().replace(",", "").replace(" ", "-")


@dataclass(frozen=True)
class Programs:
    """What has to be there: see ``python -m tests.versus --help``."""

    folder: Path
    ghost: Path
    node: str
    wagtail: Path
    ghost_assets: Path


def proxy_to(port: int) -> str:
    return f"""
    location / {{
        proxy_pass http://127.0.0.1:{port};
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}"""


def files_at(prefix: str, folder: Path, extra: str = "") -> str:
    return f"""
    location {prefix} {{
        alias {folder}/;
        add_header Cache-Control "public, max-age=31536000, immutable";
        {extra}
    }}"""


def wait_for(url: str, processes: list[subprocess.Popen], log: Path) -> None:
    """Wait until it answers anything; raise where it ends before that."""
    deadline = monotonic() + SECONDS_TO_START
    while monotonic() < deadline and all(each.poll() is None for each in processes):
        try:
            httpx2.get(url, timeout=60, follow_redirects=False)
        except httpx2.HTTPError:
            sleep(0.2)
        else:
            return
    raise RuntimeError(f"{url} does not answer: {log.read_text(errors='replace')[-2000:]}")


@contextmanager
def started(command: list, log: Path, *, cwd: Path, environment: dict | None = None) -> Iterator[subprocess.Popen]:
    """Run a server in a process group of its own, and end all of it afterwards."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# Tribune


def prepare_tribune(folder: Path, posts: int) -> Path:
    """Load the demo with so many posts besides, once, and write its articles out; return the folder of its data."""
    data = folder / "tribune"
    if not (folder / ARTICLES).exists():
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
        environment = site_environment(data, DEMO="no")
        for arguments in (["migrate"], ["demo", f"--posts={posts}"], ["db_worker", "--batch"], ["index_search"]):
            command = [sys.executable, "manage.py", *arguments, "--verbosity=0"]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
        command = [sys.executable, "-m", "tests.versus.articles", str(folder)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return data


@contextmanager
def running_tribune(data: Path, article: Article, url: str, *, is_cached: bool) -> Iterator[Engine]:
    """Run it; with its page cache, as it is installed, or with every page made from the database."""
    port = free_port()
    settings = {"PORT": str(port), "SITE_URL": url, "DEMO": "no", "PAGE_CACHE": "yes" if is_cached else "no"}
    if not is_cached:
        settings["DJANGO_SETTINGS_MODULE"] = "config.bench.settings"
    environment = site_environment(data, **settings)
    with started([sys.executable, "manage.py", "serve"], data / "log", cwd=ROOT, environment=environment) as process:
        wait_for(f"http://localhost:{port}/healthz", [process], data / "log")
        yield Engine(
            name="Tribune" if is_cached else "Tribune, page cache off",
            url=url,
            locations=files_at("/static/", data / "static", "gzip_static on;")
            + files_at("/media/", data / "media")
            + proxy_to(port),
            pages={
                "home": "/",
                "article": f"/blog/{article.year}/{article.month}/{article.slug}/",
                "list": "/blog/?page=2",
                "category": f"/categorie/{CATEGORY}/",
                "search": f"/recherche/?{urlencode({'q': COMMON_WORD})}",
                "feed": "/blog/feed/",
            },
            processes=[process],
            count_header="" if is_cached else COUNT_HEADER,
        )


# WordPress

# Debian's php8.2-fpm as it is when installed, but for the account.
FPM = """[global]
error_log = {folder}/fpm.log
daemonize = no
[www]
user = {user}
group = {user}
listen = {folder}/fpm.sock
listen.mode = 0666
pm = dynamic
pm.max_children = 5
pm.start_servers = 2
pm.min_spare_servers = 1
pm.max_spare_servers = 3
"""


def find_fpm() -> str:
    names = sorted((path.name for path in Path("/usr/sbin").glob("php-fpm*")), reverse=True)
    if not names:
        raise RuntimeError("There is no php-fpm: on Debian, apt-get install php-fpm.")
    return f"/usr/sbin/{names[0]}"


@contextmanager
def running_wordpress(folder: Path, articles: Path, article: Article, url: str) -> Iterator[Engine]:
    """Install it as tests/wordpress.py does, take the articles in, and run it by PHP-FPM with opcache."""
    site, socket = folder / "site", folder / "db.sock"
    shutil.copytree(PACKAGE, site, ignore=leave_out("fr_FR"))
    (site / "wp-content" / "uploads").mkdir(exist_ok=True)
    values = {"user": getpass.getuser(), "host": f"localhost:{socket}", "secret": secrets.token_hex(32)}
    values |= {"url": url, "prefix": "wp_"}
    (site / "wp-config.php").write_text(CONFIG % {key: json.dumps(value) for key, value in values.items()})
    with ExitStack() as stack:
        database = stack.enter_context(counted_mariadb(folder, socket))
        run_php(INSTALL.replace("PERMALINKS", json.dumps(PRETTY)).replace("LOCALE", '"fr_FR"'), site)
        code = (HERE / "wordpress.php").read_text()
        environment = os.environ | {"VERSUS_FOLDER": str(articles)}
        code = f"$_SERVER['HTTP_HOST'] = 'localhost'; require 'wp-load.php'; {code}"
        command = ["php", "-d", "memory_limit=512M", "-r", code]
        subprocess.run(command, cwd=site, env=environment, check=True, stdout=subprocess.DEVNULL)
        (folder / "fpm.conf").write_text(FPM.format(folder=folder, user=getpass.getuser()))
        fpm = [find_fpm(), "--nodaemonize", "--fpm-config", folder / "fpm.conf", "--allow-to-run-as-root"]
        process = stack.enter_context(started(fpm, folder / "fpm.log", cwd=site))
        version = run_php("require 'wp-load.php'; echo get_bloginfo('version');", site)
        yield Engine(
            name="WordPress",
            url=url,
            version=f"{version}, Twenty Twenty-Three",
            locations=f"""
    root {site};
    index index.php;
    location / {{ try_files $uri $uri/ /index.php?$args; }}
    location ~ \\.php$ {{
        include /etc/nginx/fastcgi_params;
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
        fastcgi_param HTTP_HOST $http_host;
        fastcgi_pass unix:{folder}/fpm.sock;
    }}
    location ~* \\.(js|css|png|jpg|jpeg|gif|webp|woff2)$ {{ expires max; }}""",
            pages={
                "home": "/",
                "article": f"/{article.year}/{article.month}/{article.slug}/",
                "list": "/page/2/",
                "category": f"/category/{CATEGORY}/",
                "search": f"/?{urlencode({'s': COMMON_WORD})}",
                "feed": "/feed/",
            },
            processes=[process, database],
            database=socket,
        )


@contextmanager
def counted_mariadb(folder: Path, socket: Path) -> Iterator[subprocess.Popen]:
    """Run a database server as tests/wordpress.py does, and yield its process."""
    with running_mariadb(folder, socket):
        yield AdoptedProcess(int((folder / "db.pid").read_text()))


@dataclass(frozen=True)
class AdoptedProcess:
    """A process that somebody else started and will end."""

    pid: int

    def poll(self) -> None:
        return None


# Ghost


@contextmanager
def running_ghost(folder: Path, articles: Path, programs: Programs, article: Article, url: str) -> Iterator[Engine]:
    """Install it on MariaDB, import the articles as a file of its own format, and run it as one process of Node."""
    socket, port = folder / "db.sock", free_port()
    content = folder / "content"
    shutil.copytree(programs.ghost / "content", content, symlinks=True)
    # It reads its settings from where it is started, and wants its package there.
    for each in programs.ghost.iterdir():
        if each.name != "content":
            (folder / each.name).symlink_to(each)
    shutil.copytree(articles / PICTURES, content / "images" / "2016", dirs_exist_ok=True)
    with ExitStack() as stack:
        database = stack.enter_context(counted_mariadb(folder, socket))
        statement = "CREATE DATABASE ghost CHARACTER SET utf8mb4"
        client = [find_program("mariadb"), "--no-defaults", f"--socket={socket}", f"--user={getpass.getuser()}"]
        subprocess.run([*client, "-e", statement], check=True)
        connection = {"socketPath": str(socket), "user": getpass.getuser(), "password": "", "database": "ghost"}
        settings = {
            "url": url,
            "server": {"host": "127.0.0.1", "port": port},
            "database": {"client": "mysql", "connection": connection},
            "paths": {"contentPath": str(content)},
            "logging": {"level": "error", "transports": ["stdout"]},
            "mail": {"transport": "Direct"},
            "security": {"staffDeviceVerification": False},
            "privacy": {"useUpdateCheck": False, "useGravatar": False},
        }
        (folder / "config.production.json").write_text(json.dumps(settings, indent=2))
        environment = os.environ | {"NODE_ENV": "production"}
        command = [programs.node, programs.ghost / "index.js"]
        process = stack.enter_context(started(command, folder / "log", cwd=folder, environment=environment))
        headers = AS_PROXY | {"Host": url.partition("//")[2], "Origin": url, "Accept-Version": "v6.0"}
        wait_until_ghost_is_ready(port, headers, process, folder / "log")
        take_in_ghost(f"http://127.0.0.1:{port}", headers, articles)
        version = json.loads((programs.ghost / "package.json").read_text())["version"]
        theme = json.loads((content / "themes" / "source" / "package.json").read_text())["version"]
        yield Engine(
            name="Ghost",
            url=url,
            version=f"{version}, Source {theme}",
            locations="client_max_body_size 50m;" + proxy_to(port),
            pages={
                "home": "/",
                "article": f"/{article.slug}/",
                "list": "/page/2/",
                "category": f"/tag/{CATEGORY}/",
                "feed": "/rss/",
            },
            processes=[process, database],
            database=socket,
            foreign=find_scripts(programs),
        )


def find_scripts(programs: Programs) -> dict[str, Path]:
    """Return the files that its pages ask a CDN for, by their paths there."""
    defaults = json.loads((programs.ghost / "core/shared/config/defaults.json").read_text())
    found = {}
    for name, package in (("portal", "portal"), ("sodoSearch", "sodo-search"), ("comments", "comments-ui")):
        address = defaults[name]["url"].replace("{version}", defaults[name]["version"])
        for file in programs.ghost_assets.glob(f"tryghost-{package}-*/package/umd/*.*s"):
            found[f"{urlsplit(address).path.rpartition('/')[0]}/{file.name}"] = file
    return found


def wait_until_ghost_is_ready(port: int, headers: dict, process: subprocess.Popen, log: Path) -> None:
    """Wait until it has made its tables: before that it answers that it will be back."""
    deadline = monotonic() + SECONDS_TO_START
    while monotonic() < deadline and process.poll() is None:
        try:
            answer = httpx2.get(f"http://127.0.0.1:{port}/ghost/api/admin/site/", timeout=60, headers=headers)
        except httpx2.HTTPError:
            sleep(0.5)
            continue
        if answer.status_code == 200:
            return
        sleep(0.5)
    raise RuntimeError(f"Ghost did not start: {log.read_text(errors='replace')[-3000:]}")


AS_PROXY = {"X-Forwarded-Proto": "http"}


def take_in_ghost(address: str, headers: dict, articles: Path) -> None:
    """Make its owner, and import the articles."""
    api = f"{address}/ghost/api/admin"
    password = secrets.token_urlsafe(16)
    with httpx2.Client(timeout=600, headers=headers) as client:
        keeper = {"name": "Keeper", "email": "keeper@la-marge.example", "password": password, "blogTitle": "La Marge"}
        client.post(f"{api}/authentication/setup/", json={"setup": [keeper]}).raise_for_status()
        client.post(f"{api}/session/", json={"username": keeper["email"], "password": password}).raise_for_status()
        # What an installation begins with, and nobody would leave there.
        for each in client.get(f"{api}/posts/?limit=all&fields=id").json()["posts"]:
            client.delete(f"{api}/posts/{each['id']}/").raise_for_status()
        changed = [{"key": "locale", "value": "fr"}, {"key": "timezone", "value": "Europe/Paris"}]
        client.put(f"{api}/settings/", json={"settings": changed}).raise_for_status()
        data = json.dumps(as_ghost_import(json.loads((articles / ARTICLES).read_text()))).encode()
        answer = client.post(f"{api}/db/", files={"importfile": ("articles.json", data, "application/json")})
        answer.raise_for_status()


def as_ghost_import(articles: list[dict]) -> dict:
    """Return articles as a file of its import: a table a kind of row, and two of relations."""
    data = {name: [] for name in ("posts", "tags", "users", "roles_users", "posts_tags", "posts_authors")}
    data["roles"] = [{"id": 1, "name": "Author"}]
    tags, people = {}, {}
    for number, article in enumerate(articles, 1):
        data["posts"].append(
            {
                "id": number,
                "title": article["title"],
                "slug": article["slug"],
                "html": article["html"].replace(f'src="{PICTURES}/', 'src="__GHOST_URL__/content/images/2016/'),
                "custom_excerpt": article["standfirst"][:300],
                "feature_image": article["cover"].replace(f"{PICTURES}/", "__GHOST_URL__/content/images/2016/") or None,
                "status": "published",
                "published_at": article["published_at"],
                "created_at": article["published_at"],
                "updated_at": article["published_at"],
            }
        )
        # It has no categories: the first tag of a post is its main one.
        for position, each in enumerate([*article["categories"], *article["tags"]]):
            key = tags.setdefault(each["slug"], len(tags) + 1)
            if key > len(data["tags"]):
                data["tags"].append({"id": key, **each})
            data["posts_tags"].append({"post_id": number, "tag_id": key, "sort_order": position})
        for position, each in enumerate(article["authors"]):
            key = people.setdefault(each["slug"], len(people) + 1)
            if key > len(data["users"]):
                data["users"].append({"id": key, **each, "email": f"{each['slug']}@la-marge.example"})
                data["roles_users"].append({"user_id": key, "role_id": 1})
            data["posts_authors"].append({"post_id": number, "author_id": key, "sort_order": position})
    return {"db": [{"meta": {"exported_on": 0, "version": "6.0.0"}, "data": data}]}


# Wagtail

WAGTAIL_SETTINGS = """
from .base import *

DEBUG = False
SECRET_KEY = {secret!r}
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
INSTALLED_APPS += ["blog"]
MIDDLEWARE = ["blog.counting.count_queries", *MIDDLEWARE]
LANGUAGE_CODE = "fr"
WAGTAIL_SITE_NAME = "La Marge"
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
"""


@contextmanager
def running_wagtail(folder: Path, articles: Path, programs: Programs, article: Article, url: str) -> Iterator[Engine]:
    """Begin a project as its tutorial does, put the blog into it, take the articles in, and run it by gunicorn."""
    port, site = free_port(), folder / "site"
    site.mkdir()
    tools = programs.wagtail / "bin"
    subprocess.run([tools / "wagtail", "start", "publication", site], check=True, stdout=subprocess.DEVNULL)
    shutil.copytree(HERE / "wagtail" / "blog", site / "blog")
    (site / "publication/settings/versus.py").write_text(WAGTAIL_SETTINGS.format(secret=secrets.token_hex(32)))
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "publication.settings.versus"}
    for arguments in (["makemigrations", "blog"], ["migrate"], ["take_in", articles], ["collectstatic", "--no-input"]):
        command = [tools / "python", "manage.py", *map(str, arguments)]
        subprocess.run(command, cwd=site, env=environment, check=True, stdout=subprocess.DEVNULL)
    gunicorn = [tools / "gunicorn", f"--workers={WORKERS}", f"--bind=127.0.0.1:{port}", "publication.wsgi"]
    with started(gunicorn, folder / "log", cwd=site, environment=environment) as process:
        wait_for(f"http://127.0.0.1:{port}/", [process], folder / "log")
        versions = "import wagtail, django; print(wagtail.__version__, 'Django', django.__version__, sep=', ')"
        done = subprocess.run([tools / "python", "-c", versions], capture_output=True, text=True, check=True)
        yield Engine(
            name="Wagtail",
            url=url,
            version=done.stdout.strip().replace("Django, ", "Django "),
            locations=files_at("/static/", site / "static") + files_at("/media/", site / "media") + proxy_to(port),
            pages={
                "home": "/",
                "article": f"/{quote(article.slug)}/",
                "list": "/?page=2",
                "category": f"/?tag={CATEGORY}",
                "search": f"/search/?{urlencode({'query': COMMON_WORD})}",
            },
            processes=[process],
            count_header=COUNT_HEADER,
        )


def copy_of(data: Path, folder: Path) -> Path:
    """Return a copy of Tribune's data, so that two may run beside each other."""
    shutil.copytree(data, folder, ignore=shutil.ignore_patterns("*.lock", "cache", "log"))
    return folder
