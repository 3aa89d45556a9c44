import os
import stat
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase

from config import environment
from config.environment import Environment


class EnvironmentTestCase(SimpleTestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(TemporaryDirectory()))
        self.enterContext(mock.patch.dict(os.environ))
        self.env = Environment()

    def set(self, **variables):
        for name in variables:
            os.environ.pop(name, None)
        os.environ.update(variables)

    def assertRefuses(self, text, function, *args):
        with self.assertRaisesMessage(ImproperlyConfigured, text) as caught:
            function(*args)
        self.assertNotIn("\n", str(caught.exception))


class NumberTests(EnvironmentTestCase):
    def read(self):
        return environment.read_number(self.env, "PORT", default=8000, lowest=1, highest=65535)

    def test_a_word_is_refused(self):
        self.set(PORT="eighty")
        self.assertRefuses("PORT is not a whole number: “eighty”.", self.read)

    def test_a_number_that_is_out_of_bounds_is_refused(self):
        for number in ("0", "-1", "70000"):
            with self.subTest(number=number):
                self.set(PORT=number)
                self.assertRefuses(f"PORT must be between 1 and 65535, not {number}.", self.read)

    def test_an_empty_one_is_as_none(self):
        self.set(PORT="")
        self.assertEqual(self.read(), 8000)


class SwitchTests(EnvironmentTestCase):
    def test_words_for_yes_and_no(self):
        for word, meaning in {"1": True, "yes": True, "On": True, "0": False, "no": False, "FALSE": False}.items():
            with self.subTest(word=word):
                self.set(PAGE_CACHE=word)
                self.assertIs(self.env.switch("PAGE_CACHE", default=not meaning), meaning)

    def test_another_word_is_refused(self):
        self.set(PAGE_CACHE="perhaps")
        self.assertRefuses("PAGE_CACHE must be yes or no, not “perhaps”.", self.env.switch, "PAGE_CACHE", True)


class SiteUrlTests(EnvironmentTestCase):
    def test_the_default_is_this_machine(self):
        self.set(SITE_URL="")
        self.assertEqual(environment.read_site_url(self.env, 8123).geturl(), "http://localhost:8123")

    def test_a_slash_at_the_end_is_dropped(self):
        self.set(SITE_URL="https://blog.example.org/")
        self.assertEqual(environment.read_site_url(self.env, 8000).geturl(), "https://blog.example.org")

    def test_what_is_no_origin_is_refused(self):
        for address in (
            "blog.example.org",
            "//blog.example.org",
            "ftp://example.org",
            "https://",
            "http://[::1",
            "http://a:b",
        ):
            with self.subTest(address=address):
                self.set(SITE_URL=address)
                self.assertRefuses("SITE_URL must be like", environment.read_site_url, self.env, 8000)

    def test_a_path_is_refused(self):
        self.set(SITE_URL="https://example.org/blog")
        self.assertRefuses("SITE_URL must end after the host", environment.read_site_url, self.env, 8000)


class DataDirTests(EnvironmentTestCase):
    def test_it_is_made(self):
        self.set(DATA_DIR=str(self.folder / "new" / "data"))
        self.assertTrue(environment.prepare_data_dir(self.env, self.folder).is_dir())

    def test_a_file_in_its_place_is_refused(self):
        (self.folder / "data").touch()
        self.set(DATA_DIR=str(self.folder / "data"))
        self.assertRefuses("cannot be made: File exists.", environment.prepare_data_dir, self.env, self.folder)

    def test_one_that_cannot_be_written_to_is_refused(self):
        self.set(DATA_DIR=str(self.folder))
        # Root may write anywhere, so the system's answer is given here.
        with mock.patch("os.access", return_value=False):
            self.assertRefuses("is not writable by this user.", environment.prepare_data_dir, self.env, self.folder)


