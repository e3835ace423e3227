"""Ctrl-C and a request to end stay what they are, and nothing else becomes them."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import pytest

from core.stopping import Stopped, raise_if_stopped, stoppable


@pytest.fixture(autouse=True)
def _as_python_starts() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    asked = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGINT, before)
    signal.signal(signal.SIGTERM, asked)


def stopped_as(error: Exception, number: int = signal.SIGINT) -> None:
    """Ctrl-C, or another signal, of which a library makes an error of its own."""
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    raise error


def test_what_a_library_makes_of_ctrl_c_is_ctrl_c() -> None:
    with pytest.raises(KeyboardInterrupt), stoppable():
        stopped_as(RuntimeError("Query interrupted"))


def test_ctrl_c_itself_goes_up() -> None:
    with pytest.raises(KeyboardInterrupt) as stop, stoppable():
        signal.raise_signal(signal.SIGINT)
    assert not isinstance(stop.value, Stopped)


def test_another_error_stays_one() -> None:
    with pytest.raises(RuntimeError, match="disk"), stoppable():
        raise RuntimeError("disk")


def test_who_catches_errors_can_ask_for_ctrl_c() -> None:
    with stoppable():
        raise_if_stopped()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            raise_if_stopped()


def test_it_is_forgotten_afterwards() -> None:
    with pytest.raises(KeyboardInterrupt), stoppable():
        stopped_as(ValueError())
    raise_if_stopped()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(ValueError, match="own"), stoppable():
        raise ValueError("own")


def test_who_listens_to_signals_already_is_left_alone() -> None:
    heard: list[int] = []

    def listen(number: int, _frame: FrameType | None) -> None:
        heard.append(number)

    signal.signal(signal.SIGINT, listen)
    with stoppable():
        signal.raise_signal(signal.SIGINT)
        raise_if_stopped()
    assert heard == [signal.SIGINT]
    assert signal.getsignal(signal.SIGINT) is listen


def test_another_thread_hears_no_signals() -> None:
    def work() -> None:
        with stoppable():
            raise ValueError("own")

    with ThreadPoolExecutor(1) as pool, pytest.raises(ValueError, match="own"):
        pool.submit(work).result()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_request_to_end_goes_up_by_its_own_name() -> None:
    with pytest.raises(Stopped), stoppable():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_what_a_library_makes_of_a_request_to_end_is_that_request() -> None:
    with pytest.raises(Stopped), stoppable():
        stopped_as(RuntimeError("Query interrupted"), signal.SIGTERM)
    raise_if_stopped()


def test_each_signal_that_somebody_listens_to_is_left_alone_by_itself() -> None:
    heard: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    with stoppable():
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert heard == [signal.SIGTERM]
