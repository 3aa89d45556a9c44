"""Another WordPress than the first: in a folder, without pretty addresses, in French, and with all that keepers do.

It is real, as the first one is; plug-ins of a few lines play the ones that thousands have installed.
"""

from datetime import timedelta
from unittest import mock

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from django.utils import timezone, translation
from django.utils.html import escape

from blog.models import HandOver, KeptPage, PartnerCopy, Tribune
from blog.syndication import copies, watching, wordpress
from blog.syndication.discovery import discover
from blog.syndication.errors import UnreachableError
from blog.syndication.handing_over import deliver
from blog.syndication.mentions import stands_at
from blog.tasks import look_at_copies
from tests.blog.syndication.test_watching import QUEUED
from tests.blog.syndication.test_wordpress import WordPressCase
from tests.wordpress import wordpress_for_tests

pytestmark = pytest.mark.partners

State, Status = HandOver.State, PartnerCopy.Status


@pytest.fixture(scope="module")
def real_wordpress():
    with wordpress_for_tests(at="/blog", permalinks="", prefix="autre_", locale="fr_FR") as blog:
        yield blog


class RoundTests(WordPressCase):
    status_there = "publish"

    def test_from_its_address_to_the_watch(self):
        Tribune.objects.update(canonical=Tribune.Canonical.THERE)
        found = discover(f"{self.blog.url}/")
        self.assertEqual(found.api, self.blog.api, found.problems)
        self.assertEqual((found.name, found.language), ("Le Carnet de Brest", "fr"))
        record = self.hand()
        self.assertEqual(record.state, State.SENT, record.in_words())
        tribune = Tribune.objects.get()
        self.assertRegex(tribune.url, rf"^{self.blog.url}/\?p=\d+$")
        self.assertTrue(stands_at(self.partner, tribune.url), "a mention from there completes its tribune")
        with override_settings(TASKS=QUEUED):
            self.look()
            self.assertEqual([str(finding) for finding in tribune.findings.all()], [])
            self.change("wp_trash_post(NUMBER);")
            self.look()
        self.assertEqual([finding.kind for finding in tribune.findings.all()], ["gone"])

    def look(self):
        cache.clear()
        Tribune.objects.update(look_due_at=timezone.now() - timedelta(minutes=1))
        KeptPage.objects.update(fetched_at=timezone.now() - timedelta(days=30))
        watching.look_around()

    def test_categories_are_found_among_many_and_by_how_they_are_written(self):
        self.blog.run(
            "for ($i = 0; $i < 120; $i++) wp_insert_term(sprintf('Aaa %03d', $i), 'category');"
            "wp_insert_term('Sciences & « société »', 'category', ['slug' => 'autre-chose']);"
        )
        self.post.category.name_fr = "Sciences & « société »"
        self.post.category.save()
        record = self.hand()
        self.assertEqual(record.state, State.SENT, record.in_words())
        names = self.blog.ask(f"wp_get_post_categories({self.there()['ID']}, ['fields' => 'slugs'])")
        self.assertEqual(names, ["autre-chose"])

    def test_blog_without_our_category_takes_the_text_and_the_editor_reads_so(self):
        self.post.category.slug, self.post.category.name_fr = "philatelie", "Philatélie"
        self.post.category.save()
        record = self.hand()
        self.assertEqual(record.state, State.SENT)
        self.assertIn("Philatélie", record.in_words())


