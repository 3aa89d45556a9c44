from django.test import SimpleTestCase
from django.utils.safestring import mark_safe

from blog.typography import Passage, typeset, typeset_html, typeset_passages
from tests.timing import SECONDS_OF_NO_BOMB, within

# In the tables, ~ is a no-break space and ^ a narrow one.
SPACES = str.maketrans({"~": "\u00a0", "^": "\u202f"})


class TypographyTests(SimpleTestCase):
    language = "fr"

    def assert_typeset(self, table: dict[str, str], language: str | None = None) -> None:
        """Check each text, and that typesetting the result again changes nothing."""
        language = language or self.language
        for typed, wanted in table.items():
            with self.subTest(typed=typed):
                once = typeset(typed, language)
                self.assertEqual(once, wanted.translate(SPACES))
                self.assertEqual(typeset(once, language), once)


class FrenchMarkTests(TypographyTests):
    def test_typed_space_becomes_the_right_one(self):
        self.assert_typeset(
            {
                "Président numérique : une bonne idée ?": "Président numérique~: une bonne idée^?",
                "Oui ; non ! Et puis ?": "Oui^; non^! Et puis^?",
                "Titre\u202f: le reste\u00a0!": "Titre~: le reste^!",
                "Deux  espaces  !": "Deux  espaces^!",
            }
        )

    def test_missing_space_is_put_in(self):
        self.assert_typeset(
            {
                "Bravo!": "Bravo^!",
                "Note: voici; et voilà": "Note~: voici^; et voilà",
                "En 2017?": "En 2017^?",
                "(vraiment?)": "(vraiment^?)",
                "« Quoi? » dit-il": "«~Quoi^?~» dit-il",
                "« mot »? « mot »: fin": "«~mot~»^? «~mot~»~: fin",
                "Ah bon...?": "Ah bon…^?",
                "il pense à: rien": "il pense à~: rien",
            }
        )

    def test_repeated_marks_stay_together(self):
        self.assert_typeset(
            {"Quoi ?!": "Quoi^?!", "Non!!!": "Non^!!!", "Hein ? !": "Hein^?!", "Ah bon ?...": "Ah bon^?…"}
        )

    def test_mark_without_a_word_stays(self):
        self.assert_typeset({"vrai(?) non (!)": "vrai(?) non (!)", "!": "!", " : rien": " : rien"})


class FrenchUntouchedTests(TypographyTests):
    def test_what_is_not_prose_stays(self):
        for text in (
            "à 10:30, en 16:9, sur 4:3",
            "http://exemple.fr/a?b=1;c:d!e",
            "mailto:a@b.fr?subject=oui",
            "https://fr.wikipedia.org/wiki/Tribune_(presse)",
            "www.exemple.fr/?q=1",
            "exemple.fr:8080/x?y",
            "prenom.nom+blog@exemple.fr",
            "C: et C:\\Temp\\a:b.txt",
            "std::vector::at",
            "sourire :-) ;) :D :p :'(",
            "color:red; margin: 12px; a { color: red; }",
            "!important",
            '<a class="x:y" href="#">',
            "&nbsp;",
            "a != b",
            "3-2 et 10-8, 3 - 2",
            "Yahoo! achète",
            "rapport-2016.v2.pdf",
            ":tada:",
            "2010-2017",
            "../a.../b",
            'un écran de 24" et 5\'10"',
        ):
            with self.subTest(text=text):
                self.assertEqual(typeset(text, "fr"), text)

    def test_mark_after_an_address_keeps_the_typed_space(self):
        self.assert_typeset(
            {
                "Voir http://exemple.fr/a : bien !": "Voir http://exemple.fr/a~: bien^!",
                "Allez sur http://exemple.fr!": "Allez sur http://exemple.fr!",
                "à a@exemple.fr ; merci": "à a@exemple.fr^; merci",
            }
        )

    def test_another_language_stays(self):
        self.assertEqual(typeset('Er sagt: "Ja!" ...', "de"), 'Er sagt: "Ja!" ...')


