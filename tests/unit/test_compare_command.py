"""`meetlat compare` as people and schedulers meet it."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tests.unit.test_estimate_command import run


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    rng = np.random.default_rng(7)
    lines = ["id,arm,minutes,before,letters,closed,score,clinician"]
    for at in range(160):
        tool = at % 2
        before = rng.normal(12, 3)
        minutes = 3 + 0.8 * before - 1.5 * tool + rng.normal(0, 2)
        cells = (at, ("usual", "tool")[tool], f"{minutes:.4f}", f"{before:.4f}", rng.integers(1, 6))
        closed = int(rng.random() < 0.3 + 0.2 * tool)
        lines.append(",".join(map(str, (*cells, closed, rng.integers(1, 6), f"c{at % 20}"))))
    lines[5] = lines[5].replace(lines[5].split(",")[2], "", 1)
    path = tmp_path / "visits.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


def columns(path: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    header, *lines = [line.split(",") for line in path.read_text("utf-8").splitlines()]
    at = header.index(name)
    return tuple(
        np.array([float(line[at]) for line in lines if line[1] == arm and line[at]])
        for arm in ("tool", "usual")
    )


ARMS = ("--arm", "arm", "--control", "usual")


def test_the_json_is_the_contract(capsys, visits):
    code, found, _ = run(
        capsys,
        "compare",
        str(visits),
        *ARMS,
        "--outcome",
        "minutes",
        "--margin",
        "1",
        "--better",
        "lower",
        "--json",
    )
    assert code == 0
    tool, usual = columns(visits, "minutes")
    welch = stats.ttest_ind(tool, usual, equal_var=False)
    bounds = welch.confidence_interval(0.95)
    assert (found["status"], found["estimand"], found["type"]) == ("estimated", "difference", "mean")
    assert found["effect"] == pytest.approx(tool.mean() - usual.mean(), rel=1e-12)
    assert found["p_value"] == pytest.approx(welch.pvalue, rel=1e-9)
    assert found["interval"] == pytest.approx([bounds.low, bounds.high], rel=1e-9)
    assert found["standard_error"] > 0
    assert found["arms"]["tool"]["n"] == 80
    assert found["arms"]["usual"]["mean"] == pytest.approx(usual.mean(), rel=1e-12)
    assert found["arms"]["usual"]["sum"] == pytest.approx(usual.sum(), rel=1e-12)
    assert found["excluded"] == {"missing_value": 1}
    assert found["sample_ratio"] == {
        "chi2": 0.0,
        "p_value": 1.0,
        "passed": True,
        "counted": "rows",
        "expected": {"usual": 80.0, "tool": 80.0},
    }
    assert found["non_inferiority"] == {"margin": 1.0, "limit": 1.0, "verdict": "superior"}
    assert found["why"]
    assert found["inputs_sha256"] == sha256(visits.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("asked", "estimand", "inference"),
    [
        (("minutes", "--relative"), "relative difference", "fieller"),
        (("minutes", "--covariate", "before"), "difference", "cuped"),
        (("minutes", "--cluster", "clinician"), "difference", "cr2"),
        (("minutes", "--type", "median"), "difference in medians", "bonett-price"),
        (("minutes", "--denominator", "letters"), "difference", "delta"),
        (("closed",), "risk difference", "miettinen-nurminen"),
        (("closed", "--relative"), "risk ratio", "miettinen-nurminen"),
        (("closed", "--denominator", "letters", "--type", "rate"), "rate ratio", "exact-conditional"),
        (("score",), "probability of superiority", "brunner-munzel"),
        (("score", "--relative"), "win odds", "brunner-munzel"),
        (("score", "--type", "mean", "--level", "0.9"), "difference", "welch"),
    ],
)
def test_every_kind_has_its_estimand_and_words_in_both_languages(capsys, visits, asked, estimand, inference):
    given = ("compare", str(visits), *ARMS, "--outcome", *asked)
    code, found, _ = run(capsys, *given, "--json")
    assert code == 0
    assert (found["estimand"], found["inference"]) == (estimand, inference)
    assert found["interval"][0] < found["effect"] < found["interval"][1]
    inside = found["interval"][0] <= found["no_effect"] <= found["interval"][1]
    assert inside == (found["p_value"] >= 1 - found["level"])
    said = {language: run(capsys, *given, "--lang", language)[1]["text"] for language in ("en", "nl")}
    assert ("Not shown that" in said["en"]) == inside
    assert ("Niet aangetoond" in said["nl"]) == inside
    assert "rijen" in said["nl"]


def test_several_arms_have_one_object_each(capsys, tmp_path):
    path = tmp_path / "three.csv"
    rng = np.random.default_rng(1)
    rows = [f"{arm},{rng.normal(at, 1):.3f}" for at, arm in enumerate(("a", "b", "c")) for _ in range(30)]
    path.write_text("\n".join(["arm,y", *rows, "d,1.0"]), "utf-8")
    code, found, _ = run(
        capsys, "compare", str(path), "--arm", "arm", "--control", "a", "--outcome", "y", "--json"
    )
    assert code == 3
    assert [one["status"] for one in found["comparisons"]] == ["estimated", "estimated", "not_estimable"]
    assert found["comparisons"][0]["p_holm"] >= found["comparisons"][0]["p_value"]
    assert found["comparisons"][2]["reasons"][0]["code"] == "too_few_rows"
    assert "effect" not in found


def test_what_cannot_be_estimated_exits_3_without_a_number(capsys, tmp_path):
    path = tmp_path / "none.csv"
    path.write_text("arm,y\n" + "a,0\nb,0\n" * 40, "utf-8")
    asked = ("compare", str(path), "--arm", "arm", "--control", "a", "--outcome", "y")
    code, found, _ = run(capsys, *asked, "--type", "proportion", "--json")
    assert code == 3
    assert found["status"] == "not_estimable"
    assert not {"effect", "interval", "p_value"} & set(found)
    assert found["details"]["upper_bounds"]["b"] == pytest.approx(1 - 0.05 ** (1 / 40))
    code, shown, _ = run(capsys, *asked)
    assert code == 3
    assert "cannot be estimated" in shown["text"]
    assert "rule of three: 7.49%" in shown["text"]


def test_one_arm_is_no_comparison(capsys, tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("arm,y\na,1\na,2\nb,\n", "utf-8")
    code, found, _ = run(
        capsys, "compare", str(path), "--arm", "arm", "--control", "a", "--outcome", "y", "--json"
    )
    assert code == 3
    assert found["reasons"][0]["code"] == "one_arm"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--outcome", "minuts"), "It has: minutes"),
        (("--control", "usuall"), "It holds: usual"),
        (("--denominator", "closed"), "above zero"),
        (("--outcome", "clinician"), "must hold numbers"),
        (("--type", "magic"), "magic"),
        (("--margin", "1"), "--better"),
        (("--margin", "-1", "--better", "lower"), "above zero"),
        (("--margin", "nan", "--better", "lower"), "above zero"),
        (("--level", "nan"), "--level"),
        (("--level", "95"), "--level"),
        (("--allocation", "usual=1"), "--allocation"),
        (("--allocation", "usal:1,tool:1"), "usal"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_2(capsys, visits, change, said):
    code, found, err = run(capsys, "compare", str(visits), *ARMS, "--outcome", "minutes", *change, "--json")
    assert code == 2
    assert found == {"text": ""}
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_parts_of_the_draw_are_compared_with_what_was_drawn(capsys, visits):
    asked = ("compare", str(visits), *ARMS, "--outcome", "minutes", "--json")
    _, found, _ = run(capsys, *asked, "--allocation", "usual:1,tool:3")
    assert found["sample_ratio"]["passed"] is False
    assert any("drawn to be" in text for text in found["warnings"])


def test_the_same_file_and_seed_give_the_same_bytes(capsys, visits):
    asked = ("compare", str(visits), *ARMS, "--outcome", "minutes", "--type", "median", "--json")
    first = run(capsys, *asked, "--seed", "3")
    assert run(capsys, *asked, "--seed", "3") == first
    other = run(capsys, *asked, "--seed", "4")[1]
    assert other["effect"] == first[1]["effect"]
    assert json.dumps(other["also"]) != json.dumps(first[1]["also"])


def test_strata_are_evened_out_and_a_row_without_one_is_counted(capsys, visits):
    lines = visits.read_text("utf-8").splitlines()
    kinds = ["kind", *("" if at == 9 else f"k{at % 3}" for at in range(len(lines) - 1))]
    visits.write_text("\n".join(f"{line},{kind}" for line, kind in zip(lines, kinds, strict=True)), "utf-8")
    code, found, _ = run(
        capsys, "compare", str(visits), *ARMS, "--outcome", "minutes", "--strata", "kind", "--json"
    )
    assert code == 0
    assert (found["inference"], found["details"]["strata"]) == ("post-stratified", 3)
    assert found["excluded"] == {"missing_strata": 1, "missing_value": 1}
    code, text, _ = run(capsys, "compare", str(visits), *ARMS, "--outcome", "minutes", "--strata", "kind")
    assert (code, "without adjustment (Welch)" in text["text"]) == (0, True)
