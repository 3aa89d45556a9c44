import os
import pty
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from time import monotonic, sleep

import pytest
from django.test import SimpleTestCase

ROOT = Path(__file__).resolve().parents[2]

# Two roles that say their process number, sleep, and end as their line of the plan says.
PROGRAM = dedent("""
    import os, sys, time
    from pathlib import Path
    from config.supervisor import Role, Supervisor

    folder = Path(sys.argv[1])

    def role(name):
        def run():
            with (folder / name).open("a") as file:
                file.write(f"{os.getpid()}\\n")
            if (folder / f"{name}.stubborn").exists():
                import signal
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
            if (folder / f"{name}.fails").exists():
                sys.exit(3)
            time.sleep(60)
        return run

    roles = [Role("web", role("web"), is_vital=True), Role("worker", role("worker"), is_vital=False)]
    sys.exit(Supervisor(roles).run())
""")


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie whose parent is gone is nobody's business.
    with suppress(OSError):
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


def wait_for(condition, seconds=5):
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        if result := condition():
            return result
        sleep(0.02)
    raise AssertionError("It did not come about in time.")


class SupervisorTests(SimpleTestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(TemporaryDirectory()))

    def start(self, *marks):
        for mark in marks:
            (self.folder / mark).touch()
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(self.folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            process_group=0,
        )
        self.addCleanup(self.process.stdout.close)
        self.addCleanup(self.end)

    def end(self):
        self.process.kill()
        self.process.wait()

    def pids(self, name, count=1):
        place = self.folder / name
        return wait_for(
            lambda: (
                place.exists() and len(lines := place.read_text().split()) >= count and [int(line) for line in lines]
            )
        )

    def assertAllEnd(self, *pids):
        wait_for(lambda: not any(map(is_alive, pids)))

    def test_each_signal_to_end_ends_all(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number.name):
                for name in ("web", "worker"):
                    (self.folder / name).unlink(missing_ok=True)
                self.start()
                web, worker = self.pids("web")[0], self.pids("worker")[0]
                self.process.send_signal(number)
                self.assertEqual(self.process.wait(timeout=5), 0)
                self.assertAllEnd(web, worker)

    def test_a_dead_worker_begins_again(self):
        self.start()
        first = self.pids("worker")[0]
        os.kill(first, signal.SIGKILL)
        second = self.pids("worker", count=2)[1]
        self.assertNotEqual(first, second)
        self.assertTrue(is_alive(self.pids("web")[0]))

    def test_a_worker_that_fails_at_once_begins_again_with_pauses(self):
        self.start("worker.fails")
        self.pids("worker", count=2)
        self.assertLess(len(self.pids("worker")), 4)
        self.assertIsNone(self.process.poll())

    def test_a_dead_web_server_ends_all_with_a_failure(self):
        self.start()
        worker = self.pids("worker")[0]
        os.kill(self.pids("web")[0], signal.SIGKILL)
        self.assertEqual(self.process.wait(timeout=5), 1)
        self.assertIn("web ended unexpectedly", self.process.stdout.read())
        self.assertAllEnd(worker)

    def test_killed_itself_it_leaves_nobody_behind(self):
        self.start()
        web, worker = self.pids("web")[0], self.pids("worker")[0]
        self.process.kill()
        self.assertAllEnd(web, worker)

    @pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
    def test_a_closed_terminal_ends_all(self):
        # The shell leads the session and, like make, neither ends by itself nor tells its children.
        leader, terminal = pty.fork()
        if leader == 0:
            os.chdir(ROOT)
            script = 'trap : HUP; "$0" -c "$1" "$2"; true'
            os.execvp("sh", ["sh", "-c", script, sys.executable, PROGRAM, str(self.folder)])
        web, worker = self.pids("web")[0], self.pids("worker")[0]
        os.close(terminal)
        self.assertAllEnd(web, worker)
        os.waitpid(leader, 0)

    def test_a_second_signal_ends_the_stubborn(self):
        self.start("worker.stubborn")
        worker = self.pids("worker")[0]
        sleep(0.2)
        self.process.send_signal(signal.SIGINT)
        sleep(0.2)
        self.assertIsNone(self.process.poll())
        self.process.send_signal(signal.SIGINT)
        self.assertEqual(self.process.wait(timeout=5), 0)
        self.assertAllEnd(worker)
