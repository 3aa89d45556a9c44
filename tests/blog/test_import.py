"""Texts taken in from Markdown, HTML and archives; and what went out comes in as it was."""

import zipfile
from base64 import b64encode
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import SimpleTestCase

from blog import front_matter, import_files
from blog.models import Image, Post
from tests.blog.test_admin_posts import LIST, PostAdminTestCase
from tests.blog.test_export_markdown import NODES
from tests.factories import make_claim, make_image, make_post, make_tag, make_upload, make_user

IMPORT = f"{LIST}import/"
TEXT = """---
title: "Un texte d’ailleurs"
lang: fr
date: 2020-05-04
tags: [cloud, inconnu]
categories:
  - Économie et numérique
author: Bob Lenoir
summary: >
  Un résumé
  sur deux lignes.
layout: post
humeur: bonne
---

# Un texte d’ailleurs

Du **gras** et [un lien](https://example.org/).

![Un chat](chat.png "Le chat")
"""


def zipped(**files) -> bytes:
    return zipped_files({name.replace("__", "."): content for name, content in files.items()})


def zipped_files(files: dict) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


class ImportTestCase(PostAdminTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.tag = make_tag()

    def take(self, *files, text="", **others):
        sent = {"files": [SimpleUploadedFile(name, content) for name, content in files], "text": text}
        sent |= {"kind": "", "language": "fr"} | others
        return self.client.post(IMPORT, sent, follow=True)

    def newest(self):
        return Post.objects.latest("pk")


class MarkdownTests(ImportTestCase):
    def test_a_file_with_front_matter(self):
        response = self.take(("a.md", TEXT.encode()))
        post = self.newest()
        self.assertEqual((post.title, post.status, post.language), ("Un texte d’ailleurs", "draft", "fr"))
        self.assertEqual(post.standfirst, "Un résumé\nsur deux lignes.")
        self.assertEqual((post.category, list(post.tags.all()), post.byline), (self.category, [self.tag], [self.bobs]))
        self.assertEqual(post.published_at.date().isoformat()[:7], "2020-05")
        self.assertEqual(
            post.body,
            '<p>Du <strong>gras</strong> et <a href="https://example.org/">un lien</a>.</p>\n<p><em>Le chat</em></p>',
        )
        for told in ("inconnu", "humeur: bonne", "chat.png"):
            self.assertContains(response, told)
        self.assertNotContains(response, "layout")

    def test_an_archive_with_its_pictures(self):
        picture = make_upload().read()
        response = self.take(("a.zip", zipped_files({"textes/a.md": TEXT, "textes/chat.png": picture})))
        post = self.newest()
        image = Image.objects.get()
        self.assertIn(f'<figure data-image="{image.pk}">', post.body)
        self.assertIn("<figcaption>Le chat</figcaption>", post.body)
        self.assertEqual(image.alt_fr, "Un chat")
        self.assertNotContains(response, "chat.png n’est")
        self.take(("a.zip", zipped_files({"textes/a.md": TEXT, "textes/chat.png": picture})))
        self.assertEqual(Image.objects.count(), 1)

    def test_a_picture_in_the_text_itself(self):
        data = b64encode(make_upload().read()).decode()
        self.take(text=f"Voici\n\n![Un chat](data:image/png;base64,{data})")
        self.assertIn("data-image", self.newest().body)

    def test_a_picture_elsewhere_is_named_and_not_asked_for(self):
        with patch("blog.importing.fetch_picture") as fetch:
            response = self.take(text="Voici\n\n![Un chat](https://example.org/chat.png)")
            fetch.assert_not_called()
            self.assertContains(response, "https://example.org/chat.png")
            self.take(text="Voici\n\n![Un chat](https://example.org/chat.png)", fetches="on")
            fetch.assert_called_once()

    def test_several_files_each_for_itself(self):
        response = self.take(("a.md", b"# Un\n\nTexte."), ("b.md", b"\x00\x01\x02" * 50), ("c.md", b"# Deux\n\nTexte."))
        self.assertEqual(
            set(Post.objects.filter(title__in=["Un", "Deux"]).values_list("slug", flat=True)), {"un", "deux"}
        )
        self.assertContains(response, "b.md")

    def test_a_link_to_a_post_of_ours_follows_it(self):
        self.take(text=f"Voir [là]({self.post.path()}).")
        self.assertIn(f'data-post="{self.post.pk}"', self.newest().body)

    def test_keys_of_another_site_mean_nothing_here(self):
        text = '---\nsite: https://autre.example\n---\n\na <a href="/x/" data-post="1">b</a>\n\n'
        text += '<figure data-video="https://youtu.be/dQw4w9WgXcQ" data-poster="1"></figure>\n\n'
        text += '<figure data-image="1"></figure>'
        self.take(text=text)
        body = self.newest().body
        self.assertNotIn("data-post", body)
        self.assertNotIn("data-image", body)
        self.assertIn("data-video", body)

    def test_nothing_of_it_is_trusted(self):
        self.take(
            text="a <script>alert(1)</script> [b](javascript:alert(1)) <img src=x onerror=alert(1)> <b onclick=x>c</b>"
        )
        body = self.newest().body
        for bad in ("<script", "href", "onerror", "onclick"):
            self.assertNotIn(bad, body)


class HtmlTests(ImportTestCase):
    PAGE = (
        "<!doctype html><html lang=en><head><title>Site</title><meta name=description content='A summary'></head>"
        "<body><h1>A title</h1><script>x()</script><p>Some <b>bold</b> words.</p>"
        "<iframe src='https://example.org/frame'></iframe></body></html>"
    )

    def test_a_page(self):
        response = self.take(("a.html", self.PAGE.encode()))
        post = self.newest()
        self.assertEqual((post.title, post.language, post.standfirst), ("A title", "en", "A summary"))
        self.assertIn("<p>Some <strong>bold</strong> words.</p>", post.body)
        self.assertContains(response, "https://example.org/frame")

    def test_what_is_pasted_is_told_apart(self):
        self.take(text="<p>Du <b>gras</b></p>")
        self.assertEqual(self.newest().body, "<p>Du <strong>gras</strong></p>")
        self.take(text="Du **gras**")
        self.assertEqual(self.newest().body, "<p>Du <strong>gras</strong></p>")


class BadInputTests(ImportTestCase):
    def check(self, *files, **others):
        count = Post.objects.count()
        response = self.take(*files, **others)
        self.assertContains(response, "errorlist")
        self.assertEqual(Post.objects.count(), count)
        return response

    def test_what_is_no_text(self):
        self.check(("a.md", make_upload().read()))
        self.check(("a.docx", zipped_files({"word/document.xml": "<a/>"})))
        self.check(("a.md", b""))
        self.check(("a.md", b"---\ntitle: x\n---\n"))
        self.check()

    def test_broken_and_locked_archives(self):
        whole = zipped_files({"a.md": "# Un\n\nTexte " * 100})
        self.check(("a.zip", whole[: len(whole) // 2]))
        self.check(("a.zip", whole.replace(b"PK\x01\x02", b"PK\x01\x02")[:30] + b"\xff" * 40 + whole[70:]))

    def test_bombs(self):
        self.check(("a.zip", zipped_files({"a.md": "a" * 19_000_000})))
        with patch.object(import_files, "LARGEST_UNPACKED", 100):
            self.check(("a.zip", zipped_files({"a.md": "b" * 90, "b.md": "c" * 90})))
        with patch.object(import_files, "MOST_FILES", 1):
            self.check(("a.zip", zipped_files({"a.md": "b", "b.md": "c"})))

    def test_paths_that_lead_out_are_names_like_others(self):
        self.take(("a.zip", zipped_files({"../../etc/a.md": "# Un\n\nTexte."})))
        self.assertEqual(self.newest().title, "Un")

    def test_too_long_a_text_stays_in_the_form(self):
        text = "mot " * 60_000
        response = self.check(text=text, kind="markdown")
        self.assertContains(response, text[:1000])

    def test_another_encoding_is_told(self):
        response = self.take(("a.md", "# Été\n\nDéjà vu.".encode("cp1252")))
        self.assertEqual((self.newest().title, self.newest().body), ("Été", "<p>Déjà vu.</p>"))
        self.assertContains(response, "UTF-8")
        self.take(("a.md", "# Été 2\n\nDéjà.".encode("utf-16")))
        self.assertEqual(self.newest().title, "Été 2")

    def test_others_may_not(self):
        count = Post.objects.count()
        for user in (self.bob, self.carol, make_user("ada", group="author")):
            self.client.force_login(user)
            self.assertEqual(self.client.get(IMPORT).status_code, 403)
            self.assertEqual(self.client.post(IMPORT, {"text": "# a\n\nb", "language": "fr"}).status_code, 403)
            self.assertEqual(self.client.get(f"{IMPORT}abc/").status_code, 403)
        self.assertEqual(Post.objects.count(), count)


class ClaimsTests(ImportTestCase):
    def test_what_is_no_claim_is_said_and_stops_nothing(self):
        rows = (
            '{"claim_reviewed": "Bien dit.", "claimant": "Ligue", "verdict": "true"}',
            '{"claim_reviewed": "Sans verdict.", "claimant": "Ligue", "verdict": "peut-être"}',
            '{"claim_reviewed": "Jour faux.", "claimant": 3, "verdict": "true", "claimed_on": "2020-99-99"}',
            '{"claimant": ["x"], "appearance": "javascript:alert(1)"}',
            "rien",
            "{}",
        )
        head = "".join(f"  - {row}\n" for row in rows)
        response = self.take(("a.md", f"---\ntitle: Un texte\nclaims:\n{head}---\n\nDu texte.\n".encode()))
        self.assertEqual([each.claim_reviewed for each in self.newest().claims.all()], ["Bien dit."])
        self.assertContains(response, "Sans verdict.")
        self.assertContains(response, "Jour faux.")


class ExportTests(ImportTestCase):
    def export(self, *posts):
        response = self.client.post(
            LIST, {"action": "export_markdown", "_selected_action": [post.pk for post in posts]}
        )
        return b"".join(response.streaming_content)

    def test_out_and_in_again_it_is_the_same(self):
        image, wide = (
            make_image(alt_fr="Un chat"),
            make_image(title="Autre", file=make_upload(size=(640, 480)), alt_fr="Un « chien »"),
        )
        figures = (
            f'<figure data-image="{image.pk}"><img src="{image.file.url}" alt="Un chat"></figure>\n'
            f'<figure data-image="{image.pk}"><img src="{image.file.url}" alt="Un chat">'
            "<figcaption>Dit *ici* &amp; là</figcaption></figure>\n"
            f'<figure data-image="{wide.pk}" data-size="wide"><img src="{wide.file.url}" alt="Un « chien »">'
            "<figcaption>Le <em>chien</em></figcaption></figure>"
        )
        link = f'<p><a href="a/">x</a> <a href="{self.post.path()}" data-post="{self.post.pk}">y</a></p>'
        nodes = [node for name, node in NODES.items() if "poster" not in name]
        post = make_post(
            slug="tout", body="\n".join([*nodes, figures, link]), tags=[self.tag], authors=[self.bobs], cover=wide
        )
        post.refresh_from_db()
        make_claim(post, claim_reviewed='Un "mot" : --- et #1')
        make_claim(post, position=1, claimed_on=None, appearance="", explanation="")
        self.take(("export.zip", self.export(post)))
        again = self.newest()
        self.assertEqual([each.facts() for each in again.claims.all()], [each.facts() for each in post.claims.all()])
        self.assertNotEqual(again.pk, post.pk)
        self.assertEqual(again.body, post.body)
        for name in ("title", "standfirst", "language", "published_at", "category", "cover", "disclosure"):
            self.assertEqual(getattr(again, name), getattr(post, name), name)
        self.assertEqual((list(again.tags.all()), again.byline), ([self.tag], [self.bobs]))
        self.assertEqual(again.status, "draft")

    def test_an_archive_of_several(self):
        with zipfile.ZipFile(BytesIO(self.export(self.post, self.bobs_draft))) as archive:
            names = archive.namelist()
            text = archive.read(names[0]).decode()
        self.assertEqual(len(names), 2)
        self.assertIn('title: "Président numérique : une bonne idée ?"', text)
        self.assertIn("## Pourquoi", text)

    def test_contributors_take_along_what_they_see(self):
        self.client.force_login(self.bob)
        with zipfile.ZipFile(BytesIO(self.export(self.post, self.bobs_draft))) as archive:
            self.assertEqual(archive.namelist(), [f"fr-brouillon-{self.bobs_draft.pk}.md"])

    def test_all_of_them_by_a_command(self):
        with TemporaryDirectory() as folder:
            place, said = Path(folder) / "posts.zip", StringIO()
            call_command("export_markdown", str(place), stdout=said)
            with zipfile.ZipFile(place) as archive:
                self.assertEqual(len(archive.namelist()), 2)
            with self.assertRaises(CommandError):
                call_command("export_markdown", str(place))


class FrontMatterTests(SimpleTestCase):
    def test_what_people_write(self):
        found = front_matter.read(
            "---\nA b: 'l''été' # non\nc: [x, \"y\"]\nd:\n- e\n- f\ng: |\n  h\n  i\n? j\n---\ntext"
        )
        self.assertEqual(found.values, {"a b": "l'été", "c": ["x", "y"], "d": ["e", "f"], "g": "h\ni"})
        self.assertEqual((found.text, found.strange), ("text", ["? j"]))

    def test_none_or_without_an_end(self):
        for text in ("text", "---\ntitle: x\ntext", "---", "", "\n"):
            self.assertEqual(front_matter.read(text).values, {})

    def test_written_and_read(self):
        values = {"a": 'x: "y" — #é\n', "b": ["1", "2"], "c": [{"d": "e: f"}]}
        found = front_matter.read(front_matter.write(values | {"none": ""}) + "\ntext")
        self.assertEqual((found.values, found.text, found.strange), (values, "\ntext", []))
