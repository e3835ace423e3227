"""`meetlat estimate`: the effect in a panel of units and periods."""

from math import isnan
from pathlib import Path
from typing import Any, cast, get_args

import click

from core.errors import UserError
from experiments.estimate import DesignName, InferenceName, NotEstimable, Options, Weighting
from experiments.panel import Scale
from experiments.panel_file import Columns
from governance.access import LOCAL_OPERATOR
from reports.estimate_json import estimate_json, provenance
from reports.estimate_text import estimate_text
from workflows.estimate import estimate_file
from workflows.options import EXIT_SET_ASIDE, common, print_json

DESIGNS: tuple[str, ...] = get_args(DesignName)
PLANNED_DESIGNS = (
    "interrupted-time-series",
    "comparative-its",
    "callaway-santanna",
    "sun-abraham",
    "imputation",
    "two-stage",
    "etwfe",
    "synthetic-control",
    "synthetic-did",
    "stepped-wedge",
    "cluster-randomised",
    "bacon",
)
INFERENCES: tuple[str, ...] = get_args(InferenceName)
PLANNED_INFERENCES = ("cr3", "wild-bootstrap", "pre-scaled-t", "placebo-rank")
REGRESSION = ("cr1", "cr2", "iid")


def _a_number(_context: click.Context, _option: click.Parameter, value: float) -> float:
    """Refuse NaN, which is outside no range."""
    if isnan(value):
        raise click.BadParameter("nan is not a number.")
    return value


@click.command("estimate")
@click.argument("panel", type=click.Path(path_type=Path))
@click.option("--outcome", required=True, metavar="COL", help="The outcome of the cell.")
@click.option("--unit", required=True, metavar="COL", help="The unit, such as the department.")
@click.option("--time", required=True, metavar="COL", help="ISO week, month, day or whole number.")
@click.option("--first-treated", default="", metavar="COL", help="First treated period; empty or 0: never.")
@click.option("--treated", default="", metavar="COL", help="0 or 1 per row, instead of --first-treated.")
@click.option("--weights", default="", metavar="COL", help="Rows behind each cell (frequency weights).")
@click.option("--cluster", default="", metavar="COL", help="Groups of units for errors (default: the unit).")
@click.option("--design", type=click.Choice([*DESIGNS, *PLANNED_DESIGNS]), default="auto", show_default=True)
@click.option(
    "--inference", type=click.Choice([*INFERENCES, *PLANNED_INFERENCES]), default="auto", show_default=True
)
@click.option("--scale", type=click.Choice(get_args(Scale)), default="absolute", show_default=True)
@click.option("--run-in", type=click.IntRange(min=0), default=0, show_default=True, metavar="N")
@click.option(
    "--weighting",
    type=click.Choice(get_args(Weighting)),
    help="Default: departments; encounters where --weights comes with --inference cr1, cr2 or iid.",
)
@click.option(
    "--level",
    type=click.FloatRange(0.5, 0.999),
    callback=_a_number,
    default=0.95,
    show_default=True,
    help="Of the interval.",
)
@click.option("--seed", type=int, default=1, show_default=True)
@common
def COMMAND(  # noqa: N802
    panel: Path,
    lang: str,
    as_json: bool,
    workspace: Path,  # noqa: ARG001 - common to all commands; a panel in a file needs none
    **given: Any,
) -> int:
    """Estimate an effect. Example: meetlat estimate panel.csv --outcome value --unit unit --time period
    --first-treated first_treated --scale relative --json
    """
    _refuse_planned("design", given["design"], PLANNED_DESIGNS, DESIGNS)
    _refuse_planned("inference", given["inference"], PLANNED_INFERENCES, INFERENCES)
    names = ("outcome", "unit", "time", "first_treated", "treated", "weights", "cluster")
    columns = Columns(**{name: given[name] for name in names})
    found = estimate_file(LOCAL_OPERATOR, panel, columns, _options(given))
    if as_json:
        print_json({**estimate_json(found.result, lang), **provenance(found.inputs_sha256)})
    else:
        print(estimate_text(found.result, lang))
    return EXIT_SET_ASIDE if isinstance(found.result, NotEstimable) else 0


def _options(given: dict[str, Any]) -> Options:
    names = ("design", "inference", "scale", "run_in", "level", "seed")
    by_rows = given["weights"] and given["inference"] in REGRESSION
    weighting = given["weighting"] or ("encounters" if by_rows else "departments")
    return Options(**{name: given[name] for name in names}, weighting=cast(Weighting, weighting))


def _refuse_planned(kind: str, name: str, planned: tuple[str, ...], built: tuple[str, ...]) -> None:
    if name in planned:
        raise UserError(
            "The {kind} '{name}' is planned but not built yet.",
            remedy="Choose one of: {built}.",
            kind=kind,
            name=name,
            built=", ".join(built),
        )
