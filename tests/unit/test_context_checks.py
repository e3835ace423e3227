"""The checks that need more than the panel: what each notices when planted, and what it leaves alone."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

import core  # noqa: F401 - one thread for numpy
from experiments.checking_context import CONTEXT_CHECKS, run_context_checks
from experiments.context import Context, OtherKpi, Strata
from experiments.estimate import CheckResult, Estimate
from experiments.estimating import estimate
from experiments.occurrences import MOST_TOLD, Occurrence, listed, more_common
from experiments.options import Options
from experiments.panel import Panel, Scale
from experiments.pilot import Pilot, PrimaryKpi
from reports.words_names import CHECKS as WORDS
from tests.simulated_panels import simulated

TREATED, DEPARTMENTS, WEEKS, START = 3, 10, 104, 52
START_DAY = date(2024, 12, 30)
PANEL = simulated(DEPARTMENTS, WEEKS, (START,) * TREATED, effect=1.0, noise=0.5, seed=4)
PILOT = Pilot(
    id="x",
    name_nl="x",
    name_en="x",
    use_case="",
    vendor="",
    starts=dict.fromkeys(PANEL.units[:TREATED], START_DAY),
    comparison=PANEL.units[TREATED:],
    primary=PrimaryKpi(kpi="note_time_enc", smallest_change=0.5, scale="absolute"),
    guardrails=(),
    secondary=(),
    use=None,
    window=(date(2024, 1, 1), date(2025, 12, 28)),
)


def context(panel: Panel = PANEL, scale: Scale = "absolute", **how) -> Context:
    options = Options(scale=scale)
    found = estimate(panel, options)
    assert isinstance(found, Estimate), found
    return Context(
        pilot=how.pop("pilot", PILOT),
        panel=panel,
        options=options,
        estimate=found,
        smallest_change=0.5,
        **how,
    )


BASE = context()


def checked(name: str, around: Context) -> CheckResult:
    found = CONTEXT_CHECKS[name].run(around)
    assert found is not None
    assert found.name == name
    for language in ("nl", "en"):
        assert "{" not in found.message.render(language)
    assert found.message.render("nl") != found.message.render("en")
    return found


def happened(*departments: str, kind: str = "template", day: date | None = date(2025, 3, 3)):
    return tuple(Occurrence(kind=kind, department=one, day=day) for one in departments)


def test_every_check_has_a_name_in_words_and_says_its_own_name() -> None:
    assert set(CONTEXT_CHECKS) <= set(WORDS)
    assert {one.name for one in run_context_checks(BASE)} == set(CONTEXT_CHECKS) - {
        "negative_control",
        "hawthorne",
    }


def test_what_befell_both_alike_cancels_out() -> None:
    everyone = happened("a", "b", "c", "d")
    assert more_common(everyone, ("a", "b"), ("c", "d")) == ()
    assert more_common(happened("a", "c", "d"), ("a", "b"), ("c", "d")) == ()
    assert more_common(happened("a", "b", "c"), ("a", "b"), ("c", "d")) == happened("a", "b")
    assert more_common(happened("a"), ("a",), ()) == happened("a")
    other_kind = happened("a") + happened("c", kind="clock")
    three, eight = ("a", "b", "c"), tuple(f"o{n}" for n in range(8))
    assert more_common(happened("a", "o1", "o2"), three, eight) == ()
    assert more_common(happened("a", "o1"), three, eight) == happened("a")
    assert more_common(happened("a", "o1"), ("a",), ("o1", "o2")) == happened("a")
    assert more_common(happened("a", *eight[:7]), ("a",), eight) == happened("a")
    assert more_common(other_kind, ("a", "b"), ("c", "d")) == happened("a")


def test_many_occurrences_are_told_in_short() -> None:
    many = happened(*(f"d{n}" for n in range(MOST_TOLD + 3)))
    assert listed(many).render("en").endswith("; and 3 more")
    assert listed(happened("d1")).render("nl") == "sjabloon (d1, 2025-W10)"
    assert listed(happened("d1", day=None)).render("nl") == "sjabloon (d1)"


@pytest.mark.parametrize(
    ("ruler", "passed"),
    [
        ((), True),
        (None, None),
        (happened("d0"), False),
        (happened("d0", day=None), False),
        (happened("d5"), None),
        (happened(*PANEL.units), None),
        (happened(*PANEL.units[: TREATED + 2]), False),
    ],
)
def test_a_change_of_the_ruler(ruler: tuple[Occurrence, ...] | None, passed: bool | None) -> None:
    found = checked("measurement_change", replace(BASE, ruler=ruler))
    assert found.passed is passed
    assert ("weak evidence at best" in found.message.render("en")) is (passed is False)


def test_time_that_may_have_moved_into_the_tool_is_weak_evidence() -> None:
    found = checked("measurement_change", replace(BASE, ruler=(), tool_time_known=False))
    assert found.passed is False
    assert "weak evidence at best" in found.message.render("en")


@pytest.mark.parametrize(
    ("events", "passed"),
    [
        ((), None),
        (happened("d0", kind="downtime"), False),
        (happened("d0", kind="downtime", day=date(2024, 3, 4)), True),
        (happened("d5", kind="downtime"), None),
        (happened(*PANEL.units, kind="EHR upgrade"), None),
    ],
)
def test_something_else_in_the_pilot_departments(events, passed: bool | None) -> None:
    assert checked("co_intervention", replace(BASE, events=events)).passed is passed


def test_departments_that_start_later_are_judged_by_their_own_start() -> None:
    later = replace(PILOT, starts=PILOT.starts | {"d0": date(2025, 6, 30)})
    events = happened("d0", kind="downtime")
    assert checked("co_intervention", replace(BASE, pilot=later, events=events)).passed is True


def mixed(shift: float, *, effect: float = 0.0, scale: float = 1.0) -> tuple[Panel, Strata]:
    """Two kinds of cases, 3 and 9 minutes: `shift` of the cases of pilot departments move to the second."""
    rng = np.random.default_rng(7)
    share = np.full((DEPARTMENTS, WEEKS), 0.4) + rng.normal(0, 0.01, (DEPARTMENTS, WEEKS))
    share[:TREATED, START:] += shift
    count = 100.0 * np.stack([1 - share, share])
    values = np.array([3.0, 9.0])[:, None, None] + rng.normal(0, 0.1, (2, DEPARTMENTS, WEEKS))
    values[:, :TREATED, START:] += effect
    total = scale * values * count
    panel = replace(PANEL, outcome=total.sum(axis=0) / count.sum(axis=0), weights=count.sum(axis=0))
    return panel, Strata(names=("short", "long"), numerator=total, denominator=count, logarithms=False)


def test_other_cases_that_made_the_effect() -> None:
    """A tenth of the cases moves by 6 minutes: 0.6, of which nothing is left with the mix held the same."""
    panel, strata = mixed(0.1)
    found = checked("composition", context(panel, strata=strata))
    assert found.passed is False
    assert found.statistic == pytest.approx(-0.6, abs=0.03)  # noise of the simulated shares
    panel, strata = mixed(0.0, effect=-1.0)
    found = checked("composition", context(panel, strata=strata))
    assert found.passed is True
    assert abs(found.statistic or 0) < 0.03


def test_a_change_of_sign_is_not_passed_whatever_matters() -> None:
    panel, strata = mixed(0.1, effect=-0.2)
    around = replace(context(panel, strata=strata), smallest_change=10.0)
    assert checked("composition", around).passed is False
    assert checked("composition", replace(around, smallest_change=None)).passed is False


def test_without_a_size_that_matters_it_is_for_information() -> None:
    panel, strata = mixed(0.02, effect=-1.0)
    assert checked("composition", replace(context(panel, strata=strata), smallest_change=None)).passed is None


def test_the_relative_effect_does_not_depend_on_the_unit() -> None:
    found = []
    for scale in (1.0, 60.0):
        panel, strata = mixed(0.1, effect=-1.0, scale=scale)
        found.append(checked("composition", context(panel, "relative", strata=strata)).statistic)
    assert found[0] == pytest.approx(found[1], rel=1e-9)


def test_standardised_by_hand() -> None:
    """Sums over the weeks by plain loops, weights of all departments before the start; equal to rounding."""
    panel, strata = mixed(0.1, effect=-1.0)
    before, after = slice(0, START), slice(START + Options().run_in, WEEKS)
    weights = strata.denominator[:, :, before].sum(axis=(1, 2))
    weights /= weights.sum()
    change = []
    for unit in range(DEPARTMENTS):
        levels = []
        for side in (before, after):
            above, below = strata.numerator[:, unit, side], strata.denominator[:, unit, side]
            crude = above.sum() / below.sum()
            rates = [above[kind].sum() / below[kind].sum() for kind in range(2)]
            levels.append((crude, float(np.dot(weights, rates))))
        change.append(np.subtract(levels[1], levels[0]))
    crude, standardised = np.mean(change[:TREATED], axis=0) - np.mean(change[TREATED:], axis=0)
    found = checked("composition", context(panel, strata=strata))
    assert found.statistic == pytest.approx(standardised - crude, rel=1e-9)


def test_a_kind_of_case_that_a_department_had_not_is_said() -> None:
    panel, strata = mixed(0.0)
    for sums in (strata.numerator, strata.denominator):
        sums[0, 4, START:] = 0.0
    found = checked("composition", context(panel, strata=strata))
    assert (found.passed, found.statistic) == (None, None)
    assert checked("composition", BASE).passed is None


def test_a_negative_control_that_moved() -> None:
    moved = estimate(PANEL, Options())
    still = estimate(simulated(DEPARTMENTS, WEEKS, (START,) * TREATED, effect=0.0, seed=5), Options())
    refused = estimate(PANEL.between(0, 3), Options())
    assert isinstance(moved, Estimate)
    assert isinstance(still, Estimate)
    for result, passed in ((moved, False), (still, True), (refused, None), (None, None)):
        around = replace(BASE, negative_control=OtherKpi(kpi="noshow", result=result))
        found = checked("negative_control", around)
        assert found.passed is passed
        assert "'noshow'" in found.message.render("nl")
        if isinstance(result, Estimate):
            assert (found.statistic, found.p_value) == (result.effect, result.p_value)
        else:
            assert found.statistic is None
        told = checked("hawthorne", replace(BASE, unannounced=OtherKpi(kpi="noshow", result=result)))
        assert told.passed is None


def test_a_kpi_shown_in_percent_is_told_in_percent() -> None:
    moved = estimate(PANEL, Options())
    assert isinstance(moved, Estimate)
    around = replace(BASE, negative_control=OtherKpi(kpi="x", result=moved, display_scale=100.0))
    assert f"{100 * moved.effect:+.1f}" in checked("negative_control", around).message.render("en")


@pytest.mark.parametrize(
    ("how", "passed"),
    [
        (None, None),
        ("drawn", True),
        ("volunteered", None),
        ("worst", False),
        ("best", False),
        ("quiet", None),
        ("other", None),
    ],
)
def test_how_departments_were_chosen(how, passed: bool | None) -> None:
    around = replace(BASE, pilot=replace(PILOT, selection=how))
    assert checked("selection", around).passed is passed


def test_steady_departments_are_referred_to_one_change_per_department() -> None:
    ratio = CheckResult(name="noise_ratio", passed=True, message=BASE.estimate.why, statistic=0.5)
    quiet = replace(BASE, estimate=replace(BASE.estimate, checks=(ratio,)))
    for how, refers in (("quiet", True), ("best", True), ("drawn", False), ("worst", False)):
        found = checked("selection", replace(quiet, pilot=replace(PILOT, selection=how)))
        assert ("collapse-t" in found.message.render("en")) is refers
        assert (found.statistic == 0.5) is refers
