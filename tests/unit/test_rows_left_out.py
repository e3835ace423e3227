"""A small number of rows left out keeps its reason, and follows from nothing that stands beside it."""

from dataclasses import replace

import pytest

from experiments.evaluation import KpiResult, PublishedEvaluation
from governance.disclosure_control import Policy
from reports.evaluation_json import evaluation_json
from reports.rows_left_out import reasons_left_out, rows_left_out
from tests.evaluations import KPIS, evaluation
from workflows.disclosing import published


def shown(excluded: dict[str, int], **more: object) -> PublishedEvaluation:
    made = evaluation()
    primary = replace(made.primary, excluded=excluded, **more)  # type: ignore[arg-type]
    return published(replace(made, results=(primary,)), Policy(), KPIS)


@pytest.mark.parametrize("small", range(1, 10))
def test_a_small_number_has_a_mark_everywhere(small: int) -> None:
    """Whatever the small number is, what is shown is the same."""
    found = shown({"unsigned": 312, "implausible": small}).primary.result
    assert found.few == ("implausible",)
    assert list(reasons_left_out(found, "nl")) == [
        ("niet ondertekend", "312"),
        ("onwaarschijnlijke waarde", "< 10"),
    ]
    assert list(reasons_left_out(found, "en")) == [("not signed", "312"), ("implausible value", "< 10")]
    assert rows_left_out(found) == "≥ 313"


def test_the_released_value_does_not_hold_the_small_number() -> None:
    found = shown({"unsigned": 312, "implausible": 7}).primary.result.value
    assert isinstance(found, KpiResult)
    assert found.excluded == {"unsigned": 312}


def test_json_gives_no_number_and_says_what_stands_in_its_place() -> None:
    (row,) = evaluation_json(shown({"unsigned": 312, "implausible": 7}), "en")["estimates"]
    assert row["excluded"] == {"unsigned": 312, "implausible": None}
    assert row["excluded_shown_as"] == "< 10"
    (other,) = evaluation_json(shown({"unsigned": 312, "implausible": 3}), "en")["estimates"]
    assert other == row
    (plain,) = evaluation_json(shown({"unsigned": 312, "implausible": 10}), "en")["estimates"]
    assert plain["excluded"] == {"unsigned": 312, "implausible": 10}
    assert "excluded_shown_as" not in plain


def test_ten_rows_are_a_number_and_none_are_nothing() -> None:
    found = shown({"unsigned": 10, "implausible": 9, "missing_value": 0}).primary.result
    assert list(reasons_left_out(found, "en")) == [("not signed", "10"), ("implausible value", "< 10")]
    assert rows_left_out(found) == "≥ 11"


def test_only_small_numbers_have_no_sum() -> None:
    assert rows_left_out(shown({"unsigned": 9, "implausible": 9}).primary.result) == "≥ 2"
    assert rows_left_out(shown({"unsigned": 12}).primary.result) == 12
    assert rows_left_out(shown({}).primary.result) == 0


def test_a_suppressed_result_says_nothing_of_its_rows() -> None:
    found = shown({"unsigned": 312, "implausible": 7}, patients=3).primary.result
    assert (found.suppressed, found.few, rows_left_out(found)) == (True, (), None)
    assert list(reasons_left_out(found, "en")) == []


def test_a_higher_threshold_holds_for_reasons_too() -> None:
    made = replace(evaluation().primary, excluded={"unsigned": 14})
    whole, policy = replace(evaluation(), results=(made,)), Policy(minimum_patients=15)
    found = published(whole, policy, KPIS).primary.result
    assert (found.few, found.few_mark) == (("unsigned",), "< 15")
