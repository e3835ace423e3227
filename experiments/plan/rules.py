"""What a plan must obey beyond its types."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from re import fullmatch

from core.issue import Issue
from core.language.text import N_
from experiments.plan.file import Place
from experiments.plan.table import PlanTable
from governance.checklist import CHECKLIST
from kpis.kpi import Kpi
from kpis.toml_lines import Path

FEWEST_COMPARISONS = 3
FEWEST_WEEKS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a plan may name: KPIs by id, and departments (empty: any)."""

    kpis: Mapping[str, Kpi]
    departments: Collection[str]


def problems(plan: PlanTable, place: Place, known: Known) -> Iterator[Issue]:
    """Every rule that a plan breaks, errors and warnings."""
    yield from _handle(plan, place)
    yield from _departments(plan, place, known)
    yield from _comparison(plan, place)
    yield from _dates(plan, place)
    yield from _kpis(plan, place, known)
    yield from _primary(plan, place, known)
    yield from _guardrails(plan, place, known)
    yield from _sizes(plan, place)
    yield from _governance(plan, place)


def _handle(plan: PlanTable, place: Place) -> Iterator[Issue]:
    if not fullmatch(r"[a-z0-9][a-z0-9-]{0,99}", plan["id"]):
        yield place.issue(
            ("id",),
            N_("'{id}' cannot be the id of a pilot."),
            N_("Use lower-case letters, digits and hyphens, such as ambient-a."),
            id=plan["id"],
        )


def _departments(plan: PlanTable, place: Place, known: Known) -> Iterator[Issue]:
    if not plan["starts"]:
        yield place.issue(
            ("starts",), N_("No department has a start date."), N_("Write department = 2026-02-09 here.")
        )
    if not known.departments:
        return
    named: list[tuple[Path, str]] = [(("starts", name), name) for name in plan["starts"]]
    named += [(("comparison",), name) for name in plan.get("comparison", ())]
    for path, name in named:
        if name not in known.departments:
            yield _unknown(place, path, N_("The data have no department '{name}'."), name, known.departments)


def _unknown(place: Place, path: Path, message: str, name: str, known: Collection[str]) -> Issue:
    near = get_close_matches(name, known, n=3) or sorted(known)[:8]
    return place.issue(path, message, N_("Known: {near}."), name=name, near=", ".join(near))


def _comparison(plan: PlanTable, place: Place) -> Iterator[Issue]:
    comparison = plan.get("comparison", [])
    excluded = {one["department"] for one in plan.get("excluded", ())}
    for name, times in Counter(comparison).items():
        if times > 1:
            yield place.issue(
                ("comparison",), N_("Department '{name}' is named twice."), N_("Name it once."), name=name
            )
        if name in plan["starts"]:
            yield place.issue(
                ("comparison",),
                N_("Department '{name}' is in the pilot and in the comparison."),
                N_("Leave it out of one of the two."),
                name=name,
            )
    for name in sorted(excluded & {*comparison, *plan["starts"]}):
        yield place.issue(
            ("excluded",),
            N_("Department '{name}' is excluded and takes part."),
            N_("Leave it out of one of the two."),
            name=name,
        )
    if len(set(comparison)) < FEWEST_COMPARISONS:
        yield place.issue(
            ("comparison",),
            N_("There are {count} comparison departments."),
            N_("With fewer than {fewest} the pilot can never be scaled on its own evidence."),
            level="warning",
            count=len(set(comparison)),
            fewest=FEWEST_COMPARISONS,
        )


def _dates(plan: PlanTable, place: Place) -> Iterator[Issue]:
    window = plan["window"]
    if len(window) != 2 or window[0] >= window[-1]:
        yield place.issue(
            ("window",),
            N_("The window must be a first and a later last day."),
            N_("Write window = [2025-01-06, 2026-06-28]."),
        )
        return
    first, last = window
    run_in = timedelta(weeks=plan.get("run_in_weeks", 6))
    for name, start in plan["starts"].items():
        path: Path = ("starts", name)
        if not first <= start <= last:
            yield place.issue(
                path,
                N_("Department '{name}' starts on {start}, outside the window ({first} to {last})."),
                N_("Change the start date or the window."),
                name=name, start=start, first=first, last=last,
            )  # fmt: skip
        elif start + run_in > last:
            yield place.issue(
                path,
                N_("The window ends before the run-in of '{name}' is over."),
                N_("Make the window longer or the run-in shorter."),
                name=name,
            )
        elif min(start - first, last - start - run_in) < timedelta(weeks=FEWEST_WEEKS):
            yield place.issue(
                path,
                N_("'{name}' has fewer than {weeks} weeks before its start or after its run-in."),
                N_("The default method needs that many on both sides."),
                level="warning",
                name=name,
                weeks=FEWEST_WEEKS,
            )