class SecretTests(EnvironmentTestCase):
    def test_it_is_made_once_and_for_its_owner_alone(self):
        place = self.folder / "secret-key"
        first = environment.read_or_make_secret(place)
        self.assertGreaterEqual(len(first), 64)
        self.assertEqual(environment.read_or_make_secret(place), first)
        self.assertEqual(stat.S_IMODE(place.stat().st_mode), 0o600)
        self.assertEqual([file.name for file in self.folder.iterdir()], ["secret-key"])

    def test_an_empty_one_is_refused(self):
        (self.folder / "secret-key").touch()
        self.assertRefuses("is empty", environment.read_or_make_secret, self.folder / "secret-key")


class EnvFileTests(EnvironmentTestCase):
    def test_it_is_read_and_does_not_override(self):
        file = self.folder / ".env"
        file.write_text("# mine\n\nSITE_NAME='Le Journal'\nexport PORT=9000\n")
        self.set(PORT="8500")
        os.environ.pop("SITE_NAME", None)
        environment.read_env_file(file)
        self.assertEqual((os.environ["SITE_NAME"], os.environ["PORT"]), ("Le Journal", "8500"))

    def test_nonsense_is_refused_with_its_line(self):
        (self.folder / ".env").write_text("PORT=9000\nSITE_NAME Le Journal\n")
        self.assertRefuses("line 2, is not NAME=value", environment.read_env_file, self.folder / ".env")

    def test_what_is_no_text_is_refused(self):
        (self.folder / ".env").write_bytes(b"\xff\xfe\x00")
        self.assertRefuses("cannot be read", environment.read_env_file, self.folder / ".env")


class DatabaseTests(EnvironmentTestCase):
    def read(self, address):
        self.set(DATABASE_URL=address)
        return environment.read_database(self.env, self.folder)

    def test_the_default_is_sqlite_in_the_data_folder(self):
        database = self.read("")
        self.assertEqual(database["NAME"], str(self.folder / "tribune.sqlite3"))
        self.assertEqual(database["OPTIONS"]["transaction_mode"], "IMMEDIATE")

    def test_postgresql_is_described(self):
        database = self.read("postgres://ann:s%40cret@db.example.org:5433/tribune?sslmode=require")
        expected = {"NAME": "tribune", "USER": "ann", "PASSWORD": "s@cret", "HOST": "db.example.org", "PORT": 5433}
        self.assertEqual(database | expected, database)
        self.assertEqual(database["OPTIONS"]["sslmode"], "require")

    def test_nonsense_is_refused(self):
        for address in (
            "tribune",
            "mysql://localhost/tribune",
            "postgres://localhost",
            "postgres://[::1/x",
            "postgres://h:p/x",
        ):
            with self.subTest(address=address):
                self.assertRefuses("DATABASE_URL", self.read, address)

    def test_sqlite_in_no_folder_is_refused(self):
        self.assertRefuses("there is no folder /nonexistent", self.read, "sqlite:////nonexistent/tribune.sqlite3")


class CacheTests(EnvironmentTestCase):
    def test_files_by_default_and_redis_where_there_is_one(self):
        self.assertEqual(environment.read_cache("", self.folder)["LOCATION"], self.folder / "cache")
        self.assertIn("RedisCache", environment.read_cache("redis://localhost:6379/1", self.folder)["BACKEND"])

    def test_nonsense_is_refused(self):
        self.assertRefuses("REDIS_URL must begin with", environment.read_cache, "localhost:6379", self.folder)


class MailerTests(EnvironmentTestCase):
    def test_a_server_with_encryption(self):
        self.set(EMAIL_URL="smtp+tls://ann:secret@mail.example.org:587")
        options = environment.read_mailer(self.env, "consolemail://")["OPTIONS"]
        expected = {"host": "mail.example.org", "port": 587, "username": "ann", "password": "secret", "use_tls": True}
        self.assertEqual(options | expected, options)

    def test_nonsense_is_refused(self):
        for address in ("mail.example.org", "pigeon://example.org", "smtp://mail:port"):
            with self.subTest(address=address):
                self.set(EMAIL_URL=address)
                self.assertRefuses("EMAIL_URL must be like", environment.read_mailer, self.env, "consolemail://")


