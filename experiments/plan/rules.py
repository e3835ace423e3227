"""What a plan must obey beyond its types."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from re import fullmatch

from core.issue import Issue
from core.language.text import N_
from experiments.plan.file import Place
from experiments.plan.kpi_rules import kpi_problems
from experiments.plan.size_rules import size_problems
from experiments.plan.table import PlanTable
from governance.checklist import CHECKLIST
from kpis.kpi import Kpi
from kpis.toml_lines import Path

FEWEST_COMPARISONS = 3
FEWEST_WEEKS = 10


def problems(
    plan: PlanTable, place: Place, kpis: Mapping[str, Kpi], departments: Collection[str]
) -> Iterator[Issue]:
    """Every rule that a plan breaks, errors and warnings; `departments` empty: any name will do."""
    yield from _handle(plan, place)
    yield from _departments(plan, place, departments)
    yield from _comparison(plan, place)
    yield from _dates(plan, place)
    yield from kpi_problems(plan, place, kpis)
    yield from size_problems(plan, place)
    yield from _grade(plan, place)
    yield from _governance(plan, place)


def _handle(plan: PlanTable, place: Place) -> Iterator[Issue]:
    if not fullmatch(r"[a-z0-9][a-z0-9-]{0,99}", plan["id"]):
        yield place.issue(
            ("id",),
            N_("'{id}' cannot be the id of a pilot."),
            N_("Use lower-case letters, digits and hyphens, such as ambient-a."),
            id=plan["id"],
        )


def _departments(plan: PlanTable, place: Place, departments: Collection[str]) -> Iterator[Issue]:
    if not plan["starts"]:
        yield place.issue(
            ("starts",), N_("No department has a start date."), N_("Write department = 2026-02-09 here.")
        )
    if not departments:
        return
    named: list[tuple[Path, str]] = [(("starts", name), name) for name in plan["starts"]]
    named += [(("comparison",), name) for name in plan.get("comparison", ())]
    for path, name in named:
        if name not in departments:
            yield place.unknown(path, N_("The data have no department '{name}'."), name, departments)


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
            N_("Comparison departments: {count}."),
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


def _grade(plan: PlanTable, place: Place) -> Iterator[Issue]:
    if plan.get("minimum_grade") == "A" and plan.get("selection") != "drawn":
        yield place.issue(
            ("minimum_grade",),
            N_("Evidence of grade A is only possible where departments are drawn by lot."),
            N_('Draw them and write selection = "drawn", or ask a lower grade.'),
            level="warning",
        )


def _governance(plan: PlanTable, place: Place) -> Iterator[Issue]:
    known = [item.id for item in CHECKLIST]
    for id_, entry in plan.get("governance", {}).items():
        path: Path = ("governance", id_)
        if id_ not in known:
            yield place.unknown(path, N_("The checklist has no item '{name}'."), id_, known)
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
