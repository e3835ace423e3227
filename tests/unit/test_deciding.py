"""The decision rule of docs/methods, branch by branch, on hand-made evaluations."""

from dataclasses import replace
from datetime import date
from math import expm1, inf, log, log1p, nan, sqrt

import numpy as np
import pytest
from scipy.stats import t as student

from core.language.text import Text
from experiments.deciding import decide
from experiments.decision import Criterion, Decision
from experiments.estimate import CheckResult, Estimate
from experiments.evaluation import Evaluation, GroupSeries
from experiments.pilot import Extension, Pilot, PrimaryKpi
from experiments.rule.reading import Reading
from governance.checklist import ChecklistEntry
from tests.evaluations import (
    AS_OF,
    COVERAGE,
    KPIS,
    PILOT,
    SIGNED,
    estimate,
    evaluation,
    not_estimable,
    result,
)

NO_EXTENSION = replace(PILOT, extension=Extension())


def decision(found: Evaluation, pilot: Pilot = PILOT) -> Decision:
    return decide(found, pilot, KPIS, AS_OF)


def criterion(found: Decision, code: str) -> Criterion:
    return next(one for one in found.criteria if one.code == code)


def with_state(id_: str, state: str, **more: object) -> Pilot:
    entry = ChecklistEntry(id=id_, state=state, **more)  # type: ignore[arg-type]
    return replace(PILOT, governance=tuple(entry if one.id == id_ else one for one in SIGNED))


def changes(found: Decision, leads_to: str) -> dict[str, float | None]:
    return {one.code: one.value for one in found.would_change_it if one.leads_to == leads_to}


BREACH = estimate(-0.20, 0.05)
UNDECIDED_INSIDE = estimate(-0.01, 0.045)
UNDECIDED_OUTSIDE = estimate(-0.06, 0.05)

BRANCHES = {
    "all good": (evaluation(), PILOT, "scale", ("worthwhile_effect",)),
    "breach before everything": (evaluation(guardrail=BREACH), PILOT, "stop", ("guardrail_breached",)),
    "red item": (evaluation(), with_state("g07", "red"), "stop", ("governance_red",)),
    "both": (
        evaluation(guardrail=BREACH),
        with_state("g02", "red"),
        "stop",
        ("guardrail_breached", "governance_red"),
    ),
    "breach counts though the primary is not estimable": (
        evaluation(guardrail=BREACH, result=not_estimable("relative")),
        PILOT,
        "stop",
        ("guardrail_breached",),
    ),
    "primary not estimable": (
        evaluation(result=not_estimable("relative")),
        PILOT,
        "cannot_tell",
        ("primary_not_estimable",),
    ),
    "primary withheld": (
        evaluation(result=None, completeness=nan),
        PILOT,
        "cannot_tell",
        ("primary_suppressed",),
    ),
    "methods disagree": (
        evaluation(result=estimate(-0.10, 0.03, scale="relative", agreement=False)),
        PILOT,
        "cannot_tell",
        ("methods_disagree",),
    ),
    "incomplete": (evaluation(completeness=0.89), PILOT, "cannot_tell", ("incomplete_data",)),
    "floor itself is enough": (evaluation(completeness=0.9), PILOT, "scale", ("worthwhile_effect",)),
    "null result, precise": (evaluation(0.0, 0.03), PILOT, "stop", ("no_worthwhile_effect",)),
    "harm, precise": (evaluation(0.06, 0.03), PILOT, "stop", ("no_worthwhile_effect",)),
    "real but too small": (evaluation(-0.03, 0.015), PILOT, "stop", ("no_worthwhile_effect",)),
    "null, to be ruled out": (evaluation(0.0, 0.054), PILOT, "extend", ("could_rule_out",)),
    "null, beyond reach": (evaluation(0.0, 0.20), PILOT, "cannot_tell", ("too_uncertain",)),
    "null, no extension": (evaluation(0.0, 0.054), NO_EXTENSION, "cannot_tell", ("too_uncertain",)),
    "just too small, may turn out to matter": (evaluation(-0.045, 0.03), PILOT, "extend", ("could_scale",)),
    "just too small, no extension": (
        evaluation(-0.045, 0.03),
        NO_EXTENSION,
        "cannot_tell",
        ("too_uncertain",),
    ),
    "promising": (evaluation(-0.10, 0.11), PILOT, "extend", ("could_scale",)),
    "promising, no extension": (evaluation(-0.10, 0.11), NO_EXTENSION, "cannot_tell", ("too_uncertain",)),
    "guardrail open, time settles": (
        evaluation(guardrail=UNDECIDED_INSIDE),
        PILOT,
        "extend",
        ("guardrail_undecided",),
    ),
    "guardrail open, time does not": (
        evaluation(guardrail=UNDECIDED_OUTSIDE),
        PILOT,
        "cannot_tell",
        ("guardrail_out_of_reach",),
    ),
    "gate open": (evaluation(), with_state("g21", "open"), "extend", ("gate_open",)),
    "gate expired": (
        evaluation(),
        with_state("g25", "signed", expires_on=date(2026, 6, 27)),
        "extend",
        ("gate_open",),
    ),
    "gate open, no extension": (
        evaluation(),
        replace(with_state("g21", "open"), extension=Extension()),
        "extend",
        ("gate_open",),
    ),
    "start gate open is a proviso": (
        evaluation(),
        with_state("g07", "open"),
        "scale",
        ("worthwhile_effect",),
    ),
    "use too low": (evaluation(use=0.29), PILOT, "cannot_tell", ("use_below_break_even",)),
    "use at break-even": (evaluation(use=0.3), PILOT, "scale", ("worthwhile_effect",)),
    "use unknown": (evaluation(use=None), PILOT, "scale", ("worthwhile_effect",)),
    "guardrail not estimable": (
        evaluation(guardrail=not_estimable()),
        PILOT,
        "scale",
        ("worthwhile_effect",),
    ),
    "guardrail withheld": (evaluation(guardrail=None), PILOT, "scale", ("worthwhile_effect",)),
    "no second method": (
        evaluation(result=estimate(-0.10, 0.03, scale="relative", agreement=None)),
        PILOT,
        "scale",
        ("worthwhile_effect",),
    ),
}


