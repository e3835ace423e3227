"""Every detector finds what was planted in the week in which it was planted, and nothing in steady rows."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from kpis.catalogue import load
from kpis.quality.drift.clock import clock_changes
from kpis.quality.drift.detect import Observed, Seen, detect
from kpis.quality.drift.finding import Finding, Subject
from kpis.quality.drift.level_shift import level_shift
from kpis.quality.drift.shares import share_changes
from kpis.quality.drift.unit import FACTORS, unit_changes
from kpis.quality.drift.volume import volume_changes
from kpis.quality.measurement_change import concerning, measurement_change

WEEKS = pd.date_range("2025-09-01", periods=40, freq="7D").astype("datetime64[s]")
CHANGE = 25
SINCE = WEEKS[CHANGE].date()
RNG = np.random.default_rng(4)


def brute_force(x: np.ndarray, place: int) -> float:
    """Shao and Zhang's T_n(k), written out as in the paper."""
    n, k = len(x), place
    d = sum(x[:k] - x.mean()) / n**0.5
    v = 0.0
    for t in range(1, k + 1):
        v += (x[:t].sum() - t / k * x[:k].sum()) ** 2
    for t in range(k + 1, n + 1):
        v += (x[t - 1 :].sum() - (n - t + 1) / (n - k) * x[k:].sum()) ** 2
    return d**2 / (v / n**2)


def test_the_statistic_is_that_of_the_paper():
    for n in (12, 31, 60):
        x = RNG.normal(size=n)
        found = level_shift(x)
        expected = {place: brute_force(x, place) for place in range(4, n - 3)}
        assert found.place == max(expected, key=expected.get)
        # sums of a few dozen doubles
        assert found.statistic == pytest.approx(max(expected.values()), rel=1e-10)


def test_constant_series_have_no_shift_and_a_clean_jump_has_an_infinite_one():
    assert level_shift(np.full(20, 0.3)).statistic == 0
    jump = level_shift([0.1] * 9 + [0.7] * 8)
    assert (jump.place, jump.statistic) == (9, float("inf"))
    assert level_shift(np.zeros(11)) is None


def shares(after: float, before: float = 0.0, week: int = CHANGE) -> pd.DataFrame:
    new = [round(100 * (before if number < week else after)) for number in range(len(WEEKS))]
    return pd.concat(
        pd.DataFrame({"department": "a", "week": WEEKS, "value": value, "rows": rows})
        for value, rows in (("new", new), ("old", [100 - rows for rows in new]))
    )


def test_a_new_value_is_found_in_its_week():
    (found,) = share_changes("definition", "Session", "definition", shares(1.0))
    assert (found.status, found.since, found.before, found.after) == ("changed", SINCE, 0, 1)
    assert found.statistic is None
    (steady,) = share_changes("definition", "Session", "definition", shares(0.0))
    assert steady.status == "steady"


def test_a_roll_out_over_weeks_is_found_and_a_small_change_is_not():
    ramp = shares(1.0)
    ramp = ramp.assign(rows=100)
    share = np.clip((np.arange(len(WEEKS)) - CHANGE) / 5, 0, 1)
    share = np.clip(share + 0.03 * RNG.normal(size=len(WEEKS)), 0, 1)
    ramp["rows"] = np.concatenate([np.rint(100 * share), 100 - np.rint(100 * share)])
    (found,) = share_changes("tool_version", "UsageEvent", "tool_version", ramp)
    assert found.status == "changed"
    assert abs(found.since - SINCE) <= timedelta(weeks=4)
    (small,) = share_changes("tool_version", "UsageEvent", "tool_version", shares(0.29, before=0.20))
    assert small.status == "steady"


def test_nothing_is_said_without_values_or_weeks():
    never = shares(1.0).assign(value="")
    (found,) = share_changes("template", "NoteSession", "template", never)
    assert (found.status, found.reason) == ("unknown", "never_filled")
    short = shares(1.0)[lambda frame: frame["week"] < WEEKS[10]]
    (found,) = share_changes("template", "NoteSession", "template", short)
    assert (found.status, found.reason) == ("unknown", "too_few_weeks")


def times(shift: float = 0.0, full: float = 0.05, *, local: bool = False) -> pd.DataFrame:
    offset = np.array(
        [2.0 if date(2026, 3, 29) <= day.date() or day.date() < date(2025, 10, 26) else 1.0 for day in WEEKS]
    )
    hour = 11.0 + 0.1 * RNG.normal(size=len(WEEKS)) + np.where(np.arange(len(WEEKS)) >= CHANGE, shift, 0)
    utc = hour - (0 if local else offset)
    shares_full = np.where(np.arange(len(WEEKS)) >= CHANGE, full, 0.05) + 0.01 * RNG.normal(size=len(WEEKS))
    return pd.DataFrame(
        {"department": "a", "day": WEEKS, "rows": 100, "minutes": 6000 * utc, "full_hours": 100 * shares_full}
    )


