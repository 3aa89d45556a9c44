"""A commercial relation in words: under the title, on cards and in lists, at the end of a teaser, at the partner's."""

import re
from datetime import UTC, datetime

from django.test import TestCase
from django.utils.translation import override

from blog.disclosing import plain_disclosure_of
from blog.models import Post
from blog.syndication.packaging import make_package
from tests.factories import (
    make_author,
    make_event,
    make_partner,
    make_post,
    make_sponsor,
    make_translation,
    make_tribune,
)

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"

Kind = Post.Disclosure
# Of each kind: what stands under the title, and on cards, in French and in English.
WORDS = {
    Kind.CLIENT: (
        ("Cet article parle d’un client de la personne qui l’a écrit : Acme.", "Parle d’un client : Acme"),
        ("This article speaks of a client of the person who wrote it: Acme.", "Speaks of a client: Acme"),
    ),
    Kind.PAID: (
        ("Cet article a été payé par Acme.", "Collaboration rémunérée avec Acme"),
        ("This article was paid for by Acme.", "Paid collaboration with Acme"),
    ),
    Kind.ADVERTISING: (
        ("Cette page est une publicité pour Acme.", "Publicité pour Acme"),
        ("This page is advertising for Acme.", "Advertising for Acme"),
    ),
    Kind.AFFILIATE: (
        (
            "Nous touchons une commission sur ce qui est acheté chez Acme par les liens de cet article.",
            "Commission sur les achats chez Acme",
        ),
        (
            "We earn a commission on what is bought from Acme through the links of this article.",
            "Commission on purchases from Acme",
        ),
    ),
    Kind.GIFT: (
        ("Le produit ou le voyage dont parle cet article a été offert par Acme.", "Produit ou voyage offert par Acme"),
        (
            "The product or the trip that this article speaks of was given free of charge by Acme.",
            "Product or trip given by Acme",
        ),
    ),
}


def words_of(response) -> str:
    """Return what a reader reads of a page, on one line, with ordinary spaces."""
    text = re.sub(r"<[^>]+>", "", response.content.decode())
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


class DisclosureTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author = make_author()
        cls.acme = make_sponsor("Acme", sites="acme.example")
        shared = {"authors": [cls.author], "disclosure_with": cls.acme, "disclosure": Kind.PAID}
        cls.post = make_post(body='<p><a href="https://acme.example/">Acme</a></p>', **shared)
        cls.translation = make_translation(cls.post, **shared)
        make_tribune(cls.post)

    def test_each_kind_is_said_under_the_title_and_in_all_lists_in_both_languages(self):
        french = ("/", "/blog/", "/blog/2016/06/", "/auteurs/yann-gourvennec/", "/transparence/acme/", "/tribunes/")
        english = ("/en/", "/en/blog/", "/en/authors/yann-gourvennec/", "/en/disclosures/acme/")
        for kind, ((sentence, mark), (english_sentence, english_mark)) in WORDS.items():
            Post.objects.update(disclosure=kind)
            with self.subTest(kind):
                self.assertIn(sentence, words_of(self.client.get(POST)))
                self.assertIn(english_sentence, words_of(self.client.get(ENGLISH_POST)))
                for address in french:
                    self.assertIn(mark, words_of(self.client.get(address)), address)
                for address in english:
                    self.assertIn(english_mark, words_of(self.client.get(address)), address)

    def test_of_several_authors_nobody_says_whose_client_it_is(self):
        Post.objects.update(disclosure=Kind.CLIENT)
        for post in Post.objects.all():
            post.authorships.create(author=make_author(name=f"A {post.pk}", slug=f"a-{post.pk}"), position=1)
        self.assertIn("d’un client d’au moins une des personnes qui l’ont écrit", words_of(self.client.get(POST)))
        self.assertIn("at least one of the people who wrote it: Acme", words_of(self.client.get(ENGLISH_POST)))

    def test_links_of_the_event_to_that_party_say_so_on_the_post(self):
        event = make_event(host_name="Acme", host_url="https://acme.example/")
        Post.objects.update(event=event)
        link = '<a href="https://acme.example/" rel="sponsored">Acme</a>'
        self.assertContains(self.client.get(POST), link)
        self.assertNotContains(self.client.get(event.get_absolute_url()), link)

    def test_nothing_is_said_where_there_is_nothing(self):
        Post.objects.update(disclosure=Kind.NONE, disclosure_with=None)
        self.assertNotContains(self.client.get(ENGLISH_POST), 'id="disclosure"')
        self.assertNotIn("Acme", words_of(self.client.get("/en/blog/")))

    def test_what_to_read_next_says_it_too(self):
        make_post(slug="apres", published_at=datetime(2016, 7, 2, 6, 30, tzinfo=UTC), disclosure="none")
        self.assertIn("Collaboration rémunérée avec Acme", words_of(self.client.get("/blog/2016/07/apres/")))

    def test_a_name_is_text(self):
        self.acme.name = "<b>Acme</b> & fils"
        self.acme.save()
        self.assertContains(self.client.get(ENGLISH_POST), "&lt;b&gt;Acme&lt;/b&gt; &amp; fils</a>")

    def test_it_travels_to_the_partner_with_the_links_that_say_so(self):
        tribune = make_tribune(self.post, make_partner(slug="b"), state="draft", url="", published_at=None)
        package = make_package(tribune)
        self.assertEqual(package.disclosure, "Cet article a été payé par Acme.")
        self.assertIn(package.disclosure, package.article_html)
        self.assertIn('<a href="https://acme.example/" rel="sponsored">', package.body_html)

    def test_other_words_of_rel_stay_here(self):
        Post.objects.update(disclosure=Kind.NONE)
        self.post.refresh_from_db()
        self.post.save()
        package = make_package(
            make_tribune(self.post, make_partner(slug="b"), state="draft", url="", published_at=None)
        )
        self.assertIn('<a href="https://acme.example/">', package.body_html)

    def test_the_preview_of_a_draft_says_that_a_name_is_missing(self):
        draft = Post(title="T", language="en", disclosure=Kind.PAID)
        with override("en"):
            self.assertEqual(plain_disclosure_of(draft), "This article was paid for by (not named yet).")
