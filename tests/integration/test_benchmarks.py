"""The benchmarks run, and their answers agree with those of their peers; their speed is not judged here."""

import json

import pytest

from benchmarks.__main__ import found, main
from benchmarks.benchmark import Benchmark, Outcome

INFERENCE = ("did_inference", "wild_bootstrap", "hundred_analyses", "synthetic")


def test_every_benchmark_is_found() -> None:
    assert {"kpis", "did", "medians", "dashboard", "refresh"} <= set(found())


# The peer still uses pandas' `inplace`, which pandas 3.1 warns about.
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
@pytest.mark.parametrize(
    "name",
    ["kpis", "did", "medians", "dashboard", "callaway_santanna", *INFERENCE],
)
def test_answers_agree_with_the_peers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is run once: what it takes is of no interest here."""
    monkeypatch.setattr(f"benchmarks.{name}.RUNS", 1)
    outcome = found()[name].run(20_000)
    assert outcome.ratio > 0
    assert outcome.checked


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["speed"])
    assert caught.value.code == 2
    assert "known:" in capsys.readouterr().err


def test_a_broken_limit_is_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = Outcome(ratio=2.0, rows=1, timings=(), checked="")
    limit = Benchmark(name="slow", limits={0: 1.5}, side="at most", ratio_of="", run=lambda _: slow)
    monkeypatch.setattr("benchmarks.__main__.found", lambda: {"slow": limit})
    assert main(["slow", "--json"]) == 1
    (printed,) = json.loads(capsys.readouterr().out)["benchmarks"]
    assert (printed["kept"], printed["ratio"]) == (False, 2.0)
