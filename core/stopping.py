"""Ctrl-C, known for what it is although a library on the way makes another error of it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from types import FrameType

_asked = Event()


@contextmanager
def stoppable() -> Iterator[None]:
    """Raises KeyboardInterrupt for whatever comes of Ctrl-C, unless somebody else listens to that."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or current_thread() is not main_thread():
        yield
        return
    signal.signal(signal.SIGINT, _ask)
    try:
        yield
    except Exception:
        raise_if_stopped()
        raise
    finally:
        _asked.clear()
        signal.signal(signal.SIGINT, before)


def raise_if_stopped() -> None:
    """Raises KeyboardInterrupt after Ctrl-C: for who is about to take what came of it for something else."""
    if _asked.is_set():
        raise KeyboardInterrupt


def _ask(_number: int, _frame: FrameType | None) -> None:
    _asked.set()
    raise KeyboardInterrupt
