"""Chart a series: from a file now, and from wherever else a `Series` is made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import InputError
from experiments.monitoring.chart_result import Charted
from experiments.monitoring.control_chart import ChartOptions, control_chart
from experiments.monitoring.series import Series
from experiments.monitoring.series_file import SeriesColumns, read_series
from experiments.table_file import fingerprint
from governance.access import Viewer, require

EVENTS = frozenset({"g", "t"})
"""Charts with a row per event, whose periods need not follow each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartRequest:
    """Options in which points are named as in the series: by their label, else by their number from 1."""

    options: ChartOptions
    rebase: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartedFile:
    """A chart and the fingerprint of the file it came from."""

    charted: Charted
    inputs_sha256: str


def chart_file(viewer: Viewer, path: Path, columns: SeriesColumns, asked: ChartRequest) -> ChartedFile:
    """Read a series and chart it; the file is the viewer's own, nothing is stored.

    Raises InputError for a file, a column or an option that cannot be used as asked.
    """
    require(viewer, "use_own_files")
    series = read_series(path, columns, fill=asked.options.type not in EVENTS)
    return ChartedFile(charted=chart_series(series, asked), inputs_sha256=fingerprint(path))


def chart_series(series: Series, asked: ChartRequest) -> Charted:
    """The chart of a series whose points are named in the request."""
    options = replace(
        asked.options,
        rebase=tuple(sorted(positions(series, asked.rebase, "--rebase"))),
        excluded=positions(series, asked.excluded, "--exclude"),
    )
    return control_chart(series, options)


def positions(series: Series, names: Sequence[str], option: str) -> tuple[int, ...]:
    """Where points that are named by label or number stand; raises InputError for one that is not there."""
    return tuple(_position(series, name.strip(), option) for name in names)


def _position(series: Series, name: str, option: str) -> int:
    if name in series.order:
        return series.order.index(name)
    if name.isdecimal() and 1 <= int(name) <= len(series.order):
        return int(name) - 1
    raise InputError(
        "There is no point '{name}' in the series ({first} to {last}).",
        where=option,
        remedy="Give its period, or its number from 1.",
        name=name,
        first=series.order[0],
        last=series.order[-1],
    )
