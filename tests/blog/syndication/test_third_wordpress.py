"""A third WordPress: German, in Tokyo, in a folder of a folder, with dated addresses, another path for its API, a theme
that names no canonical address, a server that takes small files only, and plug-ins that remake its pictures.
"""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone
from PIL import Image as Pillow

from blog.models import HandOver, KeptPage, PartnerCopy, Tribune
from blog.syndication import copies, watching
from blog.syndication.discovery import discover
from blog.syndication.wordpress_api import WordPress
from blog.tasks import look_at_copies
from tests.blog.syndication.test_watching import QUEUED
from tests.blog.syndication.test_wordpress import WordPressCase
from tests.factories import make_image
from tests.wordpress import wordpress_for_tests

pytestmark = pytest.mark.partners

State = HandOver.State

ODD = """
add_filter('rest_url_prefix', fn() => 'schnittstelle');
remove_action('wp_head', 'rel_canonical');
"""
# What nginx says before anybody else is asked.
SMALL = """
if ((int) ($_SERVER['CONTENT_LENGTH'] ?? 0) > 60000) {
    http_response_code(413);
    header('Content-Type: text/html');
    exit('<html><h1>413 Request Entity Too Large</h1></html>');
}
"""
# It gives pictures names of its own, and makes small WebP files of them; titles and slugs are its own, too.
REMAKE = """
add_filter('wp_handle_sideload_prefilter', function($file) {
    $file['name'] = 'bild-' . md5($file['name']) . '.' . pathinfo($file['name'], PATHINFO_EXTENSION);
    return $file;
});
add_filter('wp_handle_upload', function($made) {
    $editor = wp_get_image_editor($made['file']);
    $editor->resize(400, 400);
    $path = preg_replace('/\\\\.[a-z]+$/', '-scaled.webp', $made['file']);
    $editor->save($path, 'image/webp');
    unlink($made['file']);
    $url = preg_replace('/\\\\.[a-z]+$/', '-scaled.webp', $made['url']);
    return ['file' => $path, 'url' => $url, 'type' => 'image/webp'];
});
add_action('add_attachment', fn($id) =>
    wp_update_post(['ID' => $id, 'post_title' => "Schönes Bild $id", 'post_name' => "schoenes-bild-$id"]));
"""
# Somebody has all pictures made smaller that are there already; the first files go, and texts are rewritten.
REMAKE_ALL = """
global $wpdb;
foreach (get_posts(['post_type' => 'attachment', 'numberposts' => -1]) as $each) {
    $old = get_attached_file($each->ID);
    $new = preg_replace('/\\\\.[a-z]+$/', '.webp', $old);
    $editor = wp_get_image_editor($old); $editor->save($new, 'image/webp'); unlink($old);
    update_attached_file($each->ID, $new);
    $wpdb->query($wpdb->prepare("UPDATE $wpdb->posts SET post_content = REPLACE(post_content, %s, %s)",
        basename($old), basename($new)));
}
"""


@pytest.fixture(scope="module")
def real_wordpress():
    with wordpress_for_tests(
        at="/seiten/kanal", permalinks="/%year%/%monthnum%/%day%/%postname%/", locale="de_DE"
    ) as blog:
        blog.run("update_option('timezone_string', 'Asia/Tokyo');")
        with blog.plugin(ODD):
            blog.run("flush_rewrite_rules();")
            yield replace(blog, rest="schnittstelle")


