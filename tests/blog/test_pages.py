"""Each kind of page, in French and in English, with what a reader would notice."""

import re
from datetime import UTC, datetime, timedelta

from django.test import TestCase
from django.utils import timezone

from tests.factories import (
    PUBLISHED_AT,
    make_author,
    make_category,
    make_comment,
    make_event,
    make_image,
    make_page,
    make_partner,
    make_post,
    make_tag,
    make_translation,
    make_tribune,
)

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"


def text_of(response) -> str:
    """Return what a person reads of a page, on one line."""
    body = re.sub(r"<(script|style|head).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body).replace("&nbsp;", " "))


class PageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.category = make_category()
        cls.child = make_category(slug="cloud", name_fr="Nuage", name_en="Cloud", parent=cls.category)
        cls.tag, cls.author = make_tag(), make_author()
        cls.author.links.create(network="mastodon", address="https://mastodon.example/@yann")
        cls.event = make_event()
        cls.event.speakers.create(name="Alain Garnier")
        cls.partner = make_partner(note_fr="Un blog ami.", note_en="A friendly blog.")
        cls.post = make_post(
            category=cls.child,
            tags=[cls.tag],
            authors=[cls.author],
            event=cls.event,
            cover=make_image(),
            disclosure="client",
            disclosure_with="Orange Cloud for Business",
        )
        cls.english = make_translation(
            cls.post,
            authors=[cls.author],
            tags=[cls.tag],
            event=cls.event,
            disclosure="client",
            disclosure_with="Orange Cloud for Business",
        )
        cls.tribune = make_tribune(cls.post, cls.partner)
        make_tribune(cls.english, cls.partner)
        for number in range(4):
            make_comment(cls.post, text=f"Remarque {number}")
        cls.page = make_page()
        make_page(language="en", title="Legal notice", slug="legal-notice", translation_of=cls.page)

    def test_post_leads_to_its_other_categories_and_its_tags(self):
        other = make_category(slug="medias", name_fr="Médias", name_en="Media")
        self.post.categories.add(other)
        page = self.read(POST)
        self.assertContains(page, '<a class="p-category" href="/categorie/medias/" rel="tag">Médias</a>', html=True)
        self.assertContains(page, f'href="{self.tag.get_absolute_url()}" rel="tag"')

    def read(self, address, status=200):
        response = self.client.get(address)
        self.assertEqual(response.status_code, status, address)
        return response

    def test_every_page_says_its_language(self):
        for french, english in PAIRS:
            with self.subTest(french):
                self.assertContains(self.read(french), '<html lang="fr"')
                self.assertContains(self.read(english), '<html lang="en"')

    def test_every_page_sets_no_cookie_and_may_be_kept(self):
        for address in [address for pair in PAIRS for address in pair]:
            with self.subTest(address):
                response = self.read(address)
                self.assertFalse(response.cookies)
                self.assertIn("public", response["Cache-Control"])
                self.assertNotIn("Cookie", response["Vary"])
                self.assertTrue(response["ETag"])

    def test_every_page_leads_to_the_other_language(self):
        for french, english in PAIRS:
            with self.subTest(french):
                self.assertContains(self.read(french), f'href="{english}"')
                self.assertContains(self.read(english), f'href="{french}"')

    def test_title_is_typeset_by_the_program(self):
        self.assertContains(self.read(POST), "numérique\u00a0: une bonne idée\u202f?")
        self.assertContains(self.read(ENGLISH_POST), "A digital president: a good idea?")

    def test_category_line_leads_up(self):
        page = self.read(POST)
        self.assertContains(page, 'href="/categorie/economie-et-numerique/"')
        self.assertContains(page, 'href="/categorie/economie-et-numerique/cloud/"')

    def test_date_is_in_the_language_of_the_page(self):
        self.assertIn("2 juin 2016", text_of(self.read(POST)))
        self.assertIn("2 June 2016", text_of(self.read(ENGLISH_POST)))

    def test_disclosure_stands_before_the_text(self):
        for address in (POST, ENGLISH_POST):
            page = self.read(address).content.decode()
            self.assertLess(page.index("Orange Cloud for Business"), page.index("e-content"))

    def test_event_says_that_it_is_over(self):
        self.assertIn("Cet événement est terminé", text_of(self.read(POST)))
        self.assertIn("This event is over", text_of(self.read(ENGLISH_POST)))
        self.assertContains(self.read(POST), "Alain Garnier")
        self.assertContains(self.read(POST), 'href="/evenements/webinaire-president-numerique.ics"')

    def test_tribune_leads_to_the_partner(self):
        page = self.read(POST)
        self.assertContains(page, f'href="{self.tribune.url}"')
        self.assertContains(page, "Blog du communicant")
        self.assertContains(page, "Olivier Cimelière")

    def test_translation_leads_to_the_tribune_of_its_original_and_is_its_own_canonical_copy(self):
        original = make_post(slug="original", title="Original")
        url = "https://example.org/tribune-libre/"
        make_tribune(original, self.partner, url=url, title="")
        translation = make_translation(original, slug="translation", title="Translation")
        page = self.read(translation.path())
        self.assertContains(page, f'href="{url}" hreflang="fr"')
        self.assertContains(page, f'<link rel="canonical" href="http://testserver{translation.path()}"')

    def test_translation_with_a_tribune_of_its_own_does_not_lead_to_the_same_partner_twice(self):
        self.assertContains(self.read(ENGLISH_POST), "u-syndication", count=1)

    def test_author_box_is_in_the_language_of_the_page_with_links(self):
        self.assertContains(self.read(POST), "Il écrit sur le numérique.")
        self.assertContains(self.read(ENGLISH_POST), "He writes about digital matters.")
        self.assertContains(self.read(POST), 'href="https://mastodon.example/@yann"')

    def test_comments_are_counted_in_words(self):
        self.assertIn("4 commentaires", text_of(self.read(POST)))
        self.assertIn("4 comments", text_of(self.read(ENGLISH_POST)))

    def test_share_by_mail_shows_the_way(self):
        self.assertNotContains(self.read(POST), 'id="share-by-mail"')
        page = self.read(f"{POST}?share=email")
        self.assertContains(page, 'href="mailto:?')
        self.assertContains(page, f'<link rel="canonical" href="{self.tribune.url}"')

    def test_post_without_translation_says_so(self):
        make_post(slug="seul", title="Seul")
        self.assertIn("pas traduit", text_of(self.read("/blog/2016/06/seul/")).lower())

    def test_wrong_date_leads_to_the_right_one(self):
        slug = "president-numerique-bonne-idee-webinaire"
        response = self.client.get(f"/blog/2015/01/{slug}/")
        self.assertRedirects(response, POST, status_code=301)

    def test_post_in_the_wrong_language_is_not_found(self):
        self.read("/en/blog/2016/06/president-numerique-bonne-idee-webinaire/", 404)

    def test_address_without_slash_leads_to_the_page(self):
        self.assertRedirects(self.client.get(POST[:-1]), POST, status_code=301)

    def test_draft_and_scheduled_are_seen_nowhere(self):
        hidden = {
            "ebauche": {"status": "draft"},
            "relecture": {"status": "in_review"},
            "retire": {"status": "withdrawn"},
            "demain": {"published_at": timezone.now() + timedelta(days=1)},
        }
        for slug, fields in hidden.items():
            post = make_post(
                slug=slug,
                title=f"Caché {slug}",
                category=self.child,
                authors=[self.author],
                tags=[self.tag],
                event=self.event,
                **fields,
            )
            make_tribune(post, self.partner)
            self.read(post.path(), 404)
        for address in [address for pair in PAIRS for address in pair]:
            self.assertNotContains(self.client.get(address), "Caché")

    def test_lists_show_their_posts(self):
        for address in (
            "/",
            "/blog/",
            "/blog/2016/",
            "/blog/2016/06/",
            "/categorie/economie-et-numerique/",
            "/categorie/economie-et-numerique/cloud/",
            "/sujet/cloud/",
            "/auteurs/yann-gourvennec/",
            "/evenements/webinaire-president-numerique/",
        ):
            with self.subTest(address):
                page = self.read(address).text
                self.assertIn(f'href="{POST}"', page)
                # Tribunes of an author are of either language.
                posts = page.partition('class="entries"')[2] or page
                self.assertNotIn("A digital president", posts)

    def test_empty_month_is_not_found(self):
        self.read("/blog/2016/07/", 404)
        self.read("/blog/2015/", 404)

    def test_archive_knows_the_month_of_the_reader_s_clock(self):
        make_post(slug="minuit", published_at=datetime(2016, 8, 31, 22, 30, tzinfo=UTC))
        self.assertContains(self.read("/blog/2016/09/"), "/blog/2016/09/minuit/")
        self.read("/blog/2016/08/", 404)

    def test_long_list_has_pages(self):
        for number in range(30):
            make_post(slug=f"n{number}", published_at=PUBLISHED_AT - timedelta(days=number + 1))
        first, second = self.read("/blog/"), self.read("/blog/?page=2")
        self.assertContains(first, 'href="?page=2"')
        self.assertContains(second, "n29/")
        self.assertNotContains(first, "n29/")
        self.read("/blog/?page=3", 404)

    def test_calendar_file_holds_the_event(self):
        response = self.read("/evenements/webinaire-president-numerique.ics")
        self.assertEqual(response["Content-Type"], "text/calendar; charset=utf-8")
        self.assertContains(response, "DTSTART;TZID=Europe/Paris:20160609T110000")
        self.assertContains(response, "BEGIN:VTIMEZONE")

    def test_errors_are_in_the_language_of_the_address(self):
        self.assertContains(self.read("/nulle-part/", 404), 'lang="fr"', status_code=404)
        self.assertContains(self.read("/en/nowhere/", 404), 'lang="en"', status_code=404)

    def test_health_and_robots(self):
        self.assertContains(self.read("/healthz"), "ok")
        self.assertContains(self.read("/robots.txt"), "Disallow: /admin/")


PAIRS = (
    ("/", "/en/"),
    ("/blog/", "/en/blog/"),
    ("/blog/2016/", "/en/blog/2016/"),
    ("/blog/2016/06/", "/en/blog/2016/06/"),
    (POST, ENGLISH_POST),
    ("/categorie/economie-et-numerique/", "/en/category/economie-et-numerique/"),
    ("/categorie/economie-et-numerique/cloud/", "/en/category/economie-et-numerique/cloud/"),
    ("/sujet/cloud/", "/en/tag/cloud/"),
    ("/auteurs/", "/en/authors/"),
    ("/auteurs/yann-gourvennec/", "/en/authors/yann-gourvennec/"),
    ("/partenaires/", "/en/partners/"),
    ("/partenaires/blog-du-communicant/", "/en/partners/blog-du-communicant/"),
    ("/tribunes/", "/en/tribunes/"),
    ("/evenements/", "/en/events/"),
    (
        "/evenements/webinaire-president-numerique/",
        "/en/events/webinaire-president-numerique/",
    ),
    ("/mentions-legales/", "/en/legal-notice/"),
)


class PlainPageTests(TestCase):
    def test_description_has_the_spaces_and_the_words_of_the_text(self):
        make_page(body="<h2>Qui ?</h2><p>Une page : « la nôtre » &amp; rien.</p><p>Suite.</p>")
        page = self.client.get("/mentions-legales/")
        said = "Qui\u202f? Une page\u00a0: «\u00a0la nôtre\u00a0» &amp; rien. Suite."
        self.assertContains(page, f'<meta name="description" content="{said}">')

    def test_title_that_is_handed_to_an_app_has_its_spaces(self):
        page = self.client.get(make_post(title="R&D : une idée ?").path())
        self.assertContains(page, 'data-share-title="R&amp;D\u00a0: une idée\u202f?"')
