"""Keep the processes of one installation together: begun together, ended together, none left behind."""

import ctypes
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from time import monotonic

# A web worker finishes its page in less; what takes longer is cut off.
SECONDS_TO_END = 8
# A process that lived this long had not failed at its start; it is begun again at once.
SECONDS_OF_HEALTH = 10
LONGEST_PAUSE = 60
SECONDS_BETWEEN_LOOKS = 2
PR_SET_PDEATHSIG = 1


@dataclass
class Role:
    """One process: what it runs, and whether it is begun again when it ends or the whole ends with it."""

    name: str
    run: Callable[[], None]
    is_vital: bool
    pid: int = 0
    started_at: float = 0
    pause: float = 0
    due_at: float = 0


class Supervisor:
    """Fork the roles from this process, which has loaded everything that they share.

    Each role leads a process group, so that a Ctrl-C at the terminal reaches this process alone and the order of
    ending is decided here. Signals are blocked and taken one by one, so no handler runs between two lines.
    """

    def __init__(self, roles: list[Role]) -> None:
        self.roles = roles
        self.signals = {signal.SIGCHLD} | {
            number
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
            # nohup and background jobs of a shell ignore some on purpose
            if signal.getsignal(number) is not signal.SIG_IGN
        }
        self.has_terminal = signal.SIGHUP in self.signals and os.isatty(0)

    def run(self) -> int:
        """Run until a signal or the end of a vital role; return the exit status."""
        old_mask = signal.pthread_sigmask(signal.SIG_BLOCK, self.signals)
        self.old_mask = old_mask
        status = 0
        try:
            for role in self.roles:
                self.start(role)
            while True:
                received = signal.sigtimedwait(self.signals, self.seconds_until_due())
                ended = self.reap()
                failed = [role for role in ended if role.is_vital]
                if failed:
                    say(f"{failed[0].name} ended unexpectedly: stopping.")
                    status = 1
                    break
                if (received and received.si_signo != signal.SIGCHLD) or self.terminal_has_gone():
                    break
                for role in self.roles:
                    if not role.pid and role.due_at <= monotonic():
                        self.start(role)
        finally:
            self.stop()
            signal.pthread_sigmask(signal.SIG_SETMASK, old_mask)
        return status

    def start(self, role: Role) -> None:
        role.started_at = monotonic()
        role.pid = fork(partial(self.become, role))
        with suppress(OSError):
            os.setpgid(role.pid, role.pid)

    def become(self, role: Role) -> None:
        """Be the role, in the child."""
        os.setpgid(0, 0)
        for number in self.signals:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, self.old_mask)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        role.run()

    def reap(self) -> list[Role]:
        """Return the roles that have ended since the last look, and plan the next start of each."""
        ended = []
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    break
                for role in self.roles:
                    if role.pid == pid:
                        self.plan_restart(role, os.waitstatus_to_exitcode(status))
                        ended.append(role)
        return ended

    def plan_restart(self, role: Role, code: int) -> None:
        role.pid = 0
        is_healthy = code == 0 or monotonic() - role.started_at >= SECONDS_OF_HEALTH
        role.pause = 0 if is_healthy else min(LONGEST_PAUSE, role.pause * 2 or 1)
        role.due_at = monotonic() + role.pause
        if code and not role.is_vital:
            say(f"{role.name} ended with {code}: it begins again.")

    def seconds_until_due(self) -> float:
        """Return how long nothing but a signal matters."""
        waiting = [role.due_at - monotonic() for role in self.roles if not role.pid]
        return max(0.0, min([SECONDS_BETWEEN_LOOKS, *waiting]))

    def terminal_has_gone(self) -> bool:
        """Say whether the terminal was closed: make, where it leads the session, tells nobody and waits."""
        if not self.has_terminal:
            return False
        poll = select.poll()
        poll.register(0, 0)
        return any(event & select.POLLHUP for _, event in poll.poll(0))

    def stop(self) -> None:
        """End every role: by request, and by force for what is still there after a while or a second signal."""
        for role in self.roles:
            if role.pid:
                with suppress(ProcessLookupError):
                    os.kill(role.pid, signal.SIGTERM)
        groups = [role.pid for role in self.roles if role.pid]
        deadline = monotonic() + SECONDS_TO_END
        while any(role.pid for role in self.roles) and (left := deadline - monotonic()) > 0:
            received = signal.sigtimedwait(self.signals, left)
            self.reap()
            if received and received.si_signo != signal.SIGCHLD:
                break
        for group in groups:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
        for role in self.roles:
            if role.pid:
                with suppress(ChildProcessError):
                    os.waitpid(role.pid, 0)


def fork(run: Callable[[], None]) -> int:
    """Return the number of a new process that runs a function, and ends with it or with this process."""
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    if pid := os.fork():
        return pid
    status = 1
    try:
        end_with_parent(parent)
        run()
        status = 0
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
        else:
            status = end.code or 0
    except KeyboardInterrupt:
        status = 130
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def run_apart(run: Callable[[], None]) -> None:
    """Run a function in a process of its own, whose memory is given back at its end; exit where it fails."""
    _, status = os.waitpid(fork(run), 0)
    if code := os.waitstatus_to_exitcode(status):
        sys.exit(code if code > 0 else 128 - code)


def end_with_parent(parent: int) -> None:
    """Ask the system to end this process when its parent dies, even by SIGKILL."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def say(text: str) -> None:
    """Print at once; a terminal that has gone is no reason to stop."""
    with suppress(OSError, ValueError):
        print(text, flush=True)  # noqa: T201
