"""Half-day clinics and the visits in them."""

import numpy as np

from data_connectors.synthetic.departments import DEPARTMENTS
from data_connectors.synthetic.staff import sessions_per_week
from data_connectors.synthetic.tools import use_probability
from data_connectors.synthetic.world import Columns, Floats, Ints, World

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


def _outside(world: World, department: Ints, week: Ints) -> Floats:
    """Two parts: often nothing, else log-normal minutes. No tool changes them."""
    random, chosen = world.random("outside"), world.parameters
    median = chosen.outside_minutes / (1 - chosen.outside_none) / np.exp(chosen.outside_sd**2 / 2)
    spread = chosen.outside_sd * random.standard_normal(len(week))
    minutes = median * np.exp(spread + world.shock("outside", chosen.other_shock)[department, week])
    return np.where(random.random(len(week)) < chosen.outside_none, 0.0, np.minimum(minutes, 600).round(1))


def encounters(world: World, clinics: Columns) -> Columns:
    """The visits of the clinics. Candidates are drawn for both runs and thinned to each run's volume."""
    random = world.random("encounters")
    clinic_of = _candidates(world, clinics, random)
    draws = random.random((5, len(clinic_of)), dtype=np.float32)
    patient = random.integers(0, world.parameters.patient_pool, len(clinic_of))
    first = world.random("segment").random(len(clinic_of)) < FIRST_VISIT
    kept = draws[0] < _kept_share(world)[clinics["department"][clinic_of], clinics["week"][clinic_of]]
    clinic_of, draws = clinic_of[kept], draws[:, kept]
    visits = {name: clinics[name][clinic_of] for name in ("department", "week", "day", "clinician")}
    eligible, completed = draws[1] < ELIGIBLE, draws[2] < COMPLETED
    used = draws[3] < use_probability(world, visits["department"], visits["week"], visits["clinician"])
    into = (draws[4] * CLINIC_MINUTES * 60).astype("timedelta64[s]")
    return visits | {
        "encounter": np.flatnonzero(kept),
        "patient": patient[kept],
        "started_at": clinics["starts_at"][clinic_of] + into,
        "completed": completed,
        "eligible": eligible,
        "exposed": used & eligible & completed,
        "first": first[kept],
    }


def _candidates(world: World, clinics: Columns, random: np.random.Generator) -> Ints:
    """The clinic of every visit that either run may have: slots are filled or stay empty."""
    chosen, department = world.parameters, clinics["department"]
    sizes = np.array([one.size for one in DEPARTMENTS])
    per_clinic = chosen.visits * chosen.scale * sizes / sessions_per_week(chosen)
    slots = np.ceil(per_clinic / FILLED).astype(np.int64)[department]
    shock = world.shock("visits", chosen.other_shock / 2)[department, clinics["week"]]
    expected = per_clinic[department] * np.exp(shock) * (1 + chosen.visits_effect)
    filled = random.binomial(slots, np.minimum(1.0, expected / slots))
    return np.repeat(np.arange(len(filled)), filled)


def _kept_share(world: World) -> Floats:
    """(D, W) share of the candidates that become visits: all of them where the tool is fully in use."""
    most = world.parameters.visits_effect
    return (1 + most * world.rollout["ambient-a"]) / (1 + most)
