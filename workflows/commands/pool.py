"""`meetlat pool`: results of several pilots of one use case together."""

from pathlib import Path

import click

from experiments.pooling import NotPooled
from governance.access import LOCAL_OPERATOR
from reports.pool import pool_json, pool_text
from workflows.options import EXIT_SET_ASIDE, common, print_json
from workflows.pool import pool_files


@click.command("pool")
@click.argument("results", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--kpi", default="", metavar="K", help="Which KPI, where a file is the JSON of `evaluate`.")
@click.option("--level", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True)
@common
def COMMAND(  # noqa: N802
    results: tuple[Path, ...],
    kpi: str,
    level: float,
    workspace: Path,  # noqa: ARG001 - common to all commands; results in files need none
    lang: str,
    as_json: bool,
) -> int:
    """Pool effects of several pilots, each the JSON of `estimate`, `evaluate` or `decide`: their average by
    random effects (Hartung and Knapp), how much they differ, and what a next pilot may find.
    Example: meetlat pool north.json south.json east.json --kpi note_time_enc
    """
    found = pool_files(LOCAL_OPERATOR, results, level, kpi)
    if as_json:
        print_json(pool_json(found, lang))
    else:
        print(pool_text(found, lang))
    return EXIT_SET_ASIDE if isinstance(found, NotPooled) else 0
