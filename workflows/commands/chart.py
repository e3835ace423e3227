"""`meetlat chart`: a control chart of a series of periods, from a file or of a KPI in the workspace."""

from math import isfinite
from pathlib import Path
from typing import Any, get_args

import click

from core.errors import UserError
from core.period import Every
from experiments.monitoring.chart_result import NoChart, RuleSet
from experiments.monitoring.choice import ChartType
from experiments.monitoring.control_chart import ChartOptions
from experiments.monitoring.series_file import SeriesColumns
from governance.access import LOCAL_OPERATOR
from reports.chart_json import chart_json
from reports.chart_text import chart_text
from reports.estimate_json import provenance
from reports.kpi_chart_json import kpi_chart_json
from reports.kpi_chart_text import kpi_chart_text
from storage.workspace import Workspace
from workflows.auditing import record
from workflows.chart import ChartRequest, chart_file
from workflows.kpi_chart import KpiChartRequest, chart_kpi, series_sha256, units_of
from workflows.opening import open_workspace
from workflows.options import EXIT_SET_ASIDE, common, print_json

DAY = click.DateTime(["%Y-%m-%d"])
OF_A_FILE, OF_A_KPI = ("value", "denominator", "order"), ("unit", "first", "last", "every")
NAMES = {"first": "from", "last": "to"}


def _finite(_context: click.Context, _option: click.Parameter, value: float | None) -> float | None:
    """Refuse NaN and infinity, which no value meets."""
    if value is not None and not isfinite(value):
        raise click.BadParameter("must be a finite number.")
    return value


@click.command("chart")
@click.argument("series", type=click.Path(path_type=Path), required=False)
@click.option("--value", default="", metavar="COL", help="The value, or the numerator of --denominator.")
@click.option("--denominator", default="", metavar="COL", help="What the value is counted over.")
@click.option("--order", default="", metavar="COL", help="Week, month, day or number; default: the rows.")
@click.option("--kpi", default="", metavar="K", help="Instead of a file: a KPI of the workspace.")
@click.option("--unit", default="", metavar="U", help="The department of --kpi.")
@click.option("--from", "first", type=DAY, help="A day in the first period of --kpi.")
@click.option("--to", "last", type=DAY, help="A day in the last period of --kpi.")
@click.option("--every", type=click.Choice(get_args(Every)), help="Periods of --kpi; default: week.")
@click.option("--type", type=click.Choice(["auto", *get_args(ChartType)]), default="auto", show_default=True)
@click.option(
    "--baseline", type=click.IntRange(min=2), metavar="N", help="Freeze limits on the first N points."
)
@click.option("--rebase", multiple=True, metavar="K", help="New limits from this period or point number on.")
@click.option(
    "--exclude", multiple=True, metavar="K", help="Leave this period or point number out of limits."
)
@click.option("--target", type=float, callback=_finite, metavar="X", help="The value that is aimed at.")
@click.option("--better", type=click.Choice(["lower", "higher"]), help="Default: neither.")
@click.option(
    "--screen-outliers/--no-screen-outliers",
    default=True,
    show_default=True,
    help="Leave large moving ranges out of the limits, once.",
)
@click.option("--rules", type=click.Choice(get_args(RuleSet)), default="making-data-count", show_default=True)
@click.option("--residual", is_flag=True, help="Chart what each value adds to the one before (xmr).")
@common
def COMMAND(  # noqa: N802
    series: Path | None,
    lang: str,
    as_json: bool,
    workspace: Path,
    **given: Any,
) -> int:
    """Draw a control chart. Example: meetlat chart weeks.csv --value late --denominator letters --order week
    --baseline 26 --target 0.1 --better lower --json

    Or of a KPI: meetlat chart --kpi letter_24h --unit cardiologie
    """
    if given["kpi"]:
        return _of_kpi(open_workspace(workspace), series, lang, as_json, given)
    path = _file(series, given)
    columns = SeriesColumns(**{name: given[name] for name in ("value", "denominator", "order")})
    found = chart_file(LOCAL_OPERATOR, path, columns, _request(given))
    if as_json:
        print_json({**chart_json(found.charted, lang), **provenance(found.inputs_sha256)})
    else:
        print(chart_text(found.charted, lang))
    return EXIT_SET_ASIDE if isinstance(found.charted, NoChart) else 0


def _of_kpi(
    workspace: Workspace, series: Path | None, lang: str, as_json: bool, given: dict[str, Any]
) -> int:
    named = [f"--{name}" for name in OF_A_FILE if given[name]] + ([str(series)] if series else [])
    if named:
        raise UserError(
            "A KPI has its own columns, so {named} has no meaning here.",
            remedy="Leave out --kpi for a chart of a file.",
            named=named[0],
        )
    if not given["unit"]:
        units = ", ".join(units_of(LOCAL_OPERATOR, workspace))
        raise UserError(
            "A chart of KPI '{kpi}' is one of a department.",
            remedy="Add --unit with one of: {units}." if units else "Load data first.",
            kpi=given["kpi"],
            units=units,
        )
    found = chart_kpi(LOCAL_OPERATOR, workspace, given["kpi"], given["unit"], _kpi_request(given))
    record(LOCAL_OPERATOR, workspace, "viewed", "department", given["unit"], kpi=given["kpi"])
    if as_json:
        print_json({**kpi_chart_json(found, lang), **provenance(series_sha256(found))})
    else:
        print(kpi_chart_text(found, lang))
    return EXIT_SET_ASIDE if isinstance(found.chart.charted, NoChart) else 0


def _kpi_request(given: dict[str, Any]) -> KpiChartRequest:
    same = ("type", "baseline", "target", "better", "rules", "residual", "rebase")
    first, last = (None if given[name] is None else given[name].date() for name in ("first", "last"))
    return KpiChartRequest(
        **{name: given[name] for name in same},
        first=first,
        last=last,
        excluded=given["exclude"],
        screen=given["screen_outliers"],
        every=given["every"] or "week",
    )


def _request(given: dict[str, Any]) -> ChartRequest:
    names = ("type", "baseline", "target", "rules", "residual")
    options = ChartOptions(
        **{name: given[name] for name in names},
        better=given["better"] or "neutral",
        screen=given["screen_outliers"],
    )
    return ChartRequest(options=options, rebase=given["rebase"], excluded=given["exclude"])


def _file(series: Path | None, given: dict[str, Any]) -> Path:
    named = [f"--{NAMES.get(name, name)}" for name in OF_A_KPI if given[name]]
    if named:
        raise UserError(
            "{named} belongs to a chart of a KPI.", remedy="Add --kpi, or leave it out.", named=named[0]
        )
    if series is None:
        raise UserError(
            "There is nothing to chart.", remedy="Give a file: meetlat chart SERIES.csv --value COLUMN."
        )
    if not given["value"]:
        raise UserError("The value's column is not named.", remedy="Add --value COLUMN.")
    return series
