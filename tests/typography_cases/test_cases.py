"""The cases of typography beside this file: each gives what it says, and that once more gives the same."""

import tomllib
from pathlib import Path

import pytest

from blog.body import render_body
from blog.typography import typeset

SIGNS = str.maketrans({"⍽": "\u00a0", "⎵": "\u202f", "⋅": "\u2009", "¬": "\u00ad"})


def _render(html: str, language: str) -> str:
    return render_body(html, language=language, pictures={}).html


MAKERS = {"text": typeset, "html": _render}


def _cases():
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        for kind, groups in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for group, cases in groups.items():
                for case in cases:
                    yield pytest.param(path.stem, kind, case[0], case[-1], id=f"{path.stem}: {group}: {case[0]}")


@pytest.mark.parametrize(("language", "kind", "typed", "wanted"), list(_cases()))
def test_case(language: str, kind: str, typed: str, wanted: str):
    make = MAKERS[kind]
    once = make(typed.translate(SIGNS), language)
    assert once == wanted.translate(SIGNS)
    assert make(once, language) == once
