"""The one client for other sites: where it goes, what it tells them, and when it gives up.

Servers of this machine play them. There is no network: names are resolved by the tests.
"""

import gzip
import shutil
import socket
import ssl
import tempfile
import tomllib
import zlib
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from unittest import mock, skipUnless

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase, override_settings
from django.utils.translation import override

from blog.syndication import connecting, errors
from blog.syndication.addresses import is_public, read_address
from blog.syndication.fetching import MOST_REDIRECTS, fetch
from tests.blog.syndication.servers import http, make_certificate, playing

MEBIBYTE = 1024 * 1024
# A machine that is busy takes longer for everything; what never ends would take for ever.
PATIENCE = 20


def resolving(*answers):
    """Let names stand for these addresses; several lists are the answers to one look-up after the other."""
    given = [
        [(socket.AF_INET6 if ":" in number else socket.AF_INET, 1, 6, "", (number, 80)) for number in answer]
        for answer in answers
    ]
    return mock.patch("socket.getaddrinfo", side_effect=given)


def redirecting(location, status=302):
    return http(status=status, Location=location)


class WhereItGoesTests(SimpleTestCase):
    def test_it_goes_to_nothing_that_is_not_public(self):
        for address in (
            "http://127.0.0.1/",
            "http://localhost./",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::127.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[64:ff9b::808:808]/",
            "http://[2002:7f00:1::]/",
            "http://[2001:0:7f00:1::]/",
            "http://[fe80::1]/",
            "http://[fe80::1%25eth0]/",
            "http://[fec0::1]/",
            "http://[fd00::1]/",
            "http://[ff02::1]/",
            "http://[2001:db8::1]/",
            "http://10.0.0.1/",
            "http://100.64.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://172.16.0.1/",
            "http://192.168.1.1/",
            "http://192.0.2.1/",
            "http://192.88.99.1/",
            "http://198.18.0.1/",
            "http://203.0.113.1/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://0.0.0.0/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://127%2e0.0.1/",
            "http://①②⑦.0.0.1/",
        ):
            with self.subTest(address), self.assertRaises(errors.ForbiddenAddressError) as raised:
                fetch(address)
            self.assertFalse(raised.exception.may_pass)

    def test_public_addresses_are_known(self):
        for number in ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"):
            self.assertTrue(is_public(number))

    def test_what_is_no_address_of_a_site_is_refused_in_words(self):
        for address, words in {
            "": "cannot be read",
            "ftp://blog.example/": "https://",
            "file:///etc/passwd": "https://",
            "javascript:alert(1)": "https://",
            "//blog.example/": "https://",
            "http:///path": "https://",
            "http://blog.example:22/": "port 22",
            "http://blog.example:6379/": "port 6379",
            "http://marthe:secret@blog.example/": "password",
            "http://127.0.0.1\\@blog.example/": "cannot be read",
            "http://blog.example/a b": "cannot be read",
            "http://blog..example/": "cannot be read",
            "http://[::1/": "cannot be read",
            "http://blog.example:x/": "cannot be read",
            "http://" + "a" * 3000: "cannot be read",
        }.items():
            with self.subTest(address[:40]), override("en"):
                with self.assertRaises(errors.ForbiddenAddressError) as raised:
                    fetch(address)
                self.assertIn(words, str(raised.exception))

    def test_international_name_is_asked_for_in_ascii(self):
        self.assertEqual(
            str(read_address("https://Épices.Example/été?q=é#là")),
            "https://xn--pices-9ra.example/%C3%A9t%C3%A9?q=%C3%A9",
        )

    def test_name_with_one_private_address_among_others_is_refused(self):
        with resolving(["93.184.215.14", "10.0.0.1"]), self.assertRaises(errors.ForbiddenAddressError):
            fetch("http://blog.example/")

    def test_name_that_changes_its_address_is_looked_up_once(self):
        connected = mock.patch("socket.socket.connect", side_effect=ConnectionRefusedError)
        with (
            resolving(["93.184.215.14"], ["127.0.0.1"]) as looked_up,
            connected as connect,
            self.assertRaises(errors.UnreachableError),
        ):
            fetch("http://blog.example/")
        connect.assert_called_once_with(("93.184.215.14", 80))
        looked_up.assert_called_once()

    def test_next_address_is_tried_where_one_does_not_answer(self):
        connected = mock.patch("socket.socket.connect", side_effect=ConnectionRefusedError)
        with (
            resolving(["2606:2800::1", "93.184.215.14"]),
            connected as connect,
            self.assertRaises(errors.UnreachableError),
        ):
            fetch("http://blog.example/")
        self.assertEqual([call.args[0][0] for call in connect.call_args_list], ["2606:2800::1", "93.184.215.14"])

    def test_name_that_does_not_exist_may_come_back(self):
        with (
            mock.patch("socket.getaddrinfo", side_effect=socket.gaierror),
            override("en"),
            self.assertRaisesMessage(errors.UnreachableError, "There is no site of the name blog.example."),
        ):
            fetch("http://blog.example/")
        self.assertTrue(errors.UnreachableError.may_pass)

    def test_resolver_that_is_silent_is_not_waited_for(self):
        with (
            mock.patch("socket.getaddrinfo", side_effect=lambda *_args, **_options: sleep(2)),
            self.assertRaises(errors.TooSlowError),
        ):
            fetch("http://blog.example/", seconds=0.2)

    def test_server_of_this_machine_is_for_tests_alone(self):
        with playing(http("it")) as server:
            self.assertEqual(fetch(server.address).text, "it")
            with mock.patch.dict("os.environ", DJANGO_SETTINGS_MODULE="config.settings"):
                self.assertRaises(ImproperlyConfigured, fetch, server.address)
            with override_settings(LOOPBACK_SERVERS=frozenset()):
                self.assertRaises(errors.ForbiddenAddressError, fetch, server.address)

    def test_what_tests_allow_is_this_machine_and_no_network(self):
        with override_settings(LOOPBACK_SERVERS={"blog.example:80"}), resolving(["10.0.0.1"]):
            self.assertRaises(errors.ForbiddenAddressError, fetch, "http://blog.example/")

    def test_trial_on_one_machine_may_ask_it_by_names_that_mean_it(self):
        with playing(http("it"), name="localhost") as server, override_settings(LOOPBACK_SERVERS=frozenset()):
            port = server.address.rpartition(":")[2]
            for name in ("localhost", "127.0.0.1"):
                self.assertRaises(errors.ForbiddenAddressError, fetch, f"http://{name}:{port}/")
            with override_settings(SYNDICATION_LOOPBACK=True):
                for name in ("localhost", "127.0.0.1"):
                    self.assertEqual(fetch(f"http://{name}:{port}/").text, "it")
                for address in ("http://127.0.0.1:25/", "http://10.0.0.1/", f"http://blog.example:{port}/"):
                    with self.subTest(address), resolving(["127.0.0.1"]):
                        self.assertRaises(errors.ForbiddenAddressError, fetch, address)

    @override_settings(SYNDICATION_LOOPBACK=True)
    def test_nobody_elsewhere_leads_a_trial_to_its_own_machine(self):
        with (
            playing(redirecting("http://127.0.0.1:8000/admin/"), name="blog.example") as server,
            resolving(["127.0.0.1"]),
            # As if it were elsewhere from the second look on: the server itself has to be reached.
            mock.patch("blog.syndication.fetching.is_on_this_machine", return_value=False),
            self.assertRaises(errors.ForbiddenAddressError),
        ):
            fetch(server.address)

    def test_environment_names_no_proxy(self):
        with playing(http("straight")) as server, mock.patch.dict("os.environ", HTTP_PROXY="http://127.0.0.1:9"):
            self.assertEqual(fetch(server.address).text, "straight")


