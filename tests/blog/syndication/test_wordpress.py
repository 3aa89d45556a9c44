"""A tribune is handed over to a real WordPress, and what becomes of it there is met."""

from datetime import timedelta
from unittest import mock

import pytest
from django.core.cache import cache
from django.test import TestCase, override_settings
from django.utils import timezone

from blog import tasks
from blog.models import (
    Authorship,
    Credentials,
    HandOver,
    KeptPage,
    Partner,
    PartnerCategory,
    PartnerCopy,
    Post,
    Tribune,
)
from blog.syndication import watching, wordpress
from blog.syndication.copies import BETWEEN_LOOKS, ChangedThereError, copies_to_look_at
from blog.syndication.credentials import keep_credentials
from blog.syndication.errors import UnreachableError
from blog.syndication.handing_over import deliver, deliver_forgotten, hand_over, send_again
from blog.syndication.packaging import make_package
from blog.syndication.wordpress import mark_of
from blog.syndication.wordpress_api import MayNotWriteError
from blog.tasks import look_at_copies
from tests.blog.syndication.test_packaging import WHOLE, make_draft
from tests.blog.syndication.test_watching import QUEUED
from tests.factories import (
    make_alice,
    make_author,
    make_category,
    make_image,
    make_partner,
    make_post,
    make_translation,
)
from tests.wordpress import wordpress_for_tests

pytestmark = pytest.mark.partners

State, Status = HandOver.State, PartnerCopy.Status


@pytest.fixture(scope="module")
def real_wordpress():
    with wordpress_for_tests() as blog:
        yield blog


class WordPressCase(TestCase):
    """A French text of Yann's with two pictures, for the keeper of the WordPress; Alice edits."""

    status_there = "draft"

    @pytest.fixture(autouse=True)
    def _wordpress(self, real_wordpress):
        self.blog = real_wordpress
        with override_settings(LOOPBACK_SERVERS=frozenset({self.blog.server})):
            yield

    def setUp(self):
        self.blog.run(
            "foreach (get_posts(['post_type' => ['post', 'attachment'], 'post_status' => 'any,trash', "
            "'numberposts' => -1]) as $post) wp_delete_post($post->ID, true);"
        )
        self.alice = make_alice()
        parent = make_category()
        self.picture = make_image(caption_fr="Au bureau de vote", credit="Photo Anne Le Bris")
        self.post = make_post(
            title="L’état du numérique : « où en est-on ? »",
            slug="etat-du-numerique",
            authors=[make_author()],
            category=make_category(slug="numerique", name_fr="Numérique", name_en="Digital", parent=parent),
            cover=make_image(alt_fr="Une mairie"),
            body=f'<p>Un <em>début</em>.</p><figure data-image="{self.picture.pk}"></figure><p>Une fin.</p>',
            disclosure=Post.Disclosure.CLIENT,
            disclosure_with="Acme & fils",
        )
        self.partner = make_partner(
            takes=Partner.Takes.WORDPRESS, api=self.blog.api, site=self.blog.url, status_there=self.status_there
        )
        self.enter(self.blog.password)
        self.tribune = make_draft(self.post, self.partner, title="", **WHOLE)

    def enter(self, password, *, user="keeper"):
        keep_credentials(self.partner, Credentials.Kind.WORDPRESS, user=user, secret=password, by=self.alice)

    def hand(self) -> HandOver:
        tribune = Tribune.objects.get(pk=self.tribune.pk)
        with self.captureOnCommitCallbacks(execute=True):
            record, _ = hand_over(tribune, by=self.alice, seen=make_package(tribune).digest, language="fr")
        return HandOver.objects.get(pk=record.pk)

    def again(self, record) -> HandOver:
        self.assertTrue(send_again(record, seen=record.version))
        return HandOver.objects.get(pk=record.pk)

    def copies(self) -> list[int]:
        """Return the numbers of the posts there that are of this tribune, in whatever state."""
        mark = mark_of(self.tribune)
        return self.blog.ask(
            f"get_posts(['s' => '{mark}', 'post_status' => 'any,trash', 'fields' => 'ids', 'numberposts' => -1])"
        )

    def there(self) -> dict:
        (number,) = self.copies()
        return self.blog.ask(f"get_post({number})")

    def change(self, php: str) -> None:
        (number,) = self.copies()
        self.blog.run(php.replace("NUMBER", str(number)))


