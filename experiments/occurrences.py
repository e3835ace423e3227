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
    """Those of some departments whose kind befell them more than the others.

    What befell both alike is in both sides of a comparison and cancels out. Alike: the others have it too,
    and less than one more of them would bring it to the same share, as whole departments cannot match any
    share (one in three is as near as can be to two in eight).
    """
    happened = tuple(found)

    def hit(kind: str, among: Collection[str]) -> int:
        return len({one.department for one in happened if one.kind == kind and one.department in among})

    def more(kind: str) -> bool:
        ours, theirs = hit(kind, departments), hit(kind, others)
        return theirs == 0 or ours * len(others) >= (theirs + 1) * len(departments)

    return tuple(one for one in happened if one.department in departments and more(one.kind))


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
