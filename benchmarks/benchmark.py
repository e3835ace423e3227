"""What a benchmark is, and how its timings are taken."""

import json
import platform
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path
from statistics import median
from typing import Literal

ROOT = Path(__file__).parents[1]
EVIDENCE = ROOT / "docs" / "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One thing that was timed: the median and the fastest of its runs, in seconds."""

    name: str
    median: float
    fastest: float
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one benchmark found: its ratio, the timings behind it, and what was checked about the answers."""

    ratio: float
    rows: int
    timings: tuple[Timing, ...]
    checked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """name; the limits that its ratio must keep (at most or at least); how to run it on a number of rows.

    limits: from how many rows on each holds, in rising order.
    """

    name: str
    limits: Mapping[int, float]
    side: Literal["at most", "at least"]
    ratio_of: str
    run: Callable[[int], Outcome]

    def limit(self, rows: int) -> float:
        """The limit at a number of rows."""
        return [limit for least, limit in self.limits.items() if rows >= least][-1]

    def keeps(self, outcome: Outcome) -> bool:
        """Whether the ratio keeps the limit."""
        limit = self.limit(outcome.rows)
        return outcome.ratio <= limit if self.side == "at most" else outcome.ratio >= limit


def timed(work: Mapping[str, Callable[[], object]], runs: int) -> dict[str, Timing]:
    """Time several pieces of work in turns, so that a busy moment of the machine meets all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(runs):
        for name, call in work.items():
            begin = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - begin)
    return {
        name: Timing(name=name, median=median(found), fastest=min(found), runs=runs)
        for name, found in seconds.items()
    }


def write_evidence(benchmark: Benchmark, outcome: Outcome) -> Path:
    """Write docs/evidence/benchmark_NAME_ROWS.json with the date, the commit and the machine."""
    EVIDENCE.mkdir(parents=True, exist_ok=True)
    path = EVIDENCE / f"benchmark_{benchmark.name}_{outcome.rows // 1_000_000}m.json"
    content = {
        "command": f"python -m benchmarks {benchmark.name} --rows {outcome.rows} --evidence",
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "machine": f"{cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **as_json(benchmark, outcome),
    }
    path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    return path


def as_json(benchmark: Benchmark, outcome: Outcome) -> dict[str, object]:
    """The outcome as plain values."""
    return {
        "benchmark": benchmark.name,
        "about": benchmark.ratio_of,
        "limit": f"{benchmark.side} {benchmark.limit(outcome.rows)}",
        "kept": benchmark.keeps(outcome),
        "ratio": round(outcome.ratio, 3),
        "rows": outcome.rows,
        "checked": outcome.checked,
        "timings": [
            {"name": one.name, "median_seconds": round(one.median, 4)}
            | {"fastest_seconds": round(one.fastest, 4), "runs": one.runs}
            for one in outcome.timings
        ],
    }


def _commit() -> str:
    asked = ["git", "rev-parse", "HEAD"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
