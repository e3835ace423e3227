"""`meetlat chart` as people and schedulers meet it: the contract, the words, and every bad file."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from workflows.cli import main

BEFORE = (6.2, 6.0, 6.4, 6.1, 6.3, 5.9, 6.2, 6.5, 6.1, 6.0, 6.3, 6.2, 6.3)
AFTER = (5.9, 6.0, 5.9, 6.0, 5.9, 6.0, 5.9)
MINUTES = (*BEFORE, *AFTER)


def weekly(values: tuple[object, ...]) -> str:
    lines = [f"2026-W{week:02d},{value}" for week, value in enumerate(values, start=1)]
    return "\n".join(["week,minutes", *lines])


@pytest.fixture
def run(capsys, tmp_path):
    def call(text: str, *arguments: str, name: str = "series.csv") -> tuple[int, str, str]:
        path: Path = tmp_path / name
        path.write_text(text, "utf-8")
        code = main(["chart", str(path), *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_the_json_is_the_contract(run, tmp_path):
    options = ("--value", "minutes", "--order", "week", "--baseline", "13", "--target", "5.8")
    code, out, _ = run(weekly(MINUTES), *options, "--better", "lower", "--type", "xmr", "--json")
    found = json.loads(out)
    assert code == 0
    assert list(found)[:5] == ["type", "centre", "points", "variation", "assurance"]
    point = list(found["points"][0])
    assert point[:8] == ["order", "value", "denominator", "lower", "upper", "centre", "part", "special_cause"]
    assert (found["type"], found["variation"]) == ("xmr", "improvement_low")
    assert found["centre"] == pytest.approx(sum(BEFORE) / 13, rel=1e-12)
    assert [point["special_cause"] for point in found["points"]] == [None] * 13 + ["shift"] * 7
    assert found["assurance"] == "inconsistent"
    assert found["points"][0]["order"] == "2026-W01"
    assert found["false_signals_per_year"]["periods_per_year"] == 52
    assert found["choice"]["code"] == "asked"
    assert found["inputs_sha256"] == sha256((tmp_path / "series.csv").read_bytes()).hexdigest()


def test_the_text_says_what_to_see_in_the_language_of_the_reader(run):
    options = ("--value", "minutes", "--order", "week", "--baseline", "13", "--better", "lower")
    _, dutch, _ = run(weekly(MINUTES), *options, "--target", "7.5", "--lang", "nl")
    assert dutch.splitlines()[0] == "Verbetering: al 7 weken laag. Haalt de norm."
    assert "verschuiving" in dutch
    _, english, _ = run(weekly(MINUTES), *options, "--target", "5", "--lang", "en")
    assert english.splitlines()[0] == "Improvement: low for 7 weeks in a row. Does not meet the target."
    falling = (*MINUTES, 5.8, 5.7, 5.6, 5.55, 5.5, 5.45)
    _, trend, _ = run(weekly(falling), "--value", "minutes", "--type", "run")
    assert trend.splitlines()[0] == "Unusual: falling for 8 points in a row."
    _, calm, _ = run(weekly(BEFORE), "--value", "minutes", "--lang", "nl")
    assert calm.startswith("Gewone schommeling")


def test_shares_are_charted_with_their_denominators(run):
    text = "late,letters\n3,30\n4,40\n5,50\n2,0\n4,44\n"
    code, out, _ = run(text, "--value", "late", "--denominator", "letters", "--json")
    found = json.loads(out)
    assert (code, found["type"], found["choice"]["code"]) == (0, "p", "small_denominators")
    assert found["points"][3]["value"] is None
    assert found["points"][0]["order"] == 1
    assert "zero_denominators" in [warned["code"] for warned in found["warnings"]]


def test_rows_are_put_in_order_and_missing_weeks_are_gaps(run):
    text = "week;minutes\n2026-W05;4\n2026-W01;1\n2026-W02;2\n2026-W04;3"
    _, out, _ = run(text, "--value", "minutes", "--order", "week", "--json")
    points = json.loads(out)["points"]
    assert [point["value"] for point in points] == [1, 2, None, 3, 4]
    events = "day,cases\n2026-03-01,4\n2026-02-01,9\n2026-05-20,3\n"
    _, out, _ = run(events, "--value", "cases", "--order", "day", "--type", "g", "--json")
    assert [point["value"] for point in json.loads(out)["points"]] == [9, 4, 3]


def test_parts_and_points_left_out_are_named_by_period_or_number(run):
    options = ("--value", "minutes", "--order", "week", "--json")
    _, by_week, _ = run(weekly(MINUTES), *options, "--rebase", "2026-W14", "--exclude", "2026-W03")
    _, by_number, _ = run(weekly(MINUTES), *options, "--rebase", "14", "--exclude", "3")
    assert by_week == by_number
    points = json.loads(by_week)["points"]
    assert [point["part"] for point in points] == [1] * 13 + [2] * 7
    assert [point["in_limits"] for point in points].index(False) == 2


@pytest.mark.parametrize("text", ["minutes\nna\nna\n", "minutes\n3\nna\n", "minutes\n3\nna\n4\n"])
def test_what_cannot_be_computed_exits_3_without_a_number(run, text):
    code, out, _ = run(text, "--value", "minutes", "--json")
    found = json.loads(out)
    assert (code, found["status"]) == (3, "not_computable")
    assert not {"centre", "points", "variation"} & set(found)
    assert found["reasons"][0]["message"]
    code, out, _ = run(text, "--value", "minutes", "--lang", "nl")
    assert code == 3
    assert out.count("\n") == 1


COUNTS = ("--value", "x", "--denominator", "n")


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        ("", ("--value", "x"), "The file is empty"),
        ("x\n", ("--value", "x"), "no rows"),
        ("x\n1\n2\n", ("--value", "y"), "no column 'y'"),
        ("x\n1\n2\n", (), "Add --value"),
        ("x\n1\ntwo\n", ("--value", "x"), "line 3: Column 'x' must hold numbers, found 'two'"),
        ("x;n\n1,5;2\n2;3\n", ("--value", "x"), "line 2: Column 'x' must hold numbers, found '1,5'"),
        ("x\n1\ninf\n", ("--value", "x"), "must hold numbers, found 'inf'"),
        ("x,n\n1,2\n1,-2\n", COUNTS, "line 3: Column 'n' holds a denominator below zero"),
        ("x,n\n1,2\n3,2\n", (*COUNTS, "--type", "p"), "may not exceed its denominator"),
        ("x,n\n1,2\n1.5,2\n", (*COUNTS, "--type", "p"), "whole counts"),
        ("x\n1\n1.5\n", ("--value", "x", "--type", "c"), "whole counts"),
        ("x\n1\n1.5\n", ("--value", "x", "--type", "g"), "whole counts"),
        ("x\n1\n-1\n", ("--value", "x", "--type", "t"), "no values below zero"),
        ("x\n1\n2\n", ("--value", "x", "--type", "u"), "needs a denominator"),
        ("x\n1\n2\n", ("--value", "x", "--baseline", "5"), "go beyond the 2 points"),
        ("x\n1\n2\n", ("--value", "x", "--baseline", "1"), "--baseline"),
        ("x\n1\n2\n", ("--value", "x", "--rebase", "9"), "no point '9'"),
        ("x\n1\n2\n", ("--value", "x", "--target", "nan"), "must be a finite number"),
        ("w,x\n1,1\n1,2\n", ("--value", "x", "--order", "w"), "line 3: Column 'w' holds 1 twice"),
        ("w,x\n1,1\n,2\n", ("--value", "x", "--order", "w"), "Column 'w' is empty"),
        ("w,x\nspring,1\nfall,2\n", ("--value", "x", "--order", "w"), "'spring' is not a period"),
        ("x\n1\n2\n", ("--kpi", "letter_24h"), "has no meaning here"),
    ],
)
def test_each_mistake_is_one_line(run, text, arguments, words):
    code, out, err = run(text, *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_nothing_to_chart_and_no_such_file_are_said(capsys, tmp_path):
    assert main(["chart"]) == 2
    assert "nothing to chart" in capsys.readouterr().err
    assert main(["chart", str(tmp_path / "none.csv"), "--value", "x"]) == 2
    assert "no such file" in capsys.readouterr().err