class AccountTests(WordPressCase):
    """Accounts that may do less than an editor's."""

    status_there = "publish"

    def use(self, role):
        self.enter(self.blog.make_account(role), user=role)

    def test_author_publishes_with_pictures(self):
        self.use("author")
        record = self.hand()
        self.assertEqual(record.state, State.SENT, record.in_words())
        self.assertEqual(self.there()["post_status"], "publish")
        self.assertNotIn("http://testserver/media/", self.there()["post_content"])
        self.again(record)
        self.assertEqual(len(self.copies()), 1)
        self.assertFalse(PartnerCopy.objects.get().is_changed_there(), "what they clean of it is no change of theirs")

    def test_contributor_waits_to_be_read_and_the_editor_knows_what_is_missing(self):
        self.use("contributor")
        record = self.hand()
        self.assertEqual(record.state, State.SENT, record.in_words())
        there = self.there()
        self.assertEqual(there["post_status"], "pending")
        self.assertIn("http://testserver/media/", there["post_content"], "pictures are shown from here")
        self.assertIn(wordpress.mark_of(self.tribune), there["post_content"])
        self.client.force_login(self.alice)
        for language in ("fr", "en"):
            self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
            page = self.client.get(f"/admin/blog/tribune/{self.tribune.pk}/change/").content.decode()
            with self.subTest(language), translation.override(language):
                self.assertIn(f'<html lang="{language}"', page)
                self.assertIn(escape(str(wordpress.MAY_NOT_PUBLISH)), page)
                self.assertIn(escape(str(wordpress.MAY_NOT_UPLOAD)), page)
        self.assertEqual(Tribune.objects.get().state, Tribune.State.PROPOSED)

    def test_contributor_is_told_when_the_text_is_public_and_writes_it_no_more(self):
        self.use("contributor")
        self.hand()
        self.change("wp_publish_post(NUMBER);")
        PartnerCopy.objects.update(looked_at=timezone.now() - copies.BETWEEN_LOOKS)
        look_at_copies.enqueue()
        tribune = Tribune.objects.get()
        self.assertEqual(tribune.state, Tribune.State.PUBLISHED)
        self.post.body += "<p>Un ajout.</p>"
        self.post.save()
        record = self.hand()
        self.assertEqual(record.state, State.FAILED)
        self.assertIn("403", record.in_words())
        self.assertIn("rôle", record.in_words())

    def test_lost_answer_makes_no_second_post_of_a_contributor(self):
        self.use("contributor")
        write = wordpress.WordPress.write

        def write_and_lose(*arguments):
            write(*arguments)
            raise UnreachableError(UnreachableError.BROKEN_OFF)

        with mock.patch.object(wordpress.WordPress, "write", write_and_lose):
            record = self.hand()
        HandOver.objects.update(next_try_at=timezone.now())
        deliver(record.pk)
        self.assertEqual(len(self.copies()), 1)
        record.refresh_from_db()
        self.assertEqual(record.state, State.SENT)


