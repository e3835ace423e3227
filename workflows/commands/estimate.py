"""`meetlat estimate`: the effect in a panel of units and periods."""

from dataclasses import fields
from math import isfinite, isnan
from pathlib import Path
from re import fullmatch
from typing import Any, cast, get_args

import click

from experiments.estimate import NotEstimable
from experiments.estimating import ESTIMATORS
from experiments.fixed_effects import REGRESSION
from experiments.options import (
    Aggregation,
    BasePeriod,
    ClusterCorrelation,
    Comparison,
    Family,
    Options,
    SegmentedModel,
    SensitivityKind,
    Violations,
    Weighting,
)
from experiments.panel import Scale
from experiments.panel_file import Columns
from governance.access import LOCAL_OPERATOR
from reports.estimate_json import estimate_json, provenance
from reports.estimate_text import estimate_text
from reports.routes import routes_json, routes_text
from reports.standardisation import standardisation_json, standardisation_text
from workflows.estimate import estimate_file
from workflows.options import EXIT_SET_ASIDE, common, print_json

DESIGNS = ("auto", *ESTIMATORS)
INFERENCES = ("auto", *dict.fromkeys(name for design in ESTIMATORS.values() for name in design.inferences))


def _a_number(_context: click.Context, _option: click.Parameter, value: float) -> float:
    """Refuse NaN, which is outside no range."""
    if isnan(value):
        raise click.BadParameter("nan is not a number.")
    return value


def _a_season(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """None, month, or fourier:K with K from 1 to 6."""
    if not fullmatch("none|month|fourier:[1-6]", value):
        raise click.BadParameter("use none, month or fourier:K with K from 1 to 6.")
    return value


def _violations(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[Violations, ...]:
    """`relative-magnitudes:0.5,1` as a kind and its sizes."""
    found = []
    for text in given:
        kind, _, sizes = text.partition(":")
        if kind not in get_args(SensitivityKind):
            raise click.BadParameter(f"use {' or '.join(get_args(SensitivityKind))}, a colon and sizes.")
        try:
            numbers = tuple(float(size) for size in sizes.split(","))
        except ValueError:
            raise click.BadParameter(f"'{sizes}' is not a list of numbers such as 0.5,1,2.") from None
        if not all(isfinite(number) and number >= 0 for number in numbers):
            raise click.BadParameter("sizes are numbers of zero or more.")
        found.append(Violations(kind=cast(SensitivityKind, kind), sizes=numbers))
    return tuple(found)


@click.command("estimate")
@click.argument("panel", type=click.Path(path_type=Path))
@click.option("--outcome", required=True, metavar="COL", help="The outcome of the cell.")
@click.option("--unit", required=True, metavar="COL", help="The unit, such as the department.")
@click.option("--time", required=True, metavar="COL", help="ISO week, month, day or whole number.")
@click.option("--first-treated", default="", metavar="COL", help="First treated period; empty or 0: never.")
@click.option("--treated", default="", metavar="COL", help="0 or 1 per row, instead of --first-treated.")
@click.option("--weights", default="", metavar="COL", help="Rows behind each cell (frequency weights).")
@click.option("--cluster", default="", metavar="COL", help="Groups of units for errors (default: the unit).")
@click.option("--subgroup", default="", metavar="COL", help="Declared kinds of units: an effect for each.")
@click.option(
    "--strata",
    default="",
    metavar="COL",
    help="Kinds of cases, a row each, with --weights: their mix is held fixed.",
)
@click.option("--design", type=click.Choice(DESIGNS), default="auto", show_default=True)
@click.option("--inference", type=click.Choice(INFERENCES), default="auto", show_default=True)
@click.option("--scale", type=click.Choice(get_args(Scale)), default="absolute", show_default=True)
@click.option("--run-in", type=click.IntRange(min=0), default=0, show_default=True, metavar="N")
@click.option(
    "--weighting",
    type=click.Choice(get_args(Weighting)),
    help=f"Default: departments; encounters where --weights comes with {', '.join(REGRESSION)}.",
)
@click.option(
    "--level",
    type=click.FloatRange(0.5, 0.999),
    callback=_a_number,
    default=0.95,
    show_default=True,
    help="Of the interval.",
)
@click.option("--family", type=click.Choice(get_args(Family)), default="gaussian", show_default=True)
@click.option("--exposure", default="", metavar="COL", help="What a count or a share is out of.")
@click.option("--dose", default="", metavar="COL", help="How much the tool was used: a share, or 0 and 1.")
@click.option("--covariates", default="", metavar="A,B", help="Columns with a number in each row.")
@click.option("--its-model", type=click.Choice(get_args(SegmentedModel)), default="step", show_default=True)
@click.option(
    "--season", default="none", callback=_a_season, metavar="none|month|fourier:K", show_default=True
)
@click.option("--comparison", type=click.Choice(get_args(Comparison)), default="auto", show_default=True)
@click.option("--base", type=click.Choice(get_args(BasePeriod)), default="universal", show_default=True)
@click.option("--anticipation", type=click.IntRange(min=0), default=0, show_default=True, metavar="N")
@click.option("--aggregate", type=click.Choice(get_args(Aggregation)), default="simple", show_default=True)
@click.option(
    "--correlation",
    type=click.Choice(get_args(ClusterCorrelation)),
    default="decay",
    show_default=True,
    help="Of a department's periods in a mixed model.",
)
@click.option(
    "--sensitivity",
    "violations",
    multiple=True,
    callback=_violations,
    metavar="KIND:M,..",
    help="relative-magnitudes:0.5,1 or smoothness:0.01; may be repeated.",
)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--routes", is_flag=True, help="Add every design: what it finds, or why it does not apply.")
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
    names = {field.name for field in fields(Columns)} - {"covariates"}
    covariates = tuple(name.strip() for name in given["covariates"].split(",") if name.strip())
    columns = Columns(**{name: given[name] for name in names}, covariates=covariates)
    found = estimate_file(
        LOCAL_OPERATOR, panel, columns, _options(given), with_routes=given["routes"], strata=given["strata"]
    )
    if as_json:
        designs = {"designs": routes_json(found.routes, lang)} if found.routes else {}
        mix = standardisation_json(found.standardisation)
        print_json({**estimate_json(found.result, lang), **mix, **designs, **provenance(found.inputs_sha256)})
    else:
        print(estimate_text(found.result, lang))
        for line in standardisation_text(found.standardisation, lang):
            print(line)
        if found.routes:
            print(routes_text(found.routes, lang))
    return EXIT_SET_ASIDE if isinstance(found.result, NotEstimable) else 0


def _options(given: dict[str, Any]) -> Options:
    by_rows = given["weights"] and given["inference"] in REGRESSION
    weighting = given["weighting"] or ("encounters" if by_rows else "departments")
    names = {field.name for field in fields(Options)} - {"weighting"}
    return Options(**{name: given[name] for name in names}, weighting=cast(Weighting, weighting))
