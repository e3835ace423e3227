"""Audited diagnosis codes and patient experience (PEM)."""

import numpy as np
from scipy.special import expit, logit

from data_connectors.synthetic.departments import DEPARTMENTS
from data_connectors.synthetic.world import Columns, World

PEM_LOWEST, PEM_HIGHEST = 1.0, 10.0


def audits(world: World) -> Columns:
    """One row per audited code. An update of the note template breaks coding until the end of the data."""
    chosen, random = world.parameters, world.random("audits")
    department, week = world.cells("audits", chosen.audits)
    lasting = 0.1 * random.standard_normal(len(DEPARTMENTS))
    shock = world.shock("audits", chosen.other_shock)[department, week]
    sound = expit(logit(chosen.icd_accuracy) + lasting[department] + shock)
    broken = world.since["template"][department, week] >= chosen.breach_after_weeks
    day = 7 * week + random.integers(0, 5, len(week))
    return {
        "department": department,
        "week": week,
        "day": day,
        "audit": np.arange(len(week)),
        "patient": random.integers(0, chosen.patient_pool, len(week)),
        "clinician": world.staff.anyone(random, department),
        "audited_on": world.calendar.dates(day),
        "correct": random.random(len(week)) < np.where(broken, chosen.icd_broken, sound),
    }


def surveys(world: World) -> Columns:
    """One row per answered question on the visit as a whole, whole marks from 1 to 10."""
    chosen, random = world.parameters, world.random("surveys")
    department, week = world.cells("surveys", chosen.surveys)
    lasting = 0.15 * random.standard_normal(len(DEPARTMENTS))
    shock = world.shock("surveys", chosen.other_shock)[department, week]
    mark = chosen.pem + lasting[department] + shock + chosen.pem_sd * random.standard_normal(len(week))
    day = 7 * week + random.integers(0, 7, len(week))
    return {
        "department": department,
        "week": week,
        "day": day,
        "response": np.arange(len(week)),
        "patient": random.integers(0, chosen.patient_pool, len(week)),
        "clinician": world.staff.anyone(random, department),
        "answered_on": world.calendar.dates(day),
        "score": np.clip(np.rint(mark), PEM_LOWEST, PEM_HIGHEST),
    }