def clock(frame: pd.DataFrame) -> dict[str, Finding]:
    found = clock_changes("Encounter", "started_at", frame, "Europe/Amsterdam")
    return {one.subject.detector: one for one in found}


def test_a_clock_an_hour_off_full_hours_and_a_clock_without_summer_time():
    assert {one.status for one in clock(times()).values()} == {"steady"}
    moved = clock(times(shift=1.0))["clock"]
    assert (moved.status, moved.since) == ("changed", SINCE)
    assert moved.after - moved.before == pytest.approx(1.0, abs=0.1)
    rounded = clock(times(full=1.0))["full_hour"]
    assert (rounded.status, rounded.since) == ("changed", SINCE)
    local = clock(times(local=True))["daylight_saving"]
    assert local.status == "changed"
    assert local.after - local.before == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("factor", [*FACTORS, *(1 / factor for factor in FACTORS)])
def test_every_unit_jump_is_found(factor):
    log = 0.3 * RNG.normal(size=len(WEEKS))
    grown = np.where(np.arange(len(WEEKS)) >= CHANGE, factor, 1.0)
    frame = pd.DataFrame(
        {"department": "a", "week": WEEKS, "rows": 50, "median": 5 * np.exp(log / 5) * grown}
    )
    (found,) = unit_changes("Session", "outside_minutes", frame)
    assert (found.status, found.since, float(found.value)) == (
        "changed",
        SINCE,
        pytest.approx(factor, rel=1e-4),
    )


def test_a_doubled_median_is_no_unit():
    doubled = np.where(np.arange(len(WEEKS)) >= CHANGE, 2.0, 1.0)
    frame = pd.DataFrame({"department": "a", "week": WEEKS, "rows": 50, "median": 5 * doubled})
    assert unit_changes("Session", "outside_minutes", frame)[0].status == "steady"


def test_fewer_rows_and_an_empty_week():
    rows = RNG.poisson(np.where(np.arange(len(WEEKS)) >= CHANGE, 60, 100))
    # the third week of November is an ordinary one
    rows[11] = 0
    frame = pd.DataFrame({"department": "a", "week": WEEKS, "rows": rows})
    volume, gap = volume_changes("Encounter", frame[frame["rows"] > 0])
    assert volume.status == "changed"
    assert abs(volume.since - SINCE) <= timedelta(weeks=3)
    assert volume.after / volume.before == pytest.approx(0.6, abs=0.06)
    assert (gap.status, gap.since, gap.value, gap.after) == ("changed", WEEKS[11].date(), "1", 0)


def test_a_vacation_is_no_gap():
    rows = np.full(len(WEEKS), 100)
    rows[[7, 16, 17]] = 0  # autumn and Christmas holidays
    frame = pd.DataFrame({"department": "a", "week": WEEKS, "rows": rows})
    assert [one.status for one in volume_changes("Encounter", frame)] == ["steady", "steady"]


def finding(detector, status="changed", since=SINCE, department="a", table="NoteSession", column="c"):
    subject = Subject(detector=detector, department=department, table=table, column=column)
    return Finding(subject=subject, status=status, weeks=40, since=since)


def test_the_ruler_changed_only_near_the_day_and_volume_is_no_ruler():
    near, far = SINCE + timedelta(weeks=3), SINCE + timedelta(weeks=20)
    found = [finding("template"), finding("volume"), finding("clock", "steady", None, department="b")]
    a, b = measurement_change(found, near)
    assert (a.changed, [one.subject.detector for one in a.findings]) == (True, ["template"])
    assert [one.subject.detector for one in a.also] == ["volume"]
    assert (b.changed, b.findings) == (False, ())
    assert measurement_change(found, far)[0].changed is False
    summer = finding("daylight_saving", since=None)
    assert measurement_change([summer], far)[0].changed is True
    (nothing,) = measurement_change([finding("template", "unknown", None), finding("volume")], near)
    assert nothing.changed is None


def test_only_what_a_kpi_reads_concerns_it():
    kpi = load()["wow8"]
    read, other = (
        finding("unit", table="Session", column=name) for name in ("outside_minutes", "inbox_minutes")
    )
    elsewhere = finding("clock", table="Letter")
    assert concerning(kpi, [read, other, elsewhere]) == (read,)


def test_all_detectors_together():
    seen = Seen(table="NoteSession", column="template", frame=shares(1.0))
    at = Seen(table="NoteSession", column="started_at", frame=times())
    observed = Observed(shares=[("template", seen)], times=[at])
    assert [one.subject.detector for one in detect(observed, "Europe/Amsterdam")] == [
        "template",
        "clock",
        "full_hour",
        "daylight_saving",
    ]
