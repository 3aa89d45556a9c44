"""What follows from what was agreed on a tribune, in all places that machines read: a table of all agreements."""

import json
from datetime import timedelta

import feedparser
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.utils import timezone
from django.utils.translation import override
from lxml import etree
from lxml.html import document_fromstring

from blog.agreement import Agreement
from blog.contradictions import Said, check, find_ours
from blog.models import Post, Tribune
from tests.factories import PUBLISHED_AT, make_author, make_partner, make_post, make_translation, make_tribune

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"
OURS = f"http://testserver{POST}"
THEIRS = "https://example.org/blog-du-communicant/2016/06/president-numerique/"

# What stands here, what stands there, which is canonical: and, once it is out, the original and where all of it is.
AGREEMENTS = {
    ("teaser", "whole", "there"): (THEIRS, THEIRS),
    ("whole", "whole", "there"): (THEIRS, OURS),
    ("whole", "whole", "here"): (OURS, OURS),
    ("whole", "teaser", "here"): (OURS, OURS),
}
NOT_OUT = ("draft", "proposed", "accepted", "declined", "withdrawn")


class Told:
    """What machines are told of the post."""

    def __init__(self, client):
        page = document_fromstring(client.get(POST).content.decode())
        self.canonical = page.xpath("//link[@rel='canonical']/@href")
        self.robots = page.xpath("//meta[@name='robots']/@content")
        self.og_url = page.xpath("//meta[@property='og:url']/@content")
        self.versions = page.xpath("//link[@rel='alternate'][@hreflang]/@href")
        [script] = page.xpath("//script[@type='application/ld+json']/text()")
        [self.data] = [each for each in json.loads(script)["@graph"] if "BlogPosting" in each["@type"]]
        sitemap = client.get("/sitemap-posts-2016.xml")
        found = etree.fromstring(sitemap.content).iterfind("{*}url/{*}loc") if sitemap.status_code == 200 else ()
        self.sitemap = [each.text for each in found]
        self.rss, self.atom = (
            feedparser.parse(client.get(f"/blog/feed/{kind}").content).entries[0].link for kind in ("", "atom/")
        )
        self.json = client.get("/blog/feed/json/").json()["items"][0]["url"]


class AgreementTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post(authors=[make_author()])
        cls.partner = make_partner()

    def agree(self, here, there, canonical, **overrides) -> Tribune:
        fields = {"content": here, "content_there": there, "canonical": canonical}
        return make_tribune(self.post, self.partner, **fields | overrides)

    def assertTold(self, told, original, whole_text):
        self.assertEqual(told.canonical, [original])
        self.assertNotIn("noindex", str(told.robots), "a canonical link and noindex contradict each other")
        self.assertEqual(told.og_url, [original])
        self.assertEqual((told.data["url"], told.data["mainEntityOfPage"]), (original, original))
        self.assertEqual(OURS in told.sitemap, original == OURS)
        self.assertEqual({told.rss, told.atom, told.json}, {whole_text})

    def test_everything_says_what_was_agreed(self):
        for agreed, (original, whole_text) in AGREEMENTS.items():
            with self.subTest(agreed), transaction.atomic():
                tribune = self.agree(*agreed)
                self.assertTold(Told(self.client), original, whole_text)
                self.assertEqual(check(tribune).ours, [])
                transaction.set_rollback(True)

    def test_what_is_not_out_there_changes_nothing(self):
        for agreed in AGREEMENTS:
            for state in NOT_OUT:
                with self.subTest((*agreed, state)), transaction.atomic():
                    self.agree(*agreed, state=state)
                    self.assertTold(Told(self.client), OURS, OURS)
                    transaction.set_rollback(True)

    def test_once_it_is_gone_there_all_comes_back_to_us(self):
        for agreed in AGREEMENTS:
            with self.subTest(agreed), transaction.atomic():
                tribune = self.agree(*agreed)
                Tribune.objects.filter(pk=tribune.pk).update(gone_since=timezone.now())
                self.assertTold(Told(self.client), OURS, OURS)
                tribune.refresh_from_db()
                self.assertEqual(check(tribune).ours, [])
                transaction.set_rollback(True)

    def test_queries_and_objects_agree(self):
        for agreed in AGREEMENTS:
            for overrides in ({}, {"state": "withdrawn"}, {"gone_since": timezone.now()}):
                with self.subTest((*agreed, *overrides)), transaction.atomic():
                    tribune = self.agree(*agreed, **overrides)
                    agreement = Agreement.on(self.post, [tribune])
                    found = Post.objects.standing_for_themselves().filter(pk=self.post.pk).exists()
                    self.assertEqual(agreement.stands_for_itself(), found)
                    found = Tribune.objects.originals_there().filter(pk=tribune.pk).exists()
                    self.assertEqual(tribune.is_original_there(), found)
                    transaction.set_rollback(True)

    def test_data_tie_the_copies_together(self):
        for agreed, name, value in (
            (("teaser", "whole", "there"), "isBasedOn", THEIRS),
            (("whole", "whole", "there"), "isBasedOn", THEIRS),
            (("whole", "whole", "here"), "sameAs", THEIRS),
            (("whole", "teaser", "here"), "subjectOf", THEIRS),
        ):
            with self.subTest(agreed), transaction.atomic():
                self.agree(*agreed)
                [found] = told if isinstance(told := Told(self.client).data[name], list) else [told]
                self.assertEqual(found if name == "sameAs" else found["url"], value)
                transaction.set_rollback(True)

    def test_a_piece_of_theirs_without_an_author_of_ours_is_by_its_keeper(self):
        self.post.authorships.all().delete()
        self.agree("whole", "whole", "there", direction="theirs_here")
        [author] = Told(self.client).data["author"]
        self.assertEqual((author["name"], author["url"]), ("Olivier Cimelière", self.partner.site))
        [item] = self.client.get("/blog/feed/json/").json()["items"]
        self.assertEqual(item["authors"], [{"name": "Olivier Cimelière", "url": self.partner.site}])

    def test_translations_name_each_other_while_both_are_originals(self):
        english = make_translation(self.post)
        for path in (POST, ENGLISH_POST):
            self.assertContains(self.client.get(path), f'hreflang="x-default" href="{OURS}"')
        self.agree("teaser", "whole", "there")
        for path in (POST, ENGLISH_POST):
            page = document_fromstring(self.client.get(path).content.decode())
            self.assertEqual(page.xpath("//link[@rel='alternate'][@hreflang]"), [], path)
        self.assertContains(self.client.get(ENGLISH_POST), f'rel="canonical" href="http://testserver{english.path()}"')
        self.assertNotContains(self.client.get("/sitemap-posts-2016.xml"), "hreflang")

    def test_of_two_originals_elsewhere_the_first_is_named(self):
        self.agree("teaser", "whole", "there")
        later = make_tribune(
            self.post,
            make_partner(slug="autre", name="Un autre blog"),
            url="https://example.net/autre/",
            published_at=PUBLISHED_AT + timedelta(days=1),
        )
        self.assertTold(Told(self.client), THEIRS, THEIRS)
        [sentence] = check(later).theirs
        self.assertIn("Blog du communicant", sentence)

    def test_two_teasers_are_refused(self):
        tribune = Tribune(
            post=self.post, partner=self.partner, direction="ours_there", content="teaser", content_there="teaser"
        )
        for canonical in ("here", "there"):
            tribune.canonical = canonical
            with self.assertRaises(ValidationError):
                tribune.full_clean()
            with self.assertRaises(IntegrityError), transaction.atomic():
                tribune.save()


