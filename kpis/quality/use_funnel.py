"""The way of a draft from an eligible visit to a signature, as far as the source logs its stages."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from kpis.statistics.funnel import Stage, funnel

ELIGIBLE = "eligible"
STAGES: Mapping[str, str] = {
    "offered": "funnel_offered",
    "opened": "funnel_opened",
    "edited": "funnel_edited",
    "used": "utilisation",
    "signed": "funnel_signed",
}
"""Stages after the eligible visit, in order, each with the KPI whose numerator counts it."""

BRANCH = "edited"
"""A draft may be used and signed as it is, so this stage is none that the later ones pass through."""

Unshown = Literal["not_logged", "few"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelStage:
    """A stage, or why it says nothing: the source never logs it, or too few rows reached it to be shown."""

    name: str
    stage: Stage | None
    unshown: Unshown | None


def use_funnel(counts: Mapping[str, int], logged: Collection[str], smallest: int) -> tuple[FunnelStage, ...]:
    """Every stage in order; conversions skip the stages that are not shown.

    counts: rows per stage, ELIGIBLE among them. logged: stages that the department's source logs at all.
    smallest: fewest rows that may be shown, 0 aside.
    """
    unshown = {name: _unshown(name, counts, logged, smallest) for name in (ELIGIBLE, *STAGES)}
    kept = [name for name, reason in unshown.items() if reason is None]
    way = funnel([(name, counts[name]) for name in kept if name != BRANCH])
    before = kept[: kept.index(BRANCH) + 1] if BRANCH in kept else []
    found = {one.name: one for one in (*funnel([(name, counts[name]) for name in before]), *way)}
    return tuple(
        FunnelStage(name=name, stage=found.get(name), unshown=reason) for name, reason in unshown.items()
    )


def _unshown(name: str, counts: Mapping[str, int], logged: Collection[str], smallest: int) -> Unshown | None:
    if name != ELIGIBLE and name not in logged:
        return "not_logged"
    return "few" if 0 < counts[name] < smallest else None
