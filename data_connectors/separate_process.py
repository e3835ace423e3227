"""A process of its own for a reader written in C: what a damaged file does to it happens to it alone."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa

SECONDS = 600


class Died(Exception):
    """The process ended without an answer, or took too long."""


def table_from(script: Path, *words: str) -> pa.Table:
    """The Arrow table that a script of ours writes to its standard output; raises Died where none comes."""
    # a command of its own: the main module of this process may be one that nobody should run twice
    command = [sys.executable, "-I", str(script), *words]
    try:
        ended = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - our own script
        with pa.ipc.open_stream(ended.stdout) as stream:
            return stream.read_all()
    except (subprocess.SubprocessError, pa.ArrowInvalid) as error:
        raise Died from error
