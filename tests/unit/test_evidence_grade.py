"""The evidence grade: what each design can reach, and what each rule takes from it."""

from dataclasses import replace
from typing import get_args

import pytest

from core.language.text import Text
from experiments.estimate import CheckResult, Estimate
from experiments.evidence_grade import GRADES, LOWERS, RANKS, evidence_grade
from experiments.options import DesignName
from reports.estimate_json import estimate_json
from reports.words_grade import GRADE_WORDS, grade_reasons, grade_text
from tests.evaluations import COVERAGE, estimate, not_estimable

COMPARED = estimate(-0.1, 0.03)
ALL_PILOTS = replace(COVERAGE, n_units=3, n_treated_units=3)


def found(design: str = "difference-in-differences", **checks: bool | None) -> Estimate:
    made = tuple(CheckResult(name=name, passed=passed, message=Text("")) for name, passed in checks.items())
    return replace(COMPARED, design=design, checks=made)


def grade(of: Estimate) -> str:
    return evidence_grade(of).grade


def codes(of: Estimate) -> list[str]:
    return [reason.code for reason in evidence_grade(of).reasons]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (found("cluster-randomised"), "A"),
        (replace(found("stepped-wedge"), coverage=replace(COVERAGE, n_treated_units=11)), "A"),
        (found("difference-in-differences", selection=True), "A"),
        (found("difference-in-differences", selection=None), "B"),
        (found("staggered"), "B"),
        (found("synthetic-control"), "B"),
        (found("comparative-its"), "B"),
        (found("rare-events"), "B"),
        (found("interrupted-time-series"), "C"),
        (replace(found("interrupted-time-series"), coverage=ALL_PILOTS), "C"),
        (found("before-after"), "D"),
        (found("before-after", selection=True), "D"),
        (replace(found("rare-events"), coverage=ALL_PILOTS), "D"),
        (replace(found("callaway-santanna"), coverage=ALL_PILOTS), "B"),
    ],
)
def test_the_design_gives_the_most_there_can_be(made: Estimate, expected: str) -> None:
    assert grade(made) == evidence_grade(made).ceiling == expected
    assert codes(made) == ["design"]


@pytest.mark.parametrize("design", [name for name in get_args(DesignName) if name != "auto"])
def test_every_design_has_a_grade_and_before_after_is_never_better_than_weak(design: str) -> None:
    passed = found(design, parallel_trends=True, placebo_start=True, selection=True, completeness=True)
    assert grade(passed) in GRADES
    if design in ("before-after", "interrupted-time-series"):
        assert RANKS[evidence_grade(passed).grade] <= RANKS["C"]


ONE_STEP = {
    "pre_trend": found(parallel_trends=False),
    "pre_trend ": found(largest_pre_gap=False, parallel_trends=True),
    "pre_trend  ": found(parallel_trends=False, largest_pre_gap=False, joint_leads=False),
    "pre_trend_unknown": found(parallel_trends=None),
    "placebo": found(placebo_start=False, placebo_space=True),
    "placebo ": found(negative_control=False),
    "other_cause": found(co_intervention=False),
    "other_cause ": found(selection=False, composition=False, regression_to_the_mean=False),
    "agreement": replace(COMPARED, agreement=False),
    "completeness": found(completeness=False),
    "few_departments": replace(COMPARED, coverage=replace(COVERAGE, n_treated_units=1)),
    "few_departments ": replace(COMPARED, coverage=replace(COVERAGE, n_units=5)),
    "too_sure": replace(COMPARED, inference="iid"),
    "too_sure ": replace(COMPARED, inference="cr1"),
}


@pytest.mark.parametrize("code", ONE_STEP)
def test_each_rule_takes_one_step_however_many_of_its_checks_fail(code: str) -> None:
    assert codes(ONE_STEP[code]) == ["design", code.strip()]
    assert grade(ONE_STEP[code]) == "C"


def test_few_departments_that_were_drawn() -> None:
    seven = replace(found("cluster-randomised"), coverage=replace(COVERAGE, n_units=7))
    assert (codes(seven), grade(seven)) == (["design", "few_drawn"], "B")
    eight = replace(found("cluster-randomised"), coverage=replace(COVERAGE, n_units=8))
    assert grade(eight) == "A"


def test_every_rule_is_tested() -> None:
    assert {rule.code for rule in LOWERS} == {code.strip() for code in ONE_STEP} | {"few_drawn"}


def test_what_passes_or_only_informs_takes_nothing() -> None:
    fine = found(
        parallel_trends=True, largest_pre_gap=None, joint_leads=None, placebo_space=None, selection=None,
        co_intervention=None, holiday_start=False, novelty=False, completeness=True,
    )  # fmt: skip
    assert codes(fine) == ["design"]


def test_steps_add_up_and_end_at_d() -> None:
    two = found("cluster-randomised", placebo_start=False, completeness=False)
    assert (grade(two), len(codes(two))) == ("C", 3)
    four = found(parallel_trends=False, placebo_start=False, co_intervention=False, completeness=False)
    assert (grade(four), len(codes(four))) == ("D", 5)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (found("cluster-randomised", measurement_change=False), "C"),
        (found(measurement_change=False), "C"),
        (found(measurement_change=None), "B"),
        (found("before-after", measurement_change=False), "D"),
        (found(measurement_change=False, parallel_trends=False, placebo_start=False), "D"),
    ],
)
def test_a_changed_ruler_makes_it_weak_at_best(made: Estimate, expected: str) -> None:
    assert grade(made) == expected


def test_it_stands_in_the_json_with_its_reasons_and_not_beside_a_refusal() -> None:
    found_ = estimate_json(ONE_STEP["pre_trend"], "nl")
    assert found_["evidence_grade"] == "C"
    assert [one["code"] for one in found_["evidence_reasons"]] == ["design", "pre_trend"]
    assert "niet gelijk op" in found_["evidence_reasons"][1]["message"]
    assert "evidence_grade" not in estimate_json(not_estimable(), "nl")


def test_it_has_words_in_both_languages() -> None:
    assert set(GRADE_WORDS) == set(GRADES)
    assert grade_text("B", "nl") == "B (redelijk)"
    assert grade_text("B", "en") == "B (moderate)"
    for made in (*ONE_STEP.values(), found("cluster-randomised"), found("before-after")):
        for dutch, english in zip(
            grade_reasons(evidence_grade(made), "nl"), grade_reasons(evidence_grade(made), "en"), strict=True
        ):
            assert dutch != english