def _kpis(plan: PlanTable, place: Place, known: Known) -> Iterator[Issue]:
    named: list[tuple[Path, str]] = [(("primary", "kpi"), plan["primary"]["kpi"])]
    named += [(("guardrails", i, "kpi"), one["kpi"]) for i, one in enumerate(plan.get("guardrails", ()))]
    named += [(("secondary",), name) for name in plan.get("secondary", ())]
    if "use" in plan:
        named.append((("use", "kpi"), plan["use"]["kpi"]))
    seen: set[str] = set()
    for path, name in named:
        if name not in known.kpis:
            yield _unknown(place, path, N_("There is no KPI '{name}'."), name, known.kpis)
        if name in seen:
            yield place.issue(
                path, N_("KPI '{name}' has two roles."), N_("Give every KPI one role."), name=name
            )
        seen.add(name)


def _primary(plan: PlanTable, place: Place, known: Known) -> Iterator[Issue]:
    table = plan["primary"]
    if ("smallest_change" in table) != ("scale" in table):
        yield place.issue(
            ("primary",),
            N_("Smallest change and scale belong together."),
            N_("Write both, or neither to use those of the KPI."),
        )
    kpi = known.kpis.get(table["kpi"])
    if kpi is None:
        return
    if kpi.statistic == "duration" and kpi.counts_tool_time is None:
        yield place.issue(
            ("primary", "kpi"),
            N_("KPI '{name}' cannot carry the verdict: nobody knows whether it counts time inside the tool."),
            N_("Declare counts_tool_time in its definition, or choose another KPI."),
            name=kpi.id,
        )
    yield from _direction(place, ("primary", "kpi"), kpi)


def _direction(place: Place, path: Path, kpi: Kpi) -> Iterator[Issue]:
    if kpi.direction == "neutral":
        yield place.issue(
            path,
            N_("KPI '{name}' has no better side, so nothing can be decided on it."),
            N_("Make it secondary, or declare its direction."),
            name=kpi.id,
        )


def _guardrails(plan: PlanTable, place: Place, known: Known) -> Iterator[Issue]:
    guardrails = plan.get("guardrails", [])
    if not guardrails:
        yield place.issue(
            (),
            N_("The plan guards nothing."),
            N_("Add a KPI that may not get worse under [[guardrails]]."),
            level="warning",
        )
    for number, guardrail in enumerate(guardrails):
        if guardrail["kpi"] in known.kpis:
            yield from _direction(place, ("guardrails", number, "kpi"), known.kpis[guardrail["kpi"]])
        yield from _size(place, ("guardrails", number, "margin"), guardrail["margin"], guardrail["scale"])


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


def _sizes(plan: PlanTable, place: Place) -> Iterator[Issue]:
    table = plan["primary"]
    if "smallest_change" in table:
        size = table["smallest_change"]
        yield from _size(place, ("primary", "smallest_change"), size, table.get("scale", "absolute"))
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


def _outside(place: Place, path: Path, value: float, low: str, high: str) -> Issue:
    return place.issue(
        path,
        N_("'{key}' must be from {low} to {high}, got {value}."),
        key=str(path[-1]),
        low=low,
        high=high,
        value=value,
    )


def _governance(plan: PlanTable, place: Place) -> Iterator[Issue]:
    known = [item.id for item in CHECKLIST]
    for id_, entry in plan.get("governance", {}).items():
        path: Path = ("governance", id_)
        if id_ not in known:
            yield _unknown(place, path, N_("The checklist has no item '{name}'."), id_, known)
        if entry["state"] == "signed" and not (entry.get("signer") and entry.get("evidence")):
            yield place.issue(
                path,
                N_("Item '{name}' is signed without a signer and evidence."),
                N_("Name who signed it and on what."),
                level="warning",
                name=id_,
            )
        signed, expires = entry.get("signed_on"), entry.get("expires_on")
        if signed and expires and expires < signed:
            yield place.issue(
                path,
                N_("Item '{name}' expires before it was signed."),
                N_("Correct one of the dates."),
                name=id_,
            )