class RoundTests(WordPressCase):
    status_there = "publish"

    def look(self):
        cache.clear()
        Tribune.objects.update(look_due_at=timezone.now() - timedelta(minutes=1))
        KeptPage.objects.update(fetched_at=timezone.now() - timedelta(days=30))
        watching.look_around()
        return {finding.kind for finding in Tribune.objects.get().findings.all()}

    def test_from_its_address_to_the_watch(self):
        for typed in (self.blog.url, f"{self.blog.url}/"):
            found = discover(typed)
            self.assertEqual(found.api, self.blog.api, found.problems)
        self.assertEqual((found.name, found.language), ("Le Carnet de Brest", ""))
        self.assertIn("de-DE", found.problems["language"])
        record = self.hand()
        self.assertEqual(record.state, State.SENT, record.in_words())
        tribune = Tribune.objects.get()
        self.assertRegex(tribune.url, rf"^{self.blog.url}/\d{{4}}/\d\d/\d\d/etat-du-numerique/$")
        self.assertLess(abs(timezone.now() - tribune.published_at), timedelta(minutes=10), "whatever the clocks say")
        with override_settings(TASKS=QUEUED):
            self.assertEqual(self.look(), {"canonical"}, "ours is the original, and their page does not say so")
            Tribune.objects.update(canonical=Tribune.Canonical.THERE)
            self.assertEqual(self.look(), set())

    def test_scheduled_there_it_is_published_here_when_it_is_out(self):
        self.partner.status_there = "draft"
        self.partner.save()
        self.hand()
        tomorrow = timezone.now() + timedelta(days=1)
        self.change(
            f"wp_update_post(['ID' => NUMBER, 'post_status' => 'future', 'edit_date' => true, "
            f"'post_date_gmt' => '{tomorrow:%Y-%m-%d %H:%M:%S}', 'post_date' => "
            f"get_date_from_gmt('{tomorrow:%Y-%m-%d %H:%M:%S}')]);"
        )
        self.assertEqual(self.see().status, PartnerCopy.Status.FUTURE)
        self.assertEqual(Tribune.objects.get().state, Tribune.State.PROPOSED)
        self.change("wp_publish_post(NUMBER);")
        self.assertEqual(self.see().status, PartnerCopy.Status.PUBLISHED)
        self.assertEqual(Tribune.objects.get().state, Tribune.State.PUBLISHED)

    def see(self):
        PartnerCopy.objects.update(looked_at=timezone.now() - copies.BETWEEN_LOOKS)
        look_at_copies.enqueue()
        return PartnerCopy.objects.get()

    def test_password_is_good_with_and_without_its_spaces(self):
        for typed in (self.blog.password, self.blog.password.replace(" ", ""), f" {self.blog.password} "):
            with self.subTest(typed):
                self.enter(typed)
                self.assertTrue(WordPress(self.partner).account().may_publish)


def make_noise() -> SimpleUploadedFile:
    """Return a picture that weighs some hundred kilobytes."""
    file = BytesIO()
    Pillow.effect_noise((800, 450), 90).convert("RGB").save(file, "JPEG")
    return SimpleUploadedFile("gross.jpg", file.getvalue(), content_type="image/jpeg")


class PictureTests(WordPressCase):
    def pictures(self) -> list[str]:
        """Return the addresses of the pictures of the text there; each of them shows one."""
        found = re.findall('<img src="([^"]+)"', self.there()["post_content"])
        for address in found:
            self.assertTrue((self.blog.folder / address.removeprefix(f"{self.blog.url}/")).is_file(), address)
        return found

    def count(self) -> int:
        return self.blog.ask("count(get_posts(['post_type' => 'attachment', 'numberposts' => -1]))")

    def test_pictures_that_are_remade_there_are_there_once(self):
        with self.blog.plugin(REMAKE):
            record = self.hand()
            self.assertEqual(record.state, State.SENT, record.in_words())
            first = self.pictures()
            self.assertEqual((len(first), self.count()), (2, 2))
            self.assertTrue(all("/bild-" in each and each.endswith("-scaled.webp") for each in first), first)
            self.again(record)
            self.assertEqual((self.pictures(), self.count()), (first, 2))
        self.post.body += "<p>Un ajout.</p>"
        self.post.save()
        self.assertEqual(self.hand().state, State.SENT, "with the plug-in taken away, too")
        self.assertEqual((self.pictures(), self.count()), (first, 2))

    def test_pictures_that_are_remade_later_are_no_change_of_the_text(self):
        record = self.hand()
        self.blog.run(REMAKE_ALL)
        remade = self.pictures()
        self.assertTrue(all(each.endswith(".webp") for each in remade), remade)
        record = self.again(record)
        self.assertEqual(record.state, State.SENT, record.in_words())
        self.assertEqual((self.pictures(), self.count()), (remade, 2))

    def test_picture_that_is_too_large_for_their_server_is_shown_from_here(self):
        self.post.body += f'<figure data-image="{make_image(file=make_noise()).pk}"></figure>'
        self.post.save()
        with self.blog.plugin(SMALL):
            record = self.hand()
        self.assertEqual(record.state, State.SENT, record.in_words())
        self.assertIn("http://testserver/media/", self.there()["post_content"])
        self.assertIn("did not take every picture", str(record.answer))
        self.assertEqual(self.count(), 2, "the others are there")