class DeliveryTests(WordPressCase):
    def test_it_is_a_draft_there_with_all_that_belongs_to_it(self):
        record = self.hand()
        self.assertEqual(record.state, State.SENT, record.in_words())
        there = self.there()
        self.assertEqual(there["post_status"], "draft")
        self.assertEqual(
            there["post_title"],
            "L’état du numérique\u00a0: «\u00a0où en est-on\u202f?\u00a0»",
        )
        self.assertEqual(there["post_name"], "etat-du-numerique")
        content = there["post_content"]
        for part in ("Par Yann Gourvennec", "Acme &amp; fils", "<em>début</em>", "http://testserver/blog/2016/06/"):
            self.assertIn(part, content)
        self.assertNotIn("http://testserver/media/", content, "pictures come from their media library")
        number = there["ID"]
        names = self.blog.ask(f"wp_get_post_categories({number}, ['fields' => 'names'])")
        self.assertEqual(names, ["Numérique"])
        cover = self.blog.ask(f"get_post_thumbnail_id({number})")
        self.assertEqual(self.blog.ask(f"get_post_meta({cover}, '_wp_attachment_image_alt', true)"), "Une mairie")
        captions = self.blog.ask("wp_list_pluck(get_posts(['post_type' => 'attachment']), 'post_excerpt')")
        self.assertIn("Au bureau de vote (Photo Anne Le Bris)", captions)
        self.assertEqual(Tribune.objects.get().state, Tribune.State.PROPOSED)

    def test_names_of_their_categories_are_known_without_a_password(self):
        Credentials.objects.all().delete()
        tasks.learn_categories.call(partner_id=self.partner.pk)
        self.partner.refresh_from_db()
        self.assertIn("Numérique", self.partner.categories_there)

    def test_editor_says_what_our_categories_are_called_there(self):
        name = "Vote & opinions"
        self.blog.run("wp_insert_term('Vote & opinions', 'category', ['slug' => 'avis']);")
        PartnerCategory.objects.create(partner=self.partner, category=self.post.category, name=name.upper())
        self.post.categories.add(make_category(slug="ailleurs", name_fr="Ailleurs", name_en="Elsewhere"))
        record = self.hand()
        names = self.blog.ask(f"wp_get_post_categories({self.there()['ID']}, ['fields' => 'slugs'])")
        self.assertEqual(names, ["avis"])
        self.assertIn("Ailleurs", record.in_words(), "which they do not have")
        self.assertNotIn("VOTE", record.in_words())
        self.partner.refresh_from_db()
        self.assertIn("Numérique", self.partner.categories_there)

    def test_sent_again_it_is_the_same_post(self):
        record = self.hand()
        self.again(record)
        self.post.body += "<p>Un ajout.</p>"
        self.post.save()
        self.assertEqual(self.hand().state, State.SENT)
        self.assertIn("Un ajout.", self.there()["post_content"])
        self.assertEqual(len(self.copies()), 1)
        media = self.blog.ask("wp_count_posts('attachment')")
        self.hand()
        self.assertEqual(self.blog.ask("wp_count_posts('attachment')"), media, "each picture is there once")

    def test_answer_that_was_lost_makes_no_second_post(self):
        write = wordpress.WordPress.write

        def write_and_lose(*arguments):
            write(*arguments)
            raise UnreachableError(UnreachableError.BROKEN_OFF)

        with mock.patch.object(wordpress.WordPress, "write", write_and_lose):
            record = self.hand()
        self.assertEqual(record.state, State.WAITING)
        self.assertEqual(len(self.copies()), 1)
        self.assertFalse(PartnerCopy.objects.exists())
        HandOver.objects.update(next_try_at=timezone.now())
        deliver(record.pk)
        record.refresh_from_db()
        self.assertEqual(record.state, State.SENT)
        self.assertEqual(len(self.copies()), 1)

    def test_english_text_says_its_language_at_a_french_blog(self):
        english = make_translation(self.post, title="The state of things", slug="state-of-things", body="<p>Start.</p>")
        Authorship.objects.create(post=english, author=self.post.byline[0], position=0)
        self.tribune = make_draft(english, self.partner, title="", **WHOLE)
        self.hand()
        content = self.there()["post_content"]
        self.assertTrue(content.startswith('<div lang="en">'), content[:80])
        self.assertIn("By Yann Gourvennec", content)


