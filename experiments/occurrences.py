"""Things that happened in single departments, such as a downtime or a new template."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from core.language.text import N_, Text, Value
from core.period import containing

MOST_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """Something that happened. kind: its word in English; day: None where it holds for the whole window."""

    kind: str
    department: str
    day: date | None


def more_common(
    found: Iterable[Occurrence], departments: Collection[str], others: Collection[str]
) -> tuple[Occurrence, ...]:
    """Those of some departments whose kind befell a larger share of them than of the others.

    What befell both alike is in both sides of a comparison and cancels out.
    """
    happened = tuple(found)

    def share(kind: str, among: Collection[str]) -> float:
        hit = {one.department for one in happened if one.kind == kind and one.department in among}
        return len(hit) / len(among) if among else 0.0

    return tuple(
        one
        for one in happened
        if one.department in departments and share(one.kind, departments) > share(one.kind, others)
    )


def listed(found: Iterable[Occurrence]) -> Text:
    """As "template (north, 2026-W10); downtime (south, 2026-W11)", the first few in order of day."""
    ordered = sorted(set(found), key=lambda one: (one.day or date.min, one.department, one.kind))
    values: dict[str, Value] = {f"part{number}": _told(one) for number, one in enumerate(ordered[:MOST_TOLD])}
    told = Text("; ".join(f"{{{name}}}" for name in values), values)
    more = len(ordered) - MOST_TOLD
    return Text(AND_MORE, {"told": told, "count": more}) if more > 0 else told


def _told(one: Occurrence) -> Text:
    """With the label of its week, as stored results keep text and numbers but no dates."""
    if one.day is None:
        return Text("{kind} ({department})", {"kind": Text(one.kind), "department": one.department})
    week = containing(one.day, "week").label
    return Text(
        "{kind} ({department}, {week})",
        {"kind": Text(one.kind), "department": one.department, "week": week},
    )


AND_MORE = N_("{told}; and {count} more")
