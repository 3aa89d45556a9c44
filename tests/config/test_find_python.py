import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import SimpleTestCase

SCRIPT = Path(__file__).resolve().parents[2] / "requirements" / "find-python"


class FindPythonTests(SimpleTestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(TemporaryDirectory()))

    def find(self, **environment):
        environment = {"PATH": str(self.folder), "HOME": str(self.folder)} | environment
        return subprocess.run(["/bin/sh", SCRIPT], env=environment, capture_output=True, text=True, check=False)

    def make_python(self, place, works=True):
        """Put a program in a place that says that it is a fitting Python, or not."""
        place = self.folder / place
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"#!/bin/sh\nexit {0 if works else 1}\n")
        place.chmod(0o755)
        return str(place)

    def test_without_any_it_says_what_to_install(self):
        answer = self.find()
        self.assertEqual((answer.returncode, answer.stdout), (1, ""))
        self.assertIn("Tribune needs Python 3.12 or later", answer.stderr)
        self.assertEqual(answer.stderr.count("\n"), 1)

    def test_the_chosen_one_comes_first(self):
        self.make_python("python3.13")
        chosen = self.make_python("other/python")
        self.assertEqual(self.find(PYTHON=chosen).stdout.strip(), chosen)

    def test_a_chosen_one_that_does_not_fit_is_refused(self):
        answer = self.find(PYTHON=self.make_python("other/python", works=False))
        self.assertEqual(answer.returncode, 1)
        self.assertIn("is not a Python 3.12 or later", answer.stderr)

    def test_an_old_one_on_the_path_is_passed_over(self):
        self.make_python("python3.13", works=False)
        right = self.make_python("python3")
        self.assertEqual(self.find().stdout.strip(), right)

    def test_pyenv_is_looked_through(self):
        self.make_python(".pyenv/versions/3.11.7/bin/python3")
        right = self.make_python(".pyenv/versions/3.12.1/bin/python3")
        self.assertEqual(self.find().stdout.strip(), right)

    def test_a_real_one_is_found(self):
        (self.folder / "python3").symlink_to(os.path.realpath(sys.executable))
        self.assertEqual(self.find().stdout.strip(), str(self.folder / "python3"))
