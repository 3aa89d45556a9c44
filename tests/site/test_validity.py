"""What the Nu HTML checker (vnu) finds wrong with the pages and style sheets: nothing.

It is a Java program and comes by npm (requirements/vnu). Where it is not there, these tests are skipped with a line
that says so, unless REQUIRE_VNU says that it must be.
"""

import json
import os
import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.stack import ROOT

JAR = ROOT / "build/vnu/node_modules/vnu-jar/build/dist/vnu.jar"

# Pages that differ from others of their kind only in whose comment they are about.
MANY_OF_A_KIND = re.compile(r"/(commentaires|comments)/\d+/|\?share=email")
HOW_MANY_OF_THEM = 20

# What is newer than the checker’s knowledge of CSS.
UNKNOWN_TO_IT = re.compile(r"“(container|line-clamp|field-sizing)”: Property|Unrecognized at-rule “@container”")


# Django’s pages are its own: what it merely advises against is not ours to change.
OF_DJANGO = "/admin/"

# So that a checker that checks nothing is noticed.
BROKEN_PAGE = '<!doctype html><html lang="fr"><title>Faux</title><p><a href="/"><a href="/">Faux</a></a>'
BROKEN_SHEET = "p { colour: red }"


@pytest.fixture(scope="module")
def vnu() -> list[str]:
    """Return the command that runs the checker."""
    jar = Path(os.environ.get("VNU_JAR", JAR))
    missing = None if jar.exists() else f"there is no {jar}"
    if shutil.which("java") is None:
        missing = "there is no Java on PATH"
    if missing:
        if os.environ.get("REQUIRE_VNU"):
            pytest.fail(f"REQUIRE_VNU is set, and {missing}")
        pytest.skip(f"validity of HTML and CSS: {missing}; .ci/run installs it")
    return ["java", "-jar", str(jar), "--format", "json", "--stdout", "--exit-zero-always"]


@pytest.fixture(scope="module")
def page_faults(publication, vnu, tmp_path_factory) -> dict[str, list[str]]:
    """Return what is wrong with each page; one run of the checker, since it takes seconds to start."""
    folder = tmp_path_factory.mktemp("pages")
    names = {}
    for number, (name, text) in enumerate(texts_to_check(publication).items()):
        names[f"{number}.html"] = name
        (folder / f"{number}.html").write_text(text, encoding="utf-8")
    return find_faults([*vnu, str(folder)], names)


def texts_to_check(publication) -> dict[str, str]:
    pages = {page.path: page.text for page in publication.pages if not MANY_OF_A_KIND.search(page.path)}
    alike = [page for page in publication.pages if MANY_OF_A_KIND.search(page.path)]
    pages |= {page.path: page.text for page in alike[:: len(alike) // HOW_MANY_OF_THEM]}
    pages |= {f"{page.path} ({kind})": page.text for (kind, _), page in publication.kinds.items()}
    frames = {text for page in publication.pages for text in page.tree.xpath("//iframe/@srcdoc")}
    pages |= {f"frame: {text}": text for text in frames}
    return pages | {"500": get_template("500.html").render(), "broken": BROKEN_PAGE}


def test_every_page_is_valid(page_faults):
    assert page_faults.pop("broken"), "the checker finds nothing wrong with what is wrong"
    assert page_faults == {}


def test_every_style_sheet_is_valid(vnu, tmp_path):
    broken = tmp_path / "broken.css"
    broken.write_text(BROKEN_SHEET)
    sheets = sorted(ROOT.glob("static/*/*.css"))
    faults = find_faults([*vnu, "--css", *map(str, sheets), str(broken)], {})
    assert faults.pop("broken.css"), "the checker finds nothing wrong with what is wrong"
    assert faults == {}


def find_faults(command: list[str], names: dict[str, str]) -> dict[str, list[str]]:
    """Return what the checker says of each file, by the file’s name or what ``names`` calls it."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    faults = defaultdict(list)
    for message in json.loads(done.stdout)["messages"]:
        file = message["url"].rpartition("/")[2]
        name = names.get(file, file)
        is_advice = message["type"] == "info" and name.startswith(OF_DJANGO)
        if not is_advice and not UNKNOWN_TO_IT.search(message["message"]):
            faults[name].append(f"line {message.get('lastLine')}: {message['message']} {message.get('extract', '')}")
    return dict(faults)
