"""Small mistakes put into rights, sign-in, disclosure, audit and fast intake: do the tests see each?

    python -m tests.faults.mutation
    python -m tests.faults.mutation --module governance.access --show

A mutant is killed when a test named for its module fails, or does not end in time; of those tests only the
ones are asked that run the function it lies in. The files stay as they are: every mutant is imported in the
place of its module, in a process forked from one that holds all libraries. What changes nothing that anybody
could see stands in equivalent_mutants.toml with the reason. The figures of a module are put in the place of
its earlier ones.
"""

import argparse
import gc
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, settings

import core  # noqa: F401 - sets the number of numpy's threads before any library imports numpy
from tests.faults.functions_run import FunctionsRun
from tests.faults.mutants import Mutant, mutants
from tests.faults.mutation_tests import TESTS
from tests.servers import postgresql
from tests.simulation.evidence import FOLDER, ROOT, stamp

EQUIVALENT = Path(__file__).with_name("equivalent_mutants.toml")
LAYERS = (
    *("core", "governance", "kpis", "data_connectors", "experiments"),
    *("storage", "reports", "workflows", "web"),
)
"""A module is imported by its own layer and by later ones alone."""
OTHERS = ("pages", "app", "run", "tests", "conftest", "_pytest", "__main__")
PASSED, BROKEN, MANY_TIMES, AT_LEAST_SECONDS = 0, 99, 4, 10
HELD = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"
Place = tuple[str, str]
"""Where a mutant lies, and its change."""


class Outcome(NamedTuple):
    """killed, timed out, or survived."""

    mutant: Mutant
    what: str


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self.text = text

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.text, self.path, "exec", dont_inherit=True)


class _Finder:
    """Gives one module with another text than its file has."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name != self.name:
            return None
        path = str(path_of(name))
        return spec_from_file_location(name, path, loader=_Loader(name, path, self.text))


class _Quick:
    """No time is spent on the smallest example that fails, and all runs share one server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def pytest_configure(self) -> None:
        settings.register_profile("quick", settings(), phases=(Phase.explicit, Phase.generate))
        settings.load_profile("quick")
        if self.url:
            postgresql.start = lambda place: iter([self.url])


def path_of(module: str) -> Path:
    return ROOT / f"{module.replace('.', '/')}.py"


def forked(act: Callable[[], int], seconds: float) -> int | None:
    """What an act in a process of its own returns; None where it did not end in time."""
    child = os.fork()
    if child == 0:
        os.setsid()
        try:
            os._exit(act())
        except BaseException:
            traceback.print_exc()
            os._exit(BROKEN)
    try:
        return _awaited(child, seconds)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)


def _awaited(child: int, seconds: float) -> int | None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def tested(module: str, text: str, files: Sequence[str], url: str, notes: Path, *, first: bool) -> int:
    """Run tests with a module that has this text; the first time it is noted what they import and run."""
    with (notes / "said").open("w") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    assert module not in sys.modules
    sys.meta_path.insert(0, _Finder(module, text))
    words = ["-x", "-q", "-p", "no:cacheprovider", "-W", HELD, f"--basetemp={notes / 'base'}", *files]
    noting = [FunctionsRun(path_of(module), notes / "run")] if first else []
    code = int(pytest.main(words, plugins=[_Quick(url), *noting]))
    sys.stdout.flush()
    if first:
        (notes / "imported").write_text("\n".join(sys.modules), "utf-8")
    return code


def judged(module: str, mutants_: Sequence[Mutant], files: Sequence[str], url: str) -> Iterator[Outcome]:
    """The outcome of every mutant under the tests that run its function; without any mutant those pass."""
    with TemporaryDirectory() as folder:
        notes = Path(folder)

        def run(text: str, tests: Sequence[str], seconds: float, *, first: bool = False) -> int | None:
            return forked(partial(tested, module, text, tests, url, notes, first=first), seconds)

        @cache
        def limit(tests: Sequence[str], *, first: bool = False) -> float:
            started = time.monotonic()
            found = run(path_of(module).read_text("utf-8"), tests, 600, first=first)
            assert found == PASSED, (notes / "said").read_text()[-3000:]
            return max(AT_LEAST_SECONDS, MANY_TIMES * (time.monotonic() - started))

        limit(tuple(files), first=True)
        import_what_is_shared(module, (notes / "imported").read_text().split())
        run_by = json.loads((notes / "run").read_text("utf-8"))
        for one in mutants_:
            tests = tuple(run_by.get(one.where, files))
            code = run(one.text, tests, limit(tests))
            assert code != BROKEN, (notes / "said").read_text()[-3000:]
            yield Outcome(one, "survived" if code == PASSED else "timed out" if code is None else "killed")
        limit.cache_clear()
        limit(tuple(files))


