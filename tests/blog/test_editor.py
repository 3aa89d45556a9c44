import json
import re
from pathlib import Path

from django import forms
from django.conf import settings
from django.test import SimpleTestCase, TestCase
from django.utils.translation import override

from blog.admin.editor import MODULES, BodyField, BodyWidget
from blog.admin.editor_texts import TEXTS
from blog.admin.library import MOST_WORDS, PICTURES_A_PAGE
from blog.body import clean_source
from blog.models import Image
from tests.factories import make_alice, make_bob, make_carol, make_image, make_page, make_upload

SCRIPTS = Path(settings.BASE_DIR) / "static" / "admin-editor"

# All that a body can hold, as the editor writes it: tests/browser/test_editor.py sees that it does.
WRITTEN = """\
<p>Un <strong>mot</strong>, <em lang="en">another</em>, <span lang="en">one <strong>more</strong></span>.</p>
<h2 lang="en">Heading</h2>
<h3>Sous-titre</h3>
<h4>Petit titre</h4>
<blockquote lang="en"><p>A quotation.</p><p>And on.</p><footer>Somebody, <em>Somewhere</em></footer></blockquote>
<ul><li>un</li><li lang="en">two</li><li>trois<ul><li>et demi</li></ul></li><li><p>a</p><p>b</p></li></ul>
<ol><li>premier</li></ol>
<p lang="pt-BR">Uma passagem.</p>
<figure data-image="1"><img src="/media/pictures/a.jpg" alt="Une urne"><figcaption>La <a href="/blog/" title="Tout">légende</a></figcaption></figure>
<figure data-image="2"><img src="/media/pictures/b.jpg" alt=""></figure>
<figure data-video="https://www.youtube.com/watch?v=dQw4w9WgXcQ" data-poster="1"><figcaption>Une vidéo</figcaption></figure>
<table><caption>Des <em>chiffres</em></caption><thead><tr><th scope="col">An</th><th colspan="2" scope="colgroup">Nombre</th></tr></thead><tbody><tr><th rowspan="2" scope="rowgroup">x</th><td lang="en">one</td><td></td></tr><tr><td><p>a</p><p>b</p></td><td>2</td></tr></tbody></table>
<aside data-kind="warning"><header>Un <em>titre</em></header><p>Attention<foot-note>Voir <a href="https://example.org/n">là</a>.</foot-note>.</p><ul><li>un</li></ul></aside>
<aside data-kind="summary"><p lang="en">In short.</p></aside>
<figure data-image="1" data-size="small"><img src="/media/pictures/a.jpg" alt="Une urne"><figcaption>Petite<foot-note>Note</foot-note></figcaption></figure>
<figure data-audio="https://example.org/entretien.mp3"><figcaption>Un son</figcaption></figure>
<figure data-video="https://vimeo.com/76979871"><figcaption>Une vidéo</figcaption><details><p><strong>Owen :</strong> ce qui est <em>dit</em>.</p><p lang="en">What is said.</p></details></figure>
<figure data-audio="https://example.org/sans-legende.mp3"><details><p>Un mot.</p></details></figure>
<figure data-recording="3"><figcaption>Onze secondes</figcaption></figure>
<p>Voir <a href="/blog/2016/06/x/#section-y" data-post="7">notre article</a><foot-note>Une <em>note</em>,<br><span lang="en">two lines</span>.</foot-note>.</p>
<pre><code>x = 1
  y &lt; 2</code></pre>
<hr>
<p>Fin&nbsp;: <code>code</code>, H<sub>2</sub>O<br>le 2<sup>e</sup> <s>faux</s> <a href="https://example.org/"><code>lien</code></a>.</p>"""  # noqa: E501


class SourceTests(SimpleTestCase):
    def test_what_the_editor_writes_is_kept_whole_by_the_cleaner(self):
        self.assertEqual(clean_source(WRITTEN), WRITTEN)