class FrenchQuoteTests(TypographyTests):
    def test_straight_quotes_become_guillemets(self):
        self.assert_typeset(
            {
                'Le "mot" juste': "Le «~mot~» juste",
                '"Oui", dit-il.': "«~Oui~», dit-il.",
                '"Vraiment?"': "«~Vraiment^?~»",
                '(le "big data")': "(le «~big data~»)",
                'l\'"open data"': "l’«~open data~»",
                '" mot "': "«~mot~»",
                "«mot»": "«~mot~»",
                "« mot »": "«~mot~»",
            }
        )

    def test_inner_quotation_has_other_marks(self):
        self.assert_typeset(
            {
                '"Un "petit" mot"': "«~Un “petit” mot~»",
                'Il dit « un "petit" mot »': "Il dit «~un “petit” mot~»",
                '"Tout est "possible""': "«~Tout est “possible”~»",
            }
        )

    def test_quotation_over_several_paragraphs(self):
        self.assert_typeset({'"Il était une fois': "«~Il était une fois", 'et voilà."': "et voilà.~»"})

    def test_typed_mark_may_end_what_a_straight_one_began(self):
        self.assert_typeset({'"Un mot » et "un autre"': "«~Un mot~» et «~un autre~»"})

    def test_apostrophes(self):
        self.assert_typeset(
            {
                "l'ami d'Anne aujourd'hui": "l’ami d’Anne aujourd’hui",
                "les années '80": "les années ’80",
                "le 'cloud' c'est": "le ‘cloud’ c’est",
                "l´ami": "l’ami",
                "40' de jeu": "40' de jeu",
            }
        )


class FrenchNumberTests(TypographyTests):
    def test_units_and_groups_hold_together(self):
        self.assert_typeset(
            {
                "10 000 km": "10~000~km",
                "1 234 567 €": "1~234~567~€",
                "50 % et 50%": "50~% et 50~%",
                "5€ ou 5 €": "5~€ ou 5~€",
                "20°C, 45° d'angle": "20~°C, 45° d’angle",
                "16 h 30, 20h30": "16~h~30, 20h30",
                "3 min, 8 Go, 2 kg": "3~min, 8~Go, 2~kg",
                "3 millions d'euros": "3~millions d’euros",
                "en 2016 300 personnes": "en 2016 300 personnes",
                "en 2016 l'année": "en 2016 l’année",
                "3 grands hommes": "3 grands hommes",
            }
        )

    def test_abbreviations_hold_on_to_what_follows(self):
        self.assert_typeset(
            {
                "M. Dupont, Mme X et MM. Y": "M.~Dupont, Mme~X et MM.~Y",
                "n° 5, n°5": "n°~5, n°~5",
                "p. 12, pp. 3-4, art. L": "p.~12, pp.~3-4, art.~L",
                "le 9 juin 2016, le 1er mai": "le 9~juin 2016, le 1er~mai",
                "au XXIe siècle": "au XXIe~siècle",
                "Louis XIV, François Ier et Napoléon III": "Louis~XIV, François~Ier et Napoléon~III",
                "Le document X, un Plan B": "Le document X, un Plan B",
            }
        )

    def test_ordinals_have_their_endings_and_what_they_count(self):
        self.assert_typeset(
            {
                "la 2ème fois, les 3èmes rencontres": "la 2e~fois, les 3es~rencontres",
                "la 1ère page, les 1ères années": "la 1re~page, les 1res~années",
                "le 3e étage, le 10eme jour": "le 3e~étage, le 10e~jour",
                "au XIXème siècle, la Vème République": "au XIXe~siècle, la Ve~République",
                "le modèle M2ème, thème 2": "le modèle M2ème, thème 2",
                "un système, le même": "un système, le même",
            }
        )

    def test_and_so_on_is_said_once(self):
        self.assert_typeset(
            {
                "des ports, des phares, etc...": "des ports, des phares, etc.",
                "etc… Puis": "etc. Puis",
                "(etc.…)": "(etc.)",
                "Et si c'était...": "Et si c’était…",
            }
        )


class FrenchDashTests(TypographyTests):
    def test_no_break_space_on_the_inner_side(self):
        self.assert_typeset(
            {
                "Le livre - long - est là": "Le livre –~long~– est là",
                "Le livre -- long -- est là": "Le livre –~long~– est là",
                "Le livre — long — est là": "Le livre —~long~— est là",
                "Un - deux. Trois - quatre": "Un –~deux. Trois –~quatre",
                "le livre - de M. Dupont - est": "le livre –~de M.~Dupont~– est",
                "- Bonjour !\n- Salut !": "–~Bonjour^!\n–~Salut^!",
                "peut-être, dit-il": "peut-être, dit-il",
            }
        )

    def test_ellipsis(self):
        self.assert_typeset({"Oui... [...]": "Oui… […]", "a....b": "a....b"})


