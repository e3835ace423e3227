"""At least so many persons stand behind a KPI that its source counted: what it counted by day and week.

The persons of two days or departments may be the same, and who they are has not left the source. The largest
count among the days and weeks of a group is a number that it has at least, so that a group may be suppressed
that is large enough, and never the other way round.
"""

import pandas as pd

from core.errors import InputError
from core.language.text import N_
from core.period import containing
from governance.disclosure_control import Persons
from kpis.kpi import Kpi
from kpis.person_amounts import MEASURES
from storage import cube
from storage.comparison import Comparison
from storage.counted_in_source import counts_of
from storage.workspace import Workspace

UNKNOWN = Persons(patients=1, staff=1)
"""Persons of whom nothing is known: so few that nothing is shown."""


def is_counted(workspace: Workspace, kpi: Kpi) -> bool:
    """Whether a source counts the population of a KPI, so that no row of it is here."""
    return kpi.denominator.table in counts_of(workspace)


def require_rows(workspace: Workspace, kpi: Kpi) -> None:
    """Raise InputError where a question needs rows and the source only counts."""
    if is_counted(workspace, kpi):
        raise InputError(
            N_("{kpi} is counted in its source (push-down); this question needs rows, which stay there."),
            where=kpi.id,
            remedy=N_('Leave mode = "push-down" out of the source to load its rows.'),
            kpi=kpi.id,
        )


def largest(workspace: Workspace, kpi: Kpi, compared: Comparison) -> pd.DataFrame:
    """The counts by day and week: side, week (its label, of whole weeks), half (1 from the start), persons.

    half: -1 of a week that holds days before and from the start.
    """
    published = cube.current(workspace)
    side = {department: name for name, names in compared.sides.items() for department in names}
    first, last = compared.span
    found = []
    for every, length in (("day", 1), ("week", 7)):
        if published is None:
            break
        rows = published.read(
            f"persons_{every}", kpis=[kpi.id], departments=compared.departments, first=first, last=last
        )
        days = [day.date() for day in rows["day"]]
        ends = rows["day"] + pd.Timedelta(days=length - 1)
        after, before = rows["day"] >= pd.Timestamp(compared.start), ends < pd.Timestamp(compared.start)
        found.append(
            rows.assign(
                side=rows["department"].map(side),
                half=after.astype("int64").where(after | before, -1),
                week=[containing(day, "week").label if every == "week" else "" for day in days],
            )[ends <= pd.Timestamp(last)]
        )
    columns = ["side", "half", "week", "patients", "staff", *MEASURES]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def persons(rows: pd.DataFrame) -> Persons:
    """The largest counts among some rows, and the sums of what their persons bring in."""
    if rows.empty:
        return UNKNOWN
    patients, staff = (rows[kind].max() for kind in ("patients", "staff"))
    days = rows[rows["week"] == ""]  # days and weeks tell of the same rows
    whole = days if len(days) else rows
    return Persons(
        patients=None if pd.isna(patients) else int(patients),
        staff=None if pd.isna(staff) else int(staff),
        amount=float(whole["amount"].sum()),
        largest_two=float(whole["largest_two"].sum()),
    )
