"""Nonsense thrown at every address: an answer each time, and never a 500."""

from datetime import timedelta
from urllib.parse import quote

from django.test import TestCase
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.timezone import now

from blog import reviewing
from blog.models import KeptPage, Mention, Offer
from blog.syndication.handing_over import hand_over
from blog.syndication.packaging import make_package
from blog.syndication.private_addresses import open_address, path_of
from blog.views.feeds import NUMBERS
from tests.blog.syndication.test_packaging import make_draft
from tests.blog.test_series import make_series
from tests.factories import (
    make_alice,
    make_author,
    make_comment,
    make_event,
    make_page,
    make_partner,
    make_post,
    make_tag,
    make_translation,
    make_tribune,
)

NONSENSE = (
    "0",
    "-1",
    "1.5",
    "1e9",
    "abc",
    "",
    "99999999999999999999",
    "9" * 5000,
    "\x00",
    "%",
    "é",
    "٣",
    "𝟛",
    "1 OR 1=1",
    "'\"><script>",
    "../../etc/passwd",
    "\ud7ff\uffff",
    "a" * 8192,
)
SEGMENTS = (
    "0",
    "13",
    "99999999999999999999",
    "9" * 400,
    "%00",
    "%FF%FE",
    "..%2f..%2f",
    "é",
    "x" * 3000,
    "' OR 1=1 --",
    "{{7*7}}",
)
ANSWERS = {200, 201, 301, 302, 400, 403, 404, 405, 409, 410, 413, 414, 422, 429}


class HostileRequestTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post(authors=[make_author()], tags=[make_tag()], event=make_event())
        make_translation(cls.post)
        make_series(cls.post, slug="les-nuages")
        tribune = make_tribune(cls.post, make_partner(), gone_since=now(), copied_at=now(), archive_agreed=True)
        KeptPage.objects.create(tribune=tribune, agreed_at=now(), seen_at=now(), fetched_at=now())
        make_page()
        make_post(slug="paye", disclosure="paid", disclosure_with="Acme")
        mention = Mention.objects.create(post=cls.post, source="https://example.org/a", target="http://testserver/")
        offer = Offer.objects.create(partner=tribune.partner, once="x", title="Essai", sent={})
        alice, proposed = make_alice(), make_draft(make_post(slug="essai"), make_partner(slug="autre"))
        hand_over(proposed, by=alice, seen=make_package(proposed).digest, language="fr")
        cls.private = path_of(open_address(proposed))
        reader, until = reviewing.Reader("Ana", "fr"), now() + timedelta(days=1)
        cls.preview = reviewing.path_of(
            reviewing.open_address(cls.post, reader, expires_at=until, by=alice, language="fr")
        )
        cls.comment = make_comment(cls.post)
        cls.addresses = [
            prefix + path
            for prefix, words in (("/", FRENCH), ("/en/", ENGLISH))
            for path in [
                *words,
                *(f"blog/{rest}" for rest in ("", "2016/", "2016/06/")),
                "tribunes/",
                f"tribunes/{tribune.pk}/archive/",
                "webmention/",
                f"webmention/{mention.key}/",
                f"micropub/{offer.key}/",
            ]
        ] + [
            cls.post.path(),
            cls.private,
            f"{cls.private}zip/",
            cls.preview,
            "/robots.txt",
            "/healthz",
            "/admin/login/",
        ]
        # Each format once; their lists are above.
        cls.addresses += [f"/{path}{below}" for path, below in zip(WITH_FEEDS, FEEDS, strict=False)]
        cls.addresses += [f"/{BY_MONTH[0]}{below}2016/06/1/" for below in FEEDS]
        # The one that has the tribune: a database gives out numbers once, also when it forgets what had them.
        part = -(-tribune.pk // NUMBERS)
        cls.addresses += [f"/{path}{below}{part}/" for path, below in zip(BY_NUMBER, FEEDS, strict=False)]
        cls.addresses += [f"{cls.preview}look/", "/sitemap.xml", "/sitemap-posts-2016.xml"]

    def assert_answered(self, address, method="get", **kwargs):
        response = getattr(self.client, method)(address, **kwargs)
        self.assertIn(response.status_code, ANSWERS, address[:200])
        if not address.startswith("/admin/"):
            self.assertFalse(response.cookies, address[:200])
        return response

    def test_addresses_stand(self):
        for address in self.addresses:
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 200)

    def test_every_parameter_takes_nonsense(self):
        for address in [*self.addresses, *(f"/recherche/{below}" for below in FEEDS)]:
            for parameter in ("page", "comments", "share", "p", "q", "utm_source", "x\x00y"):
                for value in NONSENSE:
                    query = f"?{quote(parameter)}={quote(value, errors='replace')}"
                    self.assert_answered(address + query)

    def test_page_that_is_none_is_not_found(self):
        for address in ("/blog/", self.post.path()):
            parameter = "page" if address == "/blog/" else "comments"
            for value in ("0", "-1", "abc", "2", "1000000", "٣", "9" * 5000, ""):
                with self.subTest(address=address, value=value[:10]):
                    response = self.client.get(address, {parameter: value})
                    self.assertEqual(response.status_code, 404)

    def test_every_segment_takes_nonsense(self):
        for address in self.addresses:
            parts = address.strip("/").split("/")
            for index in range(len(parts)):
                for segment in SEGMENTS:
                    changed = [*parts[:index], segment, *parts[index + 1 :]]
                    self.assert_answered("/" + "/".join(changed) + "/")

    def test_every_address_takes_every_method(self):
        for address in self.addresses:
            for method in ("post", "put", "delete", "patch", "options", "head"):
                self.assert_answered(address, method)

    def test_form_takes_nonsense(self):
        for address in (
            f"/commentaires/sur/{self.post.pk}/",
            f"/commentaires/{self.comment.pk}/repondre/",
            "/webmention/",
            *(f"{self.private}{name}/" for name in PRIVATE_FORMS),
            *(f"{self.preview}{name}/" for name in REVIEW_FORMS),
        ):
            for value in NONSENSE:
                names = ("name", "email", "site", "text", "website", "stamp", "source", "target", "url", "day", "once")
                data = dict.fromkeys((*names, "seen", "passage", "quote", "remark"), value)
                self.assert_answered(address, "post", data=data)
            for body, kind in (
                (b"\xff\xfe=\x00", "application/x-www-form-urlencoded"),
                (b"{", "application/json"),
                (b"--x\r\nrubbish", "multipart/form-data; boundary=x"),
                (b"", "multipart/form-data"),
                (b"text=" + b"%00" * 1000, "application/x-www-form-urlencoded; charset=nonsense"),
            ):
                response = self.client.generic("POST", address, body, content_type=kind)
                self.assertIn(response.status_code, ANSWERS, kind)

    def test_more_than_the_site_takes_is_413(self):
        response = self.client.post(
            f"/commentaires/sur/{self.post.pk}/",
            data=b"text=" + b"a" * (3 * 1024 * 1024),
            content_type="application/x-www-form-urlencoded",
        )
        self.assertEqual(response.status_code, 413)

    def test_too_many_fields_are_refused(self):
        data = "&".join(f"f{number}=1" for number in range(5000))
        response = self.client.post(
            f"/commentaires/sur/{self.post.pk}/",
            data=data,
            content_type="application/x-www-form-urlencoded",
        )
        self.assertEqual(response.status_code, 400)

    def test_list_of_addresses_is_whole(self):
        """An address that is added to the site must be added above."""
        known = {*FRENCH, "blog/", "blog/2016/", "blog/2016/06/", "tribunes/", "tribunes/1/archive/"}
        # The two for programs alone have tests of their own: tests/blog/test_micropub_endpoint.py
        known |= {"micropub/", "micropub/media/", "micropub/…/"}
        known |= {"webmention/", "webmention/…/", "tribunes/p/…/", "tribunes/p/…/zip/", *PRIVATE_FORMS}
        known |= {"review/p/…/", "review/p/…/look/", *(f"review/p/…/{name}/" for name in REVIEW_FORMS)}
        known |= {"feed/", *(path + below for path in WITH_FEEDS for below in FEEDS)}
        known |= {f"{path}{below}2016/06/1/" for path in BY_MONTH for below in FEEDS}
        known |= {f"{path}{below}1/" for path in BY_NUMBER for below in FEEDS}
        known |= {f"recherche/{below}" for below in FEEDS}
        self.assertEqual(sum(1 for _each in patterns_of("blog")), len(known) + 1)