class ContradictionTests(TestCase):
    def setUp(self):
        self.enterContext(override("en"))

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.partner = make_partner()
        cls.tribune = make_tribune(cls.post, cls.partner)

    def see(self, **found):
        """Note what the last look at their page found."""
        Tribune.objects.filter(pk=self.tribune.pk).update(looked_at=timezone.now(), **found)
        self.tribune.refresh_from_db()
        return check(self.tribune).theirs

    def agree(self, **agreed):
        Tribune.objects.filter(pk=self.tribune.pk).update(**agreed)
        self.tribune.refresh_from_db()

    def test_nothing_is_wrong_while_their_page_keeps_to_it(self):
        self.assertEqual(self.see(found_canonical=THEIRS), [])
        self.assertEqual(self.see(found_canonical=""), [])

    def test_pages_that_name_each_other_are_noticed(self):
        [sentence] = self.see(found_canonical=OURS)
        self.assertIn("ours", sentence)

    def test_an_original_that_nobody_may_find_is_noticed(self):
        [sentence] = self.see(found_noindex=True)
        self.assertIn("nobody will find", sentence)

    def test_two_pages_that_name_themselves_are_noticed(self):
        self.agree(content="whole", canonical="here")
        [sentence] = self.see(found_canonical=THEIRS)
        self.assertIn("Both pages", sentence)
        self.assertEqual(self.see(found_canonical=OURS), [])

    def test_a_page_that_names_a_third_one_is_noticed(self):
        third = "https://copies.example/"
        [sentence] = self.see(found_canonical=third)
        self.assertIn(third, sentence)
        self.agree(content="whole", canonical="here")
        [sentence] = self.see(found_canonical=third)
        self.assertIn("neither", sentence)

    def test_an_original_in_another_language_is_noticed(self):
        self.partner.language = "en"
        self.partner.save()
        self.tribune.refresh_from_db()
        [sentence] = check(self.tribune).theirs
        self.assertIn("another language", sentence)

    def test_each_place_that_says_something_else_has_its_sentence(self):
        agreement = Agreement.on(self.post, [self.tribune])
        right = Said(True, False, THEIRS, THEIRS, frozenset({THEIRS}), False, False, THEIRS)
        self.assertEqual(find_ours(agreement, right), [])
        wrong = Said(True, True, OURS, OURS, frozenset({OURS}), True, True, OURS)
        self.assertEqual(len(find_ours(agreement, wrong)), 7)
        [sentence] = find_ours(agreement, Said(False, False, "", "", frozenset(), False, False, THEIRS))
        self.assertIn(OURS, sentence)

    def test_a_post_that_readers_do_not_see_is_not_looked_at(self):
        self.post.status = "withdrawn"
        self.post.save()
        self.assertIsNone(check(self.tribune))

    def test_editor_sees_it_on_the_page_of_the_tribune(self):
        self.client.force_login(User.objects.create_superuser("ada"))
        address = f"/admin/blog/tribune/{self.tribune.pk}/change/"
        for language in ("en", "fr"):
            page = self.client.get(address, headers={"accept-language": language})
            [part] = document_fromstring(page.content.decode()).xpath("//section[@aria-labelledby='agreement']")
            self.assertEqual(part.text_content().count(THEIRS), 2)
            self.assertEqual(part.xpath(".//ul"), [])
        self.see(found_canonical=OURS)
        self.assertContains(self.client.get(address, headers={"accept-language": "en"}), "follow neither")

    def test_page_of_a_tribune_that_is_not_out_says_nothing_of_it(self):
        self.client.force_login(User.objects.create_superuser("ada"))
        self.agree(state="proposed")
        page = self.client.get(f"/admin/blog/tribune/{self.tribune.pk}/change/")
        self.assertNotContains(page, 'id="agreement"')
