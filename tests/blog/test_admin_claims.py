"""Checked claims in the admin: written with a post, kept with its versions, translated beside those of the original."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Autosave, Claim, Post, Revision
from blog.revising import content_of, record
from tests.blog.test_admin_posts import LIST, PostAdminTestCase, change
from tests.blog.test_translations import SidesTestCase, sides
from tests.factories import make_claim, make_post
from tests.forms import read_form

CLAIM = {
    "claim_reviewed": "Un courriel pèse plus lourd qu'une lettre.",
    "claimant": "Ligue du papier",
    "claimant_kind": "organization",
    "appearance": "https://papier.example/",
    "claimed_on": "01/05/2016",
    "verdict": "mostly_false",
    "explanation": "Le calcul oublie le transport.",
    "position": "0",
}
QUERIES = 30


def rows(*claims: dict, saved: int = 0) -> dict:
    """Return what a browser sends of claims, the first of which are saved already."""
    sent = {"claims-TOTAL_FORMS": len(claims), "claims-INITIAL_FORMS": saved}
    return sent | {
        f"claims-{number}-{name}": value for number, claim in enumerate(claims) for name, value in claim.items()
    }


class WritingTests(PostAdminTestCase):
    def test_a_claim_is_written_with_its_post(self):
        self.send(self.bobs_draft, rows(CLAIM, CLAIM | {"claim_reviewed": "Autre.", "verdict": "true"}))
        claim, other = self.bobs_draft.claims.all()
        self.assertEqual((claim.claimant, claim.claimed_on, claim.value), ("Ligue du papier", date(2016, 5, 1), 2))
        self.assertEqual(other.verdict, "true")
        self.assertContains(self.client.get(f"{LIST}{self.bobs_draft.pk}/preview/"), "Plutôt faux")

    def test_a_new_post_can_have_one_at_once(self):
        self.write(rows(CLAIM))
        self.assertEqual(Post.objects.latest("pk").claims.count(), 1)

    def test_a_contributor_writes_them_in_a_draft_of_their_own(self):
        self.client.force_login(self.bob)
        self.send(self.bobs_draft, rows(CLAIM))
        self.assertEqual(self.bobs_draft.claims.count(), 1)

    def test_what_is_wrong_is_said_at_its_field_in_both_languages(self):
        tomorrow = timezone.localdate() + timezone.timedelta(days=1)
        wrong = {
            "claim_reviewed": ("", "Ce champ est obligatoire.", "This field is required."),
            "claimant": (" ", "Ce champ est obligatoire.", "This field is required."),
            "verdict": ("maybe", "Sélectionnez un choix valide", "Select a valid choice"),
            "claimant_kind": ("robot", "Sélectionnez un choix valide", "Select a valid choice"),
            "appearance": ("javascript:alert(1)", "URL valide", "valid URL"),
            "claimed_on": (f"{tomorrow:%d/%m/%Y}", "Ce jour est à venir", "This day is to come"),
            "explanation": ("é" * 501, "au plus 500 caractères", "at most 500 characters"),
        }
        for language, place in (("fr", 1), ("en", 2)):
            for name, said in wrong.items():
                with self.subTest(language=language, name=name):
                    response = self.send(
                        self.bobs_draft, rows(CLAIM | {name: said[0]}), headers={"accept-language": language}
                    )
                    self.assertEqual(response.status_code, 200)
                    [formset] = [
                        f.formset for f in response.context["inline_admin_formsets"] if f.formset.model is Claim
                    ]
                    self.assertEqual(list(formset.forms[0].errors), [name])
                    self.assertIn(said[place], str(formset.forms[0].errors[name]))
        self.assertFalse(Claim.objects.exists())

    def test_a_post_whose_claim_is_wrong_stays_a_draft_on_its_page_too(self):
        draft = make_post(slug="a-paraitre", status="draft", published_at=None, authors=[self.alices])
        response = self.send(
            draft, rows(CLAIM | {"verdict": ""}), button="step=published", headers={"accept-language": "en"}
        )
        self.assertContains(response, "This field is required.")
        self.assertContains(response, '<span class="state is-draft">draft</span>', html=True)
        self.assertContains(response, "Save draft")
        self.assertNotContains(response, "Publish again")

    def test_nonsense_is_no_error_500(self):
        for name, value in (
            ("claimed_on", "0000-99-99"),
            ("claimed_on", "01/01/0001"),
            ("position", "²"),
            ("id", "x\0"),
        ):
            with self.subTest(name=name):
                response = self.send(self.bobs_draft, rows(CLAIM | {name: value}))
                self.assertEqual(response.status_code, 200)
        response = self.send(self.bobs_draft, {"claims-TOTAL_FORMS": "x", "claims-INITIAL_FORMS": "-3"})
        self.assertLess(response.status_code, 500)

    def test_the_form_costs_the_same_with_many(self):
        for number in range(3):
            make_claim(self.bobs_draft, position=number)
        self.client.get(change(self.bobs_draft))
        with CaptureQueriesContext(connection) as few:
            self.client.get(change(self.bobs_draft))
        for number in range(20):
            make_claim(self.bobs_draft, position=number)
        with CaptureQueriesContext(connection) as many:
            self.client.get(change(self.bobs_draft))
        self.assertEqual(len(many), len(few))
        self.assertLessEqual(len(many), QUERIES)


class VersionTests(PostAdminTestCase):
    def setUp(self):
        super().setUp()
        self.claim = make_claim(self.post)
        record(self.post)

    def keep(self, changes):
        return self.send(self.post, changes, button="_save", follow=True)

    def test_a_working_copy_has_them_and_readers_see_nothing_of_it(self):
        self.keep(
            rows(
                CLAIM | {"id": self.claim.pk, "verdict": "true"},
                CLAIM | {"claim_reviewed": "Une deuxième.", "position": 1},
                saved=1,
            )
        )
        page = self.client.get(self.post.path())
        self.assertContains(page, "Plutôt faux")
        self.assertNotContains(page, "Une deuxième.")
        fields, _buttons = read_form(self.client.get(change(self.post)).content.decode(), "post_form")
        self.assertEqual(fields["claims-0-verdict"], ["true"])
        self.assertEqual(fields["claims-0-claimed_on"], ["01/05/2016"])
        self.assertEqual(fields["claims-1-claim_reviewed"], ["Une deuxième."])
        self.assertContains(self.client.get(f"{LIST}{self.post.pk}/preview/"), "Une deuxième.")
        self.send(self.post, button="step=published")
        page = self.client.get(self.post.path())
        self.assertContains(page, "Une deuxième.")
        self.assertEqual([each.verdict for each in self.post.claims.all()], ["true", "mostly_false"])
        self.assertEqual(self.post.claims.first().pk, self.claim.pk)

    def test_one_that_the_working_copy_takes_out_stays_until_it_is_published(self):
        self.keep({"claims-0-DELETE": "on"})
        self.assertTrue(self.post.claims.exists())
        fields, _buttons = read_form(self.client.get(change(self.post)).content.decode(), "post_form")
        self.assertEqual(fields["claims-0-DELETE"], ["on"])
        self.send(self.post, button="step=published")
        self.assertFalse(self.post.claims.exists())

    def test_saving_without_a_change_makes_no_working_copy(self):
        self.keep({})
        self.assertIsNone(Revision.objects.waiting_for(self.post))

    def test_what_changed_is_in_the_comparison_and_restored(self):
        self.send(self.post, {"claims-0-verdict": "true"}, button="step=published")
        first, last = Revision.objects.filter(post=self.post).order_by("number")
        compared = self.client.get(f"{LIST}{self.post.pk}/versions/compare/", {"a": first.number, "b": last.number})
        self.assertContains(compared, "Verdict\u00a0: Plutôt faux (2 sur 5)")
        self.assertContains(compared, "Verdict\u00a0: Vrai (5 sur 5)")
        self.client.post(f"{LIST}{self.post.pk}/versions/restore/", {"number": first.number})
        self.send(self.post, button="step=published")
        self.assertEqual(self.post.claims.get().verdict, "mostly_false")


class TwoEditorsTests(PostAdminTestCase):
    def merged(self, ours: dict, theirs: dict) -> dict:
        make_claim(self.bobs_draft)
        record(self.bobs_draft)
        fields, _buttons = read_form(self.client.get(change(self.bobs_draft)).content.decode(), "post_form")
        self.send(self.bobs_draft, theirs)
        response = self.client.post(change(self.bobs_draft), fields | ours | {"_save": "1"})
        fields, buttons = read_form(response.content.decode(), "post_form")
        merge = next(value for name, value in buttons if name == "_merge")
        response = self.client.post(change(self.bobs_draft), fields | {"_merge": merge})
        fields, _buttons = read_form(response.content.decode(), "post_form")
        self.client.post(change(self.bobs_draft), fields | {"_save": "1"})
        return [claim.facts() for claim in self.bobs_draft.claims.all()]

    def test_theirs_is_taken_where_only_they_changed_it(self):
        [claim] = self.merged({"title": "De moi"}, {"claims-0-verdict": "true"})
        self.assertEqual(claim["verdict"], "true")

    def test_what_both_changed_stands_there_twice(self):
        claims = self.merged({"claims-0-verdict": "false"}, {"claims-0-verdict": "true"})
        self.assertEqual([claim["verdict"] for claim in claims], ["false", "true"])


class SideBySideTests(SidesTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        make_claim(cls.post)
        record(cls.post)

    def test_a_claim_is_translated_beside_that_of_the_original(self):
        draft = self.begin()
        response = self.client.get(sides(draft))
        self.assertContains(response, "Affirmation\u00a0: Un courriel pèse plus lourd")
        self.save(draft, {"claims-0-claim_reviewed": "An e-mail is heavier.", "claims-0-explanation": "It is not."})
        claim = draft.claims.get()
        self.assertEqual((claim.claim_reviewed, claim.explanation), ("An e-mail is heavier.", "It is not."))
        self.assertEqual((claim.verdict, claim.claimed_on), ("mostly_false", date(2016, 5, 1)))
        self.assertEqual(Revision.objects.of(draft).first().content["claims"][0]["explanation"], "It is not.")

    def test_the_original_s_new_verdict_is_marked_and_the_translation_out_of_date(self):
        draft = self.translated(status="published", published_at=self.post.published_at)
        self.send(self.post, {"claims-0-verdict": "true"}, button="step=published")
        draft.refresh_from_db()
        self.assertTrue(draft.is_translation_outdated())
        response = self.client.get(sides(draft))
        self.assertIn("row-claim-0", response.context["changed"])
        self.assertContains(response, "<del>Plutôt faux (2 </del><ins>Vrai (5 </ins>sur 5)")

    def test_a_small_correction_of_a_claim_leaves_it_up_to_date(self):
        draft = self.translated()
        self.send(self.post, {"claims-0-explanation": "Corrigé.", "is_small_correction": "on"}, button="step=published")
        draft.refresh_from_db()
        self.assertFalse(draft.is_translation_outdated())

    def test_a_new_claim_waits_for_its_words(self):
        draft = self.translated()
        make_claim(self.post, position=1, claim_reviewed="Une deuxième.", verdict="true")
        fields, _buttons = read_form(self.client.get(sides(draft)).content.decode(), "post_form")
        self.assertEqual(fields["claims-1-verdict"], ["true"])
        self.assertEqual(fields["claims-1-claim_reviewed"], [""])
        self.save(draft, {"title": "Another title"})
        self.assertEqual((draft.title, draft.claims.count()), ("Another title", 1))
        self.save(draft, {"claims-1-claim_reviewed": "A second one."})
        self.assertEqual(draft.claims.last().claim_reviewed, "A second one.")
        self.save(draft, {"claims-1-claim_reviewed": ""})
        self.assertEqual(draft.claims.count(), 1)

    def test_a_page_that_says_nothing_of_them_leaves_them(self):
        draft = self.begin()
        fields, _buttons = read_form(self.client.get(sides(draft)).content.decode(), "post_form")
        fields = {name: value for name, value in fields.items() if not name.startswith("claims-")}
        self.client.post(sides(draft), fields | {"title": "Kept", "_save": "1"})
        draft.refresh_from_db()
        self.assertEqual((draft.title, draft.claims.count()), ("Kept", 1))

    def test_what_is_typed_there_is_kept_and_taken_up(self):
        draft = self.begin()
        fields, _buttons = read_form(self.client.get(sides(draft)).content.decode(), "post_form")
        typed = fields | {"claims-0-claim_reviewed": "Typed only.", "writer": self.alice.pk, "number": 1}
        self.assertEqual(self.client.post(f"{LIST}{draft.pk}/autosave/", typed).status_code, 200)
        key = Autosave.objects.get(post=draft).key
        for address in (sides(draft), change(draft)):
            fields, _buttons = read_form(self.client.get(f"{address}?autosave={key}").content.decode(), "post_form")
            self.assertEqual(fields["claims-0-claim_reviewed"], ["Typed only."])

    def test_of_a_working_copy_the_claims_are_translated(self):
        self.send(self.post, {"claims-0-verdict": "false"}, button="_save")
        draft = self.begin()
        self.assertEqual(draft.claims.get().verdict, "false")
        self.send(self.post, button="step=published")
        draft.refresh_from_db()
        self.assertFalse(draft.is_translation_outdated())
        self.assertEqual(content_of(draft)["claims"], content_of(self.post)["claims"])