class EnglishTests(TypographyTests):
    language = "en"

    def test_no_space_before_marks(self):
        self.assert_typeset(
            {
                "Really ? Yes !": "Really? Yes!",
                "Title\u00a0: the rest": "Title: the rest",
                "Digital president: a good idea?": "Digital president: a good idea?",
                "16 : 9 at 10:30": "16 : 9 at 10:30",
                "ok :-)": "ok :-)",
            }
        )

    def test_quotes_and_apostrophes(self):
        self.assert_typeset(
            {
                'He said "yes".': "He said “yes”.",
                "It's the dogs' day": "It’s the dogs’ day",
                "\"'Nested' quote\"": "“‘Nested’ quote”",
                "'It isn't', she said": "‘It isn’t’, she said",
                "'Twas in the '60s": "’Twas in the ’60s",
                "rock 'n' roll": "rock ’n’ roll",
                '6\'2" tall, a 24" screen': '6\'2" tall, a 24" screen',
            }
        )

    def test_dashes_and_ellipsis(self):
        self.assert_typeset(
            {
                "He left - I think - early...": "He left –~I think~– early…",
                "word--word": "word—word",
                "a --flag": "a --flag",
            }
        )

    def test_numbers_hold_together(self):
        self.assert_typeset(
            {
                "5 km, 10 a.m., 50%": "5~km, 10~a.m., 50%",
                "9 June 2016, June 9": "9~June 2016, June~9",
                "Mr Smith, Dr. Who, p. 12, No. 5": "Mr~Smith, Dr.~Who, p.~12, No.~5",
            }
        )


class PassageTests(SimpleTestCase):
    def typeset(self, *passages: tuple[str, str | None]) -> list[str]:
        texts = typeset_passages([Passage(*passage) for passage in passages])
        return [text.replace("\u00a0", "~").replace("\u202f", "^") for text in texts]

    def test_quotation_spans_pieces(self):
        self.assertEqual(self.typeset(('"', "fr"), ("mot", "fr"), ('" et', "fr")), ["«~", "mot", "~» et"])
        self.assertEqual(self.typeset(("« ", "fr"), ("mot", "fr"), (" »", "fr")), ["«~", "mot", "~»"])

    def test_space_goes_with_its_mark(self):
        self.assertEqual(self.typeset(("Un ", "fr"), ("mot", "fr"), ("!", "fr")), ["Un ", "mot", "^!"])
        self.assertEqual(self.typeset(("mot ", "fr"), (": suite", "fr")), ["mot~", ": suite"])

    def test_each_passage_in_its_language(self):
        self.assertEqual(
            self.typeset(("Il dit : ", "fr"), ('"Yes : really!"', "en"), (" Ah!", "fr")),
            ["Il dit~: ", "“Yes: really!”", " Ah^!"],
        )

    def test_mark_after_a_foreign_word(self):
        self.assertEqual(self.typeset(("Le ", "fr"), ("cloud", "en"), ("?", "fr")), ["Le ", "cloud", "^?"])

    def test_untouched_passage_stays(self):
        self.assertEqual(
            self.typeset(("Voir ", "fr"), ('a ? "b" : c', None), (" : bien", "fr")),
            ["Voir ", 'a ? "b" : c', "~: bien"],
        )

    def test_pieces_and_whole_agree(self):
        text = 'L\'idée - "simple" - est là... 50% : vrai ?! M. X, 10 000 €'
        for size in range(1, 9):
            pieces = [Passage(text[start : start + size], "fr") for start in range(0, len(text), size)]
            self.assertEqual("".join(typeset_passages(pieces)), typeset(text, "fr"))

    def test_empty_pieces(self):
        self.assertEqual(typeset_passages([]), [])
        self.assertEqual(self.typeset(("", "fr"), ("mot!", "fr"), ("", "fr")), ["", "mot^!", ""])


class EscapingTests(SimpleTestCase):
    def test_html_is_escaped_once(self):
        self.assertEqual(typeset_html("R&D <b> : oui", "fr"), "R&amp;D &lt;b&gt;\u00a0: oui")
        self.assertEqual(typeset_html("a &amp; b", "fr"), "a &amp;amp; b")

    def test_safe_string_does_not_pass_as_markup(self):
        self.assertEqual(typeset_html(mark_safe("<b>"), "fr"), "&lt;b&gt;")

    def test_stand_ins_in_the_text_come_back(self):
        self.assertEqual(typeset("\ue000 \ua015 : x", "fr"), "\ue000 \ua015\u00a0: x")


class CostTests(SimpleTestCase):
    def test_half_a_megabyte_of_anything_is_linear(self):
        for unit in (
            '"',
            "'",
            "«",
            ".",
            "a::",
            "http://a.",
            "((",
            "{a:",
            "1 ",
            "- ",
            "\u00a0",
            "! ",
            "@a",
            "c'est ",
            "A. ",
            "Aa-",
            "1 0",
        ):
            with self.subTest(unit=unit):
                text = unit * (500_000 // len(unit))
                with within(SECONDS_OF_NO_BOMB):
                    typeset(text, "fr")
