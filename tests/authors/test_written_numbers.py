"""What stands for a key in an address or a form."""

from django.test import SimpleTestCase

from authors.written_numbers import read_number, read_numbers


class WrittenNumbersTests(SimpleTestCase):
    def test_plain_digits_are_a_number(self):
        self.assertEqual([read_number(text) for text in ("0", "7", "9" * 18, 12)], [0, 7, 10**18 - 1, 12])

    def test_everything_else_is_none(self):
        for text in ("", " 7", "-7", "+7", "7.0", "1e3", "٧", "²", "x", "9" * 19, None, "7\x00"):
            with self.subTest(text):
                self.assertIsNone(read_number(text))

    def test_nonsense_among_keys_is_left_out(self):
        self.assertEqual(read_numbers(["3", "x", "", "1"]), [3, 1])
