"""The note of every completed visit: log-normal minutes, in the record and in the tool."""

import numpy as np

from data_connectors.synthetic.clinics import FIRST_VISIT
from data_connectors.synthetic.departments import DEPARTMENTS, positions
from data_connectors.synthetic.tools import log_effect
from data_connectors.synthetic.world import Columns, Floats, World

FIRST_VISIT_LOG = 0.3
UNSIGNED = 0.008


def notes(world: World, visits: Columns) -> Columns:
    """One row per completed visit, in the order of the visits."""
    done = visits["completed"]
    kept = {name: column[done] for name, column in visits.items() if name not in ("completed", "eligible")}
    spread, wait = (_normal(world, name, kept) for name in ("note spread", "note wait"))
    inside, pause, idle = (_uniform(world, name, kept) for name in ("tool share", "note pause", "note idle"))
    seconds = np.maximum(1.0, np.rint(60 * np.exp(_log_minutes(world, kept) + _within(world) * spread)))
    tool = np.rint(seconds * _transcribed(kept) * (0.2 + 0.2 * inside))
    started = kept["started_at"] + (60 * (8 + 20 * pause)).astype("timedelta64[s]")
    ended = started + (seconds * (1.1 + idle)).astype("timedelta64[s]")
    signed = ended + (3600 * np.exp(0.5 + 1.3 * wait)).astype("timedelta64[s]")
    signed[(pause < UNSIGNED) | (signed >= world.calendar.end)] = np.datetime64("NaT", "s")
    return {name: kept[name] for name in ("department", "week", "day", "patient", "clinician", "first")} | {
        "note": kept["encounter"],
        "encounter": kept["encounter"],
        "started_at": started,
        "ended_at": ended,
        "active_seconds": seconds - tool,
        "tool_seconds": tool,
        "signed_at": signed,
        "exposed": kept["exposed"],
    }


def _log_minutes(world: World, visits: Columns) -> Floats:
    """Expected log of the minutes: specialty, drift, season, shock, clinician, kind of visit and tool."""
    chosen = world.parameters
    variance = chosen.note_between_sd**2 + chosen.note_within_sd**2
    specialty = np.log([department.note_minutes for department in DEPARTMENTS]) - variance / 2
    weeks = np.arange(chosen.weeks)
    shared = chosen.trend * weeks + chosen.season_amplitude * np.cos(2 * np.pi * weeks / 52)
    cell = specialty[:, None] + shared + world.shock("notes", 1.0)
    kind = FIRST_VISIT_LOG * (visits["first"].astype(float) - FIRST_VISIT)
    department, clinician = visits["department"], visits["clinician"]
    effect = log_effect(world, department, clinician, visits["exposed"])
    return np.asarray(cell[department, visits["week"]] + world.staff.note[clinician] + kind + effect)


def _within(world: World) -> float:
    """Spread left within a clinician once the kind of visit is known."""
    kinds = FIRST_VISIT * (1 - FIRST_VISIT) * FIRST_VISIT_LOG**2
    return float(np.sqrt(world.parameters.note_within_sd**2 - kinds))


def _transcribed(visits: Columns) -> Floats:
    """1 where the visit was transcribed by a tool that keeps its own clock, else 0."""
    with_clock = np.isin(visits["department"], positions("template"), invert=True)
    return np.asarray(visits["exposed"] & with_clock, dtype=float)


def _normal(world: World, name: str, visits: Columns) -> Floats:
    """A draw per visit that is the same in both runs: it belongs to the visit's number."""
    count = int(visits["encounter"].max(initial=-1)) + 1
    return np.asarray(world.random(name).standard_normal(count)[visits["encounter"]])


def _uniform(world: World, name: str, visits: Columns) -> Floats:
    count = int(visits["encounter"].max(initial=-1)) + 1
    return np.asarray(world.random(name).random(count)[visits["encounter"]])
