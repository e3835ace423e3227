"""The demo from nothing to a page that a person reads, against what we promise."""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from benchmarks.benchmark import ROOT, Benchmark, Outcome, Timing
from tests.screens.browser import open_browser
from tests.screens.visit import visit

HEALTHY, FIRST_PAGE, PEAK = 60.0, 5.0, 1.5 * 1024**3
"""Promised: seconds until the app answers, seconds to the first page on a warm server, bytes of memory."""

HEADLINE = "Verslagtijd per consult"
VISITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A demo that is up: its address and how long that took."""

    address: str
    seconds: float


class Memory(Thread):
    """The largest sum of memory in use by a process and its children, in bytes (Linux)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.enough = pid, 0, Event()

    def run(self) -> None:
        """Look five times a second until told that it is enough."""
        while not self.enough.wait(0.2):
            self.peak = max(self.peak, sum(_resident(pid) for pid in _family(self.pid)))


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _started(process: subprocess.Popen[str], begin: float) -> Demo:
    for line in process.stdout or ():
        found = re.search(r"http://\S+", line)
        if found:
            return Demo(address=found[0], seconds=time.perf_counter() - begin)
    raise RuntimeError("the demo ended before it said where it listens")


def _first_page(address: str) -> list[float]:
    seconds = []
    with open_browser() as browser:
        for _ in range(VISITS):
            begin = time.perf_counter()
            with visit(browser, address) as seen:
                seen.says(HEADLINE)
                seconds.append(time.perf_counter() - begin)
    return seconds


def run(rows: int) -> Outcome:
    """Build, serve and visit a demo in a new workspace; the ratio is the largest share of a promise used."""
    with TemporaryDirectory() as place:
        words = ["demo", "--rows", str(rows), "--no-browser", "--workspace", place]
        begin = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "workflows.cli", *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        memory = Memory(process.pid)
        memory.start()
        try:
            demo = _started(process, begin)
            pages = _first_page(demo.address)
        finally:
            memory.enough.set()
            process.terminate()
            process.wait(timeout=30)
    slowest = max(pages)
    shares = (demo.seconds / HEALTHY, slowest / FIRST_PAGE, memory.peak / PEAK)
    return Outcome(
        ratio=max(shares),
        rows=rows,
        timings=(
            Timing(name="built and healthy", median=demo.seconds, fastest=demo.seconds, runs=1),
            Timing(name="first page in Chromium", median=sorted(pages)[1], fastest=min(pages), runs=VISITS),
        ),
        checked=f"peak memory {memory.peak / 1024**3:.2f} GB; slowest first page {slowest:.1f} s",
    )


BENCHMARK = Benchmark(
    name="demo",
    limits={0: 1.0},
    side="at most",
    ratio_of="largest share used of: healthy in 60 s, first page in 5 s, 1.5 GB of memory",
    run=run,
)
