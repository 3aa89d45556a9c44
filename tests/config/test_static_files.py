"""Style sheets as they are collected."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.test import SimpleTestCase, override_settings

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.JoinedStaticFilesStorage"},
}


class JoiningTests(SimpleTestCase):
    def setUp(self):
        source, root = (self.enterContext(TemporaryDirectory()) for _ in range(2))
        self.source, self.root = Path(source), Path(root)
        for folder in ("css", "pictures"):
            (self.source / folder).mkdir()
        (self.source / "pictures/dot.svg").write_text("<svg/>")
        self.write("whole", '/* Whole. */\n@import url("outer.css");\n@import url("last.css");\n.whole { top: 0 }\n')
        self.write("outer", '@import url("inner.css");\n.outer { top: 0 }\n')
        self.write("inner", '.inner { background: url("../pictures/dot.svg") }\n')
        self.write("last", '@import url("https://elsewhere.example/a.css");\n.last { top: 0 }\n')
        self.enterContext(
            override_settings(
                STORAGES=STORAGES,
                STATIC_ROOT=self.root,
                STATICFILES_DIRS=[self.source],
                STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
            )
        )

    def write(self, name: str, text: str) -> None:
        (self.source / f"css/{name}.css").write_text(text)

    def collect(self) -> str:
        """Return the collected style sheet that holds the others: the one that is not of an earlier time."""
        before = set(self.root.glob("css/whole.*.css"))
        call_command("collectstatic", interactive=False, verbosity=0)
        [made] = set(self.root.glob("css/whole.*.css")) - before
        return made.read_text()

    def test_what_is_imported_takes_the_place_of_the_import(self):
        text = self.collect()
        self.assertEqual(re.findall(r"\.(\w+) \{", text), ["inner", "outer", "last", "whole"])
        self.assertNotIn('import url("outer', text)
        self.assertIn("elsewhere.example", text)

    def test_addresses_within_what_was_imported_have_their_hash(self):
        self.assertRegex(self.collect(), r'url\("\.\./pictures/dot\.[0-9a-f]{12}\.svg"\)')

    def test_a_part_that_changed_changes_what_holds_it_and_its_name(self):
        self.collect()
        self.write("inner", ".changed { top: 0 }\n")
        self.assertIn(".changed", self.collect())

    def test_a_part_that_is_not_there_is_an_error(self):
        self.write("last", '@import url("nowhere.css");\n')
        with self.assertRaisesMessage(Exception, "nowhere.css"):
            self.collect()
