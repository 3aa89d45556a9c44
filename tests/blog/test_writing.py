"""What the body editor asks the site while somebody writes."""

import json

from django.test import TestCase

from tests.factories import make_alice, make_bob, make_carol

MARKDOWN = "/admin/blog/image/markdown.json"
TYPOGRAPHY = "/admin/blog/image/typography.json"


class WritingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice, cls.bob, cls.carol = make_alice(), make_bob(), make_carol()

    def setUp(self):
        self.client.force_login(self.bob)

    def typeset(self, blocks: object) -> list:
        return self.client.post(TYPOGRAPHY, {"blocks": json.dumps(blocks)}).json()["blocks"]

    def test_markdown_is_read(self):
        answer = self.client.post(MARKDOWN, {"text": "## A\r\n\r\n**b**"}).json()
        self.assertEqual(answer, {"source": "<h2>A</h2>\n<p><strong>b</strong></p>"})

    def test_markdown_that_is_too_intricate_is_refused_in_words(self):
        self.assertIn("error", self.client.post(MARKDOWN, {"text": "*a* " * 20_000}).json())

    def test_typography_is_that_of_readers(self):
        self.assertEqual(
            self.typeset([[['Il dit "oui', "fr"], ['" !', "fr"], ["a ?", None]], [['"b"', "en"]]]),
            [["Il dit «\u00a0oui", "\u00a0»\u202f!", "a ?"], ["“b”"]],
        )

    def test_nonsense_gets_nothing(self):
        for sent in ("", "x", "{}", "[1]", "[[1]]", '[[["a"]]]', '[[["a", 1]]]', "[" * 5000, "null"):
            with self.subTest(sent[:10]):
                response = self.client.post(TYPOGRAPHY, {"blocks": sent})
                self.assertEqual((response.status_code, response.json()), (200, {"blocks": []}))

    def test_others_are_refused(self):
        for address in (MARKDOWN, TYPOGRAPHY):
            self.client.force_login(self.bob)
            self.assertEqual(self.client.get(address).status_code, 405)
            self.client.force_login(self.carol)
            self.assertEqual(self.client.post(address).status_code, 403)
            client = self.client_class(enforce_csrf_checks=True)
            client.force_login(self.alice)
            self.assertEqual(client.post(address).status_code, 403)

    def test_recordings_are_known_by_their_address(self):
        ask = "/admin/blog/image/audio.json"
        answer = self.client.get(ask, {"address": "https://soundcloud.com/a/b?si=1"}).json()
        self.assertEqual(answer, {"address": "https://soundcloud.com/a/b"})
        self.assertIn("error", self.client.get(ask, {"address": "https://example.org/"}).json())
        self.assertEqual(self.client.post(ask).status_code, 405)
