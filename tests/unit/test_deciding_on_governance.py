"""What the decision rule makes of groups that were compared, and of a pilot whose start is not signed."""

from dataclasses import replace

import pytest

from experiments.deciding import decide
from experiments.decision import Criterion, Decision
from governance.checklist import ChecklistEntry
from governance.safety import as_declared
from tests.evaluations import AS_OF, KPIS, PILOT, SIGNED, evaluation, not_estimable

UNSIGNED = replace(
    PILOT,
    governance=tuple(ChecklistEntry(id="g07", state="open") if one.id == "g07" else one for one in SIGNED),
)


def criterion(found: Decision, code: str) -> Criterion:
    return next(one for one in found.criteria if one.code == code)


@pytest.mark.parametrize(
    ("outcome", "state", "named"),
    [("equivalent", "met", False), ("different", "not_met", True), ("cannot_tell", "undecided", True)],
)
def test_groups_that_differ_are_named_beside_the_verdict_and_do_not_change_it(outcome, state, named) -> None:
    without = decide(evaluation(), PILOT, KPIS, AS_OF)
    made = decide(evaluation(), PILOT, KPIS, AS_OF, alike=outcome)
    assert (criterion(made, "bias").state, made.verdict) == (state, without.verdict)
    assert ("bias" in made.provided) is named


def test_before_a_pilot_is_measured_the_signatures_for_its_start_are_asked() -> None:
    unsigned = as_declared(UNSIGNED.governance, AS_OF)
    unsigned = replace(unsigned, gates=replace(unsigned.gates, may_be_measured=False))
    made = decide(evaluation(result=not_estimable()), PILOT, KPIS, AS_OF, unsigned)
    assert [one.about for one in made.would_change_it if one.code == "sign_items"] == ["g07"]
