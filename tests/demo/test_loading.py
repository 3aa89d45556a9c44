"""The demo publication, whole: what the issue of its making promised a visitor."""

import re
import tomllib
from pathlib import Path

from django.core import mail
from django.test import TestCase

from authors.models import Author
from blog.models import Category, Event, Finding, Image, Mention, Partner, Post, PrivateAddress, SeriesPart, Tribune
from blog.relating import SHOWN, relate_all
from blog.syndication.private_addresses import path_of
from comments.models import Appeal, Comment, Notice, ReplyRequest, StatementOfReasons
from demo.loading import CONTENT, load_demo

PICTURE = re.compile(r'<figure class="picture[ "]')


class DemoTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        load_demo()
        cls.judged = tomllib.loads((Path(__file__).parent / "related.toml").read_text(encoding="utf-8"))
        cls.rows = {
            path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in (CONTENT / "posts").glob("*")
        }

    def test_it_is_a_publication(self):
        self.assertEqual(Author.objects.listed().count(), 6)
        self.assertEqual(Category.objects.count(), 8)
        self.assertEqual(Partner.objects.count(), 4)
        self.assertEqual(Tribune.objects.count(), 13)
        self.assertGreaterEqual(Post.objects.in_language("fr").count(), 28)
        self.assertGreaterEqual(Post.objects.in_language("en").count(), 28)
        self.assertGreaterEqual(Comment.objects.count(), 150)

    def test_tribunes_go_both_ways_and_are_in_all_states(self):
        self.assertEqual({t.direction for t in Tribune.objects.all()}, set(Tribune.Direction))
        self.assertEqual({t.state for t in Tribune.objects.all()}, set(Tribune.State))

    def test_a_text_that_is_whole_here_is_introduced_at_partners_in_both_languages(self):
        introduced = [tribune for tribune in Tribune.objects.published() if tribune.is_introduced_there()]
        self.assertEqual({tribune.post.language for tribune in introduced}, {"fr", "en"})
        for tribune in introduced:
            self.assertContains(self.client.get(tribune.post.path()), tribune.url)

    def test_an_article_checks_two_claims_in_both_languages(self):
        french, english = Post.objects.filter(claims__isnull=False).distinct().order_by("pk")
        self.assertEqual((french.language, english.translation_of), ("fr", french))
        said = [[(claim.verdict, claim.claimed_on) for claim in post.claims.all()] for post in (french, english)]
        self.assertEqual(said[0], said[1])
        self.assertEqual(len(said[0]), 2)
        for claim in (*french.claims.all(), *english.claims.all()):
            claim.full_clean()

    def test_series_are_read_in_their_order_and_what_is_to_come_is_not_counted(self):
        page = self.client.get("/series/ce-qui-reste-du-web/")
        self.assertContains(page, "LinkedIn, ou la culture en terrain loué")
        self.assertNotContains(page, "Mort et retour de la blogroll")
        self.assertEqual(SeriesPart.objects.count(), 9)
        self.assertContains(self.client.get("/en/series/compter-sans-se-tromper/"), "Writing numbers for humans")

    def test_what_is_related_is_what_an_editor_would_choose(self):
        relate_all()
        keys = {
            row[language]["slug"]: key for key, row in self.rows.items() for language in ("fr", "en") if language in row
        }
        firsts, shown, right = [], 0, 0
        for post in Post.objects.published():
            wanted = self.judged.get(keys.get(post.slug), [])
            found = [
                keys[each.other.slug]
                for each in post.relations.order_by("-score", "-other")
                if each.other.is_published()
            ]
            if wanted:
                firsts.append(found[0] in wanted)
                shown += len(found[:SHOWN])
                right += sum(key in wanted for key in found[:SHOWN])
        self.assertGreater(len(firsts), 35)
        self.assertTrue(all(firsts), "the first that is offered is always right")
        self.assertGreaterEqual(right / shown, 0.85)

    def test_one_tribune_needs_attention_and_nobody_is_asked_for_any(self):
        pressing = Finding.objects.pressing()
        self.assertEqual(
            {finding.tribune.title for finding in pressing}, {"Ce que votre logiciel ignore de vos clients"}
        )
        self.assertEqual({finding.kind for finding in pressing}, {"title", "text"})
        self.assertFalse(Tribune.objects.filter(is_watched=True).exists())

    def test_page_of_one_tribune_is_gone_and_its_text_is_to_be_had(self):
        tribune = Tribune.objects.get(gone_since__isnull=False)
        self.assertNotContains(self.client.get(tribune.post.path()), f'href="{tribune.url}"')
        for prefix in ("", "/en"):
            response = self.client.get(f"{prefix}/tribunes/{tribune.pk}/archive/")
            self.assertContains(response, "Écrivez pour celui qui vous lira sans vous.")
            self.assertContains(response, "Bastien Quéméner")

    def test_one_tribune_is_proposed_to_a_person_who_has_left_notes(self):
        address = PrivateAddress.objects.get()
        page = self.client.get(path_of(address))
        self.assertContains(page, "Sixty-two sites before breakfast")
        self.assertContains(page, "I like it, and so would my readers.")
        self.assertEqual(mail.outbox, [])

    def test_posts_are_in_all_statuses_and_one_is_scheduled(self):
        self.assertEqual({post.status for post in Post.objects.all()}, set(Post.Status))
        self.assertTrue(Post.objects.scheduled().exists())

    def test_every_kind_of_disclosure_is_shown(self):
        self.assertEqual({post.disclosure for post in Post.objects.published()}, set(Post.Disclosure))

    def test_events_are_past_and_to_come(self):
        self.assertTrue(Event.objects.public().coming().exists())
        self.assertTrue(Event.objects.public().past().exists())

    def test_discussions_have_every_plural(self):
        counts = {post.comment_count for post in Post.objects.published()}
        self.assertLessEqual({0, 1, 2}, counts)

    def test_old_addresses_lead_on_or_say_that_they_are_gone(self):
        article = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
        for path in ("/?p=4127", "/2016/06/president-numerique-webinaire/"):
            self.assertRedirects(self.client.get(path), article, 301, 200)
        self.assertRedirects(self.client.get("/category/web-social/"), "/categorie/medias/", 301, 200)
        english = self.client.get("/en/2016/06/digital-president-webinar/")
        self.assertTrue(english.headers["Location"].startswith("/en/blog/2016/06/"))
        self.assertContains(self.client.get("/2012/04/concours-gagnez-une-tablette/"), "plus là", status_code=410)

    def test_threads_are_six_deep(self):
        self.assertGreaterEqual(max(comment.depth for comment in Comment.objects.approved()) + 1, 6)

    def test_moderators_have_every_kind_of_case(self):
        self.assertEqual({notice.state for notice in Notice.objects.all()}, {"open", "upheld"})
        self.assertTrue(Appeal.objects.open().exists())
        self.assertTrue(ReplyRequest.objects.open().exists())
        self.assertEqual(StatementOfReasons.objects.filter(notice__isnull=False).count(), 2)
        self.assertFalse(mail.outbox)

    def test_other_sites_say_something_of_every_kind(self):
        shown = Mention.objects.shown()
        self.assertEqual({mention.kind for mention in shown}, set(Mention.Kind.values))
        self.assertTrue(Mention.objects.awaiting().exists())
        self.assertEqual(Mention.objects.completing().count(), 1)

    def test_site_says_why_it_takes_something_for_spam(self):
        spam = Comment.objects.filter(status="spam")
        self.assertTrue(all(comment.spam_reasons for comment in spam))
        self.assertGreaterEqual(spam.filter(decisions__reason__gt="").distinct().count(), spam.count() - 1)
        self.assertTrue(all(comment.spam_score < 5 for comment in Comment.objects.awaiting()))

    def test_nothing_was_written_in_the_future(self):
        for comment in Comment.objects.select_related("post"):
            self.assertGreaterEqual(comment.created_at, comment.post.published_at)

    def test_every_picture_says_what_it_shows(self):
        for image in Image.objects.all():
            self.assertTrue(image.alt_fr and image.alt_en, image.title)

    def test_bodies_name_pictures_that_there_are(self):
        for post in Post.objects.all():
            self.assertEqual(post.body.count("data-image="), len(PICTURE.findall(post.body_html)), post)
