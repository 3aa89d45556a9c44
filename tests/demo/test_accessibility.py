"""docs/accessibility.md and the demo's accessibility statement, which say the same and leave nothing out."""

import re
import tomllib
from collections import Counter

from django.test import SimpleTestCase

from tests.stack import ROOT

# How many criteria each theme of the RGAA 4.1 has, from pictures to use.
THEMES = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)
CONFORMING, NOT_CONFORMING, NOT_APPLICABLE = "conforming", "not conforming", "not applicable"

ROW = re.compile(r"^\| (\d+\.\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
MONTHS = {"November": "novembre", "December": "décembre", "January": "janvier", "February": "février", "March": "mars"}


class StatementTests(SimpleTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.text = (ROOT / "docs/accessibility.md").read_text(encoding="utf-8")
        cls.rows = ROW.findall(cls.text)
        counted = Counter(result for _number, _name, result, _why in cls.rows)
        cls.met, cls.missed = counted[CONFORMING], counted[NOT_CONFORMING]
        cls.rate = 100 * cls.met // (cls.met + cls.missed)
        cls.failing = [number for number, _name, result, _why in cls.rows if result == NOT_CONFORMING]
        pages = tomllib.loads((ROOT / "demo/content/pages.toml").read_text(encoding="utf-8"))["page"]
        [cls.statement] = [page for page in pages if page["key"] == "accessibility"]

    def test_each_criterion_has_its_row_in_order(self):
        numbers = [f"{theme}.{number + 1}" for theme, most in enumerate(THEMES, 1) for number in range(most)]
        self.assertEqual(len(numbers), 106)
        self.assertEqual([number for number, *_ in self.rows], numbers)

    def test_each_has_one_of_three_results_and_a_reason(self):
        for number, name, result, why in self.rows:
            with self.subTest(number):
                self.assertIn(result, (CONFORMING, NOT_CONFORMING, NOT_APPLICABLE))
                self.assertTrue(name.strip() and why.strip())

    def test_tests_that_are_named_are_there(self):
        for path in re.findall(r"`((?:tests|static|demo)/[\w/.-]+\.\w+)`", self.text):
            with self.subTest(path):
                self.assertTrue((ROOT / path).is_file())

    def test_sum_is_that_of_the_table(self):
        applying = self.met + self.missed
        self.assertIn(f"{self.met} of the {applying} criteria that apply are conforming: {self.rate} %.", self.text)
        listed = re.search(r"Not conforming are ([^\n]*)\.\n", self.text)[1]
        self.assertEqual(re.findall(r"\d+\.\d+", listed), self.failing)

    def test_statement_has_the_numbers_of_the_table(self):
        applying = self.met + self.missed
        for language, words in (
            ("fr", f"Sur les {applying} qui s'appliquent, {self.met} sont respectés"),
            ("en", f"Of the {applying} that apply, {self.met} are met"),
        ):
            body = self.statement[language]["body"]
            with self.subTest(language):
                self.assertIn(words, body)
                self.assertRegex(body, rf": {self.rate}\s?%")
                self.assertIn("106", body)
                self.assertEqual(re.findall(r"crit(?:ère|erion) (\d+\.\d+)", body), self.failing)

    def test_statement_has_the_day_of_the_table(self):
        day, month, year = re.search(r"Looked at on (\d+) (\w+) (\d{4})", self.text).groups()
        for language, name in (("en", month), ("fr", MONTHS[month])):
            # When it was gone through, and when the statement was brought up to date.
            self.assertGreaterEqual(self.statement[language]["body"].count(f"{day} {name} {year}"), 2)

    def test_statement_says_how_far_it_conforms_whom_to_write_to_and_what_else_can_be_done(self):
        for language, wanted in (
            (
                "fr",
                ("partiellement conforme", "mailto:", "Défenseur des droits", "Dérogations", "Technologies", "Outils"),
            ),
            ("en", ("partly conforms", "mailto:", "Défenseur des droits", "Exemptions", "Technologies", "Tools")),
        ):
            for words in wanted:
                with self.subTest(words):
                    self.assertIn(words, self.statement[language]["body"])
