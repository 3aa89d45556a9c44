"""What is true of every file of the project, and no linter looks for."""

import re
import subprocess
from pathlib import Path

from django.test import SimpleTestCase

ROOT = Path(__file__).resolve().parents[2]
VAGUE_NAMES = {"utils", "helpers", "core", "common", "misc"}


def tracked(*patterns: str) -> list[Path]:
    answer = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, check=False)
    if answer.returncode:
        # An unpacked archive is no repository.
        return [path for pattern in patterns for path in ROOT.glob(f"*/**/{pattern.lstrip('*')}")]
    return [ROOT / name for name in answer.stdout.decode().split("\0") if name and (ROOT / name).exists()]


class HouseRulesTests(SimpleTestCase):
    def assertNowhere(self, pattern, files):
        found = [
            f"{file.relative_to(ROOT)}: {match.group()}"
            for file in files
            for match in re.finditer(pattern, file.read_text(encoding="utf-8"), re.IGNORECASE)
        ]
        self.assertEqual(found, [])

    def test_no_module_has_a_name_that_says_nothing(self):
        names = [path for path in tracked("*.py") if {path.stem, *path.relative_to(ROOT).parts} & VAGUE_NAMES]
        self.assertEqual(names, [])

    def test_templates_mark_nothing_as_safe(self):
        self.assertNowhere(r"\|safe\b|\{% autoescape off", tracked("templates/*.html"))

    def test_templates_hold_no_inline_style_or_script(self):
        inline = r'\sstyle="|\son[a-z]+="|<style\b|<script(?![^>]*\bsrc=)(?![^>]*type="application/(ld\+)?json")[^>]*>'
        self.assertNowhere(inline, tracked("templates/*.html"))

    def test_requirements_name_no_index(self):
        self.assertNowhere(r"^\s*(-i|--(extra-)?index-url|--find-links)\b.*|https?://\S+", tracked("requirements/*"))
