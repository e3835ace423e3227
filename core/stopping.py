"""Ctrl-C and a request to end, known for what they are although a library on the way makes another error."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

_LISTENED = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
"""What is listened to, and how it is left while nobody else does."""
_asked: list[int] = []


class Stopped(KeyboardInterrupt):
    """Somebody asked the process to end: systemd, Kubernetes or kill; it leaves in order, as after Ctrl-C."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Raises KeyboardInterrupt for whatever comes of Ctrl-C, and Stopped for a request to end.

    A signal that somebody else listens to is left alone.
    """
    if current_thread() is not main_thread():
        yield
        return
    mine = [number for number, usual in _LISTENED.items() if signal.getsignal(number) is usual]
    before = {number: signal.signal(number, _ask) for number in mine}
    try:
        yield
    except Exception:
        raise_if_stopped()
        raise
    finally:
        _asked.clear()
        for number, usual in before.items():
            signal.signal(number, usual)


def raise_if_stopped() -> None:
    """Raises what a signal raised: for who is about to take what came of it for something else."""
    if _asked:
        raise _named(_asked[0])


def _ask(number: int, _frame: FrameType | None) -> None:
    _asked.append(number)
    raise _named(number)


def _named(number: int) -> KeyboardInterrupt:
    return Stopped() if number == signal.SIGTERM else KeyboardInterrupt()
