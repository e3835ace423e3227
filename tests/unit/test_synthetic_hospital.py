"""The demo hospital: what its parameters promise is what its rows hold."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from data_connectors.synthetic.departments import DEPARTMENTS, positions
from data_connectors.synthetic.dirt import DIRT, dirty_rows
from data_connectors.synthetic.files import write_files
from data_connectors.synthetic.hospital import Hospital, simulate
from data_connectors.synthetic.ledger import MONTHLY_COSTS
from data_connectors.synthetic.outcomes import outcome
from data_connectors.synthetic.parameters import Parameters
from data_connectors.synthetic.plans import PILOTS, plan, starts
from data_connectors.synthetic.shocks import autoregressive
from data_connectors.synthetic.truth import Runs, simulate_both, true_effects
from governance.checklist import CHECKLIST
from kpis.tables import TABLES

FULL = Parameters()
SMALL = Parameters(rows=20_000)


@pytest.fixture(scope="module")
def runs() -> Runs:
    return simulate_both(FULL, seed=7)


@pytest.fixture(scope="module")
def hospital(runs: Runs) -> Hospital:
    return runs.factual


def test_there_are_24_departments_and_five_pilots_of_the_declared_sizes() -> None:
    assert len(DEPARTMENTS) == len({d.id for d in DEPARTMENTS}) == 24
    assert {pilot: len(starts(pilot)) for pilot in PILOTS} == {
        "ambient-a": 3,
        "ambient-b": 3,
        "letters": 4,
        "drafts": 3,
        "template": 2,
    }
    assert len(positions("contaminated")) == 1
    assert len(positions("none")) == 8


@pytest.mark.parametrize("pilot", PILOTS)
def test_a_plan_names_the_departments_of_its_trial_and_the_clean_controls(pilot: str) -> None:
    ids = [department.id for department in DEPARTMENTS]
    assert sorted(starts(pilot)) == sorted(ids[i] for i in positions(pilot))  # type: ignore[arg-type]
    assert sorted(plan(pilot)["comparison"]) == sorted(ids[i] for i in positions("none"))
    assert [entry["department"] for entry in plan(pilot)["excluded"]] == [
        ids[i] for i in positions("contaminated")
    ]
    assert set(plan(pilot)["governance"]) == {item.id for item in CHECKLIST}
    assert plan(pilot)["costs"]["monthly"] == sum(MONTHLY_COSTS[pilot]) * len(starts(pilot))


def test_letters_start_in_the_declared_weeks() -> None:
    first = FULL.first_week
    assert [(day - first).days // 7 + 1 for day in starts("letters").values()] == [34, 38, 42, 46]


def test_the_data_end_on_the_sunday_before_the_16th_of_november_2026() -> None:
    assert FULL.first_week + timedelta(weeks=FULL.weeks) == date(2026, 11, 16)


def test_about_a_million_rows(hospital: Hospital) -> None:
    # Ours: within 5 % of what was asked; the Poisson error of a million rows is 0.1 %.
    assert hospital.rows == pytest.approx(1_000_000, rel=0.05)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    written = [
        [path.read_bytes() for path in write_files(simulate(SMALL, seed), tmp_path / str(number))]
        for number, seed in enumerate((3, 3, 4))
    ]
    assert written[0] == written[1]
    assert all(one != other for one, other in zip(written[0][:-2], written[2][:-2], strict=True))


def test_note_minutes_have_the_declared_mean_per_specialty(runs: Runs) -> None:
    found = runs.counterfactual.tables["NoteSession"]
    minutes = (found["active_seconds"] + found["tool_seconds"]) / 60
    counts = np.bincount(found["department"])
    means = np.bincount(found["department"], weights=minutes) / counts
    asked = np.array([department.note_minutes for department in DEPARTMENTS])
    # With 8 to 15 clinicians of spread .35 a department's mean has a standard error of about 11 %.
    z = np.log(means / asked) / (0.35 / np.sqrt(runs.factual.world.staff.size))
    assert np.abs(z).max() < 4
    assert means.mean() == pytest.approx(asked.mean(), rel=0.08)
    assert asked.min() == 4.5
    assert asked.max() == 9.0


def test_spread_of_note_minutes_between_and_within_clinicians(runs: Runs) -> None:
    rows = runs.counterfactual.tables["NoteSession"]
    log = np.log((rows["active_seconds"] + rows["tool_seconds"]) / 60)
    cells = rows["clinician"] * FULL.weeks + rows["week"]
    kept = np.unique(cells, return_inverse=True)[1]
    count, total, squares = (np.bincount(kept, weights=w) for w in (np.ones_like(log), log, log**2))
    many = count > 1
    within = np.sqrt((squares - total**2 / count)[many].sum() / (count - 1)[many].sum())
    assert within == pytest.approx(FULL.note_within_sd, rel=0.01)
    staff = runs.factual.world.staff
    # About 290 clinicians: the standard error of a standard deviation is 4 %.
    assert staff.note.std() == pytest.approx(FULL.note_between_sd, rel=0.15)


@pytest.mark.parametrize("rho", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("sd", [0.03, 0.1])
def test_shocks_are_stationary_and_autoregressive(rho: float, sd: float) -> None:
    found = autoregressive(np.random.default_rng(5), 400, 400, rho=rho, sd=sd)
    assert found.std() == pytest.approx(sd, rel=0.02)
    assert found[:, 0].std() == pytest.approx(sd, rel=0.15)
    assert np.corrcoef(found[:, 1:].ravel(), found[:, :-1].ravel())[0, 1] == pytest.approx(rho, abs=0.02)


def test_volume_dips_in_holidays(hospital: Hospital) -> None:
    visits = np.bincount(hospital.tables["Encounter"]["week"], minlength=FULL.weeks)
    mondays = hospital.world.calendar.mondays
    ordinary = np.median(visits)
    assert visits[mondays.index(date(2025, 12, 22))] < 0.5 * ordinary
    assert visits[mondays.index(date(2026, 7, 27))] < 0.8 * ordinary


NOMINAL = {
    ("ambient-a", "note_time_enc"): -0.09,
    ("ambient-a", "visits_per_session"): 0.01,
    ("letters", "letter_24h"): 0.08,
    ("drafts", "message_read_time"): 0.15,
    ("template", "note_time_enc"): -0.06,
    # The breach holds in 16 of the 22 weeks after the run-in.
    ("template", "icd_accuracy"): (0.35 - 0.79) * 16 / 22,
}


def test_the_truth_is_near_the_nominal_effects_and_0_elsewhere(runs: Runs) -> None:
    for effect in true_effects(runs):
        nominal = NOMINAL.get((effect.pilot, effect.kpi), 0.0)
        # Who happens to be a heavy user, and how often, moves the realised effect by a tenth.
        assert effect.effect == pytest.approx(nominal, rel=0.12, abs=1e-12), effect


def test_departments_outside_the_pilots_are_the_same_in_both_runs(runs: Runs) -> None:
    controls = list(positions("none"))
    for kpi in ("note_time_enc", "visits_per_session", "pem", "icd_accuracy", "message_read_time"):
        with_tools, without = (outcome(run, kpi, "absolute") for run in (runs.factual, runs.counterfactual))
        np.testing.assert_array_equal(with_tools[controls], without[controls])


def test_the_contaminated_control_is_touched(runs: Runs) -> None:
    place = positions("contaminated")[0]
    change = outcome(runs.factual, "note_time_enc", "relative") - outcome(
        runs.counterfactual, "note_time_enc", "relative"
    )
    after = runs.factual.world.since["ambient-a"][place] >= 6
    assert -0.08 < change[place, after].mean() < -0.01


def test_without_effects_nothing_is_exposed(runs: Runs) -> None:
    tables = runs.counterfactual.tables
    assert not any(
        tables[name]["exposed"].any() for name in ("Encounter", "NoteSession", "Letter", "Message")
    )
    assert len(tables["UsageEvent"]["week"]) == 0


def test_use_after_the_run_in_is_about_65_percent(hospital: Hospital) -> None:
    visits = hospital.tables["Encounter"]
    learned = hospital.world.since["ambient-a"][visits["department"], visits["week"]] >= 6
    asked = (
        learned
        & visits["eligible"]
        & visits["completed"]
        & np.isin(visits["department"], positions("ambient-a"))
    )
    assert visits["exposed"][asked].mean() == pytest.approx(0.65, abs=0.05)


def test_the_upgrade_leaves_a_week_without_data_and_says_so(hospital: Hospital) -> None:
    out = [i for i, department in enumerate(DEPARTMENTS) if department.id in FULL.outage_departments]
    for name in ("Encounter", "NoteSession", "Letter", "Message", "CodeAudit", "SurveyResponse"):
        rows = hospital.tables[name]
        assert not np.isin(rows["department"][rows["week"] == FULL.outage_week], out).any()
    events = hospital.tables["DepartmentWeek"]
    assert sorted(events["department"][events["event"] == 0]) == out


def test_enough_persons_stand_behind_the_weekly_note_time(hospital: Hospital) -> None:
    rows = hospital.tables["NoteSession"]
    patients = 100_000 * rows["department"] + rows["patient"]
    for persons, smallest in ((rows["clinician"], 5), (patients, 10)):
        pairs = np.unique(np.stack([rows["department"] * FULL.weeks + rows["week"], persons]), axis=1)
        # The departments with a small team are thin in the weeks of Christmas, as in real life.
        assert (np.unique(pairs[0], return_counts=True)[1] >= smallest).mean() > 0.99


def test_a_small_demo_has_every_department_in_almost_every_week() -> None:
    small = simulate(SMALL, 1)
    for kpi in ("note_time_enc", "icd_accuracy", "pem", "message_write_time"):
        assert np.isfinite(outcome(small, kpi, "absolute")).mean() > 0.9
    assert small.rows < 40_000


def test_files_hold_the_columns_of_the_standard_tables_and_the_dirty_rows(tmp_path: Path) -> None:
    run = simulate(SMALL, 1)
    for path in write_files(run, tmp_path):
        read, name = pq.read_table(path), path.stem
        own = [column.name for column in TABLES[name].columns]
        assert read.column_names == ["department", "segment", "exposed", *own]
        dirty = sum(dirty_rows(dirt, SMALL.scale) for dirt in DIRT if dirt.table == name)
        assert len(read) == len(run.tables[name]["department"]) + dirty
    notes = pq.read_table(tmp_path / "NoteSession.parquet")
    seconds = notes["active_seconds"].to_pylist()
    assert sum(value == "-35" for value in seconds) == dirty_rows(DIRT[0], SMALL.scale)
    assert len(notes) - len(set(notes["note"].to_pylist())) == dirty_rows(DIRT[3], SMALL.scale)
