"""Sizes, shares and counts of a plan."""

from collections.abc import Iterator

from core.issue import Issue
from core.language.text import N_
from experiments.plan.file import Place
from experiments.plan.table import PlanTable
from kpis.toml_lines import Path


def size_problems(plan: PlanTable, place: Place) -> Iterator[Issue]:
    """Thresholds that are not positive, shares and levels outside their range, negative counts."""
    table = plan["primary"]
    if "smallest_change" in table:
        size = table["smallest_change"]
        yield from _size(place, ("primary", "smallest_change"), size, table.get("scale", "absolute"))
    for number, guardrail in enumerate(plan.get("guardrails", ())):
        path: Path = ("guardrails", number, "margin")
        yield from _size(place, path, guardrail["margin"], guardrail["scale"])
    use, extension = plan.get("use"), plan.get("extension", {})
    shares: dict[Path, float] = {("completeness_floor",): plan.get("completeness_floor", 0.9)}
    if use is not None:
        shares |= {("use", "break_even"): use["break_even"], ("use", "target"): use["target"]}
    for path, share in shares.items():
        if not 0 <= share <= 1:
            yield _outside(place, path, share, "0", "1")
    if not 0.5 <= plan.get("level", 0.95) < 1:
        yield _outside(place, ("level",), plan.get("level", 0.95), "0.5", "0.999")
    counts: dict[Path, float] = {
        ("run_in_weeks",): plan.get("run_in_weeks", 0),
        ("extension", "weeks"): extension.get("weeks", 0),
        ("extension", "departments"): extension.get("departments", 0),
        ("costs", "monthly"): plan.get("costs", {}).get("monthly", 0),
    }
    for path, count in counts.items():
        if count < 0:
            yield place.issue(
                path, N_("'{key}' cannot be negative, got {value}."), key=str(path[-1]), value=count
            )


def _size(place: Place, path: Path, value: float, scale: str) -> Iterator[Issue]:
    key = str(path[-1])
    if value <= 0:
        yield place.issue(
            path,
            N_("'{key}' must be more than 0, got {value}."),
            N_("Write it as a positive size; the direction of the KPI says which way is worse."),
            key=key,
            value=value,
        )
    elif scale == "relative" and value >= 1:
        yield place.issue(
            path,
            N_("'{key}' is a fraction on the relative scale and must be less than 1, got {value}."),
            N_("Write 5 percent as 0.05."),
            key=key,
            value=value,
        )


def _outside(place: Place, path: Path, value: float, low: str, high: str) -> Issue:
    return place.issue(
        path,
        N_("'{key}' must be from {low} to {high}, got {value}."),
        key=str(path[-1]),
        low=low,
        high=high,
        value=value,
    )
