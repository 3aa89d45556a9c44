"""What a browser meets: requests, other hosts, cookies, barriers; and what Lighthouse says."""

import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from tests.browser.axe import find_barriers
from tests.browser.conftest import CHROMIUM_FLAGS, find_chromium
from tests.versus.engines import Engine

PAGES = ("home", "article", "list", "category", "search")
SETTLED_MS = 2500


def flags(foreign_port: int) -> list[str]:
    """Return what makes Chromium find every other host at the port that stands for them."""
    rule = f"MAP * 127.0.0.1:{foreign_port}, EXCLUDE localhost"
    return [*CHROMIUM_FLAGS, f"--host-resolver-rules={rule}", "--ignore-certificate-errors"]


def browse(engines: list[Engine], foreign_port: int, folder: Path) -> dict[str, dict[str, dict]]:
    """Open each page for the first time, as on a desk; and scroll it down, so that all pictures come."""
    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=flags(foreign_port))
        for engine in engines:
            found[engine.name] = {
                name: open_page(chromium, engine, name, folder) for name in PAGES if name in engine.pages
            }
        chromium.close()
    return found


def open_page(chromium, engine: Engine, name: str, folder: Path) -> dict:
    context = chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    requests, sizes, complaints = [], {}, []
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    client.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    kinds = {}
    client.on("Network.requestWillBeSent", lambda event: kinds.update({event["requestId"]: event}))
    # Playwright notes something on what it is given, which a method of a list does not take.
    page.on("request", lambda request: requests.append(request))  # noqa: PLW0108
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.goto(engine.url + engine.pages[name], wait_until="load")
    page.wait_for_timeout(SETTLED_MS)
    before = len(requests)
    page.screenshot(path=folder / f"{engine.slug}-{name}.png")
    barriers = find_barriers(page)
    weights = Counter()
    for key, size in sizes.items():
        weights[kinds.get(key, {}).get("type", "Other").lower()] += size
    host = urlsplit(engine.url).netloc
    seen = {
        "requests": before,
        "by_kind": Counter(request.resource_type for request in requests[:before]),
        "bytes": weights,
        "total_bytes": sum(weights.values()),
        "other_hosts": sorted({urlsplit(request.url).netloc for request in requests} - {host, ""}),
        "cookies": [cookie["name"] for cookie in context.cookies()],
        "stored": page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length"),
        "axe_rules": sorted({barrier.partition(":")[0] for barrier in barriers}),
        "axe": len(barriers),
        "barriers": barriers,
        "console": complaints,
    }
    context.close()
    return seen


def run_lighthouse(
    engines: list[Engine], foreign_port: int, folder: Path, node: str, lighthouse: Path
) -> dict[str, dict[str, dict]]:
    """Return the scores of home and article, on Lighthouse's phone; the median of three runs by performance."""
    found = {}
    for engine in engines:
        found[engine.name] = {}
        for name in ("home", "article"):
            runs = [
                lighthouse_run(engine.url + engine.pages[name], foreign_port, folder, node, lighthouse)
                for _ in range(3)
            ]
            found[engine.name][name] = sorted(runs, key=lambda run: run["performance"])[1]
    return found


def lighthouse_run(url: str, foreign_port: int, folder: Path, node: str, lighthouse: Path) -> dict:
    place = folder / "lighthouse-report.json"
    # A rule with spaces in it is one argument.
    chrome = " ".join(re.sub(r"=(.* .*)", r'="\1"', flag) for flag in ["--headless=new", *flags(foreign_port)])
    command = [node, lighthouse, url, "--quiet", "--output=json", f"--output-path={place}", f"--chrome-flags={chrome}"]
    environment = os.environ | {"CHROME_PATH": find_chromium()}
    subprocess.run([str(part) for part in command], env=environment, check=True, capture_output=True, timeout=240)
    report = json.loads(place.read_text())
    scores = {name: round(100 * (each["score"] or 0)) for name, each in report["categories"].items()}
    audits = report["audits"]
    names = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
    wrong = [
        f"{name}/{each['id']}"
        for name, category in report["categories"].items()
        if name != "performance"
        for each in category["auditRefs"]
        if each["weight"] and audits[each["id"]]["score"] is not None and audits[each["id"]]["score"] < 1
    ]
    numbers = {name: round(audits[name]["numericValue"], 3) for name in names}
    return scores | numbers | {"bytes": audits["total-byte-weight"]["numericValue"], "wrong": wrong}
