"""What is sent to do harm: a clear answer within a second, the text kept, nothing else changed, and never a 500."""

from html import unescape
from urllib.parse import urlencode

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase

from comments.forms import STAMP_SALT, make_stamp
from comments.models import Comment, Edit, Notice
from comments.moderation import decide
from comments.spam.starter import counted_starter
from comments.tokens import make_token
from tests.factories import make_comment, make_post
from tests.timing import within

# What is long or deep or broken; each is sent as text, and some of it in the other fields.
TEXTS = {
    "nested quotes": ">" * 100_000,
    "nested quotes with spaces": "> " * 50_000 + "fin",
    "nested lists": "\n".join("  " * depth + "- x" for depth in range(500)),
    "deepening lists": "- " * 4000 + "x",
    "a megabyte": "Voilà. " * 150_000,
    "brackets": "[" * 100_000,
    "stars": "*" * 100_000,
    "stars by turns": "**_" * 3000 + "x",
    "backticks": "".join("`" * length + "a" for length in range(1, 130)),
    "fences": "```\n" * 2400,
    "entities": "&lt;&#60;&#x3c;&#0;&#xd800;&amp;amp;" * 200,
    "escapes": "\\" * 9999,
    "ends of lines": "a\r\r\nb\n\rc\u2028d\u2029e\x85f\x0bg\x0ch" * 300,
    "addresses": "https://a.b/" * 800,
    "dots": "www." * 2400,
    "one address": "https://example.org/" + "(" * 4000 + ")" * 4000,
    "accents": "e" + "\u0301" * 9000,
    "pictograms": "👩\u200d👧\u200d" * 2000,
    "turned": "\u202e\u2066" * 4000 + "fin",
    "unseen": "\u200b" * 9000 + "fin",
    "flags": "\U0001f3f4" + "\U000e0061" * 4000 + "fin",
    "NUL": "avant\x00après",
    "nothing": "\u200b\u200b",
    "templates": "{{ 7*7 }}{% include 'x' %}${7*7}#{7*7}<%= 7*7 %>" * 50,
}
FIELDS = ("name", "email", "site", "follow", "website", "stamp", "work", "preview")
VALUES = (
    "\x00",
    "é" * 5000,
    "👩" * 81,
    "\ud7ff\uffff",
    "\r\n\r\n",
    "%00",
    "'\"><svg onload=alert(1)>",
    "9" * 5000,
    "٣",
)
SECOND = 1


class HostileTextTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.parent = make_comment(cls.post)

        # Made once an installation, when the first comment is judged.
        counted_starter()

    def setUp(self):
        self.data = {"name": "Marthe", "text": "Une remarque.", "stamp": make_stamp(self.post.pk)}
        self.addresses = (f"/commentaires/sur/{self.post.pk}/", f"/commentaires/{self.parent.pk}/repondre/")

    def answer(self, address, data, content_type=None, **kwargs):
        with within(SECOND):
            if content_type is None:
                response = self.client.post(address, data, **kwargs)
            else:
                # Bytes as they are: the client would encode them.
                response = self.client.generic("POST", address, data, content_type, **kwargs)
        self.assertIn(response.status_code, {200, 302, 400, 413, 422, 429})
        return response

    def test_every_text_is_answered_and_kept(self):
        for network, (name, text) in enumerate(TEXTS.items()):
            for number, address in enumerate(self.addresses):
                for preview in ("", "yes"):
                    with self.subTest(name, address=address, preview=preview):
                        data = self.data | {
                            "text": text,
                            "preview": preview,
                            "name": f"Marthe {name} {number}",
                            "stamp": make_stamp(self.post.pk),
                        }
                        response = self.answer(address, data, REMOTE_ADDR=f"198.51.{network}.{number}")
                        if response.status_code == 302:
                            self.assertEqual(Comment.objects.latest("pk").text, text.strip())
                            self.assertEqual(self.client.get(response["Location"]).status_code, 200)
                        elif text.isascii() and "\x00" not in text:
                            self.assertIn(text[:40], unescape(response.content.decode()))

    def test_every_text_can_be_put_in_place_of_another(self):
        comment = make_comment(self.post, status="pending")
        address = f"/commentaires/les-miens/{make_token(comment)}/"
        self.assertEqual(self.client.get(address).status_code, 200)
        for name, text in TEXTS.items():
            for preview in ("yes", ""):
                with self.subTest(name, preview=preview):
                    self.answer(address, {"text": text, "preview": preview})

    def test_every_field_takes_nonsense(self):
        for address in self.addresses:
            for field in FIELDS:
                for value in VALUES:
                    with self.subTest(field=field, value=value[:20]):
                        response = self.answer(address, self.data | {field: value}, REMOTE_ADDR="")
                        if response.status_code in (200, 422):
                            self.assertContains(response, "Une remarque.", status_code=response.status_code)

    def test_other_encodings_and_kinds(self):
        fields = urlencode(self.data).encode()
        multipart = (
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\\ud800 +AGE- \xff\xfe\r\n'
            b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nMarthe\r\n--x--\r\n'
        )
        for body, kind in (
            (fields, "text/plain"),
            (fields, "application/x-www-form-urlencoded; charset=utf-16"),
            (fields, "application/x-www-form-urlencoded; charset=hex"),
            (b"text=%ED%A0%80%FF&name=%C0%80", "application/x-www-form-urlencoded"),
            (b"text=a;b&text&&=&%=%", "application/x-www-form-urlencoded"),
            (b'{"text": "x"}', "application/json"),
            (b"<text>x</text>", "application/xml"),
            *(
                (multipart, f"multipart/form-data; boundary=x; charset={charset}")
                for charset in (
                    "utf-8",
                    "utf-7",
                    "utf-16",
                    "unicode_escape",
                    "raw_unicode_escape",
                    "hex",
                    "rot13",
                    "idna",
                )
            ),
            (multipart[:-9], "multipart/form-data; boundary=x"),
            (multipart, "multipart/form-data; boundary=" + "y" * 300),
            (b"", ""),
        ):
            for address in self.addresses:
                with self.subTest(kind, body=body[:20]):
                    self.answer(address, body, content_type=kind)

    def test_file_is_no_text(self):
        data = self.data | {"text": SimpleUploadedFile("a.html", b"<script>alert(1)</script>")}
        self.assertEqual(self.answer(self.addresses[0], data).status_code, 422)

    def test_last_of_repeated_fields_counts(self):
        data = self.data | {"text": ["Premier", "Second"], "name": ["A", "B"]}
        self.answer(self.addresses[0], data)
        self.assertEqual(Comment.objects.latest("pk").text, "Second")


