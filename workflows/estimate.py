"""Estimate an effect from a panel in a file."""

from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError
from experiments.estimate import Result
from experiments.estimating import estimate
from experiments.options import Options
from experiments.panel_file import Columns, read_panel
from experiments.router import Route, routes
from experiments.standardising import Standardisation
from experiments.strata_file import read_standardised
from experiments.table_file import fingerprint
from governance.access import Viewer, require

WITHOUT_COMPARISON = ("before-after", "interrupted-time-series")
"""Designs that one unit is enough for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatedFile:
    """A result and the fingerprint of its file; every design and the mix of strata where asked for."""

    result: Result
    inputs_sha256: str
    routes: tuple[Route, ...] = ()
    standardisation: Standardisation | None = None


def estimate_file(
    viewer: Viewer,
    path: Path,
    columns: Columns,
    options: Options,
    *,
    with_routes: bool = False,
    strata: str = "",
) -> EstimatedFile:
    """Read a panel and estimate; the file is the viewer's own, nothing is stored.

    strata: a column of kinds of cases, whose mix is held as it was before the first start.

    Raises InputError for a file or a column that cannot be read as asked.
    """
    require(viewer, "use_own_files")
    panel, mix = read_standardised(path, columns, strata) if strata else (read_panel(path, columns), None)
    if len(panel.units) == 1 and options.design not in WITHOUT_COMPARISON:
        raise InputError(
            "The panel holds one unit only ({unit}), so there is nothing to compare it with.",
            where=path.name,
            remedy="Add comparison units, or use --design before-after.",
            unit=panel.units[0],
        )
    return EstimatedFile(
        result=estimate(panel, options),
        inputs_sha256=fingerprint(path),
        routes=routes(panel, options) if with_routes else (),
        standardisation=mix,
    )
