"""Use of the tools, what they cost, and what happened in a department in a week."""

import numpy as np

from data_connectors.synthetic.departments import DEPARTMENTS
from data_connectors.synthetic.plans import PILOTS, starts
from data_connectors.synthetic.world import Columns, World

TASKS = ("consult", "letter", "message")
OUTCOMES = ("offered", "used")
COSTS = ("licence", "support", "training", "integration")
MONTHLY_COSTS = {
    "ambient-a": (2900.0, 450.0, 150.0),
    "ambient-b": (4200.0, 450.0, 150.0),
    "letters": (900.0, 200.0, 60.0),
    "drafts": (800.0, 200.0, 60.0),
    "template": (120.0, 80.0, 40.0),
}
"""EUR a month and department for licence, support and training; ours, no Dutch list price is public."""
INTEGRATION_COST = 6500.0
EVENTS = ("ehr_upgrade", "staff_fte")


def usage(visits: Columns, letters: Columns, messages: Columns) -> Columns:
    """One row per visit with the tool and per draft that was offered; `outcome` says whether it was used."""
    consult = _events(visits, visits["exposed"], "started_at", 0)
    letter = _events(letters, letters["offered"], "due_from", 1)
    message = _events(messages, messages["offered"], "received_at", 2)
    joined = {name: np.concatenate([part[name] for part in (consult, letter, message)]) for name in consult}
    order = np.argsort(joined["happened_at"], kind="stable")
    return {name: column[order] for name, column in joined.items()} | {"event": np.arange(len(order))}


def _events(rows: Columns, chosen: np.ndarray, clock: str, task: int) -> Columns:
    kept = {name: rows[name][chosen] for name in ("department", "week", "day", "patient", "clinician")}
    return kept | {
        "happened_at": rows[clock][chosen],
        "task": np.full(int(chosen.sum()), task),
        "outcome": rows["exposed"][chosen].astype(int),
        "exposed": rows["exposed"][chosen],
    }


def costs(world: World) -> Columns:
    """Invoices on the first of every month in use, and the integration on the first day."""
    booked = [line for pilot in PILOTS for line in _invoices(world, pilot)]
    department, day, category, amount = (np.array(column) for column in zip(*booked, strict=True))
    return {
        "department": department,
        "line": np.arange(len(booked)),
        "booked_on": world.calendar.dates(day),
        "category": category,
        "amount": amount,
    }


def _invoices(world: World, pilot: str) -> list[tuple[int, int, int, float]]:
    places = {department.id: place for place, department in enumerate(DEPARTMENTS)}
    dates = world.calendar.dates(np.arange(7 * world.calendar.weeks)).astype(object)
    found = []
    for department, start in starts(pilot).items():
        for day, moment in enumerate(dates):
            if moment == start:
                found.append((places[department], day, 3, INTEGRATION_COST))
            if moment >= start and (moment.day == 1 or moment == start):
                found += [(places[department], day, c, cost) for c, cost in enumerate(MONTHLY_COSTS[pilot])]
    return found


def department_weeks(world: World) -> Columns:
    """Staffing of every week, and the upgrade that took a week of data in some departments."""
    fte = np.outer(world.staff.size * 0.8, world.calendar.attendance)
    department, week = (axis.ravel() for axis in np.indices(fte.shape))
    out_department, out_week = np.nonzero(~world.present)
    all_weeks = np.concatenate([week, out_week])
    return {
        "department": np.concatenate([department, out_department]),
        "week": all_weeks,
        "week_start": world.calendar.dates(7 * all_weeks),
        "event": np.repeat([1, 0], [week.size, out_week.size]),
        "amount": np.concatenate([fte.ravel().round(1), np.full(out_week.size, np.nan)]),
    }
