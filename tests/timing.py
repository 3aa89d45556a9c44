"""How long something takes of the processor: tests that look for texts which take for ever."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

# What grows with the square of a text, or worse, takes minutes; what does not, far less, also on a slow machine.
SECONDS_OF_NO_BOMB = 30


@contextmanager
def within(seconds: float, what: str = "") -> Iterator[None]:
    """Fail unless the block takes less of the processor than so many seconds.

    Not of a clock on the wall, since other tests run meanwhile; nor with the garbage collector, which walks through
    all that a process of tests has gathered, a second at times, and is due when the block makes many objects.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    begun = time.thread_time()
    try:
        yield
        taken = time.thread_time() - begun
    finally:
        if was_enabled:
            gc.enable()
    if taken >= seconds:
        raise AssertionError(f"{taken:.1f} s, not less than {seconds} s: {what[:80]}")