# Lists that have feeds, where these stand below them, and how their archives are divided.
WITH_FEEDS = (
    "blog/",
    "categorie/economie-et-numerique/",
    "sujet/cloud/",
    "auteurs/yann-gourvennec/",
    "partenaires/blog-du-communicant/",
    "tribunes/",
)
BY_MONTH, BY_NUMBER = WITH_FEEDS[:4], WITH_FEEDS[4:]
FEEDS = ("feed/", "feed/atom/", "feed/json/")
# What the private page of a partner sends.
PRIVATE_FORMS = ("accept", "decline", "appeared", "note")
# What the private page of a preview sends.
REVIEW_FORMS = ("remark", "approve", "changes", "withdraw")
FRENCH = (
    "",
    "categorie/economie-et-numerique/",
    "sujet/cloud/",
    "auteurs/",
    "auteurs/yann-gourvennec/",
    "auteurs/yann-gourvennec/tribunes/",
    "transparence/",
    "transparence/acme/",
    "partenaires/",
    "partenaires/blog-du-communicant/",
    "partenaires.opml",
    "evenements/",
    "evenements.ics",
    "evenements/webinaire-president-numerique/",
    "evenements/webinaire-president-numerique.ics",
    "mentions-legales/",
    "recherche/",
    "opensearch.xml",
    "blog/les-plus-discutes/",
    "blog/archives/",
    "blog/archives/2016/",
    "series/les-nuages/",
)
ENGLISH = (
    "",
    "category/economie-et-numerique/",
    "tag/cloud/",
    "authors/",
    "authors/yann-gourvennec/",
    "authors/yann-gourvennec/tribunes/",
    "disclosures/",
    "disclosures/acme/",
    "partners/",
    "partners/blog-du-communicant/",
    "partners.opml",
    "events/",
    "events.ics",
    "events/webinaire-president-numerique/",
    "events/webinaire-president-numerique.ics",
    "search/",
    "opensearch.xml",
    "blog/most-discussed/",
    "blog/archives/",
    "blog/archives/2016/",
    "series/les-nuages/",
)


def patterns_of(app_name, resolver=None):
    """Yield the patterns of one app, wherever they are included."""
    resolver = resolver or get_resolver()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns_of(app_name, pattern)
        elif isinstance(pattern, URLPattern) and resolver.app_name == app_name:
            yield pattern