class PublishingTests(WordPressCase):
    status_there = "publish"

    def test_public_there_it_is_published_here_with_its_address(self):
        self.hand()
        tribune = Tribune.objects.get()
        self.assertEqual(tribune.state, Tribune.State.PUBLISHED)
        self.assertTrue(tribune.url.startswith(self.blog.url), tribune.url)
        self.assertTrue(tribune.url.endswith("/etat-du-numerique/"), tribune.url)
        self.assertEqual(PartnerCopy.objects.get().status, Status.PUBLISHED)

    def test_later_text_is_written_into_the_same_post(self):
        self.hand()
        self.post.body += "<p>Un ajout.</p>"
        self.post.save()
        record = self.hand()
        self.assertEqual(record.state, State.SENT, record.in_words())
        self.assertIn("Un ajout.", self.there()["post_content"])
        self.assertEqual(self.there()["post_status"], "publish")
        self.assertEqual(len(self.copies()), 1)

    def test_process_killed_while_it_wrote_is_followed_by_one_that_writes_the_same(self):
        record = self.hand()
        PartnerCopy.objects.all().delete()
        HandOver.objects.update(state=State.SENDING, claimed_at=timezone.now() - timedelta(hours=2))
        deliver_forgotten()
        record.refresh_from_db()
        self.assertEqual(record.state, State.SENT)
        self.assertEqual(len(self.copies()), 1)


class MeanwhileTests(WordPressCase):
    def test_what_they_publish_later_is_found(self):
        self.hand()
        self.change("wp_publish_post(NUMBER);")
        self.assertEqual(copies_to_look_at().count(), 0, "it was just written")
        PartnerCopy.objects.update(looked_at=timezone.now() - BETWEEN_LOOKS)
        look_at_copies.enqueue()
        tribune = Tribune.objects.get()
        self.assertEqual(tribune.state, Tribune.State.PUBLISHED)
        self.assertTrue(tribune.url.endswith("/etat-du-numerique/"), tribune.url)
        self.assertEqual(copies_to_look_at().count(), 0)

    def test_their_edit_is_not_written_over_before_an_editor_has_seen_it(self):
        self.hand()
        self.change(
            "wp_update_post(['ID' => NUMBER, 'post_content' => str_replace('fin', 'suite', "
            "get_post(NUMBER)->post_content)]);"
        )
        self.post.body += "<p>Un ajout.</p>"
        self.post.save()
        record = self.hand()
        self.assertEqual(record.state, State.FAILED)
        self.assertIn(str(ChangedThereError.words), record.in_words())
        self.assertIn("Une suite.", self.there()["post_content"])
        self.client.force_login(self.alice)
        page = self.client.get(f"/admin/blog/tribune/{self.tribune.pk}/change/")
        self.assertContains(page, "<del>fin.</del><ins>suite.</ins>")
        write_over = f"/admin/blog/tribune/{self.tribune.pk}/hand-over/write-over/"
        self.client.post(write_over, {"seen": "what was there before"})
        self.assertIn("Une suite.", self.there()["post_content"])
        self.client.post(write_over, {"seen": PartnerCopy.objects.get().version_there})
        self.assertEqual(HandOver.objects.get(pk=record.pk).state, State.SENT)
        content = self.there()["post_content"]
        self.assertIn("Un ajout.", content)
        self.assertNotIn("Une suite.", content)

    def test_deleted_there_it_is_made_anew_only_when_somebody_asks_again(self):
        record = self.hand()
        self.change("wp_trash_post(NUMBER);")
        record = self.again(record)
        self.assertEqual(record.state, State.FAILED)
        self.assertEqual(PartnerCopy.objects.get().status, Status.GONE)
        record = self.again(record)
        self.assertEqual(record.state, State.SENT)
        self.assertEqual(len(self.copies()), 2, "one of them in the bin")


