"""What typography puts into a text hinders nobody who types it as a keyboard has it."""

from tests.blog.search.test_search import ENGLISH, SearchTestCase
from tests.factories import make_post

TYPED = """<p>Ils étaient 10 000 à l'Assemblée, dit J. R. R. Tolkien : "Louis XIV n'a jamais bu 25 °C d'eau" !
Aujourd'hui, le 06 12 34 56 78 répond.</p>"""


class TypesetTextTests(SearchTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post(title="L'été", body=TYPED)
        cls.english = make_post(
            language="en", title="Don't", slug="dont", body="<p>It's 1914-1918 and the dogs' \"day\" -- he isn't.</p>"
        )

    def test_as_typed_and_as_shown_it_is_found(self):
        for query in (
            "10 000",
            '"10 000"',
            "10\u00a0000",
            "l'Assemblée",
            "l’Assemblée",
            "aujourd'hui",
            '"Louis XIV"',
            '"J. R. R. Tolkien"',
            '"25 °C"',
            '"n\'a jamais bu"',
            '"06 12 34 56 78"',
            "l'été",
        ):
            with self.subTest(query):
                self.assertEqual(len(self.titles(query)), 1)

    def test_english_too(self):
        for query in ("1914-1918", '"1914–1918"', "isn't", "isn’t", '"it\'s 1914"', '"dogs\' day"'):
            with self.subTest(query):
                self.assertEqual(len(self.titles(query, ENGLISH)), 1)
