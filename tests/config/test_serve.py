import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import pytest
from django.test import SimpleTestCase

from tests.stack import ROOT, free_port, give_database, running_site, site_environment

pytestmark = pytest.mark.stack


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def family_of(pid: int) -> list[int]:
    return [pid] + [member for child in children_of(pid) for member in family_of(child)]


def is_running(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def wait_for(condition, seconds: float = 10):
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        if result := condition():
            return result
        sleep(0.05)
    raise AssertionError("It did not come about in time.")


class ServeTestCase(SimpleTestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(TemporaryDirectory()))

    def serve(self, **settings):
        return self.enterContext(running_site(self.folder, DEMO="no", **settings))


class ServeTests(ServeTestCase):
    def test_it_answers_and_a_signal_ends_all_of_it(self):
        site = self.serve()
        self.assertEqual(site.fetch(), (200, b"ok\n"))
        self.assertIn(f"{site.url}/admin/", site.said())
        family = family_of(site.process.pid)
        self.assertGreaterEqual(len(family), 4)
        self.assertEqual(site.stop(signal.SIGINT), 0)
        self.assertFalse(any(map(is_running, family)))

    def test_killed_it_leaves_nobody_behind(self):
        site = self.serve()
        family = family_of(site.process.pid)
        site.process.kill()
        site.process.wait()
        wait_for(lambda: not any(map(is_running, family)))

    def test_a_killed_worker_begins_again(self):
        site = self.serve()
        web, worker = wait_for(lambda: len(found := children_of(site.process.pid)) == 2 and found)
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: len(children_of(site.process.pid)) == 2 and worker not in children_of(site.process.pid))
        self.assertIn(web, children_of(site.process.pid))
        self.assertEqual(site.fetch()[0], 200)

    def test_a_killed_web_server_ends_it_with_a_failure(self):
        site = self.serve()
        os.kill(children_of(site.process.pid)[0], signal.SIGKILL)
        self.assertEqual(site.process.wait(timeout=15), 1)

    def test_an_address_that_is_far_too_long_gets_an_answer(self):
        site = self.serve()
        self.assertEqual(site.fetch(f"/?page={'9' * 9000}")[0], 414)
        self.assertEqual(site.fetch(f"/healthz?q={'9' * 8000}")[0], 200)

    def test_secrets_are_their_owners(self):
        self.serve()
        self.assertEqual(stat.S_IMODE((self.folder / "secret-key").stat().st_mode), 0o600)


class WrongSettingTests(ServeTestCase):
    def assertOneLine(self, expected, **settings):
        give_database(self.folder)
        answer = subprocess.run(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=site_environment(self.folder, **settings),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        self.assertEqual(answer.returncode, 1)
        self.assertIn(expected, answer.stderr)
        self.assertEqual(answer.stderr.strip().count("\n"), 0, answer.stderr)

    def test_a_port_that_is_no_number(self):
        self.assertOneLine("Wrong setting: PORT is not a whole number: “http”.", PORT="http")

    def test_a_taken_port(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assertOneLine(
                f"127.0.0.1, port {port}, cannot be listened at: Address already in use.", PORT=str(port)
            )

    def test_a_host_that_is_not_ours(self):
        self.assertOneLine("cannot be listened at", HOST="192.0.2.1", PORT=str(free_port()))

    def test_a_database_that_does_not_answer(self):
        settings = {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/tribune", "PORT": str(free_port())}
        self.assertOneLine("the database does not answer", **settings)

    def test_a_file_that_is_no_database(self):
        (self.folder / "tribune.sqlite3").write_text("This is a letter, not a database. " * 100)
        self.assertOneLine("the database does not answer: file is not a database", PORT=str(free_port()))

    def test_a_time_zone_that_is_none(self):
        self.assertOneLine("TIME_ZONE must be like Europe/Paris, not “Europe/Atlantis”.", TIME_ZONE="Europe/Atlantis")

    def test_a_cache_that_does_not_answer(self):
        self.assertOneLine("the cache does not answer", REDIS_URL="redis://127.0.0.1:9/0", PORT=str(free_port()))
