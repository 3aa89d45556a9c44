"""Titles as they are drawn: accents, length, letters that the typeface lacks."""

from io import BytesIO

from django.test import SimpleTestCase
from PIL import Image

from blog.sharing import TYPEFACE
from pictures import share_cards
from pictures.share_cards import AlphabetError, Card, TypefaceError, draw_card
from tests.pictures.hostile import photograph

LONG = "Pourquoi les très longs titres, « traduits »\u202f: deux cents signes, accents compris " * 4 + "jusqu’ici fin"


class TitleTests(SimpleTestCase):
    def fitted(self, title, width=600, height=370):
        return share_cards._fitted(title, TYPEFACE, width, height)

    def test_every_line_fits_and_so_do_all_together(self):
        for title in ("L’été", LONG, "Anticonstitutionnellement" * 5, "a " * 100, "Œ" * 200, ""):
            with self.subTest(title[:20]):
                face, lines = self.fitted(title)
                self.assertTrue(all(face.getlength(line) <= 600 for line in lines))
                self.assertLessEqual(len(lines) * face.size * share_cards.LEADING, 370 + face.size)

    def test_a_long_title_is_set_smaller_before_anything_is_left_out(self):
        large, _lines = self.fitted("Court")
        small, lines = self.fitted(
            "Un titre assez long pour trois ou quatre lignes, et même un peu plus que cela, vraiment"
        )
        self.assertLess(small.size, large.size)
        self.assertFalse(lines[-1].endswith("…"))

    def test_what_does_not_fit_ends_in_an_ellipsis(self):
        _face, lines = self.fitted(LONG)
        self.assertTrue(lines[-1].endswith("…"))

    def test_a_mark_does_not_begin_a_line(self):
        for width in range(150, 600, 10):
            _face, lines = self.fitted("Président numérique\u202f: une «\xa0bonne\xa0» idée\u202f?", width)
            self.assertFalse([line for line in lines if line[:1] in ":?»"], width)

    def test_accents_and_marks_of_french_and_english_are_all_there(self):
        face = share_cards._face(TYPEFACE, 40, 800)
        letters = "ÀÂÄÆÇÉÈÊËÎÏÔŒÙÛÜàâäæçéèêëîïôœùûü«»“”‘’…–—€"
        self.assertEqual(share_cards._known(letters, face), letters)

    def test_letters_of_other_languages_lose_their_marks(self):
        face = share_cards._face(TYPEFACE, 40, 800)
        self.assertEqual(share_cards._known("Łódź Dvořák 🎉", face), "Lódz Dvorák ")

    def test_another_alphabet_is_not_drawn_as_boxes(self):
        with self.assertRaises(AlphabetError):
            draw_card(Card("你好世界", "La Marge"), TYPEFACE)

    def test_a_missing_typeface_is_told(self):
        with self.assertRaises(TypefaceError):
            draw_card(Card("Titre", "La Marge"), TYPEFACE.with_name("none.woff2"))

    def test_the_focal_point_is_in_sight(self):
        wide = photograph(2000, 500)  # its upper left corner is red
        shown = {}
        for focus in ((5, 5), (95, 95)):
            image = Image.open(BytesIO(draw_card(Card("T", "S", focus=focus), TYPEFACE, wide)))
            shown[focus] = image.getpixel((760, 40))
        self.assertGreater(shown[5, 5][0] - shown[5, 5][1], 150)
        self.assertLess(shown[95, 95][0] - shown[95, 95][1], 150)
