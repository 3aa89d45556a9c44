"""What partners' blogs let us in by: sealed, opened for a delivery, and shown to nobody."""

import logging
import sys
from io import StringIO
from unittest import mock

from cryptography.fernet import Fernet
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import RequestFactory, TestCase, override_settings
from django.utils.translation import override
from django.views.debug import ExceptionReporter
from django.views.decorators.debug import sensitive_variables

from blog.models import Credentials, Partner
from blog.syndication.credentials import CredentialsError, keep_credentials, open_credentials
from blog.syndication.fetching import fetch
from tests.blog.syndication.servers import http, playing
from tests.factories import make_alice, make_bob, make_partner
from tests.forms import FormTestCase

SECRET = "xAbC 1234 eFgH 5678"
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def keys(*names):
    return override_settings(CREDENTIALS_KEYS=lambda: list(names))


class CredentialsTestCase(TestCase):
    def setUp(self):
        self.alice = make_alice()
        self.partner = make_partner(api="https://example.org/wp-json/", micropub="https://example.org/micropub")
        self.enterContext(keys(OLD))

    @sensitive_variables()
    def keep(self, kind="wordpress", user="nadia", secret=SECRET):
        keep_credentials(self.partner, kind, user=user, secret=secret, by=self.alice)


class SealTests(CredentialsTestCase):
    def test_what_was_kept_is_opened(self):
        self.keep()
        opened = open_credentials(self.partner)
        self.assertEqual((opened.kind, opened.user, opened.secret), ("wordpress", "nadia", SECRET))
        # RFC 7617, of 'nadia:xAbC 1234 eFgH 5678'
        self.assertEqual(opened.headers, {"Authorization": "Basic bmFkaWE6eEFiQyAxMjM0IGVGZ0ggNTY3OA=="})
        self.keep("micropub", "", "token-of-ours")
        self.assertEqual(open_credentials(self.partner).headers, {"Authorization": "Bearer token-of-ours"})
        self.assertEqual(Credentials.objects.count(), 1)

    def test_neither_database_nor_dump_nor_repr_holds_it(self):
        self.keep()
        dump = StringIO()
        call_command("dumpdata", "blog", stdout=dump)
        kept = Credentials.objects.get()
        for text in (dump.getvalue(), repr(kept), str(kept), repr(vars(kept)), repr(open_credentials(self.partner))):
            self.assertNotIn(SECRET, text)
            self.assertNotIn("nadia", text)

    def test_none_is_said(self):
        with override("en"), self.assertRaisesMessage(CredentialsError, "No password or token of this partner"):
            open_credentials(self.partner)

    def test_lost_key_is_said(self):
        self.keep()
        with keys(NEW), override("en"), self.assertRaisesMessage(CredentialsError, "enter it again"):
            open_credentials(self.partner)

    def test_keys_that_cannot_be_read_are_the_operators(self):
        self.keep()
        broken = mock.Mock(side_effect=ImproperlyConfigured("/data/credentials-key is empty"))
        with override_settings(CREDENTIALS_KEYS=broken), self.assertRaisesMessage(CredentialsError, "is empty"):
            open_credentials(self.partner)

    def test_what_is_sealed_opens_for_nobody_else(self):
        self.keep()
        other = make_partner(slug="autre", api=self.partner.api)
        Credentials.objects.update(partner=other)
        self.assertRaises(CredentialsError, open_credentials, other)

    def test_another_host_does_not_get_it(self):
        self.keep()
        self.partner.api = "https://elsewhere.example/wp-json/"
        with self.assertRaisesMessage(CredentialsError, "https://example.org"):
            open_credentials(self.partner)
        self.partner.api = "https://example.org/index.php?rest_route=/"
        self.assertEqual(open_credentials(self.partner).secret, SECRET)

    def test_newest_key_seals_and_older_ones_open(self):
        self.keep()
        out = StringIO()
        with keys(NEW, OLD):
            self.assertEqual(open_credentials(self.partner).secret, SECRET)
            call_command("reseal_credentials", stdout=out)
        self.assertIn("1 sealed", out.getvalue())
        with keys(NEW):
            self.assertEqual(open_credentials(self.partner).secret, SECRET)
        with keys(OLD):
            self.assertRaises(CredentialsError, open_credentials, self.partner)
            self.assertRaises(CommandError, call_command, "reseal_credentials", stdout=out)


