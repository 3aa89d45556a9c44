from itertools import chain

from django.test import SimpleTestCase
from PIL import ImageChops, ImageStat

from demo.drawings import KINDS, MOTIFS, PALETTES, charts, draw, draw_file, logos, scenes
from demo.drawings.portraits import FACES, SKINS, face_for
from demo.drawings.press import Sheet
from pictures.masters import Master


class DrawTests(SimpleTestCase):
    def test_every_kind_has_its_size(self):
        for kind, size in KINDS.items():
            with self.subTest(kind):
                self.assertEqual(draw(kind, "waves page", "ink", "some-key").size, size)

    def test_same_words_give_the_same_picture(self):
        first, second = (draw("logo", "envelope snail", "sea", "logo-slow-inbox") for _ in range(2))
        self.assertIsNone(ImageChops.difference(first, second).getbbox())

    def test_another_seed_gives_another_picture(self):
        first, second = (draw("portrait", "portrait", "sea", seed) for seed in ("one", "two"))
        self.assertIsNotNone(ImageChops.difference(first, second).getbbox())

    def test_words_that_nobody_knows_find_a_drawing(self):
        for kind in KINDS:
            with self.subTest(kind):
                image = draw(kind, "quantum marmalade", "of the colour of time", "some-key")
                self.assertGreater(max(ImageStat.Stat(image).stddev), 10)
                self.assertEqual(draw(kind, "", "", "").size, KINDS[kind])

    def test_palette_is_found_by_other_words_for_its_colour(self):
        named, told = (draw("logo", "bubbles", palette, "x") for palette in ("moss", "deep green"))
        self.assertIsNone(ImageChops.difference(named, told).getbbox())

    def test_there_is_enough_to_choose_from(self):
        self.assertGreaterEqual(len(MOTIFS), 16)
        self.assertGreaterEqual(len(PALETTES), 8)
        for word in ("waves", "grid", "skyline", "network", "page", "megaphone", "orbit", "clock", "bars", "letters"):
            self.assertIn(word, MOTIFS)

    def test_file_is_a_master_of_moderate_size(self):
        cover = draw_file("cover", "", "ink", "cover-musee-repondre-commentaires")
        self.assertIsInstance(cover, Master)
        self.assertEqual((cover.width, cover.height), (1600, 900))
        self.assertLess(cover.size, 200_000)
        self.assertTrue(draw_file("logo", "bubbles", "brick", "logo").name.endswith(".png"))


class SceneTests(SimpleTestCase):
    def test_every_scene_prints_on_every_shape_of_sheet(self):
        drawings = {*scenes.BY_KEY.values(), *chain.from_iterable(scenes.BY_WORD.values())}
        for drawing in drawings | {*charts.BY_KEY.values(), *logos.MARKS.values()}:
            for size in ((192, 108), (150, 100), (100, 100)):
                with self.subTest(drawing.__name__, size=size):
                    sheet = Sheet(size, PALETTES["ink"], "seed")
                    drawing(sheet)
                    self.assertGreater(max(ImageStat.Stat(sheet.printed()).stddev), 10)


class FaceTests(SimpleTestCase):
    def test_known_person_keeps_a_face_whatever_the_words(self):
        self.assertEqual(face_for("portrait-hugo-marchetti", ["curly"]), FACES["portrait-hugo-marchetti"])

    def test_words_shape_a_new_face(self):
        face = face_for("someone", ["portrait", "long", "hair", "glasses", "beard", "headphones"])
        self.assertEqual((face.hair, face.glasses, face.beard, face.headphones), ("long", True, True, True))

    def test_every_skin_prints(self):
        self.assertEqual({face_for(f"person-{i}", []).skin for i in range(60)}, set(range(len(SKINS))))

    def test_real_person_is_drawn_as_letters(self):
        first = draw("portrait", "portrait abstract initials", "ink", "portrait-yann-gourvennec")
        second = draw("portrait", "portrait abstract initials", "ink", "portrait-ada-lovelace")
        self.assertIsNotNone(ImageChops.difference(first, second).getbbox())
