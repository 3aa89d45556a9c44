"""Compare: python -m tests.versus FOLDER --ghost … --node … --wagtail … --lighthouse …; docs/comparison.md says how."""

import argparse
import json
import shutil
import signal
import sys
import traceback
from contextlib import ExitStack
from pathlib import Path

from config.supervisor import say
from tests.stack import free_port
from tests.versus import browser, measuring, probing
from tests.versus.articles import ARTICLES
from tests.versus.engines import (
    Article,
    Programs,
    copy_of,
    prepare_tribune,
    running_ghost,
    running_tribune,
    running_wagtail,
    running_wordpress,
)
from tests.versus.proxy import running_proxy

STEPS = ("look", "probe", "speed", "browse", "lighthouse")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.versus", description=__doc__)
    parser.add_argument("folder", type=Path, help="where all is put; a short path, for sockets")
    parser.add_argument("--posts", type=int, default=400, help="made-up posts besides the demo's own; half are French")
    parser.add_argument("--article", default="", help="the slug of the one to measure; else the newest with a cover")
    parser.add_argument("--ghost", type=Path, required=True, help="the unpacked npm package, its dependencies in it")
    parser.add_argument("--ghost-assets", type=Path, required=True, help="unpacked packages of what it loads by CDN")
    parser.add_argument("--node", default="node", help="the Node.js that runs it and Lighthouse")
    parser.add_argument("--wagtail", type=Path, required=True, help="a virtual environment with it, gunicorn, lxml")
    parser.add_argument("--lighthouse", type=Path, required=True, help="cli/index.js of the npm package")
    parser.add_argument("--seconds", type=int, default=5, help="of load on a page, in each of three rounds")
    parser.add_argument("--steps", nargs="*", default=STEPS, choices=(*STEPS, "stay"))
    return parser.parse_args()


def choose_article(folder: Path, slug: str) -> tuple[Article, int]:
    """Return an article with a cover and no discussion, and how many there are."""
    articles = json.loads((folder / ARTICLES).read_text())
    chosen = next(
        each for each in articles if each["slug"] == slug or (not slug and each["cover"] and not each["comments"])
    )
    year, month = chosen["published_at"].split("-")[:2]
    return Article(chosen["slug"], year, month), len(articles)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    arguments = read_arguments()
    folder = arguments.folder.resolve()
    programs = Programs(folder, arguments.ghost, arguments.node, arguments.wagtail, arguments.ghost_assets)
    data = prepare_tribune(folder, arguments.posts)
    article, count = choose_article(folder, arguments.article)
    say(f"{count} articles; measured is {article.slug}.")
    with ExitStack() as stack:
        place = fresh(folder / "run")
        urls = [f"http://localhost:{free_port()}" for _ in range(5)]
        starting = (
            lambda at, url: running_tribune(copy_of(data, at / "data"), article, url, is_cached=False),
            lambda at, url: running_wordpress(at, folder, article, url),
            lambda at, url: running_ghost(at, folder, programs, article, url),
            lambda at, url: running_wagtail(at, folder, programs, article, url),
            lambda at, url: running_tribune(copy_of(data, at / "data"), article, url, is_cached=True),
        )
        engines = []
        for number, (start, url) in enumerate(zip(starting, urls, strict=True)):
            at = place / str(number)
            at.mkdir()
            engines.append(stack.enter_context(start(at, url)))
            say(f"{engines[-1].name} {engines[-1].version}: {url}")
        foreign_port = free_port()
        stack.enter_context(running_proxy(place, engines, foreign_port))
        measure(arguments, folder, engines, foreign_port)


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def measure(arguments: argparse.Namespace, folder: Path, engines: list, foreign_port: int) -> None:
    """Do the steps, and write what each found to a file of its own."""
    # For a reader, a page of Tribune's cache is the same as one made anew.
    different = [engine for engine in engines if not engine.name.endswith("off")]
    steps = {
        "look": lambda: measuring.look_at(engines, folder),
        "probe": lambda: probing.probe_all(different),
        "speed": lambda: measuring.measure_speed(engines, arguments.seconds, say),
        "browse": lambda: browser.browse(different, foreign_port, folder),
        "lighthouse": lambda: browser.run_lighthouse(
            different, foreign_port, folder, arguments.node, arguments.lighthouse
        ),
    }
    for name in arguments.steps:
        if name == "stay":
            say(f"Other hosts are at port {foreign_port}. Ctrl-C stops it.")
            signal.pause()
        say(f"{name} …")
        try:
            found = json.dumps(steps[name](), indent=1, ensure_ascii=False)
        except Exception:
            # The other steps took as long to get to.
            say(traceback.format_exc())
            continue
        (folder / f"{name}.json").write_text(found + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
