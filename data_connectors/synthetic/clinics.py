"""Half-day clinics and the visits in them."""

import numpy as np

from data_connectors.synthetic.departments import DEPARTMENTS
from data_connectors.synthetic.staff import sessions_per_week
from data_connectors.synthetic.tools import use_probability
from data_connectors.synthetic.world import Columns, World

MORNING, AFTERNOON = 8.5 * 3600, 13.0 * 3600
CLINIC_MINUTES = 240.0
FIRST_VISIT = 0.25
ELIGIBLE, COMPLETED = 0.96, 0.97
FILLED = 0.85
"""Share of the slots of a clinic that an ordinary week fills."""


def sessions(world: World) -> Columns:
    """The clinics that took place, in order of time; every clinician has fixed half-days."""
    random, calendar, chosen = world.random("sessions"), world.calendar, world.parameters
    planned = sessions_per_week(chosen)
    department = np.repeat(np.arange(len(DEPARTMENTS)), planned)
    turn = np.arange(len(department)) - np.repeat(np.cumsum(planned) - planned, planned)
    clinician = world.staff.first[department] + turn % world.staff.size[department]
    weekday, half = random.integers(0, 5, len(department)), random.integers(0, 2, len(department))
    attended = random.random((chosen.weeks, len(department))) < calendar.attendance[:, None]
    held = attended & calendar.working[:, weekday] & world.present[department].T
    week, slot = np.nonzero(held)
    order = np.lexsort((half[slot], 7 * week + weekday[slot]))
    week, slot = week[order], slot[order]
    day = 7 * week + weekday[slot]
    return {
        "department": department[slot],
        "week": week,
        "day": day,
        "session": np.arange(len(slot)),
        "clinician": clinician[slot],
        "starts_at": calendar.utc(day, np.where(half[slot] == 0, MORNING, AFTERNOON)),
        "scheduled_minutes": np.full(len(slot), CLINIC_MINUTES),
        "outside_minutes": _outside(world, department[slot], week),
    }


def _outside(world: World, department: np.ndarray, week: np.ndarray) -> np.ndarray:
    """Two parts: often nothing, else log-normal minutes. No tool changes them."""
    random, chosen = world.random("outside"), world.parameters
    median = chosen.outside_minutes / (1 - chosen.outside_none) / np.exp(chosen.outside_sd**2 / 2)
    spread = chosen.outside_sd * random.standard_normal(len(week))
    minutes = median * np.exp(spread + world.shock("outside", chosen.other_shock)[department, week])
    return np.where(random.random(len(week)) < chosen.outside_none, 0.0, np.minimum(minutes, 600).round(1))


def encounters(world: World, clinics: Columns) -> Columns:
    """The visits of the clinics. Candidates are drawn for both runs and thinned to each run's volume."""
    random, chosen = world.random("encounters"), world.parameters
    sizes = np.array([department.size for department in DEPARTMENTS])
    weekly = chosen.visits * chosen.scale * sizes / sessions_per_week(chosen)
    shock = world.shock("visits", chosen.other_shock / 2)[clinics["department"], clinics["week"]]
    expected = weekly[clinics["department"]] * np.exp(shock) * (1 + chosen.visits_effect)
    slots = np.ceil(weekly / FILLED).astype(np.int64)[clinics["department"]]
    filled = random.binomial(slots, np.minimum(1.0, expected / slots))
    clinic_of = np.repeat(np.arange(len(filled)), filled)
    draws = random.random((5, len(clinic_of)), dtype=np.float32)
    patient = random.integers(0, chosen.patient_pool, len(clinic_of))
    growth = chosen.visits_effect * world.rollout["ambient-a"]
    relative = (1 + growth) / (1 + chosen.visits_effect)
    kept = draws[0] < relative[clinics["department"][clinic_of], clinics["week"][clinic_of]]
    clinic_of, draws = clinic_of[kept], draws[:, kept]
    columns = {name: clinics[name][clinic_of] for name in ("department", "week", "day", "clinician")}
    department, week, clinician = columns["department"], columns["week"], columns["clinician"]
    eligible, completed = draws[1] < ELIGIBLE, draws[2] < COMPLETED
    used = draws[3] < use_probability(world, department, week, clinician)
    into = (draws[4] * CLINIC_MINUTES * 60).astype("timedelta64[s]")
    return columns | {
        "encounter": np.flatnonzero(kept),
        "patient": patient[kept],
        "started_at": clinics["starts_at"][clinic_of] + into,
        "completed": completed,
        "eligible": eligible,
        "exposed": used & eligible & completed,
        "first": world.random("segment").random(kept.size)[kept] < FIRST_VISIT,
    }
