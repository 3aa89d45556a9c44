from django.test import SimpleTestCase

from blog.search.marking import Sought, mark, passage
from blog.search.queries import MOST_TERMS, read_query
from blog.search.spelling import distance, replace_word
from blog.search.stemming import stem_english, stem_french
from blog.search.words import words_in


class WordTests(SimpleTestCase):
    def test_accents_case_ligatures_and_apostrophes_are_ignored(self):
        for text in (
            "L’Œuvre d’été",
            "l'oeuvre d'ete",
            "L\u2019\u0153uvre d\u2019e\u0301te\u0301",
            "l’œu\u00advre d’été",
        ):
            with self.subTest(text):
                self.assertEqual(words_in(text), ["l", "oeuvre", "d", "ete"])

    def test_forms_of_a_french_word_have_one_stem(self):
        for forms in (
            "nuage nuages",
            "loi lois",
            "journal journaux",
            "chateau chateaux",
            "depute deputee deputes deputees",
            "regional regionale regionaux regionales",
            "editeur editrice editeurs editrices",
            "heureux heureuse heureuses",
            "premier premiere premieres",
            "actif active actives",
            "mesure mesurer mesures mesurent mesuree",
            "oeuvre oeuvres",
            "public publics publique publiques",
            "grec grecs grecque grecques",
            "long longs longue longues",
            "critique critiques critiquer",
            "langue langues",
        ):
            with self.subTest(forms):
                self.assertEqual(len({stem_french(form) for form in forms.split()}), 1)

    def test_forms_of_an_english_word_have_one_stem(self):
        for forms in (
            "story stories",
            "company companies",
            "publish publishes published publishing",
            "blog blogs blogging blogged",
            "measure measures measuring",
            "box boxes",
            "run runs running",
            "use uses used using",
            "quiz quizzes",
        ):
            with self.subTest(forms):
                self.assertEqual(len({stem_english(form) for form in forms.split()}), 1)

    def test_other_words_stay_apart(self):
        for one, other in (
            ("bus", "bu"),
            ("lettre", "letal"),
            ("content", "conte"),
            ("bring", "br"),
            ("feed", "fee"),
            ("pic", "pique"),
        ):
            with self.subTest(one):
                self.assertNotEqual(stem_french(one), stem_french(other))
                self.assertNotEqual(stem_english(one), stem_english(other))


class QueryTests(SimpleTestCase):
    def test_words_phrases_and_what_is_left_out(self):
        query = read_query(
            'presse «\u00a0tribune libre\u00a0» "lien mort" “dead link” -cookies −«\u202fvie privée\u202f» l’auteur'
        )
        self.assertEqual(query.terms, ("presse", "auteur"))
        self.assertEqual(query.phrases, (("tribune", "libre"), ("lien", "mort"), ("dead", "link")))
        self.assertEqual(query.without, (("cookies",), ("vie", "privee")))

    def test_hyphen_within_a_word_leaves_nothing_out(self):
        self.assertEqual(read_query("peut-être").terms, ("peut", "etre"))

    def test_small_words_count_in_phrases_alone(self):
        self.assertEqual(read_query("le cloud de la France").terms, ("cloud", "france"))
        self.assertEqual(read_query("« de la marge »").phrases, (("de", "la", "marge"),))

    def test_quotes_that_do_not_end_end_with_the_text(self):
        for text in ('presse "lien mort', "presse «lien mort", 'presse"lien mort"', "presse “lien mort"):
            with self.subTest(text):
                query = read_query(text)
                self.assertEqual((query.terms, query.phrases), (("presse",), (("lien", "mort"),)))

    def test_absurd_queries_say_why_nothing_can_be_found(self):
        for text in ("%", '"', "«»", "''", "*", "😀", "-", "--", "le la les", "-cookies", "-", "\x00\x01", "( ) : ^ {"):
            with self.subTest(text):
                query = read_query(text)
                self.assertFalse(query.words)
                self.assertTrue(query.why_not or not query.text)

    def test_too_much_is_cut(self):
        for text in (
            "x" * 8000,
            " ".join(f"mot{number}" for number in range(500)),
            '"' * 4000,
            "a " * 4000,
            "-x " * 999,
        ):
            with self.subTest(text[:20]):
                query = read_query(text)
                self.assertTrue(query.is_cut)
                self.assertLessEqual(len(query.terms) + len(query.phrases), MOST_TERMS)
                self.assertLessEqual(len(query.without), MOST_TERMS)


class MarkingTests(SimpleTestCase):
    def test_words_are_marked_however_they_are_written_and_all_is_escaped(self):
        words = Sought(frozenset({"oeuvre", "ete"}))
        self.assertEqual(
            mark("L’Œuvre & l’<b>ÉTÉ</b> : œuvres", words),
            "L’<mark>Œuvre</mark> &amp; l’&lt;b&gt;<mark>ÉTÉ</mark>&lt;/b&gt; : œuvres",
        )

    def test_passage_is_where_most_of_the_words_are(self):
        text = "Un nuage passe. " + "Rien ici. " * 80 + "Le nuage est souverain. " + "Rien là. " * 80
        shown = passage([text], Sought(frozenset({"nuage", "souverain"})), "fr")
        self.assertIn("Le <mark>nuage</mark> est <mark>souverain</mark>.", shown)
        self.assertTrue(shown.startswith("… "))
        self.assertTrue(shown.endswith(" …"))
        self.assertLess(len(shown), 400)

    def test_passage_is_typeset_once(self):
        """What was saved is typeset by passage, so that English within French keeps its own quotes and spaces."""
        self.assertEqual(
            passage(["Il dit «\u00a0non\u00a0» : “Why?”"], Sought(frozenset({"rien"})), "fr"),
            "Il dit «\u00a0non\u00a0» : “Why?”",
        )
        self.assertEqual(passage([], Sought(frozenset({"rien"})), "fr", ["Un vent ?"]), "Un vent\u202f?")

    def test_passage_of_what_has_none_of_them_is_its_beginning(self):
        self.assertEqual(passage(["", "Une <remarque>."], Sought(frozenset({"nuage"})), "fr"), "Une &lt;remarque&gt;.")


class SpellingTests(SimpleTestCase):
    def test_distance_counts_letters(self):
        for one, other, away in (
            ("webinaire", "webinaire", 0),
            ("webniaire", "webinaire", 1),
            ("cookis", "cookies", 1),
            ("tribbune", "tribune", 1),
            ("presze", "presse", 1),
            ("", "mot", 3),
        ):
            with self.subTest(one):
                self.assertEqual(distance(one, other), away)

    def test_word_is_replaced_as_it_was_typed(self):
        self.assertEqual(replace_word("« L’Œuvrre » œuvrre", "oeuvrre", "oeuvre"), "« L’oeuvre » oeuvre")