class WatchTests(WordPressCase):
    """What the watch finds of a tribune that is out at a WordPress, when its keeper does something to it."""

    status_there = "publish"

    def setUp(self):
        super().setUp()
        Tribune.objects.update(canonical=Tribune.Canonical.THERE)
        self.hand()
        self.enterContext(override_settings(TASKS=QUEUED))
        self.look()
        self.assertEqual(self.kinds(), set(), "at first it is as agreed")

    def look(self):
        cache.clear()
        Tribune.objects.update(look_due_at=timezone.now() - timedelta(minutes=1))
        KeptPage.objects.update(fetched_at=timezone.now() - timedelta(days=30))
        watching.look_around()
        self.tribune = Tribune.objects.get(pk=self.tribune.pk)

    def kinds(self):
        return {finding.kind for finding in self.tribune.findings.all()}

    def assertFound(self, *kinds):
        self.look()
        self.assertEqual(self.kinds(), set(kinds))

    def test_wordpress_that_names_itself_as_the_original_is_told(self):
        Tribune.objects.update(canonical=Tribune.Canonical.HERE)
        self.assertFound("canonical")

    def test_edited(self):
        self.change(
            "wp_update_post(['ID' => NUMBER, 'post_title' => 'Tout autre chose', 'post_content' => "
            "'<p>Un texte que nous n’avons pas écrit, et qui ne dit rien de ce que nous disions.</p>']);"
        )
        self.look()
        self.assertGreaterEqual(self.kinds(), {"title", "text", "link"})

    def test_moved(self):
        self.change("wp_update_post(['ID' => NUMBER, 'post_name' => 'ailleurs']);")
        self.assertFound("moved")
        self.assertIn("/ailleurs/", str(self.tribune.findings.get()))

    def test_deleted(self):
        self.change("wp_trash_post(NUMBER);")
        self.assertFound("gone")

    def test_hidden_from_search_engines(self):
        self.blog.run("update_option('blog_public', 0);")
        try:
            self.assertFound("noindex")
        finally:
            self.blog.run("update_option('blog_public', 1);")


class RefusalTests(WordPressCase):
    def test_wrong_password_is_said_and_never_shown(self):
        self.enter("wrong wrong wrong")
        record = self.hand()
        self.assertEqual(record.state, State.FAILED)
        self.assertIn("401", record.in_words())
        self.assertNotIn("wrong wrong", str(record.answer))
        self.assertEqual(self.copies(), [])

    def test_account_that_may_not_write_is_said(self):
        self.enter(self.blog.make_account("subscriber"), user="subscriber")
        record = self.hand()
        self.assertEqual(record.state, State.FAILED)
        self.assertIn(str(MayNotWriteError.words), record.in_words())

    def test_blog_without_pretty_addresses_is_asked_too(self):
        self.blog.run("update_option('permalink_structure', '');")
        try:
            self.partner.api = f"{self.blog.url}/?rest_route=/"
            self.partner.save()
            self.assertEqual(self.hand().state, State.SENT)
        finally:
            self.blog.run("update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');")
        self.assertEqual(len(self.copies()), 1)
