"""`meetlat measure`: the KPIs per department and period, or the panel that `estimate` reads."""

from datetime import date, datetime
from pathlib import Path
from typing import cast, get_args

import click

from core.errors import InputError
from core.language.text import N_, Text, Value
from core.period import Every
from governance.access import LOCAL_OPERATOR
from kpis.roll_up import By
from storage.workspace import Workspace
from workflows.auditing import record
from workflows.case_mix import Stratifier, before_the_pilot, case_mix
from workflows.commands.measure.rows import as_row, line
from workflows.commands.measure.standardised import as_values, lines, span_of
from workflows.measure import measure
from workflows.opening import open_workspace
from workflows.options import common, print_json, say
from workflows.panel_export import Written, export_panel, pilot_of

NOTHING = N_(
    "There is nothing of this on these days. `meetlat quality completeness` lists the KPIs that have data."
)
DAY = click.DateTime(["%Y-%m-%d"])


@click.command("measure")
@click.option("--kpi", "kpis", multiple=True, help="A KPI; may be given several times. Default: all.")
@click.option("--unit", help="A department. Default: all.")
@click.option("--from", "first", type=DAY, help="A day in the first period.")
@click.option("--to", "last", type=DAY, help="A day in the last period.")
@click.option("--every", type=click.Choice(get_args(Every)), default="week", show_default=True)
@click.option("--by", type=click.Choice(get_args(By)), default="department", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write a panel (.csv, .parquet)."
)
@click.option("--purpose", default="analysis", show_default=True, help="What the panel is for; it is logged.")
@click.option("--known-on", type=DAY, metavar="D", help="As the rows were then, before later corrections.")
@click.option("--pilot", help="Whose starts the panel carries, where several pilots are registered.")
@click.option(
    "--standardise",
    type=click.Choice(get_args(Stratifier)),
    help="Show beside every value what it would be with the case mix of a reference.",
)
@click.option(
    "--reference",
    metavar="FROM..TO",
    help="Days of that mix, of the whole hospital. Default: before --pilot, else the first half.",
)
@common
def COMMAND(  # noqa: N802
    kpis: tuple[str, ...],
    unit: str | None,
    first: datetime | None,
    last: datetime | None,
    every: str,
    by: str,
    out: Path | None,
    purpose: str,
    known_on: datetime | None,
    pilot: str | None,
    standardise: str | None,
    reference: str | None,
    workspace: Path,
    lang: str,
    as_json: bool,
) -> None:
    """Measure KPIs. Example: meetlat measure --kpi note_time_enc --every month --json"""
    opened = open_workspace(workspace)
    if out is not None and len(kpis) != 1:
        raise InputError("A panel holds one KPI.", remedy="Choose it with --kpi.")
    if pilot is not None and out is None and standardise is None:
        raise InputError("--pilot belongs to --out and --standardise.", remedy="Leave it out, or add --out.")
    days, chosen = (_day(first), _day(last)), cast(Every, every)
    if standardise is not None or reference is not None:
        mix = _asked_mix(standardise, by, out, kpis)
        mixed_to = span_of(reference) or _before(opened, pilot)
        mixed = case_mix(LOCAL_OPERATOR, opened, kpis, mix, unit, *days, chosen, mixed_to)
        record(LOCAL_OPERATOR, opened, "viewed", "department", unit or "")
        if as_json:
            print_json(as_values(mixed, mix, lang))
        else:
            print("\n".join(lines(mixed, lang)))
        return
    found = measure(LOCAL_OPERATOR, opened, kpis or None, unit, *days, chosen, cast(By, by), _day(known_on))
    if out is None:
        record(LOCAL_OPERATOR, opened, "viewed", "department", unit or "")
    else:
        plan = pilot_of(LOCAL_OPERATOR, opened, pilot)
        about = (kpis[0], chosen, unit or (plan.id if plan is not None else ""))
        written = export_panel(
            LOCAL_OPERATOR, opened, out, found, plan, _day(known_on), purpose=purpose, about=about
        )
        say(_outcome(out, written).render(lang))
    if as_json:
        print_json({"rows": [as_row(one, lang) for one in found]})
    elif out is None:
        for one in found:
            print(line(one, lang))
        if not found:
            say(Text(NOTHING).render(lang))


def _outcome(out: Path, written: Written) -> Text:
    values: dict[str, Value] = {"out": str(out), "rows": written.rows, "suppressed": written.suppressed}
    if not written.suppressed:
        return Text(N_("{out}: {rows} rows."), values)
    return Text(
        N_(
            "{out}: {rows} rows, {suppressed} without an outcome because too few persons stand behind them; "
            "`evaluate` leaves the same ones out."
        ),
        values,
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


def _asked_mix(standardise: str | None, by: str, out: Path | None, kpis: tuple[str, ...]) -> Stratifier:
    """What to standardise by; raises InputError for options that do not go with it."""
    if standardise is None:
        raise InputError("--reference belongs to --standardise.", remedy="Add --standardise segment.")
    if by != "department" or out is not None:
        raise InputError(
            "--standardise goes with departments on the screen or as JSON.",
            remedy="Leave --by and --out out.",
        )
    if not kpis:
        raise InputError(
            "It is not said which KPI is to be standardised.",
            remedy="Choose one with --kpi, such as note_time_enc.",
        )
    return cast(Stratifier, standardise)


def _before(workspace: Workspace, pilot: str | None) -> tuple[date, date] | None:
    """The days before the pilot that was named started; None where none was."""
    found = pilot_of(LOCAL_OPERATOR, workspace, pilot) if pilot is not None else None
    return before_the_pilot(found) if found is not None else None