class PluginTests(WordPressCase):
    """What other people's plug-ins do to it."""

    def said_with(self, plugin):
        with self.blog.plugin(plugin):
            record = self.hand()
        with translation.override("en"):
            return record.state, record.in_words()

    def test_what_keeps_us_out_is_said_so_that_somebody_can_mend_it(self):
        basic = (
            "if (strpos($_SERVER['REQUEST_URI'] ?? '', 'rest_route')) { status_header(401); "
            "header('WWW-Authenticate: Basic realm=\"x\"'); echo '<html>no</html>'; exit; }"
        )
        firewall = (
            "if (strpos($_SERVER['REQUEST_URI'] ?? '', 'rest_route')) { status_header(403); "
            "header('Content-Type: text/html'); echo '<html>Blocked</html>'; exit; }"
        )
        disabled = (
            "add_filter('rest_authentication_errors', fn() => new WP_Error('rest_disabled', "
            "'The REST API is disabled.', ['status' => 401]), 999);"
        )
        cases = {
            "application passwords off": (
                "add_filter('wp_is_application_passwords_available', '__return_false');",
                "turned off",
            ),
            "the header is kept from it": (
                "unset($_SERVER['PHP_AUTH_USER'], $_SERVER['PHP_AUTH_PW'], $_SERVER['HTTP_AUTHORIZATION']);",
                "Authorization",
            ),
            "API disabled": (disabled, "The REST API is disabled."),
            "firewall": (firewall, "a firewall or a security plug-in"),
            "password of the server": (basic, "a password of its own"),
            "HTML in its place": ("echo '<p>Bienvenue</p>';", "a web page where data were expected"),
        }
        for name, (plugin, words) in cases.items():
            with self.subTest(name):
                HandOver.objects.all().delete()
                state, said = self.said_with(plugin)
                self.assertEqual(state, State.FAILED, said)
                self.assertIn(words, said)
                self.assertEqual(self.copies(), [])

    def test_routes_of_users_that_were_taken_away_keep_nothing_from_being_written(self):
        state, said = self.said_with(
            "add_filter('rest_endpoints', function($all) { foreach (array_keys($all) as $route) "
            "if (strpos($route, '/wp/v2/users') === 0) unset($all[$route]); return $all; });"
        )
        self.assertEqual(state, State.SENT, said)

    def test_search_that_knows_no_marks_makes_no_second_post(self):
        write = wordpress.WordPress.write

        def write_and_lose(*arguments):
            write(*arguments)
            raise UnreachableError(UnreachableError.BROKEN_OFF)

        with mock.patch.object(wordpress.WordPress, "write", write_and_lose):
            record = self.hand()
        HandOver.objects.update(next_try_at=timezone.now())
        with self.blog.plugin("add_filter('posts_search', fn($sql) => $sql ? ' AND 1=0 ' : $sql);"):
            deliver(record.pk)
        record.refresh_from_db()
        self.assertEqual(record.state, State.SENT, record.in_words())
        self.assertEqual(len(self.copies()), 1)

    def test_pictures_that_are_not_taken_do_not_keep_the_text(self):
        state, said = self.said_with("add_filter('upload_mimes', fn() => ['txt' => 'text/plain']);")
        self.assertEqual(state, State.SENT, said)
        self.assertIn("did not take every picture", said)
        self.assertIn("not allowed to upload this file type", said)
        self.assertIn("http://testserver/media/", self.there()["post_content"])

    def test_state_of_a_plugin_is_one_that_waits(self):
        plugin = (
            "add_action('init', fn() => register_post_status('a-lire-par-deux', ['label' => 'x', 'protected' => true, "
            "'show_in_admin_all_list' => true]));"
            "add_filter('wp_insert_post_data', function($data) { if ($data['post_type'] === 'post' && "
            "$data['post_status'] === 'draft') $data['post_status'] = 'a-lire-par-deux'; return $data; });"
        )
        with self.blog.plugin(plugin):
            record = self.hand()
            self.assertEqual(record.state, State.SENT, record.in_words())
            self.assertEqual(PartnerCopy.objects.get().status, Status.PENDING)
            PartnerCopy.objects.all().delete()
            record = self.again(record)
            self.assertEqual(record.state, State.SENT, record.in_words())
            self.assertEqual(len(self.copies()), 1)


class SavingTests(WordPressCase):
    """Somebody there opens the text and saves it: that alone changes nothing."""

    def assertUnchanged(self, php):
        self.hand()
        self.change(php)
        PartnerCopy.objects.update(looked_at=timezone.now() - copies.BETWEEN_LOOKS)
        look_at_copies.enqueue()
        self.assertFalse(PartnerCopy.objects.get().is_changed_there())

    def test_classic_editor(self):
        # What its visual mode makes of paragraphs, and how TinyMCE closes what is empty.
        self.assertUnchanged(
            "$text = get_post(NUMBER)->post_content;"
            "$text = preg_replace('~<p>(.*?)</p>\\s*~s', \"\\$1\\n\\n\", $text);"
            "$text = preg_replace('~<(img|br)([^>]*?)/?>~', '<$1$2 />', $text);"
            "wp_update_post(wp_slash(['ID' => NUMBER, 'post_content' => $text]));"
        )

    def test_revisions_and_autosaves(self):
        self.assertUnchanged(
            "require_once ABSPATH . 'wp-admin/includes/admin.php'; wp_save_post_revision(NUMBER);"
            "wp_create_post_autosave(wp_slash(['post_ID' => NUMBER, 'post_content' => 'autre', 'post_title' => 'x', "
            "'post_excerpt' => '', 'post_author' => 1]));"
        )

    def test_account_without_the_right_to_any_html(self):
        self.assertUnchanged("kses_init_filters(); wp_update_post(wp_slash(get_post(NUMBER, ARRAY_A)));")
