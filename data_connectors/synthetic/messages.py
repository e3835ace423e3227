"""Patient messages: reading takes longer with a draft, writing does not get shorter."""

import numpy as np

from data_connectors.synthetic.departments import DEPARTMENTS
from data_connectors.synthetic.world import Columns, Floats, Ints, World


def messages(world: World) -> Columns:
    """One row per message with its reply. The reading effect sits in the messages that got a draft."""
    chosen, random = world.parameters, world.random("messages")
    department, week = world.cells("messages", chosen.messages)
    count = len(week)
    clinician = world.staff.anyone(random, department)
    rollout = world.rollout["drafts"][department, week]
    offered = random.random(count) < chosen.draft_offered * rollout
    used = offered & (random.random(count) < chosen.draft_used)
    day = 7 * week + random.choice(7, count, p=(0.2, 0.18, 0.17, 0.17, 0.16, 0.05, 0.07))
    received = world.calendar.utc(day, 3600 * (6 + 17 * random.random(count)))
    replied = received + (3600 * np.exp(2.3 + random.standard_normal(count))).astype("timedelta64[s]")
    replied[replied >= world.calendar.end] = np.datetime64("NaT", "s")
    longer: Floats = np.log1p(chosen.read_effect) * offered.astype(np.float64) / chosen.draft_offered
    return {
        "department": department,
        "week": week,
        "day": day,
        "message": np.arange(count),
        "patient": random.integers(0, chosen.patient_pool, count),
        "clinician": clinician,
        "received_at": received,
        "replied_at": replied,
        "read_seconds": _seconds(world, "read", chosen.read_seconds, department, week, clinician, longer),
        "write_seconds": _seconds(
            world, "write", chosen.write_seconds, department, week, clinician, np.zeros(count)
        ),
        "offered": offered,
        "exposed": used,
    }


def _seconds(
    world: World, name: str, mean: float, department: Ints, week: Ints, clinician: Ints, effect: Floats
) -> Floats:
    """Log-normal seconds around a mean, with the clinician's own pace and the department's shock."""
    chosen, random = world.parameters, world.random(name)
    variance = chosen.message_within_sd**2 + chosen.message_between_sd**2
    lasting = 0.1 * random.standard_normal(len(DEPARTMENTS))[department]
    noise = chosen.message_within_sd * random.standard_normal(len(week))
    shock = world.shock(name, chosen.other_shock)[department, week]
    log = np.log(mean) - variance / 2 + lasting + world.staff.message[clinician] + shock + noise + effect
    return np.asarray(np.maximum(1.0, np.rint(np.exp(log))))