@pytest.mark.parametrize("name", BRANCHES)
def test_every_branch(name: str) -> None:
    found, pilot, verdict, reasons = BRANCHES[name]
    made = decision(found, pilot)
    assert (made.verdict, made.reasons) == (verdict, reasons)


ALONE = replace(COVERAGE, n_units=3, n_clusters=3)


def test_before_and_after_alone_never_scales_but_may_stop() -> None:
    good = evaluation(result=estimate(-0.10, 0.03, scale="relative", agreement=None, coverage=ALONE))
    made = decision(good)
    assert (made.verdict, made.reasons) == ("cannot_tell", ("before_after_only",))
    assert criterion(made, "design_supports_scale").state == "not_met"
    assert "scale" not in {one.leads_to for one in made.would_change_it}
    null = evaluation(result=estimate(0.0, 0.03, scale="relative", agreement=None, coverage=ALONE))
    assert decision(null).verdict == "stop"


def test_a_changed_ruler_never_scales_but_may_stop() -> None:
    changed = CheckResult(name="measurement_change", passed=False, message=Text("changed"))
    good = replace(estimate(-0.10, 0.03, scale="relative"), checks=(changed,))
    made = decision(evaluation(result=good))
    assert (made.verdict, made.reasons) == ("cannot_tell", ("ruler_changed",))
    assert criterion(made, "same_ruler").state == "not_met"
    assert "scale" not in {one.leads_to for one in made.would_change_it}
    same = replace(good, checks=(replace(changed, passed=True),))
    assert decision(evaluation(result=same)).verdict == "scale"
    null = replace(estimate(0.0, 0.03, scale="relative"), checks=(changed,))
    assert decision(evaluation(result=null)).verdict == "stop"


def test_weak_evidence_is_a_proviso_and_blocks_only_where_the_plan_asks_more() -> None:
    apart = CheckResult(name="parallel_trends", passed=False, message=Text("apart"))
    weak = evaluation(result=replace(estimate(-0.10, 0.03, scale="relative"), checks=(apart,)))
    made = decision(weak)
    grade = criterion(made, "evidence_grade")
    assert (made.verdict, grade.state, grade.value, grade.threshold) == ("scale", "not_met", 2, None)
    assert "evidence_grade" in made.provided
    asked = decision(weak, replace(PILOT, minimum_grade="B"))
    assert (asked.verdict, asked.reasons) == ("cannot_tell", ("evidence_too_weak",))
    assert criterion(asked, "evidence_grade").threshold == 3
    assert "scale" not in {one.leads_to for one in asked.would_change_it}
    lenient = decision(weak, replace(PILOT, minimum_grade="C"))
    assert (lenient.verdict, criterion(lenient, "evidence_grade").state) == ("scale", "met")
    assert "evidence_grade" not in lenient.provided
    assert decision(evaluation(), replace(PILOT, minimum_grade="B")).verdict == "scale"
    assert decision(evaluation(), replace(PILOT, minimum_grade="A")).verdict == "cannot_tell"


def higher_is_better(found: Estimate) -> Evaluation:
    base = evaluation()
    primary = result("letter_24h", "primary", found, 0.05)
    return replace(base, results=(primary, *base.results[1:]))


LETTERS = replace(PILOT, primary=PrimaryKpi(kpi="letter_24h", smallest_change=0.05, scale="absolute"))