class ScriptTests(SimpleTestCase):
    """The scripts have no build step that would find these mistakes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scripts = {path.stem: path.read_text() for path in SCRIPTS.glob("*.js")}

    def test_every_script_is_in_the_import_map(self):
        self.assertEqual(sorted(self.scripts), sorted(MODULES))

    def test_scripts_import_only_what_the_import_map_names(self):
        known = {"django-prose-editor/editor", *[f"admin-editor/{name}" for name in MODULES]}
        for name, script in self.scripts.items():
            with self.subTest(name):
                self.assertLessEqual(set(re.findall(r'(?:from|import) "([^"]+)"', script)), known)

    def test_what_a_script_imports_is_exported(self):
        for name, script in self.scripts.items():
            for names, module in re.findall(r'import \{([^}]+)\} from "admin-editor/([\w-]+)"', script):
                with self.subTest(name, module=module):
                    exported = re.findall(r"export (?:async )?(?:const|function) (\w+)", self.scripts[module])
                    self.assertLessEqual({one.strip() for one in names.split(",") if one.strip()}, set(exported))

    def test_every_text_is_known_by_its_key_and_used(self):
        code = "\n".join(self.scripts.values())
        made = {
            "heading-",
            "language-",
            "context-",
            "words-",
            "dropped-",
            "upload-alt-",
            "callout-",
            "size-",
            "minutes-",
            "add-pictures-",
            "find-",
        }
        asked = set(re.findall(r'(?:text|[tT]ool|command|pickPicture)\(\s*"([a-z][\w-]+)"', code))
        asked |= set(re.findall(r'text\(\w+ \? "([\w-]+)" : "[\w-]+"\)', code))
        asked |= set(re.findall(r'text\(\w+ \? "[\w-]+" : "([\w-]+)"\)', code))
        asked |= set(re.findall(r'\w+ \? "([\w-]+)" : "picture"', code))
        self.assertEqual(asked - set(TEXTS), set())
        unused = {key for key in TEXTS if key not in asked and not key.startswith(tuple(made))}
        self.assertEqual(unused, set())


class BodyFieldTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.image = make_image()

    def given(self, value: str) -> dict:
        return BodyWidget().given_to_script(value)

    def test_without_a_script_it_is_a_textarea_of_html(self):
        html = BodyWidget().render("body", "<p>Un & deux</p>", {"id": "id_body"})
        self.assertInHTML(html.split(">")[1].split("<")[0], "&lt;p&gt;Un &amp; deux&lt;/p&gt;")
        self.assertNotIn("hidden", html)

    def test_the_script_gets_the_pictures_that_the_text_names(self):
        given = self.given(f'<figure data-image="{self.image.pk}"></figure>')
        shown = given["pictures"][str(self.image.pk)]
        self.assertEqual(shown["alt"], {"fr": "Une urne", "en": "A ballot box"})
        self.assertTrue(shown["src"].startswith("/media/"))

    def test_the_script_gets_its_texts_in_the_language_of_the_admin(self):
        with override("en"):
            self.assertEqual(self.given("")["texts"]["bold"], "Important")

    def test_the_attribute_is_json(self):
        html = BodyWidget().render("body", "", {"id": "id_body"})
        value = re.search(r'data-body-editor="([^"]+)"', html).group(1)
        self.assertIn("urls", json.loads(value.replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")))

    def test_a_text_too_intricate_is_refused_by_the_form(self):
        with self.assertRaises(forms.ValidationError):
            BodyField().clean("<p>a</p>" * 20_000)

    def test_line_breaks_of_a_form_are_no_change(self):
        self.assertFalse(BodyField().has_changed("<p>a</p>\n<p>b</p>", "<p>a</p>\r\n<p>b</p>"))


class ChangeFormTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.page = make_page(language="en")
        cls.alice = make_alice()

    def setUp(self):
        self.client.force_login(self.alice)

    def test_the_import_map_carries_the_nonce_of_the_policy(self):
        response = self.client.get(f"/admin/blog/page/{self.page.pk}/change/")
        nonce = re.search(r"script-src [^;]*'nonce-([^']+)'", response.headers["Content-Security-Policy"]).group(1)
        html = response.content.decode()
        opening = re.search(r'<script[^>]*type="importmap"[^>]*>', html).group(0)
        self.assertIn(f'nonce="{nonce}"', opening)
        self.assertLess(html.index(opening), html.index('type="module"'))

    def test_the_language_of_the_text_is_told_to_the_script(self):
        response = self.client.get(f"/admin/blog/page/{self.page.pk}/change/")
        self.assertContains(response, "&quot;textLanguage&quot;: &quot;en&quot;")


class LibraryTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.urn = make_image()
        cls.room = make_image(title="Salle", alt_fr="Une salle pleine", alt_en="A full room", credit="Élodie Vasseur")
        cls.alice, cls.bob, cls.carol = make_alice(), make_bob(), make_carol()

    def setUp(self):
        self.client.force_login(self.alice)

    def find(self, query: str) -> list[str]:
        response = self.client.get("/admin/blog/image/library.json", {"q": query})
        return [picture["title"] for picture in response.json()["pictures"]]

    def test_the_newest_pictures_come_first(self):
        self.assertEqual(self.find(""), ["Salle", "Urne"])

    def test_all_words_must_be_found_wherever_they_are(self):
        self.assertEqual(self.find("vasseur ROOM"), ["Salle"])
        self.assertEqual(self.find("vasseur urne"), [])

    def test_nonsense_finds_nothing_and_harms_nothing(self):
        for query in ("%", "x" * 8000, " ".join("x" * (MOST_WORDS * 3))):
            with self.subTest(query[:10]):
                self.assertEqual(self.client.get("/admin/blog/image/library.json", {"q": query}).status_code, 200)

    def test_nonsense_for_a_page_is_the_first(self):
        for number in ("0", "-1", "x", "²", "9" * 30, ""):
            with self.subTest(number):
                answer = self.client.get("/admin/blog/image/library.json", {"page": number}).json()
                self.assertEqual(len(answer["pictures"]), 2)

    def test_a_further_page_is_named_only_where_there_is_one(self):
        file = self.urn.file.name
        Image.objects.bulk_create(
            Image(title=f"Image {number}", file=file, width=8, height=8) for number in range(PICTURES_A_PAGE)
        )
        first = self.client.get("/admin/blog/image/library.json").json()
        self.assertEqual((len(first["pictures"]), first["next"]), (PICTURES_A_PAGE, 2))
        second = self.client.get("/admin/blog/image/library.json", {"page": 2}).json()
        self.assertEqual((len(second["pictures"]), second["next"]), (2, None))

    def test_a_page_of_pictures_costs_one_query_beside_those_of_the_session(self):
        with self.assertNumQueries(5):  # session, user, two of permissions, pictures
            self.client.get("/admin/blog/image/library.json")

    def test_a_contributor_finds_pictures_and_adds_them(self):
        self.client.force_login(self.bob)
        self.assertIs(self.client.get("/admin/blog/image/library.json").json()["may_add"], True)

    def test_who_has_nothing_to_do_with_pictures_is_refused(self):
        self.client.force_login(self.carol)
        self.assertEqual(self.client.get("/admin/blog/image/library.json").status_code, 403)
        self.assertEqual(self.client.post("/admin/blog/image/library.json").status_code, 403)

    def test_nobody_without_an_account_is_answered(self):
        self.client.logout()
        self.assertEqual(self.client.get("/admin/blog/image/library.json").status_code, 302)

    def test_other_methods_are_refused(self):
        self.assertEqual(self.client.delete("/admin/blog/image/library.json").status_code, 405)
        self.assertEqual(self.client.post("/admin/blog/image/video.json").status_code, 405)

    def add(self, **overrides) -> dict:
        data = {"title": "Carte", "file": make_upload(size=(640, 360)), "alt_fr": "Une carte", "alt_en": ""} | overrides
        return self.client.post("/admin/blog/image/library.json", data).json()

    def test_a_picture_is_added(self):
        picture = self.add()["picture"]
        image = Image.objects.get(pk=picture["id"])
        self.assertEqual((image.title, image.alt_fr, image.width), ("Carte", "Une carte", 640))

    def test_a_picture_needs_an_alternative_text(self):
        self.assertEqual(len(self.add(alt_fr="")["errors"]), 1)
        self.assertFalse(Image.objects.filter(title="Carte").exists())

    def test_what_is_no_picture_is_refused_with_the_name_of_its_field(self):
        upload = make_upload()
        upload.file.seek(0)
        upload.file.write(b"<svg onload=alert(1)>")
        (error,) = self.add(file=upload)["errors"]
        self.assertIn(":", error)

    def test_a_forged_request_is_refused(self):
        client = self.client_class(enforce_csrf_checks=True)
        client.force_login(self.alice)
        self.assertEqual(client.post("/admin/blog/image/library.json", {"title": "x"}).status_code, 403)


class VideoTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()

    def ask(self, address: str) -> dict:
        self.client.force_login(self.alice)
        return self.client.get("/admin/blog/image/video.json", {"address": address}).json()

    def test_the_address_of_a_video_gets_its_plain_form(self):
        self.assertEqual(
            self.ask("https://youtu.be/dQw4w9WgXcQ?si=abc"),
            {"address": "https://www.youtube.com/watch?v=dQw4w9WgXcQ"},
        )

    def test_what_is_no_video_is_refused_in_words(self):
        for address in ("", "https://example.org/", "javascript:alert(1)", "https://youtu.be/" + "x" * 9000):
            with self.subTest(address[:30]):
                self.assertIn("error", self.ask(address))