class TellingTests(CredentialsTestCase):
    def report(self):
        """Return all that an operator can be mailed of an error that is being handled."""
        return ExceptionReporter(RequestFactory().post("/"), *sys.exc_info(), is_email=True).get_traceback_html()

    def test_error_reports_do_not_hold_it(self):
        with mock.patch("blog.syndication.credentials.origin_for", side_effect=RuntimeError("so")):
            try:
                self.keep()
            except RuntimeError:
                self.assertNotIn(SECRET, self.report())
        self.keep()
        self.partner.api = "https://elsewhere.example/"
        try:
            open_credentials(self.partner)
        except CredentialsError:
            self.assertNotIn(SECRET, self.report())

    def test_error_on_the_way_to_the_partner_does_not_hold_it(self):
        @sensitive_variables()
        def deliver(address):
            fetch(address, headers=open_credentials(self.partner).headers)

        self.keep()
        with (
            playing(http("ok")) as server,
            mock.patch("blog.syndication.fetching._Exchange.read", side_effect=RuntimeError("so")),
            self.assertLogs(level=logging.DEBUG) as logs,
        ):
            logging.getLogger().debug("one line at least")
            try:
                deliver(server.address)
            except RuntimeError:
                report = self.report()
        self.assertIn("RuntimeError", report)
        for text in (report, *logs.output):
            self.assertNotIn("bmFkaWE6", text)
            self.assertNotIn(SECRET, text)


class PageTests(FormTestCase, CredentialsTestCase):
    def setUp(self):
        super().setUp()
        self.client.force_login(self.alice)
        self.address = f"/admin/blog/partner/{self.partner.pk}/credentials/"
        self.change = f"/admin/blog/partner/{self.partner.pk}/change/"

    def enter(self, **changes):
        typed = {"kind": "wordpress", "user": "nadia", "secret": SECRET}
        return self.fill(self.address, "credentials_form", typed | changes, follow=True)

    def test_it_is_entered_and_never_shown_again(self):
        response = self.enter()
        self.assertEqual(open_credentials(self.partner).secret, SECRET)
        for page in (response, self.client.get(self.address), self.client.get(self.change)):
            self.assertNotContains(page, SECRET)
            self.assertNotContains(page, "nadia")
            self.assertContains(page, "par alice.")
        history = self.client.get(f"/admin/blog/partner/{self.partner.pk}/history/")
        self.assertContains(history, "identifiants")
        self.assertNotContains(history, SECRET)
        self.assertNotIn(SECRET, repr(list(LogEntry.objects.values())))

    def test_page_is_kept_by_no_cache(self):
        self.assertIn("no-store", self.client.get(self.address)["Cache-Control"])

    def test_what_is_wrong_is_said_and_the_secret_is_not_sent_back(self):
        for changes, words in (
            ({"user": ""}, "aussi le nom"),
            ({"user": "a:b"}, "deux-points"),
            ({"secret": ""}, "obligatoire"),
            ({"secret": f"{SECRET}\x07"}, "copiez-le"),
            ({"kind": "micropub", "secret": "jeton-é"}, "copiez-le"),
            ({"kind": "nonsense"}, "nonsense"),
        ):
            with self.subTest(words):
                response = self.enter(**changes)
                self.assertContains(response, words)
                self.assertNotContains(response, SECRET)
                self.assertFalse(Credentials.objects.exists())

    def test_address_comes_first(self):
        Partner.objects.update(api="")
        self.assertContains(self.enter(), "API de son WordPress")
        self.assertFalse(Credentials.objects.exists())

    def test_lost_key_is_told_where_it_can_be_mended(self):
        self.enter()
        with keys(NEW):
            for address in (self.address, self.change):
                self.assertContains(self.client.get(address), "ne peut plus être lu")
            self.enter(secret="another")
            self.assertNotContains(self.client.get(self.change), "ne peut plus être lu")
            self.assertEqual(open_credentials(self.partner).secret, "another")

    def test_it_is_removed(self):
        self.enter()
        self.fill(self.address, "remove_form", {}, button="_remove")
        self.assertFalse(Credentials.objects.exists())
        self.assertContains(self.client.get(self.change), "Aucun n’est conservé.")

    def test_contributor_neither_sees_nor_changes_it(self):
        self.client.force_login(make_bob())
        self.assertEqual(self.client.get(self.address).status_code, 403)
        self.assertEqual(self.client.post(self.address, {"_remove": "1"}).status_code, 403)