@pytest.mark.parametrize(
    ("effect", "half", "verdict"),
    [(0.08, 0.04, "scale"), (0.0, 0.04, "stop"), (-0.08, 0.04, "stop"), (0.08, 0.09, "extend")],
)
def test_where_higher_is_better(effect: float, half: float, verdict: str) -> None:
    made = decision(higher_is_better(estimate(effect, half)), LETTERS)
    assert made.verdict == verdict
    assert criterion(made, "effect_at_least_smallest_change").threshold == pytest.approx(0.05)


def test_staggered_estimates_are_judged_alike() -> None:
    staggered = replace(
        estimate(0.08, 0.04, agreement=None),
        design="staggered",
        inference="randomisation",
        degrees_of_freedom=None,
    )
    assert decision(higher_is_better(staggered), LETTERS).verdict == "scale"
    wide = replace(staggered, interval=(-0.01, 0.17))
    assert decision(higher_is_better(wide), LETTERS).verdict == "extend"


def test_thresholds_are_in_the_unit_and_sign_of_the_kpi() -> None:
    made = decision(evaluation())
    assert criterion(made, "effect_at_least_smallest_change").threshold == pytest.approx(-0.05)
    guardrail = criterion(made, "guardrail")
    assert (guardrail.about, guardrail.threshold) == ("icd_accuracy", pytest.approx(-0.05))
    assert guardrail.interval == pytest.approx((-0.02, 0.02))
    effect = criterion(made, "effect_excludes_zero")
    assert effect.value == pytest.approx(expm1(-0.10))
    assert effect.interval == pytest.approx((expm1(-0.13), expm1(-0.07)))


def test_what_is_not_assessed_has_no_number_and_is_a_proviso() -> None:
    made = decision(evaluation(guardrail=not_estimable(), use=None), with_state("g07", "open"))
    guardrail = criterion(made, "guardrail")
    assert (guardrail.state, guardrail.value, guardrail.interval) == ("not_assessed", None, None)
    assert made.provided == (
        "guardrail",
        "safety_monitoring",
        "bias",
        "use_at_least_break_even",
        "gate_start",
    )
    assert criterion(made, "economics").state == "not_assessed"
    assert criterion(made, "evidence_grade").state == "met"


def test_a_withheld_primary_leaves_no_number() -> None:
    made = decision(evaluation(result=None, completeness=nan))
    for code in ("effect_excludes_zero", "effect_at_least_smallest_change", "completeness", "evidence_grade"):
        found = criterion(made, code)
        assert (found.state, found.value, found.interval) == ("not_assessed", None, None)
    assert "extra_weeks" not in {one.code for one in made.would_change_it}


def test_the_extension_names_the_fewest_weeks() -> None:
    """26 weeks before and 20 after: 0.11 falls to 0.10 where 1/26 + 1/n2' = (0.10/0.11)^2 (1/26 + 1/20)."""
    made = decision(evaluation(-0.10, 0.11))
    needed = 1 / ((0.10 / 0.11) ** 2 * (1 / 26 + 1 / 20) - 1 / 26)
    assert changes(made, "scale")["extra_weeks"] == pytest.approx(int(needed) + 1 - 20)


def test_departments_are_asked_only_when_weeks_are_not_enough() -> None:
    wide = evaluation(-0.10, 0.135)
    assert changes(decision(wide), "scale") == {
        "extra_weeks": 26,
        "effect_at_least": pytest.approx(expm1(-0.135)),
        "effect_then_at_least": pytest.approx(expm1(-0.135 * sqrt((1 / 26 + 1 / 46) / (1 / 26 + 1 / 20)))),
    }
    more = replace(PILOT, extension=Extension(weeks=26, departments=4))
    made = decision(wide, more)
    assert made.verdict == "extend"
    assert changes(made, "scale")["extra_departments"] == 1


def test_cannot_tell_still_names_the_weeks_it_would_take() -> None:
    made = decision(evaluation(-0.10, 0.11), NO_EXTENSION)
    assert made.verdict == "cannot_tell"
    assert changes(made, "scale")["extra_weeks"] == 9


def test_what_would_change_a_scale_verdict() -> None:
    made = decision(evaluation())
    stop = changes(made, "stop")
    assert stop["effect_at_most"] == pytest.approx(expm1(-(-log(0.95) - 0.03)))
    assert stop["guardrail_beyond_margin"] == pytest.approx(-0.05)
    assert stop["red_item"] == 1
    assert changes(made, "cannot_tell")["use_below"] == pytest.approx(0.3)


