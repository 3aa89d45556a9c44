"""A post of a real WordPress is taken in: by its API, by its feed, and by its address, in both languages."""

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.test import TestCase, override_settings

from blog.models import Post, Tribune
from blog.models.looks import Look
from blog.syndication import watching
from tests.factories import make_alice, make_image, make_partner
from tests.forms import FormTestCase
from tests.wordpress import wordpress_for_tests

pytestmark = pytest.mark.partners

TEXTS = {
    "fr": ("L’encre & le papier : « un retour »", "Le papier garde ce que l’écran oublie. " * 40, "Une presse à bras"),
    "en": (
        "Ink & paper: “a return”",
        "Paper keeps what the screen forgets, and nobody asks it. " * 40,
        "A hand press",
    ),
}

PUBLISH = """
require_once ABSPATH . 'wp-admin/includes/image.php'; require_once ABSPATH . 'wp-admin/includes/media.php';
require_once ABSPATH . 'wp-admin/includes/file.php';
wp_update_user(['ID' => 1, 'display_name' => 'Nadia Khelil']);
$copy = wp_tempnam('press.jpg'); copy('%(file)s', $copy);
$image = media_handle_sideload(['name' => 'press.jpg', 'tmp_name' => $copy], 0);
update_post_meta($image, '_wp_attachment_image_alt', '%(alt)s');
$tag = wp_get_attachment_image($image, 'large');
$text = '<!-- wp:paragraph --><p>%(text)s</p><!-- /wp:paragraph --><!-- wp:image {"id":' . $image . '} -->'
  . '<figure class="wp-block-image size-large">' . $tag . '<figcaption>%(alt)s, 2026</figcaption></figure>'
  . '<!-- /wp:image --><h2>Une suite</h2><p>Fin.</p><p>https://www.youtube.com/watch?v=abcdefghijk</p>';
$post = wp_insert_post(['post_title' => '%(title)s', 'post_content' => $text, 'post_status' => 'publish',
  'post_date' => '2026-10-05 09:00:00']);
$copy = wp_tempnam('une.png'); imagepng(imagecreatetruecolor(640, 360), $copy);
$cover = media_handle_sideload(['name' => 'une.png', 'tmp_name' => $copy], 0);
update_post_meta($cover, '_wp_attachment_image_alt', 'Une'); set_post_thumbnail($post, $cover);
echo get_permalink($post);
"""


@pytest.fixture(scope="module")
def real_wordpress():
    with wordpress_for_tests() as blog:
        yield blog


class RealBlogTests(FormTestCase, TestCase):
    """Nadia keeps a WordPress; Alice takes its texts in."""

    @pytest.fixture(autouse=True)
    def _wordpress(self, real_wordpress):
        self.blog = real_wordpress
        with override_settings(LOOPBACK_SERVERS=frozenset({self.blog.url.partition("//")[2]})):
            yield

    def setUp(self):
        self.addCleanup(cache.clear)
        self.client.force_login(make_alice())
        self.blog.run(
            "foreach (get_posts(['post_type' => ['post', 'attachment'], 'post_status' => 'any,trash', "
            "'numberposts' => -1]) as $post) wp_delete_post($post->ID, true);"
        )

    def publish(self, language):
        title, text, alt = TEXTS[language]
        picture = make_image(title="source", alt_fr="", alt_en="")
        file = default_storage.path(picture.file.name)
        # Past its API, which takes no language whose texts are not installed; a page says it all the same.
        locale = "fr_FR" if language == "fr" else ""
        self.blog.run(
            f"global $wpdb; $wpdb->update($wpdb->options, ['option_value' => '{locale}'], ['option_name' => 'WPLANG']);"
        )
        address = self.blog.run(PUBLISH % {"file": file, "alt": alt, "text": text, "title": title})
        picture.delete()
        self.partner = make_partner(
            slug=f"carnet-{language}",
            name="Le Carnet de Brest",
            language=language,
            site=f"{self.blog.url}/",
            feed=f"{self.blog.url}/feed/",
            api=self.blog.api,
        )
        self.start = f"/admin/blog/partner/{self.partner.pk}/take-in/"
        return address.strip()

    def take(self, way, address):
        if way == "page":
            preview = self.client.post(self.start, {"address": address}, follow=True)
        else:
            answer = self.client.post(self.start, {"look": way}, follow=True)
            token = answer.request["QUERY_STRING"].removeprefix("list=")
            preview = self.client.post(self.start, {"list": token, "number": "0"}, follow=True)
        self.assertEqual(Post.objects.count(), 0)
        self.fill(preview.request["PATH_INFO"], "draft_form", {}, button="_draft")
        return Tribune.objects.select_related("post").get()

    def check(self, tribune, address, language, way):
        title, text, alt = TEXTS[language]
        post = tribune.post
        self.assertEqual((post.title, post.language, post.status), (title, language, Post.Status.DRAFT))
        self.assertEqual((tribune.url, tribune.state, tribune.direction), (address, "published", "theirs_here"))
        self.assertEqual(tribune.published_at.isoformat(), "2026-10-05T07:00:00+00:00")
        self.assertEqual([author.name for author in post.byline], ["Nadia Khelil"])
        (image,) = post.pictures.all()
        self.assertEqual((getattr(image, f"alt_{language}"), image.width), (alt, 800))
        self.assertEqual(getattr(image, f"caption_{language}"), f"{alt}, 2026")
        self.assertIn("Le Carnet de Brest", image.credit)
        self.assertIn(text.strip()[:80], post.body)
        self.assertIn("<h2", post.body_html)
        self.assertNotIn("wp-block", post.body)
        self.assertNotIn(title, post.body)
        self.assertEqual(list(post.tags.all()), [], "what is in no category is in none here")
        # A feed of WordPress itself does not name it.
        self.assertEqual(getattr(post.cover, "width", None), None if way == "feed" else 640)

    def test_by_its_api_its_feed_and_its_address_in_french(self):
        for way in ("wordpress", "feed", "page"):
            with self.subTest(way):
                address = self.publish("fr")
                self.check(self.take(way, address), address, "fr", way)
                self.forget()

    def test_by_its_api_its_feed_and_its_address_in_english(self):
        for way in ("wordpress", "feed", "page"):
            with self.subTest(way):
                address = self.publish("en")
                self.check(self.take(way, address), address, "en", way)
                self.forget()

    def test_what_was_taken_in_is_found_as_it_was_by_the_watch(self):
        address = self.publish("fr")
        tribune = self.take("page", address)
        watching.look_again(tribune.pk)
        self.assertEqual([look.found for look in Look.objects.all()], [[]])

    def forget(self):
        Tribune.objects.all().delete()
        Post.objects.all().delete()
        self.partner.delete()
        self.clear_blog()

    def clear_blog(self):
        self.blog.run("foreach (get_posts(['numberposts' => -1]) as $post) wp_delete_post($post->ID, true);")
