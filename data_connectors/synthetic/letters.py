"""Discharge letters: a log-normal delay whose share within 24 hours is the declared one."""

import numpy as np
from scipy.special import logit, ndtri

from data_connectors.synthetic.departments import DEPARTMENTS
from data_connectors.synthetic.world import Columns, World

DISCHARGED_TO = ("home", "gp", "nursing_home", "deceased", "internal_transfer")
DISCHARGED_TO_SHARE = (0.78, 0.06, 0.10, 0.03, 0.03)
NORM_HOURS = 24.0


def letters(world: World) -> Columns:
    """One row per discharge. A draft is used for a share of them, and those leave in time more often."""
    chosen, random = world.parameters, world.random("letters")
    department, week = world.cells("letters", chosen.letters)
    count = len(week)
    day = 7 * week + random.choice(7, count, p=(0.16, 0.16, 0.16, 0.17, 0.19, 0.09, 0.07))
    due = world.calendar.utc(day, 3600 * (9 + 9 * random.random(count)))
    used = random.random(count) < chosen.letter_used * world.rollout["letters"][department, week]
    share_used = chosen.letter_24h + (chosen.letter_24h_after - chosen.letter_24h) / chosen.letter_used
    share = _shifted(world, np.where(used, share_used, chosen.letter_24h), department, week)
    delay = NORM_HOURS * np.exp(chosen.letter_spread * (random.standard_normal(count) - ndtri(share)))
    final = due + (3600 * np.minimum(delay, 1000)).astype("timedelta64[s]")
    early = due + (3600 * np.minimum(delay, 1000) * random.random(count)).astype("timedelta64[s]")
    for moment in (final, early):
        moment[moment >= world.calendar.end] = np.datetime64("NaT", "s")
    return {
        "department": department,
        "week": week,
        "day": day,
        "letter": np.arange(count),
        "patient": random.integers(0, chosen.patient_pool, count),
        "clinician": world.staff.anyone(random, department),
        "due_from": due,
        "preliminary_at": early,
        "final_at": final,
        "discharged_to": random.choice(len(DISCHARGED_TO), count, p=DISCHARGED_TO_SHARE),
        "offered": world.rollout["letters"][department, week] > 0,
        "exposed": used,
    }


def _shifted(world: World, share: np.ndarray, department: np.ndarray, week: np.ndarray) -> np.ndarray:
    """The share after lasting differences between departments and shocks, both on the logit scale."""
    lasting = 0.15 * world.random("letters by department").standard_normal(len(DEPARTMENTS))
    shock = world.shock("letters", world.parameters.other_shock)
    return np.asarray(
        1 / (1 + np.exp(-(logit(share) + (lasting - lasting.mean())[department] + shock[department, week])))
    )