def test_the_numbers_that_would_change_it_do_change_it() -> None:
    """Move the estimate just past each named effect and the rule must give the named verdict."""
    for start, half in ((-0.10, 0.03), (-0.10, 0.11), (0.0, 0.054), (0.0, 0.03), (-0.03, 0.06), (0.02, 0.2)):
        made = decision(evaluation(start, half))
        for change in made.would_change_it:
            if change.code not in ("effect_at_least", "effect_at_most") or change.value is None:
                continue
            toward = log1p(change.value) + (-1e-9 if change.code == "effect_at_least" else 1e-9)
            assert decision(evaluation(toward, half)).verdict == change.leads_to, (start, half, change)


def test_missing_signatures_and_low_use_are_named_together() -> None:
    pilot = with_state("g21", "open")
    made = decision(evaluation(use=0.2, guardrail=UNDECIDED_OUTSIDE), pilot)
    needed = changes(made, "scale")
    assert needed == {
        "guardrail_within_margin": pytest.approx(-0.05),
        "use_at_least": pytest.approx(0.3),
        "sign_items": 1.0,
    }
    assert next(one.about for one in made.would_change_it if one.code == "sign_items") == "g21"


def weekly(values: list[float]) -> GroupSeries:
    labels = tuple(f"2025-W{week:02d}" for week in range(28, 28 + len(values)))
    missing = tuple([nan] * len(values))
    counts = tuple([100] * len(values))
    return GroupSeries(
        periods=labels, treated=tuple(values), comparison=missing, n_treated=counts, n_comparison=counts
    )


@pytest.mark.parametrize(("step", "state"), [(-0.01, "not_met"), (0.0, "met"), (0.01, "met")])
def test_falling_use_is_a_warning_only(step: float, state: str) -> None:
    wobble = (0.004, -0.003, 0.001, -0.004, 0.002)
    series = weekly([0.6 + step * week + wobble[week % 5] for week in range(20)])
    base = evaluation()
    use = result("utilisation", "use", None, 0.3, use_value=0.5, series=series)
    made = decision(replace(base, results=(*base.results[:2], use)))
    assert criterion(made, "use_falling").state == state
    assert made.verdict == "scale"


def test_use_is_not_judged_on_a_few_weeks_or_on_the_run_in() -> None:
    series = weekly([0.9 - 0.1 * week for week in range(6)] + [0.5] * 7)
    base = evaluation()
    use = result("utilisation", "use", None, 0.3, use_value=0.5, series=series)
    made = decision(replace(base, results=(*base.results[:2], use)))
    assert "use_falling" not in {one.code for one in made.criteria}


def test_a_later_estimate_lands_where_it_is_said_to() -> None:
    """2000 pilots, of which 20 weeks are seen first and 26 more later; 80 % within 3 points (3.3 sd)."""
    random = np.random.default_rng(7)
    pilots, before, after, more = 2000, 10_000, 20, 26
    weeks = random.normal(0, 1, (pilots, after + more))
    now, later = weeks[:, :after].mean(axis=1), weeks.mean(axis=1)
    half = 1.96 * np.sqrt(1 / before + 1 / after)
    coverage = replace(COVERAGE, periods_before=before, periods_after=after)
    inside = 0
    for first, last in zip(now, later, strict=True):
        found = replace(estimate(first, half, coverage=coverage), degrees_of_freedom=None)
        reading = Reading.of(found, "higher")
        low, high = reading.landing(reading.projected(more, 0))
        inside += low <= last <= high
    assert inside / pilots == pytest.approx(0.8, abs=0.03)


def test_the_projected_width_is_that_of_a_longer_pilot() -> None:
    """Against the same formula written out for 3 + 2 pilot and 8 comparison departments and 10 more weeks."""
    reading = Reading.of(estimate(0.08, 0.04), "higher")
    later = reading.projected(10, 2)
    expected = 0.04 * sqrt((1 / 26 + 1 / 30) / (1 / 26 + 1 / 20)) * sqrt((1 / 5 + 1 / 8) / (1 / 3 + 1 / 8))
    expected *= student.ppf(0.975, 10) / student.ppf(0.975, 8)
    assert later.high - later.estimate == pytest.approx(expected, rel=1e-12)
    assert later.estimate - later.low == pytest.approx(expected, rel=1e-12)


def test_an_open_end_stays_open() -> None:
    open_ended = replace(estimate(-0.10, 0.03, scale="relative"), interval=(-1.0, -0.02))
    made = decision(evaluation(result=open_ended))
    assert made.verdict == "scale"
    assert criterion(made, "effect_excludes_zero").interval == pytest.approx((-1.0, -0.02))
    never = replace(open_ended, interval=(-0.2, inf))
    assert decision(evaluation(result=never)).verdict == "cannot_tell"


def test_an_extension_that_needs_another_effect_says_which() -> None:
    made = decision(evaluation(-0.045, 0.03))
    named = changes(made, "scale")
    assert (named["extra_weeks"], named["effect_then_at_least"]) == (26, pytest.approx(-0.05))
    assert "effect_then_at_least" not in changes(decision(evaluation(-0.10, 0.11)), "scale")
