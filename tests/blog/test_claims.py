"""Checked claims: what readers, machines and feeds get of them."""

import json
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml.html import document_fromstring

from blog.models import Claim, Post, Revision
from blog.revising import apply_content, begin, content_of, record, restore
from blog.search.catching_up import catch_up
from blog.syndication.packaging import make_package
from blog.translating import start_translation
from tests.factories import make_claim, make_partner, make_post, make_translation, make_tribune

SITE = "http://testserver"
POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"


class ReadersTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.second = make_claim(cls.post, position=1, verdict="unverifiable", claim_reviewed="Rien : tout est dit ?")
        cls.first = make_claim(cls.post)
        cls.translation = make_translation(cls.post)
        make_claim(cls.translation, claim_reviewed='An e-mail is "heavier".', claimant="Paper League", verdict="false")

    def page(self, address=POST):
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200)
        return document_fromstring(response.content.decode())

    def reviews(self, address=POST):
        [script] = self.page(address).xpath("//head/script[@type='application/ld+json']/text()")
        return [node for node in json.loads(script)["@graph"] if node["@type"] == "ClaimReview"]

    def test_each_stands_before_the_text_in_its_order_with_its_verdict_in_words(self):
        page = self.page()
        claims = page.xpath("//section[@aria-labelledby='claims']//dl")
        self.assertEqual([each.get("id") for each in claims], ["claim-1", "claim-2"])
        words = " ".join(claims[0].text_content().split())
        for each in ("Un courriel pèse plus lourd qu’une lettre.", "Ligue du papier", "1er mai 2016", "Plutôt faux"):
            self.assertIn(each, words)
        self.assertIn("2 sur 5", words)
        self.assertEqual(claims[0].xpath(".//a/@href"), ["https://papier.example/tract/"])
        unknown = " ".join(claims[1].text_content().split())
        self.assertIn("Invérifiable", unknown)
        self.assertNotIn("sur 5", unknown)
        self.assertIn("Rien\u00a0: tout est dit\u202f?", claims[1].text_content())
        html = self.client.get(POST).content.decode()
        self.assertLess(html.index('id="claims"'), html.index("Une question revient."))

    def test_a_translation_has_its_own_words(self):
        words = " ".join(self.page(ENGLISH_POST).xpath("//dl[@id='claim-1']")[0].text_content().split())
        for each in ("An e-mail is “heavier”.", "Paper League", "1 May 2016", "False", "1 out of 5"):
            self.assertIn(each, words)

    def test_what_was_typed_is_text(self):
        Claim.objects.filter(pk=self.first.pk).update(claim_reviewed="<b>1</b> & </script>", claimant="<i>A</i>")
        self.assertContains(self.client.get(POST), "&lt;b&gt;1&lt;/b&gt; &amp; &lt;/script&gt;")
        self.assertEqual(self.reviews()[0]["claimReviewed"], "<b>1</b> & </script>")

    def test_a_post_without_any_has_no_place_for_them(self):
        make_post(slug="sans")
        response = self.client.get("/blog/2016/06/sans/")
        self.assertNotContains(response, 'id="claims"')
        self.assertNotContains(response, "ClaimReview")

    def test_the_entry_is_read_by_machines_as_before(self):
        [text] = self.page().xpath("//*[contains(@class, 'e-content')]")
        self.assertNotIn("courriel", text.text_content())

    def test_machines_are_told_who_said_what_where_and_how_true_it_is(self):
        review, unknown = self.reviews()
        self.assertEqual(review["claimReviewed"], "Un courriel pèse plus lourd qu’une lettre.")
        self.assertEqual(review["url"], f"{SITE}{POST}#claim-1")
        self.assertEqual((review["author"]["@type"], review["author"]["name"]), ("Organization", "La Marge"))
        self.assertEqual(
            review["itemReviewed"],
            {
                "@type": "Claim",
                "author": {"@type": "Organization", "name": "Ligue du papier"},
                "datePublished": "2016-05-01",
                "appearance": {"@type": "CreativeWork", "url": "https://papier.example/tract/"},
            },
        )
        self.assertEqual(
            review["reviewRating"],
            {"@type": "Rating", "ratingValue": 2, "bestRating": 5, "worstRating": 1, "alternateName": "Plutôt faux"},
        )
        self.assertEqual(unknown["reviewRating"], {"@type": "Rating", "alternateName": "Invérifiable"})
        [english] = self.reviews(ENGLISH_POST)
        self.assertEqual((english["reviewRating"]["alternateName"], english["inLanguage"]), ("False", "en"))

    def test_what_is_not_known_of_it_is_left_out(self):
        Claim.objects.filter(pk=self.first.pk).update(
            appearance="", claimed_on=None, explanation="", claimant_kind="person"
        )
        review = self.reviews()[0]
        self.assertEqual(
            review["itemReviewed"], {"@type": "Claim", "author": {"@type": "Person", "name": "Ligue du papier"}}
        )
        self.assertNotIn("reviewBody", review)
        self.assertEqual(self.page().xpath("//dl[@id='claim-1']//time"), [])

    def test_the_page_asks_no_more_than_without(self):
        with self.assertNumQueries(self.count()):
            self.client.get(POST)

    def count(self):
        other = make_post(slug="sans")
        make_translation(other, slug="without")
        self.client.get(other.path())
        with CaptureQueriesContext(connection) as queries:
            self.client.get(other.path())
        return len(queries)

    def test_feeds_have_them_in_the_whole_text(self):
        for address in ("/blog/feed/", "/blog/feed/atom/", "/blog/feed/json/"):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertContains(response, "Un courriel pèse plus lourd")
                self.assertContains(response, "Plutôt faux (2 sur 5)")
        self.assertContains(self.client.get("/en/blog/feed/json/"), "Verdict: False (1 out of 5)")

    def test_partners_get_them_with_the_text(self):
        package = make_package(make_tribune(self.post, make_partner(), content="whole", state="accepted", url=""))
        for part in (package.article_html, package.body_html, package.text):
            self.assertIn("Un courriel pèse plus lourd", part)
            self.assertIn("Plutôt faux (2 sur 5)", part)

    def test_their_words_are_found(self):
        catch_up()
        self.assertContains(self.client.get("/recherche/?q=ligue+papier"), POST)
        self.first.claim_reviewed = "Les pigeons voyageurs sont rapides."
        with self.captureOnCommitCallbacks(execute=True):
            self.first.save()
        self.assertContains(self.client.get("/recherche/?q=pigeons"), POST)
        with self.captureOnCommitCallbacks(execute=True):
            self.first.delete()
        self.assertNotContains(self.client.get("/recherche/?q=pigeons"), POST)

    @override_settings(PAGE_CACHE=True)
    def test_a_change_is_on_the_kept_page_at_once(self):
        self.client.get(POST)
        with self.captureOnCommitCallbacks(execute=True):
            self.first.verdict = "true"
            self.first.save()
        self.assertEqual(self.reviews()[0]["reviewRating"]["alternateName"], "Vrai")


