"""Walk over the whole site, and say what contradicts something else, what is broken, and what takes a detour."""

import json
import sys
from collections.abc import Callable, Iterable
from itertools import groupby

import httpx2
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.wsgi import get_wsgi_application

from blog.models import OldAddress
from config.crawl.contradictions import Finding, Kind, find_all
from config.crawl.sitemaps import read_robots, read_sitemaps
from config.crawl.walking import USER_AGENT, Walk

STARTS = ("/", "/en/")
SECONDS = 60
# How often it says that it is still at work.
EVERY = 1000


class Command(BaseCommand):
    help = (
        "Crawl the whole site, and print every contradiction between canonical addresses, hreflang, sitemaps, feeds, "
        "JSON-LD, robots and status codes, every broken link, and every chain of redirects; end with 1 if there is any."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="", help="where the site answers; without, it is asked without a server")
        parser.add_argument("--most", type=int, default=500_000, help="how many addresses are asked for at most")
        parser.add_argument("--json", action="store_true", help="print what is found as JSON, one object a line")

    def handle(self, *, url: str, most: int, json: bool, verbosity: int, **options) -> None:
        try:
            with make_client(url) as client:
                walk = Walk(client, settings.SITE_URL, most=most)
                old = OldAddress.objects.order_by("path").values_list("path", flat=True).iterator()
                findings = look_over(walk, old, told=self.tell if verbosity and not json else lambda _count: None)
        except httpx2.HTTPError as error:
            raise CommandError(f"The site cannot be asked: {error}") from error
        self.show(findings, is_json=json)
        if not json:
            self.stdout.write(f"{len(walk.pages)} addresses, {len(findings)} findings.")
            if not walk.is_whole:
                self.stdout.write(f"There are more than {most}: what lies beyond was not asked for.")
        if findings:
            sys.exit(1)

    def tell(self, count: int) -> None:
        if count % EVERY == 0:
            self.stderr.write(f"{count} addresses …")

    def show(self, findings: list[Finding], *, is_json: bool) -> None:
        if is_json:
            for each in findings:
                line = {"kind": each.kind.name.lower(), "address": each.path, "finding": each.words}
                self.stdout.write(json.dumps(line, ensure_ascii=False))
            return
        for kind, group in groupby(findings, key=lambda each: each.kind):
            lines = list(group)
            self.stdout.write(f"{kind} ({len(lines)})")
            for each in lines:
                self.stdout.write(f"  {each.path} {each.words}")


def make_client(url: str) -> httpx2.Client:
    """Return a client that asks a running server, or the program itself where no address is given."""
    headers = {"User-Agent": USER_AGENT}
    if url:
        return httpx2.Client(base_url=url, headers=headers, timeout=SECONDS)
    transport = httpx2.WSGITransport(app=get_wsgi_application(), raise_app_exceptions=False)
    return httpx2.Client(base_url=settings.SITE_URL, transport=transport, headers=headers)


def look_over(
    walk: Walk, old_paths: Iterable[str] = (), *, told: Callable[[int], None] = lambda _count: None
) -> list[Finding]:
    """Walk over a site, and return what is wrong, in order; ``old_paths`` have to lead on in one step."""
    rules, sitemaps = read_robots(walk)
    walk.go(STARTS, told=told)
    broken = [Finding(Kind.SITEMAP, *each) for each in read_sitemaps(walk, sitemaps)]
    return sorted({*broken, *find_all(walk, rules, old_paths)})