def import_what_is_shared(module: str, names: Sequence[str]) -> None:
    """What the tests import and the module cannot change, once for all mutants."""
    for name in names:
        if name.split(".")[0] not in (*LAYERS[layer(module) :], *OTHERS):
            with suppress(Exception):
                importlib.import_module(name)
    gc.freeze()  # what every process shares is not looked through again and again


def layer(module: str) -> int:
    """Modules are judged from the first layer on: what later ones share holds the earlier ones."""
    return LAYERS.index(module.split(".")[0])


def survivors_first_to_last(module: str, url: str, same: Collection[Place]) -> Iterator[Outcome]:
    """Every mutant under the quick tests; those that survive under the next ones, and so on.

    same: those that are called equivalent, which meet the quick tests alone.
    """
    left = list(mutants(path_of(module).read_text("utf-8")))
    rounds = TESTS[module]
    for number, files in enumerate(rounds, 1):
        again = []
        for outcome in judged(module, left, files, url) if left else ():
            place = (outcome.mutant.where, outcome.mutant.change)
            if outcome.what == "survived" and number < len(rounds) and place not in same:
                again.append(outcome.mutant)
            else:
                yield outcome
        left = again


def equivalents() -> dict[str, dict[Place, str]]:
    """By module why a mutant is the same program."""
    found: dict[str, dict[Place, str]] = {}
    for one in tomllib.loads(EQUIVALENT.read_text("utf-8"))["equivalent"]:
        found.setdefault(one["module"], {})[one["where"], one["change"]] = one["reason"]
    return found


def scored(module: str, outcomes: Sequence[Outcome], same: dict[Place, str]) -> dict[str, Any]:
    """The figures of a module; `score` is the share of mutants that are not equivalent that was killed."""
    survived = [one.mutant for one in outcomes if one.what == "survived"]
    holes = [one for one in survived if (one.where, one.change) not in same]
    killed = len(outcomes) - len(survived)
    return {
        "module": module,
        "mutants": len(outcomes),
        "killed": killed,
        "of_which_timed_out": sum(one.what == "timed out" for one in outcomes),
        "equivalent": len(survived) - len(holes),
        "survived": len(holes),
        "score": _share(killed, len(holes)),
        "survivors": [f"{one.where}: {one.change}" for one in holes],
    }


def stale(outcomes: Sequence[Outcome], same: dict[Place, str]) -> list[Place]:
    """Mutants called equivalent that were killed or are no longer made."""
    survived = {(one.mutant.where, one.mutant.change) for one in outcomes if one.what == "survived"}
    return sorted(same.keys() - survived)


@contextmanager
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server for all runs; empty where there is none."""
    if postgresql.binaries() is None:
        yield ""
        return
    place = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    try:
        yield from postgresql.start(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--module", action="append", choices=TESTS, help="this one alone")
    asked.add_argument("--show", action="store_true", help="print every mutant as it is judged")
    options = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server goes as well
    same = equivalents()
    with server() as url:
        for module in sorted(options.module or TESTS, key=layer):
            outcomes, known = [], same.get(module, {})
            for one in survivors_first_to_last(module, url, known):
                outcomes.append(one)
                if options.show:
                    print(one.what, one.mutant.line, f"{one.mutant.where}: {one.mutant.change}", flush=True)
            found = scored(module, outcomes, known)
            print(json.dumps(found | {"not equivalent": stale(outcomes, known)}, indent=1), flush=True)
            keep(found)
    gc.unfreeze()


def keep(found: dict[str, Any]) -> None:
    """Put the figures of a module among those of the others."""
    path = FOLDER / "mutation_score.json"
    earlier = json.loads(path.read_text("utf-8"))["cells"] if path.exists() else []
    text = stamp(
        "python -m tests.faults.mutation",
        "mutants of rights, sign-in, disclosure, audit and fast intake code that tests kill, "
        "of those that can be told",
    )
    cells = {one["module"]: one for one in earlier} | {
        found["module"]: found | {"date": text["date"], "commit": text["commit"]}
    }
    known = [cells[module] for module in TESTS if module in cells]
    total = {
        name: sum(one[name] for one in known) for name in ("mutants", "killed", "equivalent", "survived")
    }
    text |= total | {"score": _share(total["killed"], total["survived"])}
    left = ", ".join(module for module in TESTS if module not in cells)
    text |= {"not_reached": left or "none", "cells": known}
    path.write_text(json.dumps(text, indent=1) + "\n", "utf-8")


def _share(killed: int, survived: int) -> float:
    return round(killed / (killed + survived), 4) if killed + survived else 1.0


if __name__ == "__main__":
    main()