class RuleTests(TestCase):
    def setUp(self):
        self.post = make_post()

    def test_the_database_takes_no_claim_of_nobody_nor_a_verdict_that_there_is_not(self):
        for wrong in ({"claimant": ""}, {"claim_reviewed": ""}, {"verdict": "maybe"}, {"claimant_kind": "robot"}):
            with self.subTest(wrong), self.assertRaises(IntegrityError), transaction.atomic():
                make_claim(self.post, **wrong)

    def test_a_claim_that_was_not_made_yet_is_refused(self):
        claim = make_claim(self.post, claimed_on=timezone.localdate() + timedelta(days=1))
        with self.assertRaises(ValidationError) as raised:
            claim.full_clean()
        self.assertEqual(set(raised.exception.message_dict), {"claimed_on"})

    def test_each_verdict_has_its_place_on_the_scale(self):
        self.assertEqual([Claim(verdict=each).value for each in Claim.Verdict.values], [1, 2, 3, 4, 5, None])

    def test_versions_hold_them_and_give_them_back(self):
        draft = make_post(slug="brouillon", status="draft", published_at=None)
        make_claim(draft)
        make_claim(draft, position=1, claim_reviewed="Une autre.", claimed_on=None)
        first, said = record(draft), content_of(draft)["claims"]
        self.assertEqual(len(said), 2)
        draft.claims.all().delete()
        record(draft)
        restore(first)
        self.assertEqual(content_of(draft)["claims"], said)
        self.assertNotIn("claims", content_of(self.post))

    def test_a_version_of_before_there_were_claims_has_none(self):
        make_claim(self.post)
        content = {name: value for name, value in content_of(self.post).items() if name != "claims"}
        apply_content(self.post, content)
        self.assertFalse(self.post.claims.exists())

    def test_a_translation_begins_with_them_and_is_out_of_date_when_they_change(self):
        claim = make_claim(self.post)
        begin(self.post)
        draft = start_translation(self.post)
        self.assertEqual([each.facts() for each in draft.claims.all()], [claim.facts()])
        content = content_of(self.post)
        content["claims"][0]["verdict"] = "true"
        apply_content(self.post, content)
        draft.refresh_from_db()
        self.assertTrue(draft.is_translation_outdated())

    def test_a_change_of_the_text_alone_leaves_them(self):
        make_claim(self.post)
        before = Post.objects.get(pk=self.post.pk).revision
        self.post.title = "Autre"
        self.post.save()
        self.assertEqual(Post.objects.get(pk=self.post.pk).revision, before + 1)
        self.assertEqual(Revision.objects.count(), 0)
        self.assertEqual(self.post.claims.get().claimed_on, date(2016, 5, 1))
