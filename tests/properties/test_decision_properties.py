"""What must hold for every evaluation: a better effect is never punished, harm is never scaled."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from experiments.deciding import decide
from experiments.decision import Verdict
from experiments.pilot import Extension
from governance.checklist import ChecklistEntry
from tests.evaluations import AS_OF, COVERAGE, KPIS, PILOT, SIGNED, estimate, evaluation

RANK: dict[Verdict, int] = {"stop": 0, "cannot_tell": 1, "extend": 1, "scale": 2}
"""Extend and cannot tell differ in what can be afforded, not in how good the pilot is."""

effects = st.floats(-0.4, 0.4)
halves = st.floats(0.005, 0.5)
shares = st.floats(0.0, 1.0)
extensions = st.builds(Extension, weeks=st.integers(0, 30), departments=st.integers(0, 4))
guardrails = st.builds(estimate, effects, halves)
states = st.lists(st.sampled_from(["signed", "open", "red"]), min_size=28, max_size=28)


@given(effects, st.floats(0, 0.4), halves, guardrails, shares, extensions)
def test_a_better_effect_never_makes_the_verdict_worse(
    effect, better, half, guardrail, use, extension
) -> None:
    pilot = replace(PILOT, extension=extension)
    before, after = (
        decide(evaluation(at, half, guardrail=guardrail, use=use), pilot, KPIS, AS_OF).verdict
        for at in (effect, effect - better)
    )
    assert RANK[after] >= RANK[before]


@given(effects, st.floats(0, 0.4), halves, effects, halves)
def test_a_better_guardrail_never_makes_the_verdict_worse(effect, better, half, guarded, width) -> None:
    before, after = (
        decide(evaluation(effect, half, guardrail=estimate(at, width)), PILOT, KPIS, AS_OF).verdict
        for at in (guarded, guarded + better)
    )
    assert RANK[after] >= RANK[before]


@given(effects, halves, guardrails, shares, states)
def test_harm_and_red_items_are_never_scaled(effect, half, guardrail, use, declared) -> None:
    entries = tuple(
        ChecklistEntry(id=one.id, state=state) for one, state in zip(SIGNED, declared, strict=True)
    )
    pilot = replace(PILOT, governance=entries)
    made = decide(evaluation(effect, half, guardrail=guardrail, use=use), pilot, KPIS, AS_OF)
    if guardrail.interval[1] < -0.05 or "red" in declared:
        assert made.verdict == "stop"
    if made.verdict == "scale":
        assert guardrail.interval[0] > -0.05
        assert use >= 0.3


@given(effects, halves, st.integers(1, 6))
def test_before_and_after_alone_is_never_scaled(effect, half, departments) -> None:
    coverage = replace(COVERAGE, n_units=departments, n_treated_units=departments)
    alone = estimate(effect, half, scale="relative", agreement=None, coverage=coverage)
    assert decide(evaluation(result=alone), PILOT, KPIS, AS_OF).verdict != "scale"


@given(effects, halves, guardrails, shares, extensions)
def test_a_verdict_is_never_offered_as_its_own_change(effect, half, guardrail, use, extension) -> None:
    pilot = replace(PILOT, extension=extension)
    made = decide(evaluation(effect, half, guardrail=guardrail, use=use), pilot, KPIS, AS_OF)
    assert made.verdict not in {change.leads_to for change in made.would_change_it}
    assert made.reasons
