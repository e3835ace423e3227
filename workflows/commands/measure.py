"""`meetlat measure`: the KPIs per department and period, or the panel that `estimate` reads."""

from datetime import date, datetime
from pathlib import Path
from typing import Any, cast, get_args

import click

from core.errors import InputError
from core.language.numbers import number
from core.language.text import N_, Text, Value
from core.period import Every
from governance.access import LOCAL_OPERATOR
from kpis.measurements import Measurement
from kpis.roll_up import By
from workflows.measure import Measured, measure
from workflows.opening import open_workspace
from workflows.options import common, print_json, say
from workflows.panel_export import Written, pilot_of, write_panel

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
@click.option("--pilot", help="Whose starts the panel carries, where several pilots are registered.")
@common
def COMMAND(  # noqa: N802
    kpis: tuple[str, ...],
    unit: str | None,
    first: datetime | None,
    last: datetime | None,
    every: str,
    by: str,
    out: Path | None,
    pilot: str | None,
    workspace: Path,
    lang: str,
    as_json: bool,
) -> None:
    """Measure KPIs. Example: meetlat measure --kpi note_time_enc --every month --json"""
    opened = open_workspace(workspace)
    if out is not None and len(kpis) != 1:
        raise InputError("A panel holds one KPI.", remedy="Choose it with --kpi.")
    found = measure(
        LOCAL_OPERATOR,
        opened,
        kpis=kpis or None,
        unit=unit,
        first=_day(first),
        last=_day(last),
        every=cast(Every, every),
        by=cast(By, by),
    )
    if out is not None:
        written = write_panel(out, found, pilot_of(LOCAL_OPERATOR, opened, pilot))
        say(_outcome(out, written).render(lang))
    if as_json:
        print_json({"rows": [as_row(one) for one in found]})
    elif out is None:
        for one in found:
            print(_line(one, lang))


def _outcome(out: Path, written: Written) -> Text:
    values: dict[str, Value] = {"out": str(out), "rows": written.rows, "suppressed": written.suppressed}
    if not written.suppressed:
        return Text(N_("{out}: {rows} rows."), values)
    return Text(
        N_(
            "{out}: {rows} rows, {suppressed} without an outcome because too few persons stand behind them; "
            "an estimate from this file leaves their periods out and may differ from `evaluate`."
        ),
        values,
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


def as_row(one: Measured) -> dict[str, Any]:
    """A row of the JSON; a suppressed one carries no number at all."""
    row: dict[str, Any] = {
        "kpi": one.kpi.id,
        "kpi_version": one.kpi.version,
        "unit": one.unit,
        "period": one.period.label,
        "status": "suppressed",
        **dict.fromkeys(("n", "value", "numerator", "denominator", "excluded")),
    }
    found = one.measurement.value
    if found is None:
        return row | {"show": one.measurement.mark}
    if found.value is None:
        return row | {"status": "no_data", "n": found.n, "excluded": _excluded(found)}
    return row | {
        "status": "value" if found.complete else "incomplete",
        "n": found.n,
        "value": found.value,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "excluded": _excluded(found),
    }


def _line(one: Measured, lang: str) -> str:
    found = one.measurement.value
    if found is None:
        value, n = one.measurement.mark, ""
    elif found.value is None:
        value, n = "–", ""
    else:
        value = number(found.value * one.kpi.display_scale, one.kpi.digits, lang)
        n = f"n = {number(found.n, 0, lang)}" + ("" if found.complete else " …")
    return f"{one.kpi.id:<22} {one.unit:<28} {one.period.label:<10} {value:>10} {one.kpi.unit[lang]:<24} {n}"


def _excluded(found: Measurement) -> dict[str, int | None]:
    """Rows left out by reason; null where the count is too small to show."""
    return {**found.excluded, **dict.fromkeys(found.excluded_hidden)}
