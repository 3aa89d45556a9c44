"""OPML files of feed readers, taken in as partners to look at."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import SimpleTestCase, TestCase

from blog.models import Partner
from blog.syndication.opml import LARGEST_FILE, OpmlError, read_opml, take_in
from tests.factories import make_alice, make_bob, make_partner

FILE = """<?xml version="1.0" encoding="UTF-8"?><opml version="1.0"><head><title>Mine</title></head><body>
<outline text="Pairs"><outline type="rss" text="L’Atelier" xmlUrl="https://a.example/feed/" htmlUrl="https://a.example/"
 language="fr-FR"/><outline text="Slow" title="The Slow Inbox" xmlUrl="https://s.example/f.xml"/>
<outline text="L’Atelier, encore" xmlUrl="http://a.example/feed"/></outline>
<outline text="Un dossier vide"/><outline text="dedans" xmlUrl="http://10.0.0.1:6379/"/>
<outline text="script" xmlUrl="javascript:alert(1)"/></body></opml>"""


def many(count):
    outlines = "".join(f'<outline text="Blog {n}" xmlUrl="https://{n}.example/f"/>' for n in range(count))
    return f"<opml><body>{outlines}</body></opml>".encode()


class ReadingTests(SimpleTestCase):
    def test_blogs_are_found_at_any_depth_once_each(self):
        entries = read_opml(FILE.encode())
        self.assertEqual(
            [(entry.name, entry.feed, entry.site, entry.language) for entry in entries],
            [
                ("L’Atelier", "https://a.example/feed/", "https://a.example/", "fr"),
                ("The Slow Inbox", "https://s.example/f.xml", "https://s.example/", ""),
            ],
        )

    def test_what_is_none_or_too_much_is_said(self):
        for data, words in (
            (b"", OpmlError.NOT_OPML),
            (b"Bonjour", OpmlError.NOT_OPML),
            (b"<html><body>", OpmlError.NOT_OPML),
            (b"\x00\xff\xfe", OpmlError.NOT_OPML),
            (b"<opml><body/></opml>", OpmlError.EMPTY),
            (b" " * (LARGEST_FILE + 1), OpmlError.TOO_LARGE),
            (many(10_001), OpmlError.TOO_MANY),
        ):
            with self.subTest(data[:20]), self.assertRaisesMessage(OpmlError, str(words)):
                read_opml(data)

    def test_entities_are_not_expanded(self):
        bomb = b'<!DOCTYPE opml [<!ENTITY a "lol"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        entries = read_opml(bomb + b'<opml><outline text="&a;" xmlUrl="https://a.example/">&f;</outline></opml>')
        self.assertEqual(len(entries), 1)

    def test_half_a_file_gives_its_half(self):
        self.assertEqual(len(read_opml(FILE.encode()[:500])), 2)


class TakingInTests(TestCase):
    ADDRESS = "/admin/blog/partner/opml/"

    def setUp(self):
        self.client.force_login(make_alice())

    def send(self, data, **extra):
        file = SimpleUploadedFile("mine.opml", data)
        return self.client.post(self.ADDRESS, {"file": file, "language": "en"} | extra, follow=True)

    def test_each_becomes_a_partner_to_look_at(self):
        response = self.send(FILE.encode())
        self.assertContains(response, "2 blogs ont été repris.")
        atelier, slow = Partner.objects.order_by("slug")
        self.assertEqual((atelier.slug, atelier.language, atelier.takes), ("l-atelier", "fr", "page"))
        self.assertEqual((slow.slug, slow.language, slow.is_listed), ("the-slow-inbox", "en", False))
        self.assertNotContains(self.client.get("/partenaires/"), "Atelier")
        self.assertContains(response, "The Slow Inbox")

    def test_those_that_are_partners_stay_as_they_are(self):
        make_partner(slug="l-atelier", name="Le mien", site="http://a.example", feed="https://a.example/feed")
        response = self.send(FILE.encode())
        self.assertContains(response, "1 était déjà là.")
        self.assertEqual(Partner.objects.count(), 2)
        self.assertContains(self.send(FILE.encode()), "0 blog a été repris.")
        self.assertEqual(Partner.objects.count(), 2)

    def test_ten_thousand_are_taken_in_by_few_queries(self):
        entries = read_opml(many(2000))
        with self.assertNumQueries(2 + 4):
            self.assertEqual(take_in(entries, "fr"), (2000, 0))
        self.assertEqual(Partner.objects.filter(slug="blog-1999").count(), 1)

    def test_names_alike_have_addresses_of_their_own(self):
        same = b'<opml><outline text="!" xmlUrl="https://a.example/"/><outline text="!" xmlUrl="https://b.example/"/></opml>'
        self.send(same)
        self.assertEqual(set(Partner.objects.values_list("slug", flat=True)), {"blog", "blog-2"})

    def test_what_is_wrong_stands_at_the_field(self):
        self.assertContains(self.send(b"Bonjour"), "n’est pas un OPML")
        self.assertContains(self.send(b""), "errorlist")
        self.assertContains(self.send(FILE.encode(), language="de"), "errorlist")
        self.assertFalse(Partner.objects.exists())

    def test_list_leads_there_and_contributors_do_not_come_in(self):
        self.assertContains(self.client.get("/admin/blog/partner/"), self.ADDRESS)
        self.client.force_login(make_bob())
        self.assertEqual(self.send(FILE.encode()).status_code, 403)