class RedirectTests(SimpleTestCase):
    def test_each_is_followed_and_the_permanent_ones_are_told(self):
        pages = {"/": ("/b", 301), "/b": ("/c d", 308), "/c%20d": ("/e", 302)}

        def answer(request, _connection):
            path = request.split()[1]
            return redirecting(*pages[path]) if path in pages else http("there")

        with playing(answer) as server:
            found = fetch(server.address + "/")
            self.assertEqual(found.address, server.address + "/e")
            self.assertEqual(found.moved_to, server.address + "/c%20d")
            self.assertEqual(fetch(server.address + "/e").moved_to, "")

    def test_a_hundred_are_given_up(self):
        count = iter(range(1000))
        with playing(lambda *_: redirecting(f"/{next(count)}")) as server:
            self.assertRaises(errors.TooManyRedirectsError, fetch, server.address)
            self.assertEqual(len(server.requests), MOST_REDIRECTS + 1)

    def test_private_address_is_refused_after_a_redirect_too(self):
        for location in (
            "http://10.0.0.1/",
            "http://127.0.0.1:9/",
            "//[::1]/",
            "http://2130706433/",
            "file:///etc/passwd",
        ):
            with self.subTest(location), playing(redirecting(location)) as server:
                self.assertRaises(errors.ForbiddenAddressError, fetch, server.address)
                self.assertEqual(len(server.requests), 1)

    def test_one_that_cannot_be_read_is_said(self):
        with playing(redirecting("http://[")) as server:
            self.assertRaises(errors.BadRedirectError, fetch, server.address)

    def test_another_site_is_not_told_the_password(self):
        headers = {"Authorization": "Basic secret", "Cookie": "secret", "X-Api-Key": "secret", "Accept": "text/html"}
        with playing(http("there")) as other, playing(redirecting(other.address)) as server:
            self.assertEqual(fetch(server.address, headers=headers).text, "there")
            self.assertEqual(server.requests[0].count("secret"), 3)
        self.assertNotIn("secret", other.requests[0])
        self.assertIn("accept: text/html", other.requests[0].lower())

    def test_same_site_is(self):
        pages = iter([redirecting("/there"), http("there")])
        with playing(lambda *_: next(pages)) as server:
            fetch(server.address, headers={"Authorization": "Basic secret"})
        self.assertIn("Basic secret", server.requests[1])

    def test_password_is_not_sent_without_protection(self):
        with self.assertRaises(errors.UnprotectedError):
            fetch("http://blog.example/", headers={"Authorization": "Basic secret"})

    def test_post_is_not_made_a_get_nor_sent_to_another_site(self):
        with playing(http("there")) as other:
            for status, location in ((301, "/there"), (302, "/there"), (303, "/there"), (307, other.address)):
                with self.subTest(status), playing(redirecting(location, status)) as server:
                    answer = fetch(server.address, method="POST", json={"title": "Marges"})
                    self.assertEqual(answer.status, status)
                    self.assertEqual(len(server.requests), 1)
            self.assertEqual(other.requests, [])

    def test_post_is_sent_again_within_the_site(self):
        pages = iter([redirecting("/there", 308), http(status=201)])
        with playing(lambda *_: next(pages)) as server:
            self.assertEqual(fetch(server.address, method="POST", data={"title": "Marges"}).status, 201)
        self.assertTrue(server.requests[1].startswith("POST /there"))
        self.assertTrue(server.requests[1].endswith("title=Marges"))


