"""`python -m benchmarks [NAME ...]`: run them, print a table and JSON, exit 1 where a limit is broken."""

import argparse
import json
import sys
from importlib import import_module
from pkgutil import iter_modules

import benchmarks
from benchmarks.benchmark import Benchmark, Outcome, as_json, write_evidence


def found() -> dict[str, Benchmark]:
    """Every module here that holds a BENCHMARK, by its name."""
    modules = (import_module(f"benchmarks.{info.name}") for info in iter_modules(benchmarks.__path__))
    held = (getattr(module, "BENCHMARK", None) for module in modules if module.__name__ != __name__)
    return {one.name: one for one in held if isinstance(one, Benchmark)}


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks that are named, or all."""
    every = found()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(every))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    parser.add_argument(
        "--evidence", action="store_true", help="also write docs/evidence/benchmark_NAME_ROWS.json"
    )
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(every):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; known: {', '.join(every)}")
    outcomes = {name: every[name].run(given.rows) for name in given.names or every}
    if given.json:
        print(json.dumps({"benchmarks": [as_json(every[name], one) for name, one in outcomes.items()]}))
    else:
        for name, outcome in outcomes.items():
            _print(every[name], outcome)
    for name, outcome in outcomes.items():
        if given.evidence:
            print(write_evidence(every[name], outcome), file=sys.stderr)
    return 0 if all(every[name].keeps(outcome) for name, outcome in outcomes.items()) else 1


def _print(benchmark: Benchmark, outcome: Outcome) -> None:
    kept = "kept" if benchmark.keeps(outcome) else "BROKEN"
    print(f"{benchmark.name}: {outcome.ratio:.2f} ({benchmark.side} {benchmark.limit(outcome.rows)}: {kept})")
    print(f"  {benchmark.ratio_of}; {outcome.rows:,} rows; {outcome.checked}")
    for timing in outcome.timings:
        print(f"  {timing.name:<48} {timing.median * 1000:9.0f} ms   fastest {timing.fastest * 1000:9.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
