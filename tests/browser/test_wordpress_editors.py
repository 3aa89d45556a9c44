"""What a partner's own editors make of a text that was handed over, in a real WordPress and a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.models import HandOver, PartnerCopy
from blog.syndication.copies import BETWEEN_LOOKS_AT_PUBLIC
from blog.tasks import look_at_copies
from tests.blog.syndication.test_wordpress import WordPressCase
from tests.browser.conftest import LONGEST_WAIT, is_foreign
from tests.wordpress import wordpress_for_tests

pytestmark = pytest.mark.partners

# All that a text of ours may hold; {picture} is its second one.
BODY = """
<p>Un <em>début</em> &amp; « une suite » : <a href="https://example.org/a?b=1&amp;c=2">un lien</a>.</p>
<p>Un mot de code : <code>x &lt; y</code>.</p>
<h2>Une partie</h2>
<p>Première ligne<br>deuxième ligne,
écrite en deux.</p>
<ul><li>un</li><li>deux <strong>gras</strong><ul><li>dedans</li></ul></li></ul>
<ol><li><p>un</p></li><li><p>deux</p></li></ol>
<figure data-image="{picture}"></figure>
<blockquote><p>On a dit.</p><footer>Quelqu’un</footer></blockquote>
<hr>
<pre><code>a = 1
b = 2</code></pre>
<h3>Un tableau</h3>
<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>
<p><span lang="en">In English</span> et H<sub>2</sub>O, <s>rayé</s>.</p>
<p>Une fin.</p>
"""
CLASSIC = "add_filter('use_block_editor_for_post', '__return_false');"
# The keeper changes something beside the text, so that the button can be pressed.
TICK = "wp.data.dispatch('core/editor').editPost({comment_status: 'closed'})"
NO_GUIDE = "wp.data.dispatch('core/preferences').set('core/edit-post', 'welcomeGuide', false)"
IS_SAVED = "!wp.data.select('core/editor').isSavingPost() && !wp.data.select('core/editor').isEditedPostDirty()"
WRITE = """(editor => {
    editor.setContent(editor.getContent().replace("Une fin.", "Une autre fin."));
    editor.fire("change");
})"""


@pytest.fixture(scope="module")
def real_wordpress():
    with wordpress_for_tests() as blog:
        yield blog


class EditorCase(WordPressCase):
    """Alice has handed over a French text that is public there; its keeper opens it in their editor."""

    status_there = "publish"

    @pytest.fixture(autouse=True)
    def _browser(self, browser, _wordpress):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(LONGEST_WAIT)
        # Portraits and news of other hosts, which nobody waits for.
        context.route(
            "**/*", lambda route: route.abort() if is_foreign(route.request.url, self.blog.url) else route.continue_()
        )
        self.window = context.new_page()
        yield
        context.close()

    def setUp(self):
        super().setUp()
        self.post.body = BODY.format(picture=self.picture.pk)
        self.post.save()
        record = self.hand()
        self.assertEqual(record.state, HandOver.State.SENT, record.in_words())
        (self.number,) = self.copies()
        self.before = self.content()

    def content(self) -> str:
        return self.blog.ask(f"get_post({self.number})->post_content")

    def log_in(self):
        self.blog.run("wp_set_password('un mot de passe', 1);")
        self.window.goto(f"{self.blog.url}/wp-login.php")
        self.window.fill("#user_login", self.blog.user)
        self.window.fill("#user_pass", "un mot de passe")
        self.window.click("#wp-submit")
        self.window.wait_for_selector("#wpadminbar")

    def open(self):
        self.log_in()
        self.window.goto(f"{self.blog.url}/wp-admin/post.php?post={self.number}&action=edit")

    def open_blocks(self):
        self.open()
        self.window.wait_for_selector(".wp-block-freeform p")
        self.window.evaluate(NO_GUIDE)

    def update_blocks(self):
        self.window.evaluate(TICK)
        self.window.click(".editor-post-publish-button:not([aria-disabled=true])")
        self.window.wait_for_function(IS_SAVED)

    def open_classic(self):
        self.open()
        self.window.wait_for_function("window.tinymce && tinymce.get('content') && tinymce.get('content').initialized")

    def update_classic(self):
        self.window.click("#publish")
        self.window.wait_for_selector("#message.updated")

    def look(self) -> PartnerCopy:
        PartnerCopy.objects.update(looked_at=timezone.now() - BETWEEN_LOOKS_AT_PUBLIC - timedelta(minutes=1))
        look_at_copies.enqueue()
        return PartnerCopy.objects.get()

    def assertOnlySaved(self):
        self.assertNotEqual(self.content(), self.before, "the editor wrote it in its own way")
        copy = self.look()
        self.assertFalse(copy.is_changed_there(), copy.their_content)
        self.client.force_login(self.alice)
        self.assertNotContains(self.client.get("/admin/"), "attention=hand_over")
        # Sent again, nobody is asked anything.
        self.post.body += "<p>Un ajout.</p>"
        self.post.save()
        record = self.hand()
        self.assertEqual(record.state, HandOver.State.SENT, record.in_words())
        self.assertIn("Un ajout.", self.content())
        self.assertEqual(len(self.copies()), 1)

    def assertShownAs(self, *pieces: str):
        self.assertTrue(self.look().is_changed_there())
        self.client.force_login(self.alice)
        self.assertContains(self.client.get("/admin/"), "attention=hand_over")
        page = self.client.get(f"/admin/blog/tribune/{self.tribune.pk}/change/").content.decode()
        for mark in ("ins", "del"):
            self.assertEqual(page.count(f"<{mark}>"), sum(piece.count(f"<{mark}>") for piece in pieces), page)
        for piece in pieces:
            self.assertIn(piece, page)


class BlockEditorTests(EditorCase):
    def test_saved_as_it_is(self):
        self.open_blocks()
        self.update_blocks()
        self.assertOnlySaved()

    def test_a_paragraph_changed(self):
        self.open_blocks()
        self.window.click(".wp-block-freeform p >> text=Une fin.")
        self.window.wait_for_function("tinymce.activeEditor && tinymce.activeEditor.initialized")
        self.window.evaluate(f"{WRITE}(tinymce.activeEditor)")
        self.window.keyboard.press("Tab")
        self.update_blocks()
        self.assertIn("Une autre fin.", self.content())
        self.assertShownAs("Une <ins>autre </ins>fin.")

    def convert(self):
        self.open_blocks()
        self.window.click(".wp-block-freeform p >> nth=0")
        self.window.click("text=Convert to blocks")
        self.window.wait_for_selector("p.wp-block-paragraph, p[data-type='core/paragraph']")

    def test_converted_to_blocks(self):
        self.convert()
        self.update_blocks()
        self.assertIn("<!-- wp:paragraph -->", self.content())
        self.assertOnlySaved()

    def test_converted_to_blocks_and_a_paragraph_changed(self):
        self.convert()
        self.window.focus("p[data-type='core/paragraph'] >> text=Une fin.")
        self.window.keyboard.press("End")
        self.window.keyboard.type(" Ou presque.")
        self.update_blocks()
        self.assertShownAs("Une fin. <ins>Ou presque.</ins>")


class ClassicEditorTests(EditorCase):
    @pytest.fixture(autouse=True)
    def _classic(self, _wordpress):
        with self.blog.plugin(CLASSIC):
            yield

    def test_saved_as_it_is(self):
        self.open_classic()
        self.update_classic()
        self.assertOnlySaved()

    def test_a_paragraph_changed(self):
        self.open_classic()
        self.window.evaluate(f"{WRITE}(tinymce.get('content'))")
        self.update_classic()
        self.assertShownAs("Une <ins>autre </ins>fin.")