class LimitTests(SimpleTestCase):
    def assertSoon(self, began):
        self.assertLess(monotonic() - began, PATIENCE)

    def test_drop_by_drop_is_not_waited_for(self):
        def drip(_request, connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            for _second in range(300):
                connection.sendall(b"x")
                sleep(0.1)

        began = monotonic()
        with playing(drip) as server, self.assertRaises(errors.TooSlowError) as raised:
            fetch(server.address, seconds=0.7)
        self.assertSoon(began)
        self.assertTrue(raised.exception.may_pass)

    def test_headers_drop_by_drop_and_silence_are_not_waited_for(self):
        def drip(_request, connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            for _second in range(300):
                connection.sendall(b"X: y\r\n")
                sleep(0.1)

        for answer in (drip, lambda *_: sleep(25)):
            began = monotonic()
            with playing(answer) as server:
                self.assertRaises(errors.TooSlowError, fetch, server.address, seconds=0.7)
            self.assertSoon(began)

    def test_two_gigabytes_are_not_read(self):
        sent = []

        def pour(_request, connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with suppress(OSError):
                for _piece in range(2048):
                    connection.sendall(bytes(MEBIBYTE))
                    sent.append(1)

        with (
            playing(pour) as server,
            override("en"),
            self.assertRaisesMessage(errors.TooLargeError, "larger than 1.0\xa0MB"),
        ):
            fetch(server.address, limit=MEBIBYTE)
        self.assertLess(len(sent), 64)

    def test_what_is_said_to_be_larger_is_not_begun(self):
        with playing(b"HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\nx") as server:
            self.assertRaises(errors.TooLargeError, fetch, server.address)
            self.assertEqual(fetch(server.address, method="HEAD").status, 200)

    def test_beginning_is_enough_where_it_is_asked_for(self):
        with playing(http("x" * 5000)) as server:
            answer = fetch(server.address, limit=100, is_cut=True)
        self.assertEqual((len(answer.body), answer.is_cut), (100, True))

    def test_headers_without_end_are_not_read(self):
        def pour(_request, connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            with suppress(OSError):
                for _header in range(100_000):
                    connection.sendall(b"X-Filling: " + b"x" * 1000 + b"\r\n")

        for answer in (pour, b"HTTP/1.1 200 OK\r\nX: " + b"x" * 500_000, b"HTTP/1.1 100 Go\r\n\r\n" * 100_000):
            with (
                playing(answer) as server,
                self.assertRaises((errors.TooLargeError, errors.BadAnswerError)),
            ):
                fetch(server.address)

    def test_little_that_becomes_much_is_not_unpacked(self):
        bomb = gzip.compress(bytes(100 * MEBIBYTE))
        with playing(http(bomb, Content_Encoding="gzip")) as server:
            self.assertRaises(errors.TooLargeError, fetch, server.address)

    def test_compressed_answer_is_read_though_it_was_not_asked_for(self):
        bare = zlib.compressobj(wbits=-15)
        for encoding, body in {
            "gzip": gzip.compress(b"les mar") + gzip.compress(b"ges"),
            "x-gzip": gzip.compress(b"les marges"),
            "deflate": zlib.compress(b"les marges"),
            "Deflate": bare.compress(b"les marges") + bare.flush(),
        }.items():
            with self.subTest(encoding), playing(http(body, Content_Encoding=encoding)) as server:
                self.assertEqual(fetch(server.address).text, "les marges")
        self.assertIn("accept-encoding: identity", server.requests[0].lower())

    def test_what_cannot_be_unpacked_is_said(self):
        cut = gzip.compress(b"les marges" * 100)[:-12]
        for encoding, body in (("gzip", b"no gzip"), ("br", b"x"), ("gzip", cut)):
            with self.subTest(encoding), playing(http(body, Content_Encoding=encoding)) as server:
                self.assertRaises(errors.BadAnswerError, fetch, server.address)


class BadServerTests(SimpleTestCase):
    def test_what_is_no_answer_is_said(self):
        for answer in (b"", b"\xff\x00\xfe" * 100, b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 101 Go\r\n\r\n"):
            with self.subTest(answer[:10]), playing(answer) as server:
                self.assertRaises(errors.BadAnswerError, fetch, server.address)

    def test_answer_that_ends_too_early_may_pass(self):
        for answer in (
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nxx",
        ):
            with playing(answer) as server, self.assertRaises(errors.BadAnswerError) as raised:
                fetch(server.address)
            self.assertTrue(raised.exception.may_pass)

    def test_nobody_listens(self):
        with playing(b"") as server:
            pass
        with override_settings(LOOPBACK_SERVERS={server.address.removeprefix("http://")}):
            self.assertRaises(errors.UnreachableError, fetch, server.address)

    def test_absurd_numbers_break_nothing(self):
        for header in ("Content-Length: " + "9" * 5000, "Content-Length: -1", "Retry-After: " + "9" * 5000):
            with (
                self.subTest(header[:20]),
                playing(f"HTTP/1.1 503 No\r\n{header}\r\n\r\n".encode()) as server,
                suppress(errors.FetchError),
            ):
                self.assertIsNone(fetch(server.address).retry_after)

    def test_plain_server_at_a_protected_address(self):
        with playing(http("it")) as server, self.assertRaises(errors.UnreachableError):
            fetch(server.address.replace("http://", "https://"))


@skipUnless(shutil.which("openssl"), "makes certificates with openssl")
class CertificateTests(SimpleTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.certificate, cls.context = make_certificate(Path(folder.name), "blog.example")

    def fetch(self, name, *, is_trusted, **options):
        """Ask a server that shows the certificate of blog.example for a page, by another name perhaps."""
        trusting = ssl.create_default_context()
        if is_trusted:
            trusting.load_verify_locations(self.certificate)
        with (
            playing(http("it"), name=name, tls=self.context) as server,
            resolving(["127.0.0.1"]),
            mock.patch("blog.syndication.fetching.tls_context", return_value=trusting),
        ):
            return fetch(server.address, **options).text

    def test_certificate_of_the_name_is_good_though_a_number_is_connected_to(self):
        self.context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        self.names = []
        self.assertEqual(self.fetch("blog.example", is_trusted=True, headers={"Authorization": "Basic x"}), "it")
        self.assertEqual(self.names, ["blog.example"])

    def test_certificate_of_another_site_is_refused(self):
        with override("en"), self.assertRaisesMessage(errors.BadCertificateError, "was issued for another site"):
            self.fetch("other.example", is_trusted=True)

    def test_certificate_that_nobody_vouches_for_is_refused(self):
        with override("en"), self.assertRaisesMessage(errors.BadCertificateError, "issued by nobody who is trusted"):
            self.fetch("blog.example", is_trusted=False)

    def test_expired_certificate_is_said_to_be(self):
        error = ssl.SSLCertVerificationError()
        error.verify_code = 10
        with (
            mock.patch("ssl.SSLContext.wrap_socket", side_effect=error),
            override("en"),
            self.assertRaisesMessage(errors.BadCertificateError, "has expired"),
            socket.socket() as plain,
        ):
            connecting.Stream(plain, "blog.example", connecting.Patience(9)).start_tls(self.context)

    def test_password_does_not_go_from_https_to_http(self):
        trusting = ssl.create_default_context(cafile=self.certificate)
        with (
            playing(redirecting("http://blog.example/"), name="blog.example", tls=self.context) as server,
            resolving(["127.0.0.1"]),
            mock.patch("blog.syndication.fetching.tls_context", return_value=trusting),
            self.assertRaises(errors.BadRedirectError),
        ):
            fetch(server.address, headers={"Authorization": "Basic secret"})


class TellingTests(SimpleTestCase):
    def test_version_is_that_of_the_project(self):
        project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
        self.assertEqual(settings.VERSION, project["project"]["version"])

    @override_settings(SITE_URL="https://la-marge.example")
    def test_it_says_who_asks(self):
        with playing(http()) as server:
            fetch(server.address)
        self.assertIn("user-agent: Tribune/", server.requests[0])
        self.assertIn("+https://la-marge.example/", server.requests[0])

    def test_unchanged_page_is_not_sent_again(self):
        date = "Wed, 21 Oct 2015 07:28:00 GMT"

        def answer(request, _connection):
            is_known = f'if-none-match: "42"\r\nif-modified-since: {date}' in request
            return http(status=304) if is_known else http("it", ETag='"42"', Last_Modified=date)

        with playing(answer) as server:
            first = fetch(server.address)
            again = fetch(server.address, headers=first.conditions)
        self.assertEqual((first.is_unchanged, again.is_unchanged, again.body), (False, True, b""))

    def test_body_is_sent_as_asked(self):
        with playing(http(status=201)) as server:
            fetch(server.address, method="POST", json={"title": "Été"})
            fetch(server.address, method="POST", files={"file": ("a.png", b"PNG", "image/png")})
            fetch(server.address, method="PUT", content=b"raw", headers={"Content-Type": "image/png"})
        self.assertTrue(server.requests[0].endswith('{"title":"Été"}'))
        self.assertIn('filename="a.png"', server.requests[1])
        self.assertTrue(server.requests[2].endswith("raw"))


class MessageTests(SimpleTestCase):
    def test_status_says_whether_asking_again_makes_sense(self):
        for status, may_pass in {
            403: False,
            404: False,
            410: False,
            429: True,
            500: True,
            503: True,
            521: True,
        }.items():
            with self.subTest(status), playing(http(status=status, Retry_After="120")) as server, override("en"):
                with self.assertRaisesMessage(errors.BadStatusError, f"Their server answered {status}.") as raised:
                    fetch(server.address).expect_success()
                self.assertEqual((raised.exception.may_pass, raised.exception.retry_after), (may_pass, 120))