class NothingChangesTests(TestCase):
    """Requests that are wrong in their meaning: a clear answer, and not a row changed."""

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.other = make_post(slug="un-autre-billet", title="Un autre billet")
        cls.parent = make_comment(cls.other, text="Ailleurs")
        cls.waiting = make_comment(cls.post, status="pending", text="En attente")

    def rows(self):
        return (
            list(Comment.objects.order_by("pk").values_list("pk", "text", "status", "parent", "post", "path")),
            Edit.objects.count(),
            Notice.objects.count(),
        )

    def send(self, address, **changes):
        data = {"name": "Marthe", "text": "Ma réponse", "stamp": make_stamp(self.post.pk)}
        before = self.rows()
        response = self.client.post(address, data | changes)
        self.assertEqual(self.rows(), before)
        return response

    def test_answer_to_a_comment_of_another_post_with_this_one_s_form(self):
        response = self.send(f"/commentaires/{self.parent.pk}/repondre/")
        self.assertContains(response, "Ma réponse", status_code=422)
        self.assertContains(response, "n’a pas été fait par cette page", status_code=422)

    def test_fields_that_are_not_asked_change_nothing(self):
        changes = {"parent": self.parent.pk, "post": self.other.pk, "status": "approved", "author": 1, "path": "000001"}
        data = {"name": "Marthe", "text": "Ma réponse", "stamp": make_stamp(self.post.pk)}
        self.client.post(f"/commentaires/sur/{self.post.pk}/", data | changes)
        comment = Comment.objects.latest("pk")
        self.assertEqual(
            (comment.parent, comment.post, comment.status, comment.author), (None, self.post, "pending", None)
        )

    def test_answer_to_what_nobody_can_read(self):
        response = self.send(f"/commentaires/{self.waiting.pk}/repondre/")
        self.assertContains(response, "Ma réponse", status_code=422)
        self.assertEqual(self.send("/commentaires/999999/repondre/").status_code, 404)

    def test_refused_answer_does_not_show_what_nobody_can_read(self):
        for status in ("pending", "spam", "rejected", "removed", "withdrawn"):
            hidden = make_comment(self.post, name="Inconnue", text="Un secret", status="pending")
            Comment.objects.filter(pk=hidden.pk).update(status=status)
            for address in (f"{hidden.pk}/repondre/", f"sur/{self.post.pk}/{hidden.pk}/"):
                with self.subTest(status, address=address):
                    response = self.client.post(f"/commentaires/{address}", {})
                    self.assertEqual(response.status_code, 422)
                    self.assertNotContains(response, "Un secret", status_code=422)
                    self.assertNotContains(response, "Inconnue", status_code=422)

    def test_address_of_no_post_that_there_can_be(self):
        for address in (f"sur/{10**26}/", f"sur/{2**63}/", f"sur/{10**26}/{10**26}/", f"{10**26}/repondre/"):
            with self.subTest(address):
                self.assertEqual(self.client.get(f"/commentaires/{address}", follow=True).status_code, 404)
                self.assertEqual(self.send(f"/commentaires/{address}").status_code, 404)

    def test_origin_that_is_no_address(self):
        data = {"name": "Marthe", "text": "Ma réponse", "stamp": make_stamp(self.post.pk)}
        response = self.client.post(f"/commentaires/sur/{self.post.pk}/", data, headers={"Origin": "http://["})
        self.assertContains(response, "Ma réponse", status_code=422)

    def test_what_is_longer_once_it_is_tidied(self):
        for field, value in {
            "name": "\ufb2c" * 80,
            "email": f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 60}.org",
            "site": f"https://а{'b' * 40}.example/{'x' * 240}",
        }.items():
            with self.subTest(field):
                response = self.send(f"/commentaires/sur/{self.post.pk}/", **{field: value})
                self.assertContains(response, f"{field}-error", status_code=422)

    def test_text_of_which_nothing_would_be_seen(self):
        for text in ("\u200b", "\u2060\u00ad", "> ", "**", "\u3164"):
            with self.subTest(repr(text)):
                response = self.send(f"/commentaires/sur/{self.post.pk}/", text=text)
                self.assertContains(response, "text-error", status_code=422)

    def test_forged_stamps(self):
        stamp = make_stamp(self.post.pk)
        for forged in (
            stamp[:-1] + ("A" if stamp[-1] != "A" else "B"),
            signing.dumps([self.post.pk, "x"], salt="another salt"),
            signing.dumps([self.post.pk, "x"], salt=STAMP_SALT, key="another key"),
            signing.dumps({"post": self.post.pk}, salt=STAMP_SALT),
            signing.dumps([self.post.pk], salt=STAMP_SALT),
            signing.dumps([self.post.pk, [], {}], salt=STAMP_SALT),
            signing.dumps(None, salt=STAMP_SALT),
            "a:b:c",
            ":" * 200,
            "é:é:é",
        ):
            with self.subTest(forged[:30]):
                response = self.send(f"/commentaires/sur/{self.post.pk}/", stamp=forged)
                self.assertContains(response, "Ma réponse", status_code=422)
                self.assertContains(response, 'role="alert"', status_code=422)

    def test_replayed_stamp_is_said_and_serves_no_second_text(self):
        stamp = make_stamp(self.post.pk)
        address = f"/commentaires/sur/{self.post.pk}/"
        data = {"name": "Marthe", "text": "Le premier", "stamp": stamp}
        self.assertEqual(self.client.post(address, data).status_code, 302)
        response = self.send(address, stamp=stamp, text="Le second")
        self.assertContains(response, "Le second", status_code=422)
        self.assertNotContains(response, stamp, status_code=422)

    def test_forged_tokens_show_and_change_nothing(self):
        token = make_token(self.waiting)
        for forged in (
            str(self.waiting.pk),
            token[:-1] + ("A" if token[-1] != "A" else "B"),
            "x" * 3000,
            "é:1",
            "..%2f",
        ):
            for place, end in (("en-attente", ""), ("les-miens", ""), ("les-miens", "retirer/")):
                with self.subTest(forged[:20], place=place, end=end):
                    address = f"/commentaires/{place}/{forged}/{end}"
                    self.assertIn(self.client.get(address).status_code, {404, 405})
                    is_read_only = place == "en-attente" and "%2f" not in forged
                    self.assertEqual(self.send(address).status_code, 405 if is_read_only else 404)

    def test_reports_in_bulk_leave_the_comment_where_it_is(self):
        comment = make_comment(self.post, text="Dérangeant")
        address = f"/commentaires/{comment.pk}/signaler/"
        statuses = []
        for number in range(40):
            data = {
                "category": "hate",
                "explanation": f"Numéro {number}",
                "name": "X",
                "email": f"x{number}@example.org",
                "good_faith": "on",
                "stamp": make_stamp(f"report {comment.pk}"),
            }
            statuses.append(self.client.post(address, data).status_code)
        self.assertIn(429, statuses)
        comment.refresh_from_db()
        self.assertTrue(comment.is_readable())
        decide(comment, Comment.Status.REMOVED, by=None)
