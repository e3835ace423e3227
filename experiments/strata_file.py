"""Read a panel with a row per unit, period and stratum, as one standardised to a fixed mix of strata."""

from dataclasses import replace
from pathlib import Path

from core.errors import InputError
from core.language.text import N_
from experiments.panel import Panel
from experiments.panel_file import Columns, read_rows, rows_of
from experiments.standardising import NoReference, Standardisation, standardised
from experiments.table_file import Rows

ALONE = ("exposure", "dose", "covariates")


def read_standardised(path: Path, columns: Columns, strata: str) -> tuple[Panel, Standardisation]:
    """The standardised panel and its mix. strata: the column of the kinds of cases.

    Raises InputError, with the line, for anything that cannot be read as asked.
    """
    _require(path, columns)
    rows = rows_of(path, columns, also=(strata,))
    units, kinds = rows.required(columns.unit), rows.required(strata)
    parts = list(zip(units, kinds, strict=True))
    panel = read_rows(rows, columns, [f"{unit}, {kind}" for unit, kind in parts])
    of_parts = list(dict.fromkeys(parts))
    _require_one_start(rows, panel, [unit for unit, _ in of_parts])
    try:
        return standardised(panel, [unit for unit, _ in of_parts], [kind for _, kind in of_parts])
    except NoReference:
        raise InputError(
            N_("There are no rows before the first start, so there is no mix of strata to hold fixed."),
            where=path.name,
            remedy=N_("Add periods before the start, or leave out --strata."),
        ) from None


def _require(path: Path, columns: Columns) -> None:
    if not columns.weights:
        raise InputError(
            N_("Strata need to know how many rows stand behind each cell."),
            where=path.name,
            remedy=N_("Name that column with --weights."),
        )
    for name in ALONE:
        if getattr(columns, name):
            raise InputError(
                N_("--{first} and --{second} cannot be used together."),
                where=path.name,
                remedy=N_("Leave out one of them."),
                first="strata",
                second=name,
            )


def _require_one_start(rows: Rows, panel: Panel, units: list[str]) -> None:
    """The strata of a unit start together, and belong to one cluster and one subgroup."""
    named = replace(panel, units=tuple(units))
    for what in ("first_treated", "clusters", "subgroups"):
        held: dict[str, object] = {}
        for unit, value in zip(named.units, getattr(named, what), strict=False):
            if held.setdefault(unit, value) != value:
                raise InputError(
                    N_("The strata of '{unit}' differ in when it starts or where it belongs."),
                    where=rows.place,
                    remedy=N_("Give all rows of a unit the same start, cluster and subgroup."),
                    unit=unit,
                )
