"""One nginx before all of them, with the same gzip; and what stands for the other hosts that their pages ask for."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.nginx import find_nginx, write_certificate
from tests.versus.engines import Engine, wait_for

AROUND = """daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
worker_processes 1;
{user}
events {{ worker_connections 256; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    sendfile on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    gzip on;
    gzip_vary on;
    gzip_proxied any;
    gzip_comp_level 6;
    gzip_types text/css text/javascript application/javascript text/plain application/json application/ld+json
               application/atom+xml application/rss+xml application/xml text/xml image/svg+xml;
    {servers}
}}
"""

SERVER = """server {{
    listen 127.0.0.1:{port};
    server_name localhost;
    {locations}
}}
"""

# Other hosts: what a page asks of them is there, so that no page is judged by what this machine cannot reach.
FOREIGN = """server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/fullchain.pem;
    ssl_certificate_key {folder}/privkey.pem;
    add_header Access-Control-Allow-Origin *;
    add_header Cache-Control "public, max-age=604800";
    root {folder}/foreign;
}}
"""


@contextmanager
def running_proxy(folder: Path, engines: list[Engine], foreign_port: int) -> Iterator[subprocess.Popen]:
    """Start nginx before the engines, and end it afterwards."""
    write_certificate(folder)
    for engine in engines:
        for path, file in engine.foreign.items():
            place = folder / "foreign" / path.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.read_bytes())
    servers = "".join(
        SERVER.format(port=urlsplit(engine.url).port, locations=engine.locations) for engine in engines
    ) + FOREIGN.format(port=foreign_port, folder=folder)
    # Files of the engines belong to whoever runs this.
    user = "user root;" if Path.home() == Path("/root") else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, servers=servers, user=user))
    log = folder / "nginx.log"
    command = [find_nginx(), "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "nginx-error.log"]
    with log.open("wb") as output:
        process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=output)
    try:
        for engine in engines:
            wait_for(engine.url, [process], log)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=10)
