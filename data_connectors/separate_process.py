"""A process of its own for a reader written in C: what a damaged file does to it happens to it alone."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context
from typing import TypeVar

Found = TypeVar("Found")


class Died(Exception):
    """The process that read ended without an answer."""


def apart(read: Callable[..., Found], *given: object) -> Found:
    """What `read`, a function of a module, gives there; raises what it raises, or Died."""
    try:
        return _process().submit(read, *given).result()
    except BrokenProcessPool as error:
        _process.cache_clear()
        raise Died from error


@cache
def _process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))
