"""nginx with the configuration that operators copy, in front of a running site, on the loopback."""

import datetime
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.stack import ROOT, free_port, running_site

NAME = "blog.example.org"
URL = f"https://{NAME}"
# Debian keeps it where no plain user looks for programs.
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
SECONDS_TO_START = 10

# What Debian's nginx.conf says around the sites that it includes, as far as it matters to them.
AROUND = """\
daemon off;
pid {folder}/pid;
error_log {folder}/error.log info;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
    include {types};
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/tribune.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """nginx and the site behind it."""

    data_dir: Path
    port: int
    plain_port: int
    process: subprocess.Popen
    site: subprocess.Popen

    def client(self) -> httpx2.Client:
        """Return a client that takes the proxy for the site of its name."""
        # The certificate is one of an hour ago.
        return httpx2.Client(
            base_url=f"https://127.0.0.1:{self.port}", headers={"Host": NAME}, verify=False, timeout=30
        )


def find_nginx() -> str:
    """Return the program; skip where there is none, unless REQUIRE_NGINX says that there must be."""
    found = shutil.which("nginx", path=PATH)
    if found is None:
        if os.environ.get("REQUIRE_NGINX"):
            pytest.fail("REQUIRE_NGINX is set, and there is no nginx.")
        pytest.skip("There is no nginx.")
    return found


@contextmanager
def running_proxy(folder: Path, **settings: str) -> Iterator[Proxy]:
    """Start a site and nginx in front of it, and end both afterwards."""
    program = find_nginx()
    data_dir = folder / "data"
    data_dir.mkdir()
    # A worker of root's nginx is somebody else, as on a server.
    for place in (folder, data_dir):
        place.chmod(0o755)
    with running_site(data_dir, SITE_URL=URL, DEMO="no", **settings) as site:
        ports = free_port(), free_port()
        write_configuration(folder, data_dir, site.url, *ports)
        with (folder / "said").open("wb") as said:
            command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
            process = subprocess.Popen(command, stdout=said, stderr=said)
        proxy = Proxy(data_dir, *ports, process, site.process)
        try:
            wait_for(proxy, folder)
            yield proxy
        finally:
            process.terminate()
            process.wait(timeout=SECONDS_TO_START)


def write_configuration(folder: Path, data_dir: Path, site: str, port: int, plain_port: int) -> None:
    """Write ours with the ports, the certificate and the folders of this test."""
    write_certificate(folder)
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    ours = (ROOT / "deploy" / "nginx.conf").read_text()
    for before, after in (
        ("127.0.0.1:8000", f"127.0.0.1:{site.rpartition(':')[2]}"),
        ("listen 80;", f"listen 127.0.0.1:{plain_port};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/letsencrypt/live/blog.example.org", str(folder)),
        ("/var/lib/tribune", str(data_dir)),
        ("/var/cache/nginx/tribune", str(folder / "cache")),
        ("/srv/tribune/deploy", str(folder / "deploy")),
    ):
        assert before in ours, f"deploy/nginx.conf says no more “{before}”."
        ours = ours.replace(before, after)
    ours = re.sub(r"(?m)^ *listen \[::\].*\n", "", ours)
    (folder / "tribune.conf").write_text(ours)
    types = next(
        path for path in map(Path, ("/etc/nginx/mime.types", "/usr/local/nginx/conf/mime.types")) if path.exists()
    )
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, types=types))


def write_certificate(folder: Path) -> None:
    """Make a certificate that nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def wait_for(proxy: Proxy, folder: Path) -> None:
    deadline = monotonic() + SECONDS_TO_START
    while monotonic() < deadline and proxy.process.poll() is None:
        try:
            with proxy.client() as client:
                client.get("/healthz")
        except httpx2.HTTPError:
            sleep(0.05)
        else:
            return
    raise AssertionError((folder / "said").read_text() + (folder / "error.log").read_text())
