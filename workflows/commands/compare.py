"""`meetlat compare`: arms that were drawn by lot, against a control."""

from math import isfinite, isnan
from pathlib import Path
from typing import Any, get_args

import click

from core.errors import UserError
from experiments.comparison.experiment_file import ExperimentColumns
from experiments.comparison.result import Better, ComparisonOptions, NotCompared, OutcomeType
from governance.access import LOCAL_OPERATOR
from reports.compare_json import compare_json
from reports.compare_text import compare_text
from reports.estimate_json import provenance
from workflows.compare import compare_file
from workflows.options import EXIT_SET_ASIDE, common, print_json

COLUMNS = ("outcome", "arm", "control", "denominator", "covariate", "cluster", "strata", "event")


def _a_share(_context: click.Context, _option: click.Parameter, value: float) -> float:
    """Refuse NaN, which is outside no range."""
    if isnan(value):
        raise click.BadParameter("nan is not a number.")
    return value


def _above_zero(_context: click.Context, _option: click.Parameter, value: float | None) -> float | None:
    """A finite number above zero."""
    if value is not None and not (isfinite(value) and value > 0):
        raise click.BadParameter("must be a finite number above zero.")
    return value


def _parts(_context: click.Context, _option: click.Parameter, text: str) -> dict[str, float]:
    """`control:1,tool:2` as a part for each arm."""
    found = {}
    for one in filter(None, text.split(",")):
        name, _, part = one.rpartition(":")
        try:
            found[name.strip()] = float(part)
        except ValueError:
            raise click.BadParameter(f"'{one}' is not NAME:PART, such as control:1,tool:2.") from None
    if not all(name and isfinite(part) and part > 0 for name, part in found.items()):
        raise click.BadParameter("give every arm a part above zero, such as control:1,tool:2.")
    return found


@click.command("compare")
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--outcome", required=True, metavar="COL", help="The outcome of the row.")
@click.option("--arm", required=True, metavar="COL", help="To which arm the row was drawn.")
@click.option("--control", required=True, metavar="NAME", help="The arm the others are compared with.")
@click.option("--denominator", default="", metavar="COL", help="What the outcome is counted over.")
@click.option("--covariate", default="", metavar="COL", help="A number from before the start to adjust for.")
@click.option("--cluster", default="", metavar="COL", help="What rows are grouped in, such as the clinician.")
@click.option(
    "--strata", default="", metavar="COL", help="Kinds of rows, known before the draw, to even out."
)
@click.option("--event", default="", metavar="COL", help="1: the duration is finished; 0: still open.")
@click.option(
    "--horizon",
    type=float,
    callback=_above_zero,
    metavar="T",
    help="Up to where durations count; default: as far as every arm is known.",
)
@click.option(
    "--type", type=click.Choice(["auto", *get_args(OutcomeType)]), default="auto", show_default=True
)
@click.option("--relative", is_flag=True, help="Relative to the control instead of a difference.")
@click.option(
    "--margin",
    type=float,
    callback=_above_zero,
    metavar="M",
    help="How much worse is acceptable: in the outcome's unit, a fraction when relative or a ratio.",
)
@click.option("--better", type=click.Choice(get_args(Better)), help="Needed with --margin.")
@click.option(
    "--allocation",
    default="",
    callback=_parts,
    metavar="A:N,B:M",
    help="Parts that the arms were drawn in; default: equal.",
)
@click.option(
    "--level",
    type=click.FloatRange(0.5, 0.999),
    callback=_a_share,
    default=0.95,
    show_default=True,
    help="Of the interval.",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of the bootstrap.")
@common
def COMMAND(  # noqa: N802
    data: Path,
    lang: str,
    as_json: bool,
    workspace: Path,  # noqa: ARG001 - common to all commands; rows in a file need none
    **given: Any,
) -> int:
    """Compare arms drawn by lot. Example: meetlat compare visits.csv --outcome minutes --arm arm --control
    usual --covariate minutes_before --margin 1 --better lower --json
    """
    if given["margin"] is not None and given["better"] is None:
        raise UserError(
            "A margin needs to know which side is better.", remedy="Add --better lower or higher."
        )
    columns = ExperimentColumns(**{name: given.pop(name) for name in COLUMNS})
    found = compare_file(LOCAL_OPERATOR, data, columns, ComparisonOptions(**given))
    if as_json:
        print_json({**compare_json(found.comparison, lang), **provenance(found.inputs_sha256)})
    else:
        print(compare_text(found.comparison, lang))
    missed = any(isinstance(one, NotCompared) for one in found.comparison.results)
    return EXIT_SET_ASIDE if missed else 0
