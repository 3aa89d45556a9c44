"""What readers are told of tribunes: where a text goes on, in which language, how long, and what the relation is."""

import re
from datetime import timedelta

from django.test import TestCase

from blog.models import KeptPage, Post, Tribune
from tests.blog.test_disclosure import words_of
from tests.factories import (
    PUBLISHED_AT,
    make_author,
    make_partner,
    make_post,
    make_sponsor,
    make_translation,
    make_tribune,
)

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"
AUTHOR, ENGLISH_AUTHOR = "/auteurs/yann-gourvennec/", "/en/authors/yann-gourvennec/"


class TribuneTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author = make_author()
        cls.post = make_post(authors=[cls.author])
        cls.translation = make_translation(cls.post, authors=[cls.author])
        cls.partner = make_partner()
        cls.tribune = make_tribune(cls.post, cls.partner)


class HereAloneTests(TribuneTestCase):
    """A partner's own text of which the partner has no public page."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        fields = {"direction": "theirs_here", "content": "whole", "state": "accepted", "url": "", "published_at": None}
        Tribune.objects.update(**fields)

    def test_readers_are_told_whose_it_is_in_both_languages_and_sent_to_no_piece(self):
        for address, words in {
            POST: ("en français", "Blog du communicant", "Olivier Cimelière"),
            ENGLISH_POST: (
                "comes from Blog du communicant, the blog of Olivier Cimelière, where no page of it is public",
                "a blog in French",
                "About Blog du communicant",
            ),
        }.items():
            page = self.client.get(address).content.decode()
            section = page[page.index('<section class="row part tribune"') :].partition("</section>")[0]
            for each in words:
                self.assertIn(each, section)
            self.assertNotIn("example.org", section)
            self.assertNotIn("None", section)
            head = page[page.index('<header class="post-head') :].partition("</header>")[0]
            self.assertIn("Blog du communicant", head)

    def test_relation_is_told_with_it(self):
        Post.objects.update(disclosure="paid", disclosure_with=make_sponsor("Acme"))
        self.assertIn("Cet article a été payé par", words_of(self.client.get(POST)))

    def test_partner_whom_readers_cannot_find_is_named_without_a_link(self):
        self.partner.is_listed = False
        self.partner.save()
        self.assertNotContains(self.client.get(POST), self.partner.get_absolute_url())
        self.assertContains(self.client.get(POST), "Blog du communicant")

    def test_what_was_declined_or_is_ours_or_a_teaser_is_no_such_text(self):
        for fields in ({"state": "declined"}, {"direction": "ours_there"}, {"content": "teaser", "canonical": "there"}):
            Tribune.objects.update(**{"state": "accepted", "direction": "theirs_here", "content": "whole"} | fields)
            self.assertNotContains(self.client.get(POST), "Blog du communicant")

    def test_once_it_is_out_there_readers_are_led_to_it(self):
        Tribune.objects.update(state="published", url="https://example.org/a", published_at=PUBLISHED_AT)
        self.assertContains(self.client.get(POST), 'href="https://example.org/a"')
        self.assertNotContains(self.client.get(ENGLISH_POST), "where no page of it is public")


class EndOfTeaserTests(TribuneTestCase):
    def call_of(self, address: str) -> str:
        page = self.client.get(address).content.decode()
        return page[page.index('<section class="row part tribune"') :].partition("</section>")[0]

    def test_it_says_where_it_goes_on_whose_blog_it_is_in_which_language_and_how_long(self):
        for address, words in {
            POST: (
                "Blog du communicant",
                "Olivier Cimelière",
                "un autre site, example.org",
                "en français",
                "4 minutes",
            ),
            ENGLISH_POST: ("Read on at Blog du communicant", "another site, example.org", "in French", "4 minutes"),
        }.items():
            for each in words:
                self.assertIn(each, re.sub(r"\s+", " ", self.call_of(address)))

    def test_it_says_what_the_relation_is_and_marks_the_way_to_that_party(self):
        self.assertNotIn('rel="sponsored"', self.call_of(POST))
        acme = make_sponsor("Acme", sites="example.org/blog-du-communicant")
        Post.objects.update(disclosure="paid", disclosure_with=acme)
        self.assertIn("Cet article a été payé par", self.call_of(POST))
        self.assertIn('hreflang="fr" rel="sponsored"', self.call_of(POST))
        self.assertContains(self.client.get("/tribunes/"), 'hreflang="fr" rel="sponsored"')
        self.assertContains(self.client.get("/partenaires/blog-du-communicant/"), 'hreflang="fr" rel="sponsored"')


class MarkTests(TribuneTestCase):
    FRENCH, ENGLISH = (
        "La suite est sur Blog du communicant, un autre site",
        "Goes on at Blog du communicant, another site",
    )

    def test_cards_and_lists_mark_what_goes_on_elsewhere(self):
        for address in ("/", "/blog/", "/blog/2016/", AUTHOR):
            self.assertContains(self.client.get(address), self.FRENCH, msg_prefix=address)

    def test_a_translation_goes_on_where_its_original_does_and_says_in_which_language(self):
        for address in ("/en/", "/en/blog/", ENGLISH_AUTHOR):
            self.assertContains(self.client.get(address), f"{self.ENGLISH}, in French", msg_prefix=address)

    def test_a_translation_that_goes_on_elsewhere_itself_says_where(self):
        other = make_partner(name="The Slow Inbox", slug="slow-inbox", language="en")
        make_tribune(self.translation, other, url="https://example.org/slow-inbox/1/")
        page = words_of(self.client.get("/en/blog/"))
        self.assertIn("Goes on at The Slow Inbox, another site", page)
        self.assertNotIn("another site, in French", page)

    def test_nothing_is_marked_that_is_whole_here_or_that_nobody_can_go_to(self):
        for change in ({"content": "whole"}, {"gone_since": PUBLISHED_AT}, {"state": "withdrawn"}):
            Tribune.objects.update(content="teaser", gone_since=None, state="published")
            Tribune.objects.update(**change)
            with self.subTest(change):
                self.assertNotContains(self.client.get("/blog/"), "La suite est sur")
                self.assertFalse(Tribune.objects.leading_away().exists())
                self.assertFalse(Tribune.objects.get().leads_away())

    def test_lists_of_tribunes_say_the_language_of_the_copy(self):
        self.assertContains(self.client.get("/en/tribunes/"), "<span>In French</span>")
        self.assertContains(self.client.get("/"), "La suite est là-bas, en français")


class AuthorTests(TribuneTestCase):
    def test_the_page_of_an_author_shows_tribunes_wherever_they_stand(self):
        theirs = make_post(slug="la-leur", title="La leur, ici", authors=[self.author], status="published")
        make_tribune(theirs, make_partner(slug="b", name="Carnet"), direction="theirs_here", content="whole")
        for address in (AUTHOR, ENGLISH_AUTHOR):
            shelf = self.client.get(address).text.partition('class="cards tribunes"')[2].partition("</ul>")[0]
            self.assertIn("La leur, ici", shelf)
            self.assertIn("Président numérique", shelf)

    def test_the_text_that_the_partner_alone_has_counts(self):
        ghost = make_author(name="Camille Ferrand", slug="camille-ferrand")
        piece = make_post(slug="piece", status="draft", published_at=None, authors=[ghost])
        Tribune.objects.update(piece=piece)
        self.assertContains(self.client.get("/auteurs/camille-ferrand/"), "Président numérique")

    def test_tribunes_of_others_or_not_out_are_not_shown(self):
        other = make_author(name="Autre", slug="autre")
        self.assertNotContains(self.client.get("/auteurs/autre/"), "cards tribunes")
        Tribune.objects.update(state="draft")
        self.assertNotContains(self.client.get(AUTHOR), "cards tribunes")
        self.assertContains(self.client.get(f"/auteurs/{other.slug}/tribunes/"), "Rien n’a encore paru ici")

    def test_there_is_a_way_to_all_of_them(self):
        for number in range(25):
            post = make_post(slug=f"n{number}", title=f"Avis {number}", authors=[self.author])
            at = PUBLISHED_AT + timedelta(days=number)
            make_tribune(post, make_partner(slug=f"p{number}"), published_at=at)
        page = self.client.get(AUTHOR)
        self.assertEqual(page.text.partition('class="cards tribunes"')[2].partition("</ul>")[0].count("<li"), 3)
        self.assertContains(page, 'href="/auteurs/yann-gourvennec/tribunes/"')
        self.assertContains(self.client.get("/auteurs/yann-gourvennec/tribunes/"), "Avis 24")
        self.assertContains(self.client.get("/en/authors/yann-gourvennec/tribunes/?page=2"), "Président numérique")
        self.assertEqual(self.client.get("/en/authors/nobody/tribunes/").status_code, 404)


class CertificateTests(TribuneTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        Tribune.objects.update(
            unsafe_since=PUBLISHED_AT,
            copied_at=PUBLISHED_AT,
            archive_url="https://web.archive.org/web/2016/https://example.org/",
        )
        KeptPage.objects.create(
            tribune=cls.tribune,
            title="Pour un président numérique",
            html="<p>Le texte gardé.</p>",
            agreed_at=PUBLISHED_AT,
            seen_at=PUBLISHED_AT,
            fetched_at=PUBLISHED_AT,
        )

    def test_the_reader_is_warned_and_may_still_go(self):
        for address, warning in {
            POST: "le site example.org ne prouve plus son identité",
            "/en/tribunes/": "the site example.org no longer proves who it is",
        }.items():
            page = self.client.get(address)
            self.assertContains(page, warning)
            self.assertContains(page, 'href="https://web.archive.org/web/2016/https://example.org/"')
            self.assertContains(page, f'href="{self.tribune.url}"')
            self.assertNotContains(page, f'class="button u-syndication" href="{self.tribune.url}"')

    def test_it_is_not_said_to_be_gone(self):
        self.assertNotIn("disparu", words_of(self.client.get(POST)))
        self.assertContains(self.client.get("/blog/"), "La suite est sur Blog du communicant")

    def test_the_kept_text_is_given_only_where_that_was_agreed(self):
        kept = f"/en/tribunes/{self.tribune.pk}/archive/"
        self.assertEqual(self.client.get(kept).status_code, 404)
        self.assertNotContains(self.client.get(POST), "/archive/")
        Tribune.objects.update(archive_agreed=True)
        page = self.client.get(kept)
        self.assertContains(page, "Le texte gardé.")
        self.assertContains(page, "browsers warn of that site")
        self.assertContains(self.client.get(POST), f'href="/tribunes/{self.tribune.pk}/archive/"')

    def test_what_is_gone_as_well_is_gone(self):
        Tribune.objects.update(gone_since=PUBLISHED_AT)
        page = self.client.get(POST)
        self.assertContains(page, "La page a disparu")
        self.assertNotContains(page, f'href="{self.tribune.url}"')

    def test_another_address_is_looked_at_anew(self):
        self.tribune.looked_url = self.tribune.url
        Tribune.objects.update(looked_url=self.tribune.url)
        tribune = Tribune.objects.get()
        tribune.url = "https://example.net/moved/"
        tribune.save()
        tribune.refresh_from_db()
        self.assertIsNone(tribune.unsafe_since)
