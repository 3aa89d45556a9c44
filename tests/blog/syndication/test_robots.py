"""robots.txt: who may be looked at by a program of its own accord (RFC 9309)."""

from unittest import mock

from django.test import SimpleTestCase

from blog.syndication.errors import ForbiddenAddressError
from blog.syndication.robots import Permission, allows, ask_permission, read_rules
from tests.blog.syndication.servers import http, playing

RULES = """
# for all
User-agent: *
Disallow: /private/   # not for robots
Allow: /private/open$
Disallow: /*.pdf$
Disallow:

User-Agent: OtherBot
User-agent: Tribune/1.0
Crawl-delay: 10
Disallow: /for-others/
"""


class RulesTests(SimpleTestCase):
    def test_rules_are_those_of_the_program_or_of_all(self):
        self.assertEqual(read_rules(RULES), [("/for-others/", False)])
        self.assertEqual(len(read_rules(RULES, product="somebody")), 3)

    def test_longest_rule_that_fits_decides(self):
        rules = read_rules(RULES, product="somebody")
        for path, is_allowed in {
            "/": True,
            "/private/": False,
            "/private/page": False,
            "/private/open": True,
            "/private/opened": False,
            "/a/b.pdf": False,
            "/a/b.pdf?x": True,
            "/PRIVATE/": True,
        }.items():
            with self.subTest(path):
                self.assertIs(allows(rules, path), is_allowed)

    def test_allow_goes_before_disallow_of_the_same_length(self):
        self.assertTrue(allows([("/page", False), ("/page", True)], "/page"))

    def test_spellings_of_a_path_are_alike(self):
        for pattern, path in (("/été", "/%C3%A9t%C3%A9"), ("/%7Emarthe", "/~marthe"), ("/a%3cd", "/a%3Cd")):
            with self.subTest(pattern):
                self.assertFalse(allows([(pattern, False)], path))

    def test_nonsense_and_malice_take_no_time(self):
        self.assertEqual(read_rules("\x00\n:::\nDisallow: /\nUser-agent\n" * 1000), [])
        rules = [("/" + "*a" * 500 + "$", False)] * 100
        self.assertTrue(allows(rules, "/" + "a" * 400 + "b"))


class PermissionTests(SimpleTestCase):
    def test_site_is_asked_once_a_day(self):
        with playing(http("User-agent: *\nDisallow: /no", Content_Type="text/plain")) as server:
            self.assertEqual(ask_permission(f"{server.address}/no"), Permission.DISALLOWED)
            self.assertEqual(ask_permission(f"{server.address}/yes?a=b"), Permission.ALLOWED)
            self.assertEqual(len(server.requests), 1)
        self.assertTrue(server.requests[0].startswith("GET /robots.txt "))

    def test_status_decides_where_there_are_no_rules(self):
        for status, permission in {404: "allowed", 403: "allowed", 429: "not now", 500: "not now"}.items():
            with self.subTest(status), playing(http("Disallow", status=status)) as server:
                self.assertEqual(ask_permission(f"{server.address}/"), permission)

    def test_home_page_instead_of_the_file_forbids_nothing(self):
        with playing(http("<p>User-agent: *\nDisallow: /")) as server:
            self.assertEqual(ask_permission(f"{server.address}/page"), Permission.ALLOWED)

    def test_silent_server_is_left_alone(self):
        with playing(b"") as server:
            self.assertEqual(ask_permission(f"{server.address}/"), Permission.NOT_NOW)

    def test_beginning_of_a_long_file_is_read(self):
        text = "User-agent: *\nDisallow: /no\n" + "# filling\n" * 100_000
        with playing(http(text, Content_Type="text/plain")) as server:
            self.assertEqual(ask_permission(f"{server.address}/no"), Permission.DISALLOWED)

    def test_private_address_is_not_asked_for_its_rules(self):
        with mock.patch("blog.syndication.robots.fetch") as fetch:
            self.assertRaises(ForbiddenAddressError, ask_permission, "ftp://blog.example/")
        fetch.assert_not_called()
        self.assertRaises(ForbiddenAddressError, ask_permission, "http://10.0.0.1/")
