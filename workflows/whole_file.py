"""A file that somebody asked for: it appears whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import InputError, system_reason
from core.language.text import N_


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Where to write meanwhile; it takes the name `path` at the end.

    Raises InputError where it cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        raise InputError(
            "This file cannot be written: {error}.",
            where=str(path),
            remedy="Name a file in a folder that exists and that you may write to.",
            error=system_reason(error),
        ) from None
    finally:
        with suppress(OSError):
            unfinished.unlink()


def require_new(path: Path) -> None:
    """Raises InputError where a file has that name, which somebody may have worked on since."""
    if path.exists():
        raise InputError(
            N_("There is a file '{file}' already."), remedy=N_("Choose another name with -o."), file=str(path)
        )


def write_whole(path: Path, content: bytes) -> None:
    """Write a file at once; raises as `whole_file` does."""
    with whole_file(path) as unfinished:
        unfinished.write_bytes(content)