class AnnouncingTests(EnvironmentTestCase):
    def test_nobody_is_told_unless_somebody_says_so(self):
        self.assertEqual(environment.read_service_address(self.env, "WEBSUB_HUB", ""), "")
        self.assertEqual(environment.read_indexnow_key(self.env), "")

    def test_hub_and_key_are_taken(self):
        self.set(WEBSUB_HUB="https://hub.example.org/", INDEXNOW_KEY="a1b2c3d4-E5")
        self.assertEqual(environment.read_service_address(self.env, "WEBSUB_HUB", ""), "https://hub.example.org/")
        self.assertEqual(environment.read_indexnow_key(self.env), "a1b2c3d4-E5")

    def test_nonsense_is_refused(self):
        for hub in ("hub.example.org", "ftp://hub.example.org/", "https://hub.example.org/>; rel=x"):
            self.set(WEBSUB_HUB=hub)
            self.assertRefuses("WEBSUB_HUB must be like", environment.read_service_address, self.env, "WEBSUB_HUB", "")
        for key in ("short", "with space and more", "clé-secrète", "x" * 129):
            self.set(INDEXNOW_KEY=key)
            self.assertRefuses("INDEXNOW_KEY must be 8 to 128", environment.read_indexnow_key, self.env)


class LoopbackTests(EnvironmentTestCase):
    def read(self, switch, site, host="127.0.0.1"):
        self.set(SYNDICATION_LOOPBACK=switch, SITE_URL=site)
        return environment.read_loopback(self.env, environment.read_site_url(self.env, 8000), host)

    def test_it_is_off_unless_somebody_says_yes(self):
        self.assertIs(self.read("", "http://localhost:8000"), False)
        self.assertIs(self.read("no", "https://blog.example.org", "0.0.0.0"), False)

    def test_a_trial_on_ones_own_machine_may(self):
        for site in ("http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000", "http://a.localhost:8000"):
            with self.subTest(site):
                self.assertIs(self.read("yes", site), True)

    def test_a_site_that_others_can_reach_does_not_start(self):
        for site in ("https://blog.example.org", "http://192.168.1.5:8000", "http://localhost.example.org"):
            with self.subTest(site):
                self.assertRefuses("could be told to ask the services of its own machine", self.read, "yes", site)
        self.assertRefuses("HOST is “0.0.0.0”", self.read, "yes", "http://localhost:8000", "0.0.0.0")


class CredentialsKeysTests(EnvironmentTestCase):
    KEY = "A" * 43

    def read(self, value):
        self.set(CREDENTIALS_KEYS=value)
        return environment.read_credentials_keys(self.env, self.folder / "credentials-key")

    def test_they_are_those_of_the_environment_and_no_file_is_made(self):
        self.assertEqual(self.read(f"{self.KEY}=, {'b' * 42}A")(), [f"{self.KEY}=", f"{'b' * 42}A="])
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_file_is_made_when_it_is_first_needed_for_its_owner_alone(self):
        keys = self.read("")
        place = self.folder / "credentials-key"
        self.assertFalse(place.exists())
        self.assertEqual(len(keys()), 1)
        self.assertEqual(stat.S_IMODE(place.stat().st_mode), 0o600)
        # An operator puts a newer one before it.
        place.write_text(f"{self.KEY}\n{place.read_text()}")
        self.assertEqual((len(keys()), keys()[0]), (2, f"{self.KEY}="))

    def test_what_is_no_key_is_refused_and_not_repeated(self):
        for value in ("hunter2", f"{self.KEY}, hunter2", "é" * 43):
            with self.subTest(value):
                self.assertRefuses("32 bytes in URL-safe Base64", self.read, value)
                with self.assertRaises(ImproperlyConfigured) as caught:
                    self.read(value)
                self.assertNotIn(value.split(", ")[-1], str(caught.exception))
