"""Volunteers inside departments: against means by hand, R and the departments of the same clinicians."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from experiments.details import VolunteerDetails
from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.options import Options
from experiments.panel import NEVER, Panel
from reports.estimate_json import estimate_json
from reports.estimate_text import estimate_text
from tests.volunteering_panels import clinicians

VOLUNTEERS = Options(design="volunteers")
R = json.loads((Path(__file__).parent / "r" / "effect_of_use.json").read_text("utf-8"))


def eligible_means() -> Panel:
    one = clinicians()
    means = one.outcome.reshape(8, 6, 52).mean(axis=1)
    return Panel(
        units=tuple(f"d{number}" for number in range(8)),
        periods=one.periods,
        outcome=means,
        weights=np.full_like(means, 6.0),
        first_treated=one.first_treated[::6],
    )


def test_all_eligible_clinicians_are_the_departments_means() -> None:
    found, plain = estimate(clinicians(), VOLUNTEERS), estimate(eligible_means(), Options())
    assert isinstance(found, Estimate)
    assert isinstance(plain, Estimate)
    assert (found.effect, *found.interval, found.p_value) == pytest.approx(
        (plain.effect, *plain.interval, plain.p_value), rel=1e-9
    )
    assert [line.inference for line in found.also] == [line.inference for line in plain.also]
    assert found.agreement == plain.agreement
    assert found.interval[0] < -1.5 < found.interval[1]


@pytest.mark.parametrize("pilots", [3, 2, 1])
def test_users_against_colleagues_is_said_to_be_confounded_with_errors_by_department(pilots: int) -> None:
    one = clinicians()
    one = one.only([int(name[1:]) < pilots or int(name[1:]) >= 3 for name in one.clusters])
    found = estimate(one, VOLUNTEERS)
    assert isinstance(found, Estimate)
    beside = found.details
    assert isinstance(beside, VolunteerDetails)
    assert (beside.users, beside.colleagues, beside.departments) == (3 * pilots, 3 * pilots, pilots)
    before, after = one.outcome[:, :26].mean(axis=1), one.outcome[:, 26:].mean(axis=1)
    for values, figure in ((after - before, beside.change), (before, beside.before)):
        gaps = [
            values[d * 6 : d * 6 + 3].mean() - values[d * 6 + 3 : d * 6 + 6].mean() for d in range(pilots)
        ]
        assert figure.effect == pytest.approx(np.mean(gaps), rel=1e-9)
        if pilots == 1:
            assert (figure.interval, figure.p_value) == (None, None)
            continue
        other = ttest_1samp(gaps, 0.0)
        assert figure.p_value == pytest.approx(other.pvalue, rel=1e-9)
        assert figure.interval == pytest.approx(other.confidence_interval(), rel=1e-9)
    assert estimate_json(found, "nl")["details"]["users_against_colleagues"]["label"] == "confounded"
    assert "confounded" in estimate_text(found, "en")
    assert any("association" in text.render("en") for text in found.warnings)


def test_checks_and_event_study_are_of_departments() -> None:
    found = estimate(clinicians(), VOLUNTEERS)
    means = estimate(eligible_means(), Options())
    assert isinstance(found, Estimate)
    assert isinstance(means, Estimate)
    shown = [(bin_.effect, *bin_.interval) for bin_ in found.event_study if bin_.interval]
    assert shown == [pytest.approx((b.effect, *b.interval)) for b in means.event_study if b.interval]
    assert [(c.name, c.passed) for c in found.checks] == [(c.name, c.passed) for c in means.checks]


def test_with_everybody_a_user_there_are_no_colleagues() -> None:
    found = estimate(clinicians(shares=1.0), VOLUNTEERS)
    assert isinstance(found, Estimate)
    assert found.details is None
    assert any("some clinicians" in text.render("en") for text in found.warnings)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"clusters": ()}, "departments_missing"),
        ({"dose": None}, "dose_missing"),
        ({"dose": np.zeros((48, 52))}, "nobody_used"),
        ({"dose": np.where(np.arange(48)[:, None] == 4, np.nan, np.ones((48, 52)))}, "dose_incomplete"),
        ({"first_treated": np.where(np.arange(48) == 0, 26.0, NEVER)}, "start_differs"),
    ],
)
def test_what_volunteers_need(change: dict[str, object], code: str) -> None:
    found = estimate(replace(clinicians(), **change), VOLUNTEERS)
    assert isinstance(found, NotEstimable)
    assert [reason.code for reason in found.reasons] == [code]
