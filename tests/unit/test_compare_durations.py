"""`meetlat compare --event`: durations of which some are still open, on the command line."""

from pathlib import Path

import numpy as np
import pytest

from tests.unit.test_estimate_command import run
from workflows.cli import main

ARMS = ("--arm", "arm", "--control", "usual", "--outcome", "days", "--event", "done")


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Letters that take 10 days, or 6 with the tool; after 12 days the rest is still open."""
    rng = np.random.default_rng(11)
    lines = ["arm,days,done"]
    for at in range(120):
        tool = at % 2
        days = rng.exponential(6 if tool else 10)
        lines.append(f"{('usual', 'tool')[tool]},{min(days, 12):.3f},{int(days <= 12)}")
    lines[1] = lines[1].rsplit(",", 1)[0] + ","
    path = tmp_path / "letters.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_the_json_has_the_horizon_and_the_log_rank_test(capsys, letters):
    code, found, _ = run(capsys, "compare", str(letters), *ARMS, "--json")
    assert code == 0
    assert found["type"] == "duration"
    assert found["estimand"] == "difference in restricted means"
    assert found["effect"] < 0
    assert found["details"]["horizon"] == 12
    assert [line["estimand"] for line in found["also"]] == [
        "ratio of restricted means",
        "ratio of finishing rates",
    ]
    assert found["also"][1]["inference"] == "log-rank"
    assert found["excluded"] == {"missing_event": 1}
    assert found["arms"]["usual"] == {
        "n": 59,
        "missing": 1,
        "finished": found["details"]["finished_by_horizon_control"],
    }


def test_an_earlier_horizon_and_the_ratio_can_be_asked_for(capsys, letters):
    code, found, _ = run(capsys, "compare", str(letters), *ARMS, "--horizon", "8", "--relative", "--json")
    assert code == 0
    assert found["horizon"] == found["details"]["horizon"] == 8
    assert found["estimand"] == "ratio of restricted means"
    assert found["no_effect"] == 1


@pytest.mark.parametrize(("language", "words"), [("en", "rows are finished"), ("nl", "rijen zijn afgerond")])
def test_the_text_says_what_is_finished(capsys, letters, language, words):
    assert main(["compare", str(letters), *ARMS, "--lang", language]) == 0
    assert words in capsys.readouterr().out


@pytest.mark.parametrize("horizon", ["0", "-3", "nan"])
def test_a_horizon_is_above_zero(capsys, letters, horizon):
    assert run(capsys, "compare", str(letters), *ARMS, "--horizon", horizon)[0] == 2


def test_a_horizon_beyond_what_is_known_is_set_aside(capsys, letters):
    code, found, _ = run(capsys, "compare", str(letters), *ARMS, "--horizon", "20", "--json")
    assert code == 3
    assert found["reasons"][0]["code"] == "horizon_too_late"


def test_an_event_is_one_or_zero(capsys, letters):
    letters.write_text(letters.read_text("utf-8").replace(",1\n", ",2\n", 1), "utf-8")
    assert run(capsys, "compare", str(letters), *ARMS)[0] == 2
