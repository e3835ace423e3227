"""A reader in a process of its own a few hundred times a second, for the fuzzer: a fork in place of a start.

The product starts an interpreter for every reading, which takes a fifth of a second. Here one small process
has loaded the script of the reader, and a child of it does each reading: the same `main`, and Died where it
crashes or hangs, as in data_connectors.separate_process.
"""

import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pyarrow as pa

SECONDS = 10
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
"""A fork leaves all threads but one behind, with whatever locks they hold."""


class ForkServer:
    """Started afresh and not forked from the fuzzer, whose memory is large and would be copied every time.

    Linux only. `sound` are the words of a reading that goes well: the server does it itself before it forks,
    so that no child has to load what the reader loads on its way. And a server that cannot read says so at
    once, where it would otherwise refuse a million files.
    """

    def __init__(self, script: Path, *sound: str, seconds: int = SECONDS) -> None:
        self._script = script
        near, far = socket.socketpair()
        self._socket, self._answers = near, near.makefile("rb")
        # in memory and not a pipe: a child never waits for its reader
        self._output = os.memfd_create("output")
        command = [sys.executable, "-I", __file__, str(seconds), str(script), *sound]
        with far:
            self._process = subprocess.Popen(
                command, stdin=far.fileno(), stdout=self._output, env=os.environ | ONE_THREAD
            )
        try:
            self._ended_well()
            self._table()
        except BaseException:
            self.close()
            raise

    def table_from(self, script: Path, *words: str) -> pa.Table:
        """In the place of separate_process.table_from."""
        # imported here, as the server runs this file too, and has nothing of ours at hand
        from data_connectors.separate_process import Died

        assert script == self._script
        os.ftruncate(self._output, 0)
        os.lseek(self._output, 0, os.SEEK_SET)
        self._socket.sendall(json.dumps(words).encode() + b"\n")
        if not self._ended_well():
            raise Died
        try:
            return self._table()
        except pa.ArrowInvalid as error:
            raise Died from error

    def close(self) -> None:
        """End the server."""
        self._answers.close()
        self._socket.close()
        self._process.wait()
        os.close(self._output)

    def _ended_well(self) -> bool:
        answer = self._answers.readline()
        if not answer:
            raise RuntimeError("The fork server itself ended.")
        return int(answer) == 0

    def _table(self) -> pa.Table:
        content = os.pread(self._output, os.fstat(self._output).st_size, 0)
        with pa.ipc.open_stream(content) as stream:
            return stream.read_all()


class _WithoutPandas:
    """pyarrow loads pandas where it is there, uses it for nothing here, and a fork would copy all of it."""

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name == "pandas":
            raise ModuleNotFoundError(name)
        return None


def serve(seconds: str, script: str, *sound: str) -> None:
    """Standard input brings the words of one reading a line, and takes back how the child ended."""
    sys.meta_path.insert(0, _WithoutPandas())
    main = runpy.run_path(script)["main"]
    main(*sound)
    sys.stdout.flush()
    # what is there now is left alone by the collector of the children, or they would copy it
    gc.collect()
    gc.freeze()
    silence = os.open(os.devnull, os.O_WRONLY)
    _say(0)
    for line in sys.stdin.buffer:
        child = os.fork()
        if not child:
            ended = 1
            try:
                signal.alarm(int(seconds))
                os.dup2(silence, sys.stderr.fileno())
                main(*json.loads(line))
                sys.stdout.flush()
                ended = 0
            finally:
                os._exit(ended)
        _say(os.waitpid(child, 0)[1])


def _say(ended: int) -> None:
    os.write(sys.stdin.fileno(), b"%d\n" % ended)


if __name__ == "__main__":
    serve(*sys.argv[1:])
