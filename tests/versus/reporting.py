"""The tables of docs/comparison.md from what was found: python -m tests.versus.reporting FOLDER."""

import json
import sys
from pathlib import Path
from statistics import median

OURS = "Tribune, page cache off"
PAGES = ("home", "article", "list", "category", "search", "feed")
KIB = 1024


def main() -> None:
    folder = Path(sys.argv[1])
    for name, table in (
        ("look", html_table),
        ("speed", speed_table),
        ("browse", browser_table),
        ("lighthouse", lighthouse_table),
    ):
        place = folder / f"{name}.json"
        if place.exists():
            sys.stdout.write("\n".join([*table(json.loads(place.read_text())), "", ""]))


def row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def head(*cells: str) -> list[str]:
    return [row(*cells), row(*("---" for _ in cells))]


def html_table(found: dict) -> list[str]:
    """HTML as gzip sends it, queries, and what the validator calls an error."""
    engines = [name for name in found if name != "Tribune"]
    lines = head("Page: HTML, gzip KiB / queries / errors", *engines)
    for page in PAGES:
        cells = []
        for name in engines:
            each = found[name].get(page)
            if not each:
                cells.append("–")
                continue
            errors = "–" if each.get("vnu") is None else sum(each["vnu"].values())
            cells.append(f"{each['gzip'] / KIB:.1f} / {each['queries']} / {errors}")
        lines.append(row(page, *cells))
    return lines


def speed_table(found: dict) -> list[str]:
    """Requests a second, median time and processor time: ours in numbers, the others as ratios within a round."""
    others = [name for name in found if name != OURS]
    lines = []
    for measure, title in (
        ("per_second", "Requests a second"),
        ("median_ms", "Median time"),
        ("processor_ms", "Processor time a request"),
    ):
        lines += ["", *head(title, OURS, *others)]
        for page in PAGES:
            ours = found[OURS].get(page)
            cells = [
                ratio(found[name][page]["rounds"][measure], ours["rounds"][measure]) if page in found[name] else "–"
                for name in others
            ]
            lines.append(row(page, f"{ours[measure]:.1f}", *cells))
    return lines


def ratio(theirs: list[float], ours: list[float]) -> str:
    return f"× {median(a / b for a, b in zip(theirs, ours, strict=True)):.2f}"


def browser_table(found: dict) -> list[str]:
    """What the first visit of a page fetches."""
    lines = head(
        "Page", "Engine", "Requests", "HTML", "CSS", "JS", "Fonts", "Pictures", "All KiB", "Other hosts", "axe"
    )
    for page in PAGES:
        for name, pages in found.items():
            if page not in pages:
                continue
            each = pages[page]
            weights = each["bytes"]
            kinds = ("document", "stylesheet", "script", "font", "image")
            cells = [f"{weights.get(kind, 0) / KIB:.0f}" for kind in kinds]
            hosts = ", ".join(each["other_hosts"]) or "none"
            lines.append(
                row(page, name, each["requests"], *cells, f"{each['total_bytes'] / KIB:.0f}", hosts, each["axe"])
            )
    return lines


def lighthouse_table(found: dict) -> list[str]:
    """Lighthouse on its phone."""
    lines = head(
        "Page", "Engine", "Performance", "Accessibility", "Best practices", "SEO", "FCP s", "LCP s", "TBT ms", "CLS"
    )
    for page in ("home", "article"):
        for name, pages in found.items():
            each = pages[page]
            scores = [each[kind] for kind in ("performance", "accessibility", "best-practices", "seo")]
            paints = [f"{each[kind] / 1000:.1f}" for kind in ("first-contentful-paint", "largest-contentful-paint")]
            rest = (f"{each['total-blocking-time']:.0f}", f"{each['cumulative-layout-shift']:.2f}")
            lines.append(row(page, name, *scores, *paints, *rest))
    return lines


if __name__ == "__main__":
    main()
